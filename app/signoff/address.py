"""Where a case is shown, for an agenda item that knows no more of it than its id."""

from flask import url_for
from sqlalchemy.orm import Session

from app.meetings.models import Meeting
from app.signoff.models import Case


def address_of(session: Session, case_id: int, meeting: Meeting) -> tuple[str, str] | None:
    """The words and the address of the page of the meeting's body on the case; none where there is no such case."""
    case = session.get(Case, case_id)
    if case is None or case.part != 1:
        return None
    address = url_for("signoff.body", code=case.code, body_code=meeting.body.code)
    return f"{meeting.body.short_name}’s decision on {case.title}", address
