"""A database that could lose what was acknowledged is refused when the service starts, with what to set."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app import create_app
from app.db import prepare_engine
from app.db.durability import weaknesses
from app.db.installation import InstallationError
from config import Settings


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = sa.create_engine(f"sqlite:///{tmp_path / 'concord.sqlite'}")
    prepare_engine(made)
    yield made
    made.dispose()


def test_the_service_itself_keeps_every_commit_of_sqlite(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert weaknesses(connection) == ()


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("synchronous = NORMAL", "SQLite runs with synchronous=NORMAL: "),
        ("synchronous = OFF", "SQLite runs with synchronous=OFF: "),
        ("journal_mode = MEMORY", "SQLite runs with journal_mode=memory: "),
    ],
)
def test_sqlite_that_answers_before_the_disk_has_it_is_named(engine: sa.Engine, pragma: str, said: str) -> None:
    @event.listens_for(engine, "connect")
    def _weaken(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    with engine.connect() as connection:
        assert [sentence.startswith(said) for sentence in weaknesses(connection)] == [True]


@pytest.mark.parametrize("engine_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_real_installation_does_not_start_on_a_database_that_forgets(settings: Settings) -> None:
    """The tests' own PostgreSQL is such a one: it is quicker."""
    with pytest.raises(InstallationError) as refused:
        create_app(replace(settings, testing=False))
    sentences = str(refused.value).splitlines()
    assert [sentence.partition(":")[0] for sentence in sentences] == [
        "PostgreSQL runs with fsync=off",
        "PostgreSQL runs with full_page_writes=off",
        "PostgreSQL runs with synchronous_commit=off",
    ]
    assert all(sentence.endswith("=on for this database.") for sentence in sentences)
