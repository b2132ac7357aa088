"""What can be asked of the record, and whether it still is what it was."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import as_stored, destroyed
from app.audit.checkpoints import Checkpoint, CheckpointError
from app.audit.destroyed import Declared
from app.audit.merkle import EMPTY_ROOT, appended, leaf_hash, root_of
from app.audit.models import RecordEntry, RecordLog
from app.audit.naming import is_name_of, like
from app.audit.service import entry_leaf
from app.audit.tags import Tag
from app.audit.witnesses import Witnessed, witnessed

IN_WORDS = {"at": "time"}
"""Columns of an entry whose names are no nouns."""


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
    """Where the logs stand now, in the order of their organisations' ids. Raises CheckpointError on a broken log."""
    return list(standing(session, organisation_ids).values())


def standing(session: Session, organisation_ids: Sequence[int] | None = None) -> dict[int, Checkpoint]:
    """`checkpoints`, each by its organisation's id; who has no log yet is left out."""
    query = sa.select(RecordLog).order_by(RecordLog.organisation_id).execution_options(populate_existing=True)
    if organisation_ids is not None:
        query = query.where(RecordLog.organisation_id.in_(organisation_ids))
    found = {}
    for log in session.scalars(query):
        frontier = as_stored.frontier(log.frontier)
        if frontier is None or not isinstance(log.size, int):
            raise CheckpointError(
                f"{log.origin}: where this log stands cannot be read, so no checkpoint of it can be taken. "
                "`flask --app wsgi record verify` says what is wrong."
            )
        found[log.organisation_id] = Checkpoint(log.origin, log.size, root_of(frontier))
    return found


def origins(session: Session, organisation_ids: Sequence[int]) -> set[str]:
    """The names of these organisations' logs, of those that have one."""
    return set(session.scalars(sa.select(RecordLog.origin).where(RecordLog.organisation_id.in_(organisation_ids))))


def verify(session: Session, kept: Sequence[Checkpoint] = ()) -> tuple[int, list[Finding]]:
    """Recompute every leaf and root, and compare with what the logs say of each other and with `kept` outside.

    Returns how many entries were read, and what was found. Without a kept checkpoint a record rewritten whole,
    its logs with it, cannot be told from an honest one; with one it can.
    """
    findings: list[Finding] = []
    count = 0
    wanted: dict[str, list[Checkpoint]] = defaultdict(list)
    for checkpoint in dict.fromkeys(kept):
        wanted[checkpoint.origin].append(checkpoint)
    logs, told, gone = as_stored.logs(session), witnessed(session), destroyed.declared(session)
    organisation_ids = as_stored.organisations(session)
    called = _called(organisation_ids, logs, [*wanted, *told])
    for organisation_id, origin in called.items():
        try:
            read, found = _verify_log(
                session, organisation_id, origin, logs.get(organisation_id), wanted[origin], told[origin], gone
            )
        except sa.exc.OperationalError as error:
            if "decode" not in str(error.orig):
                raise
            read, found = 0, [f"This log cannot be read: a text in it is none ({error.orig})."]
        count += read
        findings += [Finding(origin, sentence) for sentence in found]
    for origin in sorted(set(wanted) - set(called.values())):
        findings.append(Finding(origin, "This log is gone: a checkpoint of it is kept outside."))
    for origin in sorted(set(told) - set(called.values())):
        findings.append(Finding(origin, f"This log is gone: {told[origin][0].by} witnessed it."))
    for origin, several in sorted(wanted.items()):
        findings += [Finding(origin, sentence) for sentence in _contradictions(several)]
    for entry_id, organisation_id in as_stored.entries_without_leaf(session):
        sentence = f"Entry {entry_id} was inserted: no leaf stands for it."
        findings.append(Finding(called[organisation_id], sentence))
    return count, findings


def _called(organisation_ids: Sequence[Any], logs: Mapping[Any, sa.RowMapping], said: Sequence[str]) -> dict[Any, str]:
    """The name of each log, by its organisation: as its own row has it, else as those call it who say something of it.

    Those are the other logs that witnessed it, and who kept a checkpoint of it outside. Failing these, it is called as
    the other logs here are.
    """
    rows = {each: row["origin"] for each, row in logs.items() if is_name_of(row["origin"], each)}
    another = next(iter(rows.values()), "")
    found = {}
    for organisation_id in organisation_ids:
        names = (each for each in said if is_name_of(each, organisation_id))
        found[organisation_id] = rows.get(organisation_id) or next(names, like(another, organisation_id))
    return found


def _contradictions(kept: Sequence[Checkpoint]) -> Iterator[str]:
    """Sizes of one log that several checkpoints give different roots: two records were shown."""
    for size in sorted({checkpoint.size for checkpoint in kept}):
        number = len({checkpoint.root for checkpoint in kept if checkpoint.size == size})
        if number > 1:
            yield (
                f"{number} checkpoints kept outside are of the first {size} entries and have different roots: "
                "at least one was taken of another record."
            )


