"""One workbook for all facts: a sheet for each kind, its columns described, lists to choose from, dates as dates."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.exchange.description import workbook_opening
from app.exchange.formats import Choice, Day, Text, TimeOfDay, Whole, YesNo
from app.exchange.kinds import BY_NAME, Column, Kind
from app.exchange.plan import AS_EXPORTED
from app.exchange.problems import in_sheets
from app.exchange.stored import FactRow
from app.exchange.workbook_in import CONTINUED, DESCRIBES, README

CELL_UNITS = 32_000  # of UTF-16; Excel's own bound is 32,767
ROOM_TO_WRITE = 1_000
"""How many rows beneath the last have lists and formats too."""
FIRST_ROW = 3
MARK = "A mark of the row as it was exported. Leave it as it is, and empty in rows of your own."
_LIST_CHARACTERS = 250  # Excel's bound for words in a list is 255
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_OTHER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
WriteOnlySheet = Any  # the stubs of openpyxl do not know what a sheet has that is only written
BLUE, PALE, GREY, LINE = "005EB8", "F0F4F5", "4C6272", "D8DDE0"


def write_workbook(rows: Mapping[str, Sequence[FactRow]], now: datetime) -> bytes:
    """The workbook's bytes: every kind in the order in which they come in, those without rows as empty tables."""
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.title = "Concord"
    book.properties.created = now.replace(tzinfo=None)
    for style in _styles():
        book.add_named_style(style)
    _readme(book.create_sheet(README))
    for kind in BY_NAME.values():
        _sheet(book.create_sheet(kind.name), kind, rows.get(kind.name, ()), rows)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _styles() -> Iterable[NamedStyle]:
    top = Alignment(vertical="top")
    wrapped = Alignment(vertical="top", wrap_text=True)
    line = Border(bottom=Side(style="thin", color=LINE))
    yield NamedStyle("name", font=Font(bold=True, color="FFFFFF"), fill=PatternFill("solid", fgColor=BLUE))
    yield NamedStyle(
        "described",
        font=Font(italic=True, size=9, color=GREY),
        fill=PatternFill("solid", fgColor=PALE),
        alignment=wrapped,
        border=line,
    )
    yield NamedStyle("words", number_format="@", alignment=wrapped)
    yield NamedStyle("code", number_format="@", alignment=top)
    yield NamedStyle("mark", number_format="@", alignment=top, font=Font(size=9, color=GREY))
    yield NamedStyle("day", number_format="yyyy-mm-dd", alignment=top)
    yield NamedStyle("clock", number_format="hh:mm", alignment=top)
    yield NamedStyle("whole", number_format="0", alignment=top)
    yield NamedStyle("told", alignment=wrapped)
    yield NamedStyle("heading", font=Font(bold=True, size=14, color=BLUE))


def _readme(sheet: WriteOnlySheet) -> None:
    """The first sheet: how to use the workbook, and every column of every sheet."""
    for letter, width in zip("ABCDEF", (26, 26, 60, 60, 10, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_cell(sheet, "Facts as a workbook", "heading")])
    for line in workbook_opening():
        sheet.append([_cell(sheet, line, "code")])
    sheet.append([])
    sheet.append(
        [_cell(sheet, name, "name") for name in ("sheet", "column", "meaning", "format", "required", "example")]
    )
    for kind in BY_NAME.values():
        sheet.append([_cell(sheet, kind.name, "code"), None, _cell(sheet, in_sheets(_about(kind)), "told")])
        for column in kind.columns:
            told = (
                kind.name,
                column.name,
                in_sheets(column.meaning),
                column.format.describe(),
                "yes" if _needed(kind, column) else "no",
                column.format.example,
            )
            sheet.append([_cell(sheet, text, "words") for text in told])


def _about(kind: Kind) -> str:
    return f"{kind.meaning} Key: {', '.join(kind.key)}."


def _needed(kind: Kind, column: Column) -> bool:
    return column.required or column.name in kind.key


def _sheet(
    sheet: WriteOnlySheet, kind: Kind, rows: Sequence[FactRow], everything: Mapping[str, Sequence[FactRow]]
) -> None:
    pieces = {column.name: [_pieces(row.texts[column.name]) for row in rows] for column in kind.columns}
    spread = {name: max((len(one) for one in found), default=1) for name, found in pieces.items()}
    layout = [(column, part) for column in kind.columns for part in range(spread[column.name])]
    sheet.freeze_panes = f"B{FIRST_ROW}"
    sheet.sheet_properties.tabColor = BLUE if rows else LINE
    for place, (column, _) in enumerate(layout, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)
    sheet.column_dimensions[get_column_letter(len(layout) + 1)].width = 19
    sheet.row_dimensions[2].height = 75
    last = len(rows) + FIRST_ROW - 1 + ROOM_TO_WRITE
    for place, (column, part) in enumerate(layout, 1):
        if part == 0:
            _offer(sheet, kind, column, get_column_letter(place), last, everything)
    names = [column.name + (CONTINUED if part else "") for column, part in layout]
    sheet.append([_cell(sheet, name, "name") for name in (*names, AS_EXPORTED)])
    described = [
        "Goes on with the text of the column before." if part else _described(kind, column) for column, part in layout
    ]
    described[0] = DESCRIBES + described[0]
    sheet.append([_cell(sheet, text, "described") for text in (*described, MARK)])
    for number, row in enumerate(rows):
        cells = [
            _value(sheet, column, row) if spread[column.name] == 1 else _piece(sheet, pieces[column.name][number], part)
            for column, part in layout
        ]
        sheet.append([*cells, _cell(sheet, row.fingerprint, "mark")])


