"""Two small governing bodies and an officer, made anew for each sequence: in the database, and as a ledger's facts.

In some there is a joint committee beside them, to which the governing bodies may have delegated what is asked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.hashing import text_hash
from app.documents.models import Clause, ClauseText, Document, DocumentVersion
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
    SeatDeputy,
    SeatHolding,
)
from app.permissions import Role
from app.programme.models import Programme, Workstream
from app.signoff import service
from app.signoff.delegations import delegate
from app.signoff.models import Case
from app.signoff.subject import Subject
from app.web.models import WebSession
from app.web.sessions import hashed
from tests.signoff.group import BEGAN
from tests.signoff.ledger_delegations import OTHER, OTHER_STREAM, SCOPES, THIS, THIS_STREAM, Delegation
from tests.signoff.ledger_facts import Body, Chair

MEETINGS = (date(2015, 11, 10), date(2015, 11, 17), date(2015, 11, 24))
NAMES = ("Ash", "Birch", "Cedar")
JOINT = "Dogwood"
SEATS = (
    ("chair", "Clinical chair", True),
    ("lay_member", "Lay member", True),
    ("registered_nurse", "Registered nurse", True),
    ("gp_member", "GP member, east", True),
    ("gp_member", "GP member, west", True),
    ("chief_finance_officer", "Chief finance officer", True),
    ("in_attendance", "Director", False),
)
GUESTS = ("Dr Casual", "Dr Named", "Dr Gone")
"""Who deputises: someone the body never named, someone named as a deputy of every seat, and one whose time is over."""
CLAUSES = ("2.1", "2.2", "3")
HEADING = "A clause"
SECOND = "Second officer of Cedar"
DIRECTOR = "Director of the programme"
TERMS = {"Dr Named": (BEGAN, date(2016, 12, 31)), "Dr Gone": (BEGAN, date(2015, 11, 16))}
OF_EACH = 1000
"""Ids of a sequence's rows begin at its number times this."""
OF_PEOPLE = 500
"""From here on are those of who sits in seats and deputises."""