def _verify_log(
    session: Session,
    organisation_id: Any,
    origin: str,
    log: sa.RowMapping | None,
    kept: Sequence[Checkpoint],
    told: Sequence[Witnessed],
    gone: Mapping[int, Sequence[Declared]],
) -> tuple[int, list[str]]:
    findings: list[str] = []
    frontier: tuple[bytes, ...] = ()
    roots: dict[int, list[bytes]] = defaultdict(list)
    for checkpoint in kept:
        roots[checkpoint.size].append(checkpoint.root)
    said: dict[int, list[Witnessed]] = defaultdict(list)
    for one in told:
        said[one.size].append(one)
    size, last_entry, seal = 0, 0, 0
    names: set[str] = set()
    if any(root != EMPTY_ROOT for root in roots[0]):
        findings.append("The checkpoint of size 0 has a root no empty log has.")
    leaves = as_stored.leaves(session, organisation_id)
    for leaf in leaves:
        if leaf.position != size:
            findings.append(f"Leaf {size} is missing: the next one there is leaf {leaf.position}.")
            leaves.close()
            break
        if leaf.entry is None:
            findings.append(f"Leaf {size} belongs to entry {leaf.entry_id}, which is deleted.")
        else:
            findings += _verify_entry(
                organisation_id, origin, leaf, leaf.entry, last_entry, gone.get(leaf.entry_id, ())
            )
            last_entry = leaf.entry.id
            if leaf.entry.tag == Tag.LOG_SEALED.value:
                seal = seal or size + 1
            names.add(leaf.entry.organisation_name)
        frontier = appended(frontier, size, _hash(leaf.hash))
        size += 1
        findings += [
            f"The first {size} entries are not those of the checkpoint kept outside."
            for root in roots[size]
            if root != root_of(frontier)
        ] + [
            f"The first {size} entries are not those that {one.by} witnessed in entry {one.entry_id}."
            for one in said[size]
            if one.root != root_of(frontier)
        ]
    findings += _verify_row(organisation_id, log, size, frontier, names)
    findings += _verify_seal(log, size, seal)
    for checkpoint in kept:
        if checkpoint.size > size:
            findings.append(
                f"The log has {size} entries, but a checkpoint kept outside has {checkpoint.size}: "
                "entries were cut off, or an old backup was restored."
            )
    findings += [
        f"The log has {size} entries, and {one.by} witnessed {one.size} in entry {one.entry_id}: entries were cut off."
        for one in told
        if one.size > size
    ]
    return size, findings


def _verify_row(
    organisation_id: Any, log: sa.RowMapping | None, size: int, frontier: tuple[bytes, ...], names: set[str]
) -> Iterator[str]:
    """What the log's own row says against its leaves."""
    if log is None:
        yield f"The log’s own row is gone; {size} {'leaf' if size == 1 else 'leaves'} of it remain."
        return
    if not is_name_of(log["origin"], organisation_id):
        yield f"The log calls itself “{log['origin']}”, which is not the log of organisation {organisation_id}."
    # the organisation may be called otherwise today; the log keeps a name that entries of it bear
    if names and log["organisation_name"] not in names:
        yield f"The log is named “{log['organisation_name']}”, a name that no entry of it bears."
    stored = as_stored.frontier(log["frontier"])
    if stored is None:
        yield "The log’s own hashes cannot be read: they are not as the service writes them."
    elif size != log["size"] or frontier != stored:
        yield f"The log says {log['size']} entries; {size} are there, or its root differs."


def _verify_seal(log: sa.RowMapping | None, size: int, seal: int) -> Iterator[str]:
    """What stands against the seal of a log; `seal` is how many entries it had with the entry that sealed it."""
    if seal and size > seal:
        more = size - seal
        yield (
            f"The log was sealed at {seal} entries, and {more} {'was' if more == 1 else 'were'} appended after that."
        )
    if log is not None and seal and log["sealed_on"] is None:
        yield f"The log was sealed at {seal} entries, and its own row says that it may grow."
    if log is not None and not seal and log["sealed_on"] is not None:
        yield "The log’s own row says that it is sealed, and no entry of it does."


def _hash(stored: Any) -> bytes:
    """The bytes of a leaf's hash; where it is none, bytes from which no right root follows."""
    try:
        return bytes.fromhex(stored)
    except (ValueError, TypeError):
        return leaf_hash(repr(stored).encode())


def _verify_entry(
    organisation_id: Any,
    origin: str,
    leaf: as_stored.StoredLeaf,
    entry: RecordEntry,
    last_entry: int,
    gone: Sequence[Declared],
) -> Iterator[str]:
    here = f"Entry {entry.id} ({entry.tag}) at leaf {leaf.position}"
    if entry.organisation_id != organisation_id:
        yield f"{here} is of another organisation."
    if entry.id <= last_entry:
        yield f"{here} is out of order."
    if leaf.unreadable:
        broken = " and ".join(IN_WORDS.get(each, each) for each in leaf.unreadable)
        yield f"{here} is not what was written: its {broken} cannot be read."
        return
    yield from destroyed.against(entry, origin, leaf.position, leaf.hash, gone, here)
    if destroyed.without_text(entry):
        return
    try:
        holds = entry_leaf(entry).hex() == leaf.hash
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        yield f"{here} is not what was written: it cannot be read."
        return
    if not holds:
        yield f"{here} is not what was written."
