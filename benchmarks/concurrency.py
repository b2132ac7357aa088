"""Bodies that decide on the same cases at the same moment, each in a process of its own: every crossing exactly once.

`python -m benchmarks.concurrency` runs the full figure, 8 processes × 40 cases on each engine, and then shows that
it goes red without the lock, which is taken away here only and nowhere in the service.
"""

import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Doer, entry_leaf
from app.db import db, prepare_engine, writing
from app.people.models import DecidingBody
from app.signoff import queries, reading, service
from app.signoff.models import Case, CaseState, Receipt
from config import Settings
from tests import postgres
from tests.signoff.group import NOW, Group, make_group, open_case, put_to_decision, set_meetings
from workflows.facts import AnswerFact, AttendanceFact, VoteFact

MEETING_DAY = date(2015, 11, 24)
EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)
NAMES = ("Croydon", "Kingston", "Merton", "Richmond", "Sutton", "Wandsworth", "Barnet", "Camden")


@dataclass(frozen=True)
class Part:
    """What one process does: the decisions of one body on every case."""

    body_id: int
    meeting_id: int
    doer: Doer
    attendance: tuple[AttendanceFact, ...]
    votes: tuple[VoteFact, ...]


@dataclass
class Outcome:
    """What came of it: `wrong` holds a sentence for everything that should not be; empty is good."""

    processes: int
    cases: int
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def sentence(self) -> str:
        """The figures as they are printed."""
        said = f"{self.processes} processes × {self.cases} cases: "
        if self.seconds:
            slowest, middle = max(self.seconds), statistics.median(self.seconds)
            said += f"a decision takes {middle * 1000:.1f} ms (median), {slowest * 1000:.0f} ms at most; "
        return said + (f"{len(self.wrong)} things wrong: {self.wrong[:3]}" if self.wrong else "nothing wrong")


def run(url: str, processes: int, cases: int, *, locked: bool = True) -> Outcome:
    """Let `processes` bodies decide on `cases` cases at once in the migrated, empty database at `url`."""
    engine = _engine(url)
    with Session(engine) as session, writing(session):
        parts, case_ids = _prepared(session, processes, cases)
    engine.dispose()
    # forked from a process that holds no connection and no thread, and has imported the service once for all of them
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([_decide_all.__module__])
    barrier, said = forking.Barrier(processes), forking.Queue()
    started = [forking.Process(target=_decide_all, args=(url, part, case_ids, barrier, said, locked)) for part in parts]
    for process in started:
        process.start()
    answers = [said.get(timeout=300) for _ in started]
    for process in started:
        process.join(60)
    outcome = Outcome(processes, cases)
    for seconds, errors in answers:
        outcome.seconds += seconds
        outcome.wrong += errors
    outcome.wrong += [f"a process ended with {process.exitcode}" for process in started if process.exitcode]
    engine = _engine(url)
    with Session(engine) as session:
        outcome.wrong += _what_is_wrong(session, processes, case_ids)
    engine.dispose()
    return outcome


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    return engine


def _prepared(session: Session, processes: int, cases: int) -> tuple[list[Part], list[int]]:
    """A group of as many bodies as processes, and the cases, each at the round in which every body decides."""
    group: Group = make_group(session, NAMES[: max(processes, 4)], nhs_england=False)
    meetings = set_meetings(session, group, MEETING_DAY, NOW)
    case_ids = []
    for number in range(cases):
        case = open_case(session, group, NOW, code=f"case-{number}")
        put_to_decision(session, group, case, NOW)
        case_ids.append(case.id)
    parts = [
        Part(body.id, meetings[name].id, group.doer(name), group.everyone(name), group.votes(name))
        for name, body in group.bodies.items()
    ]
    return parts[:processes], case_ids


def _decide_all(url: str, part: Part, case_ids: Sequence[int], barrier: Any, said: Any, locked: bool) -> None:
    """In its own process: every case, all processes at once, each form sent twice."""
    engine = _engine(url)
    seconds: list[float] = []
    errors: list[str] = []
    with Session(engine) as session, _lock_as_asked(locked):
        for case_id in case_ids:
            body = session.get_one(DecidingBody, part.body_id)
            seen = queries.seen_for(session, session.get_one(Case, case_id), body)
            token = f"{case_id}-{part.body_id}"
            session.rollback()
            barrier.wait(120)
            given = []
            for _ in range(2):
                began = time.perf_counter()
                try:
                    with _transaction(session, locked):
                        entry = service.record_decision(
                            session,
                            case_id=case_id,
                            body_id=part.body_id,
                            meeting_id=part.meeting_id,
                            attendance=part.attendance,
                            votes=part.votes,
                            answer=AnswerFact("agree"),
                            seen=seen,
                            token=token,
                            doer=part.doer,
                            now=EVENING,
                        )
                        given.append(entry)
                except Exception as error:  # whatever it is, it is what this benchmark is about
                    errors.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
                seconds.append(time.perf_counter() - began)
            if len(set(given)) > 1:
                errors.append("the second press of the button gave another receipt")
    engine.dispose()
    said.put((seconds, errors))