def _described(kind: Kind, column: Column) -> str:
    must = "Required. " if _needed(kind, column) else ""
    example = f" Example: {column.format.example}" if column.format.example else ""
    described = column.format.describe()
    return f"{in_sheets(column.meaning)} {must}{described[:1].upper()}{described[1:]}.{example}"


def _offer(
    sheet: WriteOnlySheet,
    kind: Kind,
    column: Column,
    letter: str,
    last: int,
    everything: Mapping[str, Sequence[FactRow]],
) -> None:
    """A list to choose from: the words of the format, or the codes in the first column of the sheet referred to."""
    words = column.format.words if isinstance(column.format, Choice) else ()
    words = ("yes", "no") if isinstance(column.format, YesNo) else words
    if words:
        listed = ",".join(words)
        if len(listed) > _LIST_CHARACTERS:
            return
        offered = DataValidation("list", formula1=f'"{listed}"', allow_blank=True)
        offered.error, offered.errorTitle = f"Expected {column.format.describe()}."[:255], "Not one of the list"
        offered.showErrorMessage = True
    else:
        target = next((one.kind for one in kind.links if one.columns == (column.name,) and one.by is None), None)
        if target is None or target not in BY_NAME or BY_NAME[target].names[0] != BY_NAME[target].key[0]:
            return
        rows = len(everything.get(target, ())) + FIRST_ROW - 1 + ROOM_TO_WRITE
        offered = DataValidation("list", formula1=f"'{target}'!$A${FIRST_ROW}:$A${rows}", allow_blank=True)
        offered.showErrorMessage = False  # what the service knows already need not stand in the workbook
    offered.add(f"{letter}{FIRST_ROW}:{letter}{last}")
    sheet.data_validations.append(offered)


def _value(sheet: WriteOnlySheet, column: Column, row: FactRow) -> Any:
    """The cell of a value: days, times of day and whole numbers as such, everything else as text."""
    value, text = row.values[column.name], row.texts[column.name]
    if value is None:
        return _cell(sheet, None, _style(column))
    if isinstance(column.format, Day) and isinstance(value, date) and value >= _FIRST_DAY:
        return _cell(sheet, value, "day")
    if isinstance(column.format, TimeOfDay) and isinstance(value, time):
        return _cell(sheet, value, "clock")
    if isinstance(column.format, Whole):
        return _cell(sheet, value, "whole")
    return _cell(sheet, text, _style(column))


def _piece(sheet: WriteOnlySheet, pieces: Sequence[str], part: int) -> Any:
    return _cell(sheet, pieces[part] if part < len(pieces) else None, "words")


def _style(column: Column) -> str:
    if isinstance(column.format, Day):
        return "day"
    if isinstance(column.format, TimeOfDay):
        return "clock"
    if isinstance(column.format, Whole):
        return "whole"
    return "words" if isinstance(column.format, Text) else "code"


def _width(column: Column) -> float:
    if isinstance(column.format, Text):
        return 40 if column.format.limit > 100 else 24
    return 22


def _cell(sheet: WriteOnlySheet, value: Any, style: str) -> Any:
    """A cell; text stays text, whatever it begins with."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, _writable(value))
        cell.data_type = "s"
    else:
        cell = WriteOnlyCell(sheet, value)
    cell.style = style
    return cell


def _writable(text: str) -> str:
    """Characters that XML cannot hold stand as _xHHHH_ in a workbook, and what looks so already is kept from it."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", _OTHER.sub("_x005F_", text))


def _pieces(text: str) -> list[str]:
    """The text in parts that each fit a cell, counted as Excel counts: in units of UTF-16."""
    if len(text) * 2 <= CELL_UNITS or len(text.encode("utf-16-le", "surrogatepass")) <= CELL_UNITS * 2:
        return [text]
    found, begun, units = [], 0, 0
    for place, one in enumerate(text):
        wide = 2 if ord(one) > 0xFFFF else 1
        if units + wide > CELL_UNITS:
            found.append(text[begun:place])
            begun, units = place, 0
        units += wide
    return [*found, text[begun:]]
