"""A disk that fails at any one write of a decision: the page says that nothing was recorded, and nothing was."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.db import Base, db
from app.web.sessions import hashed
from tests.conftest import SettableClock
from tests.signoff.test_pages import EVENING, World, post

WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
NOT_RECORDED = "Nothing was recorded; please send it again."
OF_THE_VISIT = {"web_session", "throttle"}
"""What following a visitor writes, whatever becomes of what they send."""
OF_A_DECISION = {
    "record_entry",
    "record_leaf",
    "record_log",
    "signoff_receipt",
    "signoff_case_state",
    "signoff_party_state",
}


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    made.become("merton-secretary")
    made.clock.now = EVENING
    return made


class FailingDisk:
    """Fails at the `fails_at`-th write to the facts and the record; a commit is the last of its writes."""

    def __init__(self, fails_at: int) -> None:
        self.fails_at, self.written = fails_at, 0
        self.tables: set[str] = set()

    def write(self, statement: str, tables: set[str]) -> None:
        self.written += 1
        self.tables |= tables
        if self.written == self.fails_at:
            raise sa.exc.OperationalError(statement, None, OSError("No space left on device"))


@contextmanager
def failing(app: Flask, fails_at: int) -> Iterator[FailingDisk]:
    """The service's engine writes to such a disk for as long as the block lasts."""
    disk, wrote = FailingDisk(fails_at), [False]

    def execute(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        tables = {table for table in WRITES.findall(statement) if table != "SET"} - OF_THE_VISIT
        if tables:
            wrote[0] = True
            disk.write(statement, tables)

    def commit(_connection: Any) -> None:
        if wrote[0]:
            wrote[0] = False
            disk.write("COMMIT", set())

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", execute)
    event.listen(engine, "commit", commit)
    try:
        yield disk
    finally:
        event.remove(engine, "before_cursor_execute", execute)
        event.remove(engine, "commit", commit)


def stored(session: Session) -> dict[str, str]:
    """A hash of every row of every table but those of the visit itself."""
    session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OF_THE_VISIT]
    return {
        table.name: hashed(repr(session.execute(sa.select(table).order_by(*table.primary_key)).all()))
        for table in tables
    }


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 503 and NOT_RECORDED in answer.text


def test_whichever_write_fails_nothing_is_recorded_and_the_page_says_so(world: World, app: Flask) -> None:
    form = world.decision()
    before = stored(world.session)
    for fails_at in range(1, 100):
        with failing(app, fails_at) as disk:
            answer = post(world, form)
        if disk.written < fails_at:
            break
        assert refused(answer), f"at write {fails_at}: {answer.status_code}"
        assert stored(world.session) == before, f"at write {fails_at}"
    assert answer.status_code == 303, "the same form is taken once the disk holds"
    assert fails_at > 3, "a decision is several writes, and the commit"
    assert disk.tables >= OF_A_DECISION
    assert "Merton agreed version 2" in world.client.get(answer.location).text


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_takes_nothing_and_loses_nothing(world: World, app: Flask) -> None:
    """SQLite is given not one page more than it has: what it says then is its own."""
    form = world.decision()
    before = stored(world.session)
    world.session.rollback()
    with app.app_context():
        engine = db.engine
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM")

    def full(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", full)
    engine.dispose()
    answer = post(world, form)
    event.remove(engine, "connect", full)
    engine.dispose()
    assert refused(answer), answer.text
    assert stored(world.session) == before
    assert post(world, form).status_code == 303
