"""A small collaborative for the tests of packs: six governing bodies and NHS England, one period, one sign-off."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.models import Document, DocumentVersion
from app.documents.service import ClauseDraft, issue_version, write_version
from app.meetings import service as meetings
from app.meetings.models import AgendaItem, Meeting
from app.people.models import (
    BodyRule,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Interest,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.programme.models import (
    Deliverable,
    Highlight,
    LocalPosition,
    Milestone,
    MilestoneChange,
    Period,
    Programme,
    Segment,
    SegmentLink,
    Update,
    Workstream,
    WorkstreamBody,
)
from app.signoff import service as signoff
from app.signoff.models import Case

NAMES = ("Croydon", "Kingston", "Merton", "Richmond", "Sutton", "Wandsworth")
NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
SEPTEMBER = datetime(2015, 9, 1, 9, 0, tzinfo=UTC)
OPENED = date(2013, 4, 1)
OFFICE = Doer(None, "Harriet Oyelaran", "programme director, NHS Wandsworth CCG")
SECRETARY = Doer(None, "Priya Nair", "board secretary")
QUORUM = {"share_numerator": 1, "share_denominator": 2, "needs": []}
SEATS = (
    ("chair", "Chair", True),
    ("accountable_officer", "Accountable officer", True),
    ("chief_finance_officer", "Chief finance officer", True),
    ("registered_nurse", "Registered nurse", True),
    ("secondary_care_doctor", "Secondary care doctor", True),
    ("lay_member", "Lay member, audit", True),
    ("in_attendance", "Director of commissioning", False),
)
PAPER = """## Where we are

Spending is on plan.

