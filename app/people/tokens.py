"""What can be done with one's own tokens: make one, prove who is there for it, revoke it."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.people.bearers import hash_of
from app.people.ending_tokens import PREFIX
from app.people.models import Account
from app.people.notices import NOT_YOU, tell
from app.people.service import record
from app.people.token_models import PersonalToken
from app.permissions import Missing, Refused
from app.permissions.scopes import SCOPES
from app.web.text import day

MOST = 20
"""Open tokens of one account."""
KEPT = timedelta(days=90)
"""How long a token that ended or expired stays in its owner's list."""


def tokens_of(session: Session, account_id: int, real_now: datetime) -> Sequence[PersonalToken]:
    """The tokens of an account, the newest first; those that expired long ago are not listed any more."""
    return session.scalars(
        sa.select(PersonalToken)
        .where(PersonalToken.account_id == account_id, PersonalToken.expires_at > real_now - KEPT)
        .order_by(PersonalToken.made_at.desc(), PersonalToken.id.desc())
    ).all()


def token_of(session: Session, account_id: int, token_id: int, real_now: datetime) -> PersonalToken:
    """One's own token that can be used; raises `Missing` for what is another's, or is over."""
    found = session.get(PersonalToken, token_id)
    if found is None or found.account_id != account_id or not found.open_at(real_now):
        raise Missing
    return found


def make(
    session: Session,
    account_id: int,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    longest: timedelta,
    doer: Doer,
    now: datetime,
    real_now: datetime,
) -> str:
    """Make a token; gives its secret, which nobody can be shown again. Raises `Refused`.

    Whoever makes one has just proved who they are, so for the usual while it can sign too.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if not name.strip():
        raise Refused("A token needs a name, by which you know it again.", "a name")
    unknown = set(scopes) - set(SCOPES)
    if not scopes or unknown:
        raise Refused("A token needs at least one scope, of those there are.", f"one of {', '.join(SCOPES)}")
    if not real_now < expires_at <= real_now + longest:
        raise Refused(
            f"A token expires after now, and at the latest on {day(real_now + longest)}.", "a day between the two"
        )
    standing = [one for one in tokens_of(session, account_id, real_now) if one.open_at(real_now)]
    if len(standing) >= MOST:
        raise Refused(f"You have {MOST} tokens that can be used, and more are not kept.", "one of them revoked first")
    secret = PREFIX + secrets.token_urlsafe(32)
    ordered = [scope for scope in SCOPES if scope in scopes]
    token = PersonalToken(
        account_id=account_id,
        token_hash=hash_of(secret),
        hint=secret[: len(PREFIX) + 4],
        name=name.strip(),
        scopes=ordered,
        made_at=real_now,
        expires_at=expires_at,
        proved_at=real_now,
        ended="",
    )
    session.add(token)
    session.flush()
    record(session, Tag.TOKEN_MADE, doer, account, now, token=token.name, scopes=", ".join(ordered), number=token.id)
    body = (
        f"A token named “{token.name}” was made for your account in Concord. With it a program can act for you until "
        f"{day(expires_at)}. {NOT_YOU}"
    )
    tell(session, account, f"token-{token.id}", "A token for Concord was made", body, real_now)
    return secret


def revoke(session: Session, account_id: int, token_id: int, doer: Doer, now: datetime, real_now: datetime) -> None:
    """End one's own token at once; raises `Missing`."""
    token = token_of(session, account_id, token_id, real_now)
    token.ended = "it was revoked"
    record(session, Tag.TOKEN_REVOKED, doer, token.account, now, token=token.name, number=token.id)


def prove(session: Session, account_id: int, token_id: int, real_now: datetime) -> None:
    """Let one's own token sign for a while: its owner has just proved who they are. Raises `Missing`."""
    token_of(session, account_id, token_id, real_now).proved_at = real_now
