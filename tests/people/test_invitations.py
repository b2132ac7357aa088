"""Inviting by mail over a real SMTP connection, what becomes of a link, and closing an account by page."""

import re
from collections.abc import Iterator
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
from app.jobs.outbox import send_waiting
from app.people import service
from app.people.models import Invitation
from app.permissions import Role
from config import Settings
from tests.conftest import REAL_DAY, SettableClock
from tests.letters import LetterBox, letter_box
from tests.people import made

NEW = "gravel teapot orbit"
CHAIR = "chair@croydon.example"


@pytest.fixture
def post() -> Iterator[tuple[LetterBox, int]]:
    with letter_box() as found:
        yield found


@pytest.fixture
def olga(app: Flask, session: Session) -> FlaskClient:
    """Croydon’s own administrator, signed in."""
    made.make(session)
    become(session, "real", REAL_DAY)
    made.administrator(session, "olga", "Olga Organises", Role.ORGANISATION_ADMINISTRATOR)
    client = app.test_client()
    made.sign_in(client, "olga@croydon.example")
    return client


def links(session: Session) -> list[str]:
    session.rollback()
    bodies = session.scalars(sa.select(Mail.body).order_by(Mail.id)).all()
    return [path for body in bodies for path in re.findall(r"http://localhost(/invitation/\S+)", body)]


def states(page: str) -> list[str]:
    return re.findall(r'<td role="cell"><strong class="nhsuk-tag[^>]*>(\w+)</strong>', page)


def test_an_invitation_arrives_by_mail_and_opens_an_account(
    app: Flask, olga: FlaskClient, settings: Settings, session: Session, post: tuple[LetterBox, int]
) -> None:
    box, port = post
    confirm = olga.get("/people/chair/invite")
    assert f"A mail goes to <strong>{CHAIR}</strong>" in confirm.text
    assert made.send(olga, "/people/chair/invite").status_code == 303
    with app.app_context():
        assert send_waiting(replace(settings, smtp_host="127.0.0.1", smtp_port=port), REAL_DAY) == 1
    [letter] = box.letters
    assert letter["To"] == f"Dr Chair Example <{CHAIR}>"
    text = letter.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert b"Olga Organises, organisation administrator, NHS Croydon CCG, invites you" in text
    found = re.search(rb"http://localhost(/invitation/\S+)", text)
    assert found is not None
    path = found.group(1).decode()
    visitor = app.test_client()
    assert made.send(visitor, path, password=NEW, password_again=NEW).status_code == 303
    assert made.sign_in(visitor, CHAIR, NEW).status_code == 303
    assert states(olga.get("/invitations").text) == ["Opened"]
    session.rollback()
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "account.invited")).one()
    assert (entry.actor_name, entry.payload) == ("Olga Organises", {"name": "Dr Chair Example"})
    assert path.rsplit("/", 1)[1] not in session.scalars(sa.select(Invitation.token_hash)).all()


def test_sent_again_the_link_before_opens_nothing(olga: FlaskClient, session: Session) -> None:
    offered = '<a href="/people/chair/invite">invite<'
    assert offered in olga.get("/invitations").text
    for _ in range(2):
        made.send(olga, "/people/chair/invite")
    assert offered not in olga.get("/invitations").text
    first, second = links(session)
    assert (olga.get(first).status_code, olga.get(second).status_code) == (404, 200)
    page = olga.get("/invitations").text
    assert states(page) == ["Waiting", "Replaced"]
    assert page.count("Send again<") == 1
    assert states(olga.get("/invitations?state=replaced").text) == ["Replaced"]
    assert "1 of 2 invitations" in olga.get("/invitations?state=replaced").text
    assert (
        "Dr Chair Example,chair@croydon.example,5 November 2015,Olga Organises" in olga.get("/invitations?as=csv").text
    )


def test_a_withdrawn_and_an_expired_link_open_nothing(
    olga: FlaskClient, session: Session, clock: SettableClock
) -> None:
    made.send(olga, "/people/chair/invite")
    assert made.send(olga, "/people/chair/invitation/withdraw").status_code == 303
    [path] = links(session)
    assert olga.get(path).status_code == 404
    nothing_left = made.send(olga, "/people/chair/invitation/withdraw")
    assert "has no invitation that is still open" in nothing_left.text
    made.send(olga, "/people/chair/invite")
    clock.now += timedelta(days=service.INVITATION_DAYS, seconds=1)
    assert olga.get(links(session)[1]).status_code == 404
    assert states(olga.get("/invitations").text) == ["Expired", "Withdrawn"]
    session.rollback()
    assert "account.invitation-withdrawn" in session.scalars(sa.select(RecordEntry.tag)).all()


def test_who_has_an_account_is_not_invited(olga: FlaskClient, session: Session) -> None:
    assert "has an account already" in made.send(olga, "/people/secretary/invite").text
    assert links(session) == []


def test_only_those_who_administer_may_invite_and_only_their_own(
    app: Flask, olga: FlaskClient, session: Session
) -> None:
    secretary = app.test_client()
    made.sign_in(secretary)
    assert "own administrator, or an administrator, may invite" in secretary.get("/people/chair/invite").text
    assert secretary.get("/invitations").status_code == 403
    stranger = made.person(session, "stranger", "Kim Kent", "kim@kent.example")
    session.commit()
    assert olga.get(f"/people/{stranger.code}/invite").status_code == 404


def test_an_administrator_disables_an_account_by_page_and_opens_it_again(
    app: Flask, olga: FlaskClient, session: Session
) -> None:
    who = made.administrator(session, "ada", "Ada Administrator", Role.ADMINISTRATOR)
    ada, sam = app.test_client(), app.test_client()
    made.sign_in(ada, who.email)
    made.sign_in(sam)
    assert olga.get("/people/secretary/account/disable").status_code == 403
    assert "is signed out everywhere at once" in ada.get("/people/secretary/account/disable").text
    assert made.send(ada, "/people/secretary/account/disable").status_code == 303
    assert sam.get("/account").status_code == 302
    assert made.sign_in(app.test_client()).status_code == 422
    assert made.send(ada, "/people/secretary/account/enable").status_code == 303
    assert made.sign_in(app.test_client()).status_code == 303
    assert "You cannot disable the account you are signed in with" in ada.get("/people/ada/account/disable").text
    session.rollback()
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert [tag for tag in tags if "abled" in tag] == ["account.disabled", "account.enabled"]
