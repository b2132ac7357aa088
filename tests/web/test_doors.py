"""The service's doors: which hosts it answers, where it sends people on, what its cookie and its headers say."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.db import db
from app.web import gate
from config import Settings
from tests.conftest import SettableClock
from tests.people import made

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/\n/evil.example",
    "evil.example",
    "https:evil.example",
    "///evil.example",
    "",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nobody_is_sent_to_another_site(app: Flask, path: str) -> None:
    with app.test_request_context("/"):
        assert gate.safe_next(path) == "/"


@pytest.mark.parametrize("path", ["/", "/bodies", "/bodies/croydon-gb?as=csv", "/sign-offs?state=open&body=x%2F"])
def test_a_path_of_this_service_is_gone_on_to(app: Flask, path: str) -> None:
    with app.test_request_context("/"):
        assert gate.safe_next(path) == path


def test_signing_in_leads_to_the_page_first_asked_for(client: FlaskClient, session: Session) -> None:
    made.make(session)
    assert "Sign in to see that page" not in client.get("/sign-in").text
    assert client.get("/bodies?as=csv").headers["Location"] == "/sign-in"
    assert "Sign in to see that page" in client.get("/sign-in").text
    assert made.sign_in(client).headers["Location"] == "/bodies?as=csv"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example"])
def test_an_address_cannot_say_where_signing_in_leads(client: FlaskClient, session: Session, path: str) -> None:
    made.make(session)
    client.get("/sign-in", query_string={"next": path})
    assert made.sign_in(client).headers["Location"] == "/"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80"]
)
def test_a_foreign_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "This service does not answer under that address." in answer.text
    assert "evil" not in answer.text


def test_behind_https_the_cookie_is_bound_to_the_host(
    settings: Settings, session: Session, clock: SettableClock
) -> None:
    made.make(session)
    secure = Settings(
        instance=settings.instance,
        database_url=settings.database_url,
        public_url="https://localhost",
        secure_cookies=True,
        testing=True,
    )
    app = create_app(secure, clock.hands)
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    with app.app_context():
        db.engine.dispose()
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-concord=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_every_page_has_a_strict_policy_without_inline(client: FlaskClient) -> None:
    for path in ("/", "/sign-in", "/no-such-page"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_visitor_who_only_reads_has_no_cookie(client: FlaskClient) -> None:
    for path in ("/", "/health", "/no-such-page"):
        assert "Set-Cookie" not in client.get(path).headers


def test_the_logo_is_the_operators_own(settings: Settings, clock: SettableClock, tmp_path: Path) -> None:
    drawn = tmp_path / "logo.svg"
    drawn.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    app = create_app(replace(settings, logo=str(drawn)), clock.hands)
    answer = app.test_client().get("/logo")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert 'src="/logo"' in app.test_client().get("/").text
    with app.app_context():
        db.engine.dispose()


def test_without_a_logo_there_is_none(client: FlaskClient) -> None:
    assert client.get("/logo").status_code == 404
    assert "/logo" not in client.get("/").text
