"""An entry, its leaf and the log's new end, written by statements that are built once, in as few as an engine takes."""

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.audit.models import RecordEntry, RecordLeaf, RecordLog

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

INSERT_ENTRY = sa.insert(_ENTRIES).values(_SAID).returning(_ENTRIES.c.id)
_INSERT_LEAF = sa.insert(_LEAVES).values({**_LEAF, _LEAVES.c.entry_id: sa.bindparam("leaf_entry_id")})
MOVE_LOG = (
    sa.update(_LOGS)
    .where(_LOGS.c.organisation_id == sa.bindparam("of_organisation"))
    .values(size=sa.bindparam("new_size"), frontier=sa.bindparam("new_frontier"))
)
_MOVE_FROM = MOVE_LOG.where(_LOGS.c.size == sa.bindparam("old_size"), _LOGS.c.sealed_on.is_(None))


def _in_one() -> sa.Select[int]:
    """All three in one statement, which gives the entry's id, and nothing where the log has moved on."""
    moved = _MOVE_FROM.returning(_LOGS.c.organisation_id).cte("moved")
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
    return sa.select(said.c.id).add_cte(leaf)


_IN_ONE = _in_one()


def insert_leaf(connection: sa.Connection, organisation_id: int, position: int, entry_id: int, leaf: bytes) -> None:
    """Write the leaf of an entry. Raises `PlaceTakenError`."""
    try:
        connection.execute(_INSERT_LEAF, {**_leaf(organisation_id, position, leaf), "leaf_entry_id": entry_id})
    except sa.exc.IntegrityError:
        raise PlaceTakenError from None


def write_one(
    connection: sa.Connection, entry: Mapping[str, Any], size: int, frontier: tuple[bytes, ...], leaf: bytes
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
        try:
            found = connection.execute(_IN_ONE, {**moving, **entry, **_leaf(organisation_id, size, leaf)}).scalar()
        except sa.exc.IntegrityError as refused:
            if _LEAVES.name in str(refused.orig):
                raise PlaceTakenError from None
            raise
        return found
    if connection.execute(_MOVE_FROM, moving).rowcount == 0:
        return None
    entry_id: int = connection.execute(INSERT_ENTRY, entry).scalar_one()
    insert_leaf(connection, organisation_id, size, entry_id, leaf)
    return entry_id


def as_text(frontier: tuple[bytes, ...]) -> str:
    """A frontier as it is stored."""
    return " ".join(part.hex() for part in frontier)


def _leaf(organisation_id: int, position: int, leaf: bytes) -> dict[str, Any]:
    return {"leaf_organisation_id": organisation_id, "leaf_position": position, "leaf_hash": leaf.hex()}
