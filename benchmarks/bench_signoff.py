"""What recording a sign-off costs, against bare insert transactions of the same run on the same database.

Two yardsticks, each a durable transaction of its own, taken in turn with the sign-offs: the same entry added to a
session and committed, as any service of this stack would note an approval, without rules, leaf, receipt or
standing; and the least there is, one built statement that inserts a short text.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import prepare_engine, writing
from app.signoff import queries, service
from app.web.loaded import loaded
from benchmarks.concurrency import EVENING, MEETING_DAY, migrated
from benchmarks.figures import Figure
from tests.signoff.group import NOW, make_group, open_case, put_to_decision, set_meetings
from workflows.facts import AnswerFact

PAIRS = 60
SERIES = 5


@dataclass
class Taken:
    """Milliseconds of each act, in turn, and of the processor in each sign-off."""

    entry: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    sign_off: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


def measured(engine: str) -> Taken:
    """Time the acts on this engine; the first few of each, which build what is kept, are left out."""
    taken = Taken()
    with migrated(engine, durable=True) as url:
        made = sa.create_engine(url)
        prepare_engine(made)
        bare = sa.Table(
            "bench_bare", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("said", sa.Text)
        )
        bare.create(made)
        with Session(made) as session:
            with writing(session):
                group = make_group(session)
                meeting = set_meetings(session, group, MEETING_DAY, NOW)["Merton"]
                cases = []
                for number in range(PAIRS + 5):
                    case = open_case(session, group, NOW, code=f"case-{number}")
                    put_to_decision(session, group, case, NOW)
                    service.schedule(session, case, group.bodies["Merton"], meeting, group.doer("Merton"), NOW)
                    cases.append((case.id, queries.seen_for(session, case, group.bodies["Merton"])))
                told: dict[str, Any] = {
                    "body_id": group.bodies["Merton"].id,
                    "meeting_id": meeting.id,
                    "attendance": group.everyone("Merton"),
                    "votes": group.votes("Merton"),
                    "doer": group.doer("Merton"),
                }
            if engine == "postgresql":
                _look_after(made)
            said: dict[str, Any] = {}
            for case_id, seen in cases:

                def entry(said: dict[str, Any] = said) -> None:
                    with writing(session):
                        session.add(RecordEntry(**said))

                def least() -> None:
                    with writing(session):
                        session.execute(sa.insert(bare).values(said="x" * 200))

                def sign_off(case_id: int = case_id, seen: service.Seen = seen) -> None:
                    with writing(session):
                        service.record_decision(
                            session,
                            case_id=case_id,
                            answer=AnswerFact("agree"),
                            seen=seen,
                            token=f"bench-{case_id}",
                            now=EVENING,
                            **told,
                        )
                        session.expunge_all()

                began = time.process_time()
                taken.sign_off.append(_milliseconds(sign_off))
                taken.busy.append((time.process_time() - began) * 1000)
                if not said:
                    last = session.execute(sa.select(RecordEntry.__table__).order_by(sa.desc("id"))).mappings().first()
                    said.update(last or {}, thing_kind="bench", thing_id=None)
                    del said["id"]
                taken.entry.append(_milliseconds(entry))
                taken.least.append(_milliseconds(least))
        made.dispose()
    for series in (taken.entry, taken.least, taken.sign_off, taken.busy):
        del series[:5]
    return taken


def _look_after(engine: sa.Engine) -> None:
    """What PostgreSQL's own autovacuum does within a minute of so much being written, done now."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def figures() -> list[Figure]:
    """The ratios of medians on each engine, and the milliseconds behind them."""
    found: list[Figure] = []
    loaded()
    for engine in ("sqlite", "postgresql"):
        taken = measured(engine)
        found += [
            Figure(
                f"sign-off against a bare insert of its entry, {engine}",
                _ratio(taken.sign_off, taken.entry),
                "ratio",
                3.0,
            ),
            Figure(
                f"sign-off against the least insert there is, {engine}", _ratio(taken.sign_off, taken.least), "ratio"
            ),
            Figure(f"sign-off, {engine}", statistics.median(taken.sign_off), "ms"),
            Figure(f"sign-off, processor time of its process, {engine}", statistics.median(taken.busy), "ms"),
            Figure(f"bare insert of its entry, {engine}", statistics.median(taken.entry), "ms"),
            Figure(f"least insert, {engine}", statistics.median(taken.least), "ms"),
        ]
    return found


def _ratio(these: list[float], those: list[float]) -> float:
    """The median over several series of the ratio of the medians in each."""
    size = len(those) // SERIES
    return statistics.median(
        statistics.median(these[start : start + size]) / statistics.median(those[start : start + size])
        for start in range(0, SERIES * size, size)
    )


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
