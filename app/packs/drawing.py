"""The system architecture as a drawing: from sectors to segments, with the links between segments, and in words.

Plain SVG 1.1 with presentation attributes only, so that it goes into the PDF and the page as an image of its own.
"""

import base64
import textwrap
from math import cos, hypot, pi, sin
from typing import Any
from xml.sax.saxutils import escape

Json = dict[str, Any]

WIDTH = 700
INK, PALE, RULE, BLUE = "#212b32", "#f0f4f5", "#aeb7bd", "#005eb8"
STROKES = {"risk": ("#8a1538", "7 5"), "resource": (BLUE, "none")}
BOX = (132, 62)


def data_address(architecture: Json) -> str:
    """The drawing as a `data:` address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(architecture).encode()).decode()


def alternative(architecture: Json) -> str:
    """What the drawing shows, for those who cannot see it; the table beneath it says the same."""
    sectors = ", ".join(one["name"] for one in architecture["sectors"])
    segments = ", ".join(one["name"] for one in architecture["segments"])
    links = "; ".join(
        f"{link['kind']} link between {link['from_name']} and {link['to_name']}" for link in architecture["links"]
    )
    said = f"Drawing. From here, the sectors: {sectors}. To here, the segments: {segments}."
    return f"{said} Links: {links}." if links else said


def svg(architecture: Json) -> str:
    """The drawing, 700 units wide: sectors on the left, an arrow, segments on a ring on the right."""
    sectors = architecture["sectors"]
    rows = (len(sectors) + 1) // 2
    height = max(360, 50 + rows * 76)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="Concord Sans, Arial, sans-serif">',
        _title(140, "From here …"),
        _title(515, "… to here"),
    ]
    for index, sector in enumerate(sectors):
        x, y = 10 + (index % 2) * 137, 42 + (index // 2) * 76
        parts.append(_box(x, y, 127, 62, sector["name"], "#ffffff", INK, RULE, 13))
    middle = height / 2 + 14
    parts.append(
        f'<path d="M292 {middle - 9}H318V{middle - 20}L340 {middle}L318 {middle + 20}V{middle + 9}H292Z" '
        f'fill="{BLUE}"/>'
    )
    centres = _ring(architecture["segments"], 520, middle + 2)
    parts += _links(architecture["links"], centres)
    for segment in architecture["segments"]:
        across, down = centres[segment["code"]]
        parts.append(_box(across - BOX[0] / 2, down - BOX[1] / 2, *BOX, segment["name"], BLUE, "#ffffff", BLUE, 14))
    return "".join([*parts, "</svg>"])


def _ring(segments: list[Json], x: float, y: float) -> dict[str, tuple[float, float]]:
    count = len(segments)
    start = -5 * pi / 6 if count == 3 else -pi / 2
    return {
        one["code"]: (x + 112 * cos(start + 2 * pi * i / count), y + 118 * sin(start + 2 * pi * i / count))
        for i, one in enumerate(segments)
    }


def _links(links: list[Json], centres: dict[str, tuple[float, float]]) -> list[str]:
    parts, drawn = [], dict[frozenset[str], int]()
    for link in links:
        if link["from"] not in centres or link["to"] not in centres:
            continue
        pair = frozenset((link["from"], link["to"]))
        step = drawn.get(pair, 0)
        drawn[pair] = step + 1
        (x1, y1), (x2, y2) = centres[link["from"]], centres[link["to"]]
        length = hypot(x2 - x1, y2 - y1) or 1
        off = (step + 1) // 2 * 22 * (-1) ** step
        dx, dy = -(y2 - y1) / length * off, (x2 - x1) / length * off
        colour, dashes = STROKES.get(link["kind"], (INK, "none"))
        parts.append(
            f'<path d="M{x1 + dx:.1f} {y1 + dy:.1f}L{x2 + dx:.1f} {y2 + dy:.1f}" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{dashes}" fill="none"/>'
        )
        mx, my = (x1 + x2) / 2 + dx, (y1 + y2) / 2 + dy
        parts.append(f'<rect x="{mx - 42:.1f}" y="{my - 10:.1f}" width="84" height="20" rx="3" fill="#ffffff"/>')
        parts.append(_text(mx, my + 4.5, f"{link['kind'].capitalize()} link", colour, 12.5, "600"))
    return parts


def _title(x: float, words: str) -> str:
    return _text(x, 24, words, INK, 16, "700")


def _box(x: float, y: float, w: float, h: float, words: str, fill: str, ink: str, rule: str, size: float) -> str:
    lines = textwrap.wrap(words, int(w / size * 1.75)) or [""]
    first = y + h / 2 + size * 0.35 - (len(lines) - 1) * size * 0.6
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w}" height="{h}" rx="5" fill="{fill}" stroke="{rule}"/>' + "".join(
        _text(x + w / 2, first + i * size * 1.2, line, ink, size, "600") for i, line in enumerate(lines[:4])
    )


def _text(x: float, y: float, words: str, fill: str, size: float, weight: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{escape(words)}</text>'
    )
