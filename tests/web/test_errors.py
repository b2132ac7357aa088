"""Errors in plain words; whatever was typed is given back, passwords and tokens apart."""

import pytest
import sqlalchemy.exc
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, SelectField

from app.permissions import ROUTES, Refused, Stale
from app.web import errors, gate
from app.web.forms import BaseForm, Text
from tests.people import made


def failing(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Make the list of bodies fail with `error`."""

    def fail() -> Response:
        raise error

    monkeypatch.setitem(app.view_functions, "people.bodies", fail)


def test_a_page_that_is_not_there_says_so_in_words(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "There is no such page, or it is not one you can see." in answer.text
    assert "Go to the start" in answer.text


def test_what_was_typed_is_given_back(client: FlaskClient, session: Session) -> None:
    made.make(session)
    typed = "two lines\nof <script>alert(1)</script> text"
    answer = client.post(
        "/sign-in", data={"email": typed, "password": "secret words here", "csrf_token": "no", "token": "abc-once"}
    )
    assert answer.status_code == 400
    assert "two lines\nof &lt;script&gt;alert(1)&lt;/script&gt; text</textarea>" in answer.text
    assert "secret words here" not in answer.text
    assert "abc-once" not in answer.text


def test_a_refusal_says_why_and_what_would_make_it_possible(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    made.sign_in(client)
    failing(app, monkeypatch, Refused("The round is over.", "A new round can be opened by the host."))
    answer = client.get("/bodies")
    assert answer.status_code == 403
    assert "The round is over." in answer.text
    assert "<li>A new round can be opened by the host.</li>" in answer.text
    assert "Go to the start" in answer.text, "nothing says where they came from"


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://localhost/packs?body=x", 'href="/packs?body=x">Back to the page you came from</a>'),
        ("http://localhost/bodies?again", 'href="/">Go to the start</a>'),
        ("https://elsewhere.example/packs", 'href="/">Go to the start</a>'),
    ],
)
def test_a_refusal_leads_back_to_the_page_of_ours_that_led_to_it(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, came_from: str, leads_to: str
) -> None:
    made.make(session)
    made.sign_in(client)
    failing(app, monkeypatch, Refused("The round is over."))
    assert leads_to in client.get("/bodies", headers={"Referer": came_from}).text


def test_a_stale_page_says_what_changed(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    made.sign_in(client)
    failing(app, monkeypatch, Stale("This was saved by someone else.", "The headline is now “Ready”."))
    answer = client.get("/bodies")
    assert answer.status_code == 409
    assert "The headline is now “Ready”." in answer.text
    assert 'href="/bodies">Open the page as it stands now</a>' in answer.text


def test_the_page_as_it_stands_now_is_the_very_page(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    made.sign_in(client)
    failing(app, monkeypatch, Stale("This was saved by someone else."))
    answer = client.get("/bodies?body=x&as=y")
    assert 'href="/bodies?body=x&amp;as=y">Open the page as it stands now</a>' in answer.text


class Asked(BaseForm):
    """One field of each kind that an error page has to name."""

    attended_27 = SelectField("Attendance, Clinical chair", choices=[("", "Choose"), ("part", "Part, not for this")])
    answer = RadioField("What is the answer?", choices=[("not_agree", "Not agree")])
    reason = Text("Why is that?")
    seen_page = HiddenField()


@pytest.mark.parametrize("reached", [True, False])
def test_what_is_given_back_bears_the_labels_of_its_form(app: Flask, reached: bool) -> None:
    sent = {"attended_27": "part", "attended_28": "", "deputy_27": "0", "answer": "not_agree", "reason": "Too_dear"}
    with app.test_request_context("/", method="POST", data={**sent, "seen_page": "x"} if reached else sent):
        if reached:
            Asked()
        typed = errors._typed()
    assert typed == (
        [
            ("Attendance, Clinical chair", "Part, not for this"),
            ("What is the answer?", "Not agree"),
            ("Why is that?", "Too_dear"),
        ]
        if reached
        else [("Attended 27", "part"), ("Answer", "not agree"), ("Reason", "Too_dear")]
    )


def test_whoever_was_signed_out_while_typing_is_told_and_keeps_the_text(client: FlaskClient, session: Session) -> None:
    made.make(session)
    address = "/workstreams/urgent-care/update?period=2015-12"
    answer = client.post(address, data={"headline": "Half a day’s work"})
    assert answer.status_code == 400
    assert "You are signed out, so nothing was saved." in answer.text
    assert 'href="/sign-in">Sign in</a></p>' in answer.text
    assert "Half a day’s work</textarea>" in answer.text
    assert made.sign_in(client).headers["Location"] == address


def test_an_address_that_takes_no_post_says_so_in_words(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    answer = client.delete("/bodies")
    assert answer.status_code == 405
    assert "This address takes nothing in that way." in answer.text
    assert "GET" in answer.headers["Allow"]


def test_too_much_at_once_is_refused_with_the_limit(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * 2_100_000})
    assert answer.status_code == 413
    assert "It is larger than 2 MB" in answer.text
    assert 'href="/sign-in">Open the form again</a>' in answer.text


def test_a_busy_database_is_said_plainly(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    made.sign_in(client)
    failing(app, monkeypatch, sqlalchemy.exc.OperationalError("SELECT", {}, Exception("locked")))
    answer = client.get("/bodies")
    assert answer.status_code == 503
    assert "Nothing was recorded" in answer.text


def test_a_dead_database_still_gets_a_page(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    gone = sqlalchemy.exc.OperationalError("SELECT", {}, Exception("gone away"))

    def broken(*_args: object, **_names: object) -> str:
        raise gone

    monkeypatch.setattr(errors, "render_template", broken)
    failing(app, monkeypatch, gone)
    made.sign_in(client)
    answer = client.get("/bodies")
    assert answer.status_code == 503
    assert "Nothing was recorded" in answer.text


def test_a_fault_of_ours_shows_nothing_of_the_inside(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    made.sign_in(client)
    failing(app, monkeypatch, KeyError("inside-story"))
    app.testing = False
    answer = client.get("/bodies")
    assert answer.status_code == 500
    assert "Nothing was recorded" in answer.text
    assert "inside-story" not in answer.text


def test_a_route_that_is_not_listed_is_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES, "people.sign_in")
    assert client.get("/sign-in").status_code == 403


def test_a_route_that_forgets_to_ask_is_a_fault(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    made.sign_in(client)
    monkeypatch.setitem(ROUTES, "people.bodies", "programme.read")
    with pytest.raises(gate.ForgottenCheck):
        client.get("/bodies")
