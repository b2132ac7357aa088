"""What can be done with a folder of CSV files: write an empty one, check it, import it whole, export it."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db.installation import DEMONSTRATION_BEGINS, kind_of
from app.exchange.description import readme
from app.exchange.formats import guard
from app.exchange.kinds import BY_NAME, KINDS, RELEASES, Kind
from app.exchange.plan import AS_EXPORTED, KindPlan, plan
from app.exchange.problems import Problems, shortened
from app.exchange.reader import read_folder
from app.exchange.replay import replay
from app.exchange.stored import FactRow, Store
from app.exchange.write import write
from app.people.models import Collaborative, Organisation

CHANGES_SHOWN = 200
_ANY_TIME = datetime(9999, 1, 1, tzinfo=UTC)


class Unfit(ValueError):
    """The folder cannot be imported; `sentences` say why, and nothing was changed."""

    def __init__(self, sentences: Sequence[str], count: int) -> None:
        super().__init__(f"{count:,} {'thing is' if count == 1 else 'things are'} wrong; nothing was changed.")
        self.sentences = tuple(sentences)
        self.count = count


class NoPlace(ValueError):
    """Nothing can be written to the folder, or nothing without losing what is in it; the text says why."""


@dataclass(slots=True)
class Forecast:
    """What an import would do, or has done."""

    plans: list[KindPlan]
    problems: Problems = field(default_factory=Problems)

    def counts(self) -> dict[str, dict[str, int]]:
        """New, changed and unchanged rows, by file."""
        return {
            found.kind.file: {"new": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged}
            for found in self.plans
        }

    @property
    def changes_nothing(self) -> bool:
        return not any(found.new or found.changed for found in self.plans)

    @property
    def releases(self) -> list[FactRow]:
        """What is still to be accepted, built and released, which `releases.replay_releases` does."""
        return [row for found in self.plans if found.kind in RELEASES for row in found.new]

    @property
    def writes(self) -> bool:
        """Whether facts or acts come in."""
        return any((found.new or found.changed) and found.kind not in RELEASES for found in self.plans)

    def lines(self) -> list[str]:
        """The forecast in lines: a line for each file, and each change, old → new."""
        lines, left = [], CHANGES_SHOWN
        for found in self.plans:
            lines.append(
                f"{found.kind.file}: {len(found.new):,} new, {len(found.changed):,} changed, "
                f"{found.unchanged:,} unchanged"
            )
            for row in found.left[: max(left, 0)]:
                lines.append(f"  row {row.number}, {row.called}: newer in the service, left as it is")
            left -= len(found.left)
            for change in found.changed:
                for name in change.columns:
                    if left > 0:
                        was, becomes = change.stored.texts[name], change.row.texts[name]
                        lines.append(
                            f"  row {change.row.number}, {change.row.called}, {name}: "
                            f"“{shortened(was)}” → “{shortened(becomes)}”"
                        )
                    left -= 1
        if left < 0:
            lines.append(f"  … and {-left:,} more.")
        return lines


def write_template(folder: Path, *, replace: bool = False) -> list[str]:
    """Write an empty file for each kind, and README.md, which describes every column; gives the files' names.

    Raises `NoPlace`; files of these names are only written over with `replace`.
    """
    files = {kind.file: _sheet([[*kind.names, AS_EXPORTED]]) for kind in KINDS}
    _write_all(folder, {**files, "README.md": readme(KINDS).encode()}, replace)
    return list(files)


def check(session: Session, folder: Path, now: datetime) -> Forecast:
    """What importing the folder would do, and everything that stands against it.

    It is tried in the caller's transaction and taken back, so that the services too can say what they refuse.
    """
    found = _tried(session, folder, now)
    session.rollback()
    return found


def import_folder(session: Session, folder: Path, *, doer: Doer, now: datetime) -> Forecast:
    """Import facts and acts in the caller's transaction: all of them, or `Unfit` and nothing.

    Releases need a worker, so they come after, from `Forecast.releases`.
    """
    found = _tried(session, folder, now)
    if found.problems:
        session.rollback()
        raise Unfit(found.problems.sentences(), found.problems.count)
    if found.writes:
        _record(session, Tag.FACTS_IMPORTED, doer, now, found.counts(), {p.kind.file: p.hash for p in found.plans})
    return found


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


def export_folder(
    session: Session, folder: Path, *, doer: Doer, now: datetime, replace: bool = False
) -> dict[str, int]:
    """Write every kind to the folder, each file aside and then in its place; gives the rows by file.

    Raises `NoPlace`; files of these names are only written over with `replace`.
    """
    store = Store(session)
    files: dict[str, bytes] = {}
    rows: dict[str, int] = {}
    for kind in KINDS:
        found = store.rows(kind.name).values()
        files[kind.file] = _sheet(
            [[*kind.names, AS_EXPORTED], *([*_cells(kind, row), row.fingerprint] for row in found)]
        )
        rows[kind.file] = len(found)
    _write_all(folder, files, replace)
    hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
    _record(session, Tag.FACTS_EXPORTED, doer, now, {name: {"rows": count} for name, count in rows.items()}, hashes)
    return rows


def _cells(kind: Kind, row: FactRow) -> list[str]:
    """The row's text as it is written; what a spreadsheet could take for a formula is guarded."""
    return [
        guard(row.texts[column.name]) if column.format.guarded else row.texts[column.name] for column in kind.columns
    ]


