"""The common update: rolled forward, saved without writing over another, submitted when complete, approved, closed."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.permissions import Missing, Refused, Stale
from app.programme import queries, service
from app.programme.models import Period, Update
from app.programme.service import UpdateText
from tests.programme.swl import NOW, World, south_west_london

FULL = UpdateText(
    overall="amber",
    time="green",
    headline="The architecture is being drawn.",
    done="Two workshops were held.",
    next="A third workshop.",
    path_to_green="Find a clinical lead.",
)


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def save(
    session: Session, world: World, text: UpdateText, seen: int, who: str = "manager", at: str = "2015-10"
) -> Update:
    with writing(session):
        return service.save_update(
            session, world.workstreams["architecture"], world.periods[at], text, seen, world.doer(who), NOW
        )


def submit(session: Session, world: World, update: Update) -> Update:
    with writing(session):
        return service.submit_update(session, update.id, update.version, world.doer("manager"), NOW)


def approve(session: Session, world: World, update: Update, who: str = "director") -> Update:
    with writing(session):
        return service.approve_update(session, update.id, update.version, world.doer(who), NOW + timedelta(hours=1))


def tags(session: Session) -> list[str]:
    return list(session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)))


def test_a_draft_is_saved_submitted_and_approved_and_each_act_is_on_record(session: Session, world: World) -> None:
    update = approve(session, world, submit(session, world, save(session, world, FULL, 0)))
    assert (update.state, update.version) == ("approved", 3)
    assert tags(session) == ["update.submitted", "update.approved"]
    entry = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc()).limit(1)).one()
    assert (entry.payload or {})["hash"] == queries.common_hash(
        update, queries.milestones_of(session, update.workstream_id)
    )
    assert (entry.payload or {})["same_person"] is False


def test_two_people_cannot_save_over_each_other(session: Session, world: World) -> None:
    update = save(session, world, FULL, 0)
    save(session, world, replace(FULL, headline="Another headline."), update.version, "director")
    with pytest.raises(Stale) as refused:
        save(session, world, replace(FULL, done="Three workshops."), 1)
    assert refused.value.sentence == (
        "Director saved this update on 5 November 2015, after you opened the page. Nothing of yours was saved."
    )
    assert refused.value.changes == (
        "Headline now says: Another headline.",
        "Done this period now says: Two workshops were held.",
    )


def test_two_people_cannot_both_begin_the_same_update(session: Session, world: World) -> None:
    save(session, world, FULL, 0)
    with pytest.raises(Stale, match="Manager saved this update"):
        save(session, world, replace(FULL, done="Mine"), 0, "director")


def test_what_is_missing_is_said_sentence_by_sentence(session: Session, world: World) -> None:
    update = save(session, world, UpdateText(time="red", risk="amber"), 0)
    with pytest.raises(Refused) as refused:
        submit(session, world, update)
    assert refused.value.sentence == "The update cannot be submitted yet: 4 things are missing."
    assert refused.value.needs == (
        "Rate the workstream overall: blue, green, amber or red.",
        "Write a headline: the one sentence a governing body should remember.",
        "Say what was done this period.",
        "Rated red (time) and amber (risk): say what brings it back to green.",
    )


def test_green_needs_no_path_to_green(session: Session, world: World) -> None:
    update = save(session, world, replace(FULL, overall="green", path_to_green=""), 0)
    assert submit(session, world, update).state == "submitted"


def test_an_update_that_stands_submitted_is_not_submitted_anew_unchanged(session: Session, world: World) -> None:
    stream, period = world.workstreams["architecture"], world.periods["2015-10"]

    def send(text: UpdateText, seen: int) -> Update:
        with writing(session):
            return service.save_and_submit(session, stream, period, text, seen, world.doer("manager"), NOW)

    first = send(FULL, 0)
    assert send(FULL, first.version).version == first.version
    assert tags(session) == ["update.submitted"]
    send(replace(FULL, headline="It is drawn."), first.version)
    assert tags(session) == ["update.submitted", "update.submitted"]


def roll(session: Session, world: World, text: UpdateText, seen: int) -> Update:
    stream, period = world.workstreams["architecture"], world.periods["2015-10"]
    with writing(session):
        return service.roll_forward(session, stream, period, text, seen, world.doer("manager"), NOW)


def test_rolling_forward_copies_the_ratings_and_suggests_what_was_due_as_done(session: Session, world: World) -> None:
    approve(session, world, submit(session, world, save(session, world, FULL, 0, at="2015-08")))
    update = roll(session, world, UpdateText(), 0)
    assert (update.state, update.overall, update.time, update.headline, update.next) == (
        "draft",
        "amber",
        "green",
        "",
        "",
    )
    assert update.path_to_green == "Find a clinical lead."
    assert update.done == "A third workshop."


def test_rolling_forward_fills_only_what_is_empty(session: Session, world: World) -> None:
    approve(session, world, submit(session, world, save(session, world, FULL, 0, at="2015-08")))
    typed = UpdateText(overall="red", headline="It stands still.", done="One workshop, not three.", next="A fourth.")
    update = roll(session, world, typed, 0)
    assert UpdateText.of(update) == replace(typed, time="green", path_to_green="Find a clinical lead.")
    assert roll(session, world, typed, 0).version == update.version == 1
    with pytest.raises(Stale):
        roll(session, world, replace(typed, next="A fifth."), 0)


def test_a_submitted_update_is_not_rolled_forward(session: Session, world: World) -> None:
    approve(session, world, submit(session, world, save(session, world, FULL, 0, at="2015-08")))
    update = submit(session, world, save(session, world, FULL, 0))
    with pytest.raises(Refused, match="nothing left to begin"):
        roll(session, world, FULL, update.version)
    assert update.state == "submitted"


def test_there_must_be_something_to_roll_forward(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="no update of an earlier period"):
        roll(session, world, UpdateText(), 0)


def test_an_approved_update_changes_only_when_the_director_returns_it(session: Session, world: World) -> None:
    update = approve(session, world, submit(session, world, save(session, world, FULL, 0)))
    with pytest.raises(Refused, match="approved by Director on 5 November 2015"):
        save(session, world, replace(FULL, done="More"), update.version)
    with pytest.raises(Refused, match="returned with a comment"), writing(session):
        service.return_update(session, update.id, " ", update.version, world.doer("director"), NOW)
    with writing(session):
        service.return_update(session, update.id, "Say who leads.", update.version, world.doer("director"), NOW)
    session.refresh(update)
    assert (update.state, update.comment, update.approved_at) == ("returned", "Say who leads.", None)
    again = submit(session, world, save(session, world, replace(FULL, done="More"), update.version))
    assert (again.state, again.comment) == ("submitted", "")
    assert tags(session) == ["update.submitted", "update.approved", "update.returned", "update.submitted"]


def test_a_submitted_update_saved_again_is_a_draft_again(session: Session, world: World) -> None:
    update = submit(session, world, save(session, world, FULL, 0))
    assert save(session, world, replace(FULL, done="More"), update.version).state == "draft"


def test_who_approves_sees_what_is_approved(session: Session, world: World) -> None:
    update = submit(session, world, save(session, world, FULL, 0))
    seen = update.version
    update = submit(session, world, save(session, world, replace(FULL, overall="red"), seen))
    with pytest.raises(Stale), writing(session):
        service.approve_update(session, update.id, seen, world.doer("director"), NOW)


def test_submitting_and_approving_twice_is_once(session: Session, world: World) -> None:
    update = submit(session, world, save(session, world, FULL, 0))
    update = submit(session, world, update)
    update = approve(session, world, approve(session, world, update))
    assert tags(session) == ["update.submitted", "update.approved"]


def test_the_record_says_when_the_writer_approves(session: Session, world: World) -> None:
    update = save(session, world, FULL, 0, "director")
    approve(session, world, submit(session, world, update))
    entry = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc()).limit(1)).one()
    assert (entry.payload or {})["same_person"] is True


def test_a_released_period_is_closed(session: Session, world: World) -> None:
    update = submit(session, world, save(session, world, FULL, 0))
    with writing(session):
        service.close_period(session, session.get_one(Period, world.periods["2015-10"]), NOW)
    with pytest.raises(Refused, match="October/November 2015 was released on 5 November 2015"):
        save(session, world, FULL, update.version)
    with pytest.raises(Refused, match="cannot be changed after that"):
        approve(session, world, update)
    with pytest.raises(Refused, match="August/September 2015 is over"):
        save(session, world, FULL, 0, at="2015-08")
    assert save(session, world, FULL, 0, at="2015-12").state == "draft"


def test_a_period_is_released_once(session: Session, world: World) -> None:
    period = session.get_one(Period, world.periods["2015-10"])
    for hours in (0, 5):
        with writing(session):
            service.close_period(session, period, NOW + timedelta(hours=hours))
    assert period.released_at == NOW


def test_the_open_period_follows_the_last_released_one(session: Session, world: World) -> None:
    def named(period: Period | None) -> str | None:
        return period.code if period else None

    assert named(queries.open_period(session, world.programme, NOW.date())) == "2015-10"
    for code, following in (("2015-10", "2015-12"), ("2015-12", None)):
        with writing(session):
            service.close_period(session, session.get_one(Period, world.periods[code]), NOW)
        assert named(queries.open_period(session, world.programme, NOW.date())) == following


def test_an_update_of_another_programmes_period_is_missing(session: Session, world: World) -> None:
    with pytest.raises(Missing), writing(session):
        service.save_update(session, world.workstreams["architecture"], 999, FULL, 0, world.doer("manager"), NOW)
