"""Jobs run once, survive the death of their worker, and can be cancelled."""

from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.db import db, writing
from app.jobs import queries, service, worker
from app.jobs.models import Job
from tests.conftest import SettableClock

LEASE = timedelta(seconds=60)


def asked(app: Flask, clock: SettableClock, thing: int = 1) -> int:
    with app.app_context(), writing(db.session) as session:
        return service.enqueue(
            session,
            kind="test.build",
            argument={"pack": thing},
            thing_kind="pack",
            thing_id=thing,
            asked_by=None,
            real_now=clock.real,
        ).id


def job(session: Session, number: int) -> Job:
    session.rollback()
    return session.get_one(Job, number)


def test_a_job_runs_and_says_what_came_of_it(app: Flask, clock: SettableClock, session: Session) -> None:
    steps: list[str] = []

    def build(context: worker.Context) -> str:
        for number in (1, 2):
            context.progress(f"Section {number}", number, 2)
            with app.app_context():
                found = queries.latest(db.session, "pack", context.argument["pack"])
                assert found is not None
                steps.append(f"{found.step} {found.steps_done}/{found.steps_total} {found.state}")
        return "Built: 12 pages."

    worker.register(app, "test.build", build)
    number = asked(app, clock)
    assert worker.run_waiting(app) == 1
    assert steps == ["Section 1 1/2 running", "Section 2 2/2 running"]
    assert (job(session, number).state, job(session, number).outcome) == ("done", "Built: 12 pages.")


def test_asking_twice_gives_the_live_job_again(app: Flask, clock: SettableClock) -> None:
    assert asked(app, clock) == asked(app, clock)
    assert asked(app, clock, thing=2) != asked(app, clock)


def test_a_job_whose_worker_died_is_taken_up_after_its_lease_and_not_before(
    app: Flask, clock: SettableClock, session: Session
) -> None:
    number = asked(app, clock)
    with writing(session):
        assert service.take(session, "the dead", LEASE, clock.real) is not None
    clock.forward(LEASE - timedelta(seconds=1))
    assert worker.run_waiting(app) == 0
    clock.forward(timedelta(seconds=2))
    worker.register(app, "test.build", lambda context: "Built.")
    assert worker.run_waiting(app) == 1
    assert (job(session, number).state, job(session, number).attempts) == ("done", 2)


def test_a_worker_that_lost_its_lease_keeps_nothing(app: Flask, clock: SettableClock, session: Session) -> None:
    number = asked(app, clock)
    with writing(session):
        service.take(session, "slow", LEASE, clock.real)
    clock.forward(LEASE * 2)
    with writing(session):
        service.take(session, "quick", LEASE, clock.real)
    with pytest.raises(service.LeaseLost), writing(session):
        service.held(session, number, "slow")
    assert job(session, number).lease_owner == "quick"


def test_a_job_that_kills_its_workers_is_given_up(app: Flask, clock: SettableClock, session: Session) -> None:
    number = asked(app, clock)
    for _ in range(service.MOST_ATTEMPTS):
        with writing(session):
            service.take(session, "the dead", LEASE, clock.real)
        clock.forward(LEASE * 2)
    assert worker.run_waiting(app) == 1
    assert job(session, number).state == "failed"
    assert job(session, number).outcome == "Given up after 5 workers stopped in the middle of it."


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    app: Flask, clock: SettableClock, session: Session
) -> None:
    number = asked(app, clock)
    with writing(session):
        assert service.cancel(session, number, clock.real)
    assert job(session, number).state == "cancelled"
    running = asked(app, clock)

    def build(context: worker.Context) -> str:
        with app.app_context(), writing(db.session) as other:
            service.cancel(other, context.job_id, clock.real)
        context.progress("Section 2", 2, 3)
        raise AssertionError("it went on")

    worker.register(app, "test.build", build)
    worker.run_waiting(app)
    assert (job(session, running).state, job(session, running).outcome) == ("cancelled", "Cancelled. Nothing was kept.")


def test_a_failing_job_says_why(app: Flask, clock: SettableClock, session: Session) -> None:
    def build(context: worker.Context) -> str:
        raise ValueError("The font is missing.")

    worker.register(app, "test.build", build)
    number = asked(app, clock)
    worker.run_waiting(app)
    assert (job(session, number).state, job(session, number).outcome) == ("failed", "The font is missing.")


def test_a_job_of_a_kind_nobody_does_fails_with_a_sentence(app: Flask, clock: SettableClock, session: Session) -> None:
    number = asked(app, clock)
    worker.run_waiting(app)
    assert job(session, number).outcome == "No part of this service does jobs of the kind “test.build”."


def test_a_worker_told_to_stop_puts_its_job_back(app: Flask, clock: SettableClock, session: Session) -> None:
    stopping = Event()

    def build(context: worker.Context) -> str:
        stopping.set()
        context.progress("Section 1", 1, 2)
        raise AssertionError("it went on")

    worker.register(app, "test.build", build)
    number = asked(app, clock)
    worker.run_until(app, stopping)
    assert (job(session, number).state, job(session, number).attempts) == ("waiting", 0)


def test_two_workers_never_take_the_same_job(app: Flask, clock: SettableClock, session: Session) -> None:
    for thing in range(4):
        asked(app, clock, thing)
    taken = []
    with writing(session):
        for owner in ("one", "two", "one", "two", "one"):
            found = service.take(session, owner, LEASE, clock.real)
            taken.append(found.id if found else None)
    assert taken == [*sorted(session.scalars(sa.select(Job.id))), None]
