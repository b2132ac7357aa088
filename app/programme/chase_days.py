"""On which days of a period owners are chased: so many days before and after its updates are due."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from workflows.calendar import moved

BEFORE = "10, 3"
AFTER = "1"
NOBODY = "none"
"""What a programme writes to have nobody chased before, or after, the day."""

Unit = Literal["working", "calendar"]
UNITS: tuple[Unit, ...] = ("working", "calendar")
MOST = 60

# The defaults are customs of the field (10 and 3 working days before, the working day after), not a rule that was
# read anywhere: each programme sets its own.


class DaysNotUnderstood(ValueError):
    """The text names no days; the sentence says what was expected."""


@dataclass(frozen=True, slots=True)
class ChaseCalendar:
    """How many days before and after the due day owners are chased, in working days of England or calendar days."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    unit: Unit


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the calendar; `name` tells it from the others, whatever day it falls on."""

    name: str
    on: date


def calendar_of(before: str, after: str, unit: str) -> ChaseCalendar:
    """A programme's calendar from its settings; an empty one is the default. Raises `DaysNotUnderstood`."""
    if unit and unit not in UNITS:
        raise DaysNotUnderstood(f"“{unit}” is no unit; expected working or calendar.")
    chosen: Unit = "calendar" if unit == "calendar" else "working"
    return ChaseCalendar(numbers(before or BEFORE), numbers(after or AFTER), chosen)


def numbers(text: str) -> tuple[int, ...]:
    """Numbers of days, the largest first: "10, 3" and "10 3" are both; "none" is no day."""
    words = text.replace(",", " ").split()
    if [word.lower() for word in words] == [NOBODY]:
        return ()
    if not words or not all(re.fullmatch(r"[0-9]{1,2}", word) and int(word) <= MOST for word in words):
        raise DaysNotUnderstood(f"“{text}” names no days; expected numbers from 0 to {MOST}, as in “10, 3”, or “none”.")
    return tuple(sorted({int(word) for word in words}, reverse=True))


def steps(calendar: ChaseCalendar, due: date, bank_holidays: Collection[date]) -> tuple[Step, ...]:
    """The days on which owners are chased for what is due on `due`, in order."""
    found = {}
    for sign, counts, side in ((-1, calendar.before, "before"), (1, calendar.after, "after")):
        for number in counts:
            plural = "" if number == 1 else "s"
            name = f"{number} {calendar.unit} day{plural} {side}" if number else "on the day"
            found[name] = Step(name, moved(due, sign * number, calendar.unit, bank_holidays))
    return tuple(sorted(found.values(), key=lambda step: step.on))


def step_due(planned: Sequence[Step], last: date | None, on: date) -> Step | None:
    """The step to take on a day: the latest since `last`, the day before on which was looked; none where none is due.

    Where nothing looked for days, what was missed is made up for once, not once for each step.
    """
    due = [step for step in planned if step.on == on or (last is not None and last < step.on <= on)]
    return max(due, key=lambda step: step.on, default=None)
