"""The page that moves or cancels a meeting says what changed since it was opened; pressed twice, it acts once."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.db import writing
from app.meetings import service
from app.meetings.models import Meeting
from tests.conftest import SettableClock
from tests.meetings.test_pages import World, hidden
from tests.signoff.group import NOW

PATH = "/meetings/merton-2015-11-24/move"
TO_DECEMBER = {"what": "move", "held_on": "2015-12-01", "begins": "14:00", "reason": "The hall is closed."}


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    made.become("merton-secretary")
    return made


def meeting(world: World) -> Meeting:
    world.session.rollback()
    return world.session.scalars(sa.select(Meeting).where(Meeting.code == "merton-2015-11-24")).one()


def acts(world: World) -> int:
    world.session.rollback()
    query = sa.select(sa.func.count()).where(RecordEntry.tag == Tag.MEETING_MOVED.value)
    return world.session.scalar(query) or 0


def press(world: World, fields: Mapping[str, str]) -> TestResponse:
    return world.client.post(PATH, data=fields)


def by_another(world: World, **changed: Any) -> None:
    """Another secretary moves it while the page is open."""
    told = {"held_on": date(2015, 12, 8), "begins": time(10), "reason": "The chair is away.", **changed}
    with writing(world.session):
        service.move_meeting(world.session, meeting(world), **told, doer=world.group.doer("Sutton"), now=NOW)


def test_pressed_twice_it_is_moved_once(world: World) -> None:
    fields = {**world.hidden(PATH), **TO_DECEMBER}
    for _ in (1, 2):
        answered = press(world, fields)
        assert (answered.status_code, answered.location) == (303, "/meetings/merton-2015-11-24")
    assert (meeting(world).held_on, acts(world)) == (date(2015, 12, 1), 1)


def test_pressed_twice_it_is_cancelled_once(world: World) -> None:
    fields = {**world.hidden(PATH), **TO_DECEMBER, "what": "cancel"}
    assert [press(world, fields).status_code for _ in (1, 2)] == [303, 303]
    assert (meeting(world).state, acts(world)) == ("cancelled", 1)


@pytest.mark.parametrize("what", ["move", "cancel"])
def test_moved_meanwhile_it_says_so_and_keeps_what_was_typed(world: World, what: str) -> None:
    fields = {**world.hidden(PATH), **TO_DECEMBER, "what": what}
    by_another(world)
    stale = press(world, fields)
    assert stale.status_code == 409
    for said in (
        "The meeting has changed since it was read. Nothing was recorded.",
        "The meeting is on 8 December 2015 now.",
        "It begins at 10am now.",
        "What you typed is still here: look at it once more, then record it.",
        'value="The hall is closed."',
        'value="2015-12-01"',
    ):
        assert said in stale.text, said
    assert (meeting(world).held_on, acts(world)) == (date(2015, 12, 8), 1)
    # looked at once more, it is recorded beside what stands now
    assert press(world, {**fields, **hidden(stale.text)}).status_code == 303
    became = meeting(world)
    assert (became.held_on, became.state) == (
        (date(2015, 12, 1), "planned") if what == "move" else (date(2015, 12, 8), "cancelled")
    )


def test_an_item_added_or_taken_off_and_another_time_are_changes_too(world: World) -> None:
    fields = {**world.hidden(PATH), **TO_DECEMBER}
    by_another(world, held_on=date(2015, 11, 24), begins=None)
    with writing(world.session):
        told: dict[str, Any] = {"doer": world.group.doer("Merton"), "now": NOW}
        asked: dict[str, Any] = {"origin": "request", "subject_kind": None, "subject_id": None, "purpose": "noting"}
        service.propose_item(world.session, meeting(world), title="Winter", **asked, **told)
    stale = press(world, fields)
    assert stale.status_code == 409
    assert "It has no time now." in stale.text and "“Winter” is on its agenda." in stale.text
    assert acts(world) == 1


def test_cancelled_meanwhile_it_says_so_and_stays_cancelled(world: World) -> None:
    fields = {**world.hidden(PATH), **TO_DECEMBER}
    with writing(world.session):
        told: dict[str, Any] = {"doer": world.group.doer("Sutton"), "now": NOW}
        service.cancel_meeting(world.session, meeting(world), reason="Snow.", **told)
    stale = press(world, fields)
    assert (stale.status_code, "The meeting is cancelled now." in stale.text) == (409, True)
    again = press(world, {**fields, **hidden(stale.text)})
    assert again.status_code == 409
    assert (meeting(world).state, acts(world)) == ("cancelled", 1)


def test_moved_there_and_back_by_others_a_form_is_not_taken_for_its_own_second_press(world: World) -> None:
    fields = {**world.hidden(PATH), **TO_DECEMBER}
    assert press(world, fields).status_code == 303
    by_another(world)
    stale = press(world, fields)
    assert (stale.status_code, acts(world)) == (409, 2)


def test_a_form_that_does_not_say_what_was_seen_records_nothing(world: World) -> None:
    kept = {name: value for name, value in world.hidden(PATH).items() if not name.startswith("seen_")}
    assert press(world, {**kept, **TO_DECEMBER}).status_code == 422
    assert acts(world) == 0
