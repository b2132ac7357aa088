"""What was pushed out of a period or added into it is told with its reason, by the dates as they stood at its start."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import writing
from app.db.types import GivenDate
from app.programme import queries, service
from app.programme.dates import given_day, parse_given
from app.programme.models import Milestone, MilestoneChange, Period
from app.programme.moved import Change, MilestoneFact, moves
from tests.programme.swl import NOW, World, signed_in, south_west_london

STARTS, ENDS = date(2015, 10, 1), date(2015, 11, 30)
SINCE = datetime(2015, 9, 30, 23, 0, tzinfo=UTC)
IN, LATER, EARLIER = parse_given("November 2015"), parse_given("January 2016"), parse_given("September 2015")
WORDS = GivenDate("in the autumn")


def fact(now: GivenDate, *was: GivenDate | None, actual: date | None = None, at: datetime = NOW) -> MilestoneFact:
    """A milestone with a baseline in the period, whose forecast changed once for each date before."""
    changes = tuple(Change(at, one, f"Reason {number}.") for number, one in enumerate(was, 1))
    return MilestoneFact("drawn", "Drawn", "architecture", "Architecture", True, IN, now, actual, changes)


@pytest.mark.parametrize(
    ("milestone", "way"),
    [
        (fact(LATER, IN), "pushed out"),
        (fact(LATER, None), "pushed out"),
        (fact(EARLIER, IN), "brought forward out"),
        (fact(IN, LATER), "added"),
        (fact(IN, EARLIER), "added"),
        (fact(IN, IN), None),
        (fact(LATER), None),
        (fact(LATER, EARLIER), None),
        (fact(WORDS, IN), None),
        (fact(LATER, WORDS), None),
        (fact(given_day(ENDS), LATER), "added"),
        (fact(given_day(date(2015, 12, 1)), given_day(STARTS)), "pushed out"),
        (fact(IN, IN, LATER), None),
        (fact(LATER, IN, EARLIER, at=datetime(2015, 9, 30, 22, 59, tzinfo=UTC)), None),
        (fact(LATER, IN, actual=date(2015, 11, 4)), None),
        (replace(fact(IN), added_on=date(2015, 11, 2)), "new"),
        (replace(fact(IN, IN, LATER), added_on=date(2015, 11, 2)), "new"),
        (replace(fact(LATER), added_on=date(2015, 11, 2)), None),
        (replace(fact(LATER, IN), added_on=date(2015, 11, 2)), None),
        (replace(fact(IN), added_on=date(2015, 9, 30)), None),
    ],
)
def test_a_milestone_moves_where_it_crosses_an_end_of_the_period(milestone: MilestoneFact, way: str | None) -> None:
    found = moves([milestone], STARTS, ENDS, SINCE)
    assert [move.way for move in found] == ([way] if way else [])


def test_it_is_told_from_what_it_was_at_the_start_with_the_last_reason() -> None:
    (move,) = moves([fact(LATER, IN, given_day(date(2015, 11, 20)))], STARTS, ENDS, SINCE)
    assert (move.was, move.now, move.reason) == (IN, LATER, "Reason 2.")


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def move(session: Session, world: World, words: str, seen: int, reason: str = "No room was free.") -> None:
    with writing(session):
        service.move_milestone(
            session,
            world.milestone,
            what="forecast",
            became=parse_given(words),
            reason=reason,
            seen=seen,
            doer=world.doer("manager"),
            now=NOW,
        )


def moved(session: Session, world: World, code: str) -> list[str]:
    session.rollback()
    return [one.way for one in queries.moved(session, session.get_one(Period, world.periods[code]))]


def test_what_leaves_one_period_is_added_into_another(client: FlaskClient, session: Session, world: World) -> None:
    move(session, world, "15 January 2016", 0)
    assert (moved(session, world, "2015-10"), moved(session, world, "2015-12")) == (["pushed out"], [])
    with writing(session):
        session.get_one(Period, world.periods["2015-10"]).released_at = NOW
    assert moved(session, world, "2015-12") == ["added"], "since the last release, which was before the period began"
    reader = signed_in(client, session, world, "reader")
    for path in ("/workstreams/architecture", "/workstream-grid", "/workstreams/architecture/update/preview"):
        page = reader.get(f"{path}?period=2015-10").text
        assert "Pushed out of October/November 2015, or added into it" in page
        assert "Architecture drawn, was 30 November 2015, now 15 January 2016. No room was free." in page


def test_words_keep_the_days_they_meant_and_older_changes_are_read_from_their_words(
    session: Session, world: World
) -> None:
    with writing(session):
        milestone = session.get_one(Milestone, world.milestone)
        milestone.forecast_words, milestone.forecast_latest = "before the festival", date(2015, 11, 20)
    move(session, world, "February 2016", 0)
    assert moved(session, world, "2015-10") == ["pushed out"]
    with writing(session):
        change = session.query(MilestoneChange).one()
        change.was, change.was_latest = "20 November 2015", None
    assert moved(session, world, "2015-10") == ["pushed out"]
    with writing(session):
        session.query(MilestoneChange).one().was = "before the festival"
    assert moved(session, world, "2015-10") == []


def test_it_takes_the_same_number_of_statements_however_many_moved(session: Session, world: World) -> None:
    def counted() -> int:
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
            statements.append(statement)

        session.rollback()
        period = session.get_one(Period, world.periods["2015-10"])
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        queries.moved(session, period)
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    move(session, world, "15 January 2016", 0)
    few = counted()
    with writing(session):
        for number in range(20):
            one = Milestone(
                code=f"more-{number}",
                workstream_id=world.workstreams["online"],
                title="More",
                position=number,
                baseline_words="x",
                demonstration=True,
            )
            session.add(one)
            session.flush()
            session.add(
                MilestoneChange(
                    milestone_id=one.id, what="forecast", was="none", became="x", reason="r", by="b", at=NOW
                )
            )
    assert counted() == few
