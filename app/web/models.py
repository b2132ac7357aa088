"""Sessions kept on the server, and the counts behind exact throttling."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.db.types import Instant

ACCOUNT = "_user_id"
PENDING = "code_asked_of"
"""The account whose password was right, and whose code is still asked: its sessions end with the others of it."""


class WebSession(Base):
    """One browser's session: its cookie holds a random token, this row only the token's SHA-256."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)


class ThrottleEvent(Base):
    """One failed attempt, counted over a window of real time, the same for every worker."""

    __tablename__ = "throttle_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.Index("ix_throttle_event_key_at", "key", "at"),)
