"""Where the parts of a definition stand in its drawing: places only, for `signoff/definition_drawing.html`.

The stages stand one beneath the other, so that the drawing is as wide as a phone; what follows from one to the next
goes straight down, and every other way runs in a lane of its own at their right. The text beneath says the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from workflows.deadline import by_in_words
from workflows.reading import alike, answer_called, how, when_complete, who
from workflows.stages import DONE, STOPPED, Definition, Stage
from workflows.times import times_in_short

EDGE, BROAD, GAP, LANE = 2, 270, 40, 20
TITLE, LINE = 20, 18  # from one line of a title, and of a text, to the next
_PAD = 12
_TITLE_ROOM = 25  # characters in a line of a title, which is set larger; both leave room for a font of wide letters
_LINE_ROOM = 30
_END = 44

WAYS = {
    "complete": "When it is complete",
    "answered": "When it is complete, and any party has answered so",
    "declined": "When it is declined",
}
"""What the kinds of arrow mean."""

Kind = Literal["complete", "answered", "declined"]


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: where it begins, on its baseline."""

    x: float
    y: float
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A stage, or where a case ends: its corner, its size, what stands in it."""

    key: str
    x: float
    y: float
    width: float
    height: float
    words: tuple[Words, ...]
    end: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow: its kind, the points it goes through, its head; `label` stands beside one that goes straight down."""

    kind: Kind
    start: str
    to: str
    points: tuple[tuple[float, float], ...]
    head: str
    label: Words | None = None

    @property
    def path(self) -> str:
        """The points as an SVG path."""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing, in units of an SVG view box; `said` are its ways in sentences."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    said: str


@dataclass(frozen=True, slots=True)
class _Route:
    kind: Kind
    start: str
    to: str
    called: str


def drawn(definition: Definition) -> Drawing:
    """The drawing of a definition, whatever its stages lead to."""
    routes = tuple(_routes(definition.stages))
    order = [stage.name for stage in definition.stages]
    order += [end for end in (DONE, STOPPED) if any(route.to == end for route in routes)]
    beside = [route for route in routes if not _straight(route, order)]
    boxes: dict[str, Box] = {}
    y = float(EDGE)
    for number, stage in enumerate(definition.stages, start=1):
        leaving = [route for route in beside if route.start == stage.name]
        boxes[stage.name] = _stage_box(stage, number, y, leaving, definition)
        y += boxes[stage.name].height + GAP
    for end in order[len(definition.stages) :]:
        boxes[end] = _end_box(end, y)
        y += _END + GAP
    lanes = _lanes(beside, boxes)
    ways = [_down(route, boxes) for route in routes if route not in beside]
    ways += [_aside(route, lanes[route], boxes) for route in beside]
    width = EDGE + BROAD + (max(lanes.values()) + 1) * LANE + 12 if lanes else EDGE * 2 + BROAD
    return Drawing(
        round(width),
        round(y - GAP + EDGE),
        tuple(boxes[name] for name in order),
        tuple(ways),
        " ".join(_said(definition, routes)),
    )


def _routes(stages: Sequence[Stage]) -> Iterable[_Route]:
    for stage in stages:
        yield _Route("complete", stage.name, stage.then.complete, "Complete")
        for branch in stage.then.branches:
            yield _Route("answered", stage.name, branch.goes_to, f"If {answer_called(stage, branch.answered)}")
        if stage.then.declined is not None:
            yield _Route("declined", stage.name, stage.then.declined, "Declined")


def _straight(route: _Route, order: Sequence[str]) -> bool:
    """What follows a completed stage and stands just beneath it; a decline always goes round."""
    return route.kind == "complete" and order.index(route.to) == order.index(route.start) + 1


def _called(definition: Definition, key: str) -> str:
    return {DONE: "Agreed", STOPPED: "Stopped"}.get(key) or definition.stage(key).title


def _leads(route: _Route, definition: Definition) -> str:
    if route.to == route.start:
        return f"{route.called}: this once more"
    if route.to in (DONE, STOPPED):
        return f"{route.called}: {_called(definition, route.to).lower()}"
    number = [stage.name for stage in definition.stages].index(route.to) + 1
    return f"{route.called}: on to {number}"


