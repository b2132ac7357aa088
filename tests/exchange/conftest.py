"""The exchange under test: bringing a folder in on each engine, and the demonstration's own facts as a folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app import create_app
from app.audit.service import Doer
from app.db import db, writing
from app.exchange import service
from app.exchange.service import Forecast
from config import ROOT, Settings
from tests.conftest import FIRST_DAY
from tests.live import made_once

DOER = Doer(None, "Concord", "a test")


@pytest.fixture
def bring_in(session: Session) -> Callable[[Path], Forecast]:
    """Import a folder on 5 November 2015; raises `Unfit`."""

    def bring(folder: Path) -> Forecast:
        with writing(session):
            return service.import_folder(session, folder, doer=DOER, now=FIRST_DAY)

    return bring


@pytest.fixture
def take_out(session: Session) -> Callable[[Path], Path]:
    """Export everything to a folder."""

    def take(folder: Path) -> Path:
        with writing(session):
            service.export_folder(session, folder, doer=DOER, now=FIRST_DAY)
        return folder

    return take


@pytest.fixture
def refused(session: Session) -> Callable[[Path], list[str]]:
    """The sentences with which a folder is refused, by the check and by the import alike."""

    def why(folder: Path) -> list[str]:
        with writing(session):
            checked = service.check(session, folder, FIRST_DAY).problems.sentences()
        with pytest.raises(service.Unfit) as unfit, writing(session):
            service.import_folder(session, folder, doer=DOER, now=FIRST_DAY)
        assert list(unfit.value.sentences) == checked
        return checked

    return why


@pytest.fixture
def swl(tmp_path: Path) -> Path:
    """A copy of the demonstration's facts and decisions, without its releases, which need a worker."""
    folder = tmp_path / "swl"
    shutil.copytree(ROOT / "demonstration", folder)
    for name in ("releases", "gap_acceptances"):
        (folder / f"{name}.csv").unlink()
    return folder


@pytest.fixture(scope="session")
def exported_swl(migrated_file: Path, shared: Path) -> Path:
    """What SQLite exports after the demonstration's facts and decisions came in; beside it the same as a workbook."""

    def make(place: Path) -> None:
        folder = place / "in"
        shutil.copytree(ROOT / "demonstration", folder)
        for name in ("releases", "gap_acceptances"):
            (folder / f"{name}.csv").unlink()
        shutil.copyfile(migrated_file, place / "concord.sqlite")
        app = create_app(Settings(instance=place, database_url=f"sqlite:///{place / 'concord.sqlite'}", testing=True))
        with app.app_context():
            with db.sessionmaker() as session:
                with writing(session):
                    service.import_folder(session, folder, doer=DOER, now=FIRST_DAY)
                with writing(session):
                    service.export_folder(session, place / "out", doer=DOER, now=FIRST_DAY)
                    service.export_folder(session, place / "out.xlsx", doer=DOER, now=FIRST_DAY)
            db.engine.dispose()

    return made_once(shared / "exported", make) / "out"
