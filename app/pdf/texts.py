"""The words in a PDF: as its pages show them, and wherever else they may hide."""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

_Map = dict[bytes, str]
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_SECTION = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_RANGE = re.compile(rb"<([^>]*)>\s*<([^>]*)>\s*(<[^>]*>|\[[^\]]*\])")
_SHOWS_TEXT = re.compile(rb"BT\b.*?[\])>]\s*T[jJ]\b", re.DOTALL)
_TEXT = "Tf Tj TJ ' \" T* Td TD Tm BT ET Do"
_WIDE_GAP = -180
"""Thousandths of an em between two strings from which on a reader sees a space."""


@dataclass(frozen=True)
class Facts:
    """What a release entry records of a file."""

    pages: int
    size: int
    sha256: str


def facts(pdf: bytes) -> Facts:
    """Number of pages, size in bytes and SHA-256 of a PDF."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return Facts(len(opened.pages), len(pdf), hashlib.sha256(pdf).hexdigest())


def page_texts(pdf: bytes) -> list[str]:
    """The words of each page, in the order they are drawn, lines parted by newlines."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        maps: dict[tuple[int, int], _Map] = {}
        return [_drawn(page.obj, _fonts(page.resources, maps), maps, 0) for page in opened.pages]


def all_text(pdf: bytes) -> str:
    """Every word anywhere in the file, for proving that something is not in it.

    Reads every object, referred to or not: content (with every font that goes by the name used), strings,
    metadata, outline, attachments, and the streams of earlier revisions still in the bytes. Ends with the
    whole once more without spaces and line breaks, so that a word broken over two lines is found.
    """
    parts: list[str] = []
    with pikepdf.open(BytesIO(pdf)) as opened:
        together: list[dict[str, _Map]] = []
        maps: dict[tuple[int, int], _Map] = {}
        streams: list[bytes] = []
        for thing in opened.objects:
            _strings(thing, parts, 0)
            resources = thing.get("/Resources") if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) else None
            for source in (resources, thing):
                named = _fonts(source, maps)
                if named and named not in together:  # most pages name the same fonts
                    together.append(named)
            if isinstance(thing, pikepdf.Stream):
                try:
                    streams.append(thing.read_bytes())
                except pikepdf.PdfError:
                    streams.append(thing.read_raw_bytes())
        streams.extend(_inflated(pdf))
        everything: dict[bytes, None] = dict.fromkeys(streams)
        every_map = list({id(font): font for named in together for font in named.values()}.values())
        for content in everything:
            parts.append(content.decode("utf-8", errors="replace"))
            if b"\0" in content[:4000]:
                parts.append(content.decode("utf-16-be", errors="replace"))
            if _SHOWS_TEXT.search(content):
                parts.extend(_in_every_font(opened, content, together, every_map))
    parts.append(pdf.decode("latin-1"))
    text = "\n".join(parts)
    return text + "\n" + "".join(text.split())


def _in_every_font(
    pdf: pikepdf.Pdf, content: bytes, together: list[dict[str, _Map]], every_map: list[_Map]
) -> Iterator[str]:
    """The words of a content with the fonts of each dictionary, and with every font that goes by a name."""
    try:
        steps = list(_steps(pikepdf.Stream(pdf, content)))
    except pikepdf.PdfError:
        return
    used = {step for step in steps if isinstance(step, str)}
    by_name = {name: [named[name] for named in together if name in named] for name in used}
    mixed = [
        {name: found[turn % len(found)] for name, found in by_name.items() if found} for turn in range(len(together))
    ]
    alike = [{name: named[name] for name in used & named.keys()} for named in together]
    choices = {tuple(sorted((name, id(font)) for name, font in each.items())): each for each in (*mixed, *alike, {})}
    for fonts in choices.values():
        yield _words(steps, fonts, every_map)