@dataclass(frozen=True)
class SmallWorld:
    """What was made: the bodies as a ledger has them, the case, and each person's own session to sign in with.

    `bodies` are those of which the case asks something in their own right, and with `own` the `joint` committee too,
    which else answers for others only. Who acts for a body goes by its code, everyone else by name.
    """

    bodies: Sequence[Body]
    case: Case
    cookies: Mapping[str, str]
    people: Mapping[str, int]
    doer: Doer
    first: int
    joint: Body | None = None
    delegations: Sequence[Delegation] = ()
    own: bool = False

    @property
    def meeting(self) -> Sequence[Body]:
        """The bodies that decide at meetings."""
        return [*self.bodies[:2], *([self.joint] if self.joint else [])]

    @property
    def officer(self) -> Body:
        """The body that answers by its officer."""
        return self.bodies[2]

    def named(self, scope: Collection[str]) -> dict[str, list[str]]:
        """The codes of the documents and of the workstreams that a delegation is of."""
        return _named(self.first // OF_EACH, scope)

    def version(self, number: int) -> Subject:
        """A version of the document that is asked about, with content of its own."""
        return Subject("document", self.first, self.first + number, f"version {number}", content(number))

    def write(self, session: Session, number: int, texts: Mapping[str, str]) -> None:
        """Issue a version whose clauses read so."""
        _write(session, self.first, number, texts)


def make_world(
    session: Session,
    number: int,
    chance: Random,
    more: Random,
    opened: datetime,
    real: datetime,
    delegated: Random | None = None,
    scopes: Random | None = None,
) -> SmallWorld:
    """Three organisations with a body each and a case put to all of them; what may differ is drawn from `chance`.

    What lies between meetings is drawn from `more`. With `delegated` there is a joint committee too, and from it is
    drawn what was delegated to it before the case is opened; from `scopes`, whether a document or its workstream, and
    whether the committee is asked in its own right too.
    """
    first = number * OF_EACH
    rows: dict[type[Any], list[dict[str, Any]]] = {}

    def add(model: type[Any], **values: Any) -> None:
        rows.setdefault(model, []).append(values)

    def come_in(key: int, name: str) -> str:
        """A person with an account, who is signed in; gives what their browser sends."""
        add(Person, **_person(key, f"person-{key}", name))
        add(Account, id=key, person_id=key, password_hash="none", demonstration=False, disabled=False)
        data = {"_user_id": str(key), "_fresh": True, "proved_at": real.isoformat()}
        token = f"session-{key}"
        add(WebSession, token_hash=hashed(token), account_id=key, data=data, began_at=real, seen_at=real)
        return token

    names = [f"{title} of {name}" for name in NAMES[:2] for _, title, _ in SEATS] + [*GUESTS, SECOND]
    names += [*([f"{title} of {JOINT}" for _, title, _ in SEATS] if delegated else []), DIRECTOR]
    people = {name: first + OF_PEOPLE + place for place, name in enumerate(names)}
    bodies: list[Body] = []
    cookies = {name: come_in(key, name) for name, key in people.items()}
    add(Collaborative, id=first, code=f"c{number}", name="A group", host_id=first)
    director = {"person_id": people[DIRECTOR], "role": Role.PROGRAMME_DIRECTOR.value}
    add(RoleHolding, **director, organisation_id=first, starts=BEGAN)
    joint: Body | None = None
    for place, name in enumerate((*NAMES, JOINT) if delegated else NAMES):
        key = first + place
        code = f"{name.lower()}-{number}"
        officer = name == NAMES[2]
        add(
            Organisation,
            id=key,
            ods_code=f"{name[0]}{number}",
            name=f"NHS {name}",
            short_name=name,
            kind="nhs_england" if officer else "ccg",
            opened=BEGAN,
        )
        add(CollaborativeMember, collaborative_id=first, organisation_id=key, starts=BEGAN)
        kind = "officer" if officer else "joint_committee" if name == JOINT else "governing_body"
        add(
            DecidingBody, id=key, code=code, organisation_id=key, kind=kind, name=f"{name} body", short_name=name,
            opened=BEGAN,
        )  # fmt: skip
        cookies[code] = come_in(key, f"Secretary of {name}")
        role = Role.OFFICER if officer else Role.SECRETARY
        others = (SECOND,) if officer else GUESTS
        for person_id in (key, *(people[one] for one in others)):
            held = role if officer or person_id == key else Role.READER
            add(RoleHolding, person_id=person_id, role=held.value, organisation_id=key, starts=BEGAN)
        if officer:
            bodies.append(Body(key, code, name))
        elif name == JOINT and delegated:
            between = {"members_vote": delegated.random() < 0.5, "chairs_action": delegated.random() < 0.6}
            joint = _governing_body(add, key, code, name, delegated, people, between)
        else:
            between = {"members_vote": more.random() < 0.5, "chairs_action": more.random() < 0.6}
            bodies.append(_governing_body(add, key, code, name, chance, people, between))
    leaned_on: list[type[Any]] = [Organisation, Collaborative, CollaborativeMember, DecidingBody, Person, Seat]
    for model in (*leaned_on, *(model for model in rows if model not in leaned_on)):
        _insert(session, model, rows[model])
    known = _named(number, SCOPES)
    _insert(session, Programme, [{"id": first, "code": f"p{number}", "collaborative_id": first, "name": "Care"}])
    if delegated:
        _insert(session, Workstream, [_workstream(first, at, code) for at, code in enumerate(known["workstreams"])])
    for place, code in enumerate(known["documents"][: 2 if delegated else 1]):
        document = Document(
            id=first + place, code=code, collaborative_id=first, title="A standard", summary="Modelled.",
            workstream=known["workstreams"][0] if delegated and not place else None, demonstration=False,
        )  # fmt: skip
        session.add(document)
    session.flush()
    _insert(
        session, Clause, [{"id": first + at, "document_id": first, "code": code} for at, code in enumerate(CLAUSES)]
    )
    _write(session, first, 1, first_texts())
    asker = session.get_one(Organisation, first)
    doer = Doer(first, f"Secretary of {NAMES[0]}", "programme director")
    own = joint is not None and scopes is not None and scopes.random() < 0.35
    given = _delegations(session, number, bodies, joint, delegated, scopes, opened) if joint and delegated else ()
    case = service.open_case(
        session,
        code=f"case-{number}",
        title="A modelled case",
        subject=Subject("document", first, first + 1, "version 1", content(1)),
        definition=("modelled", 1),
        parties=[session.get_one(DecidingBody, body.id) for body in (*bodies, *([joint] if joint and own else []))],
        asked_by=asker,
        collaborative_id=first,
        doer=doer,
        now=opened,
    )
    session.commit()
    return SmallWorld(bodies, case, cookies, people, doer, first, joint, given, own)


def content(number: int) -> str:
    """What stands for the hash of a version of that number."""
    return f"{number:064x}"


def first_texts() -> dict[str, str]:
    """Each clause as the first version has it."""
    return {code: f"Clause {code} as it was first." for code in CLAUSES}


def _delegations(
    session: Session,
    number: int,
    bodies: Sequence[Body],
    joint: Body,
    drawn: Random,
    scopes: Random | None,
    opened: datetime,
) -> list[Delegation]:
    """What one of the governing bodies delegated before the case is opened, or both, or neither."""
    made: list[Delegation] = []
    for body in bodies[:2]:
        for of_this in (True, False):
            if drawn.random() > (0.6 if of_this else 0.3):
                continue
            days = drawn.choice((None, None, None, -1, 0, 5, 10, 12, 14, 18, 20))
            starts = opened.date() - timedelta(days=drawn.choice((1, 2, 3, 0, -8)))
            ends = None if days is None else max(opened.date() + timedelta(days=days), starts)
            minute = f"{body.name}/{len(made) + 1}"
            by_stream = scopes is not None and scopes.random() < 0.4
            scope = frozenset({(THIS_STREAM if of_this else OTHER_STREAM) if by_stream else THIS if of_this else OTHER})
            given = delegate(
                session,
                session.get_one(DecidingBody, body.id),
                session.get_one(DecidingBody, joint.id),
                **_named(number, scope),
                starts=starts,
                ends=ends,
                decided=minute,
                doer=Doer(body.id, f"Secretary of {body.name}", "board secretary"),
                now=opened - timedelta(days=4),
            )
            made.append(Delegation(given.id, body.code, starts, ends, minute, scope))
    return made


def _named(number: int, scope: Collection[str]) -> dict[str, list[str]]:
    codes = {THIS: f"d{number}", OTHER: f"other-{number}", THIS_STREAM: f"w{number}", OTHER_STREAM: f"w-other-{number}"}
    return {
        "documents": [codes[one] for one in (THIS, OTHER) if one in scope],
        "workstreams": [codes[one] for one in (THIS_STREAM, OTHER_STREAM) if one in scope],
    }


def _workstream(first: int, at: int, code: str) -> dict[str, Any]:
    return {
        "id": first + at, "code": code, "programme_id": first, "title": f"Workstream {code}", "sentence": "Modelled.",
        "kind": "standards", "position": at, "starts": BEGAN, "demonstration": False,
    }  # fmt: skip


def _write(session: Session, first: int, number: int, texts: Mapping[str, str]) -> None:
    session.add(
        DocumentVersion(
            id=first + number, document_id=first, label=f"version {number}", position=number, title="A standard",
            note="Modelled.", dated=MEETINGS[0], hash=content(number),
        )
    )  # fmt: skip
    session.flush()
    rows = [
        {
            "version_id": first + number, "clause_id": first + at, "position": at, "number": code, "heading": HEADING,
            "text": texts[code], "text_hash": text_hash(HEADING, texts[code]),
        }
        for at, code in enumerate(CLAUSES)
    ]  # fmt: skip
    _insert(session, ClauseText, rows)


def _governing_body(
    add: Any,
    key: int,
    code: str,
    name: str,
    chance: Random,
    people: Mapping[str, int],
    between: Mapping[str, bool],
) -> Body:
    rule = {
        "share_numerator": 1,
        "share_denominator": chance.choice((2, 2, 3)),
        "needs": [
            {"kinds": ["lay_member"], "count": chance.choice((0, 1)), "label": "lay member"},
            {
                "kinds": ["chair", "gp_member", "registered_nurse"],
                "count": chance.choice((1, 2)),
                "label": "clinician",
            },
        ],
        "excluded_in_denominator": chance.random() < 0.7,
        "vacant_in_denominator": chance.random() < 0.7,
        "handlings_that_count": chance.choice((["note_only"], ["note_only", "stay_speak_no_vote"])),
        "casting_vote": chance.random() < 0.7,
        "count_person_once": chance.random() < 0.8,
        "deputy_carries_kind": chance.random() < 0.5,
        **between,
    }
    add(BodyRule, body_id=key, starts=BEGAN, quorum=rule, lead_number=5, lead_unit="calendar")
    shared = chance.choice((None, "GPs"))
    two_seats = chance.random() < 0.4
    chairs: list[Chair] = []
    for place, (kind, title, voting) in enumerate(SEATS):
        seat_id = key + 10 * (place + 1)
        vote = shared if kind == "gp_member" else None
        holder = f"{title} of {name}"
        if two_seats and kind == "chief_finance_officer":
            holder = chairs[1].holder
        add(
            Seat, id=seat_id, code=f"{code}-{place}", body_id=key, title=title, kind=kind, voting=voting,
            shared_vote=vote, position=place, starts=BEGAN,
        )  # fmt: skip
        add(SeatHolding, id=seat_id, seat_id=seat_id, person_id=people[holder], starts=BEGAN)
        for deputy, (starts, ends) in TERMS.items():
            add(
                SeatDeputy, seat_id=seat_id, person_id=people[deputy], starts=starts, ends=ends, demonstration=False
            )  # fmt: skip
        chairs.append(Chair(seat_id, kind, voting, vote, holder))
    meetings = {f"{code}-{on:%m%d}": (key + 100 * place, on) for place, on in enumerate(MEETINGS, start=1)}
    for meeting, (meeting_id, on) in meetings.items():
        add(
            Meeting, id=meeting_id, code=meeting, body_id=key, title=f"{name} meets", held_on=on, place="The hall",
            state="planned", demonstration=False,
        )  # fmt: skip
    deputies = {(chair.id, who): term for chair in chairs for who, term in TERMS.items()}
    return Body(key, code, name, rule, chairs, deputies, meetings)


def _person(key: int, code: str, name: str) -> dict[str, Any]:
    return {"id": key, "code": code, "name": name, "email": f"{code}@test.example", "demonstration": True}


def _insert(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(sa.insert(model), list(rows))
