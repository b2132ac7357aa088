"""What is said of a meeting seat by seat, by a form or a program, made into the facts that the rules are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.eligibility import may_vote
from workflows.facts import AttendanceFact, AttendanceStatus, BodyFact, ExclusionFact, SeatFact, Vote, VoteFact


@dataclass(frozen=True, slots=True)
class SaidOfSeat:
    """What was said of one seat: whether who sits in it was there, who deputised, how it voted; nothing is unsaid."""

    status: AttendanceStatus | None = None
    here_for_item: bool = True
    deputy: str = ""
    vote: Vote | None = None


Said = Mapping[int, SaidOfSeat]
"""By the seat's id."""


def named_here(
    body: BodyFact, excluded: Sequence[ExclusionFact], attended: Sequence[AttendanceFact]
) -> dict[str, set[int]]:
    """The people who have a seat here, attend, or have an interest in the item: their ids by name."""
    people: tuple[SeatFact | AttendanceFact | ExclusionFact, ...] = (*body.seats, *attended, *excluded)
    found: dict[str, set[int]] = {}
    for one in people:
        if one.person_id is not None and one.person_name:
            found.setdefault(one.person_name.casefold(), set()).add(one.person_id)
    return found


def attendance(body: BodyFact, said: Said, named: Mapping[str, set[int]]) -> tuple[AttendanceFact, ...]:
    """Who sat in each seat.

    A deputy is the person of that name, where one alone is known here: so a holder who deputises beside their own seat
    is one person, and their conflict goes with them.
    """
    rows = []
    for seat in body.seats:
        one = said.get(seat.id, SaidOfSeat())
        if seat.vacant or one.status is None:
            continue
        deputy = one.deputy.strip()
        instead = bool(deputy) and one.status in ("present", "part")
        ids = named.get(deputy.casefold(), set())
        rows.append(
            AttendanceFact(
                seat_id=seat.id,
                person_id=(next(iter(ids)) if len(ids) == 1 else None) if instead else seat.person_id,
                person_name=deputy if instead else seat.person_name or "",
                status=one.status,
                deputy_for=seat.person_name if instead else None,
                present_for_item=one.here_for_item,
            )
        )
    return tuple(rows)


def votes(
    body: BodyFact, said: Said, there: Sequence[AttendanceFact], excluded: Sequence[ExclusionFact], *, all_for: bool
) -> tuple[VoteFact, ...]:
    """The votes by seat; who was not there or may not vote is recorded as absent or recused.

    `all_for`: without a vote against, so that everyone who is there and free to vote is recorded as for.
    """
    return tuple(
        VoteFact(seat.id, _vote(seat, said.get(seat.id, SaidOfSeat()).vote, there, excluded, all_for))
        for seat in body.seats
        if seat.voting and not seat.vacant
    )


def _vote(
    seat: SeatFact,
    chosen: Vote | None,
    there: Sequence[AttendanceFact],
    excluded: Sequence[ExclusionFact],
    all_for: bool,
) -> Vote:
    if may_vote(seat, there, excluded):
        return "for" if all_for else chosen or "abstain"
    if not all_for and chosen is not None:
        return chosen
    return "recused" if any(row.seat_id == seat.id and row.in_the_room for row in there) else "absent"


def unsaid(
    body: BodyFact, said: Said, there: Sequence[AttendanceFact], excluded: Sequence[ExclusionFact], *, votes_asked: bool
) -> list[tuple[int, str, str]]:
    """What is not said and has to be: the seat's id, "attended" or "voted", and a sentence that asks for it."""
    missing = []
    for seat in body.seats:
        one = said.get(seat.id, SaidOfSeat())
        if seat.vacant:
            continue
        if one.status is None:
            missing.append((seat.id, "attended", f"Say whether {seat.person_name} ({seat.title}) was there"))
        elif votes_asked and one.vote is None and may_vote(seat, there, excluded):
            missing.append((seat.id, "voted", f"Say how {seat.title} voted"))
    return missing


def in_the_room(body: BodyFact, excluded: Sequence[ExclusionFact]) -> dict[str, dict[str, Any]]:
    """Who sits in each seat, and how each conflict is handled: what must still be so when the decision is recorded."""
    return {
        "seats": {str(seat.id): None if seat.vacant else seat.person_name for seat in body.seats},
        "handled": {one.person_name: one.handling.replace("_", " ") for one in excluded},
    }
