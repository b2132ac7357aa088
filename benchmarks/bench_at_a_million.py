"""Pages, sign-off and the record at a million decisions and five million entries, against a hundredth of that.

Both sizes of one engine stand side by side and are asked in turn. `python -m benchmarks.bench_at_a_million 100000`
measures at another size; filling a million takes some ten minutes an engine.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import db, prepare_engine, writing
from app.db.installation import Clock
from app.exchange.uncollected import uncollected
from app.people.models import Organisation
from app.signoff.roll_up import rolled_up
from app.web.loaded import loaded
from benchmarks.a_million import NOW, Made, filled
from benchmarks.figures import Figure
from config import Settings
from tests import postgres

DECISIONS = 1_000_000
PART = 100
ENGINES = ("sqlite", "postgresql")
REAL = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
TIMES, WARM = 200, 5  # of sixty the third slowest was the p95, and said more of the machine than of the page
PAGES = {
    "what waits and what changed, a secretary": ("secretary", "/"),
    "what waits and what changed, a director": ("director", "/"),
    "matrix": ("director", "/sign-offs"),
    "matrix of what is agreed": ("director", "/sign-offs?state=agreed"),
    "matrix by words of the title": ("director", "/sign-offs?q=standards"),
}
WRITERS, WRITES = 8, 150
BATCHES = 4


class Sized:
    """A service on a database of this size."""

    def __init__(self, url: str, folder: Path, decisions: int) -> None:
        self.url = url
        self.app: Flask = create_app(
            Settings(instance=folder, database_url=url, public_url="http://localhost", testing=True),
            Clock(real=lambda: REAL, fixed=lambda: NOW),
        )
        with self.app.app_context():
            self.app.extensions["alembic"].upgrade()
            began = time.perf_counter()
            self.made: Made = filled(db.engine, decisions, REAL)
            self.seconds = time.perf_counter() - began
            db.engine.dispose()

    def ask(self, who: str, path: str) -> float:
        """The milliseconds that a page takes, which must come."""
        began = time.perf_counter()
        headers = {"Cookie": f"concord={self.made.tokens[who]}"}
        answer = self.app.test_client(use_cookies=False).get(path, headers=headers)
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        return (time.perf_counter() - began) * 1000

    def asked(self, question: Callable[[Session], object]) -> float:
        """The milliseconds that a question to the database takes."""
        with self.app.app_context(), db.sessionmaker() as session:
            began = time.perf_counter()
            question(session)
            return (time.perf_counter() - began) * 1000


@contextmanager
def both(engine: str, decisions: int) -> Iterator[tuple[Sized, Sized]]:
    """The two sizes on one engine, which writes durably; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as place:
        sizes = {"part": decisions // PART, "whole": decisions}
        folders = {name: Path(place) / name for name in sizes}
        if engine == "sqlite":
            for folder in folders.values():
                folder.mkdir()
            made = [
                Sized(f"sqlite:///{folders[name] / 'concord.sqlite'}", folders[name], sizes[name]) for name in sizes
            ]
            yield made[0], made[1]
        else:
            with postgres.running(durable=True) as server:
                made = [Sized(server.make(name), folders[name], sizes[name]) for name in sizes]
                yield made[0], made[1]
                for one in made:
                    with one.app.app_context():
                        db.engine.dispose()


def figures(decisions: int = DECISIONS) -> list[Figure]:
    """Figures 8 to 10 of the speed gates, on each engine."""
    return [figure for engine in ENGINES for figure in measured(engine, decisions)]


def measured(engine: str, decisions: int) -> Iterator[Figure]:
    """The figures of one engine, each as soon as it is there."""
    loaded()
    with both(engine, decisions) as (part, whole):
        yield Figure(f"decisions on {engine}", whole.made.decisions, "decisions")
        yield Figure(f"entries on {engine}", whole.made.entries, "entries")
        yield Figure(f"filling {engine}", whole.seconds, "s")
        yield from _pages(engine, part, whole)
        yield _rolled_up(engine, whole)
        yield from _writers(engine, whole)


def _pages(engine: str, part: Sized, whole: Sized) -> Iterator[Figure]:
    for name, (who, path) in PAGES.items():
        times: tuple[list[float], list[float]] = ([], [])
        pairs = list(zip((part, whole), times, strict=True))
        with uncollected():  # some twenty milliseconds in every thirtieth page, of whichever size, made the p95
            for turn in range(WARM + TIMES):
                for one, taken in pairs if turn % 2 else reversed(pairs):
                    milliseconds = one.ask(who, path)
                    if turn >= WARM:
                        taken.append(milliseconds)
        first, second = (statistics.quantiles(taken, n=20)[-1] for taken in times)
        yield Figure(f"{name}, {engine}: p95 against a hundredth of it", second / first, "ratio", 1.5)
        yield Figure(f"{name}, {engine}: p95", second, "ms")


def _rolled_up(engine: str, whole: Sized) -> Figure:
    """The national roll-up, from the projection, against finding the same in the record itself."""
    scan = sa.select(RecordEntry.organisation_id, RecordEntry.tag, sa.func.count()).where(
        RecordEntry.payload.is_not(None), RecordEntry.thing_kind == "case"
    )
    scan = scan.group_by(RecordEntry.organisation_id, RecordEntry.tag)
    rolled = statistics.median(whole.asked(rolled_up) for _ in range(5))
    scanned = statistics.median(whole.asked(lambda session: session.execute(scan).all()) for _ in range(3))
    return Figure(f"national roll-up against scanning, {engine}", rolled / scanned, "ratio", 0.05)


def _writers(engine: str, whole: Sized) -> Iterator[Figure]:
    """Eight processes that write at once: plain inserts, appends to a log each, appends to one log."""
    rates: dict[str, list[float]] = {"plain": [], "logs": [], "log": []}
    taken: list[float] = []
    for _ in range(BATCHES):
        for way, of_way in rates.items():
            rate, milliseconds, wrong = _at_once(whole.url, way)
            assert not wrong, wrong
            of_way.append(rate)
            taken += milliseconds if way == "logs" else []
    plain, logs, log = (statistics.median(of_way) for of_way in rates.values())
    gated = engine == "postgresql"
    yield Figure(
        f"8 writers, appends to 8 logs against plain inserts, {engine}",
        logs / plain,
        "ratio",
        0.4 if gated else None,
        True,
    )
    yield Figure(
        f"8 writers, appends to one log against plain inserts, {engine}",
        log / plain,
        "ratio",
        0.15 if gated else None,
        True,
    )
    slowest = statistics.quantiles(taken, n=1000)[-1]
    yield Figure(
        f"8 writers, p99.9 of an append against the median, {engine}",
        slowest / statistics.median(taken),
        "ratio",
        None if gated else 50,
    )
    yield Figure(f"8 writers, an append, {engine}", statistics.median(taken), "ms")


def _at_once(url: str, way: str) -> tuple[float, list[float], list[str]]:
    """Writes a second of all eight together, the milliseconds of each, and what went wrong."""
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([_write.__module__])
    barrier, said = forking.Barrier(WRITERS), forking.Queue()
    started = [forking.Process(target=_write, args=(url, way, number, barrier, said)) for number in range(WRITERS)]
    for process in started:
        process.start()
    answers = [said.get(timeout=600) for _ in started]
    for process in started:
        process.join(60)
    seconds = max(ended for _, ended, _, _ in answers) - min(began for began, _, _, _ in answers)
    return (
        WRITERS * WRITES / seconds,
        [one for _, _, each, _ in answers for one in each],
        [sentence for *_, errors in answers for sentence in errors],
    )


def _write(url: str, way: str, number: int, barrier: Any, said: Any) -> None:
    """What one of the eight does: so many transactions, one after another, once all of them are ready."""
    engine = sa.create_engine(url)
    prepare_engine(engine)
    taken: list[float] = []
    wrong: list[str] = []
    with Session(engine) as session:
        ids = session.scalars(sa.select(Organisation.id).order_by(Organisation.id).limit(WRITERS)).all()
        owner = session.get_one(Organisation, ids[0 if way == "log" else number])
        act = Act(
            Tag.UPDATE_SUBMITTED, Doer(None, "A writer", "benchmark"), owner.id, owner.name, "bench", number, SAID
        )
        row = {
            "tag": act.tag.value,
            "at": NOW,
            "actor_name": act.doer.name,
            "capacity": act.doer.capacity,
            "organisation_id": owner.id,
            "organisation_name": owner.name,
            "part": 1,
            "thing_kind": "bench",
            "thing_id": number,
            "payload": SAID,
            "salt": "0" * 32,
        }
        session.rollback()
        barrier.wait(120)
        started = time.perf_counter()
        for _ in range(WRITES):
            began = time.perf_counter()
            try:
                with writing(session):
                    if way == "plain":
                        session.execute(sa.insert(RecordEntry), row)
                    else:
                        append(session, [act], NOW)
            except Exception as error:  # whatever it is, it is what this figure is about
                wrong.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
            taken.append((time.perf_counter() - began) * 1000)
        ended = time.perf_counter()
    engine.dispose()
    said.put((started, ended, taken, wrong))


SAID = {"workstream": "stream", "period": "2015-10", "headline": "It goes on as planned."}


if __name__ == "__main__":
    for one in ENGINES:
        for figure in measured(one, int(sys.argv[1]) if sys.argv[1:] else DECISIONS):
            print(figure.sentence(), flush=True)
