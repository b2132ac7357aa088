"""How a conflict of interest is handled for an item of an agenda: it counts when the decision is recorded."""

from pydantic import ConfigDict
from sqlalchemy.orm import Session

from app.api.agendas import GROUP
from app.api.answering import Invalid, Wrong
from app.api.decision_shapes import ConflictShape
from app.api.operations import writes
from app.api.places import AtMeeting, the_body_at_a_meeting, the_item
from app.api.shapes import Code, In, Line, Out, Reason
from app.meetings import service
from app.meetings.in_the_room import exclusions
from app.meetings.models import AgendaItem
from app.meetings.queries import item_about
from app.people.queries import seats_of
from app.permissions import Missing
from app.signoff.delegation_routes import secretary_of
from app.web import gate
from app.web.clock import now
from workflows.facts import Handling, InterestKind


class ConflictSaid(In):
    """Whose interest it is, of what kind, how it is handled, and who ruled so."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seats": ["merton-gp-1"],
                    "interest": "financial",
                    "handling": "leave",
                    "reason": "The practice would be paid for it.",
                    "handled_by": "Dr Example, Clinical chair",
                }
            ]
        }
    )

    seats: list[Code]
    interest: InterestKind
    handling: Handling
    reason: Reason
    handled_by: Line


class Conflicts(Out):
    """The conflicts of interest in the item as they are handled now."""

    items: list[ConflictShape]


def the_meeting_of_ones_own(sign_off: str, body: str, meeting: str) -> AtMeeting:
    """A meeting of the body with the sign-off on its agenda, for its secretary."""
    at = the_body_at_a_meeting(sign_off, body, meeting)
    gate.permit(at.meeting.as_resource(), "meeting.write")
    return at


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/meetings/<meeting>/conflicts",
    group="Decisions",
    scope="sign-off:ask",
    of=the_meeting_of_ones_own,
    body=ConflictSaid,
    answers=Conflicts,
)
def handle_conflict(session: Session, at: AtMeeting, said: ConflictSaid) -> Conflicts:
    """Note how a conflict of interest is handled at a meeting, of one person or of several who share it."""
    item = item_about(session, at.meeting.id, "case", at.case.id, at.case.part)
    if item is None:
        raise Missing
    return _handled(session, item, said)


@writes(
    "/meetings/<meeting>/items/<int:item>/conflicts",
    group=GROUP,
    scope="sign-off:ask",
    of=the_item,
    body=ConflictSaid,
    answers=Conflicts,
)
def handle_conflict_at_item(session: Session, item: AgendaItem, said: ConflictSaid) -> Conflicts:
    """Note how a conflict of interest in any item of an agenda is handled, of one person or of several who share it."""
    return _handled(session, item, said)


def _handled(session: Session, item: AgendaItem, said: ConflictSaid) -> Conflicts:
    meeting = item.meeting
    held = {
        seat.code: (seat, person) for seat, _, person in seats_of(session, meeting.body_id, meeting.held_on) if person
    }
    unknown = [place for place, code in enumerate(said.seats) if code not in held]
    if unknown:
        raise Invalid(*(Wrong(f"#/seats/{place}", "Nobody holds a seat of that code on the day.") for place in unknown))
    service.handle_class(
        session,
        item,
        places=[held[code] for code in said.seats],
        interest_kind=said.interest,
        handling=said.handling,
        reason=said.reason,
        handled_by=said.handled_by,
        doer=secretary_of(meeting.body),
        now=now(),
    )
    return Conflicts(
        items=[
            ConflictShape(person=one.person_name, interest=one.interest_kind, handling=one.handling, reason=one.reason)
            for one in exclusions(session, item)
        ]
    )
