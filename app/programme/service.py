"""What can be done in a programme, one verb a function; the verbs stand in the modules named after their things."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.programme.asking import open_case_on, open_round_on, propose_decisions, propose_workstream_item
from app.programme.chasing import chase, set_calendar
from app.programme.content import UpdateText
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
from app.programme.models import Period
from app.programme.updates import (
    approve_update,
    beside_theirs,
    return_update,
    roll_forward,
    save_and_submit,
    save_update,
    submit_update,
)

__all__ = [
    "LocalText",
    "UpdateText",
    "approve_local_position",
    "approve_update",
    "beside_theirs",
    "beside_theirs_locally",
    "chase",
    "close_local_positions",
    "close_period",
    "move_milestone",
    "open_case_on",
    "open_round_on",
    "propose_decisions",
    "propose_workstream_item",
    "return_local_position",
    "return_update",
    "roll_forward",
    "save_and_submit",
    "save_local_position",
    "save_update",
    "set_calendar",
    "submit_local_position",
    "submit_update",
]


def close_period(session: Session, period: Period, now: datetime) -> None:
    """Called when the period's update edition is released: its updates are closed from then on, once."""
    locked = session.get(Period, period.id, with_for_update=True, populate_existing=True)
    if locked is not None and locked.released_at is None:
        locked.released_at = now
        session.flush()
