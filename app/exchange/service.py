"""What can be done with a folder of CSV files or a workbook: write an empty one, check, import whole, export."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db.installation import DEMONSTRATION_BEGINS, kind_of
from app.exchange.description import readme
from app.exchange.folders import NoPlace, csv_of, write_all
from app.exchange.forecast import Forecast
from app.exchange.kinds import BY_NAME, KINDS, RELEASES
from app.exchange.plan import KindPlan, plan
from app.exchange.problems import Problems
from app.exchange.reader import Sheet, read_folder
from app.exchange.replay import replay
from app.exchange.stored import FactRow, Store
from app.exchange.uncollected import uncollected
from app.exchange.workbook_in import is_workbook, read_path, read_workbook
from app.exchange.workbook_out import write_workbook
from app.exchange.write import write
from app.people.models import Collaborative, Organisation

__all__ = [
    "Forecast",
    "Given",
    "NoPlace",
    "Unfit",
    "check",
    "export_folder",
    "export_workbook",
    "import_folder",
    "read",
]

PAST = ("interests", "milestone_changes")
"""Kinds of facts that tell of what was done before they came in: the record names the new ones."""
_ANY_TIME = datetime(9999, 1, 1, tzinfo=UTC)


class Unfit(ValueError):
    """The folder cannot be imported; `sentences` say why, and nothing was changed."""

    def __init__(self, sentences: Sequence[str], count: int) -> None:
        super().__init__(f"{count:,} {'thing is' if count == 1 else 'things are'} wrong; nothing was changed.")
        self.sentences = tuple(sentences)
        self.count = count


@dataclass(slots=True)
class Given:
    """What was read from a folder or a workbook, and what is wrong with it."""

    sheets: dict[str, Sheet]
    problems: Problems


Source = Path | bytes | Given
"""Where facts come from: a folder of CSV files, a workbook on the disk, the bytes of one, or what was read already."""


def read(source: Path | bytes) -> Given:
    """Read a folder or a workbook. It may take seconds, so it is done before a transaction begins."""
    with uncollected():
        return _read(source)


def _read(source: Path | bytes) -> Given:
    problems = Problems()
    if isinstance(source, bytes):
        return Given(read_workbook(source, "the workbook", problems), problems)
    if is_workbook(source):
        return Given(read_path(source, problems), problems)
    return Given(read_folder(source, set(BY_NAME), problems), problems)


def write_template(place: Path, now: datetime, *, replace: bool = False) -> list[str]:
    """Write an empty file for each kind, and README.md, which describes every column; gives the files' names.

    Where the place is called as a workbook is, an empty workbook. Raises `NoPlace`; files of these names are only
    written over with `replace`.
    """
    if is_workbook(place):
        write_all(place.parent, {place.name: template_workbook(now)}, replace)
        return [place.name]
    files = {kind.file: csv_of(kind, ()) for kind in KINDS}
    write_all(place, {**files, "README.md": readme(KINDS).encode()}, replace)
    return list(files)


def template_workbook(now: datetime) -> bytes:
    """A workbook with an empty sheet for each kind."""
    return write_workbook({}, now)


def check(session: Session, source: Source, now: datetime) -> Forecast:
    """What importing this would do, and everything that stands against it.

    It is tried in the caller's transaction and taken back, so that the services too can say what they refuse.
    """
    found = _tried(session, source, now)
    session.rollback()
    return found


def import_folder(session: Session, source: Source, *, doer: Doer, now: datetime, afterwards: bool = True) -> Forecast:
    """Import facts and acts in the caller's transaction: all of them, or `Unfit` and nothing.

    Each act says on record that it was recorded afterwards, unless the folder is how the installation came to be.
    Releases need a worker, so they come after, from `Forecast.releases`.
    """
    found = _tried(session, source, now, afterwards)
    if found.problems:
        session.rollback()
        raise Unfit(found.problems.sentences(), found.problems.count)
    if found.writes:
        _record(session, Tag.FACTS_IMPORTED, doer, now, *_told(found, afterwards))
    return found


def _told(found: Forecast, afterwards: bool) -> tuple[str, dict[str, Any]]:
    """What the record says of an import: the counts, the hash of each file or of the workbook, and which rows of
    kinds that tell of the past were recorded afterwards by it."""
    counts = found.counts()
    told = {one.kind.name: [row.called for row in one.new] for one in found.plans if one.kind.name in PAST and one.new}
    past = {"recorded_afterwards_rows": told} if told and afterwards else {}
    if found.problems.workbook:
        return "workbook", {
            **past,
            "sha256": next(one.hash for one in found.plans),
            "sheets": {one.kind.name: counts[one.kind.file] for one in found.plans},
        }
    return "folder", {
        **past,
        "files": {one.kind.file: {**counts[one.kind.file], "sha256": one.hash} for one in found.plans},
    }


def releases_of(session: Session, folder: Path) -> list[FactRow]:
    """What the folder has accepted and released that this installation has not; its facts are left aside."""
    problems = Problems()
    sheets = read_folder(folder, set(BY_NAME), problems)
    wanted = {kind.name for kind in RELEASES}
    store = Store(session)
    only = {name: sheet for name, sheet in sheets.items() if name in wanted}
    found = Forecast(plan(only, store, _ANY_TIME, problems), problems)
    if problems:
        raise Unfit(problems.sentences(), problems.count)
    return found.releases


def export_folder(session: Session, place: Path, *, doer: Doer, now: datetime, replace: bool = False) -> dict[str, int]:
    """Write every kind to the folder, or to one workbook where the place is called so; gives the rows by kind.

    Raises `NoPlace`; files of these names are only written over with `replace`.
    """
    if is_workbook(place):
        data, counts = export_workbook(session, doer=doer, now=now)
        write_all(place.parent, {place.name: data}, replace)
        return counts
    store = Store(session)
    files: dict[str, bytes] = {}
    rows: dict[str, int] = {}
    for kind in KINDS:
        found = store.rows(kind.name).values()
        files[kind.file] = csv_of(kind, found)
        rows[kind.file] = len(found)
    write_all(place, files, replace)
    told = {name: {"rows": count, "sha256": sha256(files[name]).hexdigest()} for name, count in rows.items()}
    _record(session, Tag.FACTS_EXPORTED, doer, now, "folder", {"files": told})
    return rows


def export_workbook(
    session: Session, *, doer: Doer, now: datetime, private: bool = True
) -> tuple[bytes, dict[str, int]]:
    """Every kind as one workbook: its bytes, and the rows by kind; without what is private where it is not asked for.

    A page never asks for it: who administers the service may not read Part 2 for that, and at a terminal stands
    whoever keeps the database.
    """
    store = Store(session)
    rows = {kind.name: list(store.rows(kind.name).values()) for kind in KINDS}
    if not private:
        cases = {row.called for row in rows["cases"] if row.private}
        rows = {name: [row for row in found if not _is_private(row, cases)] for name, found in rows.items()}
    data = write_workbook(rows, now)
    counts = {name: len(found) for name, found in rows.items()}
    told = {"sha256": sha256(data).hexdigest(), "sheets": {name: {"rows": count} for name, count in counts.items()}}
    _record(session, Tag.FACTS_EXPORTED, doer, now, "workbook", told)
    return data, counts


def _is_private(row: FactRow, private_cases: Collection[str]) -> bool:
    """Whether the row is private, an act on a private case, or the gap of a private item (`of_this_store`)."""
    return row.private or row.values.get("case") in private_cases or ":2." in str(row.values.get("gap") or "")


def _tried(session: Session, source: Source, now: datetime, afterwards: bool = True) -> Forecast:
    """What was read, compared, written and its acts done again, as far as nothing stands against it."""
    with uncollected():
        return _done(session, source, now, afterwards)


def _done(session: Session, source: Source, now: datetime, afterwards: bool) -> Forecast:
    given = source if isinstance(source, Given) else _read(source)
    problems = given.problems
    store = Store(session)
    found = Forecast(plan(given.sheets, store, _known_until(session, now), problems), problems)
    if problems or found.changes_nothing:
        return found
    if afterwards:
        _mark(found.plans, now)
    waiting = write(session, found.plans, store)
    replay(session, {one.kind.name: one for one in found.plans}, store, waiting, problems, now if afterwards else None)
    return found


def _mark(plans: Iterable[KindPlan], now: datetime) -> None:
    """Say of each new row that tells of the past when it was brought in; its text is that of the file still."""
    for one in plans:
        if one.kind.name in PAST:
            for row in one.new:
                row.values["recorded_at"] = row.values["recorded_at"] or now


def _known_until(session: Session, now: datetime) -> datetime:
    """The moment up to which facts may tell: now, and in a demonstration all that was before its clock begins."""
    return max(now, DEMONSTRATION_BEGINS) if kind_of(session) == "demonstration" else now


def _record(session: Session, tag: Tag, doer: Doer, now: datetime, thing: str, told: Mapping[str, Any]) -> None:
    """One entry in the log of the host, or of the first organisation there is."""
    host = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .outerjoin(Collaborative, Collaborative.host_id == Organisation.id)
        .order_by(Collaborative.id.is_(None), Collaborative.id, Organisation.id)
        .limit(1)
    ).first()
    if host is None:
        return  # nothing is known yet, so there is no log to write to and nothing that was imported
    append(session, [Act(tag, doer, host.id, host.name, thing, None, told)], now)
