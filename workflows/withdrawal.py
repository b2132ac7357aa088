"""A body withdraws its agreement by a further decision of its own: when it may, and what its meeting has to carry."""

from collections.abc import Sequence
from datetime import date

from workflows.ballot import CARRIED_ONLY, motion
from workflows.eligibility import may_vote
from workflows.facts import AttendanceFact, BodyFact, ExclusionFact, OwnAnswer, VoteFact, day_in_words
from workflows.quorum import QuorumVerdict
from workflows.verdict import Verdict, all_of, no, yes


def is_agreement(answer: str | None, own: OwnAnswer | None = None) -> bool:
    """Is this an answer that its body can withdraw: an agreement, or an answer of the stage's own in favour?

    What declined or left it open is changed by deciding anew; a response or a release is done once it is given.
    """
    return answer in CARRIED_ONLY or (own is not None and own.counts == "in_favour")


def may_be_withdrawn(
    short_name: str,
    answer: str | None,
    agreed_on: date | None,
    on: date,
    reason: str,
    own: OwnAnswer | None = None,
) -> Verdict:
    """May this body withdraw what it answered, on this day? Only an agreement that stands, later, with a reason."""
    problems = []
    if not is_agreement(answer, own) or agreed_on is None:
        return no(f"{short_name} has no agreement on this that could be withdrawn.", "an agreement that stands")
    if on < agreed_on:
        problems.append(
            no(
                f"{short_name} cannot have withdrawn on {day_in_words(on)}: it agreed on {day_in_words(agreed_on)}.",
                f"a day from {day_in_words(agreed_on)}",
            )
        )
    if not reason.strip():
        problems.append(no("Withdrawing an agreement needs its reason.", "the reason"))
    return all_of(*problems)


def carries_withdrawal(
    body: BodyFact,
    attending: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    votes: Sequence[VoteFact],
    quorum: QuorumVerdict,
    *,
    presiding_seat_id: int | None = None,
) -> Verdict:
    """Has the body carried, at a quorate meeting and by those who may vote, to withdraw its agreement?"""
    seats = {seat.id: seat for seat in body.seats}
    voters = [
        may_vote(seats[vote.seat_id], attending, exclusions)
        for vote in votes
        if vote.seat_id in seats and vote.vote in ("for", "against", "abstain")
    ]
    carried = motion(body, votes, presiding_seat_id=presiding_seat_id)
    if quorum and all(voters) and carried:
        return yes(f"{quorum.sentence} {body.short_name} has withdrawn its agreement: {carried.sentence}.")
    if not carried:
        carried = no(f"Withdrawing does not follow from the votes: {carried.sentence}.", *carried.needs)
    return all_of(quorum, *voters, carried)
