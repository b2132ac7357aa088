"""A real installation begins with an invited administrator; a personal link opens one account, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db.installation import become, kind_of
from app.people import service
from app.people.models import Organisation, Person, RoleHolding
from tests.conftest import SettableClock
from tests.people import made

PASSWORD = "gravel teapot orbit"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["people", *words])


def invited(app: Flask, email: str = "ada@nhs.example", organisation: str = "07v") -> str:
    """The path of a new administrator's personal link."""
    words = ["--name", "Ada Example", "--email", email, "--organisation", organisation]
    result = run(app, "invite-administrator", *words)
    assert result.exit_code == 0, result.output
    return result.output.split("http://localhost")[1].strip()


def accept(client: FlaskClient, path: str, password: str = PASSWORD, again: str | None = None) -> tuple[int, str]:
    form = {"csrf_token": made.token_in(client.get(path)), "password": password, "password_again": again or password}
    answer = client.post(path, data=form)
    return answer.status_code, answer.text


def test_an_administrator_is_invited_and_opens_an_account(app: Flask, client: FlaskClient, session: Session) -> None:
    path = invited(app)
    assert kind_of(session) == "real"
    assert "You are invited as <strong>Ada Example</strong>" in client.get(path).text
    assert accept(client, path)[0] == 303
    assert made.sign_in(client, "ada@nhs.example", PASSWORD).status_code == 303
    assert "Ada Example" in client.get("/").text
    session.rollback()
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert tags == ["account.invited", "account.opened", "account.signed-in"]
    assert session.scalars(sa.select(Organisation.ods_code)).all() == ["07V"]
    assert session.scalars(sa.select(RoleHolding.role)).all() == ["administrator"]


def test_a_link_works_once(app: Flask, client: FlaskClient) -> None:
    path = invited(app)
    assert accept(client, path)[0] == 303
    answer = client.get(path)
    assert answer.status_code == 404
    assert "This link opens nothing" in answer.text


def test_a_link_works_within_its_days(app: Flask, client: FlaskClient, clock: SettableClock) -> None:
    path = invited(app)
    clock.forward(timedelta(days=service.INVITATION_DAYS))
    assert client.get(path).status_code == 200
    clock.forward(timedelta(seconds=1))
    assert client.get(path).status_code == 404


def test_a_new_link_ends_the_one_before(app: Flask, client: FlaskClient) -> None:
    first, second = invited(app), invited(app)
    assert client.get(first).status_code == 404
    assert accept(client, second)[0] == 303


def test_a_guessed_link_opens_nothing(client: FlaskClient) -> None:
    assert client.get("/invitation/guessed").status_code == 404


def test_the_token_is_not_kept(app: Flask, session: Session) -> None:
    token = invited(app).rsplit("/", 1)[1]
    stored = session.execute(sa.text("SELECT token_hash FROM invitation")).scalars().all()
    assert token not in stored


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elevenchars", "Use at least 12 characters."),
        ("x" * 1001, "Use at most 1,000 characters."),
        ("password1234", "That password is too easy to guess."),
        ("aaaaaaaaaaaaaaaa", "That password is too easy to guess."),
        ("ADA@nhs.example", "That password is too easy to guess."),
        (service.DEMONSTRATION_PASSWORD, "That password is too easy to guess."),
    ],
)
def test_a_password_that_cannot_be_used_is_refused(
    app: Flask, client: FlaskClient, password: str, sentence: str
) -> None:
    status, page = accept(client, invited(app), password)
    assert status == 422
    assert sentence in page
    assert "There is a problem" in page


@pytest.mark.parametrize(
    "password", ["twelve chars", "alllowercaseletters", "   spaces at both ends   ", "пароль из слов"]
)
def test_no_rule_says_what_characters_a_password_is_made_of(app: Flask, client: FlaskClient, password: str) -> None:
    assert accept(client, invited(app), password)[0] == 303
    assert made.sign_in(client, "ada@nhs.example", password).status_code == 303


def test_two_different_passwords_are_refused(app: Flask, client: FlaskClient) -> None:
    status, page = accept(client, invited(app), again="gravel teapot orbital")
    assert status == 422
    assert "The two passwords are not the same" in page


