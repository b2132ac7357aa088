"""Where everything stands in the plan's drawing: places only, which `programme/plan_drawing.html` draws.

A day is a diamond, words that mean several days a bar over all of them; the baseline is hollow, the forecast filled,
what was reached has a tick, and what was withdrawn is struck out. What no day is known of has no mark; the table
beneath the drawing says it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.db.types import GivenDate
from app.programme.dates import given_day
from app.programme.plan import Plan, PlannedMilestone

WIDTH, LEFT, RIGHT, TOP, LINE, HEAD = 1200, 330, 16, 56, 26, 30
LETTERS = 42

Scale = Callable[[date], float]
"""Where a day stands across."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar from x to x2, or where they are one day a diamond at x; y is its middle."""

    x: float
    x2: float
    y: float

    @property
    def spans(self) -> bool:
        """Whether it is drawn as a bar."""
        return self.x2 - self.x > 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """A milestone's line: its label, its marks, and the arrow of its slip from x to x2."""

    planned: PlannedMilestone
    label: str
    y: float
    baseline: Mark | None
    forecast: Mark | None
    actual: Mark | None
    arrow: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A workstream's name above its milestones."""

    code: str
    title: str
    y: float


@dataclass(frozen=True, slots=True)
class Vertical:
    """A day across all rows: a month, a period's end, a meeting, today."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class PlanDrawing:
    """The whole drawing, in units of an SVG view box."""

    width: int
    height: float
    left: int
    top: int
    headings: tuple[Heading, ...]
    lines: tuple[Drawn, ...]
    months: tuple[Vertical, ...]
    periods: tuple[Vertical, ...]
    meetings: tuple[Vertical, ...]
    today: Vertical | None
    needs: tuple[str, ...]


def drawn(plan: Plan, on: date) -> PlanDrawing | None:
    """The drawing of a plan on a day; None where no milestone has a day."""
    days = [day for row in plan.rows for one in row.milestones for day in _days(one)]
    if not days:
        return None
    first, last = min(days).replace(day=1), max(days) + timedelta(days=7)
    scale = (WIDTH - LEFT - RIGHT) / max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (day - first).days * scale, 1)

    def vertical(day: date, words: str) -> list[Vertical]:
        return [Vertical(x(day), words)] if first <= day <= last else []

    headings, lines, y = [], [], float(TOP)
    for row in plan.rows:
        headings.append(Heading(row.workstream.code, _short(row.workstream.title, LETTERS + 4), y + 20))
        y += HEAD
        for one in row.milestones:
            lines.append(_line(one, y + LINE / 2, x))
            y += LINE
        y += 6
    places = {line.planned.milestone.id: line for line in lines}
    today = vertical(on, "Today")
    return PlanDrawing(
        WIDTH,
        y + 8,
        LEFT,
        TOP,
        tuple(headings),
        tuple(lines),
        tuple(_months(first, last, x, scale)),
        tuple(found for period in plan.periods for found in vertical(period.ends, f"{period.title} ends")),
        tuple(found for day, title in plan.meetings for found in vertical(day, title)),
        today[0] if today else None,
        tuple(way for start, end in plan.dependencies if (way := _way(places[start], places[end]))),
    )


def _days(one: PlannedMilestone) -> list[date]:
    milestone = one.milestone
    given = (milestone.baseline, milestone.forecast)
    found = [day for dates in given for day in (dates.earliest, dates.latest) if day]
    return [*found, milestone.actual] if milestone.actual else found


def _mark(given: GivenDate, y: float, x: Scale) -> Mark | None:
    ends = [day for day in (given.earliest, given.latest) if day]
    return Mark(x(ends[0]), x(ends[-1]), y) if ends else None


def _line(one: PlannedMilestone, y: float, x: Scale) -> Drawn:
    milestone = one.milestone
    baseline = _mark(milestone.baseline, y, x)
    forecast = _mark(milestone.forecast, y, x) if milestone.awaited else None
    actual = _mark(given_day(milestone.actual), y, x) if milestone.actual else None
    now = actual or forecast
    end = (now.x if now.spans and baseline and now.x > baseline.x2 else now.x2) if now else 0
    arrow = (baseline.x2, end) if baseline and now and abs(end - baseline.x2) > 14 else None
    return Drawn(one, _short(milestone.title, LETTERS), y, baseline, forecast, actual, arrow)


def _way(start: Drawn, end: Drawn) -> str:
    """The thin line of a dependency: out of the one, down or up, into the other."""
    first = start.actual or start.forecast or start.baseline
    second = end.actual or end.forecast or end.baseline
    if first is None or second is None:
        return ""
    before = -8 if second.y > first.y else 8
    return f"M{first.x2} {first.y - before}V{(first.y + second.y) / 2}H{second.x2}V{second.y + before}"


def _months(first: date, last: date, x: Scale, scale: float) -> list[Vertical]:
    """Each month's first day; where months stand too close for their names, each quarter's or year's only."""
    apart = 30 * scale
    every = 1 if apart > 46 else 3 if apart > 16 else 12
    found, month = [], first
    while month <= last:
        if (month.month - 1) % every == 0 or month == first:
            found.append(Vertical(x(month), f"{month:%b %Y}" if every > 1 or apart > 66 else f"{month:%b}"))
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found


def _short(words: str, most: int) -> str:
    """Cut between two words where there are two: half a word is not part of the link's name."""
    if len(words) <= most:
        return words
    whole, _, rest = words[:most].rpartition(" ")
    return f"{(whole or rest[: most - 1]).rstrip(' ,;:')}…"
