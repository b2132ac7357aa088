"""Word documents made part by part: good ones as Word writes them, and some that nobody should send."""

import io
import zipfile
from typing import Any

from docx import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

LEVELS = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))


def numbered(*paragraphs: tuple[int | None, str, str]) -> bytes:
    """A document of these paragraphs: the level of its automatic number or none, the style, the text."""
    document = Document()
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (kind, text) in enumerate(LEVELS)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, style, text in paragraphs:
        paragraph = document.add_paragraph(text, style=style)
        if level is not None:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
            )
    return saved(document)


def tracked() -> bytes:
    """A document in which one word was struck out and another put in, with both changes still marked."""
    document = Document()
    paragraph = document.add_paragraph("Response within ")
    for tag, text_tag, text in (("w:del", "w:delText", "two"), ("w:ins", "w:t", "four")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(" hours.")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Measure", "Target"
    return saved(document)


def with_notes(note: str, begun: str = "") -> bytes:
    """A document of one paragraph with a footnote; `begun` is a paragraph with a note of its own before that."""
    document = Document()
    notes = ""
    for number, (text, said) in enumerate(
        filter(None, [begun and (begun, "Of the first."), ("Within two hours", note)])
    ):
        paragraph = document.add_paragraph(text)
        run = OxmlElement("w:r")
        run.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="{number}"/>'))
        paragraph._p.append(run)
        paragraph.add_run(".")
        notes += f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/><w:t>{said}</w:t></w:r></w:p></w:footnote>'
    kept = Part(
        PackURI("/word/footnotes.xml"), CT.WML_FOOTNOTES, f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode(),
        document.part.package,
    )  # fmt: skip
    document.part.relate_to(kept, RT.FOOTNOTES)
    return saved(document)


def saved(document: Any) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same document with a part added, or another in its place."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return kept.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)
