"""What checking a workbook of 50,000 rows takes: read in its child process, and compared with what is stored.

The aim is five seconds. They are reported and gate nothing, as they are the machine’s: see decision 10. The process
that reads may have four of the processor’s and 512 MB, and what needs more is refused with a sentence.
"""

import io
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from app import create_app
from app.db import db
from app.exchange import service
from app.exchange.kinds import BY_NAME
from app.office.workbook.child import MEMORY_BYTES
from benchmarks.figures import Figure
from config import Settings

ROWS = 50_000
NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)


def workbook() -> bytes:
    """One sheet of people, each text in its cell."""
    book = openpyxl.Workbook(write_only=True)
    people = book.create_sheet("people")
    people.append(list(BY_NAME["people"].names))
    for number in range(ROWS):
        people.append([f"person-{number}", f"Person Number {number}", f"person-{number}@example.org", "no"])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def figures() -> list[Figure]:
    """The seconds of reading and of the whole check, and the memory of the process that reads."""
    data = workbook()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        app = create_app(Settings(instance=Path(folder), testing=True))
        with app.app_context():
            app.extensions["alembic"].upgrade()
            before, began = _busy(), time.perf_counter()
            given = service.read(data)
            reading = _busy() - before
            with db.sessionmaker() as session:
                found = service.check(session, given, NOW)
            whole, clock = _busy() - before, time.perf_counter() - began
            new = sum(len(one.new) for one in found.plans)
            assert not found.problems and new == ROWS, (found.problems.sentences()[:3], new)
            db.engine.dispose()
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return [
        Figure(f"a workbook of {ROWS:,} rows read, of the processor", reading, "s"),
        Figure(f"a workbook of {ROWS:,} rows checked, of the processor", whole, "s"),
        Figure(f"a workbook of {ROWS:,} rows checked, on the clock", clock, "s"),
        Figure("the process that reads it", megabytes, "MB", MEMORY_BYTES / 1_000_000),
    ]


def _busy() -> float:
    """The seconds the processor has worked for this process and those it started that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
    sys.exit(0)
