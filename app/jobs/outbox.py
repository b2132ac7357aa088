"""The outbox: mail is queued in the transaction of what it tells of, and sent by the worker, once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.models import Mail


def queue_mail(
    session: Session,
    *,
    once: str,
    recipient: str,
    recipient_name: str,
    subject: str,
    body: str,
    now: datetime,
) -> bool:
    """Queue one mail; `once` names the occasion, so that the same mail is never queued twice. `now` is real time.

    Returns whether it was new.
    """
    if session.scalar(sa.select(Mail.id).where(Mail.once == once)) is not None:
        return False
    session.add(
        Mail(
            once=once,
            recipient=recipient,
            recipient_name=recipient_name,
            subject=subject,
            body=body,
            queued_at=now,
            next_attempt_at=now,
        )
    )
    return True
