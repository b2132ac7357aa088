"""A chair decides alone between meetings; a meeting of the body ratifies that, or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.meetings.in_the_room import attendance_facts, attendance_rows, exclusions
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import meeting_fact
from app.people.body_facts import AskedBody, body_fact
from app.people.models import DecidingBody
from app.permissions import Missing, Refused, Stale
from app.signoff.deciding import Asked, about_decision, asked_of, in_full, record
from app.signoff.folding import Folded, folded, locked_case
from app.signoff.known_interests import conflicted, exclusions_known
from app.signoff.models import Case, PartyState
from app.signoff.opening import about_meeting
from app.signoff.payloads import answer_said, definition_said, meeting_said, rule_said
from app.signoff.receipts import recorded_before
from app.signoff.refusals import refuse, refuse_who_did_not_sit, refuse_without_token
from app.signoff.subject import Seen
from workflows.chairs_action import may_act_alone, may_ratify
from workflows.facts import AnswerFact, AttendanceFact, BodyFact, ExclusionFact, SeatFact, VoteFact
from workflows.party_standing import TO_BE_RATIFIED
from workflows.quorum import quorum_met
from workflows.standing import PartyStanding, RoundStanding

STANDING_KIND = "chairs_actions"
"""The standing item of every agenda at which chairs' actions are ratified."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a chair acts alone: why it cannot wait, the accountable officer it is decided with, who was consulted."""

    urgent: str
    officer_seat_id: int | None = None
    lay_seat_id: int | None = None


@dataclass(frozen=True, slots=True)
class ToRatify:
    """What a chair decided, in the round in which it was decided, and the body whose meeting is to ratify it."""

    found: Folded
    body: AskedBody
    round: RoundStanding
    party: PartyStanding


def act_alone(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    answer: AnswerFact,
    grounds: Grounds,
    seen: Seen,
    token: str,
    doer: Doer,
    now: datetime,
) -> int:
    """Record a chair's action. Gives the id of its entry; the same `token` again gives the first again.

    The chair is who holds the presiding seat, or the deputy who presides where the chair has an interest in it.
    Raises as `record_decision`.
    """
    try:
        asked = asked_of(session, case_id, body_id, seen, "alone", token, now)
    except Stale as stale:
        return recorded_before(session, token, case_id, body_id, stale)
    answer = in_full(session, asked, answer)
    on = asked.found.today
    fact = body_fact(session, asked.body, on)
    refuse(
        may_act_alone(
            asked.rule,
            fact,
            answer,
            person_id=doer.person_id,
            conflicted=conflicted(session, case_id, body_id),
            urgent=grounds.urgent,
            officer_seat_id=grounds.officer_seat_id,
            lay_seat_id=grounds.lay_seat_id,
        )
    )
    said = {
        **about_decision(asked, None),
        **answer_said(answer),
        "held_on": on.isoformat(),
        "role": "chair",
        "rule": rule_said(fact.quorum),
        "chairs_action": _grounds_said(asked, fact, grounds, doer),
    }
    return record(session, asked, Tag.DECISION_RECORDED, said, token, doer)


def to_ratify(found: Folded, body_id: int) -> ToRatify:
    """What the body's chair decided alone and no meeting has ratified; raises `Refused` where there is nothing."""
    body = next((one for one in found.bodies if one.id == body_id), None)
    if body is None:
        raise Missing
    for the_round in reversed(found.standing.rounds):
        for party in the_round.parties:
            if party.party.body_id == body_id and party.word == TO_BE_RATIFIED and not party.party.through:
                return ToRatify(found, body, the_round, party)
    raise Refused(f"No chair’s action of {body.short_name} on this is to be ratified.", "a chair’s action")


