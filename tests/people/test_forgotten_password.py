"""A forgotten password: one answer for everyone, a link that works once within the hour, and every session ended."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db.installation import become
from app.jobs.models import Mail
from app.people import service
from app.people.models import Account, PasswordReset
from config import Settings
from tests.conftest import SettableClock
from tests.people import made

NEW = "gravel teapot orbit"


def asked(client: FlaskClient, email: str = made.EMAIL) -> str:
    answer = made.send(client, "/forgotten-password", email=email)
    assert answer.status_code == 200
    return answer.text


def links(session: Session) -> list[str]:
    """The paths of the links that were mailed."""
    session.rollback()
    bodies = session.scalars(sa.select(Mail.body).order_by(Mail.id)).all()
    return [path for body in bodies for path in re.findall(r"http://localhost(/new-password/\S+)", body)]


def choose(client: FlaskClient, path: str, password: str = NEW) -> tuple[int, str]:
    answer = made.send(client, path, password=password, password_again=password)
    return answer.status_code, answer.text


def test_a_mailed_link_changes_the_password_and_ends_every_session(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    made.make(session)
    signed_in = app.test_client()
    made.sign_in(signed_in)
    asked(client, made.EMAIL.upper())
    [path] = links(session)
    assert "Sam Secretary" in client.get(path).text
    assert choose(client, path)[0] == 303
    assert "Sam Secretary" not in signed_in.get("/").text
    assert made.sign_in(app.test_client()).status_code == 422
    assert made.sign_in(app.test_client(), password=NEW).status_code == 303
    session.rollback()
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert tags[1:3] == ["account.password-forgotten", "account.password-changed"]
    subjects = session.scalars(sa.select(Mail.subject).order_by(Mail.id)).all()
    assert subjects == ["Choose a new password for Concord", "Your password for Concord was changed"]
    token = path.rsplit("/", 1)[1]
    assert token not in session.scalars(sa.select(PasswordReset.token_hash)).all()


def test_everyone_gets_the_same_answer_at_the_price_of_one_verification(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    closed = made.person(session, "closed", "Chris Closed", "closed@croydon.example")
    made.account(session, closed).disabled = True
    session.commit()
    spent: list[str] = []
    monkeypatch.setattr(service, "verify_nothing", spent.append)
    answers, addresses = set(), [made.EMAIL, closed.email, "chair@croydon.example", "nobody@croydon.example"]
    for email in addresses:
        page = asked(app.test_client(), email)
        answers.add(re.sub(r'value="[^"]{60,}"', "", page.replace(email, "")))
    assert len(answers) == 1
    assert spent == addresses
    session.rollback()
    assert session.scalars(sa.select(Mail.recipient)).all() == [made.EMAIL]


def test_a_link_works_once_and_ends_the_others(client: FlaskClient, session: Session) -> None:
    made.make(session)
    asked(client)
    asked(client)
    first, second = links(session)
    assert choose(client, first)[0] == 303
    for path in (first, second, "/new-password/guessed"):
        assert client.get(path).status_code == 404


def test_a_link_works_within_an_hour_of_real_time(client: FlaskClient, session: Session, clock: SettableClock) -> None:
    made.make(session)
    asked(client)
    [path] = links(session)
    clock.real += timedelta(minutes=59)
    assert client.get(path).status_code == 200
    clock.real += timedelta(minutes=1)
    assert "A link to choose a new password with works once" in client.get(path).text


def test_a_link_opens_nothing_once_the_account_is_disabled(client: FlaskClient, session: Session) -> None:
    people = made.make(session)
    asked(client)
    [path] = links(session)
    session.get_one(Account, people.account).disabled = True
    session.commit()
    assert client.get(path).status_code == 404


def test_a_password_that_cannot_be_used_is_refused_and_the_link_still_works(
    client: FlaskClient, session: Session
) -> None:
    made.make(session)
    asked(client)
    [path] = links(session)
    status, page = choose(client, path, "short")
    assert (status, "Use at least 12 characters." in page) == (422, True)
    assert choose(client, path)[0] == 303


def test_one_letter_box_is_not_filled_and_asking_is_throttled(app: Flask, session: Session, settings: Settings) -> None:
    app.extensions["concord.settings"] = replace(settings, throttle_attempts=7)
    made.make(session)
    client = app.test_client()
    for _ in range(7):
        asked(client)
    assert len(links(session)) == 5
    answer = made.send(client, "/forgotten-password", email=made.EMAIL)
    assert answer.status_code == 429
    assert "Too many new passwords were asked for this address." in answer.text


def test_in_the_demonstration_it_is_said_that_the_password_is_shown(
    app: Flask, client: FlaskClient, session: Session, settings: Settings
) -> None:
    become(session, "demonstration", made.NOW)
    session.commit()
    app.extensions["concord.settings"] = replace(settings, demonstration=True)
    page = client.get("/forgotten-password")
    assert "signs in with the password that the sign-in page shows" in page.text
    token = made.token_in(client.get("/sign-in"))
    answer = client.post("/forgotten-password", data={"csrf_token": token, "email": made.EMAIL})
    assert answer.status_code == 403
    assert "This is an account of the demonstration" in answer.text


def test_my_password_is_changed_with_the_one_i_have(app: Flask, client: FlaskClient, session: Session) -> None:
    made.make(session)
    elsewhere = app.test_client()
    made.sign_in(elsewhere)
    made.sign_in(client)
    fields = {"password": NEW, "password_again": NEW}
    wrong = made.send(client, "/account/password", proof_password="not the one", **fields)
    assert (wrong.status_code, "That is not your password" in wrong.text) == (422, True)
    assert made.send(client, "/account/password", proof_password=made.PASSWORD, **fields).status_code == 303
    assert "1 session<" in client.get("/account").text
    assert elsewhere.get("/account").status_code == 302
    assert made.sign_in(app.test_client(), password=NEW).status_code == 303


def test_signing_out_everywhere_ends_every_session(app: Flask, client: FlaskClient, session: Session) -> None:
    made.make(session)
    elsewhere = app.test_client()
    made.sign_in(elsewhere)
    made.sign_in(client)
    page = client.get("/account")
    assert "2 sessions<" in page.text
    assert client.post("/account/sign-out-everywhere", data={"csrf_token": made.token_in(page)}).status_code == 303
    assert [one.get("/account").status_code for one in (client, elsewhere)] == [302, 302]
