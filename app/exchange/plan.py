"""What an import would do: the file's rows against the stored ones, every contradiction found, nothing written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.exchange.checks import Planned, check_links, check_rules, check_unique
from app.exchange.formats import Moment, Text, Unreadable, unguard
from app.exchange.kinds import KINDS, Kind
from app.exchange.problems import Problems, shortened
from app.exchange.reader import Sheet
from app.exchange.stored import FactRow, Key, Store
from workflows.case_history import day_of

AS_EXPORTED = "as_exported"


@dataclass(slots=True)
class Change:
    """A stored row that the file has otherwise: the columns that differ."""

    row: FactRow
    stored: FactRow
    columns: tuple[str, ...]


@dataclass(slots=True)
class KindPlan:
    """What would happen to one kind."""

    kind: Kind
    hash: str
    new: list[FactRow] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    left: list[Change] = field(default_factory=list)
    """Rows as they were exported, which are newer in the service by now: they are left as they are."""
    stale: list[Change] = field(default_factory=list)
    """Rows that were changed in the file and are otherwise in the service than they were exported: refused."""


def plan(sheets: Mapping[str, Sheet], store: Store, now: datetime, problems: Problems) -> list[KindPlan]:
    """What the sheets would do, kind by kind. Nothing they tell of may have happened after `now`.

    Whatever stands against it goes to `problems`; with any problem there, nothing may be written.
    """
    today = day_of(now)
    laid: dict[str, dict[Key, FactRow]] = {}
    exported: dict[str, dict[Key, str]] = {}
    for kind in KINDS:
        if kind.name in sheets:
            laid[kind.name], exported[kind.name] = _parsed(kind, sheets[kind.name], store, problems)
    left = {name: _newer(rows, exported[name], store.rows(name)) for name, rows in laid.items()}
    after = Planned(store, today, laid)
    for name, rows in laid.items():
        _complete(after, rows, store.rows(name))
    plans = [
        _compared(
            KindPlan(kind, sheets[kind.name].hash, left=left[kind.name]),
            laid[kind.name],
            exported[kind.name],
            store,
            problems,
        )
        for kind in KINDS
        if kind.name in laid
    ]
    for found in plans:
        touched = [*found.new, *(change.row for change in found.changed)]
        _check_happened(found, now, today, problems)
        check_links(found.kind, touched, after, problems)
        if touched:
            check_unique(found.kind, touched, after, problems)
    if any(found.new or found.changed for found in plans):
        before = Planned(store, today)
        _check_changes(plans, before, after, problems)
        check_rules(after, before, problems)
    return plans


def _parsed(kind: Kind, sheet: Sheet, store: Store, problems: Problems) -> tuple[dict[Key, FactRow], dict[Key, str]]:
    """The sheet's rows by key, with what each says it was exported as; unreadable rows are left out."""
    rows: dict[Key, FactRow] = {}
    exported: dict[Key, str] = {}
    header = [cell.strip() for cell in sheet.header]
    if not _header_right(kind, header, problems):
        return rows, exported
    for number, cells in sheet.rows:
        given = dict(zip(header, cells, strict=True))
        row = _row(kind, number, given, sheet.guarded, store, problems)
        if row is None:
            continue
        if row.key in rows:
            problems.of(
                kind,
                f"“{shortened(row.called)}” stands in row {rows[row.key].number} already; expected each "
                f"{' and '.join(kind.key)} once.",
                row=number,
                column=kind.key[-1],
            )
            continue
        rows[row.key] = row
        exported[row.key] = given.get(AS_EXPORTED, "").strip()
    return rows, exported


def _header_right(kind: Kind, header: list[str], problems: Problems) -> bool:
    before = problems.count
    known = {*kind.names, AS_EXPORTED}
    for name in header:
        if name not in known:
            problems.of(
                kind,
                f"there is no column “{shortened(name)}”; expected any of {', '.join(kind.names)}.",
                row=1,
            )
        elif header.count(name) > 1:
            problems.of(kind, "the column stands in the header more than once; expected it once.", row=1, column=name)
    for column in kind.columns:
        if (column.required or column.name in kind.key) and column.name not in header:
            problems.of(kind, f"the column is missing; expected it: {column.meaning}", row=1, column=column.name)
    return problems.count == before


