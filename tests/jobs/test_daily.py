"""Daily work runs once a London day, whole or not at all, however many workers look for it."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.db import db
from app.jobs import daily, outbox
from app.jobs.models import DailyRun, Mail
from app.jobs.worker import run_until
from config import Settings
from tests.conftest import SettableClock


@dataclass
class Asked:
    """A piece of work that notes when it was asked, writes a mail, and may fail afterwards."""

    at: list[datetime] = field(default_factory=list)
    fails: bool = False

    def __call__(self, session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
        self.at.append(now)
        outbox.queue_mail(
            session,
            once=f"daily {now:%Y-%m-%d}",
            recipient="member@demonstration.example",
            recipient_name="A Member",
            subject="Your day",
            body="Good morning.\n",
            now=real_now,
        )
        if self.fails:
            raise ValueError("The calendar is missing.")


@pytest.fixture(autouse=True)
def without_the_features_own(app: Flask) -> None:
    """Only what a test registers itself is done."""
    app.extensions["concord.daily"].work.clear()


def due(app: Flask) -> list[str]:
    with app.app_context():
        return daily.run_due(app)


def days(session: Session) -> list[date]:
    session.rollback()
    return list(session.scalars(sa.select(DailyRun.day).order_by(DailyRun.day)))


def mails(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(Mail)) or 0


def test_the_day_is_the_one_in_london(app: Flask, clock: SettableClock, session: Session) -> None:
    asked = Asked()
    daily.register(app, "chase", asked)
    clock.now = datetime(2015, 7, 1, 22, 59, tzinfo=UTC)  # one minute to midnight in summer
    assert [due(app), due(app)] == [["chase"], []]
    clock.now += timedelta(minutes=1)
    assert [due(app), due(app)] == [["chase"], []]
    assert days(session) == [date(2015, 7, 1), date(2015, 7, 2)]
    assert daily.day_before(session, "chase", date(2015, 7, 2)) == date(2015, 7, 1)
    assert daily.day_before(session, "chase", date(2015, 7, 1)) is None


def test_work_that_fails_leaves_nothing_and_is_tried_again_later(
    app: Flask, clock: SettableClock, session: Session
) -> None:
    asked, other = Asked(fails=True), Asked()
    daily.register(app, "chase", asked)
    daily.register(app, "digest", lambda session, now, real_now, settings: other.at.append(now))
    assert due(app) == ["digest"], "what fails does not hold up the others"
    assert (mails(session), session.scalars(sa.select(DailyRun.name)).all()) == (0, ["digest"])
    asked.fails = False
    assert due(app) == [], "not at once"
    clock.forward(timedelta(minutes=10))
    assert (due(app), mails(session), len(asked.at)) == (["chase"], 1, 2)


def test_another_process_knows_that_it_is_done(app: Flask, clock: SettableClock, session: Session) -> None:
    asked = Asked()
    daily.register(app, "chase", asked)
    due(app)
    app.extensions["concord.daily"].done.clear()
    assert (due(app), len(asked.at)) == ([], 1)


def test_two_workers_at_once_do_it_once(app: Flask, settings: Settings, clock: SettableClock, session: Session) -> None:
    other = create_app(settings, clock.hands)
    other.extensions["concord.daily"].work.clear()
    asked = Asked()
    for one in (app, other):
        daily.register(one, "chase", asked)
    ran: list[list[str]] = []
    together = threading.Barrier(2)

    def work(one: Flask) -> None:
        for _ in range(4):
            together.wait(20)
            ran.append(due(one))
            together.wait(20)
            if one is app:
                clock.forward(timedelta(days=1))

    threads = [threading.Thread(target=work, args=(one,)) for one in (app, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with other.app_context():
        db.engine.dispose()
    assert sorted(ran) == [[]] * 4 + [["chase"]] * 4
    assert (len(asked.at), mails(session), len(days(session))) == (4, 4, 4)


def test_the_worker_does_the_days_work(app: Flask, session: Session) -> None:
    stopping = threading.Event()
    daily.register(app, "chase", lambda session, now, real_now, settings: stopping.set())
    run_until(app, stopping)
    assert stopping.is_set()
    assert len(days(session)) == 1


def test_a_command_does_it_where_no_worker_runs_all_day(app: Flask) -> None:
    daily.register(app, "chase", Asked())
    runner = app.test_cli_runner()
    said = [runner.invoke(args=["worker", "daily"]).output.strip() for _ in range(2)]
    assert said == ["chase", "nothing is left to do today"]
    assert runner.invoke(args=["worker", "--once"]).output.strip() == "0 done"
