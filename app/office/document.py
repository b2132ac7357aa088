"""The words of a .docx from anyone, paragraph by paragraph, with the numbers that Word only draws.

Word keeps no number of a numbered heading or paragraph: it counts them by the numbering of their style. Read here as if
every tracked change were accepted. A footnote or endnote stands where the text leads to it, without its number, which
another note before it would change; headers, footers and comments are no part of the text.
"""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from .package import Package, Refused, Written

WORD = Written(
    program="Word",
    programs="word processor",
    called="a Word document",
    noun="document",
    ending=".docx",
    begin_again="Save it as plain text (.txt) or PDF, or paste its words.",
    not_here=(
        (r"word/vbaProject|word/vbaData", "macros", "Save it as .docx without them."),
        (r"word/activeX/|word/ctrlProps/", "controls", "Save it as PDF, or paste its words."),
        (r"word/.*\.(?:mht|html?|rtf)$", "other files joined into it", "Save it as PDF, or paste its words."),
    ),
    main="word/document.xml",
)
OUTSIDE = ("hyperlink", "attachedTemplate")
"""What a document may lead to outside itself: nothing of it is ever followed."""
PARAGRAPHS = 50_000
CHARACTERS = 2_000_000

_ROMAN = dict(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"],
        strict=True,
    )
)
_W = qn("w:p")[: -len("p")]
NOTES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
"""What leads to a note, and the part of the document that has it."""
Notes = dict[tuple[str, str], str]
_GONE = {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def words(data: bytes) -> str:
    """The text, a blank line between paragraphs and a `#` before headings; raises `Refused`."""
    package = Package(data, WORD)
    package.refuse_leading_outside(OUTSIDE)
    document = Document(io.BytesIO(data))
    numbering, notes = _Numbering(document), _notes(document)
    lines: list[str] = []
    length = 0
    for element in _blocks(document.element.body):
        line = _row(element, notes) if element.tag == qn("w:tr") else _paragraph(element, numbering, notes)
        if line:
            lines.append(line)
            length += len(line)
        if len(lines) > PARAGRAPHS or length > CHARACTERS:
            raise Refused(f"has more than {CHARACTERS:,} characters or {PARAGRAPHS:,} paragraphs. Compare it in parts.")
    return "\n\n".join(lines)


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and the rows of tables, in their order, also those in content controls."""
    for element in parent.iterchildren():
        if element.tag in _GONE:
            continue
        if element.tag in (qn("w:p"), qn("w:tr")):
            yield element
        elif element.tag in (qn("w:tbl"), qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _blocks(element)


def _row(row: Any, notes: Notes) -> str:
    cells = [
        " ".join(filter(None, (_said(paragraph, notes) for paragraph in cell.iter(qn("w:p")))))
        for cell in row.iter(qn("w:tc"))
    ]
    return " | ".join(cells) if any(cells) else ""


def _paragraph(paragraph: Any, numbering: "_Numbering", notes: Notes) -> str:
    said = _said(paragraph, notes)
    number = numbering.next(paragraph)
    if not said:
        return ""
    line = f"{number} {said}" if number else said
    return f"# {line}" if numbering.is_heading(paragraph) else line


def _said(element: Any, notes: Notes) -> str:
    """What a paragraph says, on one line."""
    found: list[str] = []
    _collect(element, found, notes)
    return " ".join("".join(found).split())


def _collect(element: Any, found: list[str], notes: Notes) -> None:
    for one in element.iterchildren():
        if one.tag == qn("w:t"):
            found.append(one.text or "")
        elif one.tag in (qn("w:tab"), qn("w:br"), qn("w:cr")):
            found.append(" ")
        elif one.tag == qn("w:noBreakHyphen"):
            found.append("-")
        elif one.tag in NOTES:
            note = notes.pop((NOTES[one.tag], one.get(qn("w:id"), "")), "")
            found.append(f" (note: {note})" if note else "")
        elif one.tag not in _GONE:
            _collect(one, found, notes)


def _notes(document: Any) -> Notes:
    """What each note says: each is read once, where it is first led to."""
    found: Notes = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external or kind not in NOTES.values():
            continue
        for note in parse_xml(relation.target_part.blob):
            said = (_said(paragraph, {}) for paragraph in note.iter(qn("w:p")))
            found[kind, note.get(qn("w:id"), "")] = " ".join(filter(None, said))
    return found


class _Numbering:
    """The numbers as Word draws them, counted on from paragraph to paragraph."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.style_id: style.element for style in document.styles}
        root = _numbering_part(document)
        self._levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self._abstract: dict[str, str] = {}
        if root is not None:
            for one in root.iterchildren(qn("w:abstractNum")):
                self._levels[one.get(qn("w:abstractNumId"), "")] = {
                    _whole(level.get(qn("w:ilvl"))): (
                        _whole(_value(level, "w:start"), 1),
                        _value(level, "w:numFmt") or "decimal",
                        _value(level, "w:lvlText") or "",
                    )
                    for level in one.iterchildren(qn("w:lvl"))
                }
            for one in root.iterchildren(qn("w:num")):
                self._abstract[one.get(qn("w:numId"), "")] = _value(one, "w:abstractNumId") or ""
        self._counted: dict[str, dict[int, int]] = {}

    def next(self, paragraph: Any) -> str:
        """The number that stands before this paragraph, where one does; the count goes on."""
        number_id, level = self._of(paragraph)
        abstract = self._abstract.get(number_id, "")
        levels = self._levels.get(abstract, {})
        if number_id in ("", "0") or level not in levels:
            return ""
        counted = self._counted.setdefault(abstract, {})
        counted[level] = counted[level] + 1 if level in counted else levels[level][0]
        for deeper in [one for one in counted if one > level]:
            del counted[deeper]
        _, kind, text = levels[level]
        if kind in ("bullet", "none"):
            return "•" if kind == "bullet" else ""
        for above in range(level + 1):
            start, written, _ = levels.get(above, (1, "decimal", ""))
            text = text.replace(f"%{above + 1}", _drawn(counted.get(above, start), written))
        return text.strip()

    def is_heading(self, paragraph: Any) -> bool:
        """Whether its style, or one that this builds on, is a heading or the title."""
        return any(
            (_value(style, "w:name") or "").casefold().startswith(("heading ", "title"))
            for style in self._built_on(paragraph)
        )

    def _of(self, paragraph: Any) -> tuple[str, int]:
        """The numbering and the level of a paragraph: its own, else those of its style."""
        number_id, level = "", None
        for holder in (paragraph, *self._built_on(paragraph)):
            of = holder.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if of is None:
                continue
            number_id = number_id or _value(of, "w:numId") or ""
            depth = _value(of, "w:ilvl")
            level = level if level is not None else _whole(depth) if depth is not None else None
            if number_id and level is not None:
                break
        return number_id, level or 0

    def _built_on(self, paragraph: Any) -> Iterator[Any]:
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style_id = named.get(qn("w:val")) if named is not None else None
        seen: set[str] = set()
        while style_id is not None and style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            yield style
            style_id = _value(style, "w:basedOn")


def _numbering_part(document: Any) -> Any:
    """The root of the numbering, where the document has one; python-docx makes one where it is asked for it."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return relation.target_part.element
    return None


def _value(element: Any, name: str) -> str | None:
    child = element.find(qn(name))
    value: str | None = child.get(qn("w:val")) if child is not None else None
    return value


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _drawn(number: int, written: str) -> str:
    """A number as it is drawn: 3, iii, III, c or C; any other way as a figure."""
    if written in ("lowerLetter", "upperLetter") and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 20 + 1)
        return letters.upper() if written == "upperLetter" else letters
    if written in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN.items():
            count, number = divmod(number, value)
            roman += sign * count
        return roman.upper() if written == "upperRoman" else roman
    return str(number)
