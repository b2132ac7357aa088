"""A few people and bodies for tests: one CCG with its governing body, one secretary with an account, one chair."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.people.models import (
    Account,
    BodyRule,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    OrganisationSuccessor,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.permissions import Role
from tests.thrift import QUICK

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
SINCE = date(2013, 4, 1)
PASSWORD = "  a password with spaces of its own  "


@dataclass(frozen=True)
class Made:
    """Ids of what was made."""

    croydon: int
    other: int
    body: int
    secretary: int
    account: int


EMAIL = "secretary@croydon.example"
QUORUM = {
    "share_numerator": 1,
    "share_denominator": 2,
    "needs": [
        {"kinds": ["lay_member"], "count": 1, "label": "lay member"},
        {"kinds": ["gp_member", "chair"], "count": 2, "label": "clinician"},
    ],
    "excluded_in_denominator": False,
    "handlings_that_count": ["note_only", "stay_speak_no_vote"],
}


def person(session: Session, code: str, name: str, email: str) -> Person:
    """A person, without account."""
    made = Person(code=code, name=name, email=email, demonstration=False)
    session.add(made)
    session.flush()
    return made


def account(session: Session, who: Person, password: str = PASSWORD, demonstration: bool = False) -> Account:
    """An account with a hash that is quick to check."""
    made = Account(person_id=who.id, password_hash=QUICK.hash(password), demonstration=demonstration, disabled=False)
    session.add(made)
    session.flush()
    return made


def make(session: Session) -> Made:
    """Croydon with a governing body of four seats, one of them vacant; Kent, which has nothing to do with it."""
    croydon = Organisation(
        ods_code="07V",
        name="NHS Croydon CCG",
        short_name="Croydon",
        kind="ccg",
        opened=SINCE,
        registered_patients=389_000,
        registered_patients_as_at="October 2015",
    )
    kent = Organisation(ods_code="99X", name="NHS Kent Example", short_name="Kent", kind="ccg", opened=SINCE)
    later = Organisation(
        ods_code="36L", name="NHS South West London CCG", short_name="SWL", kind="ccg", opened=date(2020, 4, 1)
    )
    session.add_all([croydon, kent, later])
    session.flush()
    session.add(OrganisationSuccessor(predecessor_id=croydon.id, successor_id=later.id, from_on=date(2020, 4, 1)))
    together = Collaborative(code="swl", name="South West London", host_id=croydon.id)
    session.add(together)
    session.flush()
    session.add(CollaborativeMember(collaborative_id=together.id, organisation_id=croydon.id, starts=SINCE))
    body = _body(session, croydon, "croydon-gb", "NHS Croydon CCG Governing Body", "Croydon")
    _body(session, kent, "kent-gb", "NHS Kent Example Governing Body", "Kent")
    session.add_all(
        [
            BodyRule(
                body_id=body.id, starts=date(2014, 4, 1), ends=None, quorum=QUORUM, lead_number=5, lead_unit="working"
            ),
            BodyRule(
                body_id=body.id,
                starts=SINCE,
                ends=date(2014, 3, 31),
                quorum={"share_numerator": 1, "share_denominator": 3, "needs": []},
                lead_number=7,
                lead_unit="calendar",
            ),
        ]
    )
    chair = person(session, "chair", "Dr Chair Example", "chair@croydon.example")
    kinds = [("Clinical chair", "chair", True), ("Lay member", "lay_member", True), ("GP member", "gp_member", True)]
    for position, (title, kind, voting) in enumerate([*kinds, ("In attendance", "in_attendance", False)]):
        seat = Seat(
            code=f"croydon-{kind}",
            body_id=body.id,
            title=title,
            kind=kind,
            voting=voting,
            position=position,
            starts=SINCE,
        )
        session.add(seat)
        session.flush()
        if kind == "chair":
            session.add(SeatHolding(seat_id=seat.id, person_id=chair.id, starts=SINCE))
    who = person(session, "secretary", "Sam Secretary", EMAIL)
    session.add(RoleHolding(person_id=who.id, role=Role.SECRETARY.value, organisation_id=croydon.id, starts=SINCE))
    opened = account(session, who)
    made = Made(croydon.id, kent.id, body.id, who.id, opened.id)
    session.commit()
    return made


def _body(session: Session, organisation: Organisation, code: str, name: str, short: str) -> DecidingBody:
    made = DecidingBody(
        code=code, organisation_id=organisation.id, kind="governing_body", name=name, short_name=short, opened=SINCE
    )
    session.add(made)
    session.flush()
    return made


def token_in(page: TestResponse) -> str:
    """The CSRF token of the form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found.group(1)


def sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, address: str = "203.0.113.7"
) -> TestResponse:
    """Send the sign-in form as a browser would."""
    asked = client.get("/sign-in", environ_base={"REMOTE_ADDR": address}, follow_redirects=True)
    form = {"csrf_token": token_in(asked), "email": email, "password": password}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address})


def administrator(session: Session, code: str, name: str, role: Role) -> Person:
    """Someone with an account who administers: Croydon, or the whole service."""
    who = person(session, code, name, f"{code}@croydon.example")
    croydon = session.scalars(sa.select(Organisation.id).where(Organisation.ods_code == "07V")).one()
    session.add(RoleHolding(person_id=who.id, role=role.value, organisation_id=croydon, starts=SINCE))
    account(session, who)
    session.commit()
    return who


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form of the page at `path` as a browser would, with the token that page gave."""
    return client.post(path, data={"csrf_token": token_in(client.get(path)), **fields})
