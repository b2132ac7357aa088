"""The pages of sign-off over real requests: who sees what, the form that records, the stale screen, the counts."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.queries import checkpoints
from app.db import db, writing
from app.meetings.models import Meeting
from app.people.models import Account, SeatHolding
from app.signoff import queries, service
from app.signoff.models import Case
from tests.conftest import SettableClock
from tests.signoff.group import (
    NOW,
    Group,
    begin_session,
    decide,
    make_group,
    open_accounts,
    open_case,
    put_to_decision,
    set_meetings,
)

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the forms on a page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


class World:
    """A group with one case before Merton's meeting, and a client that can be anyone."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        self.session, self.client, self.clock = session, client, clock
        self.group: Group = make_group(session)
        self.accounts: dict[str, Account] = open_accounts(session, self.group)
        self.case: Case = open_case(session, self.group, NOW)
        put_to_decision(session, self.group, self.case, NOW)
        self.meetings: dict[str, Meeting] = set_meetings(session, self.group, date(2015, 11, 24), NOW)
        merton = self.group.bodies["Merton"]
        service.schedule(session, self.case, merton, self.meetings["Merton"], self.group.doer("Merton"), NOW)
        session.commit()

    def become(self, who: str) -> None:
        self.client.set_cookie("concord", begin_session(self.session, self.accounts[who], self.clock.real))
        self.session.commit()

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form on a page."""
        page = self.client.get(path)
        assert page.status_code == 200, page.text
        return hidden(page.text)

    def decision(self, **changed: str) -> dict[str, str]:
        """The form of Merton's decision, filled in: everyone there, everyone for."""
        fields = self.form("/sign-offs/standards/merton/decision")
        for seat in self.group.seats["Merton"]:
            fields[f"attended_{seat.id}"] = "present"
            fields[f"voted_{seat.id}"] = "for" if seat.voting else ""
        return {**fields, "how_voted": "seats", "presiding": "0", "answer": "agree", **changed}


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    made.become("merton-secretary")
    return made


def post(world: World, fields: dict[str, str]) -> TestResponse:
    return world.client.post("/sign-offs/standards/merton/decision", data=fields)


def test_the_matrix_shows_each_body_with_its_standing_and_meeting(world: World) -> None:
    text = world.client.get("/sign-offs").text
    assert "Out-of-hospital standards standards" in text
    assert "meets 24 November 2015" in text
    assert "NHS England" in text


def test_the_case_says_its_result_and_what_would_complete_it(world: World) -> None:
    text = world.client.get("/sign-offs/standards").text
    assert "0 of 7 have agreed" in text
    assert "Still needed: 7 more in favour, " in text
    assert "It is complete when every party asked has answered in favour." in text


def test_a_decision_is_recorded_and_its_receipt_shown(world: World) -> None:
    world.clock.now = EVENING
    answered = post(world, world.decision())
    assert answered.status_code == 303
    text = world.client.get(answered.location).text
    assert "Merton agreed version 2 on 24 November 2015." in text
    assert "8 for, 0 against" in text
    world.session.rollback()
    [now] = checkpoints(world.session, [world.group.bodies["Merton"].organisation_id])
    root = base64.b64encode(now.root).decode()
    assert f"The root of its first {now.size} entries is {root}" in unescape(text)
    once_more = world.client.get("/sign-offs/standards/merton/decision", follow_redirects=True)
    assert "Merton’s decision is recorded: nothing more is asked of it now." in once_more.text


def test_pressing_twice_gives_the_same_receipt(world: World) -> None:
    world.clock.now = EVENING
    fields = world.decision()
    assert post(world, fields).location == post(world, fields).location


def test_checking_first_shows_quorum_and_votes_and_records_nothing(world: World) -> None:
    world.clock.now = EVENING
    checked = post(world, world.decision(step="check"))
    assert "As filled in, nothing recorded yet" in checked.text
    assert "Merton is quorate for this item: 8 of 8 voting seats" in checked.text
    world.session.rollback()
    tags = [entry.tag for entry in queries.history(world.session, world.case)]
    assert tags.count("decision.recorded") == 4


def test_votes_that_do_not_carry_are_refused_with_the_sentence_and_nothing_typed_is_lost(world: World) -> None:
    world.clock.now = EVENING
    fields = world.decision(answer="agree_with_conditions", condition_1="A yearly review.")
    for seat in world.group.seats["Merton"]:
        fields[f"voted_{seat.id}"] = "against"
    answered = post(world, fields)
    assert answered.status_code == 422
    assert "Agreement does not follow from the votes: 0 for, 8 against." in answered.text
    assert "A yearly review." in answered.text


def test_a_seat_left_open_is_named(world: World) -> None:
    world.clock.now = EVENING
    seat = world.group.seats["Merton"][0]
    answered = post(world, world.decision(**{f"attended_{seat.id}": ""}))
    assert answered.status_code == 422
    assert "Say whether Dr Clinical of Merton (Clinical chair) was there" in answered.text


def test_a_stale_screen_is_answered_409_with_what_was_recorded(world: World) -> None:
    world.clock.now = EVENING
    fields = world.decision()
    world.session.rollback()
    decide(world.session, world.group, world.case, "Merton", world.meetings["Merton"], EVENING)
    world.session.commit()
    answered = post(world, fields)
    assert answered.status_code == 409
    assert "Merton’s decision was recorded on 24 November 2015 by Secretary of Merton" in answered.text


