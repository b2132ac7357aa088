"""A body's decision is recorded: from its meeting by seats and votes, or as the answer of one officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NoReturn

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.meetings.models import Meeting
from app.meetings.queries import meeting_fact
from app.people.body_facts import AskedBody, body_fact, party_fact
from app.permissions import Missing, Refused, Stale
from app.signoff.amending import told_in_full
from app.signoff.deferring import deferred_as_it_may_be
from app.signoff.folding import Folded, act_of, folded_to_decide, settle
from app.signoff.opening import about_meeting
from app.signoff.payloads import answer_said, definition_said, meeting_said
from app.signoff.projecting import TokenUsedError
from app.signoff.reading import BesideCase
from app.signoff.receipts import recorded_before, used_elsewhere
from app.signoff.refusals import (
    refuse,
    refuse_stale,
    refuse_unasked,
    refuse_who_did_not_sit,
    refuse_without_role,
    refuse_without_token,
)
from app.signoff.subject import Seen
from app.signoff.varied_clauses import with_its_clause
from workflows.ballot import outcome
from workflows.eligibility import may_decide, may_record
from workflows.facts import (
    AnswerFact,
    AttendanceFact,
    BodyFact,
    ExclusionFact,
    MeetingFact,
    VoteFact,
)
from workflows.materiality import clause_said
from workflows.party_standing import VOTING
from workflows.quorum import QuorumVerdict, quorum_met
from workflows.rounds import may_take_up
from workflows.stages import PartyRule

How = Literal["meeting", "members", "alone", "officer"]
"""How a decision came about: at a meeting, by votes on line, by chair's action, by one officer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decision is about to be recorded on: the case as it stands, the body, and how it decides here."""

    found: Folded
    body: AskedBody
    rule: PartyRule
    beside: BesideCase | None = None

    def fact(self, session: Session, on: date) -> BodyFact:
        """The body as it stood on a day."""
        if self.beside is not None and self.beside.on == on:
            return self.beside.fact(self.body)
        return body_fact(session, self.body, on)


def record_decision(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    meeting_id: int,
    attendance: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact] = (),
    votes: Sequence[VoteFact],
    answer: AnswerFact,
    seen: Seen,
    token: str,
    doer: Doer,
    now: datetime,
    presiding_seat_id: int | None = None,
) -> int:
    """Record what a body decided at a meeting. Gives the id of its entry; the same `token` again gives the first again.

    Raises `Missing` for a body that is not asked, `Stale` when the page it was sent from no longer shows what is
    true or the body has decided already, `Refused` with the rule's sentence when it may not be so.
    """
    try:
        asked = asked_of(session, case_id, body_id, seen, "meeting", token, now, meeting_id)
    except Stale as stale:
        return recorded_before(session, token, case_id, body_id, stale)
    answer = in_full(session, asked, answer)
    meeting, fact = _at_meeting(session, asked, meeting_id, attendance)
    answer = deferred_as_it_may_be(session, asked.body, answer, meeting.held_on, asked.found.today)
    quorum = quorum_met(fact, attendance, exclusions)
    refuse(
        may_decide(
            asked.rule,
            fact,
            answer,
            attending=attendance,
            exclusions=exclusions,
            votes=votes,
            presiding_seat_id=presiding_seat_id,
            quorum=quorum,
        )
    )
    tally = outcome(fact, votes, answer, presiding_seat_id=presiding_seat_id).sentence
    said = {
        **about_decision(asked, meeting),
        **answer_said(answer),
        **meeting_said(fact, attendance, exclusions, votes, quorum),
        "tally": tally,
        "presiding_seat_id": presiding_seat_id,
    }
    return record(session, asked, Tag.DECISION_RECORDED, said, token, doer)


def record_not_quorate(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    meeting_id: int,
    attendance: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact] = (),
    seen: Seen,
    token: str,
    doer: Doer,
    now: datetime,
) -> int:
    """Record that a meeting could not decide because the item was not quorate; raises `Refused` when it was."""
    try:
        asked = asked_of(session, case_id, body_id, seen, "meeting", token, now, meeting_id)
    except Stale as stale:
        return recorded_before(session, token, case_id, body_id, stale)
    meeting, fact = _at_meeting(session, asked, meeting_id, attendance)
    verdict: QuorumVerdict = quorum_met(fact, attendance, exclusions)
    if verdict:
        raise Refused(f"It cannot be recorded as not quorate. {verdict.sentence}", "the body’s answer")
    said = {
        **about_decision(asked, meeting),
        **meeting_said(fact, attendance, exclusions, (), verdict),
        "sentence": verdict.sentence,
        "needs": list(verdict.needs),
    }
    return record(session, asked, Tag.NOT_QUORATE, said, token, doer)


