"""How one cell of a CSV file is read and written: every format says what it expects, and reads back what it shows."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

SEPARATOR = "; "
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")
_TIME = re.compile(r"\d{2}:\d{2}")
_CODE = re.compile(r"[^\s/;|]+")
_OWN = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WHOLE = re.compile(r"-?\d{1,12}")


class Unreadable(ValueError):
    """The cell cannot be read; the text says what was expected."""


class Format(ABC):
    """One way of writing a value in a cell. An empty cell never comes here: it means there is no value."""

    caseless = False  # whether values that differ in capitals only are the same
    guarded = True  # whether a spreadsheet might take its text for a formula

    @property
    def example(self) -> str:
        """A cell as it may be written; empty where the description says enough."""
        return ""

    @abstractmethod
    def describe(self) -> str:
        """What the cell holds, for the column's description and for errors."""

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The value; raises `Unreadable`."""

    def show(self, value: Any) -> str:
        """The cell's text for a value that is not None."""
        return str(value)

    def unreadable(self) -> Unreadable:
        return Unreadable(self.describe())


def guard(text: str) -> str:
    """The text as it is written: a leading `'` where a spreadsheet would take it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text as it is read: the `'` that `guard` put there is taken off. Raises `Unreadable` for a raw formula."""
    if _ESCAPED.match(text):
        return text[1:]
    if _FORMULA.match(text):
        raise Unreadable(
            "text that no spreadsheet takes for a formula: put ' before a leading =, +, -, @ or tab, "
            "which is taken off again"
        )
    return text


@dataclass(frozen=True)
class Text(Format):
    """Words as they are, at most `limit` characters."""

    limit: int = 200_000
    example: str = ""

    def describe(self) -> str:
        return f"text of at most {self.limit:,} characters"

    def parse(self, text: str) -> str:
        if len(text) > self.limit:
            raise Unreadable(f"{self.describe()}; this has {len(text):,}")
        found = _CONTROL.search(text)
        if found:
            raise Unreadable(f"text without control characters; this has U+{ord(found[0]):04X}")
        return text

    def show(self, value: str) -> str:
        return value.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Code(Format):
    """A short name by which a row is known."""

    limit: int = 60
    example: str = ""

    def describe(self) -> str:
        return f"a code of at most {self.limit} characters without spaces or any of / ; |"

    def parse(self, text: str) -> str:
        if not _CODE.fullmatch(text) or len(text) > self.limit or _CONTROL.search(text):
            raise self.unreadable()
        return text


@dataclass(frozen=True)
class NationalCode(Code):
    """A code of the NHS's Organisation Data Service: always in capitals, so small letters are read as such."""

    def describe(self) -> str:
        return f"{super().describe()}, in capitals"

    def parse(self, text: str) -> str:
        return super().parse(text).upper()


@dataclass(frozen=True)
class Address(Text):
    """An email address: capitals make no other address of it."""

    caseless = True


@dataclass(frozen=True)
class Choice(Format):
    """One of a few words."""

    words: Sequence[str]
    example: str = ""

    def describe(self) -> str:
        return f"one of {', '.join(self.words)}"

    def parse(self, text: str) -> str:
        if text not in self.words:
            raise self.unreadable()
        return text


@dataclass(frozen=True)
class ChoiceOrOwn(Format):
    """One of a few words, or one that a workflow definition names itself; whether it does is asked where it is used."""

    words: Sequence[str]
    example: str = ""

    def describe(self) -> str:
        return f"one of {', '.join(self.words)}, or an answer that the stage names itself"

    def parse(self, text: str) -> str:
        if text not in self.words and not _OWN.fullmatch(text):
            raise self.unreadable()
        return text


@dataclass(frozen=True)
class Whole(Format):
    """A whole number between bounds."""

    low: int = 0
    high: int = 2_000_000_000
    why_not_lower: str = ""
    example: str = "1"
    guarded = False

    def describe(self) -> str:
        return f"a whole number from {self.low} to {self.high:,}" + (
            f" ({self.why_not_lower})" if self.why_not_lower else ""
        )

    def parse(self, text: str) -> int:
        if not (text.isascii() and _WHOLE.fullmatch(text)) or not self.low <= int(text) <= self.high:
            raise self.unreadable()
        return int(text)


@dataclass(frozen=True)
class YesNo(Format):
    """yes or no."""

    example: str = "yes"

    def describe(self) -> str:
        return "yes or no"

    def parse(self, text: str) -> bool:
        if text not in ("yes", "no"):
            raise self.unreadable()
        return text == "yes"

    def show(self, value: bool) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True)
