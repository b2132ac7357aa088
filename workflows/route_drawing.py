"""Where everything stands on the time lines of a route, a line for each body.

Places only, which `signoff/route_drawing.html` draws: as things stand above a body's line, what is supposed beneath
it. The table beneath the drawing says the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.route import Leg, Route

WIDTH, LEFT, RIGHT, TOP, LINE = 820, 150, 34, 62, 46
_APART = 7  # units between what stands above a line and beneath it
_ROOM = 18  # letters of a body's name

Scale = Callable[[date], float]
"""Where a day stands across."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A body's earliest decision at x, its papers due at `due`; `label` is the day, `before` where it stands left."""

    x: float
    y: float
    due: float | None
    label: str
    before: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The time line of one body: its name, its other meetings, its marks as things stand and as supposed."""

    name: str
    y: float
    others: tuple[float, ...]
    now: Mark | None
    then: Mark | None


@dataclass(frozen=True, slots=True)
class Upright:
    """A day across all lines: a month's first, today, the day of full sign-off."""

    x: float
    words: str
    before: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing, in units of an SVG view box; `said` is what it shows, in sentences."""

    width: int
    height: int
    left: int
    lines: tuple[Line, ...]
    months: tuple[Upright, ...]
    today: Upright
    now: Upright | None
    then: Upright | None
    said: str


def drawn(now: Route, then: Route | None, today: date) -> Drawing | None:
    """The drawing of a route, beside one that is supposed; None where no body has any day ahead."""
    legs = [(one, then.leg_of(one.stop.party.body_id) if then else None) for one in now.legs]
    days = [day for pair in legs for one in pair if one for day in _days(one)]
    if not days:
        return None
    last = max(max(days), today + timedelta(days=21)) + timedelta(days=4)
    scale = (WIDTH - LEFT - RIGHT) / (last - today).days

    def x(day: date) -> float:
        return round(LEFT + max((day - today).days, 0) * scale, 1)

    lines = tuple(
        _line(one, other, TOP + LINE * number + LINE / 2, x, last) for number, (one, other) in enumerate(legs)
    )
    return Drawing(
        WIDTH,
        TOP + LINE * len(lines) + 26,
        LEFT,
        lines,
        tuple(_months(today, last, x)),
        Upright(x(today), "Today"),
        _upright(now, x),
        _upright(then, x) if then and then.on != now.on else None,
        " ".join(
            [now.sentence, *(one.sentence for one in now.legs), *([f"As supposed: {then.sentence}"] if then else [])]
        ),
    )


def _days(one: Leg) -> Iterable[date]:
    if one.on is not None:
        yield one.on
    yield from (missed.held_on for missed in one.missed)


def _line(one: Leg, other: Leg | None, y: float, x: Scale, last: date) -> Line:
    taken = {found.on for found in (one, other) if found}
    others = [each.held_on for each in one.stop.sittings if each.held_on not in taken and each.held_on <= last]
    differs = other is not None and (other.on, _due(other)) != (one.on, _due(one))
    name = one.stop.party.short_name
    return Line(
        name if len(name) <= _ROOM else f"{name[: _ROOM - 1].rstrip()}…",
        y,
        tuple(x(day) for day in others),
        _mark(one, y - (_APART if differs else 0), x),
        _mark(other, y + _APART, x) if other is not None and differs else None,
    )


def _due(one: Leg) -> date | None:
    return one.sitting.papers_due if one.sitting and not one.sitting.papers_out else None


def _mark(one: Leg, y: float, x: Scale) -> Mark | None:
    if one.on is None:
        return None
    due = _due(one)
    place = x(one.on)
    return Mark(place, y, x(due) if due else None, _short(one.on), place > WIDTH - RIGHT - 60)


def _upright(found: Route | None, x: Scale) -> Upright | None:
    if found is None or found.on is None:
        return None
    place = x(found.on)
    return Upright(place, _short(found.on), place > WIDTH - 220)


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _months(first: date, last: date, x: Scale) -> Sequence[Upright]:
    """The first of each month, as many named as have room."""
    found, month = [], (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    while month <= last:
        found.append(Upright(x(month), f"{month:%b %Y}" if month.month == 1 else f"{month:%b}"))
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    every = -(-len(found) // 12)
    return found[:: max(every, 1)]