def _tried(session: Session, folder: Path, now: datetime) -> Forecast:
    """The folder read, compared, written and its acts done again, as far as nothing stands against it."""
    problems = Problems()
    sheets = read_folder(folder, set(BY_NAME), problems)
    store = Store(session)
    found = Forecast(plan(sheets, store, _known_until(session, now), problems), problems)
    if problems or found.changes_nothing:
        return found
    waiting = write(session, found.plans, store)
    replay(session, {one.kind.name: one for one in found.plans}, store, waiting, problems)
    return found


def _known_until(session: Session, now: datetime) -> datetime:
    """The moment up to which facts may tell: now, and in a demonstration all that was before its clock begins."""
    return max(now, DEMONSTRATION_BEGINS) if kind_of(session) == "demonstration" else now


def _record(
    session: Session,
    tag: Tag,
    doer: Doer,
    now: datetime,
    counts: dict[str, dict[str, int]],
    hashes: dict[str, str],
) -> None:
    """One entry in the log of the host, or of the first organisation there is."""
    host = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .outerjoin(Collaborative, Collaborative.host_id == Organisation.id)
        .order_by(Collaborative.id.is_(None), Collaborative.id, Organisation.id)
        .limit(1)
    ).first()
    if host is None:
        return  # nothing is known yet, so there is no log to write to and nothing that was imported
    append(
        session,
        [
            Act(
                tag,
                doer,
                host.id,
                host.name,
                "folder",
                None,
                {"files": {name: {**counts[name], "sha256": hashes[name]} for name in sorted(counts)}},
            )
        ],
        now,
    )


def _sheet(table: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


def _write_all(folder: Path, files: Mapping[str, bytes], replace: bool) -> None:
    try:
        held = sorted(name for name in files if (folder / name).exists())
        if held and not replace:
            first = f"{held[0]} and {len(held) - 1} more" if len(held) > 1 else held[0]
            raise NoPlace(
                f"{folder} holds {first} already, which may have been edited. Nothing was written; give another "
                "folder, or --replace to write over them."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write(folder / name, data)
    except OSError as error:
        raise NoPlace(f"{folder} cannot be written to ({error.strerror}); give a folder that can be.") from None


def _write(path: Path, data: bytes) -> None:
    """The file as a whole or not at all, for its owner only: an export holds the items of Part 2 too."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_bytes(data)
    os.replace(aside, path)