| Scheme | Plan | Spent |
|---|---|---|
| Reablement | 1.2 | 1.1 |
| Carers | 0.4 | 0.4 |
"""
FIRST_NAMES = ("Amara", "Brian", "Ceri", "Dinesh", "Elena", "Farid", "Grace")
KINDS = ("architecture", "workforce", "service_model", "standards", "contract", "pilot", "digital", "engagement")
TITLES = (
    "System architecture",
    "Workforce specifications",
    "Service model design groups",
    "Out-of-hospital principles and standards",
    "Planned care single contract",
    "Crisis response pilot",
    "Patients Online",
    "Deliberative events",
)


@dataclass
class Seeded:
    """What stands: bodies and meetings by short name, the period, its workstreams by code, the open case."""

    host: Organisation
    bodies: dict[str, DecidingBody]
    meetings: dict[str, Meeting]
    programme: Programme
    period: Period
    workstreams: dict[str, Workstream]
    case: Case
    people: dict[str, Person]


def _bodies(session: Session) -> tuple[dict[str, DecidingBody], dict[str, Person], Organisation]:
    bodies: dict[str, DecidingBody] = {}
    people: dict[str, Person] = {}
    for place, name in enumerate(NAMES):
        organisation = Organisation(
            ods_code=f"0{place}X",
            ons_code=f"E3800{place}",
            name=f"NHS {name} CCG",
            short_name=name,
            kind="ccg",
            opened=OPENED,
        )
        body = DecidingBody(
            code=name.lower(),
            organisation=organisation,
            kind="governing_body",
            name=f"NHS {name} CCG Governing Body",
            short_name=name,
            opened=OPENED,
        )
        session.add_all([organisation, body])
        session.flush()
        session.add(BodyRule(body_id=body.id, starts=OPENED, quorum=QUORUM, lead_number=5, lead_unit="working"))
        for position, (kind, title, voting) in enumerate(SEATS):
            person = Person(
                code=f"{name.lower()}-{kind}",
                name=f"{FIRST_NAMES[position]} {name}-Example",
                email=f"{kind}@{name.lower()}.example",
                demonstration=True,
            )
            seat = Seat(
                code=f"{name.lower()}-{kind}",
                body_id=body.id,
                title=title,
                kind=kind,
                voting=voting,
                position=position,
                starts=OPENED,
            )
            session.add_all([person, seat])
            session.flush()
            session.add(SeatHolding(seat_id=seat.id, person_id=person.id, starts=OPENED))
            people[person.code] = person
        bodies[name] = body
        secretary = Person(
            code=f"{name.lower()}-secretary",
            name=f"Priya {name}-Example",
            email=f"secretary@{name.lower()}.example",
            demonstration=True,
        )
        session.add(secretary)
        session.flush()
        people[secretary.code] = secretary
        session.add(
            RoleHolding(person_id=secretary.id, role="secretary", organisation_id=organisation.id, starts=OPENED)
        )
    england = Organisation(
        ods_code="X24", ons_code=None, name="NHS England", short_name="NHS England", kind="nhs_england", opened=OPENED
    )
    officer = DecidingBody(
        code="nhs-england",
        organisation=england,
        kind="officer",
        name="NHS England (London)",
        short_name="NHS England",
        opened=OPENED,
    )
    session.add_all([england, officer])
    session.flush()
    bodies["NHS England"] = officer
    return bodies, people, bodies["Wandsworth"].organisation


def _programme(session: Session, bodies: dict[str, DecidingBody], host: Organisation) -> Programme:
    collaborative = Collaborative(code="swlcc", name="South West London Collaborative Commissioning", host=host)
    session.add(collaborative)
    session.flush()
    for body in bodies.values():
        session.add(
            CollaborativeMember(collaborative_id=collaborative.id, organisation_id=body.organisation_id, starts=OPENED)
        )
    programme = Programme(
        code="swl",
        collaborative=collaborative,
        name="Commissioning care together",
        strapline="Better care for South West London, planned together",
        source="Governing body update, October/November 2015",
    )
    session.add(programme)
    session.flush()
    return programme


def position_is_even(workstream: Workstream) -> bool:
    """Half of the updates are marked as demonstration content."""
    return workstream.position % 2 == 0


def _update(workstream: Workstream, period: Period, overall: str, person: Person, **more: Any) -> Update:
    texts = {
        "headline": f"{workstream.title} is moving from design to use",
        "done": "- Agreed with all six bodies what it is for\n- Drew up a first version, with **clinical leads**",
        "next": "1. Test it with two practices\n2. Report back in January 2016",
        "decisions": "",
        "path_to_green": "A second clinical lead joins on 1 December 2015." if overall in ("red", "amber") else "",
    }
    return Update(
        workstream_id=workstream.id,
        period_id=period.id,
        state="approved",
        version=3,
        overall=overall,
        time="green",
        cost="amber",
        scope="green",
        quality=None,
        benefits="green",
        risk="amber",
        written_by_id=person.id,
        written_at=SEPTEMBER,
        approved_by_id=person.id,
        approved_at=datetime(2015, 10, 30, 16, 0, tzinfo=UTC),
        source="Governing body update, October/November 2015",
        demonstration=position_is_even(workstream),
        **{**texts, **more},
    )


def _workstreams(
    session: Session, programme: Programme, bodies: dict[str, DecidingBody], lead: Person
) -> tuple[Period, dict[str, Workstream]]:
    earlier = Period(
        code="2015-08",
        programme_id=programme.id,
        title="August/September 2015",
        starts=date(2015, 8, 1),
        ends=date(2015, 9, 30),
        updates_due=date(2015, 9, 11),
    )
    period = Period(
        code="2015-10",
        programme_id=programme.id,
        title="October/November 2015",
        starts=date(2015, 10, 1),
        ends=date(2015, 11, 30),
        updates_due=date(2015, 10, 30),
    )
    session.add_all([earlier, period])
    segments = [
        Segment(code=f"sector-{i}", programme_id=programme.id, kind="sector", name=name, position=i)
        for i, name in enumerate(
            (
                "Primary care",
                "Hospital",
                "Community care",
                "Ambulatory care",
                "Urgent care",
                "Mental health",
                "Public health",
                "Social care",
            )
        )
    ]
    towards = [
        Segment(
            code=code,
            programme_id=programme.id,
            kind="segment",
            name=name,
            position=i,
            what_works=f"- Teams that know each other\n- One plan for each person in {name.lower()}",
        )
        for i, (code, name) in enumerate(
            (("proactive", "Proactive and preventative care"), ("urgent", "Urgent care"), ("planned", "Planned care"))
        )
    ]
    session.add_all([*segments, *towards])
    session.flush()
    for code, kind, one, two in (("l1", "risk", 0, 1), ("l2", "risk", 0, 2), ("l3", "resource", 1, 2)):
        session.add(
            SegmentLink(code=code, kind=kind, from_id=towards[one].id, to_id=towards[two].id, reconstructed=True)
        )
    found: dict[str, Workstream] = {}
    for position, (kind, title) in enumerate(zip(KINDS, TITLES, strict=True)):
        stream = Workstream(
            code=title.lower().replace(" ", "-"),
            programme_id=programme.id,
            title=title,
            sentence=f"{title}: what it is and whom it serves, in one sentence.",
            kind=kind,
            lead_id=lead.id,
            sro_id=lead.id,
            in_remit="- The clinical basis\n- The key questions",
            out_of_remit="- The number of sites",
            position=position,
            starts=date(2015, 4, 1),
            runs_words="through the autumn and into January 2016",
            source="Governing body update, October/November 2015",
            demonstration=False,
        )
        session.add(stream)
        session.flush()
        session.add(
            Highlight(period_id=period.id, position=position, title=f"Highlight: {title}", workstream_id=stream.id)
        )
        for body in bodies.values():
            if body.kind == "governing_body":
                session.add(WorkstreamBody(workstream_id=stream.id, body_id=body.id))
        if position < 4:
            session.add(_update(stream, earlier, "green", lead))
            session.add(_update(stream, period, "amber" if position % 2 else "green", lead))
            milestone = Milestone(
                code=f"m-{position}",
                workstream_id=stream.id,
                title="First version with all six bodies",
                position=1,
                baseline_words="30 October 2015",
                baseline_earliest=date(2015, 10, 30),
                baseline_latest=date(2015, 10, 30),
                forecast_words="13 November 2015",
                forecast_earliest=date(2015, 11, 13),
                forecast_latest=date(2015, 11, 13),
                demonstration=False,
            )
            session.add(milestone)
            session.flush()
            session.add(
                MilestoneChange(
                    milestone_id=milestone.id,
                    what="forecast",
                    was="2015-10-30",
                    became="2015-11-13",
                    reason="Two bodies meet a fortnight later",
                    by="Harriet Oyelaran",
                    at=datetime(2015, 10, 20, 9, 0, tzinfo=UTC),
                )
            )
            session.add(
                Deliverable(
                    code=f"d-{position}",
                    workstream_id=stream.id,
                    title="Specification",
                    description="What each team needs.",
                    position=1,
                    due_words="by September 2016",
                )
            )
            for place, body in enumerate(bodies.values()):
                if body.kind == "governing_body" and place != 5:
                    session.add(
                        LocalPosition(
                            workstream_id=stream.id,
                            period_id=period.id,
                            body_id=body.id,
                            state=("approved", "approved", "nothing_local", "submitted", "approved")[place],
                            version=1,
                            brag="green",
                            position=f"{body.short_name} is ready",
                            note=f"Two practices of {body.short_name} take part.",
                            written_at=NOW,
                            demonstration=True,
                        )
                    )
        found[stream.code] = stream
    session.flush()
    return period, found


def _case(session: Session, bodies: dict[str, DecidingBody], programme: Programme) -> tuple[Case, DocumentVersion]:
    document = Document(
        code="ooh",
        collaborative_id=programme.collaborative_id,
        title="Out-of-hospital standards",
        summary="What every service does.",
        demonstration=True,
    )
    session.add(document)
    session.flush()
    version = write_version(
        session,
        document,
        label="1",
        title="Out-of-hospital standards",
        note="The draft for response.",
        dated=date(2015, 9, 1),
        clauses=[
            ClauseDraft(f"c{n}", str(n), f"Standard {n}", f"Each service does thing {n} within two hours.")
            for n in range(1, 6)
        ],
        doer=OFFICE,
        now=SEPTEMBER,
    )
    issue_version(session, version, OFFICE, SEPTEMBER)
    assert version.hash is not None
    case = signoff.open_case(
        session,
        code="ooh-1",
        title="Out-of-hospital standards",
        subject=signoff.Subject("document", document.id, version.id, version.label, version.hash),
        definition=("standards", 1),
        parties=list(bodies.values()),
        asked_by=programme.collaborative.host,
        collaborative_id=programme.collaborative_id,
        doer=OFFICE,
        now=SEPTEMBER,
        demonstration=True,
    )
    return case, version


def seeded(session: Session) -> Seeded:
    """Everything, in the caller's transaction."""
    bodies, people, host = _bodies(session)
    programme = _programme(session, bodies, host)
    period, workstreams = _workstreams(session, programme, bodies, people["wandsworth-accountable_officer"])
    director = people["wandsworth-secretary"]
    session.add(RoleHolding(person_id=director.id, role="programme_director", organisation_id=host.id, starts=OPENED))
    chair = people["merton-chair"]
    session.add(
        Interest(
            code="i1",
            person_id=chair.id,
            kind="financial",
            description="Partner in a practice that may bid for out-of-hospital services",
            declared=date(2015, 5, 1),
            demonstration=True,
        )
    )
    case, _ = _case(session, bodies, programme)
    set_for: dict[str, Meeting] = {}
    for place, name in enumerate(NAMES):
        body = bodies[name]
        meetings.set_meeting(
            session,
            body=body,
            code=f"{name.lower()}-2015-09-24",
            title=f"{name} Governing Body",
            held_on=date(2015, 9, 24),
            begins=time(13),
            place="The Town Hall",
            doer=SECRETARY,
            now=SEPTEMBER,
            demonstration=True,
        )
        meeting = meetings.set_meeting(
            session,
            body=body,
            code=f"{name.lower()}-2015-11",
            title=f"{name} Governing Body",
            held_on=date(2015, 11, 17 + place),
            begins=time(13, 30),
            place="The Town Hall",
            doer=SECRETARY,
            now=SEPTEMBER,
            demonstration=True,
        )
        propose(session, meeting, "edition", "Collaborative commissioning update", "noting")
        propose(
            session,
            meeting,
            "request",
            "Better Care Fund: half-year report",
            "approval",
            recommendation="- note the spending to date\n- approve the plan for winter",
            paper=PAPER,
            author="Ceri Example",
            lead_director="Dinesh Example",
            summary="Half-year position of the fund.",
            financial_implications="Within the budget agreed in March 2015.",
        )
        propose(session, meeting, "request", "Winter resilience", "assurance", author="Elena Example")
        set_for[name] = meeting
    session.flush()
    return Seeded(host, bodies, set_for, programme, period, workstreams, case, people)


def identities(seed: Seeded) -> Any:
    """Which rows stand in it, to be found again in a copy of its database by `found_again`."""
    return {one.name: _identity(getattr(seed, one.name)) for one in fields(seed)}


def _identity(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _identity(each) for name, each in value.items()}
    return type(value), value.id


def found_again(session: Session, kept: Any) -> Seeded:
    """The same rows as `identities` tells of, read from this session's database."""

    def of(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: of(each) for name, each in value.items()}
        return session.get_one(*value)

    several = {type_ for value in kept.values() if isinstance(value, dict) for type_, _ in value.values()}
    read = [session.scalars(sa.select(type_)).all() for type_ in several]  # at once; below they are only looked up
    assert all(read)
    return Seeded(**{name: of(value) for name, value in kept.items()})


def propose(session: Session, meeting: Meeting, origin: str, title: str, purpose: str, **more: Any) -> AgendaItem:
    """An item on a meeting's agenda."""
    return meetings.propose_item(
        session,
        meeting,
        origin=origin,
        subject_kind="edition" if origin == "edition" else None,
        subject_id=1 if origin == "edition" else None,
        title=title,
        purpose=purpose,
        doer=SECRETARY,
        now=SEPTEMBER,
        demonstration=True,
        **more,
    )
