"""A collaborative with a document in three versions, and programs that ask the API for its people."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.service import Doer
from app.db import writing
from app.documents import service as documents
from app.documents.hashing import ClauseDraft
from app.people.bearers import hash_of
from app.people.models import Account
from app.people.token_models import PersonalToken
from app.permissions.scopes import SCOPES
from app.programme.models import Programme
from app.signoff.models import Case
from tests.conftest import SettableClock
from tests.signoff.group import NOW, Group, make_group, open_accounts, respond, set_meetings

DAY = date(2015, 11, 24)
FOUR = ("Croydon", "Kingston", "Merton", "Richmond")
_numbers = count(1)


def secret_of(number: int) -> str:
    """The secret of a token made for a test."""
    return f"concord_{number:043d}"


def give_token(
    session: Session, account_id: int, clock: SettableClock, scopes: Sequence[str] = tuple(SCOPES), **values: Any
) -> str:
    """A token of an account, as making one on the page leaves it; gives its secret."""
    secret = secret_of(next(_numbers))
    made = {
        "name": "A program",
        "made_at": clock.real,
        "expires_at": clock.real + timedelta(days=7),
        "proved_at": clock.real,
        "ended": "",
        **values,
    }
    session.add(
        PersonalToken(account_id=account_id, token_hash=hash_of(secret), hint=secret[:12], scopes=list(scopes), **made)
    )
    session.commit()
    return secret


def said(answer: TestResponse) -> Any:
    """The JSON of an answer."""
    return answer.get_json()


class Program:
    """What one person's program sends: its token with everything, a key of its own with every write."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> TestResponse:
        """Ask."""
        asked = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.client.get(f"/api{path}", query_string=query or None, headers=asked)

    def read(self, path: str, **query: Any) -> Any:
        """Ask, and expect an answer."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: object, key: str = "", **headers: str) -> TestResponse:
        """Send."""
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key or f"key-number-{next(_numbers)}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.client.post(f"/api{path}", data=json.dumps(body), headers=sent)

    def write(self, path: str, body: object, key: str = "") -> Any:
        """Send, and expect it to be recorded."""
        answer = self.post(path, body, key)
        assert answer.status_code == 201, answer.text
        return answer.json


class World:
    """The group, with a document of three issued versions, a meeting of each body, and a program for each person."""

    def __init__(
        self, session: Session, client: FlaskClient, clock: SettableClock, names: Sequence[str] = FOUR
    ) -> None:
        self.session, self.client, self.clock = session, client, clock
        with writing(session):
            self.group: Group = make_group(session, names)
            self.accounts: dict[str, Account] = open_accounts(session, self.group)
            collaborative = self.group.collaborative.id
            session.add(Programme(code="group", name="The programme", collaborative_id=collaborative))
            assert self.group.director is not None
            doer = Doer(self.group.director.id, self.group.director.name, "programme director")
            found = documents.write_document(
                session, code="ooh", collaborative_id=collaborative, title="Out-of-hospital standards", summary=""
            )
            for label in ("1", "2", "3"):
                version = documents.write_version(
                    session,
                    found,
                    label=label,
                    title="Out-of-hospital standards",
                    note="",
                    dated=date(2015, 9, 1),
                    clauses=[
                        ClauseDraft("aims", "1", "Aims", f"Care close to home, as version {label} says it."),
                        ClauseDraft("access", "2", "Access", "Seen within two hours."),
                    ],
                    doer=doer,
                    now=NOW,
                )
                documents.issue_version(session, version, doer, NOW)
            self.meetings = {name: one.code for name, one in set_meetings(session, self.group, DAY, NOW).items()}
        self.programs: dict[str, Program] = {}

    def program(self, who: str, scopes: Sequence[str] = tuple(SCOPES), **values: Any) -> Program:
        """A program of this person, with a token of its own."""
        return Program(self.client, give_token(self.session, self.accounts[who].id, self.clock, scopes, **values))

    def of(self, who: str) -> Program:
        """The same program of this person each time."""
        if who not in self.programs:
            self.programs[who] = self.program(who)
        return self.programs[who]

    def at_responses(self, route: int = 1) -> str:
        """Version 1 is put to every body under this version of the standards' route; gives the sign-off's address."""
        opened = self.of("director").write(
            "/documents/ooh/versions/1/sign-off", {"definition": {"name": "standards", "version": route}}
        )
        return f"/sign-offs/{opened['sign_off']}"

    def at_decisions(self, route: int = 1) -> str:
        """Four bodies have responded, and version 2 is before them all."""
        address = self.at_responses(route)
        with writing(self.session) as session:
            case = session.scalars(sa.select(Case)).one()
            respond(session, self.group, case, list(self.group.secretaries)[:4], self.clock.now)
        self.of("director").write("/documents/ooh/versions/2/round", {})
        return address

    def decision(self, address: str, name: str, **changed: object) -> dict[str, object]:
        """What a body's secretary sends: everyone there, everyone for."""
        room = self.of(f"{name.lower()}-secretary").read(
            f"{address}/bodies/{name.lower()}/meetings/{self.meetings[name]}"
        )
        seats = [{"seat": one["seat"], "attended": "present"} for one in room["seats"] if one["holder"]]
        return {
            "meeting": self.meetings[name],
            "seats": seats,
            "all_for": True,
            "answer": {"answer": "agree"},
            "seen": room["seen"],
            **changed,
        }
