"""Where the parts stand in the drawing "from here … to here", and the same in words.

Places only: the macro in `programme/drawing.html` draws them, for the page and for the pack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

WIDTH = 840
_SECTOR = (140, 56)
_SEGMENT = (148, 64)
_MIDDLE = 616
_RING = (164, 130)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a kind (risk, resource) between two segments, by the keys under which these are given."""

    kind: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Box:
    """A named box: its corner, its size, and its name in lines."""

    name: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A link between two boxes, bent towards (bx, by) so that two links of one pair do not cover each other."""

    kind: str
    x1: float
    y1: float
    bx: float
    by: float
    x2: float
    y2: float
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing, in units of an SVG view box."""

    width: int
    height: int
    sectors: tuple[Box, ...]
    segments: tuple[Box, ...]
    links: tuple[Line, ...]


def drawn(sectors: Sequence[str], segments: Mapping[str, str], links: Sequence[Link]) -> Drawing | None:
    """The drawing of these sectors, by name, and segments, by key and name; None where there are no segments."""
    if not segments:
        return None
    rows = (len(sectors) + 1) // 2
    height = max(400, 60 + rows * 72)
    middle = (height + 30) / 2
    sector_boxes = tuple(
        _box(name, 4 + (index % 2) * 154, 48 + (index // 2) * 72, *_SECTOR, 16) for index, name in enumerate(sectors)
    )
    placed = {key: _placed(name, index, len(segments), middle) for index, (key, name) in enumerate(segments.items())}
    bends: dict[frozenset[str], int] = {}
    lines = []
    for link in links:
        if link.start in placed and link.end in placed and link.start != link.end:
            pair = frozenset((link.start, link.end))
            bends[pair] = bends.get(pair, 0) + 1
            lines.append(_line(link.kind, placed[link.start], placed[link.end], bends[pair], middle))
    return Drawing(WIDTH, height, sector_boxes, tuple(placed.values()), tuple(lines))


def in_words(sectors: Sequence[str], segments: Mapping[str, str], links: Sequence[Link]) -> str:
    """What the drawing shows, for those who cannot see it."""
    said = f"From here, the sectors: {', '.join(sectors)}. To here, the segments: {', '.join(segments.values())}."
    named = [
        f"{link.kind} link between {segments[link.start]} and {segments[link.end]}"
        for link in links
        if link.start in segments and link.end in segments
    ]
    return f"{said} Links: {'; '.join(named)}." if named else said


def _placed(name: str, index: int, count: int, middle: float) -> Box:
    """On a ring; three stand two above and one beneath, as in the source."""
    first = -5 * pi / 6 if count == 3 else -pi / 2
    angle = first + 2 * pi * index / count
    x = _MIDDLE + (_RING[0] * cos(angle) if count > 1 else 0)
    y = middle + (_RING[1] * sin(angle) if count > 1 else 0)
    return _box(name, x - _SEGMENT[0] / 2, y - _SEGMENT[1] / 2, *_SEGMENT, 15)


def _box(name: str, x: float, y: float, width: float, height: float, room: int) -> Box:
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + len(word) < room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    shown = lines if len(lines) <= 3 else [*lines[:2], f"{lines[2]} …"]
    return Box(name, round(x, 1), round(y, 1), width, height, tuple(shown))


def _line(kind: str, start: Box, end: Box, bend: int, middle: float) -> Line:
    """From one middle to the other, bent outwards; further links of the same pair bend to the other side and more."""
    (x1, y1), (x2, y2) = start.middle, end.middle
    half = ((x1 + x2) / 2, (y1 + y2) / 2)
    out = (half[0] - _MIDDLE, half[1] - middle)
    length = hypot(*out) or 1
    away = (40 if bend % 2 else -60) * ((bend + 1) // 2)
    bx, by = half[0] + out[0] / length * away, half[1] + out[1] / length * away
    label = ((x1 + 2 * bx + x2) / 4, (y1 + 2 * by + y2) / 4)
    return Line(kind, *(round(value, 1) for value in (x1, y1, bx, by, x2, y2, *label)))
