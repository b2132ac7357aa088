"""The record's rows as they stand in the database, also where somebody put there what the service never writes."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLeaf, RecordLog

CHUNK = 1000

_ENTRIES = cast(sa.Table, RecordEntry.__table__)
_LEAVES = cast(sa.Table, RecordLeaf.__table__)
_LOGS = cast(sa.Table, RecordLog.__table__)


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """A leaf and the entry it stands for: None where the entry is deleted, with `unreadable` columns where broken."""

    position: Any
    entry_id: Any
    hash: Any
    entry: RecordEntry | None
    unreadable: tuple[str, ...]


def organisations(session: Session) -> list[Any]:
    """The id of every organisation that has a log, a leaf or an entry, in order. SQLite keeps any value as an id."""
    ids = sa.union(*(sa.select(table.c.organisation_id) for table in (_LOGS, _LEAVES, _ENTRIES)))
    return sorted(session.scalars(ids).all(), key=lambda each: (not isinstance(each, int), str(each).zfill(20)))


def logs(session: Session) -> dict[Any, sa.RowMapping]:
    """Every log's row by its organisation's id."""
    return {row["organisation_id"]: row for row in session.execute(sa.select(_LOGS)).mappings()}


def frontier(text: Any) -> tuple[bytes, ...] | None:
    """The hashes of a stored frontier; None where it is none."""
    try:
        return tuple(bytes.fromhex(part) for part in text.split())
    except (ValueError, TypeError, AttributeError):
        return None


def leaves(session: Session, organisation_id: Any) -> Generator[StoredLeaf]:
    """The leaves of a log in order, each with its entry, read in chunks."""
    raw = [sa.type_coerce(column, sa.types.NullType()).label(f"entry_{column.key}") for column in _ENTRIES.columns]
    rows = session.execute(
        sa.select(_LEAVES.c.position, _LEAVES.c.entry_id, _LEAVES.c.hash, *raw)
        .outerjoin(_ENTRIES, _ENTRIES.c.id == _LEAVES.c.entry_id)
        .where(_LEAVES.c.organisation_id == organisation_id)
        .order_by(_LEAVES.c.position)
        .execution_options(yield_per=CHUNK)
    )
    meanings = _meanings(session.get_bind().dialect)
    with closing(rows):
        for position, entry_id, hash_, *values in rows:
            entry, unreadable = _entry(dict(zip(_ENTRIES.columns.keys(), values, strict=True)), meanings)
            yield StoredLeaf(position, entry_id, hash_, entry, unreadable)


def entries_without_leaf(session: Session) -> Sequence[sa.Row[int, int]]:
    """The id and organisation of entries that no leaf stands for."""
    return session.execute(
        sa.select(RecordEntry.id, RecordEntry.organisation_id)
        .outerjoin(RecordLeaf, RecordLeaf.entry_id == RecordEntry.id)
        .where(RecordLeaf.entry_id.is_(None))
        .order_by(RecordEntry.id)
    ).all()


def _meanings(dialect: Dialect) -> dict[str, Any]:
    """How this engine's driver values become Python's, for the columns where they differ."""
    found = {
        column.key: column.type.dialect_impl(dialect).result_processor(dialect, None) for column in _ENTRIES.columns
    }
    return {key: meaning for key, meaning in found.items() if meaning is not None}


def _entry(values: dict[str, Any], meanings: Mapping[str, Any]) -> tuple[RecordEntry | None, tuple[str, ...]]:
    if values["id"] is None:
        return None, ()
    unreadable = []
    for key, meaning in meanings.items():
        try:
            values[key] = meaning(values[key])
        except (ValueError, TypeError, OverflowError, RecursionError):
            unreadable.append(key)
            values[key] = None
    return RecordEntry(**values), tuple(unreadable)
