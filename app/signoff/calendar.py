"""What the calendar alone changes of where cases stand is brought into the listings once a day."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.signoff.folding import folded, locked_case, project
from app.signoff.models import CaseState, PartyState
from config import Settings
from workflows.after_the_answer import EXPIRED
from workflows.case_history import day_of

NAME = "signoff.calendar"


def bring_up(session: Session, now: datetime) -> int:
    """Fold anew the cases in which a local variation has expired since, or a delegation may have; gives how many."""
    case_ids = session.scalars(
        sa.select(PartyState.case_id)
        .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
        .where(
            sa.or_(
                sa.and_(PartyState.expires < day_of(now), PartyState.standing != EXPIRED),
                sa.and_(PartyState.through != "", CaseState.state == "open"),
            )
        )
        .distinct()
        .order_by(PartyState.case_id)
    ).all()
    for case_id in case_ids:
        project(session, folded(session, locked_case(session, case_id), now))
    return len(case_ids)


def every_day(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """The same as daily work."""
    bring_up(session, now)
