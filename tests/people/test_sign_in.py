"""Signing in and out: one answer for every failure, a new session each time, and a cookie that dies when it should."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.db import db, writing
from app.db.installation import InstallationError, become
from app.people import service
from app.people.models import Account, Person
from app.permissions import Refused
from app.web.models import WebSession
from config import Settings
from tests.conftest import SettableClock
from tests.people import made

OPERATOR = Doer(None, "Concord", "the operator, in a test")


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("concord", domain="localhost")
    assert found is not None
    return found.value


def shown_with(app: Flask, cookie: str) -> str:
    """The home page as whoever holds this cookie sees it."""
    captured = app.test_client()
    captured.set_cookie("concord", cookie, domain="localhost")
    return captured.get("/").text


def tags(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)))


def test_a_right_password_opens_the_service_and_is_recorded(client: FlaskClient, session: Session) -> None:
    people = made.make(session)
    answer = made.sign_in(client)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert "Sam Secretary" in client.get("/").text
    entry = session.scalars(sa.select(RecordEntry)).one()
    assert (entry.tag, entry.organisation_id, entry.actor_name) == (
        "account.signed-in",
        people.croydon,
        "Sam Secretary",
    )
    assert entry.capacity == "board secretary, NHS Croydon CCG"


def test_a_password_is_taken_exactly_as_it_was_pasted(client: FlaskClient, session: Session) -> None:
    made.make(session)
    assert made.sign_in(client, password=made.PASSWORD.strip()).status_code == 422
    assert made.sign_in(client, password=made.PASSWORD.upper()).status_code == 422
    assert made.sign_in(client, password=made.PASSWORD).status_code == 303


def test_the_address_may_be_written_in_capitals(client: FlaskClient, session: Session) -> None:
    made.make(session)
    assert made.sign_in(client, email=f" {made.EMAIL.upper()} ").status_code == 303


def test_an_unknown_address_a_wrong_password_and_a_disabled_account_get_the_same_answer(
    app: Flask, session: Session
) -> None:
    made.make(session)
    closed = made.person(session, "closed", "Chris Closed", "closed@croydon.example")
    made.account(session, closed).disabled = True
    session.commit()
    answers = {}
    for email, password in [
        ("nobody@croydon.example", "x"),
        (made.EMAIL, "x"),
        ("closed@croydon.example", made.PASSWORD),
    ]:
        answer = made.sign_in(app.test_client(), email, password)
        assert answer.status_code == 422
        answers[email] = answer.text.replace(email, "").replace(made.token_in(answer), "")
    assert len(set(answers.values())) == 1
    assert "The email address or the password is not right" in answers[made.EMAIL]


def test_every_path_verifies_exactly_one_password(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    closed = made.person(session, "closed", "Chris Closed", "closed@croydon.example")
    made.account(session, closed).disabled = True
    session.commit()
    verifications: list[str] = []
    verify = service._hasher.verify

    class Counting:
        check_needs_rehash = staticmethod(lambda _hash: False)

        @staticmethod
        def verify(known: str, password: str) -> bool:
            verifications.append(password)
            return verify(known, password)

    monkeypatch.setattr(service, "_hasher", Counting)
    cases = [
        (made.EMAIL, "wrong"),
        (made.EMAIL, made.PASSWORD),
        ("nobody@croydon.example", "wrong"),
        ("closed@croydon.example", made.PASSWORD),
    ]
    for email, password in cases:
        made.sign_in(app.test_client(), email, password)
    assert verifications == [password for _, password in cases]


def test_a_refused_sign_in_is_recorded_for_a_known_account_only(app: Flask, session: Session) -> None:
    made.make(session)
    made.sign_in(app.test_client(), password="wrong")
    made.sign_in(app.test_client(), email="nobody@croydon.example", password="wrong")
    assert tags(session) == ["account.sign-in-refused"]
    entry = session.scalars(sa.select(RecordEntry)).one()
    assert (entry.actor_id, entry.capacity, entry.payload) == (None, "no one signed in", {"name": "Sam Secretary"})


def test_a_sign_in_without_its_token_is_refused(client: FlaskClient, session: Session) -> None:
    made.make(session)
    answer = client.post("/sign-in", data={"email": made.EMAIL, "password": made.PASSWORD})
    assert answer.status_code == 400
    assert made.PASSWORD.strip() not in answer.text


def test_a_password_is_never_given_back(client: FlaskClient, session: Session) -> None:
    made.make(session)
    assert "hunter2 hunter2" not in made.sign_in(client, password="hunter2 hunter2").text


def test_each_sign_in_begins_a_new_session(client: FlaskClient, session: Session) -> None:
    made.make(session)
    client.get("/sign-in")
    before = cookie_of(client)
    made.sign_in(client)
    first = cookie_of(client)
    made.sign_in(client)
    assert len({before, first, cookie_of(client)}) == 3
    assert "Sam Secretary" not in shown_with(client.application, before)
    assert "Sam Secretary" not in shown_with(client.application, first)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(WebSession)) == 1


def test_the_cookie_holds_a_token_and_nothing_else(client: FlaskClient, session: Session) -> None:
    made.make(session)
    answer = made.sign_in(client)
    set_cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Path=/" in set_cookie
    session.rollback()
    stored = session.scalars(sa.select(WebSession)).one()
    assert cookie_of(client) not in (stored.token_hash, str(stored.data))


def test_a_captured_cookie_is_dead_after_sign_out(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    captured = cookie_of(client)
    assert "Sam Secretary" in shown_with(client.application, captured)
    answer = client.post("/sign-out", data={"csrf_token": made.token_in(client.get("/"))})
    assert answer.status_code == 303
    assert "Sam Secretary" not in shown_with(client.application, captured)
    assert "You have signed out." in client.get("/sign-in").text
    assert tags(session) == ["account.signed-in", "account.signed-out"]


def test_a_link_cannot_sign_anyone_out(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert "Sam Secretary" in client.get("/").text


def test_a_captured_cookie_is_dead_after_the_account_is_disabled(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    captured = cookie_of(client)
    with writing(session):
        service.disable(session, made.EMAIL.upper(), OPERATOR, made.NOW)
    assert "Sam Secretary" not in shown_with(client.application, captured)
    assert made.sign_in(client).status_code == 422
    assert tags(session) == ["account.signed-in", "account.disabled", "account.sign-in-refused"]
    with writing(session), pytest.raises(Refused, match="is disabled already"):
        service.disable(session, made.EMAIL, OPERATOR, made.NOW)


def test_a_session_ends_when_nobody_uses_it_and_after_its_hours(
    client: FlaskClient, session: Session, clock: SettableClock, settings: Settings
) -> None:
    made.make(session)
    made.sign_in(client)
    clock.forward(timedelta(minutes=settings.session_idle_minutes - 1))
    assert "Sam Secretary" in client.get("/").text
    clock.forward(timedelta(minutes=settings.session_idle_minutes))
    assert "Sam Secretary" not in client.get("/").text
    made.sign_in(client)
    for _ in range(settings.session_hours * 2 - 1):
        clock.forward(timedelta(minutes=30))
        assert "Sam Secretary" in client.get("/").text
    clock.forward(timedelta(minutes=30))
    assert "Sam Secretary" not in client.get("/").text


def test_the_next_visit_remembers_the_one_before(client: FlaskClient, session: Session, clock: SettableClock) -> None:
    people = made.make(session)
    first = clock.now
    made.sign_in(client)
    clock.forward(timedelta(days=2))
    made.sign_in(client)
    session.rollback()
    account = session.get_one(Account, people.account)
    assert (account.visit_before, account.visited_at) == (first, clock.now)


def test_demonstration_sign_ins_can_never_exist_in_a_real_installation(app: Flask, session: Session) -> None:
    made.make(session)
    demo = made.person(session, "demo", "Demo Person", "demo@demonstration.example")
    with pytest.raises(InstallationError, match="only in a demonstration"):
        service.open_demonstration_account(session, demo)
    # and were one smuggled into the table, it would open nothing
    made.account(session, demo, demonstration=True)
    session.commit()
    assert made.sign_in(app.test_client(), email=demo.email).status_code == 422
    page = app.test_client().get("/sign-in").text
    assert "Demo Person" not in page
    assert service.DEMONSTRATION_PASSWORD not in page


def test_the_demonstration_shows_its_sign_ins(settings: Settings, session: Session, app: Flask) -> None:
    made.make(session)
    become(session, "demonstration", made.NOW)
    who = session.scalars(sa.select(Person).where(Person.code == "chair")).one()
    service.open_demonstration_account(session, who)
    session.commit()
    app.extensions["concord.settings"] = Settings(
        instance=settings.instance, database_url=settings.database_url, demonstration=True, testing=True
    )
    page = app.test_client().get("/sign-in").text
    assert "Dr Chair Example" in page
    assert "Clinical chair, NHS Croydon CCG Governing Body" in page
    assert service.DEMONSTRATION_PASSWORD in page
    assert "Sam Secretary" not in page
    client = app.test_client()
    assert made.sign_in(client, email=who.email, password=service.DEMONSTRATION_PASSWORD).status_code == 303
    assert "Dr Chair Example" in client.get("/").text
    with app.app_context():
        db.session.rollback()