def test_a_holder_corrected_while_the_form_was_open_is_said_and_nothing_typed_is_lost(world: World) -> None:
    world.clock.now = EVENING
    fields = world.decision(answer="agree_with_conditions", condition_1="A yearly review.")
    seat = world.group.seats["Merton"][0]
    with writing(world.session) as session:
        held = session.scalars(sa.select(SeatHolding).where(SeatHolding.seat_id == seat.id)).one()
        held.person_id = world.group.secretaries["Sutton"].id
    answered = post(world, fields)
    assert answered.status_code == 409
    assert "Clinical chair is held by Secretary of Sutton now; your page named Dr Clinical of Merton." in answered.text
    assert "A yearly review." in answered.text
    world.session.rollback()
    assert [entry.tag for entry in queries.history(world.session, world.case)].count("decision.recorded") == 4
    again = {**fields, **hidden(answered.text)}
    assert post(world, again).status_code == 303


def test_before_the_meeting_the_form_says_from_when(world: World) -> None:
    answered = world.client.get("/sign-offs/standards/merton/decision")
    assert answered.status_code == 403
    assert "a decision is recorded after it is made" in answered.text


def test_another_bodys_secretary_may_read_and_not_record(world: World) -> None:
    world.clock.now = EVENING
    world.become("sutton-secretary")
    assert world.client.get("/sign-offs/standards/merton").status_code == 200
    refused = world.client.get("/sign-offs/standards/merton/decision")
    assert refused.status_code == 403
    assert "Only Merton’s board secretary may record its decision." in refused.text


def test_who_has_no_joint_committee_is_told_what_would_make_it_possible_and_has_no_form(world: World) -> None:
    page = world.client.get("/bodies/merton/delegations/new").text
    assert "There is no joint committee to which Merton can delegate today" in page
    assert "a joint committee, added by an administrator" in page
    assert "Record the delegation" not in page


@pytest.mark.parametrize(
    "path", ["/sign-offs/nothing", "/sign-offs/standards/nobody", "/sign-offs/standards/receipts/1"]
)
def test_what_is_not_there_is_404(world: World, path: str) -> None:
    assert world.client.get(path).status_code == 404


def test_nhs_england_answers_by_its_officer(world: World) -> None:
    world.become("officer")
    path = "/sign-offs/standards/nhs-england/answer"
    fields = {**world.form(path), "answer": "agree"}
    answered = world.client.post(path, data=fields)
    assert answered.status_code == 303
    assert "NHS England agreed version 2 on 5 November 2015." in world.client.get(answered.location).text


def test_a_secretary_puts_the_case_on_an_agenda_and_gives_a_minute_reference(world: World) -> None:
    world.become("sutton-secretary")
    page = world.client.get("/sign-offs/standards/sutton")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    answered = world.client.post(
        "/sign-offs/standards/sutton/schedule",
        data={"csrf_token": token, "meeting": "sutton-2015-11-24"},
        follow_redirects=True,
    )
    assert "is item 7 of Sutton Governing Body, 24 November 2015." in answered.text
    world.session.rollback()
    decide(world.session, world.group, world.case, "Sutton", world.meetings["Sutton"], EVENING)
    world.session.commit()
    world.clock.now = EVENING
    path = "/sign-offs/standards/sutton/minute-reference"
    answered = world.client.post(path, data={**world.form(path), "reference": "GBP/1516/041"}, follow_redirects=True)
    assert "The minute reference of Sutton is recorded." in answered.text


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_matrix_takes_as_many_statements_for_500_cases_as_for_50(app: Flask, world: World) -> None:
    def statements(cases: int) -> int:
        _copy_cases(world.session, world.case, cases)
        world.client.get("/sign-offs")  # the first request of a connection asks more
        with counted(app) as said:
            text = world.client.get("/sign-offs").text
        assert text.count("<tr>") == min(cases, 50) + 1 and f"{cases} cases" in text
        return len(said)

    assert statements(50) == statements(500)


def _copy_cases(session: Session, case: Case, until: int) -> None:
    """Copies of a case, as far as the listings read them."""
    session.rollback()
    have = session.scalar(sa.text("SELECT count(*) FROM signoff_case")) or 0
    for number in range(have, until):
        case_id = 10_000 + number
        for table, key in (
            ("signoff_case", "id"),
            ("signoff_round", "case_id"),
            ("signoff_party", "case_id"),
            ("signoff_case_state", "case_id"),
            ("signoff_party_state", "case_id"),
        ):
            _copy(session, table, key, case.id, case_id)
    session.commit()


def _copy(session: Session, name: str, key: str, old: int, new: int) -> None:
    table = Case.metadata.tables[name]
    changed: dict[str, sa.ColumnElement[Any]] = {key: sa.literal(new), "code": sa.literal(f"case-{new}")}
    names = [column.name for column in table.columns if (name, column.name) != ("signoff_round", "id")]
    columns = [changed.get(column, table.c[column]) for column in names]
    copied = sa.select(*columns).where(table.c[key] == old)
    session.execute(sa.insert(table).from_select(names, copied))
