"""A workstream that nobody reports on is shown as silent, after the days its programme sets."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import writing
from app.programme import queries, service
from app.programme.grid import GridFilters
from app.programme.models import Period, Programme
from app.programme.service import UpdateText
from app.programme.silence import SILENT_DAYS, silence
from tests.programme.swl import NOW, World, signed_in, south_west_london

TODAY = date(2015, 11, 5)


@pytest.mark.parametrize(
    ("heard", "began", "limit", "days", "shown"),
    [
        (TODAY - timedelta(days=29), date(2015, 1, 1), None, 29, False),
        (TODAY - timedelta(days=30), date(2015, 1, 1), None, 30, True),
        (None, TODAY - timedelta(days=30), None, 30, True),
        (None, TODAY + timedelta(days=9), None, 0, False),
        (TODAY - timedelta(days=90), TODAY - timedelta(days=5), None, 5, False),
        (TODAY - timedelta(days=14), date(2015, 1, 1), 14, 14, True),
        (TODAY - timedelta(days=40), date(2015, 1, 1), 60, 40, False),
        (TODAY + timedelta(days=1), date(2015, 1, 1), None, 0, False),
    ],
)
def test_silence_is_counted_from_the_last_update_else_from_the_beginning(
    heard: date | None, began: date, limit: int | None, days: int, shown: bool
) -> None:
    found = silence(heard, began, TODAY, limit)
    assert (found.days, found.shown, found.heard) == (days, shown, heard is not None)


def test_it_is_said_as_a_sentence() -> None:
    assert silence(None, TODAY - timedelta(days=35), TODAY).sentence == "silent for 35 days"
    assert silence(None, TODAY - timedelta(days=1), TODAY).sentence == "silent for 1 day"
    assert SILENT_DAYS == 30


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def test_list_grid_and_page_show_it_and_are_filtered_by_it(client: FlaskClient, session: Session, world: World) -> None:
    text = UpdateText(overall="green", headline="Drawn.", done="Two workshops.")
    with writing(session):
        doer, period = world.doer("manager"), world.periods["2015-10"]
        service.save_and_submit(
            session, world.workstreams["architecture"], period, text, 0, doer, NOW - timedelta(days=20)
        )
    reader = signed_in(client, session, world, "reader")
    assert "for 96 days" in reader.get("/workstreams/online").text
    assert "Silent</strong> for" not in reader.get("/workstreams/architecture").text
    for path in ("/workstreams", "/workstream-grid"):
        page = reader.get(f"{path}?silent=yes").text
        main = page[page.index("<table") : page.index("</table>")]
        assert ("Patients Online" in main, "System architecture" in main) == (True, False)
        assert "for 96 days" in main
    with writing(session):
        session.query(Programme).one().silent_days = 20
    october = session.get_one(Period, world.periods["2015-10"])
    found = queries.grid(session, october, NOW.date(), GridFilters(silent=True))
    assert [row.title for row in found.rows] == ["System architecture", "Patients Online"]
    with writing(session):
        session.query(Programme).one().silent_days = 100
    assert queries.grid(session, october, NOW.date(), GridFilters(silent=True)).rows == []
    assert "No workstream or body fits all of these" in reader.get("/workstream-grid?silent=yes").text
