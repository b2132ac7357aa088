"""What is handed out of the record to be checked off line: one entry, a whole log, a log's growth.

The forms are documented in `docs/decisions/0012-one-spelling-for-what-is-handed-out.md` and checked by
`verify_record.py`, which shares no code with this.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import as_stored
from app.audit.checkpoints import Checkpoint
from app.audit.merkle import appended, consistency_proof, included, inclusion_proof, root_of
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import canonical, content_of, entry_leaf

PROOF, LOG, GROWTH = "concord-proof/1", "concord-log/1", "concord-growth/1"
WITHOUT_PRIVATE = "concord-log/2"
"""A log of whose private entries the leaves alone are told."""

Signing = Callable[[Checkpoint], str]
"""Makes a signed note of a checkpoint."""
Kept = Sequence[tuple[Checkpoint, str]]
"""Checkpoints kept outside, whose signatures were checked, each with its note."""

VERIFY = "`flask --app wsgi record verify` says what is wrong."


class ProofError(ValueError):
    """What was asked for cannot be shown; the text says why."""


def one_spelling(value: Any) -> str:
    """JSON as a proof file holds it: sorted keys, two spaces, UTF-8, a line's end."""
    return json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def prove(session: Session, entry_id: int, signing: Signing, key: str, kept: Kept = ()) -> str:
    """The proof file of one entry: what it says, its place, and how that place leads to a signed checkpoint.

    With `kept` it leads to the newest of those of its log, so that whoever keeps that needs nothing else. Raises
    `ProofError`.
    """
    entry = session.get(RecordEntry, entry_id)
    leaf = session.scalar(sa.select(RecordLeaf).where(RecordLeaf.entry_id == entry_id))
    if entry is None or leaf is None:
        raise ProofError(f"There is no entry {entry_id} on record.")
    if entry.salt is None:
        raise ProofError(f"The text of entry {entry_id} is destroyed: only its leaf remains, which shows no text.")
    if entry_leaf(entry).hex() != leaf.hash:
        raise ProofError(f"Entry {entry_id} is not what was written, so nothing can be shown of it. {VERIFY}")
    checkpoint, note = _standing(session, leaf.organisation_id, signing)
    hashes = _hashes(session, checkpoint, leaf.organisation_id)
    if kept:
        checkpoint, note = _kept_of(kept, checkpoint, leaf.position, hashes)
    path = inclusion_proof(hashes[: checkpoint.size], leaf.position)
    if not included(hashes[leaf.position], leaf.position, checkpoint.size, path, checkpoint.root):
        raise ProofError(f"The log {checkpoint.origin} does not lead from entry {entry_id} to its root. {VERIFY}")
    return one_spelling(
        {
            "checkpoint": note,
            "content": content_of(entry),
            "format": PROOF,
            "key": key,
            "path": [each.hex() for each in path],
            "position": leaf.position,
            "salt": entry.salt,
        }
    )


def export(
    session: Session, organisation_id: int, signing: Signing, key: str, *, private: bool = True
) -> Iterator[str]:
    """The lines of a whole log: a heading with its signed checkpoint, then each leaf with what its entry says.

    Of an entry whose text is destroyed stands the leaf's hash alone; without `private` so of each that tells of
    something private, which says that it is withheld: a leaf is salted, so that no text is guessed from it. Raises
    `ProofError` where the log is not what was written, if only at its end: whoever writes the lines into a file has to
    discard it then.
    """
    checkpoint, note = _standing(session, organisation_id, signing)
    withholds = not private and _tells_of_private(session, organisation_id, checkpoint.size)
    yield canonical({"checkpoint": note, "format": WITHOUT_PRIVATE if withholds else LOG, "key": key}).decode() + "\n"
    frontier: tuple[bytes, ...] = ()
    size = 0
    leaves = as_stored.leaves(session, organisation_id)
    for leaf in leaves:
        if size == checkpoint.size:
            leaves.close()
            break
        line = _line(leaf, size, private)
        if line is None:
            leaves.close()
            raise ProofError(f"Leaf {size} of {checkpoint.origin} is not what was written. {VERIFY}")
        yield line
        frontier, size = appended(frontier, size, bytes.fromhex(leaf.hash)), size + 1
    if size != checkpoint.size or root_of(frontier) != checkpoint.root:
        raise ProofError(f"The entries of {checkpoint.origin} are not those of its checkpoint. {VERIFY}")


def _tells_of_private(session: Session, organisation_id: int, size: int) -> bool:
    """Whether one of the first `size` entries of a log is private."""
    private = (
        sa.select(RecordLeaf.position)
        .join(RecordEntry, RecordEntry.id == RecordLeaf.entry_id)
        .where(RecordLeaf.organisation_id == organisation_id, RecordLeaf.position < size, RecordEntry.part != 1)
    )
    return session.scalar(private.limit(1)) is not None


