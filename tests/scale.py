"""A collaborative of any size for benchmarks and tests: as many bodies and workstreams as asked for, all made up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.models import Document
from app.meetings.models import AgendaItem, Meeting
from app.packs.models import Pack
from app.people.models import Account, Person, RoleHolding
from app.permissions import Role
from app.programme.models import LocalPosition, Milestone, Period, Programme, Update, Workstream, WorkstreamBody
from app.programme.raid_models import Risk, RiskAssessment
from tests.signoff.group import BEGAN, begin_session, make_group, open_case

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
KINDS = ("architecture", "workforce", "service_model", "contract", "standards", "pilot", "digital", "engagement")
RATINGS = ("green", "amber", "red", "green", "blue")
BODIES_PER_CASE = 20
"""One case is open, and a further one for every so many bodies."""

PAGES = {
    "workstreams": ("manager", "/workstreams"),
    "grid": ("manager", "/workstream-grid"),
    "plan": ("manager", "/plan"),
    "risks": ("manager", "/risks"),
    "heat map": ("manager", "/risks/heat-map"),
    "home of a programme manager": ("manager", "/"),
    "home of a programme director": ("director", "/"),
    "home of a board secretary": ("secretary", "/"),
    "sign-offs": ("director", "/sign-offs"),
    "meetings": ("secretary", "/meetings"),
    "bodies": ("director", "/bodies"),
    "organisations": ("administrator", "/organisations"),
    "people": ("administrator", "/people"),
    "public packs": ("", "/packs"),
    "documents": ("director", "/documents"),
}
"""The first page of each list, and the home of each role: whose it is, and its address."""
OF_A_CASE = {"a case": ("director", "/sign-offs/case-0"), "its route": ("director", "/sign-offs/case-0/route")}
"""Pages that tell of every body, with no more statements for many than for few."""


@dataclass(frozen=True)
class Filled:
    """What was made: a session's token for each role."""

    tokens: dict[str, str]

    def cookies(self, who: str) -> dict[str, str]:
        """The headers with which one of them asks; nobody's are empty."""
        return {"Cookie": f"concord={self.tokens[who]}"} if who else {}


