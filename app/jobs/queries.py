"""What can be asked of jobs, daily work and mail."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.models import DailyRun, Job, Mail


def latest(session: Session, thing_kind: str, thing_id: int) -> Job | None:
    """The last job asked for on a thing, live or ended."""
    return session.scalar(
        sa.select(Job)
        .where(Job.thing_kind == thing_kind, Job.thing_id == thing_id)
        .order_by(Job.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def outbox(session: Session, limit: int = 100) -> Sequence[Mail]:
    """The latest mails, newest first."""
    return session.scalars(sa.select(Mail).order_by(Mail.id.desc()).limit(limit)).all()


def day_before(session: Session, name: str, day: date) -> date | None:
    """The last day before `day` for which this daily work was done; None where it never was."""
    return session.scalar(sa.select(sa.func.max(DailyRun.day)).where(DailyRun.name == name, DailyRun.day < day))
