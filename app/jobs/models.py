"""Background work and mail waiting to go: the rows are the truth, taken up under a lease."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.db.types import Instant


class Job(Base):
    """A piece of work for a worker. A job whose lease ran out is taken up again by another."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    argument: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    thing_kind: Mapped[str] = mapped_column(sa.String(40))
    thing_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(20))  # waiting, running, done, failed, cancelled
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    lease_owner: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(sa.String(200), default="")
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_total: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(sa.Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.Index("ix_job_state_id", "state", "id"),
        sa.Index("ix_job_thing", "thing_kind", "thing_id", "id"),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    )


class Mail(Base):
    """One mail in the outbox. `once` is unique, so the same mail is never queued twice."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(sa.String(200), unique=True)
    recipient: Mapped[str] = mapped_column(sa.String(320))
    recipient_name: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    queued_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Instant)
    problem: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (sa.Index("ix_mail_waiting", "sent_at", "next_attempt_at"),)


class DailyRun(Base):
    """A piece of daily work was done for a day: whoever inserts the row first does it, and nobody after."""

    __tablename__ = "job_daily"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)  # real time
