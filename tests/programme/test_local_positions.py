"""A body's own position: its own answer, approved by it, and no part of the common update."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.permissions import Refused, Stale
from app.programme import queries, service
from app.programme.models import LocalPosition, Period, Update
from app.programme.service import LocalText, UpdateText
from tests.programme.swl import NOW, World, south_west_london


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


TEXT = LocalText("green", "Croydon has named its lead.", "More in **January**.")


def submit(
    session: Session,
    world: World,
    text: LocalText = TEXT,
    seen: int = 0,
    nothing: bool = False,
    body: str = "croydon",
    workstream: str = "architecture",
) -> LocalPosition:
    with writing(session):
        return service.submit_local_position(
            session,
            workstream_id=world.workstreams[workstream],
            period_id=world.periods["2015-10"],
            body_id=world.bodies[body],
            text=text,
            nothing_local=nothing,
            seen=seen,
            doer=world.doer("croydon manager"),
            now=NOW,
        )


def state(session: Session, world: World, workstream: str, body: str) -> str:
    session.rollback()
    return queries.local_state(session, world.workstreams[workstream], world.periods["2015-10"], world.bodies[body])


def test_a_body_that_takes_part_owes_a_position_until_it_answers(session: Session, world: World) -> None:
    assert state(session, world, "architecture", "croydon") == "owed"
    assert state(session, world, "online", "wandsworth") == "not_needed"
    submit(session, world, LocalText(), nothing=True)
    assert state(session, world, "architecture", "croydon") == "nothing_local"


def test_a_position_that_stands_submitted_is_not_submitted_anew_unchanged(session: Session, world: World) -> None:
    first = submit(session, world)
    assert submit(session, world, seen=first.version).version == first.version
    entries = sa.select(sa.func.count()).where(RecordEntry.tag == "local-position.submitted")
    assert session.scalar(entries) == 1


def test_nothing_local_is_refused_where_text_was_typed(session: Session, world: World) -> None:
    with pytest.raises(Refused) as refused:
        submit(session, world, LocalText(None, "", "A note"), nothing=True)
    assert refused.value.needs == (
        "A note is written. You say that there is nothing local to add. Clear it first, or submit it.",
    )


def test_nothing_local_is_an_answer_and_stands_in_the_bodys_own_log(session: Session, world: World) -> None:
    local = submit(session, world, LocalText(), nothing=True)
    assert (local.state, local.position, local.note) == ("nothing_local", "", "")
    entry = session.scalars(sa.select(RecordEntry)).one()
    assert (entry.tag, entry.organisation_name) == ("local-position.submitted", "NHS Croydon CCG")


def test_a_position_is_submitted_and_approved(session: Session, world: World) -> None:
    local = submit(session, world)
    with writing(session):
        service.approve_local_position(session, local.id, local.version, world.doer("croydon secretary"), NOW)
    assert state(session, world, "architecture", "croydon") == "approved"
    with pytest.raises(Refused, match="Croydon approved this position on 5 November 2015"):
        submit(session, world, seen=2)


def test_a_returned_position_keeps_its_comment_until_it_is_submitted_again(session: Session, world: World) -> None:
    local = submit(session, world)
    with writing(session):
        service.return_local_position(
            session, local.id, "Name the lead.", local.version, world.doer("croydon secretary"), NOW
        )
    assert state(session, world, "architecture", "croydon") == "returned"
    assert session.get_one(LocalPosition, local.id).comment == "Name the lead."
    assert submit(session, world, seen=2).comment == ""


def test_a_body_that_takes_no_part_is_refused(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="NHS England does not take part in System architecture"):
        submit(session, world, body="nhs england")


def test_an_empty_position_is_refused_with_what_it_needs(session: Session, world: World) -> None:
    with pytest.raises(Refused) as refused:
        submit(session, world, LocalText())
    assert refused.value.needs == ("Write the position in a line, or answer that there is nothing local to add.",)
    assert state(session, world, "architecture", "croydon") == "owed"


def test_a_stale_page_is_refused_with_what_changed(session: Session, world: World) -> None:
    submit(session, world)
    with pytest.raises(Stale) as refused:
        submit(session, world, LocalText("red", "Croydon has no lead."))
    assert "Croydon Manager saved it on 5 November 2015" in refused.value.sentence
    assert refused.value.changes == (
        "Rating now says: green",
        "Position now says: Croydon has named its lead.",
        "Note now says: More in **January**.",
    )


def test_local_words_are_no_part_of_the_common_hash(session: Session, world: World) -> None:
    text = UpdateText(overall="green", headline="Under way.", done="Something.")
    with writing(session):
        update = service.save_update(
            session, world.workstreams["architecture"], world.periods["2015-10"], text, 0, world.doer("manager"), NOW
        )

    def hashed() -> str:
        session.expire_all()
        found = session.get_one(Update, update.id)
        return queries.common_hash(found, queries.milestones_of(session, found.workstream_id))

    before = hashed()
    submit(session, world)
    submit(session, world, body="wandsworth", text=LocalText("red", "Other words."))
    assert hashed() == before
    with writing(session):
        session.get_one(Update, update.id).headline = "Under way!"
    assert hashed() != before


def test_a_position_stays_open_until_the_bodys_own_pack_is_released(session: Session, world: World) -> None:
    with writing(session):
        service.close_period(session, session.get_one(Period, world.periods["2015-10"]), NOW)
    submit(session, world)
    with writing(session):
        service.close_local_positions(session, world.periods["2015-10"], world.bodies["croydon"], NOW)
    with pytest.raises(Refused, match="Croydon’s pack with its positions was released on 5 November 2015"):
        submit(session, world, seen=1)
    with pytest.raises(Refused, match="cannot be changed after that"):
        submit(session, world, workstream="online")
    assert submit(session, world, body="wandsworth").state == "submitted"
