"""The route to full sign-off: when each body can decide at the earliest, when the rule across them is met, who sets it.

A body takes up what it is asked at the first of its meetings for which the papers can still be in time. It is supposed
that every body still asked then answers in favour; of the rule across the bodies only `across.come_to` is asked, which
one more answer in favour never harms, so that the days need only be gone through in their order.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflows.across import Taken, come_to
from workflows.calendar import is_working_day
from workflows.facts import PartyFact, day_in_words
from workflows.stages import Across
from workflows.verdict import in_words


@dataclass(frozen=True, slots=True)
class Sitting:
    """A planned meeting of a body that may take the case up, and the last day for its papers.

    `papers_out`: the body has them already, so no later release makes it wait. `moved`: supposed, and set by nobody.
    """

    code: str
    held_on: date
    papers_due: date
    on_agenda: bool = False
    papers_out: bool = False
    moved: bool = False

    def last_day(self, today: date) -> date | None:
        """The last day on which papers can go out for it; None where they are out. On its agenda, late ones do too."""
        if self.papers_out:
            return None
        return self.held_on if self.on_agenda and self.papers_due < today else self.papers_due

    def reached(self, released: date, today: date) -> bool:
        """Whether papers released on that day are in time for it."""
        last = self.last_day(today)
        return last is None or released <= last


@dataclass(frozen=True, slots=True)
class Stop:
    """A body that is still to decide: at one of its meetings, or by its officer, who needs none.

    `had_on`: it had this before it on that day, and nothing is recorded of it. `deferred`: until when it deferred, in
    words. `others`: whose parts its decision counts for too, where it answers in their place.
    """

    party: PartyFact
    by_meeting: bool
    sittings: tuple[Sitting, ...] = ()
    had_on: date | None = None
    others: tuple[PartyFact, ...] = ()
    deferred: str = ""

    @property
    def parts(self) -> tuple[PartyFact, ...]:
        """The parts that its one decision counts for."""
        return (self.party, *self.others) if self.party.part else self.others

    def as_scheduled(self) -> "Stop":
        """The same body at the meetings that have this on their agenda, where any has."""
        scheduled = tuple(one for one in self.sittings if one.on_agenda)
        return replace(self, sittings=scheduled) if scheduled else self

    def with_moved(self, to: date, due: date, released: date, today: date) -> "Stop":
        """The same body, whose meeting that would be taken is on another day; where it has none, one is set then."""
        taken = leg(self, released, today).sitting
        supposed = Sitting(taken.code if taken else "", to, due, moved=True)
        if taken is not None:
            supposed = replace(supposed, on_agenda=taken.on_agenda, papers_out=taken.papers_out)
        others = (one for one in self.sittings if one is not taken)
        return replace(self, sittings=tuple(sorted((*others, supposed), key=lambda one: one.held_on)))


@dataclass(frozen=True, slots=True)
class Leg:
    """When a body can decide at the earliest, at which meeting, and those it comes too late for."""

    stop: Stop
    on: date | None
    sitting: Sitting | None
    missed: tuple[Sitting, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Route:
    """The legs in the order of the parties, and the day on which the rule across the bodies can be met.

    `set_by` are the bodies that decide on that day; `lacks` those without any day, where the rule cannot do without.
    """

    released: date
    legs: tuple[Leg, ...]
    on: date | None
    set_by: tuple[PartyFact, ...]
    lacks: tuple[PartyFact, ...]
    sentence: str

    def leg_of(self, body_id: int) -> Leg | None:
        """The leg of one body, where it is still asked."""
        return next((one for one in self.legs if one.stop.party.body_id == body_id), None)


def leg(stop: Stop, released: date, today: date) -> Leg:
    """The earliest decision of one body, with its papers released on a day."""
    name = stop.party.short_name
    before = (
        f"{name} had this before it on {day_in_words(stop.had_on)}, and no decision is recorded. "
        if stop.had_on
        else f"{name} deferred it {stop.deferred}. "
        if stop.deferred
        else ""
    )
    if not stop.by_meeting:
        on = max(released, today)
        when = "today" if on == today else f"from {day_in_words(on)} on, when the papers are out"
        return Leg(stop, on, None, (), f"{before}{name} answers without a meeting, {when}.")
    able = sorted((one for one in stop.sittings if one.held_on >= today), key=lambda one: (one.held_on, one.code))
    missed: list[Sitting] = []
    for one in able:
        if one.reached(released, today):
            return Leg(stop, one.held_on, one, tuple(missed), before + _takes(name, one, missed, released, today))
        missed.append(one)
    if missed:
        sentence = f"{_too_late(name, missed, released)} It has no later meeting set: its board secretary sets one."
    else:
        sentence = f"{name} has no meeting set that could take it up: its board secretary sets one."
    return Leg(stop, None, None, tuple(missed), before + sentence)


def route(rule: Across, answered: Sequence[Taken], stops: Sequence[Stop], released: date, today: date) -> Route:
    """The earliest day on which the rule can be met, if each body still asked answers in favour on its first day."""
    legs = tuple(leg(stop, released, today) for stop in stops)
    days = sorted({one.on for one in legs if one.on is not None})
    for on in days:
        if _met_with(rule, answered, legs, [one.stop.party for one in legs if one.on is not None and one.on <= on]):
            set_by = tuple(one.stop.party for one in legs if one.on == on)
            return Route(released, legs, on, set_by, (), _signed_off(on, set_by, legs))
    lacks = tuple(one.stop.party for one in legs if one.on is None)
    if lacks and _met_with(rule, answered, legs, [one.stop.party for one in legs]):
        has = "has" if len(lacks) == 1 else "have"
        said = f"No day can be named: {_names(lacks)} {has} no meeting for which the papers could be in time."
    else:
        said = "No day can be named: the answers still to come cannot meet the rule across the bodies."
    return Route(released, legs, None, (), lacks, said)


def compared(now: Route, then: Route) -> str:
    """What supposing otherwise does to the day: "11 days later, now set by Kingston."."""
    if now.on is None and then.on is None:
        return "No day can be named either way."
    if then.on is None:
        return f"No day can be named any more: {_names(then.lacks)} would have no meeting in time."
    if now.on is None:
        return f"It could then be complete on {day_in_words(then.on)}, set by {_names(then.set_by)}."
    days = (then.on - now.on).days
    by = _names(then.set_by)
    same = {one.body_id for one in now.set_by} == {one.body_id for one in then.set_by}
    who = f"still set by {by}" if same else f"now set by {by}"
    return f"{shift(days).capitalize()}, {who}."


def shift(days: int) -> str:
    """ "11 days later", "1 day earlier", "the same day"."""
    if not days:
        return "the same day"
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'later' if days > 0 else 'earlier'}"


def no_working_day(day: date, bank_holidays: Collection[date]) -> str:
    """What is unusual about a day for a meeting: "a Saturday", "a bank holiday"; empty where nothing is."""
    if is_working_day(day, bank_holidays):
        return ""
    return "a bank holiday" if day in bank_holidays else f"a {day:%A}"


def _met_with(rule: Across, answered: Sequence[Taken], legs: Iterable[Leg], there: Collection[PartyFact]) -> bool:
    """Whether the rule is met once these have answered in favour too."""
    taken: list[Taken] = [*answered]
    for one in legs:
        taken += [(part, "in favour" if one.stop.party in there else "open") for part in one.stop.parts]
    return come_to(rule, taken).met


def _takes(name: str, one: Sitting, missed: Sequence[Sitting], released: date, today: date) -> str:
    on, due = day_in_words(one.held_on), day_in_words(one.papers_due)
    said = f"{name} {'decides' if one.on_agenda else 'could decide'} on {on}"
    if one.moved:
        said += ", as supposed"
    elif not one.on_agenda:
        said += ", if it is put on that agenda"
    if one.papers_out:
        said += "; its papers are out."
    elif one.papers_due < released:
        said += f"; its papers were due on {due}, so this is a late paper."
    else:
        said += f"; its papers are due by {due}."
    return f"{said} {_too_late(name, missed, released)}" if missed else said


def _too_late(name: str, missed: Sequence[Sitting], released: date) -> str:
    """That the papers come too late for the meetings before; of many only the first is named."""
    first = missed[0]
    out = f"Papers released on {day_in_words(released)}"
    late = (released - first.papers_due).days
    days = f"{late} day{'' if late == 1 else 's'}"
    said = f"{out} come {days} too late for {name}’s meeting of {day_in_words(first.held_on)}"
    return f"{said} and {len(missed) - 1} more." if len(missed) > 1 else f"{said}."


def _signed_off(on: date, set_by: Sequence[PartyFact], legs: Sequence[Leg]) -> str:
    said = f"It can be complete on {day_in_words(on)} at the earliest"
    if len(legs) == 1 or len(set_by) == len(legs):
        return f"{said}, if {_names([one.stop.party for one in legs])} {_agrees(len(legs))}."
    sets = "sets" if len(set_by) == 1 else "set"
    return f"{said}; {_names(set_by)} {sets} that day."


def _agrees(count: int) -> str:
    return "answers in favour" if count == 1 else "answer in favour"


def _names(parties: Iterable[PartyFact]) -> str:
    return in_words(party.short_name for party in parties)
