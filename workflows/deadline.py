"""By when a stage is to be answered: so many days after it was put to the parties, at a time of day where it says one.

Once it has passed, that and who had not answered is put on record, and they and who asks are told: see `reminders`.
Nobody is counted for it: who asks decides what is to be done.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from workflows.calendar import moved
from workflows.case_history import LONDON
from workflows.facts import day_in_words
from workflows.stages import By


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, in London, and the time on it; without a time the whole day is there."""

    on: date
    at: time | None

    def passed(self, now: datetime) -> bool:
        """Whether it is over at a moment (aware)."""
        there = now.astimezone(LONDON)
        if self.at is None:
            return there.date() > self.on
        return there.replace(tzinfo=None) > datetime.combine(self.on, self.at)

    @property
    def in_words(self) -> str:
        """ "29 January 2016", "29 January 2016 at 12:00"."""
        return f"{day_in_words(self.on)}{f' at {self.at:%H:%M}' if self.at else ''}"

    def sentence(self, now: datetime) -> str:
        """That it is ahead, or has passed."""
        if self.passed(now):
            return f"It was to be answered by {self.in_words}, which has passed."
        return f"It is to be answered by {self.in_words}."


def deadline(by: By, opened_on: date, bank_holidays: Collection[date]) -> Deadline:
    """When a stage that was put to the parties on a day is to be answered; the day itself is not counted."""
    day = moved(opened_on, by.days or 0, "calendar", bank_holidays)
    day = moved(day, by.working_days or 0, "working", bank_holidays)
    return Deadline(day, time.fromisoformat(by.at) if by.at else None)


def by_in_words(by: By) -> str:
    """ "within 10 working days of being put to the parties, by 17:00 on the last"."""
    number = by.working_days or by.days or 0
    unit = "working day" if by.working_days else "day"
    until = f", by {by.at} on the last" if by.at else ""
    return f"within {number} {unit if number == 1 else unit + 's'} of being put to the parties{until}"