def _line(leaf: as_stored.StoredLeaf, position: int, private: bool) -> str | None:
    """One leaf as the export holds it; None where it is not what was written."""
    if leaf.position != position or leaf.entry is None or leaf.unreadable:
        return None
    try:
        gone = leaf.entry.salt is None and leaf.entry.payload is None
        if gone:
            bytes.fromhex(leaf.hash)
        elif entry_leaf(leaf.entry).hex() != leaf.hash:
            return None
        if not private and leaf.entry.part != 1:  # of a destroyed one too: what declares it is private as it was
            return canonical({"leaf": leaf.hash, "position": position, "withheld": True}).decode() + "\n"
        if gone:
            return canonical({"leaf": leaf.hash, "position": position}).decode() + "\n"
        said = {"content": content_of(leaf.entry), "position": position, "salt": leaf.entry.salt}
        return canonical(said).decode() + "\n"
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def growth(session: Session, kept: Kept, signing: Signing, key: str) -> str:
    """What shows that logs as they were when checkpoints were kept are the beginning of what they are now.

    Raises `ProofError` where they are not.
    """
    logs = []
    for organisation_id, own in _by_log(session, [older for older, _ in kept]):
        newer, newer_note = _standing(session, organisation_id, signing)
        hashes = _hashes(session, newer, organisation_id)
        _begin_with(hashes, own)
        for older, note in kept:
            if older.origin == newer.origin:
                path = [each.hex() for each in consistency_proof(hashes, older.size)]
                logs.append({"newer": newer_note, "older": note, "path": path})
    return one_spelling({"format": GROWTH, "key": key, "logs": logs})


def refuse_contradiction(session: Session, kept: Sequence[Checkpoint]) -> None:
    """Raises `ProofError` where a log as it is now did not grow from one of these checkpoints."""
    for organisation_id, own in _by_log(session, kept):
        _begin_with(_leaf_hashes(session, organisation_id), own)


def _by_log(session: Session, checkpoints: Sequence[Checkpoint]) -> list[tuple[int, list[Checkpoint]]]:
    """The checkpoints by the organisation whose log they are of. Raises `ProofError` where there is none."""
    rows = session.execute(sa.select(RecordLog.origin, RecordLog.organisation_id))
    ids = {row.origin: row.organisation_id for row in rows}
    found: dict[int, list[Checkpoint]] = defaultdict(list)
    for checkpoint in checkpoints:
        if checkpoint.origin not in ids:
            raise ProofError(f"There is no log {checkpoint.origin} here, but a checkpoint of it is kept. {VERIFY}")
        found[ids[checkpoint.origin]].append(checkpoint)
    return sorted(found.items())


def _standing(session: Session, organisation_id: int, signing: Signing) -> tuple[Checkpoint, str]:
    """Where a log stands now, and that as a signed note."""
    log = session.get(RecordLog, organisation_id, populate_existing=True)
    if log is None:
        raise ProofError(f"Nothing is on record in the log of organisation {organisation_id} yet.")
    frontier = as_stored.frontier(log.frontier)
    if frontier is None or not isinstance(log.size, int):
        raise ProofError(f"Where the log {log.origin} stands cannot be read. {VERIFY}")
    checkpoint = Checkpoint(log.origin, log.size, root_of(frontier))
    return checkpoint, signing(checkpoint)


def _leaf_hashes(session: Session, organisation_id: int) -> list[bytes]:
    """The hashes of a log's leaves in order, up to the first that is missing or none."""
    rows = session.execute(
        sa.select(RecordLeaf.position, RecordLeaf.hash)
        .where(RecordLeaf.organisation_id == organisation_id)
        .order_by(RecordLeaf.position)
        .execution_options(yield_per=as_stored.CHUNK)
    )
    found: list[bytes] = []
    for position, stored in rows:
        hashes = as_stored.frontier(stored)
        if position != len(found) or hashes is None or len(hashes) != 1 or len(hashes[0]) != 32:
            rows.close()
            break
        found.append(hashes[0])
    return found


def _hashes(session: Session, checkpoint: Checkpoint, organisation_id: int) -> list[bytes]:
    """The hashes of the leaves a checkpoint of now stands for: no more, though others may write meanwhile."""
    hashes = _leaf_hashes(session, organisation_id)[: checkpoint.size]
    _begin_with(hashes, [checkpoint])
    return hashes


def _begin_with(hashes: Sequence[bytes], checkpoints: Sequence[Checkpoint]) -> None:
    """Raises `ProofError` where the log with these leaves did not grow from each of these checkpoints of it."""
    frontier: tuple[bytes, ...] = ()
    size = 0
    for checkpoint in sorted(checkpoints, key=lambda each: each.size):
        if checkpoint.size > len(hashes):
            raise ProofError(
                f"The log {checkpoint.origin} has {len(hashes)} entries in order and the checkpoint has "
                f"{checkpoint.size}: entries were cut off, or an old backup was restored. {VERIFY}"
            )
        while size < checkpoint.size:
            frontier, size = appended(frontier, size, hashes[size]), size + 1
        if root_of(frontier) != checkpoint.root:
            raise ProofError(
                f"The first {size} entries of {checkpoint.origin} are not those of the checkpoint. {VERIFY}"
            )


def _kept_of(kept: Kept, now: Checkpoint, position: int, hashes: Sequence[bytes]) -> tuple[Checkpoint, str]:
    """Of the kept checkpoints the newest of this log, if it stands for the leaf at `position`."""
    own = sorted((each for each in kept if each[0].origin == now.origin), key=lambda each: each[0].size)
    if not own:
        raise ProofError(f"The entry is in the log {now.origin}, of which no checkpoint is among those kept.")
    if own[-1][0].size <= position:
        raise ProofError(
            f"The entry is the {position + 1}. of its log and came after the checkpoint kept, which has "
            f"{own[-1][0].size}. Show that the log grew with `record growth`, or take a newer checkpoint."
        )
    _begin_with(hashes, [own[-1][0]])
    return own[-1]
