"""Reminders stay where they were sent: what a case has sent changes nothing of what goes out, and comes in nowhere."""

import shutil
from pathlib import Path

import sqlalchemy as sa

from app import create_app
from app.db import db, writing
from app.exchange import service
from app.people.models import Account, Person, RoleHolding
from app.signoff import reminding
from app.signoff.models import Reminder
from config import Settings
from tests.conftest import FIRST_DAY, REAL_DAY
from tests.exchange.conftest import DOER

SIGN_OFF = ("cases.csv", "rounds.csv", "schedulings.csv", "decisions.csv", "conditions.csv")


def test_an_export_is_the_same_with_and_without_them(exported_swl: Path, tmp_path: Path) -> None:
    shutil.copyfile(exported_swl.parent / "concord.sqlite", tmp_path / "concord.sqlite")
    settings = Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'concord.sqlite'}", testing=True)
    app = create_app(settings)
    with app.app_context():
        with db.sessionmaker() as session, writing(session):
            for person in session.scalars(sa.select(Person).join(RoleHolding).where(RoleHolding.role == "secretary")):
                session.add(Account(person_id=person.id, password_hash="none", demonstration=False))
            reminding.every_day(session, FIRST_DAY, REAL_DAY, settings)
            sent = session.scalars(sa.select(Reminder)).all()
            assert {one.case.code for one in sent} == {"better-care-2015-q2", "minimum-outcomes-2015"}
            service.export_folder(session, tmp_path / "out", doer=DOER, now=FIRST_DAY)
            assert service.import_folder(session, tmp_path / "out", doer=DOER, now=FIRST_DAY).changes_nothing
        db.engine.dispose()
    there = [name for name in SIGN_OFF if (exported_swl / name).exists()]
    assert there[:2] == ["cases.csv", "rounds.csv"]
    for name in there:
        assert (tmp_path / "out" / name).read_bytes() == (exported_swl / name).read_bytes()
