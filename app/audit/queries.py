"""What can be asked of the record, and whether it still is what it was."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.checkpoints import Checkpoint
from app.audit.merkle import EMPTY_ROOT, appended, root_of
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import entry_leaf

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the record is not as it was written: where, and what."""

    origin: str
    sentence: str


def entries_of(session: Session, thing_kind: str, thing_id: int) -> Sequence[RecordEntry]:
    """Everything that happened to one thing, in order: its history."""
    return session.scalars(
        sa.select(RecordEntry)
        .where(RecordEntry.thing_kind == thing_kind, RecordEntry.thing_id == thing_id)
        .order_by(RecordEntry.id)
    ).all()


def checkpoints(session: Session, organisation_ids: Sequence[int] | None = None) -> list[Checkpoint]:
    """Where the logs stand now, in the order of their organisations' ids."""
    query = sa.select(RecordLog).order_by(RecordLog.organisation_id).execution_options(populate_existing=True)
    if organisation_ids is not None:
        query = query.where(RecordLog.organisation_id.in_(organisation_ids))
    return [
        Checkpoint(log.origin, log.size, root_of([bytes.fromhex(part) for part in log.frontier.split()]))
        for log in session.scalars(query)
    ]


def verify(session: Session, kept: Sequence[Checkpoint] = ()) -> tuple[int, list[Finding]]:
    """Recompute every leaf and root, and compare with checkpoints kept outside.

    Returns how many entries were read, and what was found. Without a kept checkpoint a record rewritten whole,
    its logs with it, cannot be told from an honest one; with one it can.
    """
    findings: list[Finding] = []
    count = 0
    logs = {log.origin: log for log in session.scalars(sa.select(RecordLog).order_by(RecordLog.organisation_id))}
    wanted: dict[str, list[Checkpoint]] = {}
    for checkpoint in kept:
        wanted.setdefault(checkpoint.origin, []).append(checkpoint)
    for origin, log in logs.items():
        read, found = _verify_log(session, log, wanted.get(origin, []))
        count += read
        findings += found
    for origin in sorted(set(wanted) - set(logs)):
        findings.append(Finding(origin, "This log is gone: a checkpoint of it is kept outside."))
    findings += _without_leaf(session)
    return count, findings


def _verify_log(session: Session, log: RecordLog, kept: list[Checkpoint]) -> tuple[int, list[Finding]]:
    findings: list[Finding] = []
    frontier: tuple[bytes, ...] = ()
    roots = {checkpoint.size: checkpoint for checkpoint in kept}
    size, last_entry = 0, 0
    if 0 in roots and roots[0].root != EMPTY_ROOT:
        findings.append(Finding(log.origin, "The checkpoint of size 0 has a root no empty log has."))
    leaves = _leaves(session, log.organisation_id)
    for leaf, entry in leaves:
        if leaf.position != size:
            findings.append(Finding(log.origin, f"Leaf {size} is missing: the next one there is leaf {leaf.position}."))
            leaves.close()
            break
        if entry is None:
            findings.append(Finding(log.origin, f"Leaf {size} belongs to entry {leaf.entry_id}, which is deleted."))
        else:
            findings += _verify_entry(log, leaf, entry, last_entry)
            last_entry = entry.id
        frontier = appended(frontier, size, bytes.fromhex(leaf.hash))
        size += 1
        if size in roots and root_of(frontier) != roots[size].root:
            findings.append(
                Finding(log.origin, f"The first {size} entries are not those of the checkpoint kept outside.")
            )
    stored = tuple(bytes.fromhex(part) for part in log.frontier.split())
    if size != log.size or frontier != stored:
        findings.append(Finding(log.origin, f"The log says {log.size} entries; {size} are there, or its root differs."))
    for checkpoint in kept:
        if checkpoint.size > size:
            findings.append(
                Finding(
                    log.origin,
                    f"The log has {size} entries, but a checkpoint kept outside has {checkpoint.size}: "
                    "entries were cut off, or an old backup was restored.",
                )
            )
    return size, findings


def _verify_entry(log: RecordLog, leaf: RecordLeaf, entry: RecordEntry, last_entry: int) -> list[Finding]:
    findings = []
    if entry.organisation_id != log.organisation_id:
        findings.append(Finding(log.origin, f"Entry {entry.id} at leaf {leaf.position} is of another organisation."))
    if entry.id <= last_entry:
        findings.append(Finding(log.origin, f"Entry {entry.id} at leaf {leaf.position} is out of order."))
    if entry_leaf(entry).hex() != leaf.hash:
        findings.append(
            Finding(log.origin, f"Entry {entry.id} ({entry.tag}) at leaf {leaf.position} is not what was written.")
        )
    return findings


def _leaves(session: Session, organisation_id: int) -> Generator[tuple[RecordLeaf, RecordEntry | None]]:
    rows = session.execute(
        sa.select(RecordLeaf, RecordEntry)
        .outerjoin(RecordEntry, RecordEntry.id == RecordLeaf.entry_id)
        .where(RecordLeaf.organisation_id == organisation_id)
        .order_by(RecordLeaf.position)
        .execution_options(yield_per=CHUNK)
    )
    with closing(rows):
        for leaf, entry in rows:
            yield leaf, entry
            session.expunge(leaf)
            if entry is not None:
                session.expunge(entry)


def _without_leaf(session: Session) -> list[Finding]:
    rows = session.execute(
        sa.select(RecordEntry.id, RecordEntry.tag, RecordEntry.organisation_name)
        .outerjoin(RecordLeaf, RecordLeaf.entry_id == RecordEntry.id)
        .where(RecordLeaf.entry_id.is_(None))
        .order_by(RecordEntry.id)
        .limit(100)
    )
    return [
        Finding(organisation, f"Entry {entry_id} ({tag}) was inserted: no leaf stands for it.")
        for entry_id, tag, organisation in rows
    ]
