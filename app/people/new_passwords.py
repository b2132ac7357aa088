"""A new password: by a mailed link when the old one is forgotten, or by giving the old one. All sessions end."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.jobs.personal_links import hash_of, new_secret
from app.people.ending_tokens import end_tokens_of
from app.people.models import Account, PasswordReset
from app.people.notices import NOT_YOU, tell
from app.people.queries import account_by_email
from app.people.service import NOT_SIGNED_IN, hashed, password_problem, record
from app.permissions import Missing, Refused
from app.web.service import end_sessions_of
from app.web.throttle import admitted, throttle_key

LINK_LASTS = timedelta(hours=1)
MAILS_AN_HOUR = 5
"""More links than that are not mailed to one account, so that nobody’s letter box is filled by another."""

DEMONSTRATION = (
    "This is an account of the demonstration: its password is shown on the sign-in page, the same for everyone, and "
    "cannot be changed."
)


def ask(session: Session, email: str, link: Callable[[str], str], now: datetime, real_now: datetime) -> None:
    """Mail a link to choose a new password with, where the address has an open account; nothing where it has none.

    `link` makes the whole address of a token. The caller learns nothing of which it was.
    """
    account = account_by_email(session, email)
    token, kept = new_secret()
    if account is None or account.disabled or account.demonstration:
        return
    if not admitted(session, throttle_key("new-password-mail", str(account.id)), MAILS_AN_HOUR, LINK_LASTS, real_now):
        return
    reset = PasswordReset(token_hash=kept, account_id=account.id, sent_at=real_now)
    session.add(reset)
    session.flush()
    body = (
        "Someone, you we hope, asked for a new password for your account in Concord. Choose it here within one hour; "
        f"the link works once:\n\n{link(token)}\n\n"
        "If you did not ask for it, do nothing: your password stays as it is."
    )
    tell(session, account, f"reset-{reset.id}", "Choose a new password for Concord", body, real_now)
    record(session, Tag.PASSWORD_FORGOTTEN, NOT_SIGNED_IN, account, now)


def open_reset(session: Session, token: str, real_now: datetime) -> PasswordReset:
    """What a link of `ask` opens; raises `Missing` where it is unknown, used, too old, or the account is closed."""
    found = session.scalar(sa.select(PasswordReset).where(PasswordReset.token_hash == hash_of(token)))
    if found is None or found.used_at is not None or real_now - found.sent_at >= LINK_LASTS or found.account.disabled:
        raise Missing
    return found


def choose(session: Session, token: str, password: str, now: datetime, real_now: datetime) -> Account:
    """The password chosen by a mailed link; every link of the account has then ended.

    Raises `Missing` where the link opens nothing, `Refused` where the password cannot be used.
    """
    reset = open_reset(session, token, real_now)
    account = session.get_one(Account, reset.account_id, with_for_update=True)
    session.refresh(reset, with_for_update=True)
    if reset.used_at is not None:
        raise Missing
    person = account.person
    _set(session, account, password, Doer(person.id, person.name, "owner of the account, by a mailed link"), now)
    body = f"The password of your account in Concord was changed by a link mailed to this address. {NOT_YOU}"
    tell(session, account, "password", "Your password for Concord was changed", body, real_now)
    earlier = sa.update(PasswordReset).where(PasswordReset.account_id == account.id, PasswordReset.used_at.is_(None))
    session.execute(earlier.values(used_at=real_now))
    return account


def change(session: Session, account_id: int, password: str, doer: Doer, now: datetime, real_now: datetime) -> None:
    """The password changed by its owner, who has given the old one. Raises `Refused` where it cannot be used."""
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.demonstration:
        raise Refused(DEMONSTRATION)
    _set(session, account, password, doer, now)
    body = f"The password of your account in Concord was changed by someone who knew the one before. {NOT_YOU}"
    tell(session, account, "password", "Your password for Concord was changed", body, real_now)


def _set(session: Session, account: Account, password: str, doer: Doer, now: datetime) -> None:
    problem = password_problem(password, account.person.email)
    if problem is not None:
        raise Refused(problem)
    account.password_hash = hashed(password)
    end_sessions_of(session, account.id)
    end_tokens_of(session, account.id, "the password of its account was changed")
    record(session, Tag.PASSWORD_CHANGED, doer, account, now)