def fill(session: Session, *, bodies: int, workstreams: int, real_now: datetime) -> Filled:
    """Bodies with seats, people and meetings; workstreams that all of them take part in, with what is kept of each."""
    group = make_group(session, [f"Body {number:03d}" for number in range(bodies)], nhs_england=False)
    programme = Programme(code="programme", collaborative_id=group.collaborative.id, name="Programme")
    session.add(programme)
    session.flush()
    periods = [
        Period(
            code=code,
            programme_id=programme.id,
            title=code,
            starts=starts,
            ends=starts + timedelta(days=60),
            updates_due=starts + timedelta(days=45),
        )
        for code, starts in (("2015-08", date(2015, 8, 1)), ("2015-10", date(2015, 10, 1)))
    ]
    session.add_all(periods)
    tokens = {"director": group.director, "secretary": next(iter(group.secretaries.values()))}
    for code, role in (("manager", Role.PROGRAMME_MANAGER), ("administrator", Role.ADMINISTRATOR)):
        person = Person(code=code, name=code.title(), email=f"{code}@test.example", demonstration=True)
        session.add(person)
        session.flush()
        session.add(RoleHolding(person_id=person.id, role=role.value, organisation_id=group.host.id, starts=BEGAN))
        tokens[code] = person
    accounts = {
        name: Account(person_id=person.id, password_hash="", demonstration=False)
        for name, person in tokens.items()
        if person is not None
    }
    session.add_all(accounts.values())
    session.flush()
    body_ids = [body.id for body in group.bodies.values()]
    _workstreams(session, programme.id, [period.id for period in periods], body_ids, workstreams)
    _meetings(session, body_ids)
    _documents(session, group.collaborative.id, workstreams)
    for number in range(1 + bodies // BODIES_PER_CASE):
        case = open_case(session, group, NOW - timedelta(days=number + 1), code=f"case-{number}")
        if number == 0:
            _ahead(session, case.id)
    session.flush()
    return Filled({name: begin_session(session, account, real_now) for name, account in accounts.items()})


def _rows(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    session.execute(sa.insert(model), rows)


def _workstreams(session: Session, programme: int, periods: list[int], bodies: list[int], count: int) -> None:
    """Workstreams, each with every body, updates, local positions, milestones and risks."""
    numbers = range(1, count + 1)
    _rows(
        session,
        Workstream,
        [
            {
                "code": f"stream-{number}",
                "programme_id": programme,
                "title": f"Workstream {number}",
                "sentence": "What it is, in a sentence.",
                "kind": KINDS[number % len(KINDS)],
                "position": number,
                "starts": date(2015, 4, 1),
                "demonstration": True,
            }
            for number in numbers
        ],
    )
    ids = session.scalars(sa.select(Workstream.id).order_by(Workstream.position)).all()
    _rows(session, WorkstreamBody, [{"workstream_id": one, "body_id": body} for one in ids for body in bodies])
    _rows(
        session,
        Update,
        [
            {
                "workstream_id": one,
                "period_id": period,
                "state": "approved" if period == periods[0] or place % 3 else "draft",
                "version": 1,
                "overall": RATINGS[place % len(RATINGS)],
                "headline": "It goes on.",
                "done": "- One thing",
                "written_at": NOW - timedelta(days=10),
                "submitted_at": NOW - timedelta(days=9),
                "demonstration": True,
            }
            for period in periods
            for place, one in enumerate(ids)
            if period == periods[0] or place % 4
        ],
    )
    _rows(
        session,
        LocalPosition,
        [
            {
                "workstream_id": one,
                "period_id": periods[1],
                "body_id": body,
                "state": ("approved", "draft", "nothing_local")[place % 3],
                "version": 1,
                "position": "As planned.",
                "written_at": NOW - timedelta(days=10),
                "demonstration": True,
            }
            for place, one in enumerate(ids)
            for body in bodies
            if (place + body) % 2
        ],
    )
    _rows(
        session,
        Milestone,
        [
            {
                "code": f"milestone-{one}-{part}",
                "workstream_id": one,
                "title": f"Milestone {part}",
                "position": part,
                "baseline_words": "by January 2016",
                "baseline_earliest": date(2015, 11, 1),
                "baseline_latest": date(2016, 1, 31) + timedelta(days=one % 60),
                "demonstration": True,
            }
            for one in ids
            for part in (1, 2)
        ],
    )
    _rows(
        session,
        Risk,
        [
            {
                "code": f"risk-{one}",
                "programme_id": programme,
                "workstream_id": one,
                "kind": "risk",
                "title": f"Risk of workstream {place}",
                "cause": "A cause.",
                "event": "An event.",
                "effect": "An effect.",
                "inherent_likelihood": 3,
                "inherent_consequence": 4,
                "target_likelihood": 2,
                "target_consequence": 2,
                "review_on": TODAY + timedelta(days=place % 40 - 10),
                "raised_on": date(2015, 9, 1),
                "state": "open",
                "version": 1,
                "escalation": "accepted" if place % 10 == 0 else "none",
                "demonstration": True,
            }
            for place, one in enumerate(ids, 1)
        ],
    )
    _rows(
        session,
        RiskAssessment,
        [
            {
                "risk_id": one,
                "number": number,
                "assessed_on": date(2015, 9, number),
                "likelihood": 1 + one % 5,
                "consequence": 1 + (one + number) % 5,
                "by": "Manager",
                "at": NOW - timedelta(days=30 - number),
            }
            for one in session.scalars(sa.select(Risk.id).order_by(Risk.id))
            for number in (1, 2)
        ],
    )


def _meetings(session: Session, bodies: list[int]) -> None:
    """For every body a meeting that was, whose pack is out, and one to come with three items."""
    _rows(
        session,
        Meeting,
        [
            {
                "code": f"body-{body}-{held_on}",
                "body_id": body,
                "title": "Governing Body",
                "held_on": held_on,
                "begins": time(14, 0),
                "state": state,
                "demonstration": True,
            }
            for place, body in enumerate(bodies)
            for held_on, state in (
                (date(2015, 9, 1) + timedelta(days=place % 28), "held"),
                (date(2015, 11, 16) + timedelta(days=place % 28), "planned"),
            )
        ],
    )
    meetings = session.execute(sa.select(Meeting.id, Meeting.state, Meeting.held_on).order_by(Meeting.id)).all()
    _rows(
        session,
        AgendaItem,
        [
            {
                "meeting_id": meeting,
                "part": 1,
                "position": position,
                "origin": "request",
                "title": f"Paper {position}",
                "purpose": "decision",
                "demonstration": True,
            }
            for meeting, _, _ in meetings
            for position in (1, 2, 3)
        ],
    )
    _rows(
        session,
        Pack,
        [
            {
                "meeting_id": meeting,
                "part": 1,
                "version": 1,
                "state": "released",
                "facts": {"content": {"agenda": [], "meeting": {"title": "Governing Body", "held_on": str(held_on)}}},
                "facts_hash": f"{meeting:064x}",
                "pdf_hash": f"{meeting:064x}",
                "web_hash": f"{meeting:064x}",
                "pdf_bytes": 200_000,
                "pages": 20,
                "page_of": {},
                "built_at": NOW - timedelta(days=70),
                "released_at": NOW - timedelta(days=70),
                "released_by": "The chair",
            }
            for meeting, state, held_on in meetings
            if state == "held"
        ],
    )


def _ahead(session: Session, case: int) -> None:
    """The case is on the agenda of every body's meeting to come."""
    meetings = session.scalars(sa.select(Meeting.id).where(Meeting.state == "planned")).all()
    _rows(
        session,
        AgendaItem,
        [
            {
                "meeting_id": meeting,
                "part": 1,
                "position": 4,
                "origin": "case",
                "subject_kind": "case",
                "subject_id": case,
                "title": "The case",
                "purpose": "decision",
                "demonstration": True,
            }
            for meeting in meetings
        ],
    )


def _documents(session: Session, collaborative: int, count: int) -> None:
    _rows(
        session,
        Document,
        [
            {
                "code": f"document-{number}",
                "collaborative_id": collaborative,
                "title": f"Document {number}",
                "summary": "",
                "demonstration": True,
            }
            for number in range(count)
        ],
    )
