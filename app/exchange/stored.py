"""The facts as they are stored, in the words of the files: natural keys instead of ids, text as exported."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.exchange.kinds import BY_NAME, Kind, Link
from app.exchange.kinds.recorded import NOT_WHOLE
from app.signoff.models import Case

Key = tuple[str, ...]


@dataclass(slots=True)
class FactRow:
    """One row of one kind: values by column, the same as text, its place in a file, its primary key in the store."""

    kind: Kind
    values: dict[str, Any]
    texts: dict[str, str]
    number: int | None = None
    identity: dict[str, Any] | None = None

    @property
    def key(self) -> Key:
        return tuple(self.texts[column] for column in self.kind.key)

    @property
    def called(self) -> str:
        """The key as sentences name it."""
        return "/".join(self.key)

    @property
    def private(self) -> bool:
        """Whether it is of Part 2, or an interest whose publication is withheld: no page shows what it says."""
        return self.values.get("part") == 2 or bool(self.values.get("withheld"))

    @property
    def fingerprint(self) -> str:
        """What `as_exported` holds: the beginning of the SHA-256 over the row's text, in hexadecimal digits.

        The letter before them keeps a spreadsheet from taking the mark for a number.
        """
        content = [self.texts[name] for name in self.kind.names]
        return "x" + sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:15]

    def settle(self, names: tuple[str, ...] | None = None) -> None:
        """Make the texts follow from the values: one spelling for each value."""
        for column in self.kind.columns:
            if names is None or column.name in names:
                value = self.values[column.name]
                self.texts[column.name] = "" if value is None else column.format.show(value)


class Store:
    """The stored rows of every kind, each kind read once, when it is first asked for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rows: dict[str, dict[Key, FactRow]] = {}
        self._ids: dict[str, dict[Key, int]] = {}
        self._keys: dict[str, dict[int, Key]] = {}
        self._not_whole: frozenset[int | None] | None = None

    def rows(self, kind: str) -> dict[Key, FactRow]:
        """The rows of a kind by key, in the order of their keys."""
        if kind not in self._rows:
            self._read(BY_NAME[kind])
        return self._rows[kind]

    def ids(self, kind: str) -> dict[Key, int]:
        """The ids of a kind's rows by key; of cases too, which come in as acts and not as facts."""
        if kind not in self._ids:
            if kind == "cases":
                self.read_cases()
            else:
                self.rows(kind)
        return self._ids[kind]

    def key_of(self, kind: str, row_id: int) -> Key:
        """The key of the row with this id."""
        self.ids(kind)
        return self._keys[kind][row_id]

    def added(self, kind: str, key: Key, row_id: int) -> None:
        """Note a row that was just written."""
        self.ids(kind)[key] = row_id
        self._keys[kind][row_id] = key

    def read_cases(self) -> None:
        """The cases known by now."""
        found = self.session.execute(sa.select(Case.id, Case.code)).all()
        self._ids["cases"] = {(code,): row_id for row_id, code in found}
        self._keys["cases"] = {row_id: (code,) for row_id, code in found}

    def _read(self, kind: Kind) -> None:
        if kind.recorded is not None:
            acts = [FactRow(kind, dict(values), {}) for values in kind.recorded(self.session, self)]
            for act in acts:
                act.settle()
            self._rows[kind.name] = {act.key: act for act in sorted(acts, key=lambda act: act.key)}
            return
        assert kind.model is not None
        mapper = sa.inspect(kind.model)
        attributes = {column.name: mapper.get_property_by_column(column).key for column in kind.table.columns}
        rows: dict[Key, FactRow] = {}
        ids: dict[Key, int] = {}
        primary = [column.name for column in kind.table.primary_key]
        for found in self.session.execute(sa.select(kind.table)).mappings():
            stored = {attributes[name]: value for name, value in found.items()}
            row = FactRow(kind, self._values(kind, stored), {}, identity={name: found[name] for name in primary})
            row.settle()
            rows[row.key] = row
            if kind.has_id:
                ids[row.key] = found["id"]
        self._rows[kind.name] = dict(sorted(rows.items()))
        self._ids[kind.name] = ids
        self._keys[kind.name] = {row_id: key for key, row_id in ids.items()}

    def _values(self, kind: Kind, stored: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in kind.columns:
            if column.stored_as:
                value = stored[column.stored_as]
                values[column.name] = None if value == "" else value
        for composition in kind.compositions:
            values |= composition.split(stored[composition.attribute])
        for link in kind.links:
            if link.by and stored[link.attribute] is not None and self._left_out(link, stored):
                stored = {**stored, link.attribute: None}
                values[link.by] = None
            for name, text in zip(link.columns, self._linked(link, stored), strict=True):
                values[name] = kind.column(name).format.parse(text) if text else None
        return values

    def _left_out(self, link: Link, stored: Mapping[str, Any]) -> bool:
        """Whether a row is about a case that is not taken out: what is destroyed of it cannot be done again."""
        if link.kinds[stored[link.by or ""]] != "cases":
            return False
        if self._not_whole is None:
            self._not_whole = frozenset(self.session.scalars(NOT_WHOLE))
        return stored[link.attribute] in self._not_whole

    def _linked(self, link: Link, stored: Mapping[str, Any]) -> Key:
        row_id = stored[link.attribute]
        if row_id is None:
            return ("",) * len(link.columns)
        if link.by is None:
            return self.key_of(link.kind, row_id)
        return ("/".join(self.key_of(link.kinds[stored[link.by]], row_id)),)
