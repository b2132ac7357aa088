"""A case on the agenda of one meeting of a body goes to another of its meetings, and its record says so."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.meetings.agenda import COVER
from app.meetings.models import AgendaItem, Meeting
from app.meetings.moving import declared_there, hold_both, move_item, why
from app.permissions import Missing
from app.signoff.folding import CLOSED_STATES, folded, locked_case
from app.signoff.models import Case
from app.signoff.scheduling import schedule, unschedule


def move_case_item(
    session: Session, item: AgendaItem, to: Meeting, *, reason: str, doer: Doer, now: datetime
) -> AgendaItem:
    """Take a case off the one agenda and put it on the other, on the record of the case; see `meetings.moving`.

    Raises `Refused` where the body has answered or has its papers, or where it could not take it up at that meeting.
    """
    case = session.get(Case, item.subject_id)
    if case is None:
        raise Missing
    found = folded(session, locked_case(session, case.id), now)
    if found.party(item.meeting.body_id) is None or found.standing.state in CLOSED_STATES:
        return move_item(session, item, to, reason=reason, doer=doer, now=now)  # nothing is asked of the body any more
    hold_both(session, item, to, now)
    body = item.meeting.body
    unschedule(session, case, body, item.meeting, reason=why(to, reason), doer=doer, now=now)
    moved = schedule(session, case, body, to, doer, now)
    for name in COVER - {"private_ground", "private_review_on"}:
        setattr(moved, name, getattr(item, name))
    declared_there(session, item, moved)
    return moved
