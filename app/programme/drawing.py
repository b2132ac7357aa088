"""Where the parts stand in the drawing "from here … to here": places only, for the page and for the pack.

The macro in `programme/drawing.html` draws them; `drawing_words` says the same. Sectors stand at the left, segments
one beneath the other, and each link between two segments runs in a lane of its own at their right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

LINKS = {"risk": "Risk link", "resource": "Resource link", "sector": "Sector link"}
"""The kinds of link: a sector's goes into a segment, the others join two segments."""

TOP = 44  # beneath the headings
_SECTOR = (140, 52, 8)  # width, height at the least, and from one to the next
_SECTOR_ROOM = 15  # characters in a line
_GUTTER = 84
_GAP = 36  # between segments, so that the label of a link between two neighbours has room
_LANE = 92
_LABEL = (86, 22)
_PORT = 20
_LEAD = 17
_STREAM = 24  # with a title of one line


@dataclass(frozen=True, slots=True)
class Stream:
    """A workstream placed in a segment."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Part:
    """A sector or a segment: what works in it in short lines, and the workstreams placed in it."""

    key: str
    name: str
    works: tuple[str, ...] = ()
    streams: tuple[Stream, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a kind (a key of `LINKS`) between two parts, by their keys."""

    kind: str
    start: str
    end: str
    reconstructed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: where it begins (or its middle, in a sector), on its baseline."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A named box: its corner, its size, and its name in lines."""

    key: str
    name: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's box, its head with the name, what works in it, and its workstreams."""

    box: Box
    head: float
    works: tuple[Words, ...]
    streams: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A link: its way, and the box of its label; what goes from a sector into a segment has an arrow and no label."""

    kind: str
    way: str
    label: Box | None
    arrow: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: what a kind of line, or the star, means."""

    kind: str
    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing, in units of an SVG view box."""

    width: int
    height: int
    from_x: float
    to_x: float
    arrow: tuple[float, float] | None
    sectors: tuple[Box, ...]
    segments: tuple[Segment, ...]
    links: tuple[Line, ...]
    legend: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A link between two segments on its way: where it leaves, where it arrives, and in which lane it runs."""

    link: Link
    high: float
    low: float
    lane: int = 0


def points(text: str) -> tuple[str, ...]:
    """The entries of a text that is a list in Markdown, each in one line; without a list, its lines."""
    found: list[str] = []
    for line in text.splitlines():
        plain = line.strip()
        marked = plain[:2] in ("- ", "* ", "+ ")
        if marked or not found or not line.startswith(" "):
            found.append((plain[2:] if marked else plain).strip(" #*_`"))
        else:
            found[-1] += f" {plain}"
    return tuple(one for one in found if one)


def marked(name: str, demonstration: bool) -> str:
    """A name as the drawing and its sentences give it: what was made up says so there too."""
    return f"{name} (demonstration content)" if demonstration else name


def drawn(sectors: Sequence[Part], segments: Sequence[Part], links: Sequence[Link]) -> Drawing | None:
    """The drawing of these parts and links; None where there are no segments."""
    if not segments:
        return None
    here, there = [one.key for one in sectors], [one.key for one in segments]
    between = [one for one in links if one.start in there and one.end in there and one.start != one.end]
    into = [one for one in links if one.start in here and one.end in there]
    broad = 470 if any(one.works for one in segments) else 330 if any(one.streams for one in segments) else 250
    heights = [_height(one, broad, max(_ends(between, one.key), _ends(into, one.key))) for one in segments]
    tall = sum(heights) + _GAP * (len(segments) - 1)
    rows = _rows(sectors, 1)
    columns = 1 if into or _tall(rows) <= max(tall, 240) else 2
    rows = _rows(sectors, columns)
    body = max(tall, _tall(rows))
    left = 4 + columns * (_SECTOR[0] + 14) - 14 if sectors else -_GUTTER + 4
    x = left + _GUTTER
    sector_boxes = _sectors(sectors, columns, rows, TOP + (body - _tall(rows)) / 2)
    placed: list[Segment] = []
    y = TOP + (body - tall) / 2
    for one, height in zip(segments, heights, strict=True):
        placed.append(_segment(one, x, y, broad, height))
        y += height + _GAP
    runs = _lanes(_runs(between, [one.box for one in placed]))
    lanes = max((run.lane for run in runs), default=-1) + 1
    width = max(x + broad + 4 + (20 + lanes * _LANE if lanes else 0), 520)
    legend, legend_rows = _legend(between, into, width, TOP + body + 34)
    return Drawing(
        width=round(width),
        height=round(TOP + body + 14 + legend_rows * 26),
        from_x=4 + (left - 4) / 2,
        to_x=x + broad / 2,
        arrow=(left + 8, TOP + body / 2) if sectors and not into else None,
        sectors=sector_boxes,
        segments=tuple(placed),
        links=(*_into(into, sector_boxes, placed), *(_between(run, runs, x + broad) for run in runs)),
        legend=legend,
    )


