"""What the tests of keeping people and bodies share: Croydon as `made` has it, with its administrator and its chair."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.people.models import DecidingBody, Organisation, Person, RoleHolding, Seat
from app.permissions import Role
from tests.people import made

NOW, SINCE, TODAY = made.NOW, made.SINCE, made.NOW.date()
DOER = Doer(None, "Tests", "tests")
ADMINISTRATOR = "administrator@croydon.example"


@dataclass
class Croydon:
    """Croydon's rows, in the test's own session."""

    organisation: Organisation
    other: Organisation
    body: DecidingBody
    chair_seat: Seat
    lay_seat: Seat
    chair: Person
    secretary: Person
    administrator: Person


def croydon(session: Session) -> Croydon:
    """Make it, with an administrator of the whole service who works there."""
    ids = made.make(session)
    someone = made.person(session, "administrator", "Ada Administrator", ADMINISTRATOR)
    made.account(session, someone)
    session.add(
        RoleHolding(person_id=someone.id, role=Role.ADMINISTRATOR.value, organisation_id=ids.croydon, starts=SINCE)
    )
    session.commit()
    seats = {seat.kind: seat for seat in session.scalars(sa.select(Seat).where(Seat.body_id == ids.body))}
    people = {person.code: person for person in session.scalars(sa.select(Person))}
    return Croydon(
        session.get_one(Organisation, ids.croydon),
        session.get_one(Organisation, ids.other),
        session.get_one(DecidingBody, ids.body),
        seats["chair"],
        seats["lay_member"],
        people["chair"],
        people["secretary"],
        people["administrator"],
    )


def send(client: FlaskClient, path: str, **form: object) -> TestResponse:
    """Open a form and send it as a browser would, with what it shows where nothing else is said."""
    token = made.token_in(client.get(path))
    data = {name: value for name, value in form.items() if value is not None}
    return client.post(path, data={"csrf_token": token, **data})


def end(client: FlaskClient, path: str, ends: date, **form: object) -> tuple[TestResponse, TestResponse]:
    """Ask for an end, and confirm what is shown: both answers."""
    shown = send(client, path, ends=ends.isoformat(), **form)
    found = shown.text.partition('name="confirmed" value="')[2].partition('"')[0]
    return shown, send(client, path, ends=ends.isoformat(), confirmed=found, **form)


def tags(session: Session) -> list[str]:
    """What is on record of all this, in order; not of signing in."""
    found = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id))
    return [tag for tag in found if not tag.startswith("account.")]
