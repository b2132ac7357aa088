"""A command on a database that is not set up, is none, or is the demonstration's says so; it shows no traceback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.db import db, writing
from app.db.installation import InstallationError, become
from config import Settings

READING = [
    ["people", "invite-administrator", "--name", "A", "--email", "a@nhs.example", "--organisation", "07V"],
    ["people", "disable", "a@nhs.example"],
    ["record", "verify"],
    ["record", "checkpoint"],
    ["record", "prove", "1", "proof"],
    ["record", "export", "07V", "log"],
    ["backup", "copy"],
    ["exchange", "check", "."],
    ["exchange", "import", "."],
    ["exchange", "export", "out"],
    ["demonstration", "load"],
    ["demonstration", "sign-ins"],
    ["demonstration", "clock"],
    ["demonstration", "remove"],
    ["signoff", "rebuild"],
    ["signoff", "roll-up"],
    ["mail", "list"],
    ["worker", "--once"],
]
NOT_READING = [
    ["workflows", "check"],
    ["exchange", "template", "templates"],
    ["record", "key"],
    ["--help"],
    ["people", "--help"],
]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The service on a database nobody has migrated."""
    monkeypatch.chdir(tmp_path)
    app = create_app(Settings(instance=tmp_path / "instance", testing=True))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_database_that_is_not_set_up_is_said_with_the_command_that_sets_it_up(made: Flask, words: list[str]) -> None:
    result = made.test_cli_runner().invoke(args=words)
    assert result.exit_code == 1
    assert result.output == "Error: The database is not set up: run `flask --app wsgi db upgrade`.\n"


@pytest.mark.parametrize("words", [*NOT_READING, ["installation", "kind"], ["db", "current"]], ids=" ".join)
def test_what_needs_no_tables_works_without_them(made: Flask, words: list[str]) -> None:
    with made.app_context():
        assert made.test_cli_runner().invoke(args=words).exit_code == 0


def test_the_command_that_is_named_sets_the_database_up(made: Flask) -> None:
    runner = made.test_cli_runner()
    with made.app_context():
        assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert "The record verifies: 0 entries." in runner.invoke(args=["record", "verify"]).output
    with made.app_context(), writing(db.session) as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert "of a later version of Concord than this" in runner.invoke(args=["record", "verify"]).output


@pytest.mark.parametrize("words", [["record", "verify"], ["installation", "kind"], ["db", "upgrade"]], ids=" ".join)
@pytest.mark.parametrize("demonstration", [False, True])
def test_a_file_that_is_no_database_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], demonstration: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "concord.sqlite").write_text("this is a letter and not a database at all\n" * 100)
    app = create_app(Settings(instance=tmp_path, demonstration=demonstration, testing=True))
    with app.app_context():
        result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 1
    assert "concord.sqlite cannot be opened as an SQLite database: file is not a database." in result.output
    for works in NOT_READING:
        assert app.test_cli_runner().invoke(args=works).exit_code == 0


def test_a_demonstration_runs_on_its_own_clock_also_where_nobody_set_it(settings: Settings, app: Flask) -> None:
    real = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
    with app.app_context(), writing(db.session) as session:
        become(session, "demonstration", real)
    again = create_app(replace(settings, demonstration=False))
    with again.app_context():
        assert again.extensions["concord.settings"].demonstration
        with db.sessionmaker() as session:
            shown = again.extensions["concord.clock"].now(session)
        db.engine.dispose()
    assert shown.year < 2026


def test_a_real_installation_refuses_the_setting_of_the_demonstration(settings: Settings, app: Flask) -> None:
    with app.app_context(), writing(db.session) as session:
        become(session, "real", datetime(2026, 11, 5, 9, 0, tzinfo=UTC))
    with pytest.raises(InstallationError, match="Unset CONCORD_DEMONSTRATION"):
        create_app(replace(settings, demonstration=True))
    again = create_app(replace(settings, demonstration=False))
    with again.app_context():
        assert not again.extensions["concord.settings"].demonstration
        db.engine.dispose()


def test_the_demonstration_is_loaded_only_where_its_setting_is_set(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["demonstration", "load"])
    assert refused.exit_code == 1
    assert "set CONCORD_DEMONSTRATION=1 to load it. Nothing was changed." in refused.output
    assert app.test_cli_runner().invoke(args=["installation", "kind"]).output == "empty\n"
