"""Workbooks as nobody should send them, each made part by part, with the sentence that it is to be refused with."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="20"/>'
    '<xf numFmtId="9"/></cellXfs></styleSheet>'
)
Cell = str | int | float | bool | tuple[float, int]
"""Text, a number, yes or no, or a number with a style."""
DAY_STYLE, WRITTEN_DAY, MOMENT_STYLE, TIME_STYLE, SHARE_STYLE = 1, 2, 3, 4, 5
SEATS = ("code", "body", "title", "kind", "voting", "position", "starts", "ends")
SEAT: tuple[Cell, ...] = ("merton-chair", "merton", "Clinical chair", "chair", "yes", 1, (41365, WRITTEN_DAY), "")


def relations(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """A part of relations: id, last word of the type, target, and the mode where it is not inside."""
    told = "".join(
        f'<Relationship Id="{row[0]}" Type="{OFFICE}/{row[1]}" Target="{escape(row[2])}"'
        + (f' TargetMode="{row[3]}"/>' if len(row) == 4 else "/>")
        for row in rows
    )
    return f'<Relationships xmlns="{PACKAGE}">{told}</Relationships>'


def letters(place: int) -> str:
    place, last = divmod(place - 1, 26)
    return (letters(place) if place else "") + chr(65 + last)


def cell(place: str, value: Cell) -> str:
    """A cell as Excel writes it, its text inline."""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{place}" s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>' if value else ""


def row(number: int, values: tuple[Cell, ...] | list[Cell], attributes: str = "") -> str:
    cells = "".join(cell(f"{letters(place)}{number}", value) for place, value in enumerate(values, 1))
    return f'<row r="{number}"{attributes}>{cells}</row>'


def sheet(*rows: str, before: str = "", after: str = "") -> str:
    within = f"{before}<sheetData>{''.join(rows)}</sheetData>{after}"
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{within}</worksheet>'


def seats(*more: str, before: str = "", after: str = "", values: tuple[Cell, ...] = SEAT) -> str:
    """A right sheet of one seat, with more rows of XML beneath."""
    return sheet(row(1, SEATS), row(2, values), *more, before=before, after=after)


def parts(sheets: Mapping[str, str], states: Mapping[str, str] | None = None) -> dict[str, str | bytes]:
    """The parts of a workbook with these sheets."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}" state="{(states or {}).get(name, "visible")}"/>'
        for n, name in enumerate(sheets, 1)
    )
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
            ("rIdS", "styles", "styles.xml"),
            ("rIdT", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), 1)},
    }


def packed(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return written.getvalue()


def book(xml: str, **more: str | bytes) -> bytes:
    """A workbook with one sheet, `seats`; `more` are further parts, their names with `__` for `/` and `_` for `.`."""
    return packed({**parts({"seats": xml}), **{part(name): data for name, data in more.items()}})


def part(name: str) -> str:
    folder, _, file = name.replace("__", "/").rpartition("/")
    return f"{folder}/{file.replace('_', '.')}"


def with_part(name: str, data: str | bytes) -> bytes:
    return packed({**parts({"seats": seats()}), name: data})


def one_cell(xml: str) -> bytes:
    """A right seat, and this cell in the third row."""
    return book(seats(f'<row r="3">{xml}</row>'))


def a_seat(**changed: Cell) -> bytes:
    """The right seat with cells changed."""
    values: tuple[Cell, ...] = tuple(changed.get(name, value) for name, value in zip(SEATS, SEAT, strict=True))
    return book(seats(values=values))


def _encrypted() -> bytes:
    data = bytearray(book(seats()))
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def _bomb() -> bytes:
    return with_part("xl/worksheets/sheet9.xml", b"\0" * 70_000_000)


def _lying_bomb() -> bytes:
    """A member that says it is small and inflates to thirty megabytes."""
    name, squeezed, content = b"xl/styles.xml", zlib.compressobj(9, zlib.DEFLATED, -15), b" " * 30_000_000
    body = squeezed.compress(content) + squeezed.flush()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, zlib.crc32(content), len(body), 100, len(name), 0)
    entry = b"PK\x03\x04" + common + name + body
    listed = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return entry + listed + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), len(entry), 0)


