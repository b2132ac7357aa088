"""Deputies in a decision: within their dates only, one person however they are named, their conflict with them."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.meetings.models import ItemConflict
from app.meetings.queries import item_about
from app.people.models import BodyRule, SeatDeputy
from app.permissions import Refused
from app.signoff import queries
from tests.conftest import SettableClock
from tests.signoff.group import BEGAN, NOW, QUORUM, decide
from tests.signoff.test_pages import EVENING, World, post
from workflows.facts import AttendanceFact

GP = 7


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    made.become("merton-secretary")
    made.clock.now = EVENING
    return made


def deputised(world: World, starts: date, ends: date | None) -> tuple[AttendanceFact, ...]:
    """Merton’s meeting with a deputy in the GP member’s seat, named as such for these dates."""
    group = world.group
    seat, deputy = group.seats["Merton"][GP], group.people["Sutton"][GP]
    world.session.add(SeatDeputy(seat_id=seat.id, person_id=deputy.id, starts=starts, ends=ends, demonstration=False))
    world.session.flush()
    holder = group.people["Merton"][GP].name
    return (
        *group.everyone("Merton", without=("gp_member",)),
        AttendanceFact(seat.id, None, deputy.name.upper(), "present", deputy_for=holder),
    )


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (BEGAN, date(2015, 11, 23), "until 23 November 2015, so not on 24 November 2015."),
        (date(2015, 11, 25), None, "from 25 November 2015, so not yet on 24 November 2015."),
    ],
)
def test_a_deputy_out_of_their_dates_is_refused(world: World, starts: date, ends: date | None, why: str) -> None:
    there = deputised(world, starts, ends)
    with pytest.raises(Refused) as refusal:
        decide(world.session, world.group, world.case, "Merton", world.meetings["Merton"], EVENING, attendance=there)
    assert refusal.value.sentence == f"Dr GP of Sutton may stand in for the seat GP member {why}"


def test_a_deputy_sits_on_the_last_day_of_their_dates(world: World) -> None:
    there = deputised(world, date(2015, 11, 24), date(2015, 11, 24))
    assert decide(world.session, world.group, world.case, "Merton", world.meetings["Merton"], EVENING, attendance=there)


def test_a_holder_typed_as_deputy_beside_their_own_seat_counts_once(world: World) -> None:
    world.session.query(BodyRule).where(BodyRule.body_id == world.group.bodies["Merton"].id).update(
        {"quorum": {**QUORUM, "share_numerator": 8, "share_denominator": 8}}
    )
    world.session.commit()
    seat, lay = world.group.seats["Merton"][GP], world.group.people["Merton"][6]
    answered = post(world, world.decision(**{f"deputy_{seat.id}": lay.name}))
    assert answered.status_code == 422
    assert "Merton is not quorate for this item: 1 more voting seat needed (7 of 8 count as present" in answered.text


def test_the_conflict_of_a_holder_goes_with_them_into_the_seat_they_deputise_for(world: World) -> None:
    meeting, seat = world.meetings["Merton"], world.group.seats["Merton"][GP]
    lay_seat, lay = world.group.seats["Merton"][6], world.group.people["Merton"][6]
    item = item_about(world.session, meeting.id, "case", world.case.id, 1)
    assert item is not None
    world.session.add(
        ItemConflict(
            item_id=item.id,
            seat_id=lay_seat.id,
            person_id=lay.id,
            interest_kind="financial",
            handling="stay_silent",
            reason="A practice of theirs.",
            handled_by="Dr Clinical of Merton",
            at=NOW,
            demonstration=False,
        )
    )
    world.session.commit()
    chosen = {f"deputy_{seat.id}": lay.name, f"voted_{lay_seat.id}": ""}
    answered = post(world, world.decision(**chosen))
    assert answered.status_code == 422
    assert "Dr Lay of Merton may not vote on this item because of a financial interest." in answered.text
    world.session.rollback()
    assert [entry.tag for entry in queries.history(world.session, world.case)].count("decision.recorded") == 4
