"""The workbook in the page: sent, shown row by row, and only what was shown is imported."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import RecordEntry
from app.exchange.models import Upload
from app.exchange.service import Forecast
from app.people.models import Account, Organisation, Person, RoleHolding, Seat
from tests.conftest import SettableClock
from tests.exchange.folders import small
from tests.exchange.hostile_workbooks import CASES
from tests.signoff.group import begin_session

BringIn = Callable[[Path], Forecast]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def administrator(
    client: FlaskClient, session: Session, bring_in: BringIn, clock: SettableClock, tmp_path: Path
) -> FlaskClient:
    """The small world is in, and its administrator signed in."""
    bring_in(small(tmp_path / "in"))
    person = session.scalars(sa.select(Person).where(Person.code == "ann-example")).one()
    host = session.scalars(sa.select(Organisation).where(Organisation.ods_code == "08X")).one()
    account = Account(person_id=person.id, password_hash="none", demonstration=False)
    held = RoleHolding(person_id=person.id, role="administrator", organisation_id=host.id, starts=date(2015, 1, 1))
    session.add_all([account, held])
    session.commit()
    client.set_cookie("concord", begin_session(session, account, clock.real))
    session.commit()
    return client


def token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None
    return found[1]


def exported(client: FlaskClient) -> openpyxl.Workbook:
    answer = client.post("/workbook/export", data={"csrf_token": token(client.get("/workbook").text)})
    assert answer.status_code == 200
    assert 'filename="concord-2015-11-05.xlsx"' in answer.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def sent(client: FlaskClient, data: bytes) -> TestResponse:
    """The answer to a workbook that is sent, with the page it leads to."""
    form = {"csrf_token": token(client.get("/workbook").text), "workbook": (io.BytesIO(data), "facts.xlsx")}
    return client.post("/workbook", data=form, follow_redirects=True)


def saved(book: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def confirmed(client: FlaskClient, shown: TestResponse) -> TestResponse:
    found = SEEN.search(shown.text)
    assert found is not None
    form = {"csrf_token": token(shown.text), "seen": found[1]}
    return client.post(shown.request.path, data=form, follow_redirects=True)


def test_what_was_shown_is_imported_once_confirmed(administrator: FlaskClient, session: Session) -> None:
    book = exported(administrator)
    book["seats"]["C3"] = "Chair"
    book["people"].append(["new-example", "=New Example", "new@example.org", "yes"])
    book["people"].cell(book["people"].max_row, 2).data_type = "s"  # typed as '=New Example, which stays text
    shown = sent(administrator, saved(book))
    assert "1 row would come in new and 1 row would change. Nothing has come in yet." in shown.text
    assert "Now: </span><del>Clinical chair</del>" in shown.text
    assert "Becomes: </span><ins>Chair</ins>" in shown.text
    assert session.scalar(sa.select(Person).where(Person.code == "new-example")) is None
    session.rollback()
    done = confirmed(administrator, shown)
    assert "1 new row and 1 changed row came in from facts.xlsx." in done.text
    assert session.scalars(sa.select(Seat.title).where(Seat.code == "merton-chair")).one() == "Chair"
    entry = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc()).limit(1)).one()
    assert (entry.tag, entry.actor_name) == ("facts.imported", "Dr Ann Example")
    assert entry.capacity == "administrator, NHS Wandsworth CCG"
    assert session.scalars(sa.select(Upload)).all() == []
    assert administrator.get(shown.request.path).status_code == 404


def test_a_workbook_is_imported_only_as_it_was_shown(administrator: FlaskClient, session: Session) -> None:
    book = exported(administrator)
    book["seats"]["C3"] = "Chair"
    shown = sent(administrator, saved(book))
    session.execute(sa.update(Seat).where(Seat.code == "merton-lay").values(title="Lay person"))
    session.commit()
    moved = confirmed(administrator, shown)
    assert moved.status_code == 409
    assert "What this workbook would do has changed since it was shown to you." in moved.text
    session.execute(sa.update(Seat).where(Seat.code == "merton-chair").values(title="Presiding"))
    session.commit()
    refused = confirmed(administrator, shown)
    assert refused.status_code == 409
    assert "sheet seats, row 3, column C (title): merton-chair: the file has “Chair”" in refused.text
    again = administrator.get(shown.request.path)
    assert "In your workbook: </span>Chair</td>" in again.text  # changed on both sides
    assert "In the service now: </span>Presiding</td>" in again.text
    assert "In your workbook: </span>Lay member</td>" in again.text  # newer in the service, untouched in the workbook
    assert "In the service now: </span>Lay person</td>" in again.text
    assert SEEN.search(again.text) is None
    assert session.scalars(sa.select(Seat.title).order_by(Seat.code)).all() == ["Presiding", "Lay person"]


def test_a_hostile_workbook_is_shown_with_its_place_and_cannot_be_confirmed(administrator: FlaskClient) -> None:
    make, sentence = CASES["formula"]
    shown = sent(administrator, make())
    assert shown.status_code == 200
    assert sentence in shown.text
    assert "1 thing is wrong, so nothing can come in" in shown.text
    assert SEEN.search(shown.text) is None


def test_a_form_without_a_file_says_so(administrator: FlaskClient) -> None:
    answer = administrator.post("/workbook", data={"csrf_token": token(administrator.get("/workbook").text)})
    assert answer.status_code == 422
    assert "Choose a workbook: no file came with the form" in answer.text


def test_the_template_is_handed_out(administrator: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(administrator.get("/workbook/template").data))
    assert book["seats"]["A1"].value == "code"


def test_uploads_go_after_a_day(administrator: FlaskClient, session: Session, clock: SettableClock) -> None:
    first = sent(administrator, b"one")
    clock.real += timedelta(minutes=30)
    session.execute(sa.update(Upload).values(at=clock.real - timedelta(hours=25)))
    session.commit()
    assert administrator.get(first.request.path).status_code == 404
    sent(administrator, b"two")
    assert [one.data for one in session.scalars(sa.select(Upload))] == [b"two"]
