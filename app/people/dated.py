"""When two dated facts contradict each other: one rule for every door they come in by. An end is the last day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from workflows.facts import day_in_words


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last day included; no last day means until further notice."""

    starts: date | None
    ends: date | None = None

    def has(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Which end of a span leaves the bounds it must stay in, on which side, and the bound that was crossed."""

    end: Literal["starts", "ends"]
    side: Literal["before", "after"]
    day: date
    bound: date


def crossings(inner: Span, outer: Span) -> list[Crossing]:
    """Where `inner` leaves `outer`. An open end is taken to end with `outer`."""
    found = []
    if outer.starts and inner.starts and inner.starts < outer.starts:
        found.append(Crossing("starts", "before", inner.starts, outer.starts))
    if outer.ends and inner.starts and inner.starts > outer.ends:
        found.append(Crossing("starts", "after", inner.starts, outer.ends))
    elif outer.ends and inner.ends and inner.ends > outer.ends:
        found.append(Crossing("ends", "after", inner.ends, outer.ends))
    return found


def overlap(earlier: Span, later: Span) -> bool:
    """Whether two spans, given in the order of their first days, have a day in common."""
    return earlier.ends is None or later.starts is None or earlier.ends >= later.starts


def together(one: Span, other: Span) -> bool:
    """The same of two spans in any order."""
    first, second = sorted((one, other), key=lambda span: span.starts or date.min)
    return overlap(first, second)


def crossing_in_words(found: Crossing, name: str) -> str:
    """`5 May 2016 is after the last day of the seat, 31 March 2016.`"""
    if found.side == "before":
        return f"{day_in_words(found.day)} is before the first day of {name}, {day_in_words(found.bound)}."
    return f"{day_in_words(found.day)} is after the last day of {name}, {day_in_words(found.bound)}."


def span_in_words(span: Span) -> str:
    """`from 1 April 2013`, `from 1 April 2013 to 31 March 2014`."""
    since = f"from {day_in_words(span.starts)}" if span.starts else "from the beginning"
    return f"{since} to {day_in_words(span.ends)}" if span.ends else since
