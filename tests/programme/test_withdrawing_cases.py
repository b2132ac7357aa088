"""The programme office withdraws a case: what follows is said first, and the agendas ahead let go of it."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Act, append
from app.audit.tags import Tag
from app.meetings.models import AgendaItem
from app.programme.models import Programme
from app.signoff import queries, service
from app.signoff.folding import folded
from app.signoff.models import CaseState, PartyState
from tests.conftest import SettableClock
from tests.signoff.group import NOW
from tests.signoff.test_pages import World, hidden

CASE = "/sign-offs/standards"
PAGE = f"{CASE}/withdraw-case"
REASON = "The plan is overtaken."


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    """The case is on the agendas of Merton and Sutton; Sutton's pack is released."""
    made = World(session, client, clock)
    group = made.group
    session.add(
        Programme(
            code="group-programme",
            collaborative_id=group.collaborative.id,
            name="The programme of the group",
            strapline="Together",
            source=None,
        )
    )
    sutton, meeting = group.bodies["Sutton"], made.meetings["Sutton"]
    service.schedule(session, made.case, sutton, meeting, group.doer("Sutton"), NOW)
    own = sutton.organisation
    released = Act(
        Tag.PACK_RELEASED, group.doer("Sutton"), own.id, own.name, "pack", 1, {"meeting": meeting.code, "number": 1}
    )
    append(session, [released], NOW)
    session.commit()
    made.become("director")
    return made


def test_it_says_what_follows_and_then_does_it(world: World) -> None:
    assert PAGE in world.client.get(CASE).text
    page = " ".join(world.client.get(PAGE).text.split())
    assert "It comes off Merton’s agenda of 24 November 2015" in page
    assert "It stays on Sutton’s agenda of 24 November 2015, marked as withdrawn. The pack of this meeting" in page
    done = world.client.post(PAGE, data={**hidden(page), "reason": REASON}, follow_redirects=True)
    text = " ".join(done.text.split())
    assert "It came off 1 agenda." in text and "Withdrawn" in text and REASON in text
    assert "Withdraw this case" not in text
    world.session.rollback()
    items = world.session.scalars(sa.select(AgendaItem).where(AgendaItem.subject_kind == "case")).all()
    off = {item.meeting.body.short_name: item.taken_off_because for item in items}
    assert off["Sutton"] is None and off["Merton"] is not None and off["Merton"].endswith(REASON)
    [entry] = world.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.CASE_WITHDRAWN))
    assert entry.actor_name == "Director of the programme"
    world.become("sutton-secretary")
    assert "Withdrawn</strong>" in world.client.get("/meetings/sutton-2015-11-24").text
    world.become("merton-secretary")
    assert REASON in world.client.get("/meetings/merton-2015-11-24").text


def test_the_projection_is_what_a_fold_gives(world: World) -> None:
    told = {**hidden(world.client.get(PAGE).text), "reason": REASON}
    assert world.client.post(PAGE, data=told).status_code == 303
    world.session.rollback()
    stored = {row.body_id: (row.standing, row.meeting_id) for row in world.session.scalars(sa.select(PartyState))}
    case = queries.case_by_code(world.session, "standards")
    parties = folded(world.session, case, world.clock.now).standing.parties
    assert {one.party.body_id: (one.word, one.meeting_id) for one in parties}.items() <= stored.items()
    assert world.session.get_one(CaseState, case.id).state == "withdrawn"


def test_without_a_reason_or_on_a_page_that_is_old_nothing_is_withdrawn(world: World) -> None:
    told = hidden(world.client.get(PAGE).text)
    assert world.client.post(PAGE, data={**told, "reason": ""}).status_code == 422
    old = world.client.post(PAGE, data={**told, "seen": "1", "reason": REASON})
    assert old.status_code == 409 and "Nothing was withdrawn." in old.text
    world.session.rollback()
    assert world.session.scalar(sa.select(AgendaItem.id).where(AgendaItem.taken_off_at.is_not(None))) is None


def test_only_the_programme_office_withdraws_and_only_once(world: World) -> None:
    told = {**hidden(world.client.get(PAGE).text), "reason": REASON}
    assert world.client.post(PAGE, data=told).status_code == 303
    again = world.client.get(PAGE)
    assert again.status_code == 403 and "The case is closed" in again.text
    world.become("merton-secretary")
    assert world.client.get(PAGE).status_code == 403
