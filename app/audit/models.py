"""The record's tables: one of entries, one of leaves, one row per organisation's log. No keys upward."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.db.types import Instant


class RecordEntry(Base):
    """One thing that happened, in the past tense, with names as they were. Appended, never changed or removed."""

    __tablename__ = "record_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[str] = mapped_column(sa.String(200))
    organisation_id: Mapped[int]
    organisation_name: Mapped[str] = mapped_column(sa.String(200))
    part: Mapped[int]
    thing_kind: Mapped[str] = mapped_column(sa.String(40))
    thing_id: Mapped[int | None]
    payload: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    salt: Mapped[str | None] = mapped_column(sa.String(64))

    __table_args__ = (
        sa.Index("ix_record_entry_thing", "thing_kind", "thing_id", "id"),
        sa.Index("ix_record_entry_organisation", "organisation_id", "id"),
        sa.Index("ix_record_entry_told", "organisation_id", "at", "tag"),
    )


class RecordLog(Base):
    """The Merkle log of one organisation: its size and frontier, locked while a leaf is appended.

    A sealed log takes nothing more: `sealed_on` is the day, `continued_by` the organisation whose log goes on from it.
    """

    __tablename__ = "record_log"

    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_name: Mapped[str] = mapped_column(sa.String(200))
    origin: Mapped[str] = mapped_column(sa.String(200), unique=True)
    size: Mapped[int]
    frontier: Mapped[str] = mapped_column(sa.Text)
    sealed_on: Mapped[date | None]
    continued_by: Mapped[int | None]


class RecordLeaf(Base):
    """A leaf: the hash of one entry at one place in one log. It stays when an entry's payload is destroyed."""

    __tablename__ = "record_leaf"

    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("record_entry.id"), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64))
