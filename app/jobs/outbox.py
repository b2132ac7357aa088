"""The outbox: mail is queued in the transaction of what it tells of, and sent by the worker, once.

All times are real time.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import db, writing
from app.jobs.models import Mail
from config import Settings

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12


def queue_mail(
    session: Session, *, once: str, recipient: str, recipient_name: str, subject: str, body: str, now: datetime
) -> bool:
    """Queue one mail; `once` names the occasion, so that the same mail is never queued twice.

    Returns whether it was new.
    """
    if session.scalar(sa.select(Mail.id).where(Mail.once == once)) is not None:
        return False
    session.add(
        Mail(
            once=once,
            recipient=recipient,
            recipient_name=recipient_name,
            subject=" ".join(subject.split()),
            body=body,
            queued_at=now,
            next_attempt_at=now,
        )
    )
    session.flush()
    return True


def send_waiting(
    settings: Settings, real_now: datetime, connect: Callable[[Settings], smtplib.SMTP] | None = None
) -> int:
    """Send what waits, one connection for all; returns how many went. Without a mail server nothing is tried."""
    if not settings.smtp_host:
        return 0
    with db.sessionmaker() as session:
        waiting = _claimed(session, real_now)
        if not waiting:
            return 0
        sent = 0
        try:
            with (connect or _connect)(settings) as server:
                for mail in waiting:
                    sent += _send(session, server, settings, mail, real_now)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("the mail server did not take mail: %s", error)
            with writing(session):
                for mail in waiting:
                    if mail.sent_at is None and not mail.problem:
                        mail.problem = str(error)[:500]
        return sent


def _claimed(session: Session, real_now: datetime) -> list[Mail]:
    """Mails this worker may send now; their next attempt is put off first, so no two workers send one mail."""
    with writing(session):
        mails = session.scalars(
            sa.select(Mail)
            .where(Mail.sent_at.is_(None), Mail.next_attempt_at <= real_now, Mail.attempts < MOST_ATTEMPTS)
            .order_by(Mail.id)
            .limit(50)
            .with_for_update(skip_locked=True)
        ).all()
        for mail in mails:
            mail.attempts += 1
            mail.next_attempt_at = real_now + timedelta(minutes=min(2**mail.attempts, 240))
            mail.problem = ""
    return list(mails)


def _connect(settings: Settings) -> smtplib.SMTP:
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20)
    if settings.smtp_starttls:
        server.starttls()
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password)
    return server


def _send(session: Session, server: smtplib.SMTP, settings: Settings, mail: Mail, real_now: datetime) -> int:
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = formataddr((mail.recipient_name, mail.recipient))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(real_now)
    message["Message-ID"] = f"<{sha256(mail.once.encode()).hexdigest()[:32]}@concord>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        with writing(session):
            mail.problem = f"The mail server refused the address: {error}"[:500]
        return 0
    with writing(session):
        mail.sent_at, mail.problem = real_now, ""
    return 1
