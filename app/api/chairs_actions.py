"""A chair decides alone what cannot wait, and a meeting ratifies it or does not."""

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.at_meetings import as_said, room_shape, seat_codes
from app.api.decision_shapes import SEATS, AnswerSaid, AtMeetingSaid, RoomShape
from app.api.decisions import SIGN, recorded
from app.api.once import form_token
from app.api.operations import reads, writes
from app.api.places import Asked, AtMeeting, own_meeting, the_body, the_body_at_a_meeting
from app.api.shapes import SEEN, Code, In, Reason, Recorded, SeenShape
from app.db import db
from app.signoff import chairs_action, queries
from app.signoff.chairs_action import Grounds
from app.web import gate
from app.web.clock import now

GROUP = "Chair’s action"


class ActionSaid(In):
    """The chair’s answer, why it cannot wait, and who took part."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer": {"answer": "agree"},
                    "urgent": "The contract is to be signed before the next meeting.",
                    "officer": "merton-accountable-officer",
                    "lay_member": "merton-lay-governance",
                    "seen": SEEN,
                }
            ]
        }
    )

    answer: AnswerSaid
    urgent: Reason
    officer: Code | None = Field(None, description="The seat of the officer it was decided with")
    lay_member: Code | None = Field(None, description="The seat of the lay member who was consulted")
    seen: SeenShape


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/chairs-action",
    group=GROUP,
    scope=SIGN,
    of=the_body,
    body=ActionSaid,
    answers=Recorded,
)
def take_chairs_action(session: Session, asked: Asked, said: ActionSaid) -> Recorded:
    """Decide alone, as the chair, what cannot wait for a meeting. It counts once a meeting has ratified it."""
    ids = {code: seat_id for seat_id, code in seat_codes(session, asked.body).items()}
    named = (("officer", said.officer), ("lay_member", said.lay_member))
    wrong = [
        Wrong(f"#/{name}", f"{asked.body.short_name} has no seat “{code}”.")
        for name, code in named
        if code is not None and code not in ids
    ]
    if wrong:
        raise Invalid(*wrong)
    grounds = Grounds(said.urgent, *(ids[code] if code is not None else None for _, code in named))
    entry_id = chairs_action.act_alone(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        answer=said.answer.fact(queries.folded(session, asked.case, now()).stage),
        grounds=grounds,
        seen=said.seen.as_seen(),
        token=form_token(),
        doer=gate.doer(f"chair, {asked.body.organisation.name}"),
        now=now(),
    )
    return recorded(session, asked.case, asked.body, entry_id)


@reads(
    "/sign-offs/<sign_off>/bodies/<body>/meetings/<meeting>/ratification",
    group=GROUP,
    of=the_body_at_a_meeting,
    answers=RoomShape,
)
def before_the_ratification(at: AtMeeting, _asked: None) -> RoomShape:
    """Read who may ratify a chair’s action at a meeting."""
    return room_shape(at, chairs_action.before_ratifying(db.session, at.case.id, at.body, at.meeting))


class RatificationSaid(AtMeetingSaid):
    """Whether a meeting ratified it: who was there, how each seat voted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "meeting": "merton-2015-11-12",
                    "seats": SEATS,
                    "ratified": True,
                    "decision": 341,
                    "seen": {**SEEN, "room": "0" * 64},
                }
            ]
        }
    )

    ratified: bool
    reason: Reason = Field("", description="Why it was not ratified")
    decision: int = Field(description="The entry of the chair’s action, as it was before you")


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/ratification",
    group=GROUP,
    scope=SIGN,
    of=the_body,
    body=RatificationSaid,
    answers=Recorded,
)
def ratify(session: Session, asked: Asked, said: RatificationSaid) -> Recorded:
    """Record whether a meeting ratified what the chair had decided alone."""
    meeting = own_meeting(asked.body, said.meeting)
    before = chairs_action.before_ratifying(session, asked.case.id, asked.body, meeting)
    common, votes, presiding = as_said(session, asked, meeting, before, said, votes_asked=True)
    seen = common.pop("seen")
    entry_id = chairs_action.ratify(
        session,
        **common,
        votes=votes,
        ratified=said.ratified,
        reason=said.reason,
        decision_id=said.decision,
        last_entry_id=seen.last_entry_id,
        token=form_token(),
        presiding_seat_id=presiding,
    )
    return recorded(session, asked.case, asked.body, entry_id)
