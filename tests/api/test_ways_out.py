"""The ways out of an item that would not be quorate, as programs are told of them: with what stands in their way."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Act, append
from app.audit.tags import Tag
from app.people.models import BodyRule
from tests.api.world import Program, give_token
from tests.conftest import SettableClock
from tests.meetings.test_ways import Short
from tests.signoff.group import NOW

MEETING, BODY = "/meetings/merton-2015-11-24", "/sign-offs/standards/bodies/merton"

TABLED = (
    "The pack of this meeting was released on 5 November 2015 without it: it comes last on the agenda, and its paper "
    "is tabled at the meeting."
)


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Short:
    return Short(session, client, clock)


def program(world: Short, who: str) -> Program:
    return Program(world.client, give_token(world.session, world.accounts[who].id, world.clock))


def out(world: Short, meeting: str = "merton-2015-11-24") -> None:
    """A pack of the meeting is released."""
    owner, doer = world.group.bodies["Merton"].organisation, world.group.doer("Merton")
    said = {"meeting": meeting, "part": 1}
    append(world.session, [Act(Tag.PACK_RELEASED, doer, owner.id, owner.name, "pack", 1, said)], NOW)
    world.session.commit()


def ways(world: Short, asked: Program) -> list[list[dict[str, str | None]]]:
    """The ways as the agenda, the item and the body's part in the sign-off tell them."""
    agenda = next(one for one in asked.read(MEETING)["items"] if one["item"] == world.item)
    item = asked.read(f"{MEETING}/items/{world.item}")
    return [agenda["ways_out"], item["forecast"]["ways_out"], asked.read(BODY)["forecast"]["ways_out"]]


def test_another_meeting_has_its_obstacle_once_the_pack_is_out(world: Short) -> None:
    secretary, other = program(world, "merton-secretary"), program(world, "sutton-secretary")
    for told in ways(world, secretary):
        assert {one["obstacle"] for one in told} == {None}
    out(world)
    why = "The pack of this meeting was released on 5 November 2015, so its agenda stays as everybody holds it."
    for told in ways(world, secretary):
        assert {one["kind"]: one["obstacle"] for one in told if one["obstacle"]} == {"another_meeting": why}
    told = other.read(BODY)["forecast"]["ways_out"]
    said = [one["obstacle"] for one in told if one["kind"] == "another_meeting"]
    assert said == ["Its agenda is settled, so nothing leaves it any more."]


def test_what_is_decided_at_a_meeting_is_not_offered_to_the_members(world: Short) -> None:
    rule = world.session.scalars(sa.select(BodyRule).where(BodyRule.body_id == world.group.bodies["Merton"].id)).one()
    rule.quorum = {**(rule.quorum or {}), "members_vote": True, "chairs_action": True}
    world.session.commit()
    for told in ways(world, program(world, "merton-secretary")):
        kinds = [one["kind"] for one in told]
        assert kinds[-1] == "chairs_action" and "members_vote" not in kinds


def test_who_puts_a_sign_off_on_an_agenda_whose_pack_is_out_is_told_that_it_is_tabled(world: Short) -> None:
    out(world, "merton-2015-12-15")
    secretary = program(world, "merton-secretary")
    onto = {"meeting": "merton-2015-12-15"}
    assert secretary.write(f"{BODY}/schedule", onto)["tabled"] == TABLED
    new = {"title": "A late word", "purpose": "noting"}
    late = secretary.write("/meetings/merton-2015-12-15/items", new)
    private = f"{MEETING}/items/{world.private}/another-meeting"
    moved = secretary.write(private, {**onto, "reason": "Later."})
    assert (late["tabled"], moved["tabled"]) == (TABLED, TABLED)
    assert secretary.write(f"{MEETING}/items", new)["tabled"] is None


def test_what_stood_on_an_agenda_before_its_pack_went_out_is_not_said_to_be_tabled(world: Short) -> None:
    out(world)
    secretary = program(world, "merton-secretary")
    assert secretary.write(f"{BODY}/schedule", {"meeting": "merton-2015-11-24"})["tabled"] is None