def _many_members() -> bytes:
    return packed({**parts({"seats": seats()}), **{f"xl/media/{n}": b"" for n in range(1_500)}}, zipfile.ZIP_STORED)


def _twice() -> bytes:
    """Two members of the same name; the second is renamed in the bytes, as zipfile would warn."""
    data = with_part("xl/styleZ.xml", STYLES)
    return data.replace(b"xl/styleZ.xml", b"xl/styles.xml")


def _many_cells() -> bytes:
    """Twenty million characters' worth of one shared text."""
    many = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(3, 900))
    return packed(
        {
            **parts({"seats": seats(many)}),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>',
        }
    )


def _laughs() -> str:
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE worksheet [{entities}]>' + seats()


DEEP = "<a>" * 200_000

CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    # what it is: how it is made, how it is refused
    "nothing": (lambda: b"", "the workbook: is empty; expected an Excel workbook (.xlsx)."),
    "csv renamed": (lambda: b"code,title\na,b\n", "the workbook: is no Excel workbook, whatever its name says"),
    "old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "is an old workbook (.xls), or locked"),
    "open document": (
        lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "the workbook: is an OpenDocument file; expected an Excel workbook: save it as .xlsx.",
    ),
    "binary workbook": (lambda: with_part("xl/workbook.bin", b"\0"), "the workbook: is a binary workbook (.xlsb)"),
    "cut short": (lambda: book(seats())[:-40], "the workbook: is damaged: its end is missing."),
    "bytes changed": (
        lambda: packed(parts({"seats": seats()}), zipfile.ZIP_STORED).replace(b"Clinical", b"clinical"),
        "the workbook: is damaged: it cannot be unpacked (Bad CRC-32 for file 'xl/worksheets/sheet1.xml').",
    ),
    "zip of something else": (lambda: packed({"a.txt": "a"}), "the workbook: has no workbook in it"),
    "no sheets": (lambda: packed(parts({})), "the workbook: has no sheet in it; expected one for each kind of fact."),
    "locked": (_encrypted, "the workbook: is locked with a password; expected one without."),
    "odd compression": (
        lambda: packed(parts({"seats": seats()}), zipfile.ZIP_LZMA),
        "the workbook: is packed in a way that no spreadsheet program uses.",
    ),
    "zip bomb": (_bomb, "bytes that unpack to 70,00"),
    "zip bomb that lies": (_lying_bomb, "the workbook: is damaged: it cannot be unpacked (Bad CRC-32"),
    "too many parts": (_many_members, "the workbook: has 1,506 parts; expected at most 1000."),
    "a part twice": (_twice, "the workbook: is damaged: it has two parts of the name “xl/styles.xml”."),
    "macro": (lambda: with_part("xl/vbaProject.bin", b"\0"), "the workbook: has macros (“xl/vbaProject.bin”)"),
    "macro type only": (
        lambda: packed(
            {**parts({"seats": seats()}), "[Content_Types].xml": TYPES.replace("sheet.main", "macroEnabled")}
        ),
        "the workbook: is a workbook for macros (.xlsm); expected .xlsx.",
    ),
    "macro sheet": (lambda: with_part("xl/macrosheets/sheet1.xml", "<a/>"), "the workbook: has macros"),
    "external link": (
        lambda: with_part("xl/externalLinks/externalLink1.xml", "<a/>"),
        "the workbook: has links to other workbooks (“xl/externalLinks/externalLink1.xml”); expected none.",
    ),
    "link to outside": (
        lambda: with_part(
            "xl/worksheets/_rels/sheet1.xml.rels",
            relations(("rId1", "image", "http://example.org/pixel.png", "External")),
        ),
        "the workbook: leads outside itself (“image”: “http://example.org/pixel.png”); expected none.",
    ),
    "embedded object": (lambda: with_part("xl/embeddings/oleObject1.bin", b"\0"), "the workbook: has embedded objects"),
    "connection": (lambda: with_part("xl/connections.xml", "<a/>"), "the workbook: has connections to data elsewhere"),
    "entities": (lambda: book(_laughs()), "the workbook: declares XML entities or a document type"),
    "outside entity": (
        lambda: with_part(
            "xl/sharedStrings.xml",
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>',
        ),
        "the workbook: declares XML entities or a document type",
    ),
    "entities in UTF-16": (
        lambda: with_part("xl/sharedStrings.xml", '<!DOCTYPE a [<!ENTITY x "y">]><sst/>'.encode("utf-16")),
        "the workbook: declares XML entities or a document type",
    ),
    "broken XML": (
        lambda: book(seats().replace("</row>", "", 1)),
        "the workbook: is damaged: its part “xl/worksheets/sheet1.xml” cannot be read (mismatched tag, line 1).",
    ),
    "deep XML": (lambda: book(DEEP), "the workbook: is damaged: its part “xl/worksheets/sheet1.xml” cannot be read"),
    "missing part": (
        lambda: packed({k: v for k, v in parts({"seats": seats()}).items() if "sheet1" not in k}),
        "sheet seats: is damaged: the sheet is listed and not there.",
    ),
    "chart sheet": (
        lambda: packed(
            {
                **parts({"seats": seats()}),
                "xl/_rels/workbook.xml.rels": relations(("rId1", "chartsheet", "worksheets/sheet1.xml")),
            }
        ),
        "sheet seats: is no sheet of cells (“chartsheet”); expected none. Delete it.",
    ),
    "one cell in the last corner": (
        lambda: book(seats('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>')),
        "sheet seats, row 1048576, column XFD: there is something in a cell beyond what a sheet may have",
    ),
    "a column too far": (
        lambda: one_cell('<c r="GS3" t="inlineStr"><is><t>x</t></is></c>'),
        "sheet seats, row 3, column GS: there is something in a cell beyond what a sheet may have",
    ),
    "too much text": (_many_cells, "the workbook: has more than 20,000,000 characters in its cells."),
    "cells out of order": (
        lambda: one_cell('<c r="B3"><v>1</v></c><c r="A3"><v>1</v></c>'),
        "sheet seats, row 3: is damaged: it has a cell “A3” out of its place.",
    ),
    "a row twice": (
        lambda: book(seats(row(2, SEAT))),
        "sheet seats, row 2: is damaged: its rows have no order.",
    ),
    "formula": (
        lambda: one_cell('<c r="C3" t="str"><f>HYPERLINK("http://example.org")</f><v>Click</v></c>'),
        "sheet seats, row 3, column C: the cell holds a formula; expected a value. Copy it and paste its value.",
    ),
    "formula without value": (
        lambda: one_cell('<c r="A3"><f>1+1</f></c>'),
        "sheet seats, row 3, column A: the cell holds a formula",
    ),
    "error": (
        lambda: one_cell('<c r="B3" t="e"><v>#REF!</v></c>'),
        "sheet seats, row 3, column B: the cell holds the error “#REF!”; expected a value.",
    ),
    "no number": (
        lambda: one_cell('<c r="F3"><v>NaN</v></c>'),
        "sheet seats, row 3, column F: the cell holds “NaN”, which is no value that a spreadsheet program writes",
    ),
    "text that is not there": (
        lambda: one_cell('<c r="A3" t="s"><v>7</v></c>'),
        "sheet seats, row 3, column A: the cell holds “7”, which is no value",
    ),
    "day that never was": (
        lambda: one_cell('<c r="G3" s="1"><v>60</v></c>'),
        "sheet seats, row 3, column G: the cell holds “60”, which is no value",
    ),
    "merged": (
        lambda: book(seats(after='<mergeCells count="1"><mergeCell ref="C2:D3"/></mergeCells>')),
        "sheet seats, row 2, column C: the cells “C2:D3” are merged; expected each by itself. Unmerge them.",
    ),
    "everything merged": (
        lambda: book(seats(after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        "sheet seats, row 1, column A: the cells “A1:XFD1048576” are merged; expected each by itself.",
    ),
    "hidden sheet": (
        lambda: packed(parts({"seats": seats(), "bodies": seats()}, {"bodies": "veryHidden"})),
        "sheet bodies: the sheet is hidden; expected every sheet to be seen. Unhide it, or delete it.",
    ),
    "hidden row": (
        lambda: book(seats(row(3, SEAT, ' hidden="1"'))),
        "sheet seats, row 3: the row is hidden, perhaps by a filter; expected every row to be seen.",
    ),
    "hidden column": (
        lambda: book(seats(before='<cols><col min="4" max="5" hidden="1"/></cols>')),
        "sheet seats, row 1, column D: the column is hidden; expected every column to be seen. Unhide it.",
    ),
    "unknown sheet": (
        lambda: packed(parts({"sceats": seats()})),
        "sheet sceats: there is no such kind of fact; expected one of actions, agenda_items, ",
    ),
    "sheet twice": (
        lambda: packed(parts({"seats": seats(), "Seats": seats()})),
        "sheet Seats: there are two sheets of this name; expected one.",
    ),
    "empty first row": (
        lambda: book(sheet(row(2, SEATS))),
        "sheet seats, row 1: the first row is empty; expected the names of the columns there.",
    ),
    "names in capitals": (
        lambda: book(sheet(row(1, ("Code", "Title")))),
        "sheet seats, row 1: the names of the columns have capitals; expected them in small letters",
    ),
    "cell under no name": (
        lambda: book(seats('<row r="3"><c r="K3"><v>5</v></c></row>')),
        "sheet seats, row 3, column K: “5” stands under no name; expected a column's name in K1.",
    ),
    "words made a date": (
        lambda: a_seat(title=(42309, DAY_STYLE)),
        "sheet seats, row 2, column C (title): the cell holds a date (2015-11-01); expected text",
    ),
    "only styled sheets": (
        lambda: packed(parts({"Sheet1": sheet('<row r="1"><c r="A1" s="1"/></row>')})),
        "the workbook: there is no sheet of facts in it",
    ),
}

PLANNED: dict[str, tuple[Callable[[], bytes], str]] = {
    # what only the comparison with the facts finds: read well, then refused
    "wrong day": (
        lambda: a_seat(starts="1.4.2013"),
        "sheet seats, row 2, column G (starts): “1.4.2013” is not right; expected a day as YYYY-MM-DD",
    ),
    "a moment for a day": (
        lambda: a_seat(starts=(41365.5, MOMENT_STYLE)),
        "sheet seats, row 2, column G (starts): “2013-04-01T12:00:00” is not right; expected a day",
    ),
    "number for a day": (
        lambda: a_seat(starts=41365),
        "sheet seats, row 2, column G (starts): “41365” is not right; expected a day as YYYY-MM-DD",
    ),
    "half a place": (
        lambda: a_seat(position=1.5),
        "sheet seats, row 2, column F (position): “1.5” is not right; expected a whole number",
    ),
    "share for a place": (
        lambda: a_seat(position=(0.25, SHARE_STYLE)),
        "sheet seats, row 2, column F (position): “25%” is not right; expected a whole number",
    ),
    "duplicate codes": (
        lambda: book(seats(row(3, SEAT))),
        "sheet seats, row 3, column A (code): “merton-chair” stands in row 2 already; expected each code once.",
    ),
    "unknown body": (
        lambda: a_seat(body="nowhere"),
        "sheet seats, row 2, column B (body): “nowhere” is not right; expected the code of a row in the sheet bodies",
    ),
    "column missing": (
        lambda: book(sheet(row(1, SEATS[1:]), row(2, SEAT[1:]))),
        "sheet seats, row 1, column code: the column is missing; expected it: ",
    ),
}
