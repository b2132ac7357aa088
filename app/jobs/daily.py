"""Daily work: each piece runs once for each London day of the clock of decisions, however many workers there are."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import db, writing
from app.db.installation import Clock
from app.jobs.models import DailyRun
from app.jobs.queries import day_before as day_before  # asked by what is registered here
from config import Settings
from workflows.case_history import day_of

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=10)

Work = Callable[[Session, datetime, datetime, Settings], None]
"""Gets the session of its writing transaction, the time of decisions, real time, and the settings."""


class Daily:
    """The daily work of one application, and what this process knows is done or has to wait after a failure."""

    def __init__(self) -> None:
        self.work: dict[str, Work] = {}
        self.done: dict[str, date] = {}
        self.not_before: dict[str, datetime] = {}


def register(app: Flask, name: str, function: Work) -> None:
    """Have `function` run once a day, in one writing transaction with the row that says so: both stay, or neither.

    A day on which no worker ran is not made up for; `day_before` tells a function how far back it has to look.
    """
    _of(app).work[name] = function


def run_due(app: Flask) -> list[str]:
    """Do what was not done yet today; returns the names of what was. Needs an application context.

    What fails is rolled back whole, logged, and tried again ten minutes later; the others go on.
    """
    daily = _of(app)
    clock: Clock = app.extensions["concord.clock"]
    settings: Settings = app.extensions["concord.settings"]
    if not daily.work:
        return []
    with db.sessionmaker() as session:
        now, real_now = clock.now(session), clock.real()
        day = day_of(now)
        ran = []
        for name, function in daily.work.items():
            if daily.done.get(name) == day or daily.not_before.get(name, real_now) > real_now:
                continue
            try:
                if _run(session, name, function, day, now, real_now, settings):
                    ran.append(name)
                daily.done[name] = day
            except Exception:
                log.exception("the daily work %s failed; it is tried again in ten minutes", name)
                daily.not_before[name] = real_now + TRY_AGAIN
        return ran


def _run(
    session: Session, name: str, function: Work, day: date, now: datetime, real_now: datetime, settings: Settings
) -> bool:
    if session.get(DailyRun, (name, day)) is not None:
        return False
    with writing(session):
        if not _first(session, name, day, real_now):
            return False
        function(session, now, real_now, settings)
    return True


def _first(session: Session, name: str, day: date, real_now: datetime) -> bool:
    """Whether the day is this worker's: on PostgreSQL a second one waits here until the first has committed."""
    try:
        with session.begin_nested():
            session.execute(sa.insert(DailyRun).values(name=name, day=day, at=real_now))
    except IntegrityError:
        return False
    return True


def _of(app: Flask) -> Daily:
    daily: Daily = app.extensions["concord.daily"]
    return daily
