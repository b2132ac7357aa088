"""Reading a folder of CSV files within bounds: whatever is in it, the answer is rows or sentences, soon."""

import csv
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from app.exchange.problems import Problems, shortened

FILE_BYTES = 20_000_000
ROWS = 200_000
COLUMNS = 200
FIELD_CHARACTERS = 262_144  # a clause may have 200,000
FOLDER_FILES = 500


class _TooWide(Exception):
    """A row has more columns than any file here."""


@dataclass(slots=True)
class Sheet:
    """One kind's rows as a file or a sheet of a workbook has them, by the numbers a spreadsheet shows.

    `hash` is the SHA-256 of the file's bytes. `guarded` says that a `'` stands before text which a spreadsheet would
    take for a formula: in CSV, where nothing tells text from formulas.
    """

    file: str
    hash: str
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    guarded: bool = True


def read_folder(folder: Path, names: set[str], problems: Problems) -> dict[str, Sheet]:
    """The sheets of the folder by the name of their kind; problems go to `problems`. Other endings are left alone."""
    if not folder.is_dir():
        problems.add(str(folder), "there is no such folder; expected a folder of CSV files.")
        return {}
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.name != "COLUMNS.csv")
    if len(files) > FOLDER_FILES:
        problems.add(str(folder), f"there are {len(files):,} CSV files in it; expected at most {FOLDER_FILES}.")
        return {}
    sheets = {}
    for path in files:
        if path.stem not in names or path.suffix != ".csv":
            problems.add(
                shortened(path.name),
                f"there is no such kind of fact; expected one of {', '.join(f'{name}.csv' for name in sorted(names))}.",
            )
            continue
        sheet = read_sheet(path, problems)
        if sheet is not None:
            sheets[path.stem] = sheet
    if not files:
        problems.add(str(folder), "there is no CSV file in it; `exchange template` writes one for each kind.")
    return sheets


def read_sheet(path: Path, problems: Problems) -> Sheet | None:
    """One file as header and rows, or None with the reason in `problems`."""
    data = _bytes(path, problems)
    if data is None:
        return None
    text = _decoded(path.name, data, problems)
    if text is None:
        return None
    csv.field_size_limit(FIELD_CHARACTERS)
    reader = csv.reader(_lines(text), strict=True)
    sheet: Sheet | None = None
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if sheet is None:
                if len(cells) > COLUMNS:
                    raise _TooWide
                header = without_trailing(cells)
                wrong = header_sentence(header)
                if wrong:
                    problems.add(path.name, wrong, row=1)
                    return None
                sheet = Sheet(path.name, sha256(data).hexdigest(), header)
                continue
            if not any(cells):
                continue  # an empty line, as spreadsheets leave at the end
            if number > ROWS + 1:
                problems.add(path.name, f"has more than {ROWS:,} rows; split it and import the parts one by one.")
                return None
            if len(cells) > len(sheet.header) and not any(cells[len(sheet.header) :]):
                cells = cells[: len(sheet.header)]
            if len(cells) != len(sheet.header):
                problems.add(
                    path.name,
                    f"has {len(cells)} cells where the header has {len(sheet.header)}; expected one cell a column.",
                    row=number,
                )
                continue
            sheet.rows.append((number, cells))
    except _TooWide:
        row = number if sheet is None and number else number + 1
        problems.add(path.name, f"has more than {COLUMNS} columns; expected at most {COLUMNS}.", row=row)
        return None
    except csv.Error as error:
        problems.add(path.name, _csv_sentence(str(error)), row=number + 1)
        return None
    if sheet is None:
        problems.add(path.name, "is empty; expected a first row with the names of the columns.")
    return sheet


def without_trailing(cells: list[str]) -> list[str]:
    """The cells without the empty ones at their end, which spreadsheets write for columns once used."""
    last = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:last]


def header_sentence(header: list[str]) -> str | None:
    """What makes this row no header of ours as a whole, where something does; single names are looked at later."""
    if not header:
        return "the first row is empty; expected the names of the columns there."
    if len(header) == 1:
        for mark, called in ((";", "semicolons"), ("\t", "tabs")):
            if mark in header[0]:
                return f"the cells are separated by {called}; expected commas (in Excel: save as “CSV UTF-8”)."
    if any(name != name.lower() for name in header):
        return "the names of the columns have capitals; expected them in small letters, as in the template."
    return None


def _bytes(path: Path, problems: Problems) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                problems.add(path.name, "is not a plain file; expected a CSV file.")
                return None
            if about.st_size > FILE_BYTES:
                problems.add(
                    path.name, f"has {about.st_size:,} bytes; expected at most {FILE_BYTES:,}. Import it in parts."
                )
                return None
            data = file.read(FILE_BYTES + 1)
    except OSError as error:
        problems.add(path.name, f"cannot be read ({error.strerror}).")
        return None
    if len(data) > FILE_BYTES:
        problems.add(path.name, f"grew past {FILE_BYTES:,} bytes while it was read.")
        return None
    return data


def _decoded(name: str, data: bytes, problems: Problems) -> str | None:
    if data[:4] == b"PK\x03\x04":
        problems.add(name, "is a workbook, not CSV; expected text in UTF-8 (in Excel: save as “CSV UTF-8”).")
        return None
    nul = data.find(b"\x00")
    if nul >= 0:
        looks = " It looks like UTF-16: save it as “CSV UTF-8”." if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        problems.add(name, f"has a NUL byte; expected text in UTF-8.{looks}", row=data.count(b"\n", 0, nul) + 1)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, words = data.count(b"\n", 0, error.start) + 1, _around(data, error.start)
        problems.add(
            name,
            f"byte 0x{data[error.start]:02X} is not UTF-8, on line {line} of the file, in “{words}”; "
            "expected text in UTF-8 (in Excel: save as “CSV UTF-8”).",
        )
        return None


def _around(data: bytes, place: int) -> str:
    """The words around a byte that cannot be read, which stands as “�”."""
    first = max(data.rfind(b"\n", 0, place) + 1, place - 20)
    end = data.find(b"\n", place)
    last = min(end if end >= 0 else len(data), place + 20)
    return shortened(data[first:last].decode("utf-8", "replace").strip("\r"))


def _lines(text: str) -> Iterator[str]:
    """The lines of the text, refused as soon as one row has more commas outside quotes than columns are allowed."""
    quoted, commas = False, 0
    for line in io.StringIO(text, newline=""):
        if not quoted:
            commas = 0
        if commas + line.count(",") >= COLUMNS:  # perhaps: most of them may stand inside quotes
            commas += sum(part.count(",") for part in line.split('"')[int(quoted) :: 2])
            if commas >= COLUMNS:
                raise _TooWide
        quoted ^= bool(line.count('"') % 2)
        yield line


def _csv_sentence(said: str) -> str:
    if "field larger" in said:
        return f"a cell has more than {FIELD_CHARACTERS:,} characters; expected at most that many."
    if "unexpected end of data" in said:
        return "a quotation mark is opened and never closed; expected its end."
    return f"cannot be read as CSV ({said}); expected commas between cells and quotation marks round cells with commas."
