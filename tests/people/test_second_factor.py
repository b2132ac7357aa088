"""A code beside the password: each taken once, counted before it is checked; nobody is signed in before it."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.db import db, writing
from app.jobs.models import Mail
from app.people import second_factor
from app.people.models import RecoveryCode, SecondFactor
from app.permissions import Refused, Role
from config import Settings, kept_secret
from tests.conftest import REAL_DAY, SettableClock
from tests.people import made

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", of RFC 6238, appendix B
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DOER = Doer(None, "A test", "tests")


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(moment)


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert second_factor.step_of(RFC_SECRET, code, at) == seconds // 30


def test_a_code_of_the_half_minute_before_or_after_is_taken_and_no_older_one() -> None:
    taken = [
        second_factor.step_of(SECRET, code_at(NOON + timedelta(seconds=away)), NOON) is not None
        for away in (-60, -30, 0, 30, 60)
    ]
    assert taken == [False, True, True, True, False]


def test_a_code_may_be_typed_with_a_space() -> None:
    code = code_at(NOON)
    assert second_factor.step_of(SECRET, f" {code[:3]} {code[3:]} ", NOON) is not None


def test_no_code_up_to_the_last_one_taken_is_taken_again() -> None:
    step = second_factor.step_of(SECRET, code_at(NOON), NOON)
    assert step is not None
    assert second_factor.step_of(SECRET, code_at(NOON), NOON, after=step) is None
    assert second_factor.step_of(SECRET, code_at(NOON - timedelta(seconds=30)), NOON, after=step) is None


def test_a_secret_is_sealed_under_the_instances_key_and_for_one_account() -> None:
    key, other = bytes(32), bytes([1]) * 32
    kept = second_factor.sealed(SECRET, key, 7)
    assert SECRET not in kept
    assert second_factor.unsealed(kept, key, 7) == SECRET
    for wrong_key, wrong_account in ((other, 7), (key, 8)):
        with pytest.raises(Refused, match="is not the one they were made with"):
            second_factor.unsealed(kept, wrong_key, wrong_account)


def turned_on(session: Session, settings: Settings, account_id: int) -> list[str]:
    """A second factor with `SECRET`, whose codes of an hour ago are used; gives the recovery codes."""
    key = kept_secret(settings.instance / "second-factor.key")
    step = int((REAL_DAY - timedelta(hours=1)).timestamp()) // 30
    with writing(session):
        return second_factor.turn_on(session, account_id, SECRET, step, key, DOER, made.NOW, REAL_DAY)


def test_it_is_set_up_and_then_asked_for_before_anyone_is_signed_in(
    client: FlaskClient, session: Session, clock: SettableClock
) -> None:
    people = made.make(session)
    made.sign_in(client)
    page = client.get("/account/second-factor").text
    found = re.search(r'Key to type: <code class="app-key">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    assert '<img class="app-qr" src="data:image/svg+xml' in page
    secret = found.group(1).replace(" ", "")
    wrong = made.send(client, "/account/second-factor", one_time_code="000000")
    assert wrong.status_code == 422
    assert secret in wrong.text.replace(" ", ""), "the key is still the one that was scanned"
    done = made.send(client, "/account/second-factor", one_time_code=code_at(clock.real, secret))
    codes = re.findall(r'<li><code class="app-key">([A-Z2-9-]{19})</code>', done.text)
    assert len(set(codes)) == 10
    session.rollback()
    assert secret not in str(session.execute(sa.select(SecondFactor.sealed_secret)).all())
    assert not set(codes) & set(session.scalars(sa.select(RecoveryCode.code_hash)))
    assert client.get("/account").status_code == 200, "who set it up stays signed in"

    another = client.application.test_client()
    answer = made.sign_in(another)
    assert answer.headers["Location"] == "/sign-in/code"
    assert "Sam Secretary" not in another.get("/").text
    used = made.send(another, "/sign-in/code", one_time_code=code_at(clock.real, secret))
    assert used.status_code == 422, "the code it was set up with is used"
    assert "was used already" in used.text
    before = another.get_cookie("concord", domain="localhost")
    clock.forward(timedelta(seconds=30))
    assert made.send(another, "/sign-in/code", one_time_code=code_at(clock.real, secret)).status_code == 303
    after = another.get_cookie("concord", domain="localhost")
    assert before is not None and after is not None and before.value != after.value
    assert "Sam Secretary" in another.get("/").text
    session.rollback()
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert tags == ["account.signed-in", "account.second-factor-on", "account.sign-in-refused", "account.signed-in"]
    told = session.scalars(sa.select(Mail)).one()
    assert (told.recipient, told.subject) == (made.EMAIL, "Your second factor for Concord is on")
    assert session.get_one(SecondFactor, people.account).last_step == int(clock.real.timestamp()) // 30


def test_one_code_sent_many_times_at_once_is_taken_once(
    app: Flask, session: Session, settings: Settings, clock: SettableClock
) -> None:
    people = made.make(session)
    turned_on(session, settings, people.account)
    key = kept_secret(settings.instance / "second-factor.key")
    start = Barrier(6)

    def taken(_: int) -> bool:
        with app.app_context(), db.sessionmaker() as own:
            start.wait()
            with writing(own):
                return second_factor.take(own, people.account, code_at(clock.real), key, DOER, made.NOW, clock.real)

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(taken, range(6))) == [False] * 5 + [True]


def test_a_recovery_code_signs_in_once_however_it_is_typed(app: Flask, session: Session, settings: Settings) -> None:
    people = made.make(session)
    code = turned_on(session, settings, people.account)[3]
    for typed, status in ((code.lower().replace("-", " "), 303), (code, 422)):
        client = app.test_client()
        made.sign_in(client)
        assert made.send(client, "/sign-in/code", one_time_code=typed).status_code == status
    session.rollback()
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "account.recovery-code-used")).one()
    assert entry.payload == {"name": "Sam Secretary", "left": 9}
    assert "9 are left" in session.scalars(sa.select(Mail.body).where(Mail.subject.contains("recovery code"))).one()


def test_a_right_password_waits_ten_minutes_for_its_code(
    client: FlaskClient, session: Session, settings: Settings, clock: SettableClock
) -> None:
    people = made.make(session)
    turned_on(session, settings, people.account)
    made.sign_in(client)
    token = made.token_in(client.get("/sign-in/code"))
    clock.forward(timedelta(minutes=10))
    form = {"csrf_token": token, "one_time_code": code_at(clock.real)}
    assert client.post("/sign-in/code", data=form).headers["Location"] == "/sign-in"
    assert "Sam Secretary" not in client.get("/").text


def test_without_a_password_no_code_is_asked_for(client: FlaskClient, session: Session) -> None:
    made.make(session)
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_wrong_codes_are_counted_and_then_a_wait_is_asked_for(
    app: Flask, session: Session, settings: Settings, clock: SettableClock
) -> None:
    app.extensions["concord.settings"] = replace(settings, throttle_attempts=2)
    people = made.make(session)
    turned_on(session, settings, people.account)
    client = app.test_client()
    made.sign_in(client)
    token = made.token_in(client.get("/sign-in/code"))
    statuses = [
        client.post("/sign-in/code", data={"csrf_token": token, "one_time_code": code}).status_code
        for code in ("000000", "000001", code_at(clock.real))
    ]
    assert statuses == [422, 422, 429]
    assert "Sam Secretary" not in client.get("/").text


def test_turning_it_off_needs_password_and_code(
    client: FlaskClient, session: Session, settings: Settings, clock: SettableClock
) -> None:
    people = made.make(session)
    turned_on(session, settings, people.account)
    made.sign_in(client)
    made.send(client, "/sign-in/code", one_time_code=code_at(clock.real))
    clock.forward(timedelta(minutes=1))
    off, code = "/account/second-factor/off", code_at(clock.real)
    assert "That is not your password" in made.send(client, off, proof_password="x", proof_code=code).text
    assert "The code is not right" in made.send(client, off, proof_password=made.PASSWORD, proof_code="1").text
    assert made.send(client, off, proof_password=made.PASSWORD, proof_code=code).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(SecondFactor)).all() == []
    assert session.scalars(sa.select(RecoveryCode)).all() == []


def test_new_recovery_codes_end_the_old_ones(
    client: FlaskClient, session: Session, settings: Settings, clock: SettableClock
) -> None:
    people = made.make(session)
    old = turned_on(session, settings, people.account)[0]
    made.sign_in(client)
    made.send(client, "/sign-in/code", one_time_code=code_at(clock.real))
    page = made.send(client, "/account/second-factor/recovery-codes").text
    assert page.count('<li><code class="app-key">') == 10
    another = client.application.test_client()
    made.sign_in(another)
    assert made.send(another, "/sign-in/code", one_time_code=old).status_code == 422


def test_an_operator_resets_a_lost_one_from_the_command_line(app: Flask, session: Session, settings: Settings) -> None:
    people = made.make(session)
    turned_on(session, settings, people.account)
    run = app.test_cli_runner().invoke
    assert "signs in with the password alone" in run(args=["people", "reset-second-factor", made.EMAIL]).output
    assert "has no second factor" in run(args=["people", "reset-second-factor", made.EMAIL]).output
    assert "has no account" in run(args=["people", "reset-second-factor", "nobody@croydon.example"]).output
    assert "is not disabled" in run(args=["people", "enable", made.EMAIL]).output


def test_an_administrator_resets_a_lost_one_and_its_owner_is_told(
    app: Flask, session: Session, settings: Settings
) -> None:
    people = made.make(session)
    turned_on(session, settings, people.account)
    made.administrator(session, "ada", "Ada Administrator", Role.ADMINISTRATOR)
    made.administrator(session, "olga", "Olga Organises", Role.ORGANISATION_ADMINISTRATOR)
    path = "/people/secretary/account/second-factor"
    olga = app.test_client()
    made.sign_in(olga, "olga@croydon.example")
    assert "Only an administrator may" in olga.get(path).text
    ada = app.test_client()
    made.sign_in(ada, "ada@croydon.example")
    assert made.send(ada, path).status_code == 303
    assert made.sign_in(app.test_client()).headers["Location"] == "/"
    session.rollback()
    mail = session.scalars(sa.select(Mail).where(Mail.subject.contains("was reset"))).one()
    assert mail.recipient == made.EMAIL
    assert "Ada Administrator, administrator, NHS Croydon CCG, took the second factor off" in mail.body
    assert "account.second-factor-reset" in session.scalars(sa.select(RecordEntry.tag)).all()
