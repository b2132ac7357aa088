"""On its day a merger takes effect by itself; where something stands against it, its page says what, and it waits."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.mergers.models import Merger
from app.mergers.service import take_effect
from app.permissions import Refused
from config import Settings
from workflows.case_history import day_of

NAME = "mergers.take-effect"
SERVICE = Doer(None, "Concord", "as planned, on the day of the merger")


def every_day(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """Let every merger whose day has come take effect: each whole, or not at all."""
    due = sa.select(Merger.id).where(Merger.state == "planned", Merger.from_on <= day_of(now))
    for merger_id in session.scalars(due.order_by(Merger.from_on, Merger.id)).all():
        try:
            with session.begin_nested():
                take_effect(session, merger_id, doer=SERVICE, now=now)
        except Refused as refusal:
            session.execute(sa.update(Merger).where(Merger.id == merger_id).values(problem=str(refusal)))
