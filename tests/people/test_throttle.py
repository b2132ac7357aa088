"""Throttling is exact: `limit` attempts are verified, not one more, however many ask at once; nobody is locked out."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import db, writing
from app.people import service
from app.web import throttle
from app.web.models import ThrottleEvent
from config import Settings
from tests.conftest import REAL_DAY, SettableClock
from tests.people import made

THREADS = 8
KEY = throttle.throttle_key("a test")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The limit is as exact when it is low, and each attempt costs a whole verification of a password."""
    return replace(settings, throttle_attempts=4)


def test_eight_threads_verify_exactly_the_limit(
    app: Flask, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.make(session)
    verified: list[str] = []
    verify = service.verified

    def counting(session: Session, email: str, password: str) -> int | None:
        verified.append(password)
        return verify(session, email, password)

    monkeypatch.setattr(service, "verified", counting)
    start = Barrier(THREADS)

    def attempts(thread: int) -> list[int]:
        client = app.test_client()
        start.wait()
        return [made.sign_in(client, password=f"wrong {thread} {n}").status_code for n in range(4)]

    with ThreadPoolExecutor(THREADS) as threads:
        statuses = [status for answers in threads.map(attempts, range(THREADS)) for status in answers]
    assert len(verified) == settings.throttle_attempts
    assert statuses.count(422) == settings.throttle_attempts
    assert statuses.count(429) == THREADS * 4 - settings.throttle_attempts


def test_who_asks_while_another_is_counted_waits_for_the_count(app: Flask, clock: SettableClock) -> None:
    def admitted() -> bool:
        with app.app_context(), db.sessionmaker() as session, writing(session):
            return throttle.admitted(session, KEY, 1, timedelta(minutes=1), clock.real)

    with ThreadPoolExecutor(1) as thread, app.app_context(), db.sessionmaker() as session:
        with writing(session):
            assert throttle.admitted(session, KEY, 1, timedelta(minutes=1), clock.real)
            other = thread.submit(admitted)
            wait([other], timeout=1)  # it comes as far as it can before the first is committed
        assert other.result() is False


def used_up(client: FlaskClient, settings: Settings, email: str = made.EMAIL, address: str = "203.0.113.7") -> None:
    for _ in range(settings.throttle_attempts):
        assert made.sign_in(client, email, "wrong", address).status_code == 422
    assert made.sign_in(client, email, made.PASSWORD, address).status_code == 429


def test_the_owner_signs_in_from_another_address_meanwhile(app: Flask, session: Session, settings: Settings) -> None:
    made.make(session)
    used_up(app.test_client(), settings)
    assert made.sign_in(app.test_client(), address="198.51.100.9").status_code == 303


def test_the_wait_is_said_and_then_over(
    client: FlaskClient, session: Session, settings: Settings, clock: SettableClock
) -> None:
    made.make(session)
    used_up(client, settings)
    answer = made.sign_in(client)
    assert answer.headers["Retry-After"] == str(settings.throttle_minutes * 60)
    assert f"Wait {settings.throttle_minutes} minutes, then try again." in answer.text
    assert made.PASSWORD.strip() not in answer.text
    clock.forward(timedelta(minutes=settings.throttle_minutes))
    assert made.sign_in(client).status_code == 303


def test_a_success_forgets_the_failures_before_it(client: FlaskClient, session: Session, settings: Settings) -> None:
    made.make(session)
    for _ in range(settings.throttle_attempts - 1):
        made.sign_in(client, password="wrong")
    assert made.sign_in(client).status_code == 303
    assert made.sign_in(client, password="wrong").status_code == 422


def test_an_unknown_address_is_throttled_alike(client: FlaskClient, session: Session, settings: Settings) -> None:
    made.make(session)
    used_up(client, settings, email="nobody@croydon.example")


def test_capitals_and_spaces_are_no_fresh_start(client: FlaskClient, session: Session, settings: Settings) -> None:
    made.make(session)
    used_up(client, settings)
    assert made.sign_in(client, email=f" {made.EMAIL.title()} ").status_code == 429


def test_one_ipv6_network_is_one_origin(app: Flask, session: Session, settings: Settings) -> None:
    made.make(session)
    used_up(app.test_client(), settings, address="2001:db8:1:2::1")
    assert made.sign_in(app.test_client(), address="2001:db8:1:2:ffff::9").status_code == 429
    assert made.sign_in(app.test_client(), address="2001:db8:1:3::1").status_code == 303


def failed_before(session: Session, address: str, times: int) -> None:
    """As many failed attempts from one address, on as many accounts."""
    with writing(session):
        key = throttle.throttle_key("sign-in", address)
        session.add_all(ThrottleEvent(key=key, at=REAL_DAY) for _ in range(times))


def test_one_password_tried_on_many_accounts_from_one_address_is_throttled(
    app: Flask, session: Session, settings: Settings
) -> None:
    made.make(session)
    failed_before(session, "203.0.113.7", settings.throttle_origin_attempts - 3)
    client = app.test_client()
    for number in range(3):
        assert made.sign_in(client, f"person-{number}@croydon.example", "wrong").status_code == 422
    refused = made.sign_in(client)
    assert refused.status_code == 429
    assert "Too many sign-ins failed from where you are." in refused.text
    assert made.sign_in(app.test_client(), address="198.51.100.9").status_code == 303


def test_successes_are_not_counted_against_their_address(app: Flask, session: Session, settings: Settings) -> None:
    made.make(session)
    failed_before(session, "203.0.113.7", settings.throttle_origin_attempts - 1)
    for _ in range(3):
        assert made.sign_in(app.test_client()).status_code == 303
    assert made.sign_in(app.test_client(), password="wrong").status_code == 422
    assert made.sign_in(app.test_client()).status_code == 429


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(address: str, origin: str) -> None:
    assert throttle.origin(address) == origin