def _stage_box(stage: Stage, number: int, y: float, leaving: Sequence[_Route], definition: Definition) -> Box:
    words: list[Words] = []
    below = y + 4
    for line in wrap(f"{number}. {stage.title}", _TITLE_ROOM):
        below += TITLE
        words.append(Words(EDGE + _PAD, below, line, strong=True))
    below += 4
    lines = [f"{_capital(who(rules))}: {how(rules[0])}" for rules in alike(stage)]
    lines += [f"To be answered {by_in_words(stage.by)}"] if stage.by else []
    lines += times_in_short(stage.reminders or (), stage.escalate or ())
    lines.append(f"Complete when {when_complete(stage)}")
    for text in lines:
        for line in wrap(text, _LINE_ROOM):
            below += LINE
            words.append(Words(EDGE + _PAD, below, line))
    for route in leaving:
        below += 8
        for line in wrap(_leads(route, definition), _TITLE_ROOM):
            below += LINE
            words.append(Words(EDGE + _PAD, below, line, strong=True))
    return Box(stage.name, EDGE, y, BROAD, below + _PAD - y, tuple(words))


def _end_box(key: str, y: float) -> Box:
    said = {DONE: "The case is agreed", STOPPED: "The case is stopped"}[key]
    return Box(key, EDGE, y, BROAD, _END, (Words(EDGE + _PAD, y + 28, said, strong=True),), end=True)


def _leaves(route: _Route, box: Box) -> float:
    """How high a way leaves its box: at the middle of the line that names it."""
    line = next(one for one in box.words if one.strong and _names_way(one.text, route))
    return line.y - 5


def _names_way(line: str, route: _Route) -> bool:
    """Whether a line, which may be only the first of several, begins to name this way."""
    return line.startswith(route.called) or route.called.startswith(line)


def _arrives(box: Box) -> float:
    return box.y + 22


def _lanes(routes: Sequence[_Route], boxes: dict[str, Box]) -> dict[_Route, int]:
    """The lane of each: short ones inside, and none on another's."""
    spans = {route: tuple(sorted((_leaves(route, boxes[route.start]), _arrives(boxes[route.to])))) for route in routes}
    found: dict[_Route, int] = {}
    for route in sorted(routes, key=lambda one: (spans[one][1] - spans[one][0], spans[one][0])):
        high, low = spans[route]
        lane = 0
        while any(
            taken == lane and spans[other][0] < low + 6 and high < spans[other][1] + 6 for other, taken in found.items()
        ):
            lane += 1
        found[route] = lane
    return found


def _down(route: _Route, boxes: dict[str, Box]) -> Way:
    above, beneath = boxes[route.start], boxes[route.to]
    x, start, to = EDGE + 40, above.y + above.height, beneath.y
    label = Words(x + 14, start + GAP / 2 + 5, "complete")
    return Way(
        "complete",
        route.start,
        route.to,
        ((x, start), (x, to - 9)),
        f"M{x:g} {to:g}L{x - 6:g} {to - 10:g}H{x + 6:g}Z",
        label,
    )


def _aside(route: _Route, lane: int, boxes: dict[str, Box]) -> Way:
    edge, x = EDGE + BROAD, EDGE + BROAD + 18 + lane * LANE
    start, to = _leaves(route, boxes[route.start]), _arrives(boxes[route.to])
    return Way(
        route.kind,
        route.start,
        route.to,
        ((edge, start), (x, start), (x, to), (edge + 9, to)),
        f"M{edge:g} {to:g}L{edge + 10:g} {to - 6:g}V{to + 6:g}Z",
    )


def _said(definition: Definition, routes: Iterable[_Route]) -> Iterable[str]:
    for route in routes:
        called = _called(definition, route.start)
        to = "put once more" if route.to == route.start else f"followed by “{_called(definition, route.to)}”"
        how_so = (
            f"complete and {route.called[:1].lower()}{route.called[1:]}" if route.kind == "answered" else route.kind
        )
        yield f"“{called}”, {how_so}, is {to}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
