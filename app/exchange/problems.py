"""What is wrong with a folder, each as a sentence naming file, row, column, value and what was expected."""

from dataclasses import dataclass, field

from app.permissions import Refused, Stale

SHOWN = 200
_VALUE_SHOWN = 80


@dataclass(slots=True)
class Problems:
    """Every problem is counted; the first 200 are kept to be shown."""

    shown: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, sentence: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note that something is wrong at this place."""
        self.count += 1
        if len(self.shown) < SHOWN:
            place = file + (f", row {row}" if row else "") + (f", column {column}" if column else "")
            self.shown.append(f"{place}: {sentence}")

    def value(self, file: str, row: int, column: str, value: str, expected: str) -> None:
        """Note a cell that does not hold what was expected."""
        self.add(file, f"“{shortened(value)}” is not right; expected {expected}.", row=row, column=column)

    def __bool__(self) -> bool:
        return self.count > 0

    def sentences(self) -> list[str]:
        """The problems to show, and how many more there are."""
        rest = self.count - len(self.shown)
        return [*self.shown, f"… and {rest:,} more."] if rest else list(self.shown)


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
