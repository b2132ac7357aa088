"""Who decides now for a body whose organisation has ended: the body of its kind of the organisation that succeeded it.

What is decided so is written in the successor's log, as the old one is sealed; the old decision keeps its signatory.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings.models import Meeting
from app.people.body_facts import AskedBody
from app.people.models import DecidingBody, OrganisationSuccessor
from app.people.queries import in_force


def heir_of(session: Session, body: DecidingBody | AskedBody, on: date) -> DecidingBody | None:
    """The body that has this one's work on a day; none where its organisation goes on, or where no one body has it."""
    succeeded = {body.organisation.id}
    last = body.organisation.id
    while True:
        after = session.scalars(
            sa.select(OrganisationSuccessor.successor_id).where(
                OrganisationSuccessor.predecessor_id == last, OrganisationSuccessor.from_on <= on
            )
        ).all()
        if len(after) != 1 or after[0] in succeeded:
            break
        last = after[0]
        succeeded.add(last)
    if last == body.organisation.id:
        return None
    found = session.scalars(
        sa.select(DecidingBody).where(
            DecidingBody.organisation_id == last,
            DecidingBody.kind == body.kind,
            in_force(DecidingBody.opened, DecidingBody.closed, on),
        )
    ).all()
    return found[0] if len(found) == 1 else None


def decider_at(session: Session, body: AskedBody, meeting: Meeting) -> AskedBody:
    """Whose meeting it is that decides for the body: its own, or that of the body which has its work by then."""
    if meeting.body_id == body.id:
        return body
    heir = heir_of(session, body, meeting.held_on)
    return AskedBody.of(heir) if heir is not None and heir.id == meeting.body_id else body


def acting_on(session: Session, body: AskedBody, on: date) -> AskedBody:
    """Who answers for the body by one person on a day: itself, or the body that has its work by then."""
    heir = heir_of(session, body, on)
    return AskedBody.of(heir) if heir is not None else body


def decided_by(body: AskedBody, decider: AskedBody) -> dict[str, object]:
    """What an entry says of who decided, where that is another body than the one it is about."""
    if decider.id == body.id:
        return {}
    return {"decided_by": {"body_id": decider.id, "body": decider.short_name}}
