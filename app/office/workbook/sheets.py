"""The sheets as rows of texts: every cell by its place, and everything refused that a reader of it would not see."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..package import PASTED, Package, Refused, shown
from .texts import Texts, shared_texts
from .values import NUMBER, TEXT, YES_NO, classes, read_iso, read_number, unescaped

ROWS = 100_000
COLUMNS = 200
CHARACTERS = 20_000_000
SHEETS = 200
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")

Cell = tuple[int, str, str]
"""Column from 1, what it holds (see `values`), its text."""


@dataclass(slots=True)
class Found:
    """One sheet: its rows with content, and the first things that are wrong with cells of it."""

    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


@dataclass(slots=True)
class Wrong:
    """Cells that hold what no value is; counted, and the first of them kept."""

    shown: list[Refused] = field(default_factory=list)
    count: int = 0

    def add(self, refused: Refused) -> None:
        self.count += 1
        if len(self.shown) < 200:
            self.shown.append(refused)


def read(data: bytes, wrong: Wrong) -> list[Found]:
    """The sheets of a workbook in their order. Raises `Refused` for what makes all of it unreadable."""
    package = Package(data)
    main = _target(package, "", "officeDocument")
    if main is None or main not in package.names:
        raise Refused("has no workbook in it; expected an Excel workbook (.xlsx).")
    relations = package.relations(main)
    by_kind = {relation.kind: relation.target for relation in relations.values()}
    listed, since_1904 = _listed(package, main)
    styles = classes(package, by_kind.get("styles"))
    strings = shared_texts(package, by_kind.get("sharedStrings"))
    spent = [0]
    found = []
    for name, relation_id, hidden in listed:
        relation = relations.get(relation_id)
        if relation is None or relation.target not in package.names:
            raise Refused("is damaged: the sheet is listed and not there.", name)
        if relation.kind != "worksheet":
            raise Refused(f"is no sheet of cells ({shown(relation.kind)}); expected none. Delete it.", name)
        package.relations(relation.target)
        sheet = _Sheet(Found(name), strings, styles, since_1904, wrong, spent)
        package.parse(relation.target, sheet.start, end=sheet.end, text=sheet.text)
        sheet.finish()
        if hidden and sheet.found.rows:
            raise Refused("the sheet is hidden; expected every sheet to be seen. Unhide it, or delete it.", name)
        found.append(sheet.found)
    return found


def _target(package: Package, name: str, kind: str) -> str | None:
    return next((one.target for one in package.relations(name).values() if one.kind == kind), None)


def _listed(package: Package, main: str) -> tuple[list[tuple[str, str, bool]], bool]:
    """The sheets' names, ids and whether they are hidden; whether days are counted from 1904."""
    found: list[tuple[str, str, bool]] = []
    since_1904 = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            since_1904[0] = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            relation_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            name = attributes.get("name", "")
            if any(name.casefold() == other.casefold() for other, _, _ in found):
                raise Refused("there are two sheets of this name; expected one.", name)
            found.append((name, relation_id, attributes.get("state", "visible") != "visible"))
            if len(found) > SHEETS:
                raise Refused(f"has more than {SHEETS} sheets; expected one for each kind of fact.")

    package.parse(main, start)
    if not found:
        raise Refused("has no sheet in it; expected one for each kind of fact.")
    return found, since_1904[0]


