"""What recording a sign-off costs, against a bare insert transaction of the same run on the same database."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import prepare_engine, writing
from app.signoff import queries, service
from benchmarks.concurrency import EVENING, MEETING_DAY, migrated
from benchmarks.figures import Figure
from tests.signoff.group import NOW, make_group, open_case, put_to_decision, set_meetings
from workflows.facts import AnswerFact

PAIRS = 60
SERIES = 5


def measured(engine: str) -> tuple[list[float], list[float], float]:
    """Milliseconds of each bare insert and of each sign-off, taken in turn, and a sign-off's own processor time."""
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
            bare_ms, sign_off_ms, busy_ms = [], [], []
            for case_id, seen in cases:

                def insert() -> None:
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

                bare_ms.append(_milliseconds(insert))
                began = time.process_time()
                sign_off_ms.append(_milliseconds(sign_off))
                busy_ms.append((time.process_time() - began) * 1000)
        made.dispose()
    return bare_ms[5:], sign_off_ms[5:], statistics.median(busy_ms[5:])


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def figures() -> list[Figure]:
    """The ratio of medians on each engine, and the milliseconds behind it."""
    found: list[Figure] = []
    for engine in ("sqlite", "postgresql"):
        bare, sign_off, busy = measured(engine)
        size = len(bare) // SERIES
        ratios = [
            statistics.median(sign_off[start : start + size]) / statistics.median(bare[start : start + size])
            for start in range(0, SERIES * size, size)
        ]
        found += [
            Figure(f"sign-off against a bare insert, {engine}", statistics.median(ratios), "ratio", 3.0),
            Figure(f"sign-off, {engine}", statistics.median(sign_off), "ms"),
            Figure(f"sign-off, processor time of its process, {engine}", busy, "ms"),
            Figure(f"bare insert, {engine}", statistics.median(bare), "ms"),
        ]
    return found


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
