"""The text of an entry is destroyed: its payload and salt go, its leaf stays, and the record says so in an entry.

The database lets a payload and a salt go only where such an entry stands; see `app.audit.destroyed`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.destroyed import THING, what_is_left
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer, entry_leaf
from app.audit.tags import Tag
from app.permissions import Missing


def destroy(session: Session, entry: RecordEntry, said: Mapping[str, Any], doer: Doer, now: datetime) -> int:
    """Destroy the text of an entry, its row held, and say so on record with `said`; gives the id of that entry.

    The caller's transaction commits both. Raises `Missing` where the entry has no text or is not what was written: what
    cannot be shown to have been there is not declared destroyed, but looked into.
    """
    leaf = session.scalar(sa.select(RecordLeaf).where(RecordLeaf.entry_id == entry.id))
    if leaf is None or entry.salt is None or entry_leaf(entry).hex() != leaf.hash:
        raise Missing
    named = {
        "origin": session.get_one(RecordLog, entry.organisation_id).origin,
        "position": leaf.position,
        "leaf": leaf.hash,
        "left": what_is_left(entry),
    }
    act = Act(
        Tag.ENTRY_DESTROYED,
        doer,
        entry.organisation_id,
        entry.organisation_name,
        THING,
        entry.id,
        {**said, "destroyed": named},
        entry.part,
    )
    [declaring] = append_or_continue(session, [act], now)
    _overwrite_what_is_freed(session)
    session.execute(
        sa.update(RecordEntry)
        .where(RecordEntry.id == entry.id)
        .values(payload=None, salt=None)
        .execution_options(synchronize_session=False)
    )
    session.expire(entry)
    return declaring


def _overwrite_what_is_freed(session: Session) -> None:
    """SQLite leaves the bytes of what is deleted where they were, unless it is told otherwise."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
