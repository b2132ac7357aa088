"""A risk's scores over time as a small line: places only, which the macro in `programme/risk_parts.html` draws."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.risks import Assessed

WIDTH, HEIGHT = 240, 60
_LEFT, _TOP, _BOTTOM = 8, 6, 54


@dataclass(frozen=True, slots=True)
class Spot:
    """One assessment on the line."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """The line: its spots, its path, and the heights at which the bands begin."""

    width: int
    height: int
    spots: tuple[Spot, ...]
    path: str
    edges: tuple[float, ...]


def line(assessments: Sequence[Assessed]) -> Line | None:
    """The line of these assessments, oldest first, as far apart as their days; None where there are fewer than two."""
    if len(assessments) < 2:
        return None
    first, last = assessments[0].on, assessments[-1].on
    days = (last - first).days
    spots = []
    for index, one in enumerate(assessments):
        share = (one.on - first).days / days if days else index / (len(assessments) - 1)
        spots.append(Spot(round(_LEFT + share * (WIDTH - 2 * _LEFT), 1), _height(one.score.number)))
    path = "M" + "L".join(f"{spot.x} {spot.y}" for spot in spots)
    return Line(WIDTH, HEIGHT, tuple(spots), path, tuple(_height(edge) for edge in (3.5, 7, 13.5)))


def _height(number: float) -> float:
    return round(_BOTTOM - (number - 1) / 24 * (_BOTTOM - _TOP), 1)
