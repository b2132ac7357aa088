"""What can be done in sign-off, in one list; each verb stands in the module of its subject."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.signoff.correcting import correct_decision, reference_minute
from app.signoff.deciding import answer_as_officer, record_decision, record_not_quorate
from app.signoff.folding import folded, locked_case, project
from app.signoff.kept import keep_conditions
from app.signoff.models import Case, PartyState
from app.signoff.opening import open_case, open_round, withdraw
from app.signoff.rulings import Ruled
from app.signoff.scheduling import papers_issued, schedule, take_case_off, unschedule
from app.signoff.subject import Seen, Subject

__all__ = [
    "Ruled",
    "Seen",
    "Subject",
    "answer_as_officer",
    "correct_decision",
    "open_case",
    "open_round",
    "papers_issued",
    "rebuild",
    "record_decision",
    "record_not_quorate",
    "reference_minute",
    "schedule",
    "take_case_off",
    "unschedule",
    "withdraw",
]


def rebuild(session: Session, now: datetime) -> int:
    """Fold every case anew from the record and write its projections; gives the number of cases."""
    case_ids = session.scalars(sa.select(Case.id).order_by(Case.id)).all()
    for case_id in case_ids:
        session.execute(sa.delete(PartyState).where(PartyState.case_id == case_id))
        found = folded(session, locked_case(session, case_id), now)
        project(session, found)
        keep_conditions(session, case_id, found.standing, {})
    return len(case_ids)
