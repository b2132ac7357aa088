"""What members' votes on line come to: attendance, exclusions and votes as of a meeting, under the body's own rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflows.ballot import motion
from workflows.facts import AnswerFact, AttendanceFact, BodyFact, ExclusionFact, SeatFact, Vote, VoteFact
from workflows.members_voting import Signed, Window, casts
from workflows.quorum import QuorumVerdict, quorum_met
from workflows.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Count:
    """What the votes come to: as attendance, exclusions and votes of a meeting, and the verdicts on them.

    `settled`: the result can no longer change, whatever the seats still to sign do.
    """

    attendance: tuple[AttendanceFact, ...]
    exclusions: tuple[ExclusionFact, ...]
    votes: tuple[VoteFact, ...]
    quorum: QuorumVerdict
    carried: Verdict
    settled: bool


def count(body: BodyFact, window: Window) -> Count:
    """What the votes signed so far come to, by the body's own rules of quorum and votes.

    A vote was the seat's when it was signed: it stays so, whoever holds the seat at the close. A seat that has ended
    by then has no vote.
    """
    body = _as_signed(body, window)
    attendance = tuple(_there(seat, window.of_seat(seat.id)) for seat in body.seats if seat.voting and not seat.vacant)
    exclusions = _exclusions(window)
    votes = tuple(
        VoteFact(seat.id, window.vote_of(seat.id) or "absent") for seat in body.seats if seat.voting and not seat.vacant
    )
    quorum = quorum_met(body, attendance, exclusions)
    carried = motion(body, votes)
    return Count(attendance, exclusions, votes, quorum, carried, _settled(body, window, votes, quorum, carried))


def as_counted(body: BodyFact, window: Window) -> BodyFact:
    """The body with those who signed in their seats."""
    return _as_signed(body, window)


def answer_of(window: Window, counted: Count) -> AnswerFact:
    """The body's answer: what was put to the members where they carried it, and else that it does not agree."""
    if counted.carried:
        return AnswerFact(window.answer, conditions=window.conditions, keepers=window.keepers)
    return AnswerFact("not_agree", reason=f"The members did not carry it: {counted.carried.sentence}")


def _as_signed(body: BodyFact, window: Window) -> BodyFact:
    signed = {one.seat_id: one for one in window.signed}
    return replace(
        body,
        seats=tuple(
            replace(seat, person_id=signed[seat.id].holder_id, person_name=signed[seat.id].holder)
            if seat.id in signed
            else seat
            for seat in body.seats
        ),
    )


def _there(seat: SeatFact, one: Signed | None) -> AttendanceFact:
    if one is None:
        return AttendanceFact(seat.id, seat.person_id, seat.person_name or "", "absent")
    return AttendanceFact(seat.id, one.person_id, one.person, "present", one.holder if one.deputises else None)


def _exclusions(window: Window) -> tuple[ExclusionFact, ...]:
    declared = tuple(
        ExclusionFact(one.seat_id, one.person, one.interest_kind, "leave", "declared when voting", one.person_id)
        for one in window.signed
        if one.interest_kind
    )
    return (*window.excluded, *declared)


def _settled(
    body: BodyFact, window: Window, votes: Sequence[VoteFact], quorum: QuorumVerdict, carried: Verdict
) -> bool:
    """Whether the seats still to sign can change nothing, if all of them voted one way, or the other, or not at all."""
    if not quorum:
        return False
    cast = {seat.shared_vote for seat in body.seats if seat.shared_vote and casts(window.vote_of(seat.id))}
    seats = {seat.id: seat for seat in body.seats}
    free = {
        vote.seat_id
        for vote in votes
        if window.of_seat(vote.seat_id) is None and seats[vote.seat_id].shared_vote not in cast
    }
    ways: tuple[Vote, ...] = ("for", "against")
    for way in ways:
        supposed = [VoteFact(vote.seat_id, way) if vote.seat_id in free else vote for vote in votes]
        if bool(motion(body, supposed)) != bool(carried):
            return False
    return True
