"""What can be asked of jobs and mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.models import Job, Mail


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
