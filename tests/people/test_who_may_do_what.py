"""What a person may do is read off the permission page, never told beside it, and every ground has its words."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people import what_may_be_done as told
from app.people.queries import actor_of
from app.permissions import GIVING, PERMISSIONS, ROUTES, Role
from tests.people import kept, made
from tests.people.kept import TODAY


def test_every_permission_that_depends_on_who_asks_has_its_words() -> None:
    assert set(told.WORDS) | told.OF_EVERYONE == set(PERMISSIONS)
    assert set(told.WORDS) & told.OF_EVERYONE == set()


def test_a_permission_without_words_is_told_by_its_name(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "WORDS", {})
    monkeypatch.setattr(told, "GROUNDS", {})
    here = kept.croydon(session)
    assert all_of(session, here.secretary)[here.body.name, "decision.record"] == (True, "as secretary of organisation")


def test_every_role_is_given_by_a_permission_of_its_own_kind() -> None:
    assert set(GIVING) == set(Role)
    assert set(GIVING.values()) <= set(PERMISSIONS)
    assert set(GIVING.values()) & set(ROUTES.values()) == set()


def test_a_secretary_may_what_the_permission_page_says(session: Session) -> None:
    here = kept.croydon(session)
    answers = all_of(session, here.secretary)
    body = here.body.name
    assert answers[body, "decision.record"] == (True, "as board secretary")
    assert answers[body, "pack.release"] == (False, "")
    assert answers["NHS Croydon CCG", "role.give"] == (True, "as board secretary")
    assert answers["NHS Croydon CCG", "role.give-charge"] == (False, "")
    assert answers["South West London", "programme.read"] == (True, "as one of the collaborative")
    assert not any(name == "The whole service" for name, _ in answers)
    assert all_of(session, here.chair)[body, "pack.release"] == (True, "as chair, by seat")
    assert all_of(session, here.administrator)["The whole service", "organisation.write"] == (True, "as administrator")


def all_of(session: Session, person: Any) -> dict[tuple[str, str], tuple[bool, str]]:
    """What is told of a person, by what it is about and the permission."""
    found = told.what_may_be_done(session, actor_of(session, person, TODAY), TODAY)
    return {(about.name, one.permission): (one.may, one.ground) for about in found for one in about.answers}


@pytest.mark.parametrize("code", ["secretary", "chair"])
def test_the_page_of_a_person_tells_it_to_their_own_organisation(
    client: FlaskClient, session: Session, code: str
) -> None:
    kept.croydon(session)
    made.sign_in(client)
    page = " ".join(client.get(f"/people/{code}").text.split())
    assert "What they may do today" in page
    assert "Record its decisions" in page
    assert ("As board secretary" in page) == (code == "secretary")
    assert f"{code}@croydon.example" in page
