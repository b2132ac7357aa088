"""A backup is whole: every row, every pack, and a record that verifies from the checkpoint taken with it."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry
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
    assert "concord/organisation/1\n1\n" in (folder / "checkpoint.txt").read_text()
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
