"""A backup is whole: every row, every pack, and a record that verifies from the checkpoint taken with it."""

import shutil
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry, RecordLog
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import db, writing
from config import Settings

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)


def test_a_backup_taken_while_the_service_writes_is_restored_whole(
    app: Flask, settings: Settings, session: Session, tmp_path: Path
) -> None:
    with writing(session):
        act = Act(Tag.CASE_OPENED, Doer(None, "A", "B"), 1, "NHS Merton CCG", "case", 1, {})
        append(session, [act], NOW)
    settings.packs.mkdir(parents=True)
    (settings.packs / "a.pdf").write_bytes(b"%PDF")
    session.execute(sa.select(RecordEntry)).all()  # a reader stays open: the row is in the write-ahead log only
    folder = tmp_path / "the backup"
    made = app.test_cli_runner().invoke(args=["backup", str(folder)])
    assert made.exit_code == 0, made.output
    assert (folder / "packs" / "a.pdf").read_bytes() == b"%PDF"
    assert f"{session.get_one(RecordLog, 1).origin}\n1\n" in (folder / "checkpoint.txt").read_text()
    if settings.url.startswith("postgresql"):
        assert "pg_dump" in made.output
        return
    restored = tmp_path / "restored"
    shutil.copytree(folder, restored)
    again = create_app(replace(settings, instance=restored, database_url=""))
    checked = again.test_cli_runner().invoke(args=["record", "verify", "--checkpoint", str(folder / "checkpoint.txt")])
    assert "The record verifies: 1 entries and agrees with 1 checkpoints" in checked.output
    with again.app_context():
        db.engine.dispose()


def test_a_backup_never_writes_over_another(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    refused = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "old")])
    assert refused.exit_code == 1
    assert "exists already" in refused.output


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_backup_can_be_opened_by_its_owner_only(app: Flask, settings: Settings, tmp_path: Path) -> None:
    (settings.packs / "ab").mkdir(parents=True)
    (settings.packs / "ab" / "a.pdf").write_bytes(b"%PDF")
    (settings.packs / "ab" / "a.pdf").chmod(0o444)
    folder = tmp_path / "new" / "backup"
    made = app.test_cli_runner().invoke(args=["backup", str(folder)])
    assert made.exit_code == 0, made.output
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*")) if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_a_backup_is_not_put_into_what_it_is_a_copy_of(app: Flask, settings: Settings) -> None:
    settings.packs.mkdir(parents=True)
    for inside in (settings.instance / "backup", settings.packs / "deep" / "backup"):
        refused = app.test_cli_runner().invoke(args=["backup", str(inside)])
        assert refused.exit_code == 1
        assert "which is what is backed up: name a folder outside it" in refused.output
        assert not inside.parent.joinpath(".backup.unfinished").exists()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_backup_that_fails_is_a_sentence_and_leaves_nothing_behind(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("in the way")
    refused = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "a file" / "backup")])
    assert refused.exit_code == 1
    assert "cannot be made: " in refused.output
    (settings.instance / "log-signing.key").write_bytes(b"short")
    refused = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert refused.exit_code == 1
    assert "it has to be a file of 32 bytes" in refused.output
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []
    settings.packs.mkdir(exist_ok=True)
    (settings.packs / "a.pdf").symlink_to(tmp_path / "nowhere")
    (settings.instance / "log-signing.key").unlink()
    refused = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert refused.exit_code == 1
    assert "a.pdf: [Errno 2] No such file or directory" in refused.output
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []
