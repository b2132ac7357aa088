"""A member who cannot come says so before the meeting, and may name a deputy entitled to that seat on that day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from workflows.facts import day_in_words
from workflows.verdict import Verdict, in_words, no, yes


@dataclass(frozen=True, slots=True)
class DeputyFact:
    """Somebody who may stand in for whoever holds a seat, on the day that is asked about."""

    seat_id: int
    person_id: int
    name: str


def apologies_open(state: str, held_on: date, today: date) -> Verdict:
    """May apologies for a meeting be sent, changed and taken back on a day? Until it begins to be recorded as held."""
    when = day_in_words(held_on)
    if state == "cancelled":
        return no(f"The meeting of {when} is cancelled, so nobody need send apologies for it.")
    if state == "held" or held_on < today:
        return no(
            f"The meeting of {when} is over: who came is for its attendance to say.",
            "the board secretary, who records the attendance",
        )
    return yes(f"Apologies for the meeting of {when} can be sent, and taken back, until it is held.")


def may_stand_in(seat_id: int, title: str, person_id: int, deputies: Collection[DeputyFact], held_on: date) -> Verdict:
    """May this person attend for whoever holds the seat? Only who is named as its deputy for that day."""
    named = [deputy for deputy in deputies if deputy.seat_id == seat_id]
    found = next((deputy for deputy in named if deputy.person_id == person_id), None)
    if found is not None:
        return yes(f"{found.name} may attend for {title} on {day_in_words(held_on)}.")
    if not named:
        return no(
            f"Nobody is named as a deputy for {title} on {day_in_words(held_on)}.",
            "a deputy named for that seat, by the board secretary",
        )
    return no(
        f"That person is no deputy for {title} on {day_in_words(held_on)}.",
        f"{in_words(deputy.name for deputy in named)}, who may stand in",
    )
