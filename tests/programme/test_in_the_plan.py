"""A milestone is added, withdrawn and put back in a page, each with a reason; none is ever deleted."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.permissions import Refused, Stale
from app.programme import queries, service
from app.programme.baselines import set_tolerance
from app.programme.consequences import consequences
from app.programme.content import common_content
from app.programme.dates import parse_given
from app.programme.dependencies import add_dependency
from app.programme.models import Milestone, Period, Update
from app.programme.moved import MilestoneFact, moves
from tests.programme.swl import NOW, World, signed_in, south_west_london
from tests.programme.test_moved_between_periods import ENDS, IN, LATER, SINCE, STARTS, fact


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def add(session: Session, world: World, title: str = "Map printed", when: str = "by the end of November") -> Milestone:
    with writing(session):
        made = service.add_milestone(
            session,
            world.workstreams["architecture"],
            title=title,
            when=parse_given(when, "1 November 2015", "30 November 2015"),
            reason="The boards asked for it.",
            doer=world.doer("manager"),
            now=NOW,
        )
        return session.get_one(Milestone, made.id)


def withdraw(
    session: Session, world: World, milestone_id: int, seen: int = 0, reason: str = "It is bought in."
) -> None:
    with writing(session):
        service.withdraw_milestone(session, milestone_id, reason=reason, seen=seen, doer=world.doer("manager"), now=NOW)


def test_a_milestone_comes_into_the_plan_with_its_date_as_it_was_given_and_why(session: Session, world: World) -> None:
    made = add(session, world)
    assert (made.code, made.position, made.added_on) == ("swl-milestone-1", 2, date(2015, 11, 5))
    assert (made.baseline.words, made.baseline.latest) == ("by the end of November", date(2015, 11, 30))
    assert not made.forecast and made.awaited
    assert [(c.what, c.was, c.reason) for c in made.changes] == [("added", "none", "The boards asked for it.")]
    assert session.scalars(sa.select(RecordEntry.tag)).all() == ["milestone.added"]
    period = session.get_one(Period, world.periods["2015-10"])
    (move,) = queries.moved(session, period)
    assert (move.way, move.milestone.title, move.reason) == ("new", "Map printed", "The boards asked for it.")


@pytest.mark.parametrize(
    ("title", "reason", "says"),
    [
        ("  ", "Asked for.", "known by its title"),
        ("Map printed", " ", "only with a reason"),
        ("architecture  DRAWN", "Asked for.", "is a milestone of System architecture already"),
    ],
)
def test_what_is_not_said_is_asked_for(session: Session, world: World, title: str, reason: str, says: str) -> None:
    with pytest.raises(Refused, match=says), writing(session):
        service.add_milestone(
            session,
            world.workstreams["architecture"],
            title=title,
            when=parse_given("November 2015"),
            reason=reason,
            doer=world.doer("manager"),
            now=NOW,
        )


def test_what_was_withdrawn_is_kept_and_nothing_waits_for_it(session: Session, world: World) -> None:
    after = add(session, world).id
    with writing(session):
        add_dependency(session, after, world.milestone, note="It shows it.", doer=world.doer("manager"), now=NOW)
    first = session.get_one(Milestone, world.milestone)
    assert len(consequences(session, first, None, NOW).dependants) == 1
    withdraw(session, world, world.milestone)
    first = session.get_one(Milestone, world.milestone)
    assert (first.withdrawn_on, first.awaited, len(first.changes)) == (date(2015, 11, 5), False, 1)
    assert (first.changes[0].was, first.changes[0].became) == ("30 November 2015", "withdrawn")
    assert consequences(session, first, None, NOW).dependants == []
    period = session.get_one(Period, world.periods["2015-10"])
    assert [(one.way, one.reason) for one in queries.moved(session, period)] == [
        ("withdrawn", "It is bought in."),
        ("new", "The boards asked for it."),
    ]
    with pytest.raises(Refused, match="was withdrawn from the plan on 5 November 2015"), writing(session):
        set_tolerance(session, world.milestone, 5, reason="Room.", doer=world.doer("director"), now=NOW)
    with pytest.raises(Stale) as stale:
        withdraw(session, world, world.milestone)
    assert stale.value.changes == ("manager withdrew it, because: It is bought in.",)


def test_it_is_put_back_with_the_dates_it_had(session: Session, world: World) -> None:
    withdraw(session, world, world.milestone)
    with writing(session):
        service.put_back_milestone(
            session, world.milestone, reason="It is wanted.", seen=1, doer=world.doer("manager"), now=NOW
        )
    milestone = session.get_one(Milestone, world.milestone)
    assert milestone.awaited and milestone.baseline.words == "30 November 2015"
    assert [one.what for one in milestone.changes] == ["withdrawn", "put back"]
    period = session.get_one(Period, world.periods["2015-10"])
    assert queries.moved(session, period) == []


def test_what_was_done_is_not_withdrawn(session: Session, world: World) -> None:
    session.get_one(Milestone, world.milestone).actual = date(2015, 11, 4)
    session.commit()
    with pytest.raises(Refused, match="was done on 4 November 2015"):
        withdraw(session, world, world.milestone)


def test_what_is_withdrawn_is_pushed_out_of_the_period_in_which_it_was_expected() -> None:
    def gone(milestone: MilestoneFact) -> MilestoneFact:
        return replace(milestone, withdrawn_on=date(2015, 11, 5), withdrawn_because="It is bought in.")

    found = moves([gone(fact(IN))], STARTS, ENDS, SINCE)
    assert [(one.way, one.was, one.reason) for one in found] == [("withdrawn", IN, "It is bought in.")]
    assert [one.was for one in moves([gone(fact(LATER, IN))], STARTS, ENDS, SINCE)] == [IN]
    for other in (
        gone(fact(LATER)),
        replace(fact(IN), withdrawn_on=date(2015, 9, 30)),
        gone(replace(fact(IN), added_on=date(2015, 11, 2))),
    ):
        assert moves([other], STARTS, ENDS, SINCE) == []


def test_the_hash_of_an_update_tells_what_was_withdrawn(session: Session, world: World) -> None:
    update = Update(
        workstream=session.get_one(Milestone, world.milestone).workstream,
        period=session.get_one(Period, world.periods["2015-10"]),
        state="draft",
        version=1,
        written_at=NOW,
        demonstration=True,
    )
    with session.no_autoflush:
        milestone = session.get_one(Milestone, world.milestone)
        before = common_content(update, [milestone])
        milestone.withdrawn_on = date(2015, 11, 5)
        assert common_content(update, [milestone]) != before
    session.rollback()


def test_the_pages_add_withdraw_and_put_back(client: FlaskClient, session: Session, world: World) -> None:
    office = signed_in(client, session, world, "manager")
    assert "/workstreams/architecture/milestones/new" in office.get("/workstreams/architecture").text
    page = "/workstreams/architecture/milestones/new"
    wrong = office.post(page, {"title": "Map printed", "became": "30 February 2016", "reason": ""})
    assert wrong.status_code == 422
    assert "is not a day of the calendar" in wrong.text and "Say why it is added" in wrong.text
    assert 'value="Map printed"' in wrong.text
    asked = {"title": "Map printed", "became": "by the spring", "reason": "The boards asked for it."}
    added = office.post(page, {**asked, "earliest": "1 March 2016", "latest": "31 May 2016"})
    assert added.location == "/milestones/swl-milestone-1"
    shown = office.get("/milestones/swl-milestone-1").text
    assert "by the spring" in shown and "The boards asked for it." in shown and "not in the plan" in shown
    gone = office.post("/milestones/swl-milestone-1/withdraw", {"seen": "1", "reason": "It is bought in."})
    assert gone.status_code == 303
    shown = office.get("/milestones/swl-milestone-1").text
    assert "<s>Map printed</s>" in shown and "Put it back into the plan" in shown and "/date" not in shown
    assert "<s>Map printed</s>" in office.get("/plan").text
    assert "5 November 2015" in office.get("/plan?as=csv").text
    assert "<s>Map printed</s>" in office.get("/workstreams/architecture").text
    stale = office.post("/milestones/swl-milestone-1/withdraw", {"seen": "1", "reason": "Again."})
    assert stale.status_code == 409
    back = office.post("/milestones/swl-milestone-1/withdraw", {"seen": "2", "reason": "It is wanted."})
    assert back.status_code == 303
    reader = signed_in(client, session, world, "reader")
    assert reader.get(page).status_code == 403
    assert "milestones/new" not in reader.get("/workstreams/architecture").text
