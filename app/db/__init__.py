"""The foundation: engine, session, and `change()`, the one writing transaction, locked rightly on both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The parent of every model."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(session_options={"autoflush": True})

WRITING = "concord_writing"
LONGEST_WAIT = 30_000
"""Milliseconds that a writer waits for others on SQLite."""
LOOKS_AGAIN = 0.0005
"""Seconds after which a writer on SQLite looks again whether it is its turn."""
_WAITS = "PRAGMA busy_timeout = {}"


def prepare_engine(engine: sa.Engine) -> None:
    """Set what each engine needs so that concurrent writers cannot both believe they came first.

    SQLite: WAL, foreign keys, a long busy wait, every commit on disk, and BEGIN IMMEDIATE for writers
    (its default lets several processes each see the line as not yet crossed).
    PostgreSQL: READ COMMITTED with row locks taken by the services.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event says BEGIN, never the driver
        cursor = connection.cursor()
        cursor.execute(_WAITS.format(LONGEST_WAIT))
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(WRITING, False):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: sa.Connection) -> None:
    """BEGIN IMMEDIATE on SQLite, tried often. Raises `OperationalError` where others wrote all the while.

    SQLite's own waiting looks again ever more seldom, so whoever has just written finds the lock free before those who
    wait: of eight clients some stood for seconds, while the others wrote on.
    """
    raw: Any = connection.connection.driver_connection
    raw.execute(_WAITS.format(0))
    try:
        until = monotonic() + LONGEST_WAIT / 1000
        while not _begun(raw) and monotonic() < until:
            sleep(LOOKS_AGAIN)
        if not raw.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(_WAITS.format(LONGEST_WAIT))


def _begun(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as refused:
        if refused.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest of the code says why it is busy
            raise
        return False
    return True


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """One writing transaction on `session`: committed on leaving, rolled back whole on any error.

    What was read before is read again, under the lock, so that no decision rests on an older view.
    """
    session.rollback()
    session.connection(execution_options={WRITING: True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def change() -> Iterator[Session]:
    """`writing()` on the request's own session."""
    with writing(db.session) as session:
        yield session
