"""A chair may decide alone what cannot wait for a meeting; it counts only once a meeting has ratified it.

Source: governance handbooks. Chair and accountable officer together, a lay member consulted, with the reason why it is
urgent, ratified at the next meeting. Where the chair has an interest in it, a deputy who has none presides instead.
"""

from collections.abc import Collection, Sequence
from datetime import date

from workflows.ballot import is_complete, motion
from workflows.eligibility import answer_in_words, dates_cross, may_vote
from workflows.facts import (
    AnswerFact,
    AttendanceFact,
    BodyFact,
    ExclusionFact,
    MeetingFact,
    SeatFact,
    VoteFact,
    day_in_words,
)
from workflows.interests import presiding
from workflows.quorum import QuorumVerdict
from workflows.stages import PartyRule
from workflows.verdict import Verdict, all_of, in_words, no, yes

OFFICERS = frozenset({"accountable_officer"})
LAY = frozenset({"lay_member", "deputy_chair"})
NOT_ALONE = frozenset(
    {"defer", "agree_as_amended", "agree_with_local_variation", "respond", "put_forward", "release", "return"}
)
"""Answers that nobody gives alone for a body: what can wait is put off by the meeting itself."""


def answers_alone(rule: PartyRule) -> tuple[str, ...]:
    """Those of a stage's answers that a chair may give alone."""
    return tuple(answer for answer in rule.answers if answer not in NOT_ALONE)


def offered(rule: PartyRule | None, body: BodyFact) -> Verdict:
    """Does this body's own rule let its chair decide what this stage asks, between meetings?"""
    if rule is None or not rule.meets:
        return no(f"{body.short_name} does not decide this at a meeting, so there is none to stand in for.")
    if body.quorum is None or not body.quorum.chairs_action:
        return no(
            f"{body.short_name}’s own rule does not let its chair decide alone between meetings.",
            f"a meeting of {body.short_name}",
        )
    if not answers_alone(rule):
        return no("No answer to this question is one that a chair gives alone.", f"a meeting of {body.short_name}")
    return yes(f"{body.short_name}’s chair may decide between meetings what is urgent.")


def who_acts(body: BodyFact, conflicted: Collection[int]) -> tuple[SeatFact, ...]:
    """The seat that may act: the chair's; where the chair has an interest or there is none, the first free deputy's."""
    return presiding(body.seats, conflicted).seats[:1]


def joined_by(body: BodyFact, conflicted: Collection[int], acting: int | None) -> tuple[SeatFact, ...]:
    """The accountable officers of the body who can decide it with the chair."""
    return _free(body, OFFICERS, conflicted, acting)


def consulted_among(body: BodyFact, conflicted: Collection[int], acting: int | None) -> tuple[SeatFact, ...]:
    """The lay members of the body who can be consulted."""
    return _free(body, LAY, conflicted, acting)


def may_act_alone(
    rule: PartyRule | None,
    body: BodyFact,
    answer: AnswerFact,
    *,
    person_id: int | None,
    conflicted: Collection[int],
    urgent: str,
    officer_seat_id: int | None,
    lay_seat_id: int | None,
) -> Verdict:
    """May this person give this answer for the body by chair's action? No person: the service itself, replaying."""
    allowed = offered(rule, body)
    if not allowed or rule is None:
        return allowed
    ruled = presiding(body.seats, conflicted)
    problems = [is_complete(answer)]
    if answer.answer not in answers_alone(rule):
        choices = in_words(f"“{answer_in_words(one)}”" for one in answers_alone(rule))
        problems.append(no(f"By chair’s action {body.short_name} can answer {choices}.", "one of those answers"))
    if person_id is not None and not any(seat.person_id == person_id for seat in ruled.seats[:1]):
        who = ruled.seats[0].person_name if ruled.seats else "nobody"
        why = ruled.sentence.split(", and decides")[0].split(": who presides")[0].rstrip(".")
        problems.append(no(f"{why}. By chair’s action {who} decides.", f"chair’s action by {who}"))
    if not urgent.strip():
        problems.append(no("Chair’s action needs its reason: why it cannot wait for a meeting.", "why it is urgent"))
    for among, chosen, what in (
        (joined_by(body, conflicted, person_id), officer_seat_id, "decides it with the accountable officer"),
        (consulted_among(body, conflicted, person_id), lay_seat_id, "consults a lay member first"),
    ):
        if among and not any(seat.id == chosen for seat in among):
            names = in_words(f"{seat.person_name} ({seat.title})" for seat in among)
            problems.append(no(f"The chair {what}: {names}.", names))
    refused = [one for one in problems if not one]
    return all_of(*refused) if refused else yes(f"{body.short_name}’s chair may decide this alone.")


def may_ratify(
    body: BodyFact,
    meeting: MeetingFact,
    *,
    decided_on: date,
    today: date,
    attending: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    votes: Sequence[VoteFact],
    quorum: QuorumVerdict,
    ratified: bool,
    reason: str = "",
    presiding_seat_id: int | None = None,
) -> Verdict:
    """May it be recorded that this meeting ratified what the chair decided, or that it did not?

    A meeting held on that day or later, quorate for the item; ratifying is a motion like any other, carried or not by
    those who may vote. Not ratifying needs that it was not carried, and the reason.
    """
    there = {row.seat_id for row in attending if row.in_the_room}
    problems = list(dates_cross(body, on=meeting.held_on, today=today, meeting=meeting, seat_ids=there))
    if meeting.held_on < decided_on:
        problems.append(
            no(
                f"The meeting of {day_in_words(meeting.held_on)} cannot have ratified what the chair decided on "
                f"{day_in_words(decided_on)}.",
                f"a meeting from {day_in_words(decided_on)}",
            )
        )
    seats = {seat.id: seat for seat in body.seats}
    problems += [
        may_vote(seats[vote.seat_id], attending, exclusions)
        for vote in votes
        if vote.seat_id in seats and vote.vote in ("for", "against", "abstain")
    ]
    problems.append(quorum)
    carried = motion(body, votes, presiding_seat_id=presiding_seat_id)
    if ratified and not carried:
        problems.append(no(f"Ratifying does not follow from the votes: {carried.sentence}.", *carried.needs))
    if not ratified and carried:
        problems.append(
            no(f"It was ratified by these votes: {carried.sentence}.", "that it was ratified, or other votes")
        )
    if not ratified and not reason.strip():
        problems.append(no("Not ratifying a chair’s action needs its reason.", "the reason"))
    refused = [one for one in problems if not one]
    if refused:
        return all_of(*refused)
    done = "ratified its chair’s action" if ratified else "did not ratify its chair’s action"
    return yes(f"{quorum.sentence} {body.short_name} {done}: {carried.sentence}.")


def _free(
    body: BodyFact, kinds: Collection[str], conflicted: Collection[int], acting: int | None
) -> tuple[SeatFact, ...]:
    return tuple(
        seat
        for seat in body.seats
        if seat.kind in kinds and not seat.vacant and seat.person_id not in conflicted and seat.person_id != acting
    )