def _inflated(pdf: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(pdf):
        try:
            yield zlib.decompressobj().decompress(found[1])
        except zlib.error:
            yield found[1]


def _strings(thing: Any, into: list[str], depth: int) -> None:
    if depth > 8:
        return
    if isinstance(thing, pikepdf.String | pikepdf.Name):
        into.append(str(thing))
    elif isinstance(thing, pikepdf.Array):
        for each in thing:
            if isinstance(each, pikepdf.Object) and not each.is_indirect:
                _strings(each, into, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for _key, each in thing.items():
            if isinstance(each, pikepdf.Object) and not each.is_indirect:
                _strings(each, into, depth + 1)


def _fonts(resources: Any, maps: dict[tuple[int, int], _Map]) -> dict[str, _Map]:
    """Resource name → map from codes to text, of each font in a resource dictionary (or a dictionary of fonts)."""
    if not isinstance(resources, pikepdf.Dictionary):
        return {}
    fonts = resources.get("/Font", resources)
    found: dict[str, _Map] = {}
    if not isinstance(fonts, pikepdf.Dictionary):
        return found
    for name, font in fonts.items():
        if isinstance(font, pikepdf.Dictionary) and isinstance(font.get("/ToUnicode"), pikepdf.Stream):
            if font.objgen not in maps or font.objgen == (0, 0):
                maps[font.objgen] = _to_unicode(font.ToUnicode.read_bytes())
            found[name] = maps[font.objgen]
    return found


def _hex_text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", errors="replace")


def _to_unicode(cmap: bytes) -> _Map:
    found: _Map = {}
    for section in _SECTION.finditer(cmap):
        kind, body = section[1], section[2]
        if kind == b"bfchar":
            written = [re.sub(rb"\s", b"", each) for each in _HEX.findall(body)]
            for source, target in zip(written[::2], written[1::2], strict=False):
                found[bytes.fromhex(source.decode("ascii"))] = _hex_text(target)
        elif kind == b"bfrange":
            for low, high, target in _RANGE.findall(body):
                first, last, size = int(low, 16), int(high, 16), len(low) // 2
                listed = [re.sub(rb"\s", b"", each) for each in _HEX.findall(target)]
                for i, code in enumerate(range(first, min(last, first + 0xFFFF) + 1)):
                    if target.startswith(b"["):
                        if i < len(listed):
                            found[code.to_bytes(size, "big")] = _hex_text(listed[i])
                    else:
                        text = _hex_text(listed[0])
                        found[code.to_bytes(size, "big")] = text[:-1] + chr(min(ord(text[-1]) + i, 0x10FFFF))
    return found


def _decoded(string: bytes, font: _Map | None, every_map: Iterable[_Map]) -> str:
    candidates = [font] if font is not None else list(every_map)
    if not candidates:
        return string.decode("latin-1")
    out = []
    for each in candidates:
        size = len(next(iter(each), b"\0"))
        codes = (string[i : i + size] for i in range(0, len(string), size))
        out.append("".join(each.get(code, code.decode("latin-1") if size == 1 else "") for code in codes))
    return "".join(out)


_Step = bytes | str | int | pikepdf.Object
"""What a content stream does, as far as words go: shows a string, takes the font of a name, leaves a gap between
words or a line (`_GAP`, `_LINE`), or draws a form."""
_GAP, _LINE = 0, 1


def _steps(holder: Any) -> Iterator[_Step]:
    for instruction in pikepdf.parse_content_stream(holder, _TEXT):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name == "Tf":
            yield str(operands[0])
        elif name in ("Tj", "'", '"'):
            yield bytes(operands[-1])
        elif name == "TJ":
            for piece in operands[0]:
                if isinstance(piece, pikepdf.String):
                    yield bytes(piece)
                elif float(piece) < _WIDE_GAP:
                    yield _GAP
        elif name == "Do":
            form = holder.get("/Resources", {}).get("/XObject", {}).get(str(operands[0]))
            if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == pikepdf.Name.Form:
                yield form
        else:
            yield _LINE


def _words(
    steps: Iterable[_Step],
    fonts: dict[str, _Map],
    every_map: Iterable[_Map] = (),
    drawn: Callable[[Any], str] = lambda _form: "",
) -> str:
    out: list[str] = []
    font: _Map | None = None
    for step in steps:
        if isinstance(step, bytes):
            out.append(_decoded(step, font, every_map))
        elif isinstance(step, str):
            font = fonts.get(step)
        elif isinstance(step, pikepdf.Object):
            out.append(drawn(step))
        elif step == _GAP:
            out.append(" ")
        elif out and not out[-1].endswith("\n"):
            out.append("\n")
    return "".join(out)


def _drawn(holder: Any, fonts: dict[str, _Map], maps: dict[tuple[int, int], _Map], depth: int) -> str:
    def of_form(form: Any) -> str:
        return _drawn(form, _fonts(form.get("/Resources"), maps) or fonts, maps, depth + 1) if depth < 8 else ""

    return _words(_steps(holder), fonts, (), of_form)
