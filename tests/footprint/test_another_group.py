"""Another footprint, eleven bodies in West Yorkshire, goes from an empty database to released packs by a workbook."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.meetings.queries import meeting_by_code
from app.packs.models import Pack
from app.packs.service import contents_now, pack_of
from tests.conftest import FIRST_DAY, SettableClock
from tests.footprint import rows, workbook
from tests.footprint.group import NewGroup
from tests.journeys.visitor import Visitor


@pytest.fixture
def group(app: Flask, clock: SettableClock, tmp_path: Path) -> NewGroup:
    """The group on a database without a row, on a day on which real time and the time of decisions are one."""
    clock.real = clock.now
    return NewGroup(app, clock.now.date(), tmp_path)


def released(group: NewGroup, session: Session) -> int:
    """How many packs anyone can read, each as a page and a PDF that name their body and nobody else's group."""
    session.rollback()
    packs = session.scalars(sa.select(Pack).where(Pack.state == "released")).all()
    anyone = Visitor(group.app)
    listed = anyone.open("/packs").text
    for pack in packs:
        body = pack.meeting.body
        assert body.short_name in listed
        page = anyone.open(f"/packs/meeting/{pack.meeting.code}/1")
        assert body.name in page.html and workbook.STREAMS[0][1] in page.html
        assert not any(word in page.html for word in ("South West London", "Merton", "six bodies", "six CCGs"))
        pdf = anyone.client.get(f"/packs/meeting/{pack.meeting.code}/1.pdf")
        assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF-")
    return len(packs)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_workbook_for_eleven_other_bodies_comes_to_released_packs(group: NewGroup, session: Session) -> None:
    two = rows.bodies()[:2]
    group.begin()
    group.ask_for_agreement(two)
    group.release_the_edition()
    for body in rows.bodies():
        pack = pack_of(session, meeting_by_code(session, group.meeting(body)))
        assert contents_now(session, pack, FIRST_DAY).sections
    session.rollback()
    for body in two:
        group.build(body)
    group.work()
    for body in two:
        group.release(body)
    assert released(group, session) == len(two)


@pytest.mark.long
def test_all_eleven_packs_are_released_on_each_engine(group: NewGroup, session: Session) -> None:
    eleven = rows.bodies()
    group.begin()
    group.ask_for_agreement(eleven)
    group.release_the_edition()
    for body in eleven:
        group.build(body)
    group.work()
    for body in eleven:
        group.release(body)
    assert released(group, session) == len(eleven)
