"""Days counted on and back: paper deadlines from a meeting in the body’s own unit, reminders from what they are of."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal

from workflows.facts import LeadTime

_ONE_DAY = timedelta(days=1)


def is_working_day(day: date, bank_holidays: Collection[date]) -> bool:
    """Monday to Friday and not a bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays


def papers_due(meeting_on: date, lead: LeadTime, bank_holidays: Collection[date]) -> date:
    """The last day on which the papers of a meeting may go out.

    With a meeting on Thursday 5 November 2015 and a lead time of three:

    - `working`: three working days back, the meeting's own day not counted: Monday 2 November.
    - `clear`: three whole days between the papers and the meeting, neither end counted: Sunday 1 November.
    - `calendar`: three days subtracted: Monday 2 November.

    A lead of nought is the day of the meeting itself, except that clear days always leave the day before.
    Raises ValueError for a negative number of days.
    """
    if lead.number < 0:
        raise ValueError(f"A paper lead time of {lead.number} days is impossible: it must be nought or more.")
    if lead.unit == "calendar":
        return meeting_on - lead.number * _ONE_DAY
    if lead.unit == "clear":
        return meeting_on - (lead.number + 1) * _ONE_DAY
    return moved(meeting_on, -lead.number, "working", bank_holidays)


def moved(day: date, by: int, unit: Literal["working", "calendar"], bank_holidays: Collection[date]) -> date:
    """So many days after a day, or before it where the number is negative; the day itself is not counted."""
    if unit == "calendar":
        return day + by * _ONE_DAY
    one, left = (_ONE_DAY if by > 0 else -_ONE_DAY), abs(by)
    while left:
        day += one
        left -= is_working_day(day, bank_holidays)
    return day
