"""The mails that tell an account's owner what was done with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.jobs.outbox import queue_mail
from app.people.models import Account

NOT_YOU = "If this was not you, tell your organisation’s administrator at once."


def tell(session: Session, account: Account, what: str, subject: str, body: str, real_now: datetime) -> None:
    """Queue a mail to the account's owner, in the caller's transaction; `what` names the occasion."""
    person = account.person
    queue_mail(
        session,
        once=f"account-{account.id}-{what}-{real_now.isoformat()}",
        recipient=person.email,
        recipient_name=person.name,
        subject=subject,
        body=f"Dear {person.name},\n\n{body}\n\nConcord\n",
        now=real_now,
    )
