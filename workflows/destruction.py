"""What may be destroyed of the record, on which ground, and what has to stay; the leaf of an entry always stays.

Decisions and what an organisation did are kept for the years of retention that are set. An interest is kept for at
least six years after it ended (statutory guidance on managing conflicts of interest for CCGs, 2016/17). A person's own
words and data that nothing rests on may be destroyed earlier, when that person asks for it.
"""

from dataclasses import dataclass
from datetime import date

from workflows.facts import day_in_words
from workflows.verdict import Verdict, no, yes

REQUEST, RETENTION = "request", "retention"
GROUNDS = {
    REQUEST: "A person asked for the erasure of their data",
    RETENTION: "The time for which it has to be kept is over",
}
INTEREST_YEARS = 6

_OF_THE_RECORD = ("log", "checkpoint", "entry", "facts")
_FRAME = frozenset(
    {
        "case.opened",
        "round.opened",
        "change.ruled",
        "stage.completed",
        "case.agreed",
        "case.stopped",
        "case.withdrawn",
        "party.passed",
        "party.delegated",
        "party.delegation-ended",
    }
)
"""What a case consists of: which versions were asked about, by which rule, and what came of it."""
_OWN_WORDS = ("account", "comment", "person")
_OWN_WORDS_TOO = frozenset(
    {
        "item.question-asked",
        "item.question-answered",
        "meeting.apologies-sent",
        "meeting.apologies-taken-back",
        "interest.asked",
        "pack.opened",
        "correction.opened",
    }
)
"""Entries of one person's words or data; nothing is worked out from their text."""


@dataclass(frozen=True, slots=True)
class CaseOfEntry:
    """The case that an entry counts for; `closed_on` is the day on which it was agreed, stopped or withdrawn."""

    title: str
    state: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class EntryFact:
    """An entry of the record, as far as whether it may be destroyed depends on it.

    `interest_ended` is the day on which the interest that it tells of ended, None while it goes on.
    """

    tag: str
    on: date
    destroyed: bool = False
    case: CaseOfEntry | None = None
    interest_ended: date | None = None


def may_be_destroyed(entry: EntryFact, ground: str, years: int, today: date) -> Verdict:
    """Whether the text of an entry may be destroyed on this ground, with `years` of retention."""
    if entry.destroyed:
        return no("The text of this entry is destroyed already.")
    group = entry.tag.split(".", maxsplit=1)[0]
    if group in _OF_THE_RECORD:
        return no(
            "The record itself rests on this entry: what was sealed, witnessed, destroyed, brought in or taken out. "
            "It is never destroyed."
        )
    if entry.case is not None:
        return _of_a_case(entry, entry.case, ground, years, today)
    if ground == REQUEST and (group in _OWN_WORDS or entry.tag in _OWN_WORDS_TOO):
        return yes("It holds one person’s words or data, and nothing rests on its text.")
    if group == "interest":
        return _of_an_interest(entry, today)
    return _kept_until(years_later(entry.on, years), f"What was done is kept for {_years(years)}", ground, today)


def _of_a_case(entry: EntryFact, case: CaseOfEntry, ground: str, years: int, today: date) -> Verdict:
    if entry.tag in _FRAME:
        return no(
            f"It says what the case “{case.title}” is about and what came of it, which every decision on it rests on. "
            "It is never destroyed."
        )
    if case.closed_on is None:
        return no(
            f"It counts for the case “{case.title}”, which is {case.state}: where the case stands follows from it.",
            "the end of the case, and then the years for which decisions are kept",
        )
    return _kept_until(
        years_later(case.closed_on, years),
        f"It counts for the case “{case.title}”, which still stands: decisions are kept for {_years(years)} after the "
        f"case was {case.state}",
        ground,
        today,
    )


def _of_an_interest(entry: EntryFact, today: date) -> Verdict:
    if entry.interest_ended is None:
        return no(
            "It tells of an interest that goes on, and the register of interests rests on it.",
            f"the end of the interest, and then {_years(INTEREST_YEARS)}",
        )
    until = years_later(max(entry.interest_ended, entry.on), INTEREST_YEARS)
    return _kept_until(until, f"An interest is kept for {_years(INTEREST_YEARS)} after its end", RETENTION, today)


def _kept_until(until: date, why: str, ground: str, today: date) -> Verdict:
    if today < until:
        return no(f"{why}, so until {day_in_words(until)}.", f"{day_in_words(until)} or a later day")
    if ground != RETENTION:
        return no(
            "It is not one person’s words or data, so it is not erased because a person asks for it; the time for "
            "which it has to be kept is over.",
            f"the ground “{GROUNDS[RETENTION]}”",
        )
    return yes(f"{why}, and that time was over on {day_in_words(until)}.")


def may_confirm(asked_by: int | None, confirming: int | None) -> Verdict:
    """Whether this person may confirm what another asked for: two people answer for what cannot be undone."""
    if confirming is None or asked_by == confirming:
        return no(
            "Whoever asked for the destruction cannot confirm it: two people answer for what cannot be undone.",
            "another of the organisation’s administrators, or its board secretary",
        )
    return yes("A second person confirms it.")


def years_later(day: date, years: int) -> date:
    """The same day some years later; of 29 February the day after, where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _years(number: int) -> str:
    return "one year" if number == 1 else f"{number} years"