@contextmanager
def _lock_as_asked(locked: bool) -> Iterator[None]:
    """Take the lock on the case away, in this process only."""
    if locked:
        yield
        return

    with patch.object(reading, "hold", lambda *_asked: None):
        yield


@contextmanager
def _transaction(session: Session, locked: bool) -> Iterator[None]:
    """A writing transaction, or, without the lock, one as the engine's own default begins it."""
    if locked:
        with writing(session):
            yield
        return
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _what_is_wrong(session: Session, processes: int, case_ids: Sequence[int]) -> list[str]:
    """Read the record afterwards: decisions, crossings, receipts, projections and leaves."""
    wrong: list[str] = []
    by_case: dict[int | None, Counter[str]] = {}
    bodies = max(processes, 4)
    for thing_id, tag in session.execute(
        sa.select(RecordEntry.thing_id, RecordEntry.tag).where(RecordEntry.thing_kind == "case")
    ):
        by_case.setdefault(thing_id, Counter())[tag] += 1
    states = {row.case_id: row.state for row in session.scalars(sa.select(CaseState))}
    for case_id in case_ids:
        counted = by_case[case_id]
        decided = counted["decision.recorded"] - 4  # the responses of the first stage
        if decided != processes:
            wrong.append(f"case {case_id} has {decided} decisions, not {processes}")
        if bodies == processes and counted["case.agreed"] != 1:
            wrong.append(f"case {case_id} was agreed {counted['case.agreed']} times")
        if bodies == processes and states[case_id] != "agreed":
            wrong.append(f"case {case_id} stands as {states[case_id]}")
    receipts = session.scalar(sa.select(sa.func.count()).select_from(Receipt)) or 0
    if receipts != len(case_ids) * (processes + 4):
        wrong.append(f"{receipts} receipts, not {len(case_ids) * (processes + 4)}")
    entries = {entry.id: entry for entry in session.scalars(sa.select(RecordEntry))}
    leaves = session.scalars(sa.select(RecordLeaf)).all()
    sizes = Counter(leaf.organisation_id for leaf in leaves)
    wrong += [
        f"the log of organisation {log.organisation_id} says {log.size} and has {sizes[log.organisation_id]} leaves"
        for log in session.scalars(sa.select(RecordLog))
        if log.size != sizes[log.organisation_id]
    ]
    if {leaf.entry_id for leaf in leaves} != set(entries):
        wrong.append("an entry has no leaf")
    wrong += [
        f"leaf of entry {leaf.entry_id}" for leaf in leaves if entry_leaf(entries[leaf.entry_id]).hex() != leaf.hash
    ]
    return wrong


@contextmanager
def migrated(engine: str, *, durable: bool = False) -> Iterator[str]:
    """The address of a migrated, empty database on "sqlite" or "postgresql", gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="concord-bench-"))
    try:
        if engine == "sqlite":
            url = f"sqlite:///{folder / 'concord.sqlite'}"
            _migrate(url, folder)
            yield url
            return
        with postgres.running(durable=durable) as server:
            url = server.make("concurrency")
            _migrate(url, folder)
            yield url
    finally:
        shutil.rmtree(folder)


def _migrate(url: str, instance: Path) -> None:
    app = create_app(Settings(instance=instance, database_url=url, testing=True))
    with app.app_context():
        app.extensions["alembic"].upgrade()
        db.engine.dispose()


def main(arguments: Sequence[str]) -> int:
    """Print the full figures; 1 where something is wrong with the lock, or nothing is wrong without it."""
    processes, cases = (int(argument) for argument in arguments) if arguments else (8, 40)
    failed = 0
    for engine in ("sqlite", "postgresql"):
        for locked in (True, False):
            with migrated(engine) as url:
                outcome = run(url, processes, cases, locked=locked)
            print(f"{engine}, {'as it is' if locked else 'with the lock removed'}: {outcome.sentence()}", flush=True)
            failed += bool(outcome.wrong) if locked else not outcome.wrong
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
