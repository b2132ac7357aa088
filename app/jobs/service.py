"""What can be done with jobs: ask for one, cancel it, take it up under a lease, say how far it is, end it.

All times here are real time: leases follow the machine's clock, not the demonstration's.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.models import Job

LIVE = ("waiting", "running")
MOST_ATTEMPTS = 5


class LeaseLost(RuntimeError):
    """Another worker took this job up, or it was ended: whatever this one made does not count."""


def enqueue(
    session: Session,
    *,
    kind: str,
    argument: dict[str, Any],
    thing_kind: str,
    thing_id: int,
    asked_by: int | None,
    real_now: datetime,
) -> Job:
    """A job for a worker. While one of this kind is live for this thing, asking again gives that one back."""
    live = session.scalar(
        sa.select(Job).where(
            Job.kind == kind, Job.thing_kind == thing_kind, Job.thing_id == thing_id, Job.state.in_(LIVE)
        )
    )
    if live is not None:
        return live
    job = Job(
        kind=kind,
        argument=argument,
        thing_kind=thing_kind,
        thing_id=thing_id,
        state="waiting",
        asked_by=asked_by,
        asked_at=real_now,
        step="Waiting for a worker",
    )
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, job_id: int, real_now: datetime) -> bool:
    """Cancel a job: at once where it waits, at its next step where it runs. Returns whether it was still live."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.state not in LIVE:
        return False
    if job.state == "waiting":
        job.state, job.ended_at, job.outcome = "cancelled", real_now, "Cancelled before it began."
    job.cancel_asked = True
    return True


def take(session: Session, owner: str, lease: timedelta, real_now: datetime) -> Job | None:
    """The next job, now this worker's: one that waits, or one whose worker has been silent past its lease."""
    job = session.scalar(
        sa.select(Job)
        .where(sa.or_(Job.state == "waiting", sa.and_(Job.state == "running", Job.lease_until < real_now)))
        .order_by(Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if job is None:
        return None
    if job.cancel_asked:
        job.state, job.ended_at, job.outcome = "cancelled", real_now, "Cancelled."
        return job
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.ended_at = "failed", real_now
        job.outcome = f"Given up after {job.attempts} workers stopped in the middle of it."
        return job
    job.state, job.lease_owner, job.lease_until = "running", owner, real_now + lease
    job.attempts += 1
    return job


def held(session: Session, job_id: int, owner: str) -> Job:
    """The job, locked, while this worker holds its lease; raises `LeaseLost` otherwise."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state != "running" or job.lease_owner != owner:
        raise LeaseLost("this job is another worker's by now")
    return job


def renew(session: Session, job_id: int, owner: str, lease: timedelta, real_now: datetime) -> bool:
    """Keep the lease alive; returns whether the job is to be cancelled."""
    job = held(session, job_id, owner)
    job.lease_until = real_now + lease
    return job.cancel_asked


def end(session: Session, job_id: int, owner: str, state: str, outcome: str, real_now: datetime) -> None:
    """End a held job as `done`, `failed` or `cancelled`, or put it back as `waiting`."""
    job = held(session, job_id, owner)
    job.state, job.outcome, job.lease_owner, job.lease_until = state, outcome, None, None
    if state == "waiting":
        job.step, job.attempts = "Waiting for a worker", job.attempts - 1
    else:
        job.ended_at = real_now
