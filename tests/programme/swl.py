"""A small South West London for tests: a collaborative of two CCGs and NHS England, a programme, two workstreams."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.service import Doer
from app.people.models import (
    Account,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.permissions import Role
from app.programme.models import Milestone, Period, Programme, Workstream, WorkstreamBody
from app.web.models import WebSession
from app.web.sessions import hashed

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
SINCE = date(2013, 4, 1)


@dataclass
class World:
    """Ids of what was made, by name."""

    programme: int = 0
    collaborative: int = 0
    bodies: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    workstreams: dict[str, int] = field(default_factory=dict)
    periods: dict[str, int] = field(default_factory=dict)
    milestone: int = 0

    def doer(self, who: str) -> Doer:
        """A person as the record names them."""
        return Doer(self.people[who], who, f"{who}, in a test")


ROLES = {
    "director": (Role.PROGRAMME_DIRECTOR, "wandsworth"),
    "manager": (Role.PROGRAMME_MANAGER, "wandsworth"),
    "croydon manager": (Role.PROGRAMME_MANAGER, "croydon"),
    "croydon secretary": (Role.SECRETARY, "croydon"),
    "wandsworth secretary": (Role.SECRETARY, "wandsworth"),
    "reader": (Role.READER, "croydon"),
    "stranger": (Role.PROGRAMME_DIRECTOR, "kent"),
}


def south_west_london(session: Session) -> World:
    """Make it and commit it."""
    world = World()
    organisations = {}
    for short, ods, kind in (
        ("Wandsworth", "08X", "ccg"),
        ("Croydon", "07V", "ccg"),
        ("NHS England", "X24", "nhs_england"),
        ("Kent", "99J", "ccg"),
    ):
        organisation = Organisation(ods_code=ods, name=f"NHS {short} CCG", short_name=short, kind=kind, opened=SINCE)
        session.add(organisation)
        organisations[short.lower()] = organisation
    session.flush()
    host = organisations["wandsworth"]
    collaborative = Collaborative(code="swlcc", name="South West London Collaborative Commissioning", host_id=host.id)
    elsewhere = Collaborative(code="kent", name="Kent", host_id=organisations["kent"].id)
    session.add_all([collaborative, elsewhere])
    session.flush()
    world.collaborative = collaborative.id
    for name, organisation in organisations.items():
        member_of = elsewhere if name == "kent" else collaborative
        session.add(CollaborativeMember(collaborative_id=member_of.id, organisation_id=organisation.id, starts=SINCE))
        body = DecidingBody(
            code=name.replace(" ", "-"),
            organisation_id=organisation.id,
            kind="officer" if name == "nhs england" else "governing_body",
            name=f"{organisation.name} governing body",
            short_name=organisation.short_name,
            opened=SINCE,
        )
        session.add(body)
        session.flush()
        world.bodies[name] = body.id
    for who, (role, at) in ROLES.items():
        person = _person(session, world, who)
        session.add(
            RoleHolding(person_id=person.id, role=role.value, organisation_id=organisations[at].id, starts=SINCE)
        )
    chair = _person(session, world, "croydon chair")
    seat = Seat(
        code="croydon-chair",
        body_id=world.bodies["croydon"],
        title="Clinical chair",
        kind="chair",
        voting=True,
        position=1,
        starts=SINCE,
    )
    session.add(seat)
    session.flush()
    session.add(SeatHolding(seat_id=seat.id, person_id=chair.id, starts=SINCE))
    _programme(session, world, collaborative)
    session.commit()
    return world


def _person(session: Session, world: World, who: str) -> Person:
    code = who.replace(" ", "-")
    person = Person(code=code, name=who.title(), email=f"{code}@demonstration.example", demonstration=True)
    session.add(person)
    session.flush()
    session.add(Account(person_id=person.id, password_hash="none", demonstration=True))
    world.people[who] = person.id
    return person


def _programme(session: Session, world: World, collaborative: Collaborative) -> None:
    programme = Programme(code="swl", collaborative_id=collaborative.id, name="SWL commissioning", strapline="")
    session.add(programme)
    session.flush()
    world.programme = programme.id
    for code, title, starts, ends, due in (
        ("2015-08", "August/September 2015", date(2015, 8, 1), date(2015, 9, 30), date(2015, 9, 25)),
        ("2015-10", "October/November 2015", date(2015, 10, 1), date(2015, 11, 30), date(2015, 11, 10)),
        ("2015-12", "December 2015/January 2016", date(2015, 12, 1), date(2016, 1, 31), date(2016, 1, 8)),
    ):
        period = Period(code=code, programme_id=programme.id, title=title, starts=starts, ends=ends, updates_due=due)
        session.add(period)
        session.flush()
        world.periods[code] = period.id
    for position, (code, title, kind) in enumerate(
        (
            ("architecture", "System architecture", "architecture"),
            ("online", "Patients Online", "digital"),
        ),
        start=1,
    ):
        workstream = Workstream(
            code=code,
            programme_id=programme.id,
            title=title,
            sentence=f"{title} in a sentence.",
            kind=kind,
            position=position,
            starts=date(2015, 8, 1),
            demonstration=True,
        )
        session.add(workstream)
        session.flush()
        world.workstreams[code] = workstream.id
    for name in ("wandsworth", "croydon"):
        session.add(WorkstreamBody(workstream_id=world.workstreams["architecture"], body_id=world.bodies[name]))
    session.add(WorkstreamBody(workstream_id=world.workstreams["online"], body_id=world.bodies["croydon"]))
    milestone = Milestone(
        code="architecture-drawn",
        workstream_id=world.workstreams["architecture"],
        title="Architecture drawn",
        position=1,
        baseline_words="30 November 2015",
        baseline_earliest=date(2015, 11, 30),
        baseline_latest=date(2015, 11, 30),
        demonstration=True,
    )
    session.add(milestone)
    session.flush()
    world.milestone = milestone.id


REAL_DAY = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


def signed_in(client: FlaskClient, session: Session, world: World, who: str) -> "Visitor":
    """`client` with the session of this person, as if they had come through the sign-in page."""
    session.rollback()
    account = session.query(Account).filter_by(person_id=world.people[who]).one()
    token = secrets.token_hex(8)
    held = {"_user_id": str(account.id), "_fresh": True, "proved_at": REAL_DAY.isoformat()}
    session.add(
        WebSession(token_hash=hashed(token), account_id=account.id, data=held, began_at=REAL_DAY, seen_at=REAL_DAY)
    )
    session.commit()
    client.set_cookie("concord", token)
    return Visitor(client)


@dataclass
class Visitor:
    """A client that sends each form with the token of the page it stands on."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """GET a page."""
        return self.client.get(path)

    @staticmethod
    def hidden(page: str) -> dict[str, str]:
        """The hidden fields of the forms on a page."""
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))

    def post(self, path: str, data: Mapping[str, str | Sequence[str]], page: str | None = None) -> TestResponse:
        """POST a form with the token from `page`, else from `path` itself."""
        shown = self.client.get(page or path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
        return self.client.post(path, data={"csrf_token": token.group(1) if token else "", **data})