class _Sheet:
    """One sheet as its elements come."""

    def __init__(
        self,
        found: Found,
        strings: list[str],
        styles: list[str],
        since_1904: bool,
        wrong: Wrong,
        spent: list[int],
    ) -> None:
        self.found, self._strings, self._styles, self._since_1904 = found, strings, styles, since_1904
        self._wrong, self._spent = wrong, spent
        self._hidden_columns: list[tuple[int, int]] = []
        self._row, self._column, self._hidden, self._cells = 0, 0, False, list[Cell]()
        self._number, self._columns = "", dict[str, int]()
        self._attributes: dict[str, str] = {}
        self._value: list[str] = []
        self._inline = Texts()
        self._in_value = self._in_inline = self._formula = False
        self._seen: set[int] = set()
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "col": self._column_starts,
            "row": self._row_starts,
            "c": self._cell_starts,
            "v": self._value_starts,
            "f": self._formula_starts,
            "is": self._inline_starts,
            "mergeCell": self._merged,
            "oleObject": self._object,
            "control": self._object,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._in_inline:
            self._inline.start(tag)
        begin = self._starts.get(tag)
        if begin is not None:
            begin(attributes)

    def end(self, tag: str) -> None:
        if tag == "v":
            self._in_value = False
        elif tag == "is":
            self._in_inline = False
        elif self._in_inline:
            self._inline.end(tag)
        elif tag == "c":
            self._cell_ends()
        elif tag == "row" and self._cells:
            self._row_ends()

    def text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)
        elif self._in_inline:
            self._inline.text(text)

    def finish(self) -> None:
        """What can only be said when all cells are known."""
        for first, last in self._hidden_columns:
            for number, cells in self.found.rows:
                column = next((cell[0] for cell in cells if first <= cell[0] <= last), 0)
                if column:
                    self._say("the column is hidden; expected every column to be seen. Unhide it.", number, column)
                    break

    def _column_starts(self, attributes: dict[str, str]) -> None:
        if _out_of_sight(attributes, "width"):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdigit() and last.isdigit():
                self._hidden_columns.append((int(first), int(last)))

    def _row_starts(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self._row + 1))
        if not number.isdigit() or len(number) > 7 or int(number) in self._seen:
            raise Refused("is damaged: its rows have no order.", self.found.name, self._row)
        self._row, self._column, self._cells, self._number = int(number), 0, [], str(int(number))
        self._seen.add(self._row)
        self._hidden = _out_of_sight(attributes, "ht")

    def _cell_starts(self, attributes: dict[str, str]) -> None:
        self._attributes, self._value, self._formula = attributes, [], False
        self._inline.begin()
        place = attributes.get("r")
        if place is None:
            self._column += 1
            return
        column = self._columns.get(place.removesuffix(self._number)) if place.endswith(self._number) else None
        if column is None:
            found = _PLACE.fullmatch(place)
            column = column_number(found[1]) if found and int(found[2]) == self._row else 0
            if found and column:
                self._columns[found[1]] = column
        if column <= self._column:
            raise Refused(f"is damaged: it has a cell {shown(place)} out of its place.", self.found.name, self._row)
        self._column = column

    def _value_starts(self, _attributes: dict[str, str]) -> None:
        self._in_value = True

    def _formula_starts(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _inline_starts(self, _attributes: dict[str, str]) -> None:
        self._in_inline = True

    def _merged(self, attributes: dict[str, str]) -> None:
        place = attributes.get("ref", "")
        found = _PLACE.match(place)
        row, column = (int(found[2]), column_number(found[1])) if found else (0, 0)
        self._say(f"the cells {shown(place)} are merged; expected each by itself. Unmerge them.", row, column)

    def _object(self, _attributes: dict[str, str]) -> None:
        raise Refused(f"the sheet has embedded objects or controls; expected none. {PASTED}", self.found.name)

    def _cell_ends(self) -> None:
        if self._formula:
            self._say("the cell holds a formula; expected a value. Copy it and paste its value.")
            return
        kind = self._attributes.get("t", "n")
        raw = "".join(self._value)
        if kind == "e":
            self._say(f"the cell holds the error {shown(raw)}; expected a value.")
            return
        try:
            what, text = self._read(kind, raw)
        except (ValueError, IndexError, OverflowError):
            self._say(f"the cell holds {shown(raw)}, which is no value that a spreadsheet program writes there.")
            return
        if not text:
            return
        if self._row > ROWS or self._column > COLUMNS:
            raise Refused(
                f"there is something in a cell beyond what a sheet may have, {ROWS:,} rows and {COLUMNS} columns. "
                "Delete the row or column, or import in parts.",
                self.found.name,
                self._row,
                self._column,
            )
        self._spent[0] += len(text)
        if self._spent[0] > CHARACTERS:
            raise Refused(f"has more than {CHARACTERS:,} characters in its cells. Import it in parts.")
        self._cells.append((self._column, what, text))

    def _read(self, kind: str, raw: str) -> tuple[str, str]:
        if kind == "s":
            index = int(raw)
            if index < 0:
                raise ValueError(raw)
            return TEXT, self._strings[index]
        if kind == "inlineStr":
            return TEXT, self._inline.whole()
        if kind == "str":
            return TEXT, unescaped(raw)
        if kind == "b":
            if raw not in ("0", "1"):
                raise ValueError(raw)
            return YES_NO, "yes" if raw == "1" else "no"
        if kind == "d":
            return read_iso(raw)
        if kind != "n":
            raise ValueError(raw)
        if not raw:
            return TEXT, ""
        style = self._attributes.get("s", "0")
        place = int(style) if style.isdigit() else 0
        return read_number(raw, self._styles[place] if place < len(self._styles) else NUMBER, self._since_1904)

    def _row_ends(self) -> None:
        if self._hidden:
            self._say("the row is hidden, perhaps by a filter; expected every row to be seen.", self._row)
        self.found.rows.append((self._row, self._cells))

    def _say(self, sentence: str, row: int | None = None, column: int | None = None) -> None:
        if row is None:
            row, column = self._row, self._column
        self._wrong.add(Refused(sentence, self.found.name, row, column or 0))


def _out_of_sight(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or has no height or width to be seen with."""
    if attributes.get("hidden") in ("1", "true"):
        return True
    try:
        return float(attributes.get(size, "1")) == 0
    except ValueError:
        return False


def column_number(letters: str) -> int:
    """The place of a column from 1: `A` is 1, `AA` 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
