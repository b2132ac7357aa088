"""A collaborative of CCGs with governing bodies, seats and people, for tests and benchmarks: small, whole, made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.meetings import service as meetings
from app.meetings.models import Meeting
from app.people.models import (
    Account,
    BodyRule,
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
from app.signoff import queries, service
from app.signoff.models import Case
from app.signoff.subject import Subject
from app.web.models import WebSession
from app.web.sessions import hashed
from workflows.facts import AnswerFact, AttendanceFact, ExclusionFact, Vote, VoteFact

SIX = ("Croydon", "Kingston", "Merton", "Richmond", "Sutton", "Wandsworth")
PASSWORD = "a long enough password"
BEGAN = date(2013, 4, 1)
AGREE = AnswerFact("agree")
NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)

SEATS = (
    ("chair", "Clinical chair", True),
    ("deputy_chair", "Deputy chair and lay member", True),
    ("accountable_officer", "Accountable officer", True),
    ("chief_finance_officer", "Chief finance officer", True),
    ("registered_nurse", "Registered nurse", True),
    ("secondary_care_doctor", "Secondary care doctor", True),
    ("lay_member", "Lay member", True),
    ("gp_member", "GP member", True),
    ("in_attendance", "Director of commissioning", False),
)
QUORUM = {
    "share_numerator": 1,
    "share_denominator": 2,
    "needs": [
        {"kinds": ["lay_member", "deputy_chair"], "count": 1, "label": "lay member"},
        {
            "kinds": ["chair", "gp_member", "registered_nurse", "secondary_care_doctor"],
            "count": 2,
            "label": "clinician",
        },
    ],
}


@dataclass
class Group:
    """What was made, by short names."""

    collaborative: Collaborative
    host: Organisation
    bodies: dict[str, DecidingBody] = field(default_factory=dict)
    seats: dict[str, list[Seat]] = field(default_factory=dict)
    people: dict[str, list[Person]] = field(default_factory=dict)
    secretaries: dict[str, Person] = field(default_factory=dict)
    officer: Person | None = None
    director: Person | None = None

    def doer(self, name: str) -> Doer:
        """The secretary of a body, as the record names them."""
        person = self.secretaries[name]
        return Doer(person.id, person.name, f"board secretary, {self.bodies[name].organisation.name}")

    def everyone(self, name: str, *, without: Sequence[str] = ()) -> tuple[AttendanceFact, ...]:
        """Every holder present, but for the kinds of seat named."""
        return tuple(
            AttendanceFact(seat.id, person.id, person.name, "present")
            for seat, person in zip(self.seats[name], self.people[name], strict=True)
            if seat.kind not in without
        )

    def votes(self, name: str, vote: Vote = "for", *, without: Sequence[str] = ()) -> tuple[VoteFact, ...]:
        """One vote of every voting seat, but for the kinds named."""
        return tuple(VoteFact(seat.id, vote) for seat in self.seats[name] if seat.voting and seat.kind not in without)


def make_group(session: Session, names: Sequence[str] = SIX, *, nhs_england: bool = True) -> Group:
    """CCGs with a governing body of nine seats each, their secretaries, a host, a director; and NHS England.

    What refers to nothing is written first, and then what refers to that: a statement for each row is what takes time.
    """
    organisations = {name: _organisation(number, name) for number, name in enumerate(names)}
    people = {
        name: [_person(f"{name.lower()}-{kind}", f"Dr {title.split()[0]} of {name}") for kind, title, _voting in SEATS]
        for name in names
    }
    secretaries = {name: _person(f"{name.lower()}-secretary", f"Secretary of {name}") for name in names}
    director = _person("director", "Director of the programme")
    first = [*organisations.values(), *(person for each in people.values() for person in each)]
    england, officer = None, None
    if nhs_england:
        england = Organisation(
            ods_code="X24", name="NHS England", short_name="NHS England", kind="nhs_england", opened=BEGAN
        )
        officer = _person("officer", "Officer of NHS England")
        first += [england, officer]
    _written(session, [*first, *secretaries.values(), director])

    host = organisations[names[0]]
    collaborative = Collaborative(code="group", name="A group of CCGs", host_id=host.id)
    bodies = {name: _governing_body(name, organisation) for name, organisation in organisations.items()}
    if england is not None:
        bodies["NHS England"] = DecidingBody(
            code="nhs-england",
            organisation_id=england.id,
            kind="officer",
            name="NHS England",
            short_name="NHS England",
            opened=BEGAN,
        )
    _written(session, [collaborative, *bodies.values()])

    members = [*organisations.values()] + ([england] if england is not None else [])
    seats = {name: _seats(bodies[name]) for name in names}
    roles = [_role(secretaries[name], Role.SECRETARY, organisations[name]) for name in names]
    roles.append(_role(director, Role.PROGRAMME_DIRECTOR, host))
    if england is not None and officer is not None:
        roles.append(_role(officer, Role.OFFICER, england))
    _written(
        session,
        [
            *(_member(collaborative, organisation) for organisation in members),
            *(
                BodyRule(body_id=bodies[name].id, starts=BEGAN, quorum=QUORUM, lead_number=5, lead_unit="working")
                for name in names
            ),
            *(seat for each in seats.values() for seat in each),
            *roles,
        ],
    )
    _written(
        session,
        [
            SeatHolding(seat_id=seat.id, person_id=person.id, starts=BEGAN)
            for name in names
            for seat, person in zip(seats[name], people[name], strict=True)
        ],
    )
    return Group(collaborative, host, bodies, seats, people, secretaries, officer, director)


def _written(session: Session, rows: Sequence[object]) -> None:
    session.add_all(rows)
    session.flush()


def _organisation(number: int, name: str) -> Organisation:
    return Organisation(
        ods_code=f"T{number:02d}",
        name=f"NHS {name} CCG",
        short_name=name,
        kind="ccg",
        opened=BEGAN,
        closed=date(2020, 3, 31),
    )


def _governing_body(name: str, organisation: Organisation) -> DecidingBody:
    return DecidingBody(
        code=name.lower(),
        organisation_id=organisation.id,
        kind="governing_body",
        name=f"{name} Governing Body",
        short_name=name,
        opened=BEGAN,
        closed=date(2020, 3, 31),
    )


def _seats(body: DecidingBody) -> list[Seat]:
    return [
        Seat(
            code=f"{body.code}-{kind}",
            body_id=body.id,
            title=title,
            kind=kind,
            voting=voting,
            position=position,
            starts=BEGAN,
        )
        for position, (kind, title, voting) in enumerate(SEATS, start=1)
    ]


def open_accounts(session: Session, group: Group) -> dict[str, Account]:
    """Accounts, by the person's code, for secretaries, the first body's chair, the officer and the director."""
    people = [*group.secretaries.values(), next(iter(group.people.values()))[0]]
    people += [person for person in (group.officer, group.director) if person is not None]
    password = _hashed(PASSWORD)
    opened = {
        person.code: Account(person_id=person.id, password_hash=password, demonstration=False) for person in people
    }
    session.add_all(opened.values())
    session.flush()
    return opened


@cache
def _hashed(password: str) -> str:
    return PasswordHasher().hash(password)


def begin_session(session: Session, account: Account, real_now: datetime) -> str:
    """What signing in leaves behind: a session on the server; gives the token for its cookie."""
    token = f"session-of-{account.id}"
    session.add(
        WebSession(
            token_hash=hashed(token),
            account_id=account.id,
            data={"_user_id": str(account.id), "_fresh": True, "proved_at": real_now.isoformat()},
            began_at=real_now,
            seen_at=real_now,
        )
    )
    session.flush()
    return token


def set_meetings(session: Session, group: Group, on: date, now: datetime) -> dict[str, Meeting]:
    """A meeting of every governing body on one day."""
    return {
        name: meetings.set_meeting(
            session,
            body=body,
            code=f"{body.code}-{on.isoformat()}",
            title=f"{name} Governing Body",
            held_on=on,
            begins=time(14, 0),
            place="The Town Hall",
            doer=group.doer(name),
            now=now,
        )
        for name, body in group.bodies.items()
        if body.kind == "governing_body"
    }


def subject(version: int, *, thing: int = 1, content: str = "") -> Subject:
    """A version of a document, with a hash of its own."""
    return Subject("document", thing, version, str(version), (content or f"{version:x}") * 64)


def open_case(session: Session, group: Group, now: datetime, *, code: str = "standards", version: int = 1) -> Case:
    """A case under the standards route, asked of every body of the group."""
    director = group.director
    assert director is not None
    return service.open_case(
        session,
        code=code,
        title=f"Out-of-hospital standards {code}",
        subject=subject(version),
        definition=("standards", 1),
        parties=list(group.bodies.values()),
        asked_by=group.host,
        collaborative_id=group.collaborative.id,
        doer=Doer(director.id, director.name, "programme director"),
        now=now,
    )


def respond(session: Session, group: Group, case: Case, names: Sequence[str], now: datetime) -> None:
    """These bodies respond to the draft by their secretaries."""
    for name in names:
        body = group.bodies[name]
        service.answer_as_officer(
            session,
            case_id=case.id,
            body_id=body.id,
            answer=AnswerFact("respond", comments="No comment."),
            seen=queries.seen_for(session, case, body),
            token=f"respond-{case.id}-{name}",
            doer=group.doer(name),
            now=now,
            role="secretary",
        )


def put_to_decision(session: Session, group: Group, case: Case, now: datetime) -> None:
    """Four responses, then the second version opens the deciding round."""
    director = group.director
    assert director is not None
    respond(session, group, case, list(group.secretaries)[:4], now)
    service.open_round(session, case, subject(2), Doer(director.id, director.name, "programme director"), now)


def decide(
    session: Session,
    group: Group,
    case: Case,
    name: str,
    meeting: Meeting,
    now: datetime,
    *,
    answer: AnswerFact = AGREE,
    attendance: Sequence[AttendanceFact] | None = None,
    exclusions: Sequence[ExclusionFact] = (),
    votes: Sequence[VoteFact] | None = None,
    token: str = "",
) -> int:
    """Record a body's decision; gives the id of its entry."""
    body = group.bodies[name]
    return service.record_decision(
        session,
        case_id=case.id,
        body_id=body.id,
        meeting_id=meeting.id,
        attendance=group.everyone(name) if attendance is None else attendance,
        exclusions=exclusions,
        votes=group.votes(name) if votes is None else votes,
        answer=answer,
        seen=queries.seen_for(session, case, body),
        token=token or f"decide-{case.id}-{name}-{meeting.id}",
        doer=group.doer(name),
        now=now,
    )


def answer_for_england(session: Session, group: Group, case: Case, now: datetime, answer: AnswerFact = AGREE) -> int:
    """NHS England's answer by its officer; gives the id of its entry."""
    officer, body = group.officer, group.bodies["NHS England"]
    assert officer is not None
    return service.answer_as_officer(
        session,
        case_id=case.id,
        body_id=body.id,
        answer=answer,
        seen=queries.seen_for(session, case, body),
        token=f"england-{case.id}",
        doer=Doer(officer.id, officer.name, "officer, NHS England"),
        now=now,
        role="officer",
    )


def _person(code: str, name: str) -> Person:
    return Person(code=code, name=name, email=f"{code}@test.example", demonstration=True)


def _role(person: Person, role: Role, organisation: Organisation) -> RoleHolding:
    return RoleHolding(person_id=person.id, role=role.value, organisation_id=organisation.id, starts=BEGAN)


def _member(collaborative: Collaborative, organisation: Organisation) -> CollaborativeMember:
    return CollaborativeMember(
        collaborative_id=collaborative.id, organisation_id=organisation.id, starts=date(2014, 1, 1)
    )