def _ends(links: Sequence[Link], key: str) -> int:
    return sum((one.start == key) + (one.end == key) for one in links)


def _name_room(broad: float) -> int:
    return int((broad - 24) / 9.6)


def _text_room(broad: float) -> int:
    return int((broad - 40) / 6.7)


def _works(part: Part, broad: float) -> list[list[str]]:
    """What works, each in as many lines as it needs."""
    return [wrap(one, _text_room(broad)) for one in part.works]


def _title(stream: Stream, broad: float) -> list[str]:
    return wrap(stream.title, int((broad - 40) / 7.4))


def _height(part: Part, broad: float, ports: int) -> float:
    lines = sum(len(one) for one in _works(part, broad))
    streams = sum(_stream_height(_title(one, broad)) + 2 for one in part.streams)
    body = (lines * _LEAD + 12 if lines else 0) + (streams + 8 if streams else 0)
    return max(_head(part, broad) + body, 56.0, _PORT * (ports + 1))


def _head(part: Part, broad: float) -> float:
    return 14.0 + 20 * len(wrap(part.name, _name_room(broad)))


def _stream_height(title: Sequence[str]) -> float:
    return _STREAM + _LEAD * (len(title) - 1.0)


def _rows(sectors: Sequence[Part], columns: int) -> list[float]:
    """How high each row of sectors is: as the one with the longest name needs."""
    needs = [max(_SECTOR[1], 20.0 + 16 * len(wrap(one.name, _SECTOR_ROOM))) for one in sectors]
    return [max(needs[at : at + columns]) for at in range(0, len(needs), columns)]


def _tall(rows: Sequence[float]) -> float:
    return sum(rows) + _SECTOR[2] * (len(rows) - 1) if rows else 0.0


def _sectors(sectors: Sequence[Part], columns: int, rows: Sequence[float], top: float) -> tuple[Box, ...]:
    width, _, apart = _SECTOR
    found = []
    for index, one in enumerate(sectors):
        row = index // columns
        x, y, height = 4 + (index % columns) * (width + 14), top + _tall(rows[:row]) + (apart if row else 0), rows[row]
        lines = wrap(one.name, _SECTOR_ROOM)
        first = y + height / 2 + 5 - (len(lines) - 1) * 8
        words = tuple(Words(x + width / 2, round(first + n * 16, 1), line) for n, line in enumerate(lines))
        found.append(Box(one.key, one.name, x, round(y, 1), width, height, words))
    return tuple(found)


def _segment(part: Part, x: float, y: float, broad: float, height: float) -> Segment:
    head = _head(part, broad)
    works, streams = _works(part, broad), []
    if not works and not part.streams:
        head = height  # a box of its name alone
    lines = wrap(part.name, _name_room(broad))
    first = y + head / 2 + 6 - (len(lines) - 1) * 10
    name = tuple(Words(x + 12, round(first + n * 20, 1), line) for n, line in enumerate(lines))
    below, texts = y + head + 6, []
    for entry in works:
        for n, line in enumerate(entry):
            below += _LEAD
            texts.append(Words(x + (14 if n == 0 else 25), round(below - 4, 1), f"• {line}" if n == 0 else line))
    below += 6 if works else 0
    for one in part.streams:
        title = _title(one, broad)
        tall = _stream_height(title)
        words = tuple(Words(x + 20, round(below + 16 + n * _LEAD, 1), line) for n, line in enumerate(title))
        streams.append(Box(one.code, one.title, x + 8, round(below, 1), broad - 16, tall, words))
        below += tall + 2
    box = Box(part.key, part.name, x, round(y, 1), broad, round(height, 1), name)
    return Segment(box, head, tuple(texts), tuple(streams))


