"""The sessions of an account, and ending them: at once, or of everyone whose time is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.web.models import ACCOUNT, WebSession


def sessions_of(session: Session, account_id: int, since: datetime, seen_since: datetime) -> Sequence[WebSession]:
    """The sessions somebody is signed in with, the newest first: begun and seen after these moments of real time."""
    found = session.scalars(
        sa.select(WebSession)
        .where(WebSession.account_id == account_id, WebSession.began_at > since, WebSession.seen_at > seen_since)
        .order_by(WebSession.began_at.desc())
    )
    return [row for row in found if ACCOUNT in row.data]


def end_sessions_of(session: Session, account_id: int) -> None:
    """End every session of an account: at a change of password, or when it is disabled."""
    session.execute(sa.delete(WebSession).where(WebSession.account_id == account_id))


def sweep_sessions(session: Session, idle: timedelta, real_now: datetime) -> None:
    """Remove the sessions that nobody has used for longer than `idle`: their cookies open nothing any more."""
    session.execute(sa.delete(WebSession).where(WebSession.seen_at <= real_now - idle))
