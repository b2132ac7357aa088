"""Apologies are sent by who cannot come, with a deputy or without, change the forecast, and can be taken back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.jobs.models import Mail
from app.meetings.models import AgendaItem, Attendance
from app.people.models import SeatDeputy
from tests.conftest import SettableClock
from tests.meetings.test_pages import World
from tests.signoff.group import BEGAN

MEETING = "/meetings/merton-2015-11-24"
PATH = f"{MEETING}/apologies"


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    seat, stranger = made.group.seats["Merton"][0], made.group.people["Sutton"][7]
    session.add(SeatDeputy(seat_id=seat.id, person_id=stranger.id, starts=BEGAN, ends=None, demonstration=True))
    session.commit()
    made.become("merton-chair")
    return made


def send(world: World, path: str = PATH, **told: str) -> str:
    answered = world.client.post(path, data={"csrf_token": world.token(path), **told}, follow_redirects=True)
    return " ".join(answered.text.split())


def test_a_member_sends_apologies_from_an_item_and_the_forecast_changes(world: World) -> None:
    item = world.session.scalars(sa.select(AgendaItem).where(AgendaItem.standing_kind == "minutes")).first()
    assert item is not None
    page = f"{MEETING}/items/{item.id}"
    assert f"{PATH}?item={item.id}" in world.client.get(page).text
    assert "8 of 8 voting seats" in world.client.get(page).text
    answered = send(world, f"{PATH}?item={item.id}")
    assert "The apologies of Dr Clinical of Merton are sent." in answered
    assert "7 of 8 voting seats" in answered
    assert "Dr Clinical of Merton has sent apologies." in answered
    world.session.rollback()
    [entry] = world.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.APOLOGIES_SENT))
    assert entry.payload is not None and entry.payload["person"] == "Dr Clinical of Merton"
    assert entry.capacity == "Clinical chair, Merton Governing Body"
    world.become("merton-secretary")
    said = "Dr Clinical of Merton sent apologies for the meeting of Merton Governing Body, 24 November 2015."
    assert said in world.client.get("/").text


def test_a_deputy_named_for_the_seat_attends_instead_is_told_and_stands_in_the_form(world: World) -> None:
    seat, deputy = world.group.seats["Merton"][0], world.group.people["Sutton"][7]
    answered = send(world, **{f"deputy_{seat.id}": str(deputy.id)})
    assert "Will come for Dr Clinical of Merton, who sent apologies" in answered
    world.session.rollback()
    [mail] = world.session.scalars(sa.select(Mail))
    assert mail.recipient == deputy.email
    assert "has named you to attend instead" in mail.body
    world.become("merton-secretary")
    form = world.client.get(f"{MEETING}/attendance").text
    assert f'<option value="{deputy.id}" selected>' in form
    assert "8 of 8" in world.client.get(MEETING).text


def test_who_is_no_deputy_of_the_seat_cannot_be_named(world: World) -> None:
    seat, other = world.group.seats["Merton"][0], world.group.people["Sutton"][3]
    path = PATH
    told = {"csrf_token": world.token(path), f"deputy_{seat.id}": str(other.id)}
    assert world.client.post(path, data=told).status_code == 422
    world.session.rollback()
    assert world.session.scalar(sa.select(Attendance.id)) is None


def test_apologies_are_taken_back_until_the_meeting(world: World) -> None:
    send(world)
    assert "You come after all" in world.client.get(PATH).text
    answered = send(world, what="take-back")
    assert "are taken back" in answered
    assert "8 of 8" in answered
    again = world.client.post(PATH, data={"csrf_token": world.token(PATH), "what": "take-back"})
    assert again.status_code == 422
    assert "No apologies of Dr Clinical of Merton stand" in again.text
    world.clock.now += timedelta(days=20)
    assert "is over: who came is for its attendance to say" in world.client.get(PATH).text


def test_the_secretary_sends_them_for_a_member_and_a_member_only_their_own(world: World) -> None:
    nurse = world.group.people["Merton"][4]
    theirs, name = f"{PATH}?for={nurse.code}", nurse.name
    world.session.rollback()
    assert world.client.get(theirs).status_code == 403
    world.become("merton-secretary")
    assert theirs in world.client.get(PATH).text
    answered = send(world, theirs)
    assert f"The apologies of {name} are sent." in answered
    assert "Change or take back" in world.client.get(PATH).text
    assert world.client.get(f"{PATH}?for=sutton-chair").status_code == 404


def test_an_item_of_part_2_is_no_way_in_for_who_may_not_know_of_it(world: World) -> None:
    world.become("sutton-secretary")
    assert world.client.get(PATH).status_code == 404
    world.become("director")  # of the same organisation, without a seat
    assert world.client.get(PATH).status_code == 403
    assert world.client.get(f"{PATH}?item={world.private}").status_code in (403, 404)
