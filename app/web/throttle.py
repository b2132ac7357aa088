"""Exact throttling for every worker: attempts are rows, counted and added in one writing transaction."""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.web.models import ThrottleEvent


def throttle_key(*parts: str) -> str:
    """A key that keeps no address or account in clear."""
    return sha256("\x00".join(parts).encode()).hexdigest()


def origin(address: str) -> str:
    """Where a request came from, as far as counting goes: one IPv4 address, or one IPv6 network of 64 bits.

    Whoever has one address of such a network has all of them, and could try each once.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ip_network((known, 64), strict=False))
    return str(known)


def admitted(session: Session, key: str, limit: int, window: timedelta, real_now: datetime) -> bool:
    """Whether one more attempt is within `limit` per `window`; if so it is counted, in the caller's transaction.

    The count and the addition are one under a lock on the key, so n workers admit `limit`, not n × `limit`.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(int(key[:15], 16))))
    session.execute(sa.delete(ThrottleEvent).where(ThrottleEvent.key == key, ThrottleEvent.at <= real_now - window))
    count = session.scalar(sa.select(sa.func.count()).where(ThrottleEvent.key == key)) or 0
    if count >= limit:
        return False
    session.add(ThrottleEvent(key=key, at=real_now))
    session.flush()
    return True


def give_back(session: Session, key: str) -> None:
    """Take one counted attempt back: it did not fail after all."""
    newest = sa.select(sa.func.max(ThrottleEvent.id)).where(ThrottleEvent.key == key).scalar_subquery()
    session.execute(sa.delete(ThrottleEvent).where(ThrottleEvent.id == newest))


def forget(session: Session, key: str) -> None:
    """Forget the attempts of a key: after a success."""
    session.execute(sa.delete(ThrottleEvent).where(ThrottleEvent.key == key))
