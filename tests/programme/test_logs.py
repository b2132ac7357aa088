"""The action and decision logs: what is overdue, what was recorded afterwards, and who writes."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.programme import logs
from app.programme.raid_models import ProgrammeAction, ProgrammeDecision
from tests.programme.swl import World, signed_in, south_west_london

ACTION = {
    "seen": "0",
    "title": "Write to the six bodies",
    "owner": "reader",
    "due": "by October",
    "due_earliest": "",
    "due_latest": "31 October 2015",
    "raised_on": "12 October 2015",
    "origin": "Programme board",
    "workstream": "architecture",
    "risk": "",
}
DECISION = {
    "what": "Two options go forward.",
    "authority": "Programme board",
    "decided_on": "5 November 2015",
    "why": "",
    "workstream": "",
    "risk": "",
    "corrects": "",
}


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def test_an_action_is_overdue_after_the_last_day_its_words_can_mean() -> None:
    action = ProgrammeAction(due_words="by October", due_earliest=None, due_latest=date(2015, 10, 31), done_on=None)
    assert not logs.overdue(action, date(2015, 10, 31))
    assert logs.overdue(action, date(2015, 11, 1))
    action.done_on = date(2015, 11, 2)
    assert not logs.overdue(action, date(2015, 11, 3))


def test_the_office_writes_an_action_and_its_owner_reports(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "manager")
    wrong = manager.post("/actions/new", {**ACTION, "title": "", "raised_on": "soon"})
    assert wrong.status_code == 422
    assert "Say what is to be done" in wrong.text and "Enter a day, such as 5 November 2015." in wrong.text
    assert manager.post("/actions/new", {**ACTION, "raised_on": "6 November 2015"}).status_code == 403
    assert manager.post("/actions/new", ACTION).headers["Location"] == "/actions/swl-action-1"
    listed = manager.get("/actions?state=overdue").text
    assert "1 action is overdue" in listed
    assert "Recorded afterwards, on 5 November 2015" in listed
    changed = {**ACTION, "seen": "1", "due": "1 December 2015", "due_latest": "", "reason": "More time was given."}
    assert manager.post("/actions/swl-action-1/edit", changed).status_code == 303
    assert manager.post("/actions/swl-action-1/edit", changed).status_code == 409
    owner = signed_in(client, session, world, "reader")
    assert "Report on the action" in owner.get("/").text
    assert owner.get("/actions/new").status_code == 403
    done = {"seen": "2", "done_on": "4 November 2015", "note": "All six answered.", "action": "done"}
    assert owner.post("/actions/swl-action-1/report", done).status_code == 303
    assert "All six answered." in owner.get("/actions?state=done").text
    assert "All six answered." in owner.get("/actions?state=all&as=csv").text
    session.rollback()
    assert session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all() == [
        "action.logged",
        "action.changed",
        "action.done",
    ]
    other = signed_in(client, session, world, "croydon secretary")
    assert other.get("/actions/swl-action-1/report").status_code == 403
    assert signed_in(client, session, world, "stranger").get("/actions/swl-action-1").status_code == 404


def test_a_decision_is_never_changed_but_another_takes_its_place(
    client: FlaskClient, session: Session, world: World
) -> None:
    director = signed_in(client, session, world, "director")
    assert director.post("/decisions/new", DECISION).status_code == 303
    second = {**DECISION, "what": "One option goes forward.", "corrects": "swl-decision-1"}
    assert director.post("/decisions/new", second).status_code == 303
    page = director.get("/decisions").text
    assert "2 decisions" in page and "Takes the place of" in page and "Replaced" in page
    assert "Recorded afterwards" not in page
    assert "1 of 2 decisions" in director.get("/decisions?q=one+option").text
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(ProgrammeDecision)) == 2