class Day(Format):
    """A calendar day."""

    example: str = "2015-11-05"

    def describe(self) -> str:
        return "a day as YYYY-MM-DD, for example 2015-11-05"

    def parse(self, text: str) -> date:
        try:
            if not (text.isascii() and _DAY.fullmatch(text)):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            raise self.unreadable() from None

    def show(self, value: date) -> str:
        return value.isoformat()


@dataclass(frozen=True)
class Moment(Format):
    """A moment with its time zone, written in UTC."""

    example: str = "2015-11-05T09:00:00Z"

    def describe(self) -> str:
        return "a moment with its time zone, for example 2015-11-05T09:00:00Z"

    def parse(self, text: str) -> datetime:
        try:
            if not (text.isascii() and _MOMENT.fullmatch(text)):
                raise ValueError
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.unreadable() from None

    def show(self, value: datetime) -> str:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@dataclass(frozen=True)
class TimeOfDay(Format):
    """A time of day in Europe/London."""

    example: str = "13:30"

    def describe(self) -> str:
        return "a time of day as HH:MM, for example 13:30"

    def parse(self, text: str) -> time:
        try:
            if not (text.isascii() and _TIME.fullmatch(text)):
                raise ValueError
            return time.fromisoformat(text)
        except ValueError:
            raise self.unreadable() from None

    def show(self, value: time) -> str:
        return value.strftime("%H:%M")


@dataclass(frozen=True)
class Fraction(Format):
    """A share, as numerator and denominator: (1, 2) is "1/2"."""

    example: str = "1/2"

    def describe(self) -> str:
        return "a share between nought and one, for example 1/2"

    def parse(self, text: str) -> tuple[int, int]:
        parts = text.split("/")
        if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
            raise self.unreadable()
        numerator, denominator = int(parts[0]), int(parts[1])
        if not 0 < numerator <= denominator:
            raise self.unreadable()
        return numerator, denominator

    def show(self, value: tuple[int, int]) -> str:
        return f"{value[0]}/{value[1]}"


@dataclass(frozen=True)
class Several(Format):
    """Several values of one format, "; " between them. Sorted where their order means nothing."""

    one: Format
    ordered: bool = False

    @property
    def example(self) -> str:
        return self.one.example

    def describe(self) -> str:
        return f"{self.one.describe()}; several with “;” between them"

    def parse(self, text: str) -> list[Any]:
        parts = [part.strip() for part in text.split(";")]
        if not all(parts):
            raise self.unreadable()
        try:
            found = [self.one.parse(part) for part in parts]
        except Unreadable:
            raise self.unreadable() from None
        if len(set(parts)) != len(parts):
            raise Unreadable(f"{self.describe()}, each once")
        return found if self.ordered else sorted(found)

    def show(self, value: Sequence[Any]) -> str:
        return SEPARATOR.join(self.one.show(one) for one in (value if self.ordered else sorted(value)))


@dataclass(frozen=True)
class Needs(Format):
    """What a quorum needs beside its share: a list of (count, label, kinds of seat), the label in the singular."""

    kinds: Sequence[str]
    example: str = "1 lay member: lay_member; 1 clinician: chair|gp_member"

    def describe(self) -> str:
        return (
            "needs such as “1 lay member: lay_member; 1 clinician: chair|gp_member”, "
            f"the kinds of seat being any of {', '.join(self.kinds)}"
        )

    def parse(self, text: str) -> list[tuple[int, str, tuple[str, ...]]]:
        found = []
        for part in text.split(";"):
            match = re.fullmatch(r"\s*([1-9]\d?) ([^:;|]{1,60}): ?([a-z_|]+)\s*", part)
            if not match:
                raise self.unreadable()
            kinds = tuple(match[3].split("|"))
            if len(set(kinds)) != len(kinds) or not set(kinds) <= set(self.kinds):
                raise self.unreadable()
            count, label = int(match[1]), match[2].strip()
            found.append((count, label if count == 1 else label.removesuffix("s"), tuple(sorted(kinds))))
        return found

    def show(self, value: Sequence[tuple[int, str, Sequence[str]]]) -> str:
        return SEPARATOR.join(f"{self._said(count, label)}: {'|'.join(sorted(kinds))}" for count, label, kinds in value)

    def _said(self, count: int, label: str) -> str:
        return f"{count} {label}" if count == 1 or label.endswith("s") else f"{count} {label}s"
