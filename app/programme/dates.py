"""Dates as they were given: a day, a month, or words, with the days they can mean; and how far one slipped."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.db.types import GivenDate
from workflows.facts import day_in_words

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]+)\.?,?\s+(\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"([a-z]+)\s+(\d{4})", re.IGNORECASE)

LONGEST = 200


class DateNotUnderstood(ValueError):
    """The text is no date that exists; the sentence says what was expected."""


def parse_given(text: str, earliest: str = "", latest: str = "") -> GivenDate:
    """A date with its precision: "5 November 2015", "2015-11-05" and "5/11/2015" are a day, "November 2015" a month.

    Anything else is kept in its own words, with the first and last day it can mean where they are given.
    Raises `DateNotUnderstood` for a day that does not exist and for ends that cross.
    """
    words = " ".join(text.split())
    if not words:
        raise DateNotUnderstood("Enter a date, such as 5 November 2015, or words, such as “by September”.")
    if len(words) > LONGEST:
        raise DateNotUnderstood(f"Enter the date in {LONGEST} characters or fewer.")
    first, last = _end(earliest, "earliest"), _end(latest, "latest")
    known = _known(words)
    if known is not None:
        if (first, last) != (None, None) and (first or known.earliest, last or known.latest) != (
            known.earliest,
            known.latest,
        ):
            raise DateNotUnderstood(
                f"“{words}” says by itself which days it means: leave the earliest and latest day empty."
            )
        return known
    if first and last and first > last:
        raise DateNotUnderstood(f"The earliest day ({day_in_words(first)}) is after the latest ({day_in_words(last)}).")
    return GivenDate(words, first, last)


def parse_day(text: str) -> date:
    """A day of the calendar; raises `DateNotUnderstood`."""
    words = " ".join(text.split())
    known = _known(words) if words else None
    if known is None or known.earliest is None or known.earliest != known.latest:
        raise DateNotUnderstood("Enter a day, such as 5 November 2015.")
    return known.earliest


def _end(text: str, name: str) -> date | None:
    if not text.strip():
        return None
    try:
        return parse_day(text)
    except DateNotUnderstood:
        raise DateNotUnderstood(f"Enter the {name} day it can mean as a day, such as 5 November 2015.") from None


def _known(words: str) -> GivenDate | None:
    """A day or month that needs no more said; None for other words."""
    if found := _ISO.fullmatch(words):
        return _day(words, int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHES.fullmatch(words):
        return _day(words, int(found[3]), int(found[2]), int(found[1]))
    if (found := _DAY.fullmatch(words)) and found[2].lower() in _MONTHS:
        return _day(words, int(found[3]), _MONTHS[found[2].lower()], int(found[1]))
    if (found := _MONTH.fullmatch(words)) and found[1].lower() in _MONTHS:
        year, month = int(found[2]), _MONTHS[found[1].lower()]
        if year < 1948:
            raise DateNotUnderstood(f"“{words}” is before there was an NHS.")
        first = date(year, month, 1)
        return GivenDate(f"{first:%B} {year}", first, date(year, month, monthrange(year, month)[1]))
    return None


def _day(words: str, year: int, month: int, day: int) -> GivenDate:
    if year < 1948:
        raise DateNotUnderstood(f"“{words}” is before there was an NHS.")
    try:
        found = date(year, month, day)
    except ValueError:
        raise DateNotUnderstood(f"“{words}” is not a day of the calendar.") from None
    return GivenDate(day_in_words(found), found, found)


def given_day(day: date) -> GivenDate:
    """A day as a date with precision."""
    return GivenDate(day_in_words(day), day, day)


@dataclass(frozen=True, slots=True)
class Slip:
    """How far a milestone stands from its baseline: `days` later (negative: earlier), None where words cannot tell."""

    days: int | None
    sentence: str

    @property
    def slipped(self) -> bool:
        """Whether it is later than its baseline."""
        return self.days is not None and self.days > 0


def slip(baseline: GivenDate, forecast: GivenDate, actual: date | None) -> Slip:
    """The slip of a milestone, from the last day its baseline can mean to the last day of its actual or forecast."""
    now = given_day(actual) if actual else forecast
    verb = "done" if actual else "forecast"
    if not now:
        return Slip(None, "No change from its baseline.")
    if baseline.latest is None or now.latest is None:
        if now.words == baseline.words:
            return Slip(0, f"{verb.capitalize()} for its baseline.")
        return Slip(None, f"Cannot be counted in days: baseline “{baseline.words}”, {verb} “{now.words}”.")
    days = (now.latest - baseline.latest).days
    if days == 0:
        return Slip(0, "Done on its baseline." if actual else "Forecast for its baseline.")
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    rough = baseline.earliest != baseline.latest or now.earliest != now.latest
    return Slip(days, f"{verb.capitalize()} {'about ' if rough else ''}{count} {'later' if days > 0 else 'earlier'}.")
