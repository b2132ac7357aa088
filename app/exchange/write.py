"""Writing what was planned, kind by kind, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.exchange.checks import target_of
from app.exchange.kinds import Kind
from app.exchange.plan import Change, KindPlan
from app.exchange.stored import FactRow, Key, Store

_BATCH = 500


class Unresolved(LookupError):
    """The row refers to a case that has not been opened yet."""


def write(session: Session, plans: Iterable[KindPlan], store: Store) -> list[FactRow]:
    """Write the plans in their order; gives the new rows that wait for a case to be opened."""
    waiting: list[FactRow] = []
    for found in plans:
        if found.kind.model is None:
            continue
        waiting += insert(session, found.kind, found.new, store)
        _update(session, found.kind, found.changed, store)
    session.expire_all()
    return waiting


def insert(session: Session, kind: Kind, rows: Sequence[FactRow], store: Store) -> list[FactRow]:
    """Write new rows of one kind; gives those that refer to a case, or to an item of one, that is not there yet."""
    waiting: list[FactRow] = []
    ready: list[tuple[FactRow, dict[str, Any]]] = []
    for row in rows:
        try:
            ready.append((row, _stored_form(kind, row, store, new=True)))
        except Unresolved:
            waiting.append(row)
    for start in range(0, len(ready), _BATCH):
        batch = ready[start : start + _BATCH]
        values = [form for _, form in batch]
        if kind.has_id:
            statement = sa.insert(kind.table).returning(kind.table.c.id, sort_by_parameter_order=True)
            ids = session.scalars(statement, values).all()
            for (row, _), row_id in zip(batch, ids, strict=True):
                store.added(kind.name, row.key, row_id)
        else:
            session.execute(sa.insert(kind.table), values)
    return waiting


def _update(session: Session, kind: Kind, changes: Sequence[Change], store: Store) -> None:
    if any("position" in change.columns for change in changes):
        # places may be exchanged: each row first leaves its own, then takes the new one
        for number, change in enumerate(changes, 1):
            if "position" in change.columns:
                session.execute(_where(kind, change).values(position=-number))
    for change in changes:
        form = _stored_form(kind, change.row, store, new=False)
        if kind.counts:
            form[kind.counts] = kind.table.c[kind.counts] + 1
        session.execute(_where(kind, change).values(form))


def _where(kind: Kind, change: Change) -> sa.Update:
    assert change.stored.identity is not None
    return sa.update(kind.table).where(*(kind.table.c[name] == value for name, value in change.stored.identity.items()))


def _stored_form(kind: Kind, row: FactRow, store: Store, *, new: bool) -> dict[str, Any]:
    """The row as the table takes it: ids for keys, compositions joined, empty text for no text."""
    assert kind.model is not None
    mapper = sa.inspect(kind.model)
    form: dict[str, Any] = {}
    for column in kind.columns:
        if column.stored_as:
            form[column.stored_as] = row.values[column.name]
    for composition in kind.compositions:
        form[composition.attribute] = composition.join(row.values)
    for link in kind.links:
        target, key = target_of(link, row)
        form[link.attribute] = None if target is None else _id_of(store, target, key)
    form |= kind.derive(row.values)
    if new and kind.counts:
        form[kind.counts] = 1
    named: dict[str, Any] = {}
    for attribute, value in form.items():
        place = mapper.columns[attribute]
        if value is None and not place.nullable and isinstance(place.type, sa.String):
            value = ""
        named[place.name] = value
    return named


def _id_of(store: Store, kind: str, key: Key) -> int:
    found = store.ids(kind).get(key)
    if found is None:
        raise Unresolved(f"{kind} {'/'.join(key)}")
    return found
