"""Paper deadlines are counted back from a meeting in the body's own unit of days."""

from collections.abc import Collection
from datetime import date, timedelta

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
    day, left = meeting_on, lead.number
    while left:
        day -= _ONE_DAY
        left -= is_working_day(day, bank_holidays)
    return day
