"""Contradictions between rows, of one kind or of several, as everything will stand after the import."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from app.exchange.kinds import KINDS, Kind, Link, Row
from app.exchange.problems import Problems, shortened
from app.exchange.stored import FactRow, Key, Store


class Planned:
    """The rows as they will be: the stored ones with the file's laid over them."""

    def __init__(self, store: Store, today: date, laid: Mapping[str, Mapping[Key, FactRow]] | None = None) -> None:
        self._store, self._today, self._laid = store, today, laid or {}
        self._rows: dict[str, dict[Key, FactRow]] = {}
        self._groups: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Row]]] = {}
        self._before: dict[tuple[str, tuple[str, ...]], dict[Key, Row]] = {}

    @property
    def today(self) -> date:
        return self._today

    def rows(self, kind: str) -> dict[Key, FactRow]:
        if kind not in self._rows:
            self._rows[kind] = {**self._store.rows(kind), **self._laid.get(kind, {})}
        return self._rows[kind]

    def grouped(self, kind: str, *columns: str) -> Mapping[tuple[Any, ...], list[Row]]:
        if (kind, columns) not in self._groups:
            groups: dict[tuple[Any, ...], list[Row]] = {}
            for row in self.rows(kind).values():
                groups.setdefault(tuple(row.values[column] for column in columns), []).append(row)
            for group in groups.values():
                group.sort(key=lambda row: (row.values.get("starts") or date.min, row.key))
            self._groups[kind, columns] = groups
        return self._groups[kind, columns]

    def before(self, kind: str, columns: tuple[str, ...], row: Row) -> Row | None:
        if (kind, columns) not in self._before:
            groups = self.grouped(kind, *columns).values()
            self._before[kind, columns] = {after.key: before for group in groups for before, after in pairwise(group)}
        return self._before[kind, columns].get(row.key)


def check_links(kind: Kind, rows: Iterable[FactRow], after: Planned, problems: Problems) -> None:
    """Whatever a row refers to by its key is in the folder or in the store."""
    for row in rows:
        for link in kind.links:
            target, key = target_of(link, row)
            if target is None:
                continue
            if key not in after.rows(target):
                problems.value(
                    kind,
                    row.number or 0,
                    link.columns[-1],
                    "/".join(key),
                    f"the {'code' if len(key) == 1 else 'key'} of a row in {target}.csv or already known",
                )


def target_of(link: Link, row: FactRow) -> tuple[str | None, Key]:
    """The kind and key a link points at; no kind where it points at nothing."""
    key = tuple(row.texts[name] for name in link.columns)
    if not all(key):
        return None, key
    if link.by is None:
        return link.kind, key
    return link.kinds.get(row.texts[link.by]), tuple(key[0].split("/"))


def check_unique(kind: Kind, touched: Iterable[FactRow], after: Planned, problems: Problems) -> None:
    """What is to be unique beside the key is unique, said before the database would, of the row that comes new."""
    fresh = {row.key for row in touched}
    for columns in kind.unique():
        taken: dict[Key, FactRow] = {}
        for row in sorted(after.rows(kind.name).values(), key=lambda row: row.key in fresh):
            mark = tuple(
                row.texts[name].casefold() if kind.column(name).format.caseless else row.texts[name] for name in columns
            )
            if not all(mark):
                continue
            other = taken.setdefault(mark, row)
            if other is row or row.key not in fresh:
                continue
            value = "/".join(row.texts[name] for name in columns)
            problems.of(
                kind,
                f"“{shortened(value)}” is taken by {other.called}; expected a value of its own.",
                row=row.number,
                column=columns[-1],
            )


def check_rules(after: Planned, before: Planned, problems: Problems) -> None:
    """Every rule over every row; what was wrong before the import is not the import's fault."""
    for kind in KINDS:
        for check in kind.checks:
            for key, row in after.rows(kind.name).items():
                complaints = check(after, row)
                if not complaints:
                    continue
                stored = before.rows(kind.name).get(key)
                old = check(before, stored) if stored else []
                for column, sentence in complaints:
                    if (column, sentence) in old:
                        continue
                    place = "" if row.number else f"{row.called}, as stored: "
                    problems.of(kind, f"{place}{sentence}", row=row.number, column=column)
