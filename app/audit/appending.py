"""An entry, its leaf and the log's new end, written by statements that are built once, in as few as an engine takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.db.prepared import Prepared

_ENTRIES = cast(sa.Table, RecordEntry.__table__)
_LEAVES = cast(sa.Table, RecordLeaf.__table__)
_LOGS = cast(sa.Table, RecordLog.__table__)


class PlaceTakenError(Exception):
    """An entry stands already where the log says that it ends."""


class _StoredAsJson(FunctionElement[Any]):
    """JSON that is text already, for a JSON column."""

    type = sa.JSON()
    inherit_cache = True


@compiles(_StoredAsJson)
def _as_it_is(element: _StoredAsJson, compiler: SQLCompiler, **words: Any) -> str:
    return str(compiler.process(element.clauses, **words))


@compiles(_StoredAsJson, "postgresql")
def _cast(element: _StoredAsJson, compiler: SQLCompiler, **words: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **words)} AS JSON)"


# no parameter is named as a column: SQLAlchemy would set the column of that name in every table that is written
_SAID: dict[sa.Column[Any], sa.ColumnElement[Any]] = {
    column: sa.bindparam(f"entry_{column.key}", type_=column.type)
    for column in _ENTRIES.columns
    if column.key not in ("id", "payload")
} | {_ENTRIES.c.payload: _StoredAsJson(sa.bindparam("entry_payload_text", type_=sa.Text))}
_LEAF = {
    column: sa.bindparam(f"leaf_{column.key}", type_=column.type)
    for column in (_LEAVES.c.organisation_id, _LEAVES.c.position, _LEAVES.c.hash)
}

INSERT_ENTRY = Prepared(sa.insert(_ENTRIES).values(_SAID).returning(_ENTRIES.c.id))
_INSERT_LEAF = Prepared(sa.insert(_LEAVES).values({**_LEAF, _LEAVES.c.entry_id: sa.bindparam("leaf_entry_id")}))
_MOVE = (
    sa.update(_LOGS)
    .where(_LOGS.c.organisation_id == sa.bindparam("of_organisation", type_=sa.Integer))
    .values(
        {
            _LOGS.c.size: sa.bindparam("new_size", type_=sa.Integer),
            _LOGS.c.frontier: sa.bindparam("new_frontier", type_=sa.Text),
        }
    )
)
_STILL_THERE = _MOVE.where(_LOGS.c.size == sa.bindparam("old_size", type_=sa.Integer), _LOGS.c.sealed_on.is_(None))
MOVE_LOG, _MOVE_FROM = Prepared(_MOVE), Prepared(_STILL_THERE)


def in_one(*beside: Callable[[sa.CTE], sa.CTE]) -> Prepared:
    """All three in one statement, which gives the entry's id, and writes nothing where the log has moved on.

    `beside` is what else PostgreSQL writes with them, each made from the entry that is being written, with its `id`.
    """
    moved = _STILL_THERE.returning(_LOGS.c.organisation_id).cte("moved")
    said = (
        sa.insert(_ENTRIES)
        .from_select(list(_SAID), sa.select(*_SAID.values()).select_from(moved), include_defaults=False)
        .returning(_ENTRIES.c.id)
        .cte("said")
    )
    leaf = (
        sa.insert(_LEAVES)
        .from_select([*_LEAF, _LEAVES.c.entry_id], sa.select(*_LEAF.values(), said.c.id), include_defaults=False)
        .returning(_LEAVES.c.entry_id)
        .cte("leaf")
    )
    return Prepared(sa.select(said.c.id).add_cte(leaf, *(make(said) for make in beside)))


@dataclass(frozen=True, slots=True)
class Along:
    """What goes along with an entry on PostgreSQL: a statement that is `in_one` with it, and what that is told."""

    statement: Prepared
    values: Mapping[str, Any]


_NOTHING_ELSE = Along(in_one(), {})


def insert_leaf(connection: sa.Connection, organisation_id: int, position: int, entry_id: int, leaf: bytes) -> None:
    """Write the leaf of an entry. Raises `PlaceTakenError`."""
    try:
        _INSERT_LEAF.send(connection, {**_leaf(organisation_id, position, leaf), "leaf_entry_id": entry_id})
    except sa.exc.IntegrityError:
        raise PlaceTakenError from None


def write_one(
    connection: sa.Connection,
    entry: Mapping[str, Any],
    size: int,
    frontier: tuple[bytes, ...],
    leaf: bytes,
    along: Along | None = None,
) -> int | None:
    """Write an entry with its leaf and move its log on, if it ends at `size`; gives the id, or nothing if it does not.

    `frontier` is the log's after the leaf. Raises `PlaceTakenError`. PostgreSQL takes it in one statement: there each
    costs a journey to another process while others wait for the log. SQLite has no writing within a query.
    """
    organisation_id = entry["entry_organisation_id"]
    moving = {
        "of_organisation": organisation_id,
        "old_size": size,
        "new_size": size + 1,
        "new_frontier": as_text(frontier),
    }
    if connection.dialect.name == "postgresql":
        along = along or _NOTHING_ELSE
        told = {**moving, **entry, **_leaf(organisation_id, size, leaf), **along.values}
        try:
            return cast("int | None", along.statement.send(connection, told).scalar())
        except sa.exc.IntegrityError as refused:
            if _LEAVES.name in str(refused.orig):
                raise PlaceTakenError from None
            raise
    if _MOVE_FROM.send(connection, moving).rowcount == 0:
        return None
    entry_id: int = INSERT_ENTRY.send(connection, entry).scalar_one()
    insert_leaf(connection, organisation_id, size, entry_id, leaf)
    return entry_id


def as_text(frontier: tuple[bytes, ...]) -> str:
    """A frontier as it is stored."""
    return " ".join(part.hex() for part in frontier)


def _leaf(organisation_id: int, position: int, leaf: bytes) -> dict[str, Any]:
    return {"leaf_organisation_id": organisation_id, "leaf_position": position, "leaf_hash": leaf.hex()}
