"""Ending sessions: of an account at once, and of everyone whose time is over."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.web.models import WebSession


def end_sessions_of(session: Session, account_id: int) -> None:
    """End every session of an account: at a change of password, or when it is disabled."""
    session.execute(sa.delete(WebSession).where(WebSession.account_id == account_id))


def sweep_sessions(session: Session, idle: timedelta, real_now: datetime) -> None:
    """Remove the sessions that nobody has used for longer than `idle`: their cookies open nothing any more."""
    session.execute(sa.delete(WebSession).where(WebSession.seen_at <= real_now - idle))
