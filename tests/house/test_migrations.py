"""The migrations give exactly the models, up and down again, on both engines."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

import app as app_package
from app.db import db, writing
from app.db.installation import become
from tests.conftest import FIRST_DAY, REAL_DAY
from tests.signoff.group import make_group, open_case, set_meetings

OBJECTS = {
    "sqlite": "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master",
    "postgresql": "SELECT 'trigger ' || tgname || ' ' || tgrelid::regclass::text FROM pg_trigger "
    "WHERE NOT tgisinternal "
    "UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
    "UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' "
    "UNION ALL SELECT 'check ' || conname || pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace "
    "UNION ALL SELECT table_name || '.' || column_name || data_type || is_nullable "
    "FROM information_schema.columns WHERE table_schema = 'public'",
}


@pytest.fixture
def alembic(app: Flask) -> Iterator[Alembic]:
    """The service's migrations, with the models of every room known."""
    for room in pkgutil.walk_packages(app_package.__path__, "app."):
        if room.name.endswith(".models"):
            importlib.import_module(room.name)
    with app.app_context():
        found: Alembic = app.extensions["alembic"]
        yield found


def objects(engine: sa.Engine) -> list[str]:
    """Everything the database holds: tables, indexes, triggers, constraints, as text."""
    with engine.connect() as connection:
        return sorted(connection.scalars(sa.text(OBJECTS[engine.dialect.name])))


def test_the_migrations_give_exactly_the_models(alembic: Alembic) -> None:
    assert alembic.compare_metadata() == []


def test_there_is_one_newest_revision(alembic: Alembic) -> None:
    assert len(alembic.heads()) == 1


def test_down_to_nothing_and_up_again_gives_the_same_database(alembic: Alembic) -> None:
    before = objects(db.engine)
    alembic.downgrade("base")
    left = sa.inspect(db.engine).get_table_names()
    alembic.upgrade()
    assert left == ["alembic_version"]
    assert objects(db.engine) == before


def test_a_populated_database_goes_down_to_nothing_and_up_again(alembic: Alembic, session: Session) -> None:
    with writing(session):
        become(session, "real", REAL_DAY)
        group = make_group(session)
        set_meetings(session, group, FIRST_DAY.date() + timedelta(days=19), FIRST_DAY)
        open_case(session, group, FIRST_DAY)
    assert session.scalars(sa.text("SELECT count(*) FROM record_leaf")).one() > 0
    session.close()
    before = objects(db.engine)
    alembic.downgrade("base")
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
    alembic.upgrade()
    assert objects(db.engine) == before
    assert session.scalars(sa.text("SELECT count(*) FROM record_entry")).one() == 0


def test_the_record_refuses_change_after_the_migrations_went_down_and_up(alembic: Alembic, session: Session) -> None:
    become(session, "real", REAL_DAY)
    session.commit()
    alembic.downgrade("base")
    alembic.upgrade()
    values = "1, 'case.opened', '2015-11-05 09:00', 'A', 'B', 1, 'C', 1, 'case'"
    columns = "id, tag, at, actor_name, capacity, organisation_id, organisation_name, part, thing_kind"
    session.execute(sa.text(f"INSERT INTO record_entry ({columns}) VALUES ({values})"))
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(sa.text("UPDATE record_entry SET tag = 'case.agreed', payload = 'null'"))
    session.rollback()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(sa.text("DELETE FROM record_entry"))
