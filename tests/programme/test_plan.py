"""The plan on a page: where everything stands in the drawing, and the same in words."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.programme.listing import workstreams_of
from app.programme.models import Milestone, Programme
from app.programme.plan import plan
from app.programme.plan_drawing import LEFT, WIDTH, drawn
from tests.programme.swl import NOW, World, signed_in, south_west_london

TODAY = NOW.date()


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def add(session: Session, world: World, code: str, words: str, first: date | None, last: date | None) -> Milestone:
    milestone = Milestone(
        code=code,
        workstream_id=world.workstreams["architecture"],
        title=code.title(),
        position=2,
        baseline_words=words,
        baseline_earliest=first,
        baseline_latest=last,
        demonstration=True,
    )
    session.add(milestone)
    session.commit()
    return milestone


def test_words_stand_over_all_their_days_and_a_day_is_a_point(session: Session, world: World) -> None:
    late = add(session, world, "late", "through the autumn", date(2015, 9, 1), date(2016, 1, 31))
    late.forecast_words, late.forecast_earliest, late.forecast_latest = "May", date(2016, 5, 1), date(2016, 5, 31)
    add(session, world, "unknown", "when the money is there", None, None)
    session.commit()
    programme = session.get_one(Programme, world.programme)
    drawing = drawn(plan(session, programme, workstreams_of(session, world.programme)), TODAY)
    assert drawing is not None and drawing.today is not None
    point, span, nothing = drawing.lines
    assert point.baseline is not None and not point.baseline.spans and point.arrow is None
    assert span.baseline is not None and span.forecast is not None
    assert span.baseline.spans and span.baseline.x < drawing.today.x < span.baseline.x2
    assert span.arrow == (span.baseline.x2, span.forecast.x)
    assert (nothing.baseline, nothing.forecast, nothing.actual) == (None, None, None)
    assert span.baseline.x >= LEFT and span.forecast.x2 <= WIDTH
    assert len({line.y for line in drawing.lines}) == 3


def test_the_plan_is_drawn_with_links_and_said_in_a_table(client: FlaskClient, session: Session, world: World) -> None:
    add(session, world, "late", "through the autumn", date(2015, 9, 1), date(2016, 1, 31))
    page = signed_in(client, session, world, "reader").get("/plan").text
    assert 'aria-label="Late: baseline through the autumn. No change from its baseline."' in page
    assert "The same in words" in page and "style=" not in page
    assert "no milestones yet" in page
    reader = signed_in(client, session, world, "reader")
    assert "1 of 2 workstreams" in reader.get("/plan?workstream=online").text
    assert "there is nothing to draw" in reader.get("/plan?workstream=online").text
    assert "System architecture,Architecture drawn,30 November 2015" in reader.get("/plan?as=csv").text
    assert reader.get("/plan?page=-4").status_code == 200
    assert signed_in(client, session, world, "stranger").get("/plan?programme=swl").status_code == 404