def _runs(links: Sequence[Link], boxes: Sequence[Box]) -> list[_Run]:
    """Where each link leaves and arrives, so that of two nested ones the inner one stays inside the outer one."""
    order = {box.key: index for index, box in enumerate(boxes)}
    ends: dict[tuple[int, str], float] = {}
    for box in boxes:
        here = order[box.key]
        own = [(index, link) for index, link in enumerate(links) if box.key in (link.start, link.end)]

        def place(entry: tuple[int, Link], here: int = here) -> tuple[int, int, int]:
            index, link = entry
            away = order[link.start] + order[link.end] - 2 * here
            return (0, -away, -index) if away < 0 else (1, -away, index)

        for n, (index, _link) in enumerate(sorted(own, key=place), start=1):
            ends[index, box.key] = round(box.y + box.height * n / (len(own) + 1), 1)
    found = []
    for index, link in enumerate(links):
        high, low = sorted((ends[index, link.start], ends[index, link.end]))
        found.append(_Run(link, high, low))
    return found


def _lanes(runs: Sequence[_Run]) -> list[_Run]:
    """The lane of each: short ones inside, and none on another's."""
    found: list[_Run] = []
    for run in sorted(runs, key=lambda one: (one.low - one.high, one.high)):
        lane = 0
        while any(one.lane == lane and one.high < run.low + 4 and run.high < one.low + 4 for one in found):
            lane += 1
        found.append(_Run(run.link, run.high, run.low, lane))
    return found


def _between(run: _Run, runs: Sequence[_Run], edge: float) -> Line:
    x, (width, height) = edge + 20 + run.lane * _LANE + _LANE / 2, _LABEL
    way = f"M{edge} {run.high}H{x - 8}Q{x} {run.high} {x} {run.high + 8}V{run.low - 8}Q{x} {run.low} {x - 8} {run.low}"
    middle = (run.high + run.low) / 2
    crossing = [y for one in runs if one.lane > run.lane for y in (one.high, one.low)]
    steps = (step * side for step in range(0, 120, 6) for side in (1, -1))
    free = (
        middle + step
        for step in steps
        if run.high + 14 <= middle + step <= run.low - 14 and all(abs(middle + step - y) > 16 for y in crossing)
    )
    y = next(free, middle)
    said = f"{run.link.kind.capitalize()}{' *' if run.link.reconstructed else ''}"
    label = Box("", said, x - width / 2, round(y - height / 2, 1), width, height, (Words(x, round(y + 5, 1), said),))
    return Line(run.link.kind, f"{way}H{edge}", label, "")


def _into(links: Sequence[Link], sectors: Sequence[Box], segments: Sequence[Segment]) -> list[Line]:
    from_box = {box.key: box for box in sectors}
    found = []
    for segment in segments:
        arriving = sorted((one for one in links if one.end == segment.box.key), key=lambda one: from_box[one.start].y)
        for n, link in enumerate(arriving, start=1):
            box = from_box[link.start]
            x1, y1 = box.x + box.width, box.y + box.height / 2
            x2, y2 = segment.box.x, round(segment.box.y + segment.box.height * n / (len(arriving) + 1), 1)
            half = (x1 + x2) / 2
            way = f"M{x1} {y1}C{half} {y1} {half} {y2} {x2 - 9} {y2}"
            found.append(Line("sector", way, None, f"M{x2} {y2}L{x2 - 10} {y2 - 5}V{y2 + 5}Z"))
    return found


def _legend(between: Sequence[Link], into: Sequence[Link], width: float, top: float) -> tuple[tuple[Key, ...], int]:
    """What the lines mean, as far as they are there, and in how many rows."""
    kinds = {one.kind for one in (*between, *into)}
    entries = [(kind, words) for kind, words in LINKS.items() if kind in kinds]
    if any(one.reconstructed for one in between):
        entries.append(("star", "* reconstructed"))
    found, x, row = [], 4.0, 0
    for kind, words in entries:
        needs = 60 + len(words) * 9
        if x + needs > width and x > 4:
            x, row = 4.0, row + 1
        found.append(Key(kind, x, top + row * 26, words))
        x += needs
    return tuple(found), row + 1 if found else 0
