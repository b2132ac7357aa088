"""A milestone moves only with a reason; its baseline stays and every change is kept."""

from datetime import date
from typing import Literal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.permissions import Refused, Stale
from app.programme import service
from app.programme.dates import parse_given
from app.programme.models import Milestone
from tests.programme.swl import NOW, World, south_west_london


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def move(
    session: Session,
    world: World,
    text: str,
    reason: str = "The workshop moved.",
    seen: int = 0,
    what: Literal["forecast", "actual"] = "forecast",
) -> Milestone:
    with writing(session):
        service.move_milestone(
            session,
            world.milestone,
            what=what,
            became=parse_given(text),
            reason=reason,
            seen=seen,
            doer=world.doer("manager"),
            now=NOW,
        )
    return session.get_one(Milestone, world.milestone)


def test_the_forecast_moves_and_the_baseline_stays(session: Session, world: World) -> None:
    move(session, world, "15 December 2015")
    milestone = move(session, world, "into the new year", "No room was free.", seen=1)
    assert milestone.baseline.latest == date(2015, 11, 30)
    assert (milestone.forecast.words, milestone.forecast.latest) == ("into the new year", None)
    assert [(c.was, c.became, c.reason) for c in milestone.changes] == [
        ("none", "15 December 2015", "The workshop moved."),
        ("15 December 2015", "into the new year", "No room was free."),
    ]
    assert session.scalars(sa.select(RecordEntry.tag)).all() == ["milestone.moved", "milestone.moved"]


def test_a_move_needs_a_reason(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="changes only with a reason"):
        move(session, world, "15 December 2015", "  ")


def test_a_move_to_the_same_date_is_refused(session: Session, world: World) -> None:
    move(session, world, "15 December 2015")
    with pytest.raises(Refused, match="is 15 December 2015 already"):
        move(session, world, "2015-12-15", seen=1)


def test_what_was_not_seen_is_said(session: Session, world: World) -> None:
    move(session, world, "15 December 2015")
    with pytest.raises(Stale) as refused:
        move(session, world, "16 December 2015")
    assert refused.value.changes == (
        "manager changed the forecast from none to 15 December 2015, because: The workshop moved.",
    )


def test_done_is_a_day_that_has_come_and_ends_the_forecast(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="has not come yet"):
        move(session, world, "6 November 2015", what="actual")
    with pytest.raises(Refused, match="When it was done is a day"):
        move(session, world, "November 2015", what="actual")
    assert move(session, world, "4 November 2015", what="actual").actual == date(2015, 11, 4)
    with pytest.raises(Refused, match="was done on 4 November 2015, so it has no forecast"):
        move(session, world, "1 December 2015", seen=1)
