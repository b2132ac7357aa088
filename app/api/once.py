"""A write is done once: its answer is kept with it, in one transaction, and given again to the same request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import g
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.api.models import ApiAnswer
from config import Settings

DAILY = "answers of the API"


class UsedBeforeError(Exception):
    """The key came before with another request."""


class InHandError(Exception):
    """The first request with this key is not answered yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A write: whose it is, its key, and what was asked."""

    account_id: int
    key: str
    method: str
    path: str
    body: bytes

    @property
    def request_hash(self) -> str:
        """What makes it the same request."""
        return digest(f"{self.method} {self.path}\n".encode() + self.body)

    @property
    def form_token(self) -> str:
        """What a decision is known by in the place of a form's own token: 64 characters, this person's and key's."""
        return digest(f"api {self.account_id} {self.key}".encode())


@dataclass(frozen=True, slots=True)
class Before:
    """What a write was answered when it first came."""

    status: int
    body: str


def digest(text: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(text).hexdigest()


def form_token() -> str:
    """The token of the write in hand; see `Asked.form_token`."""
    asked: Asked = g.once
    return asked.form_token


def answered(session: Session, asked: Asked) -> Before | None:
    """The answer there was, where this request came before. Raises `UsedBeforeError`."""
    row = session.get(ApiAnswer, (asked.account_id, asked.key), populate_existing=True)
    if row is None:
        return None
    if row.request_hash != asked.request_hash:
        raise UsedBeforeError
    return Before(row.status, row.body)


def begin(session: Session, asked: Asked, real_now: datetime) -> None:
    """Take the key, in the write's own transaction; raises `InHandError` where another request took it meanwhile.

    SQLite has one writer at a time, so a second request finds the first one's answer. PostgreSQL would make it wait
    for the whole of the first: it is told at once instead.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int(digest(f"{asked.account_id} {asked.key}".encode())[:15], 16)
        if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))):
            raise InHandError
    try:
        session.execute(
            sa.insert(ApiAnswer).values(
                account_id=asked.account_id,
                key=asked.key,
                request_hash=asked.request_hash,
                status=0,
                body="",
                at=real_now,
            )
        )
    except IntegrityError:
        raise InHandError from None


def end(session: Session, asked: Asked, status: int, body: str) -> None:
    """Keep the answer."""
    session.flush()
    session.execute(
        sa.update(ApiAnswer)
        .where(ApiAnswer.account_id == asked.account_id, ApiAnswer.key == asked.key)
        .values(status=int(status), body=body)
    )


def forget_old(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """Daily: forget the answers that were kept for long enough."""
    session.execute(sa.delete(ApiAnswer).where(ApiAnswer.at <= real_now - timedelta(hours=settings.api_kept_hours)))