def answer_as_officer(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    answer: AnswerFact,
    seen: Seen,
    token: str,
    doer: Doer,
    now: datetime,
    role: str,
) -> int:
    """Record the answer of a body that answers here by one person: its officer, secretary or chair.

    The chair is who holds the presiding seat. The person must hold the role on the day. Raises as `record_decision`.
    """
    try:
        asked = asked_of(session, case_id, body_id, seen, "officer", token, now)
    except Stale as stale:
        return recorded_before(session, token, case_id, body_id, stale)
    answer = in_full(session, asked, answer)
    on = asked.found.today
    fact = asked.fact(session, on)
    refuse(may_record(asked.rule, fact, on=on, today=on, round_opened_on=asked.found.round.opened_on))
    answer = deferred_as_it_may_be(session, asked.body, answer, on, on)
    refuse(may_decide(asked.rule, fact, answer, role=role))
    refuse_without_role(session, asked.body, role, doer, on, asked.rule.titled)
    said = {
        **about_decision(asked, None),
        **answer_said(answer),
        "held_on": on.isoformat(),
        "role": role,
    }
    return record(session, asked, Tag.DECISION_RECORDED, said, token, doer)


def asked_of(
    session: Session,
    case_id: int,
    body_id: int,
    seen: Seen,
    how: How,
    token: str,
    now: datetime,
    meeting_id: int | None = None,
) -> Asked:
    """The body's place in the case as it stands, its row held; raises `Missing`, `Stale` or `Refused`.

    While the members of a body vote, only the outcome of that is recorded.
    """
    refuse_without_token(token)
    found, beside = folded_to_decide(session, case_id, body_id, meeting_id, now)
    body = next((one for one in found.bodies if one.id == body_id), None)
    if body is None:
        raise Missing
    refuse_stale(session, found, body, seen)
    rule = found.stage.rule_for(body.kind)
    if rule is None:
        raise Refused(f"“{found.round.title}” does not ask {body.short_name}.")
    if rule.meets != (how != "officer"):
        by = "at a meeting" if rule.meets else f"by its {rule.answered_by}"
        raise Refused(f"{body.short_name} answers here {by}.", f"its answer {by}")
    party = found.party(body_id)
    if how != "meeting":
        refuse_unasked(found, body)
    if how in ("meeting", "alone") and party is not None and party.word == VOTING:
        raise Refused(f"{party.sentence} Nothing else is recorded of it before that.", "the outcome of the voting")
    return Asked(found, body, rule, beside)


def _at_meeting(
    session: Session, asked: Asked, meeting_id: int, attendance: Sequence[AttendanceFact]
) -> tuple[MeetingFact, BodyFact]:
    """The meeting and the body as it stood on its day, once every date has been found to fit."""
    body, found = asked.body, asked.found
    meeting = next((one for one in found.meetings if one.id == meeting_id and one.agenda_has_case), None)
    if meeting is None:
        meeting = meeting_fact(session, session.get(Meeting, meeting_id) or _missing())
    fact = asked.fact(session, meeting.held_on)
    refuse(
        may_record(
            asked.rule,
            fact,
            on=meeting.held_on,
            today=found.today,
            meeting=meeting,
            attending=attendance,
            round_opened_on=found.round.opened_on,
        )
    )
    refuse_unasked(found, body, meeting.held_on)
    refuse(may_take_up(found.rounds.folded, found.round.number, party_fact(body), meeting))
    refuse_who_did_not_sit(session, fact, meeting.held_on, attendance)
    return meeting, fact


def in_full(session: Session, asked: Asked, answer: AnswerFact) -> AnswerFact:
    """The answer as its stage has it, each clause that it amends or varies one of the version's. Raises `Refused`."""
    answer = told_in_full(session, asked.found, asked.found.stage.as_its_own(answer))
    return with_its_clause(session, asked.found, asked.found.round.number, answer)


def _missing() -> NoReturn:
    raise Missing


def about_decision(asked: Asked, meeting: MeetingFact | None) -> dict[str, object]:
    found, current = asked.found, asked.found.round
    return {
        "body_id": asked.body.id,
        "body": asked.body.short_name,
        **(about_meeting(asked.body, meeting) if meeting else {}),
        "item": meeting.item if meeting else None,
        "round": current.number,
        "stage": current.stage,
        "question": found.stage.question,
        "version_label": current.version_label,
        "content_hash": current.content_hash,
        "definition": definition_said(found.case),
        **_reaffirming(found, asked.body.id),
    }


OF_A_REAFFIRMATION = ("reaffirms", "rest_of")
"""What an entry holds besides, where only some clauses are asked."""


def _reaffirming(found: Folded, body_id: int) -> dict[str, object]:
    """The clauses that are all that is asked of a body which agreed an earlier version, and that version."""
    party = found.party(body_id)
    held = party.agreement if party else None
    if held is None or not held.asked:
        return {}
    return {
        "reaffirms": [clause_said(change) for change in held.asked],
        "rest_of": {"version_label": held.round.version_label, "content_hash": held.content_hash},
    }


def record(session: Session, asked: Asked, tag: Tag, said: dict[str, object], token: str, doer: Doer) -> int:
    acts = [act_of(asked.found, tag, doer, asked.body.organisation, said)]
    read = asked.beside.end if asked.beside else None
    try:
        return settle(session, asked.found, acts, read=read, receipt={"token": token, "body_id": asked.body.id})[0]
    except TokenUsedError:
        raise used_elsewhere() from None
