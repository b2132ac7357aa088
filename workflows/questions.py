"""A question on an agenda item goes to who answers for its paper; a private one only to who may know of the item."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.facts import day_in_words
from workflows.verdict import Verdict, no, yes


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who could answer for a paper, and on what ground: "its author", "leads the workstream"."""

    person_id: int
    name: str
    ground: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who a question goes to, and the sentence that says why; no person means the board secretary."""

    answerer: Answerer | None
    sentence: str


def goes_to(
    candidates: Sequence[Answerer], *, part: int, privy: Collection[int], body: str, asker_id: int | None = None
) -> Asked:
    """Who is asked: the first who answers for the paper and may know of the item; else the board secretary.

    `privy` are the ids of the people who may know of the body's private items. Nobody is asked by themselves.
    """
    others = [one for one in candidates if one.person_id != asker_id]
    fit = [one for one in others if part == 1 or one.person_id in privy]
    if fit:
        return Asked(fit[0], f"It goes to {fit[0].name}, who {fit[0].ground}.")
    secretary = f"It goes to the board secretary of {body}"
    if others:
        return Asked(None, f"{secretary}: {others[0].name}, who {others[0].ground}, may not know of a private item.")
    return Asked(None, f"{secretary}, as the item names nobody else who answers for its paper.")


def may_be_asked(state: str, held_on: date, taken_off: bool) -> Verdict:
    """May a question on an item be asked still? Before the meeting is held, while the item stands on its agenda."""
    if taken_off:
        return no("The item was taken off the agenda, so nothing is asked about it here.")
    if state == "cancelled":
        return no(f"The meeting of {day_in_words(held_on)} is cancelled.", "the meeting to which the item goes")
    if state == "held":
        return no(
            f"The meeting of {day_in_words(held_on)} was held: what was asked there stands in its minutes.",
            "matters arising at the next meeting",
        )
    return yes("A question is answered here, where everyone who may see the item reads it.")
