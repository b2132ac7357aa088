"""How frozen facts hold dates: ISO text, or the words they were given in with the days those can mean."""

from datetime import date, datetime
from typing import Any

from app.db.types import GivenDate
from app.programme.dates import Slip
from app.web.text import day, given, moment


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
    return day(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))


def shown_moment(value: str | None) -> str:
    """`5 November 2015 at 9.05am` in London, from an ISO instant."""
    return moment(datetime.fromisoformat(value)) if value else ""


def shown_given(value: dict[str, Any] | None) -> str:
    """A frozen date in the words it was given, or in full where it is a day."""
    if value is None:
        return ""
    first, last = value["earliest"], value["latest"]
    return given(
        GivenDate(
            value["words"], date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None
        )
    )


def slip_words(found: Slip) -> str:
    """How far a milestone has moved, for a column headed slippage: `14 days late`, `none`, `not to the day`."""
    if found.days is None:
        return "not to the day"
    if found.days == 0:
        return "none"
    days = "1 day" if abs(found.days) == 1 else f"{abs(found.days):,} days"
    return f"{'about ' if 'about' in found.sentence else ''}{days} {'late' if found.days > 0 else 'early'}"
