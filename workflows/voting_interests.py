"""Interests in what members vote on line: who declared one, how it is handled, and by whose ruling, as at a meeting.

What was ruled for the case at a meeting's agenda, when the window was opened and while it is open, all counts: of one
person the latest. A ruling after a vote was signed leaves that on record, and takes it out of the count. Whoever has
declared an interest that is not ruled on yet does not sign before the ruling. The entries:

    voting.declared  voting, seat_id, seat, person_id, person, interest (its code), interest_kind
    voting.handled   voting, people (each seat_id, seat, person_id, person), interest_kind, handling, reason, handled_by
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.facts import BodyFact, CaseEntry, ExclusionFact, InterestKind
from workflows.interests import Presiding, presiding
from workflows.quorum import HANDLING_IN_WORDS, INTEREST_IN_WORDS
from workflows.verdict import in_words

VOTING_DECLARED = "voting.declared"
VOTING_HANDLED = "voting.handled"


@dataclass(frozen=True, slots=True)
class Ruled:
    """How one person's interest is handled, since when."""

    at: datetime
    exclusion: ExclusionFact


@dataclass(frozen=True, slots=True)
class Declared:
    """Whose interest was declared for it, of which kind."""

    person_id: int | None
    person: str
    seat_id: int
    interest_kind: InterestKind


def rulings_when_opened(opened: CaseEntry) -> tuple[Ruled, ...]:
    """The rulings known when a window was opened."""
    return tuple(
        Ruled(opened.at, _exclusion(one, one["interest_kind"], one["handling"], one.get("reason") or ""))
        for one in opened.payload.get("exclusions") or ()
    )


def rulings_within(later: Iterable[CaseEntry]) -> tuple[Ruled, ...]:
    """The rulings made in a window."""
    return tuple(
        Ruled(entry.at, _exclusion(one, said["interest_kind"], said["handling"], said["reason"]))
        for entry in later
        if entry.tag == VOTING_HANDLED
        for said in (entry.payload,)
        for one in said["people"]
    )


def declared_within(later: Iterable[CaseEntry]) -> tuple[Declared, ...]:
    """The interests that members declared in a window."""
    return tuple(
        Declared(said.get("person_id"), said["person"], said["seat_id"], said["interest_kind"])
        for entry in later
        if entry.tag == VOTING_DECLARED
        for said in (entry.payload,)
    )


def latest(rulings: Iterable[Ruled]) -> tuple[ExclusionFact, ...]:
    """Of each person the latest ruling."""
    found: dict[object, ExclusionFact] = {}
    for one in sorted(rulings, key=lambda one: one.at):
        found[one.exclusion.person_id or one.exclusion.person_name.casefold()] = one.exclusion
    return tuple(found.values())


def unruled(declared: Iterable[Declared], excluded: Iterable[ExclusionFact]) -> tuple[Declared, ...]:
    """Who declared an interest whose handling is awaited, each once."""
    ruled = {one.person_id or one.person_name.casefold() for one in excluded}
    found = {one.person_id or one.person.casefold(): one for one in declared}
    return tuple(one for key, one in found.items() if key not in ruled)


def who_rules(
    body: BodyFact, excluded: Sequence[ExclusionFact], awaited: Sequence[Declared], also: Iterable[int] = ()
) -> Presiding:
    """Who decides how an interest in the vote is handled; `also` are people whose interest is about to be noted."""
    known = {one.person_id for one in excluded} | {one.person_id for one in awaited} | set(also)
    return presiding(body.seats, {one for one in known if one is not None})


def line_of(entry: CaseEntry, short_name: str) -> str:
    """The line of a declaration or a ruling in a history: of whose interest, and how it is handled."""
    said = entry.payload
    if entry.tag == VOTING_DECLARED:
        interest = INTEREST_IN_WORDS[said["interest_kind"]]
        return f"{short_name}: {said['person']} declared {interest} in what its members vote on."
    people = in_words(one["person"] for one in said["people"])
    handling = HANDLING_IN_WORDS[said["handling"]]
    on = f"the interest of {people} in what its members vote on"
    return f"{short_name}: {said['handled_by']} decided on {on}: {handling}."


def _exclusion(one: Any, kind: Any, handling: Any, reason: str) -> ExclusionFact:
    return ExclusionFact(one["seat_id"], one["person"], kind, handling, reason, one.get("person_id"))
