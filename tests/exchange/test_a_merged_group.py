"""A group of which one merged into another goes out by an export, and comes into an empty installation the same."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordLog
from app.db import db, writing
from app.exchange import service
from app.meetings.models import Meeting
from config import Settings
from tests.conftest import FIRST_DAY
from tests.exchange.conftest import DOER

MERGER = (
    "code,successor,from_on,predecessors,reason,at,by,capacity\n"
    "08j-2015-11-05,08J,2015-11-05,08P,An order,2015-11-05T08:00:00Z,,administrator\n"
)

Installation = Callable[[str], AbstractContextManager[Session]]


@pytest.fixture
def installation(tmp_path: Path, migrated_file: Path) -> Installation:
    """Gives a session on an empty installation of this name."""

    @contextmanager
    def made(name: str) -> Iterator[Session]:
        place = tmp_path / name
        place.mkdir()
        shutil.copyfile(migrated_file, place / "concord.sqlite")
        url = f"sqlite:///{place / 'concord.sqlite'}"
        app = create_app(Settings(instance=place, database_url=url, testing=True))
        with app.app_context():
            with db.sessionmaker() as session:
                yield session
            db.engine.dispose()

    return made


def test_a_merged_group_comes_back_the_same(installation: Installation, swl: Path, tmp_path: Path) -> None:
    (swl / "mergers.csv").write_text(MERGER)
    folders = {"here": swl, "there": tmp_path / "out-of-here"}
    for name, folder in folders.items():
        with installation(name) as session:
            with writing(session):
                service.import_folder(session, folder, doer=DOER, now=FIRST_DAY)
            with writing(session):
                service.export_folder(session, tmp_path / f"out-of-{name}", doer=DOER, now=FIRST_DAY)
            sealed = session.scalars(sa.select(RecordLog.organisation_name).where(RecordLog.sealed_on.is_not(None)))
            assert sealed.all() == ["NHS Richmond CCG"]
            cancelled = sa.select(Meeting.code).where(Meeting.state == "cancelled").order_by(Meeting.code)
            assert session.scalars(cancelled).all() == ["richmond-2015-11-17", "richmond-2016-01-19"]
    told = {path.name: path.read_text() for path in (tmp_path / "out-of-here").glob("*.csv")}
    assert {path.name: path.read_text() for path in (tmp_path / "out-of-there").glob("*.csv")} == told
