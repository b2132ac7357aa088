"""What checking a log of 100,000 entries off line takes, by the one file that does it, in a process of its own."""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify_record
from app.audit.checkpoints import Checkpoint, signed, verifier_key
from app.audit.merkle import appended, root_of
from app.audit.models import RecordEntry
from app.audit.proofs import LOG
from app.audit.service import canonical, content_of, entry_leaf
from app.audit.tags import Tag
from benchmarks.figures import Figure

ENTRIES = 100_000
AT = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)


def figures() -> list[Figure]:
    """The seconds of one whole check, with a checkpoint kept outside, and the size of the file."""
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        log, kept = Path(folder) / "log.json", Path(folder) / "kept.txt"
        _written(log, kept)
        command = [sys.executable, verify_record.__file__, str(log), "--checkpoint", str(kept)]
        began, before = time.perf_counter(), _busy()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, busy = time.perf_counter() - began, _busy() - before
        assert f"All {ENTRIES} entries" in done.stdout, done.stdout
        megabytes = log.stat().st_size / 1_000_000
    return [
        Figure(f"a log of {ENTRIES:,} entries checked off line, of the processor", busy, "s", 10),
        Figure(f"a log of {ENTRIES:,} entries checked off line, on the clock", seconds, "s"),
        Figure(f"the file of a log of {ENTRIES:,} entries", megabytes, "MB"),
    ]


def _busy() -> float:
    """The seconds the processor has worked for processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _written(log: Path, kept: Path) -> None:
    """A log as `record export` writes it, of decisions as long as those of a governing body."""
    key = Ed25519PrivateKey.generate()
    frontier: tuple[bytes, ...] = ()
    lines = []
    for number in range(ENTRIES):
        entry = _entry(number)
        frontier = appended(frontier, number, entry_leaf(entry))
        lines.append(canonical({"content": content_of(entry), "position": number, "salt": entry.salt}).decode() + "\n")
    note = signed(Checkpoint("concord/organisation/1", ENTRIES, root_of(frontier)), key)
    kept.write_text(note, encoding="utf-8")
    heading = canonical({"checkpoint": note, "format": LOG, "key": verifier_key(key.public_key())}).decode() + "\n"
    with log.open("w", encoding="utf-8") as file:
        file.writelines([heading, *lines])


def _entry(number: int) -> RecordEntry:
    votes = [{"seat": f"Seat {seat}", "person": f"Person {seat}", "vote": "for"} for seat in range(8)]
    return RecordEntry(
        id=number + 1,
        tag=Tag.DECISION_RECORDED.value,
        at=AT,
        actor_id=7,
        actor_name="A Secretary",
        capacity="board secretary, NHS Merton CCG",
        organisation_id=1,
        organisation_name="NHS Merton CCG",
        part=1,
        thing_kind="case",
        thing_id=number,
        payload={"answer": "agree", "minute": f"{number}/15", "votes": votes},
        salt=number.to_bytes(16, "big").hex(),
    )
