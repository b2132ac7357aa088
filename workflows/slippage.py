"""How far a milestone slipped, whether that is within tolerance, and what a slip pushes and threatens.

Dates are as precise as they were given: what is counted in days is counted from the last day the words can mean, and
where they tell no day the answer says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from workflows.facts import day_in_words

Tolerated = Literal["none", "within", "beyond", "unknown"]


class Given(Protocol):
    """A date as it was given: the words, and the first and last day they can mean."""

    @property
    def words(self) -> str | None: ...

    @property
    def earliest(self) -> date | None: ...

    @property
    def latest(self) -> date | None: ...


def days_late(baseline: Given, now: Given) -> int | None:
    """Days from the last day the baseline can mean to that of the date now; negative: earlier; None: no day is told."""
    if baseline.latest is None or now.latest is None:
        return 0 if baseline.words == now.words else None
    return (now.latest - baseline.latest).days


def tolerated(days: int | None, tolerance: int | None) -> tuple[Tolerated, str]:
    """Whether a slip is within tolerance, and the sentence that says so. Without one every slip is beyond it."""
    if days is None:
        return "unknown", "Whether it is within tolerance cannot be counted."
    if days <= 0:
        return "none", "Not late."
    late = f"{days} day{'' if days == 1 else 's'} late"
    if tolerance is None:
        return "beyond", f"{late}; no tolerance is set, so every slip counts."
    allowed = f"tolerance of {tolerance} day{'' if tolerance == 1 else 's'}"
    if days <= tolerance:
        return "within", f"{late}, within the {allowed}."
    return "beyond", f"{late}, beyond the {allowed}."


@dataclass(frozen=True, slots=True)
class Point:
    """A milestone as the rules see it: its expected day (the last it can mean), None where words tell none."""

    id: int
    title: str
    expected: date | None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """A milestone that depends on another, at how many steps, by way of which, and to when it would be pushed."""

    id: int
    steps: int
    through: int
    expected: date | None
    to: date | None
    sentence: str

    @property
    def moves(self) -> bool:
        """Whether its own date cannot stand."""
        return self.to is not None and (self.expected is None or self.to > self.expected)


def pushed(moved: int, to: date | None, points: Mapping[int, Point], needs: Iterable[tuple[int, int]]) -> list[Pushed]:
    """What depends on a milestone that is now expected on `to`, near before far, each with its day.

    `needs` are pairs (milestone, the one it needs). A milestone cannot be reached before what it needs: where its own
    day is earlier, it is pushed to the latest of those.
    """
    pairs = list(needs)
    waiting: dict[int, list[int]] = {}
    for milestone, needed in pairs:
        waiting.setdefault(needed, []).append(milestone)
    steps, through, order = {moved: 0}, {moved: moved}, [moved]
    for one in order:
        for later in waiting.get(one, ()):
            if later not in steps and later in points and not points[later].done:
                steps[later], through[later] = steps[one] + 1, one
                order.append(later)
    day: dict[int, date | None] = {moved: to}
    unsettled = [one for one in order if one != moved]
    while unsettled:
        before = len(unsettled)
        for one in list(unsettled):
            needed_here = [n for milestone, n in pairs if milestone == one and n in steps]
            if any(n not in day for n in needed_here):
                continue
            days = [found for found in (points[one].expected, *(day[n] for n in needed_here)) if found is not None]
            day[one] = max(days, default=None)
            unsettled.remove(one)
        if len(unsettled) == before:  # a circle, which no dependency is added to
            break
    return [_said(one, steps[one], through[one], points, day.get(one)) for one in order if one != moved]


def _said(one: int, steps: int, through: int, points: Mapping[int, Point], to: date | None) -> Pushed:
    expected = points[one].expected
    if to is None:
        sentence = "No day is known for it or for what it needs."
    elif expected is None:
        sentence = f"Not before {day_in_words(to)}; its own words tell no day."
    elif to > expected:
        sentence = f"Pushed from {day_in_words(expected)} to {day_in_words(to)}, {(to - expected).days} days later."
    else:
        sentence = f"Stands at {day_in_words(expected)}."
    return Pushed(one, steps, through, expected, to, sentence)


def circle(milestone: int, needed: int, needs: Iterable[tuple[int, int]]) -> tuple[int, ...] | None:
    """The way round that a new dependency would close, from the milestone back to itself; None where it closes none."""
    if milestone == needed:
        return (milestone, milestone)
    of: dict[int, list[int]] = {}
    for one, other in needs:
        of.setdefault(one, []).append(other)
    came: dict[int, int] = {needed: milestone}
    queue = [needed]
    for one in queue:
        for other in of.get(one, ()):
            if other == milestone:
                way = [one]
                while way[-1] != needed:
                    way.append(came[way[-1]])
                return (milestone, *reversed(way), milestone)
            if other not in came:
                came[other] = one
                queue.append(other)
    return None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A body's meeting that is to decide, and the last day its papers may go out."""

    body: str
    case: str
    meeting_on: date
    papers_due: date | None
    on_agenda: bool


@dataclass(frozen=True, slots=True)
class Threat:
    """A sign-off date that a milestone's day does not leave room for; `new` where the day before left it."""

    deadline: Deadline
    new: bool
    sentence: str


def threatened(deadlines: Sequence[Deadline], before: date | None, to: date | None) -> list[Threat]:
    """The deadlines that lie before the day a milestone is now expected; the soonest first.

    A milestone that is reached on the very day of the deadline is in time.
    """
    if to is None:
        return []
    found = []
    for one in sorted(deadlines, key=lambda one: (one.papers_due or one.meeting_on, one.body)):
        last = one.papers_due or one.meeting_on
        if to <= last:
            continue
        was = before is None or before <= last
        late = (to - last).days
        days = f"{late} day{'' if late == 1 else 's'} before {day_in_words(to)}"
        held = "is to decide" if one.on_agenda else "could decide at the earliest"
        what = f"; its papers are due on {day_in_words(last)}, {days}." if one.papers_due else f", {days}."
        sentence = f"{one.body} {held} on {day_in_words(one.meeting_on)}{what}"
        found.append(Threat(one, was, sentence))
    return found
