"""How frozen facts hold dates: ISO text, or the words they were given in with the days those can mean."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.db.types import GivenDate
from app.programme.dates import Slip
from workflows.facts import day_in_words

LONDON = ZoneInfo("Europe/London")


def iso(value: date | datetime | None) -> str | None:
    """A date or an instant as frozen facts hold it."""
    return value.isoformat() if value is not None else None


def given_fact(value: GivenDate) -> dict[str, Any] | None:
    """A date as imprecise as it was given, or none."""
    if not value:
        return None
    return {"words": value.words, "earliest": iso(value.earliest), "latest": iso(value.latest)}


def shown_day(value: str | None) -> str:
    """`5 November 2015` from an ISO day, or from an ISO instant as London has it."""
    if not value:
        return ""
    if "T" in value:
        return day_in_words(datetime.fromisoformat(value).astimezone(LONDON).date())
    return day_in_words(date.fromisoformat(value))


def shown_time(value: time | None) -> str:
    """`2pm`, `9.05am`, as the NHS writes times."""
    if value is None:
        return ""
    minutes = f".{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def shown_moment(value: str | None) -> str:
    """`5 November 2015 at 9.05am` in London, from an ISO instant."""
    if not value:
        return ""
    return f"{shown_day(value)} at {shown_time(datetime.fromisoformat(value).astimezone(LONDON).time())}"


def shown_given(value: dict[str, Any] | None) -> str:
    """A frozen date in the words it was given, or in full where it is a day."""
    if value is None:
        return ""
    if value["earliest"] and value["earliest"] == value["latest"]:
        return shown_day(value["earliest"])
    return str(value["words"] or "")


def slip_words(found: Slip) -> str:
    """How far a milestone has moved, for a column headed slippage: `14 days late`, `none`, `not to the day`."""
    if found.days is None:
        return "not to the day"
    if found.days == 0:
        return "none"
    days = "1 day" if abs(found.days) == 1 else f"{abs(found.days):,} days"
    return f"{'about ' if 'about' in found.sentence else ''}{days} {'late' if found.days > 0 else 'early'}"
