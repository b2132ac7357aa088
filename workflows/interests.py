"""How declared interests are kept: declared in time, looked at yearly, published and let go; who rules on a conflict.

The lengths of time are those of NHS England's "Managing conflicts of interest: revised statutory guidance for CCGs"
(2016, revised 2017), and stand here only.
"""

import calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.facts import SeatFact, day_in_words
from workflows.verdict import Verdict, in_words, no, yes

DECLARE_WITHIN_DAYS = 28
REVIEW_EVERY_MONTHS = 12
PUBLIC_AFTER_CLOSING_MONTHS = 6
KEPT_AFTER_CLOSING_YEARS = 6


@dataclass(frozen=True, slots=True)
class InterestFact:
    """A declared interest, as far as its dates say what becomes of it; `ended` is its last day."""

    declared: date
    arose: date | None = None
    ended: date | None = None
    reviewed_on: date | None = None
    withheld: bool = False


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def is_decision_maker(votes_held: Iterable[tuple[date, date | None]], today: date) -> bool:
    """Whether who held a voting seat for these dates decides, or did so until at most six months ago."""
    return any(
        starts <= today and (ends is None or today <= months_after(ends, PUBLIC_AFTER_CLOSING_MONTHS))
        for starts, ends in votes_held
    )


def published_on(interest: InterestFact, decision_maker: bool, today: date) -> Verdict:
    """Does the published register hold this interest on a day?"""
    if interest.declared > today:
        return no(f"It is declared on {day_in_words(interest.declared)}.")
    if not decision_maker:
        return no("Only the interests of decision-makers are published: of who holds a seat with a vote.")
    if interest.withheld:
        return no("It is withheld from publication, for a reason that the register keeps.")
    if interest.ended is None or interest.ended >= today:
        return yes("It is published.")
    until = months_after(interest.ended, PUBLIC_AFTER_CLOSING_MONTHS)
    if today > until:
        return no(f"It ended on {day_in_words(interest.ended)} and was published until {day_in_words(until)}.")
    return yes(f"It ended on {day_in_words(interest.ended)} and stays published until {day_in_words(until)}.")


def declared_late(interest: InterestFact) -> Verdict:
    """Was it declared later than 28 days after it arose? An interest that says no such day is not called late."""
    if interest.arose is None:
        return no("The day on which it arose is not known.")
    due = interest.arose + timedelta(days=DECLARE_WITHIN_DAYS)
    if interest.declared <= due:
        return no(f"It was declared within {DECLARE_WITHIN_DAYS} days.")
    return yes(f"It arose on {day_in_words(interest.arose)} and was to be declared by {day_in_words(due)}.")


def review_on(interest: InterestFact) -> date | None:
    """The day by which an interest is to be confirmed or changed; None once it has ended."""
    if interest.ended is not None:
        return None
    return months_after(interest.reviewed_on or interest.declared, REVIEW_EVERY_MONTHS)


def review_due(interest: InterestFact, today: date) -> bool:
    """Has a year gone by since it was declared or last confirmed?"""
    due = review_on(interest)
    return due is not None and due <= today


def last_reminder(due: date, today: date) -> date:
    """The latest yearly recurrence of a day that is not after today: one reminder belongs to each."""
    latest, years = due, 0
    while months_after(due, 12 * (years + 1)) <= today:
        years += 1
        latest = months_after(due, 12 * years)
    return latest


def kept_until(interest: InterestFact) -> date | None:
    """The last day on which it may not be deleted; None while it has not ended, when no such day is known yet."""
    return None if interest.ended is None else months_after(interest.ended, 12 * KEPT_AFTER_CLOSING_YEARS)


@dataclass(frozen=True, slots=True)
class Presiding:
    """Who may rule on how conflicts of interest in an item are handled, the first named first, and why."""

    seats: tuple[SeatFact, ...]
    sentence: str

    @property
    def to_ask(self) -> tuple[SeatFact, ...]:
        """Who is asked for the ruling: who chairs, else the deputy chairs, and without any each who could preside."""
        return tuple(seat for seat in self.seats if seat.kind == "deputy_chair") or self.seats


def presiding(seats: Sequence[SeatFact], conflicted: Collection[int], away: Collection[int] = ()) -> Presiding:
    """Who rules: the chair; where the chair has an interest in the item, or is away, a deputy who has none.

    `conflicted` are the ids of the people with an interest in the item, `away` the seats whose holder does not come.
    Deputy chairs come first, then every other holder of a vote, in the order of the seats.
    """
    held = [seat for seat in seats if not seat.vacant]
    chair = next((seat for seat in held if seat.presides), None)
    if chair is not None and chair.person_id not in conflicted and chair.id not in away:
        return Presiding((chair,), f"{chair.person_name} chairs, and decides how it is handled.")
    why = "No one holds the chair’s seat"
    if chair is not None:
        why = f"{chair.person_name} chairs and {_hindered(chair, conflicted)}"
    free = [
        seat
        for seat in held
        if seat.voting and not seat.presides and seat.person_id not in conflicted and seat.id not in away
    ]
    free.sort(key=lambda seat: seat.kind != "deputy_chair")
    first: dict[int | None, SeatFact] = {}
    for seat in free:
        first.setdefault(seat.person_id, seat)  # who holds two seats stands once, where the first of them does
    deputies = tuple(first.values())
    if not deputies:
        return Presiding((), f"{why}, and no other member with a vote is free of an interest: the item is deferred.")
    names = in_words(f"{seat.person_name} ({seat.title})" for seat in deputies)
    return Presiding(deputies, f"{why}: who presides instead decides how it is handled. It could be {names}.")


def may_rule(presides: Presiding, named: str) -> Verdict:
    """May the person named ("Dr Example", "Dr Example, chair") decide how a conflict in the item is handled?"""
    given = " ".join(named.split()).casefold()
    for seat in presides.seats:
        name = (seat.person_name or "").casefold()
        if given == name or given.startswith(f"{name},"):
            return yes(f"{seat.person_name} decides how it is handled.")
    asked = [f"a ruling by {seat.person_name}" for seat in presides.seats]
    return no(f"{' '.join(named.split()) or 'Nobody'} cannot decide it. {presides.sentence}", *asked)


def _hindered(chair: SeatFact, conflicted: Collection[int]) -> str:
    return "has an interest in this item" if chair.person_id in conflicted else "does not come"
