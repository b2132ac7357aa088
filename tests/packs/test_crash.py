"""A worker that dies in the middle loses nothing and leaves no half file: the build is taken up again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import writing
from app.jobs.models import Job
from app.jobs.worker import run_waiting
from app.packs import service, storage
from tests.packs.conftest import Room

ROOT = Path(__file__).resolve().parents[2]
DIES = """
import os, signal, sys
from pathlib import Path
from app import create_app
from app.db.installation import Clock
from app.jobs.worker import run_waiting
from app.packs import storage
from config import Settings
from tests.conftest import SettableClock

real = os.fsync
def killed(descriptor):
    real(descriptor)
    os.kill(os.getpid(), signal.SIGKILL)
storage.os.fsync = killed
settings = Settings(instance=Path(sys.argv[1]), database_url=sys.argv[2], testing=True)
run_waiting(create_app(settings, SettableClock().hands))
"""


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_worker_killed_while_writing_leaves_no_half_file_and_the_next_one_builds(
    room: Room, engine_url: str, tmp_path: Path
) -> None:
    edition = room.edition()
    with writing(room.session):
        job_id = service.ask_for_build(room.session, edition, asked_by=None, real_now=room.clock.real).id
    folder: Path = room.app.extensions["concord.settings"].packs
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(folder.parent), engine_url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert died.returncode == -signal.SIGKILL
    left = [path.name for path in folder.iterdir()]
    assert len(left) == 1 and left[0].endswith(storage.ASIDE), "whole under its name, or aside"
    room.session.rollback()
    frozen = edition.facts_hash
    assert (edition.state, edition.pdf_hash) == ("draft", None)
    assert run_waiting(room.app) == 0, "its lease still holds"
    room.clock.forward(timedelta(minutes=2))
    assert run_waiting(room.app) == 1
    room.session.rollback()
    job = room.session.scalars(sa.select(Job).where(Job.id == job_id)).one()
    assert (job.state, job.attempts) == ("done", 2)
    assert edition.state == "built" and edition.facts_hash == frozen
    for digest, ending in ((edition.pdf_hash, "pdf"), (edition.web_hash, "html")):
        assert storage.read(folder, digest or "", ending)
