"""The workbook's door: its sheets as the same rows that a folder of CSV files gives, or sentences, within seconds."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction as Ratio
from hashlib import sha256
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from app.exchange.formats import Day, Format, Fraction, Moment, TimeOfDay, YesNo
from app.exchange.kinds import BY_NAME, Kind
from app.exchange.problems import Problems, shortened
from app.exchange.reader import FILE_BYTES, Sheet, header_sentence

README = "README"
DESCRIBES = "ⓘ "
"""How the first cell of a row begins that describes the columns: no code and no day begins so."""
CONTINUED = " (continued)"
"""What the header says of a column that goes on with the text of the one before: a cell has 32,767 characters."""
ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
WAIT = 15.0
"""Seconds on the clock after which the child is ended, for a machine too busy to give it its four seconds of work: on a
free one those four, at which the kernel ends it (`child.SECONDS`), are what bounds the wait."""
_ROOM = Path(__file__).resolve().parent.parent
_CHILD = f"import sys; sys.path.insert(0, {str(_ROOM)!r}); from office.workbook.child import main; main()"
_SLOW = "takes longer to read than a workbook may. Import it in parts, or as a folder of CSV files."
_LARGE = "needs more memory than reading a workbook may take. Import it in parts, or as a folder of CSV files."

_ON_A_CALENDAR = {"d": "a date", "m": "a date and time", "h": "a time"}


def read_path(path: Path, problems: Problems) -> dict[str, Sheet]:
    """The sheets of a workbook on the disk by the names of their kinds."""
    try:
        if not path.is_file():
            problems.add(path.name, "there is no such workbook.")
            return {}
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except OSError as error:
        problems.add(path.name, f"cannot be read ({error.strerror}).")
        return {}
    return read_workbook(data, path.name, problems)


def read_workbook(data: bytes, name: str, problems: Problems) -> dict[str, Sheet]:
    """The sheets of a workbook by the names of their kinds; what is wrong goes to `problems`."""
    problems.workbook = True
    if len(data) > FILE_BYTES:
        problems.add(name, f"has more than {FILE_BYTES:,} bytes. Import it in parts.")
        return {}
    answer = _answer(data, name, problems)
    if answer is None:
        return {}
    if "wrong" in answer:
        for sheet, row, column, sentence in answer["wrong"]:
            place = f"sheet {shortened(sheet)}" if sheet else shortened(name)
            problems.add(place, sentence, row=row, column=get_column_letter(column) if column else None)
        problems.count += answer["count"] - len(answer["wrong"])
        return {}
    found: dict[str, Sheet] = {}
    digest = sha256(data).hexdigest()
    for one in answer["sheets"]:
        called = one["name"].strip()
        if called == README or (called not in BY_NAME and not one["rows"]):
            continue
        kind = BY_NAME.get(called)
        if kind is None:
            problems.add(
                f"sheet {shortened(called)}",
                f"there is no such kind of fact; expected one of {', '.join(sorted(BY_NAME))}.",
            )
            continue
        sheet = _sheet(kind, digest, one["rows"], problems)
        if sheet is not None:
            found[kind.name] = sheet
    if not found and not problems:
        problems.add(shortened(name), "there is no sheet of facts in it; `exchange template` writes one for each kind.")
    return found


def _answer(data: bytes, name: str, problems: Problems) -> dict[str, Any] | None:
    """What the child process says of these bytes; it is ended after a while, whatever it does."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD], input=data, capture_output=True, timeout=WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        problems.add(shortened(name), _SLOW)
        return None
    if child.returncode < 0:
        problems.add(shortened(name), _SLOW)
        return None
    answer: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 and child.stdout else {"memory": True}
    if "memory" in answer:
        problems.add(shortened(name), _LARGE)
        return None
    return answer


Cells = Mapping[int, tuple[str, str]]
"""What a row holds by the places of its columns: a class (see `workbook.values`) and a text."""


def _sheet(kind: Kind, digest: str, rows: Sequence[Any], problems: Problems) -> Sheet | None:
    """One sheet with the first row as its header; a row that describes the columns is passed over."""
    if not rows or rows[0][0] != 1:
        problems.of(kind, "the first row is empty; expected the names of the columns there.", row=1)
        return None
    places = {place: text.strip() for place, _, text in rows[0][1] if text.strip()}
    named = {place: text for place, text in places.items() if not text.endswith(CONTINUED)}
    header = list(named.values())
    wrong = header_sentence(header)
    if wrong is not None:
        problems.of(kind, wrong, row=1)
        return None
    problems.letters[kind.name] = {text: get_column_letter(place) for place, text in reversed(named.items())}
    formats = {column.name: column.format for column in kind.columns}
    sheet = Sheet(kind.name, digest, header, guarded=False)
    for number, cells in rows[1:]:
        held = {place: (what, text) for place, what, text in cells}
        if held.get(min(named), ("", ""))[1].startswith(DESCRIBES):
            continue
        stray = next((place for place in held if place not in places), None)
        if stray is not None:
            letter = get_column_letter(stray)
            problems.add(
                problems.called(kind),
                f"“{shortened(held[stray][1])}” stands under no name; expected a column's name in {letter}1.",
                row=number,
                column=letter,
            )
            continue
        texts = [
            _text(kind, number, name, _joined(place, held, places), formats.get(name), problems)
            for place, name in named.items()
        ]
        if any(texts):
            sheet.rows.append((number, texts))
    return sheet


def _joined(place: int, held: Cells, places: Mapping[int, str]) -> tuple[str, str]:
    """The cell with what goes on in the columns after it."""
    what, text = held.get(place, ("t", ""))
    after = place + 1
    while places.get(after, "").endswith(CONTINUED):
        text += held.get(after, ("t", ""))[1]
        after += 1
    return what, text


def _text(kind: Kind, row: int, name: str, cell: tuple[str, str], expected: Format | None, problems: Problems) -> str:
    """The cell's text as a CSV file would have it; a date where none is expected is what Excel made of words."""
    what, text = cell
    if expected is None or what == "t":
        return text
    if what in _ON_A_CALENDAR and not isinstance(expected, Day | Moment | TimeOfDay):
        problems.of(
            kind,
            f"the cell holds {_ON_A_CALENDAR[what]} ({text}); expected {expected.describe()}. Format the cell as Text "
            "and type it again.",
            row=row,
            column=name,
        )
        return ""
    if what == "b" and not isinstance(expected, YesNo):
        return "TRUE" if text == "yes" else "FALSE"
    if what == "n" and isinstance(expected, Fraction):
        share = Ratio(text).limit_denominator(999)
        return f"{share.numerator}/{share.denominator}"
    return text


def is_workbook(path: Path) -> bool:
    """Whether a path of this name means a workbook, also one that is then refused."""
    return path.suffix.lower() in ENDINGS
