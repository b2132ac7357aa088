"""A corrected answer follows from the votes by seat: from those that were recorded, or from those it corrects as well.

What is read here is what the entry of the decision keeps: the seats and the rule as they were on the day, who was
there, how conflicts were handled, and the votes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.ballot import outcome
from workflows.eligibility import may_vote
from workflows.facts import AnswerFact, AttendanceFact, BodyFact, ExclusionFact, QuorumRule, SeatFact, VoteFact
from workflows.verdict import Verdict, all_of, no, yes

Said = Mapping[str, Any]


def has_votes(said: Said) -> bool:
    """Whether a meeting decided it seat by seat, or the members on line; an officer or a chair alone casts none."""
    return bool(said.get("quorum")) and "votes" in said


def correctable_seats(said: Said) -> tuple[SeatFact, ...]:
    """The seats whose vote a correction may put right: those that could vote at the meeting; none of a vote on line."""
    if not has_votes(said) or said.get("voting"):
        return ()
    there, out = _attendance(said), _exclusions(said)
    return tuple(seat for seat in _body(said, "").seats if seat.voting and may_vote(seat, there, out))


def corrected(said: Said, votes: Sequence[VoteFact]) -> tuple[VoteFact, ...]:
    """The votes as they should have been recorded: these in the place of those of the same seats, the others as are."""
    found = {one["seat_id"]: VoteFact(one["seat_id"], one["vote"]) for one in said.get("votes") or ()}
    return tuple((found | {one.seat_id: one for one in votes}).values())


def may_follow(short_name: str, said: Said, answer: AnswerFact, votes: Sequence[VoteFact] = ()) -> Verdict:
    """May a decision be corrected to this answer, with these votes corrected? It must follow from the votes by seat.

    What was signed on line nobody else corrects. Where no votes were cast there is nothing to follow from.
    """
    if not has_votes(said):
        return no(f"{short_name} answered without votes by seat.", "no votes") if votes else yes("No votes were cast.")
    if votes and said.get("voting"):
        return no(
            f"The members of {short_name} signed on line, each for themselves: nobody else corrects a vote.",
            "the outcome marked as entered in error, and a further vote of the members",
        )
    body, every = _body(said, short_name), corrected(said, votes)
    seats = {seat.id: seat for seat in body.seats}
    rests = answer.answer != "defer" and not said.get("voting")  # a deferral of before may have votes of others
    resting_on = every if rests else votes
    cast = [one for one in resting_on if one.seat_id in seats and one.vote in ("for", "against", "abstain")]
    voters = all_of(*(may_vote(seats[one.seat_id], _attendance(said), _exclusions(said)) for one in cast))
    follows = outcome(body, every, answer, presiding_seat_id=said.get("presiding_seat_id"))
    if voters and follows:
        return follows
    if votes:
        return all_of(voters, follows)
    return no(
        f"The correction contradicts the votes that are recorded. {all_of(voters, follows).sentence}",
        "an answer that follows from them",
        "the votes by seat corrected as well, where they were recorded wrongly",
        *(() if voters else ("that it was entered in error, and the decision recorded anew",)),
    )


def _body(said: Said, short_name: str) -> BodyFact:
    rule = said.get("rule")
    return BodyFact(
        int(said.get("body_id") or 0),
        short_name,
        short_name,
        "governing_body",
        tuple(
            SeatFact(
                one["seat_id"],
                one["seat"],
                one["kind"],
                one["voting"],
                person_name=one["person"],
                shared_vote=one.get("shared_vote"),
            )
            for one in said["quorum"]["seats"]
        ),
        QuorumRule(rule["share_numerator"], rule["share_denominator"], casting_vote=rule.get("casting_vote", True))
        if rule
        else None,
    )


def _attendance(said: Said) -> tuple[AttendanceFact, ...]:
    return tuple(
        AttendanceFact(
            one["seat_id"],
            one["person_id"],
            one["person"],
            one["status"],
            one.get("deputy_for"),
            bool(one.get("there_for_item", True)),
        )
        for one in said.get("attendance") or ()
    )


def _exclusions(said: Said) -> tuple[ExclusionFact, ...]:
    return tuple(
        ExclusionFact(
            one["seat_id"],
            one["person"],
            one["interest_kind"],
            one["handling"],
            one.get("reason") or "",
            one.get("person_id"),
        )
        for one in said.get("exclusions") or ()
    )
