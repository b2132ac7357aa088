"""Acts that sign need a fresh proof of who is there; what was typed before it is asked for goes on after it."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.audit.models import RecordEntry
from app.permissions import PERMISSIONS, ROUTES, STEP_UP
from app.signoff import service
from app.web.models import WebSession
from app.web.service import end_sessions_of
from config import SettingError, Settings, from_environment
from tests.conftest import SettableClock
from tests.people import made
from tests.signoff.group import (
    NOW,
    Group,
    begin_session,
    make_group,
    open_accounts,
    open_case,
    put_to_decision,
    set_meetings,
)
from tests.thrift import QUICK

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)
PATH = "/sign-offs/standards/merton/decision"


class Evening:
    """Merton has met and its secretary is at the form of its decision, signed in some time ago."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        self.session, self.client, self.clock = session, client, clock
        self.group: Group = make_group(session)
        self.account = open_accounts(session, self.group)["merton-secretary"]
        self.account.password_hash = QUICK.hash(made.PASSWORD)
        case = open_case(session, self.group, NOW)
        put_to_decision(session, self.group, case, NOW)
        meeting = set_meetings(session, self.group, date(2015, 11, 24), NOW)["Merton"]
        service.schedule(session, case, self.group.bodies["Merton"], meeting, self.group.doer("Merton"), NOW)
        client.set_cookie("concord", begin_session(session, self.account, clock.real))
        session.commit()
        clock.now = EVENING

    def filled_in(self) -> dict[str, str]:
        fields = hidden(self.client.get(PATH).text)
        for seat in self.group.seats["Merton"]:
            fields[f"attended_{seat.id}"] = "present"
            fields[f"voted_{seat.id}"] = "for" if seat.voting else ""
        answer = {"answer": "agree", "comments": "Two lines,\nwith “quotes” & more."}
        return {**fields, "how_voted": "seats", "presiding": "0", **answer}

    def recorded(self, tag: str) -> list[RecordEntry]:
        self.session.rollback()
        return list(self.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == tag)))


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def evening(session: Session, client: FlaskClient, clock: SettableClock) -> Evening:
    return Evening(session, client, clock)


def test_the_acts_that_sign_are_listed_on_the_permission_page() -> None:
    signing = {"packs.release", "packs.release_edition", "signoff.record_decision", "signoff.answer"}
    assert signing <= STEP_UP <= set(ROUTES)
    assert not any(PERMISSIONS[ROUTES[endpoint]] is PERMISSIONS["public"] for endpoint in STEP_UP)


def test_within_the_minutes_nothing_is_asked_and_then_the_page_comes_after_the_proof(
    evening: Evening, settings: Settings
) -> None:
    evening.clock.real += timedelta(minutes=settings.step_up_minutes, seconds=-1)
    assert evening.client.get(PATH).status_code == 200
    evening.clock.real += timedelta(seconds=1)
    asked = evening.client.get(f"{PATH}?meeting=merton-2015-11-24")
    assert asked.status_code == 302
    page = evening.client.get(asked.location)
    assert "Confirm that it is you" in page.text
    before = evening.client.get_cookie("concord", domain="localhost")
    wrong = made.send(evening.client, asked.location, proof_password="not it")
    assert (wrong.status_code, "That is not your password" in wrong.text) == (422, True)
    right = made.send(evening.client, asked.location, proof_password=made.PASSWORD)
    assert (right.status_code, right.location) == (303, f"{PATH}?meeting=merton-2015-11-24")
    after = evening.client.get_cookie("concord", domain="localhost")
    assert before is not None and after is not None and before.value != after.value
    assert evening.client.get(PATH).status_code == 200
    [entry] = evening.recorded("account.stepped-up")
    assert entry.payload is not None and entry.payload["proof"] == "password"


def test_what_was_filled_in_is_recorded_after_the_proof_with_nothing_lost(evening: Evening, settings: Settings) -> None:
    fields, before = evening.filled_in(), len(evening.recorded("decision.recorded"))
    evening.clock.real += timedelta(minutes=settings.step_up_minutes)
    asked = evening.client.post(PATH, data=fields)
    assert asked.status_code == 403
    assert "nothing you filled in is lost" in asked.text
    assert len(evening.recorded("decision.recorded")) == before
    carried = hidden(asked.text)
    assert {name: carried[name] for name in fields if name != "csrf_token"} == {
        name: value for name, value in fields.items() if name != "csrf_token"
    }
    wrong = evening.client.post("/confirm-identity", data={**carried, "proof_password": "not it"})
    assert wrong.status_code == 422
    again = {**hidden(wrong.text), "proof_password": made.PASSWORD}
    sent_on = evening.client.post("/confirm-identity", data=again)
    assert (sent_on.status_code, sent_on.location) == (307, PATH)
    done = evening.client.post(sent_on.location, data=again)
    assert (done.status_code, "/receipts/" in done.location) == (303, True)
    assert len(evening.recorded("decision.recorded")) == before + 1


def test_a_field_that_was_chosen_several_times_is_carried_as_often(evening: Evening, settings: Settings) -> None:
    fields = MultiDict([*evening.filled_in().items(), ("ticked", "one"), ("ticked", "two")])
    evening.clock.real += timedelta(minutes=settings.step_up_minutes)
    page = evening.client.post(PATH, data=fields).text
    assert re.findall(r'name="ticked" value="([^"]+)"', page) == ["one", "two"]


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "/sign-out", "/no-such-page", "/"],
)
def test_fields_are_sent_on_to_nothing_but_an_act_that_signs(evening: Evening, address: str) -> None:
    token = made.token_in(evening.client.get("/confirm-identity"))
    form = {"csrf_token": token, "proof_password": made.PASSWORD, "proof_address": address}
    answer = evening.client.post(f"/confirm-identity?next={address}", data=form)
    assert answer.status_code == 303
    assert answer.location == (address if address in ("/sign-out", "/no-such-page") else "/")


def test_proofs_are_counted_before_they_are_checked(evening: Evening, settings: Settings) -> None:
    token = made.token_in(evening.client.get("/confirm-identity"))
    form = {"csrf_token": token, "proof_password": "wrong"}
    for _ in range(settings.throttle_attempts):
        assert evening.client.post("/confirm-identity", data=form).status_code == 422
    form["proof_password"] = made.PASSWORD
    assert evening.client.post("/confirm-identity", data=form).status_code == 429


def test_who_may_not_do_it_is_told_so_and_not_asked_for_a_proof(evening: Evening, settings: Settings) -> None:
    evening.clock.real += timedelta(minutes=settings.step_up_minutes)
    assert evening.client.get("/sign-offs/standards/sutton/decision").status_code == 403
    assert evening.client.get("/sign-offs/no-such/merton/decision").status_code == 404


def test_a_session_ended_meanwhile_does_not_go_on_under_another_token(
    evening: Evening, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = made.token_in(evening.client.get("/confirm-identity"))

    def ended_behind_its_back() -> None:
        end_sessions_of(evening.session, evening.account.id)
        evening.session.commit()

    monkeypatch.setattr("app.people.routes.confirming.gate.note_proof", ended_behind_its_back)
    evening.client.post("/confirm-identity", data={"csrf_token": token, "proof_password": made.PASSWORD})
    evening.session.rollback()
    assert evening.session.scalars(sa.select(WebSession)).all() == []


def test_a_proof_that_never_holds_is_refused_as_a_setting() -> None:
    with pytest.raises(SettingError, match="CONCORD_STEP_UP_MINUTES is “0”: expected at least 1"):
        from_environment({"CONCORD_STEP_UP_MINUTES": "0"})
