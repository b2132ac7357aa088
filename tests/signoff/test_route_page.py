"""The page of the route: the day of full sign-off and who sets it, beside what is supposed in the address."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.meetings import service as meetings
from app.signoff import queries, service
from app.signoff.route_facts import route_facts
from tests.conftest import SettableClock
from tests.signoff.group import NOW
from tests.signoff.test_pages import World

ROUTE = "/sign-offs/standards/route"


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    """Every body meets on 24 November, Merton has the case on its agenda; Kingston meets in December too."""
    made = World(session, client, clock)
    kingston = made.group.bodies["Kingston"]
    meetings.cancel_meeting(
        session, made.meetings["Kingston"], reason="No room.", doer=made.group.doer("Kingston"), now=NOW
    )
    meetings.set_meeting(
        session,
        body=kingston,
        code="kingston-december",
        title="Meeting in public",
        held_on=date(2015, 12, 8),
        begins=None,
        place="",
        doer=made.group.doer("Kingston"),
        now=NOW,
    )
    session.commit()
    made.become("director")
    return made


def test_it_says_when_all_can_be_complete_and_who_sets_that_day(world: World) -> None:
    page = world.client.get(ROUTE).text
    assert "It can be complete on 8 December 2015 at the earliest; Kingston sets that day." in page
    assert "Merton decides on 24 November 2015; its papers are due by 17 November 2015." in page
    assert "Kingston could decide on 8 December 2015, if it is put on that agenda" in page
    assert "NHS England answers without a meeting, today." in page
    assert ROUTE in world.client.get("/sign-offs/standards").text
    assert "Kingston sets that day" in world.client.get("/sign-offs/standards").text


def test_what_is_supposed_stands_beside_it_and_changes_nothing(world: World) -> None:
    supposed = world.client.get(f"{ROUTE}?meeting-merton=2015-12-19&released=").text
    assert "11 days later, now set by Merton." in supposed
    assert "19 December 2015, supposed for Merton, is a Saturday." in supposed
    later = world.client.get(f"{ROUTE}?released=2015-11-18").text
    assert "No day can be named any more" in later
    assert "Papers released on 18 November 2015 come 1 day too late for Merton’s meeting of 24 November 2015." in later
    as_file = world.client.get(f"{ROUTE}?as=csv&meeting-merton=2015-12-19").text
    assert "Earliest decision, as supposed" in as_file and "Merton,2015-11-17,2015-11-24" in as_file
    assert "8 December 2015 at the earliest; Kingston sets that day." in world.client.get(ROUTE).text


def test_a_day_that_cannot_be_is_said_beside_its_field(world: World) -> None:
    wrong = world.client.get(f"{ROUTE}?released=2015-02-30&meeting-merton=2015-11-01")
    assert wrong.status_code == 422
    assert "Enter a day of the calendar" in wrong.text and 'value="2015-02-30"' in wrong.text
    assert "1 November 2015 is past: enter 5 November 2015 or a later day" in wrong.text
    far = world.client.get(f"{ROUTE}?meeting-merton=2020-06-01").text
    assert "Merton has no rule in force" in far or "five years" in far or "1 June 2020" in far


def test_papers_that_are_out_are_not_waited_for_and_a_deferral_is_kept_to(session: Session, world: World) -> None:
    world.session.rollback()
    service.papers_issued(session, world.meetings["Merton"], world.group.doer("Merton"), NOW)
    found = queries.folded(session, world.case, NOW)
    path = route_facts(session, found).route(date(2015, 12, 1))
    merton = path.leg_of(world.group.bodies["Merton"].id)
    assert merton is not None and merton.on == date(2015, 11, 24)
    assert "its papers are out" in merton.sentence


def test_a_case_that_is_agreed_has_no_route(session: Session, world: World) -> None:
    world.session.rollback()
    service.withdraw(session, case_id=world.case.id, reason="Overtaken.", doer=world.group.doer("Merton"), now=NOW)
    session.commit()
    assert "The case is closed, so no route is left to find." in world.client.get(ROUTE).text
    assert "The route, and what if" not in world.client.get("/sign-offs/standards").text