def _row(
    kind: Kind, number: int, given: Mapping[str, str], guarded: bool, store: Store, problems: Problems
) -> FactRow | None:
    values: dict[str, Any] = {}
    before = problems.count
    for column in kind.columns:
        cell = given.get(column.name, "")
        cell = _one_newline(cell) if isinstance(column.format, Text) else cell.strip()
        try:
            text = unguard(cell) if guarded and column.format.guarded else cell
            values[column.name] = column.format.parse(text) if text else None
        except Unreadable as error:
            problems.value(kind, number, column.name, cell, str(error))
            values[column.name] = None
            continue
        if values[column.name] is None and column.required:
            problems.of(
                kind,
                f"the cell is empty; expected {column.format.describe()}. {column.meaning}",
                row=number,
                column=column.name,
            )
    if problems.count > before:
        return None
    row = FactRow(kind, values, {}, number)
    row.settle()
    _fill(row, given, store)
    for composition in kind.compositions:
        values |= composition.split(composition.join(values))
        row.settle(composition.columns)
    for first, last in kind.spans:
        if values[first] and values[last] and values[last] < values[first]:
            problems.value(kind, number, last, row.texts[last], f"{first} ({row.texts[first]}) or later")
    return row


def _check_changes(plans: Iterable[KindPlan], before: Planned, after: Planned, problems: Problems) -> None:
    """What a stored row may not become."""
    for found in plans:
        for check in found.kind.change_checks:
            for change in found.changed:
                for column, sentence in check(before, change.stored, after, change.row):
                    problems.of(found.kind, sentence, row=change.row.number, column=column)


def _check_happened(found: KindPlan, now: datetime, today: date, problems: Problems) -> None:
    """What is told as done is done by now: in every new row, and in every cell that changes."""
    named = [column for column in found.kind.columns if isinstance(column.format, Moment)]
    named += [found.kind.column(name) for name in found.kind.happened]
    told = [(row, found.kind.names) for row in found.new] + [(change.row, change.columns) for change in found.changed]
    for row, columns in told:
        for column in named:
            value = row.values[column.name]
            if value is None or column.name not in columns:
                continue
            latest = now if isinstance(value, datetime) else today
            if value > latest:
                problems.value(
                    found.kind,
                    row.number or 0,
                    column.name,
                    row.texts[column.name],
                    f"what has happened by now, {column.format.show(latest)} or earlier",
                )


def _one_newline(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fill(row: FactRow, given: Mapping[str, str], store: Store) -> None:
    """Columns the file does not have stay as they are stored."""
    absent = [name for name in row.kind.names if name not in given]
    if absent:
        stored = store.rows(row.kind.name).get(row.key)
        if stored is not None:
            row.values |= {name: stored.values[name] for name in absent}
            row.texts |= {name: stored.texts[name] for name in absent}


def _complete(after: Planned, rows: Mapping[Key, FactRow], stored: Mapping[Key, FactRow]) -> None:
    for key, row in rows.items():
        if row.kind.complete is not None:
            row.values |= row.kind.complete(after, row, stored.get(key))
            row.settle()


def _newer(rows: dict[Key, FactRow], exported: Mapping[Key, str], stored: Mapping[Key, FactRow]) -> list[Change]:
    """Take out the rows that nobody touched since their export and the service has otherwise by now."""
    left = [
        Change(row, stored[key], _differing(row, stored[key]))
        for key, row in rows.items()
        if key in stored
        and row.texts != stored[key].texts
        and exported[key] == row.fingerprint
        and not row.kind.placeholder(stored[key])
    ]
    for one in left:
        del rows[one.row.key]
    return left


def _differing(row: FactRow, stored: FactRow) -> tuple[str, ...]:
    return tuple(name for name in row.kind.names if row.texts[name] != stored.texts[name])


def _compared(
    found: KindPlan,
    rows: Mapping[Key, FactRow],
    exported: Mapping[Key, str],
    store: Store,
    problems: Problems,
) -> KindPlan:
    kind = found.kind
    for key, row in rows.items():
        stored = store.rows(kind.name).get(key)
        if stored is None:
            found.new.append(row)
            continue
        columns = _differing(row, stored)
        if not columns:
            found.unchanged += 1
            continue
        if kind.model is None:
            for name in columns:
                problems.of(
                    kind,
                    f"{row.called}: the record has “{shortened(stored.texts[name])}” and the file "
                    f"“{shortened(row.texts[name])}”; what is on record is corrected by a further act, never changed.",
                    row=row.number,
                    column=name,
                )
            continue
        for name in columns:
            if name in kind.keeps and stored.texts[name]:
                problems.value(
                    kind, row.number or 0, name, row.texts[name], f"{stored.texts[name]}, which never changes"
                )
        found.changed.append(Change(row, stored, columns))
        if exported[key] == stored.fingerprint or kind.placeholder(stored):
            continue
        found.stale.append(found.changed[-1])
        for name in columns:
            both = (
                f"{row.called}: the file has “{shortened(row.texts[name])}”, "
                f"the service “{shortened(stored.texts[name])}”"
            )
            why = (
                "the row was changed after it was exported; expected an export that is newer than that change."
                if exported[key]
                else "the row exists and this is no export of it; expected an export, and the change made there."
            )
            problems.of(kind, f"{both}: {why}", row=row.number, column=name)
    return found
