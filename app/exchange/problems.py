"""What is wrong with a folder or a workbook: sentences naming file or sheet, row, column, value, what was expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.exchange.kinds import BY_NAME, Kind
from app.permissions import Refused, Stale

SHOWN = 200
_VALUE_SHOWN = 80
_FILE = re.compile(r"\b([a-z_]+)\.csv\b")


@dataclass(slots=True)
class Problems:
    """Every problem is counted; the first 200 are kept to be shown."""

    shown: list[str] = field(default_factory=list)
    count: int = 0
    workbook: bool = False
    """Whether the facts stand in a workbook, whose sheets are called by the names of the kinds."""
    letters: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """For each sheet of a workbook: the letters under which a spreadsheet shows its columns."""

    def called(self, kind: Kind) -> str:
        """Where the facts of a kind stand, as sentences name it."""
        return f"sheet {kind.name}" if self.workbook else kind.file

    def add(self, place: str, sentence: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note that something is wrong at this place."""
        self.count += 1
        if len(self.shown) < SHOWN:
            place += (f", row {row}" if row else "") + (f", column {column}" if column else "")
            self.shown.append(f"{place}: {sentence}")

    def of(self, kind: Kind, sentence: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note that something is wrong with the facts of a kind, in this row and the column of this name."""
        letter = self.letters.get(kind.name, {}).get(column or "")
        if self.workbook:
            sentence = in_sheets(sentence)
        self.add(self.called(kind), sentence, row=row, column=f"{letter} ({column})" if letter else column)

    def value(self, kind: Kind, row: int, column: str, value: str, expected: str) -> None:
        """Note a cell that does not hold what was expected."""
        self.of(kind, f"“{shortened(value)}” is not right; expected {expected}.", row=row, column=column)

    def __bool__(self) -> bool:
        return self.count > 0

    def sentences(self) -> list[str]:
        """The problems to show, and how many more there are."""
        rest = self.count - len(self.shown)
        return [*self.shown, f"… and {rest:,} more."] if rest else list(self.shown)


def in_sheets(sentence: str) -> str:
    """The sentence with sheets where it names files of kinds: `people.csv` → `the sheet people`."""
    return _FILE.sub(lambda found: f"the sheet {found[1]}" if found[1] in BY_NAME else found[0], sentence)


def said(refusal: Refused | Stale) -> str:
    """What a service refused, as sentences: why, and what was expected instead."""
    if isinstance(refusal, Stale):
        return " ".join(f"{sentence.rstrip('.')}." for sentence in (refusal.sentence, *refusal.changes))
    expected = "; ".join(need.rstrip(".") for need in refusal.needs)
    return f"{refusal.sentence.rstrip('.')}." + (f" Expected: {expected}." if expected else "")


def shortened(value: str) -> str:
    """A value as it can stand in a sentence: one line, not too long, nothing invisible."""
    line = "".join(
        one if one.isprintable() else "␣" if one in "\n\r\t" else f"\\u{ord(one):04x}" for one in value[:400]
    )
    return line if len(line) <= _VALUE_SHOWN else line[: _VALUE_SHOWN - 1] + "…"
