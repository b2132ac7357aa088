"""What can be done in a programme, one verb a function; the verbs stand in the modules named after their things."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.programme.asking import open_case_on, propose_decisions, propose_workstream_item
from app.programme.chasing import chase, set_calendar
from app.programme.content import UpdateText
from app.programme.in_the_plan import add_milestone, put_back_milestone, withdraw_milestone
from app.programme.local_positions import (
    LocalText,
    approve_local_position,
    beside_theirs_locally,
    close_local_positions,
    return_local_position,
    save_local_position,
    submit_local_position,
)
from app.programme.milestones import move_milestone
from app.programme.models import Period, Update
from app.programme.reopened import keep_open, put_back
from app.programme.ruling import open_round_on
from app.programme.updates import (
    approve_update,
    beside_theirs,
    reopen_update,
    return_update,
    roll_forward,
    save_and_submit,
    save_update,
    submit_update,
)

__all__ = [
    "LocalText",
    "UpdateText",
    "add_milestone",
    "approve_local_position",
    "approve_update",
    "beside_theirs",
    "beside_theirs_locally",
    "chase",
    "close_local_positions",
    "close_period",
    "keep_open",
    "move_milestone",
    "open_case_on",
    "open_round_on",
    "propose_decisions",
    "propose_workstream_item",
    "put_back",
    "put_back_milestone",
    "reopen_update",
    "return_local_position",
    "return_update",
    "roll_forward",
    "save_and_submit",
    "save_local_position",
    "save_update",
    "set_calendar",
    "submit_local_position",
    "submit_update",
    "withdraw_milestone",
]


def close_period(session: Session, period: Period, now: datetime) -> None:
    """Called when an update edition of the period is released: its updates are closed from then on.

    The first release gives the period its day; a later one closes what was opened again for the correction.
    """
    locked = session.get(Period, period.id, with_for_update=True, populate_existing=True)
    if locked is not None and locked.released_at is None:
        locked.released_at = now
    reopened = sa.select(Update).where(Update.period_id == period.id, Update.reopened_at.is_not(None))
    for update in session.scalars(reopened):
        update.reopened_at = None
    session.flush()
