"""A body decides: put on an agenda, recorded from the meeting or answered by one person, referenced, withdrawn."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.at_meetings import as_said, room_shape, seat_codes
from app.api.decision_shapes import (
    AnswerSaid,
    CorrectionSaid,
    DecisionSaid,
    MinuteSaid,
    OfficerAnswerSaid,
    RoomShape,
    WithdrawalSaid,
)
from app.api.once import form_token
from app.api.operations import reads, writes
from app.api.places import Asked, AtMeeting, own_meeting, the_body, the_body_at_a_meeting
from app.api.shapes import Recorded
from app.api.sign_off_shapes import Scheduled, ScheduleShape
from app.db import db
from app.meetings.models import Meeting
from app.meetings.order import tabled
from app.meetings.queries import papers_due
from app.people.models import DecidingBody
from app.permissions import Refused
from app.signoff import correcting, queries, service, withdrawing
from app.signoff.correction_routes import capacity_of
from app.signoff.models import Case
from app.signoff.routes import ANSWERED_BY
from app.signoff.successors import heir_of
from app.web import gate
from app.web.clock import now, today
from workflows.eligibility import role_in_words
from workflows.facts import VoteFact

GROUP = "Decisions"
ASK, KEEP, SIGN = "sign-off:ask", "sign-off:keep", "sign-off:sign"


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/schedule",
    group=GROUP,
    scope=ASK,
    of=the_body,
    body=ScheduleShape,
    answers=Scheduled,
)
def schedule(session: Session, asked: Asked, said: ScheduleShape) -> Scheduled:
    """Put a sign-off on the agenda of a meeting of the body."""
    meeting = own_meeting(asked.body, said.meeting)
    item = service.schedule(session, asked.case, asked.body, meeting, gate.doer(asked.as_secretary), now())
    due = papers_due(session, meeting)
    return Scheduled(
        meeting=meeting.code,
        held_on=meeting.held_on,
        item=item.id,
        number=item.number,
        papers_due=due,
        late=due is not None and today() > due,
        tabled=tabled(session, item) or None,
    )


@reads(
    "/sign-offs/<sign_off>/bodies/<body>/meetings/<meeting>", group=GROUP, of=the_body_at_a_meeting, answers=RoomShape
)
def before_the_decision(at: AtMeeting, _asked: None) -> RoomShape:
    """Read who may decide at a meeting.

    The body’s seats on the day, the attendance recorded so far and how conflicts of interest are handled. Recording the
    decision has to bring back `seen` as it stands here.
    """
    return room_shape(at, queries.before_the_body(db.session, at.case, at.body, at.meeting))


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/decision",
    group=GROUP,
    scope=SIGN,
    of=the_body,
    body=DecisionSaid,
    answers=Recorded,
)
def record_decision(session: Session, asked: Asked, said: DecisionSaid) -> Recorded:
    """Record what a body decided at its meeting.

    Attendance and votes are said seat by seat; conflicts of interest are those that the agenda notes. The quorum, the
    vote and the answer are checked by the same rules as on the page.
    """
    meeting = own_meeting(asked.body, said.meeting)
    votes_asked = said.answer != "not_quorate" and said.answer.answer != "defer"
    before = queries.before_the_body(session, asked.case, asked.body, meeting)
    common, votes, presiding = as_said(session, asked, meeting, before, said, votes_asked=votes_asked)
    common["token"] = form_token()
    if said.answer == "not_quorate":
        entry_id = service.record_not_quorate(session, **common)
    else:
        stage = queries.folded(session, asked.case, now()).stage
        answer = said.answer.fact(stage, deferred_to(session, asked.body, said.answer))
        entry_id = service.record_decision(session, **common, votes=votes, answer=answer, presiding_seat_id=presiding)
    return recorded(session, asked.case, asked.body, entry_id)


def deferred_to(session: Session, body: DecidingBody, said: AnswerSaid) -> int | None:
    """The id of the meeting of the body to which an answer defers; raises `Invalid` where it does not say until when.

    A meeting of another body is not told from one that does not exist.
    """
    if said.answer != "defer":
        return None
    place = "#/answer/deferred_to"
    if said.deferred_to is None:
        if said.until is None:
            raise Invalid(Wrong("#/answer/until", "Say until which day it is deferred, or to which meeting."))
        return None
    if said.until is not None:
        raise Invalid(Wrong(place, "It is deferred to a day or to a meeting: say `until` or `deferred_to`, not both."))
    found = session.scalar(sa.select(Meeting.id).where(Meeting.code == said.deferred_to, Meeting.body_id == body.id))
    if found is None:
        raise Invalid(Wrong(place, f"{body.short_name} has no meeting of the code “{said.deferred_to}”."))
    return found


def the_body_that_answers(sign_off: str, body: str) -> Asked:
    """A body that answers by one person: who that is, is the stage's to say, so which permission is asked is too."""
    found = queries.case_by_code(db.session, sign_off)
    asked = Asked(found, queries.party_of(db.session, found, body))
    rule = asked.folded().stage.rule_for(asked.body.kind)
    role = (rule.role if rule else None) or "officer"
    gate.permit(found.as_resource(asked.body), ANSWERED_BY.get(role, "decision.answer"))
    return asked


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/answer",
    group=GROUP,
    scope=SIGN,
    of=the_body_that_answers,
    body=OfficerAnswerSaid,
    answers=Recorded,
)
def answer(session: Session, asked: Asked, said: OfficerAnswerSaid) -> Recorded:
    """Answer for a body that answers by one person."""
    stage = queries.folded(session, asked.case, now()).stage
    rule = stage.rule_for(asked.body.kind)
    if rule is None or rule.decide != "officer":
        raise Refused(f"{asked.body.short_name} decides this question at a meeting.", "its meeting’s decision")
    entry_id = service.answer_as_officer(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        answer=said.answer.fact(stage, deferred_to(session, asked.body, said.answer)),
        seen=said.seen.as_seen(),
        token=form_token(),
        doer=gate.doer(f"{rule.answered_by}, {asked.body.organisation.name}"),
        now=now(),
        role=rule.role or "officer",
    )
    return recorded(session, asked.case, asked.body, entry_id)


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/minute-reference",
    group=GROUP,
    scope=KEEP,
    of=the_body,
    body=MinuteSaid,
    answers=Recorded,
)
def minute_reference(session: Session, asked: Asked, said: MinuteSaid) -> Recorded:
    """Give the minute in which a body’s decision stands."""
    entry_id = service.reference_minute(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        reference=said.reference,
        doer=gate.doer(asked.as_secretary),
        now=now(),
    )
    return recorded(session, asked.case, asked.body, entry_id)