def test_a_demonstration_takes_no_real_accounts(app: Flask, session: Session) -> None:
    become(session, "demonstration", made.NOW)
    session.commit()
    words = ["--name", "Ada Example", "--email", "ada@nhs.example", "--organisation", "07V"]
    result = run(app, "invite-administrator", *words)
    assert result.exit_code == 1
    assert "This installation is a demonstration; it cannot become a real one." in result.output
    assert session.scalars(sa.select(Person)).all() == []
    assert "its sign-ins come with it" in run(app, "invite", "ada@nhs.example").output


@pytest.mark.parametrize(
    ("name", "email", "organisation", "sentence"),
    [
        ("A", "ada", "07V", "“ada” is not an email address; expected one such as name@nhs.example."),
        ("A", "a b@c d", "07V", "“a b@c d” is not an email address"),
        ("A", "a@nhs.example\nBcc: b@nhs.example", "07V", "“a@nhs.example�Bcc: b@nhs.example” is not an email address"),
        ("A", "a@nhs", "07V", "“a@nhs” is not an email address"),
        ("A", "a" * 65 + "@nhs.example", "07V", "is not an email address"),
        ("A", "ada@nhs.example", "SOUTH WEST LONDON", "“SOUTH WEST LONDON” is not an organisation’s ODS code"),
        ("A", "ada@nhs.example", "", "“” is not an organisation’s ODS code: expected 1 to 10 letters and digits"),
        ("A", "ada@nhs.example", "12345678901", "is not an organisation’s ODS code"),
        ("A", "ada@nhs.example", "07Ø", "is not an organisation’s ODS code"),
        ("  ", "ada@nhs.example", "07V", "The name is empty"),
        ("A" * 5000, "ada@nhs.example", "07V", "The name has 5,000 characters: a name has at most 200."),
        ("A\nB", "ada@nhs.example", "07V", "The name holds a line break"),
        ("A\udce9", "ada@nhs.example", "07V", "another character that cannot be shown"),
    ],
)
def test_an_administrator_who_could_not_be_used_is_refused_and_nothing_is_written(
    app: Flask, session: Session, name: str, email: str, organisation: str, sentence: str
) -> None:
    result = run(app, "invite-administrator", "--name", name, "--email", email, "--organisation", organisation)
    assert result.exit_code == 1
    assert sentence in result.output
    assert kind_of(session) == "empty"
    assert session.scalars(sa.select(Person)).all() == []


def test_an_address_that_is_somebody_elses_is_refused_by_their_name(app: Flask, session: Session) -> None:
    invited(app)
    words = ["--name", "Bea Other", "--email", "ADA@nhs.example", "--organisation", "07V"]
    result = run(app, "invite-administrator", *words)
    assert result.exit_code == 1
    assert "ADA@nhs.example is the address of Ada Example" in result.output
    assert session.scalars(sa.select(Person.name)).all() == ["Ada Example"]


def test_a_known_person_is_invited_by_their_address(app: Flask, client: FlaskClient, session: Session) -> None:
    made.make(session)
    result = run(app, "invite", "CHAIR@croydon.example")
    assert result.exit_code == 0, result.output
    assert accept(client, result.output.split("http://localhost")[1].strip())[0] == 303
    assert made.sign_in(client, "chair@croydon.example", PASSWORD).status_code == 303
    assert "has an account already" in run(app, "invite", made.EMAIL).output
    assert "Nobody here has the address" in run(app, "invite", "nobody@nhs.example").output


def test_two_people_with_like_addresses_get_codes_of_their_own(app: Flask, session: Session) -> None:
    invited(app, "ada.b@nhs.example")
    invited(app, "ada-b@nhs.example")
    assert set(session.scalars(sa.select(Person.code))) == {"ada-b-nhs-example", "ada-b-nhs-example-2"}


def test_disabling_from_the_command_line(app: Flask, client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    assert "every session of it has ended" in run(app, "disable", made.EMAIL).output
    assert "Sam Secretary" not in client.get("/").text
    assert run(app, "disable", made.EMAIL).exit_code == 1
    assert "has no account" in run(app, "disable", "nobody@croydon.example").output
