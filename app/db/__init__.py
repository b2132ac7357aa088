"""The foundation: engine, session, and `change()`, the one writing transaction, locked rightly on both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
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
        cursor.execute("PRAGMA busy_timeout = 30000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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
