"""Organisations witness each other's logs, so that one that is rewritten whole is found out by the others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

import verify_record
from app.audit import queries
from app.audit.merkle import appended
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Act, Doer, append, entry_leaf
from app.audit.tags import Tag
from app.audit.witnesses import witnessed
from app.db import writing
from app.people.models import Collaborative, CollaborativeMember, Organisation
from app.people.witnesses import MOST, NAME, every_day, witness
from config import Settings
from tests.audit.test_record import without_triggers
from tests.people.made import SINCE

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
NAMES = ("NHS Croydon CCG", "NHS Merton CCG", "NHS Sutton CCG")
SECRETARY = Doer(7, "A Secretary", "board secretary")


@pytest.fixture
def group(session: Session) -> list[Organisation]:
    """Three organisations of one collaborative, with two entries each on record."""
    with writing(session):
        made = [
            Organisation(ods_code=f"0{number}V", name=name, short_name=name.split()[1], kind="ccg", opened=SINCE)
            for number, name in enumerate(NAMES)
        ]
        session.add_all(made)
        session.flush()
        shared = Collaborative(code="three", name="Three", host_id=made[0].id)
        session.add(shared)
        session.flush()
        session.add_all(
            CollaborativeMember(collaborative_id=shared.id, organisation_id=one.id, starts=SINCE) for one in made
        )
    for one in made:
        decided(session, one, 1, 2)
    return made


def decided(session: Session, by: Organisation, *numbers: int) -> None:
    with writing(session):
        acts = [Act(Tag.DECISION_RECORDED, SECRETARY, by.id, by.name, "case", 1, {"no": no}) for no in numbers]
        append(session, acts, NOW)


def a_day_passes(session: Session, settings: Settings, days: int = 0) -> int:
    """The daily witness; gives how many organisations noted something."""
    before = session.scalar(sa.select(sa.func.count()).select_from(RecordEntry)) or 0
    with writing(session):
        every_day(session, NOW + timedelta(days=days), NOW, settings)
    return (session.scalar(sa.select(sa.func.count()).select_from(RecordEntry)) or 0) - before


def test_each_notes_where_the_others_stand_and_again_only_when_they_did_something(
    session: Session, settings: Settings, group: list[Organisation]
) -> None:
    assert a_day_passes(session, settings) == 3
    assert a_day_passes(session, settings, 1) == 0, "what was only witnessed has not grown"
    decided(session, group[0], 3)
    assert a_day_passes(session, settings, 2) == 2, "the two others note it"
    said = witnessed(session)
    assert {origin: sorted({one.by for one in told}) for origin, told in said.items()} == {
        session.get_one(RecordLog, one.id).origin: sorted(set(NAMES) - {one.name}) for one in group
    }
    assert queries.verify(session)[1] == []


def test_a_log_is_witnessed_by_so_many_others_and_no_more(session: Session, group: list[Organisation]) -> None:
    circle = [(number, f"Organisation {number}") for number in range(100, 110)]
    with writing(session):
        append(session, [Act(Tag.DECISION_RECORDED, SECRETARY, *one, "case", 1, {}) for one in circle], NOW)
        assert witness(session, circle, NOW) == 10
    assert {len(told) for told in witnessed(session).values()} == {MOST}


def rewritten(session: Session, organisation_id: int) -> None:
    """One log with an entry altered, and its leaf and its end worked out anew: by itself it looks honest."""
    without_triggers(session)
    first = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.organisation_id == organisation_id).order_by(RecordEntry.id)
    ).first()
    assert first is not None
    first.actor_name = "Somebody Else"
    session.flush()
    leaf = session.scalars(sa.select(RecordLeaf).where(RecordLeaf.entry_id == first.id)).one()
    leaf.hash = entry_leaf(first).hex()
    session.flush()
    hashes = session.scalars(
        sa.select(RecordLeaf.hash).where(RecordLeaf.organisation_id == organisation_id).order_by(RecordLeaf.position)
    )
    frontier: tuple[bytes, ...] = ()
    for size, each in enumerate(hashes):
        frontier = appended(frontier, size, bytes.fromhex(each))
    session.get_one(RecordLog, organisation_id).frontier = " ".join(part.hex() for part in frontier)
    session.commit()


def test_a_log_that_is_rewritten_whole_is_found_out_by_the_others(
    session: Session, settings: Settings, group: list[Organisation]
) -> None:
    a_day_passes(session, settings)
    rewritten(session, group[1].id)
    sentences = {finding.sentence.partition(" in entry")[0] for finding in queries.verify(session)[1]}
    assert sentences == {f"The first 2 entries are not those that {group[place].name} witnessed" for place in (0, 2)}


def test_off_line_one_organisations_log_is_checked_by_anothers(
    app: Flask,
    session: Session,
    settings: Settings,
    group: list[Organisation],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_day_passes(session, settings)
    for name, one in (("honest", group[0]), ("merton", group[1])):
        result = app.test_cli_runner().invoke(args=["record", "export", one.ods_code, str(tmp_path / name)])
        assert result.exit_code == 0, result.output
    assert verify_record.main([str(tmp_path / "merton"), "--witness", str(tmp_path / "honest")]) == 0
    assert "It is as NHS Croydon CCG witnessed it, 1 time." in capsys.readouterr().out
    rewritten(session, group[1].id)
    result = app.test_cli_runner().invoke(args=["record", "export", group[1].ods_code, str(tmp_path / "forged")])
    assert result.exit_code == 0, result.output
    assert verify_record.main([str(tmp_path / "forged")]) == 0, "by itself it looks honest"
    capsys.readouterr()
    assert verify_record.main([str(tmp_path / "forged"), "--witness", str(tmp_path / "honest")]) == 1
    assert "NHS Croydon CCG witnessed otherwise" in capsys.readouterr().out
    assert verify_record.main([str(tmp_path / "merton"), "--witness", str(tmp_path / "nothing")]) == 2


def test_it_is_daily_work_of_the_service(app: Flask) -> None:
    assert NAME in app.extensions["concord.daily"].work