def ratify(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    meeting_id: int,
    ratified: bool,
    attendance: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact] = (),
    votes: Sequence[VoteFact],
    reason: str = "",
    decision_id: int,
    last_entry_id: int,
    token: str,
    doer: Doer,
    now: datetime,
    presiding_seat_id: int | None = None,
) -> int:
    """Record that a meeting of the body ratified its chair's action, or did not; gives the id of the entry.

    `decision_id` and `last_entry_id` are what the page showed: the entry of the action, and the last about the body.
    Raises `Stale` where that is no longer so, `Refused` with the rule's sentence.
    """
    refuse_without_token(token)
    found = folded(session, locked_case(session, case_id), now)
    if last_entry_id != found.last_entry_of(body_id):
        stale = Stale("Something about this body was recorded since this page was shown. Nothing was recorded now.")
        return recorded_before(session, token, case_id, body_id, stale)
    held = to_ratify(found, body_id)
    if held.party.entry_id != decision_id:
        raise Stale("Another chair’s action is to be ratified now. Nothing was recorded.", held.party.sentence)
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.body_id != body_id:
        raise Missing
    fact = meeting_fact(session, meeting)
    body = body_fact(session, held.body, fact.held_on)
    refuse_who_did_not_sit(session, body, fact.held_on, attendance)
    quorum = quorum_met(body, attendance, exclusions)
    assert held.party.on is not None  # the day on which the chair decided
    verdict = may_ratify(
        body,
        fact,
        decided_on=held.party.on,
        today=found.today,
        attending=attendance,
        exclusions=exclusions,
        votes=votes,
        quorum=quorum,
        ratified=ratified,
        reason=reason,
        presiding_seat_id=presiding_seat_id,
    )
    refuse(verdict)
    rule = found.definition.stage(held.round.stage).rule_for(held.body.kind)
    assert rule is not None  # the stage asked the body
    said: dict[str, object] = {
        "round": held.round.number,
        "stage": held.round.stage,
        "version_label": held.round.version_label,
        "content_hash": held.round.content_hash,
        "decision": decision_id,
        **about_meeting(held.body, fact),
        **meeting_said(body, attendance, exclusions, votes, quorum),
        "tally": verdict.sentence,
        "presiding_seat_id": presiding_seat_id,
        "reason": "" if ratified else reason.strip(),
        "definition": definition_said(found.case),
    }
    tag = Tag.DECISION_RATIFIED if ratified else Tag.NOT_RATIFIED
    return record(session, Asked(found, held.body, rule), tag, said, token, doer)


def before_ratifying(
    session: Session, case_id: int, body: DecidingBody, meeting: Meeting
) -> tuple[BodyFact, tuple[ExclusionFact, ...], tuple[AttendanceFact, ...]]:
    """The body on the day of the meeting, who has an interest in the case or the standing item, and who was there."""
    fact = body_fact(session, body, meeting.held_on)
    item = session.scalar(
        sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.standing_kind == STANDING_KIND)
    )
    known = {one.person_name: one for one in exclusions_known(session, case_id, body.id)}
    if item is not None:
        known |= {one.person_name: one for one in exclusions(session, item)}
    return fact, tuple(known.values()), attendance_facts(fact, attendance_rows(session, meeting), item)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A chair's action that waits to be ratified by a body's meeting."""

    case_code: str
    case: str
    body_code: str
    body: str
    sentence: str
    demonstration: bool


_AWAITING = (
    sa.select(
        Case.code,
        Case.title,
        Case.demonstration,
        DecidingBody.code.label("body_code"),
        DecidingBody.short_name.label("body"),
        PartyState.sentence,
    )
    .join(PartyState, PartyState.case_id == Case.id)
    .join(DecidingBody, DecidingBody.id == PartyState.body_id)
    .where(
        PartyState.body_id.in_(sa.bindparam("body_ids", expanding=True)),
        PartyState.standing == sa.literal(TO_BE_RATIFIED, literal_execute=True),  # as the index of these says it
        PartyState.through == "",
        Case.part == 1,
    )
    .order_by(PartyState.on, Case.id)
)


def awaiting(session: Session, body_ids: Sequence[int]) -> list[Awaiting]:
    """The chairs' actions in public that these bodies have to ratify, the oldest first."""
    rows = session.execute(_AWAITING, {"body_ids": list(body_ids)})
    return [Awaiting(row.code, row.title, row.body_code, row.body, row.sentence, row.demonstration) for row in rows]


def _grounds_said(asked: Asked, fact: BodyFact, grounds: Grounds, doer: Doer) -> dict[str, object]:
    seats: dict[int | None, SeatFact] = {seat.id: seat for seat in fact.seats}
    officer, lay = seats.get(grounds.officer_seat_id), seats.get(grounds.lay_seat_id)
    return {
        "person_id": doer.person_id,
        "person": doer.name,
        "urgent": grounds.urgent.strip(),
        "officer_seat_id": grounds.officer_seat_id,
        "officer": officer.person_name if officer else None,
        "lay_seat_id": grounds.lay_seat_id,
        "lay": lay.person_name if lay else None,
    }