def the_body_that_withdraws(sign_off: str, body: str) -> Asked:
    """A body that holds to an agreement; where it decides at meetings, it is its secretary who records them."""
    asked = the_body(sign_off, body)
    held = withdrawing.held_by(asked.folded(), asked.body.id)
    if held.rule.meets:
        gate.permit(asked.case.as_resource(asked.body), "decision.follow")
    return asked


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/withdrawal",
    group=GROUP,
    scope=SIGN,
    of=the_body_that_withdraws,
    body=WithdrawalSaid,
    answers=Recorded,
)
def withdraw_agreement(session: Session, asked: Asked, said: WithdrawalSaid) -> Recorded:
    """Record that a body withdraws what it agreed, by a further decision of its own."""
    held = withdrawing.held_by(queries.folded(session, asked.case, now()), asked.body.id)
    if held.rule.meets:
        if said.at_meeting is None:
            raise Invalid(Wrong("#/at_meeting", f"{asked.body.short_name} decides here at a meeting: say which."))
        decider = heir_of(session, asked.body, today()) or asked.body
        meeting = own_meeting(decider, said.at_meeting.meeting)
        before = queries.before_the_body(session, asked.case, decider, meeting)
        common, votes, presiding = as_said(
            session, asked, meeting, before, said.at_meeting, votes_asked=True, under="#/at_meeting"
        )
        entry_id = withdrawing.withdraw_at_meeting(
            session, **common, votes=votes, reason=said.reason, presiding_seat_id=presiding
        )
    else:
        if said.seen is None:
            raise Invalid(Wrong("#/seen", "Say what was before you."))
        role = held.rule.role or "officer"
        entry_id = withdrawing.withdraw_as_officer(
            session,
            case_id=asked.case.id,
            body_id=asked.body.id,
            reason=said.reason,
            seen=said.seen.as_seen(),
            doer=gate.doer(f"{role_in_words(role)}, {asked.body.organisation.name}"),
            now=now(),
            role=role,
        )
    return recorded(session, asked.case, asked.body, entry_id)


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/correction",
    group=GROUP,
    scope=SIGN,
    of=the_body,
    body=CorrectionSaid,
    answers=Recorded,
)
def correct_decision(session: Session, asked: Asked, said: CorrectionSaid) -> Recorded:
    """Correct what was recorded of a body’s decision, or say that it was entered in error.

    The first entry stays. Who recorded what stands cannot correct it: a second person of the organisation does.
    """
    found = queries.folded(session, asked.case, now())
    decision = correcting.latest_decision(found, asked.body)
    if decision is None:
        raise Refused(f"No decision of {asked.body.short_name} on this is recorded, so there is none to correct.")
    stage = found.definition.stage(str(decision.payload["stage"]))
    ids = {code: seat_id for seat_id, code in seat_codes(session, asked.body).items()}
    wrong = [
        Wrong(f"#/votes/{place}/seat", f"{asked.body.short_name} has no seat “{one.seat}”.")
        for place, one in enumerate(said.votes)
        if one.seat not in ids
    ]
    if wrong:
        raise Invalid(*wrong)
    entry_id = correcting.correct_decision(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        entry_id=said.decision,
        reason=said.why,
        answer=None
        if said.answer == "entered_in_error"
        else said.answer.fact(stage, deferred_to(session, asked.body, said.answer)),
        doer=gate.doer(capacity_of(asked.body)),
        now=now(),
        seen_entry=said.last_entry,
        votes=[VoteFact(ids[one.seat], one.vote) for one in said.votes],
    )
    return recorded(session, asked.case, asked.body, entry_id)


def recorded(session: Session, case: Case, body: DecidingBody, entry_id: int) -> Recorded:
    """What was recorded, and where that leaves the body and the whole."""
    found = queries.folded(session, case, now())
    party = found.party(body.id)
    return Recorded(
        entry=entry_id,
        sign_off=case.code,
        body=body.code,
        standing=party.word if party else "not asked",
        sentence=party.sentence if party else f"“{found.round.title}” does not ask {body.short_name}.",
        state=found.standing.state,
        result=found.standing.result,
    )
