"""The cast and the places of the permission walk: who asks, and whose things they ask for.

Everything here is added to a copy of the loaded demonstration: the roles it has nobody in, a second collaborative
that has nothing to do with South West London, and things that were there a moment ago and are deleted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import Base, writing
from app.documents.comments import write_comment
from app.documents.models import Document
from app.documents.queries import version as version_of
from app.documents.service import ClauseDraft, issue_version, write_version
from app.exchange import uploads
from app.jobs.models import Mail
from app.meetings.in_common_models import InCommon, Joined
from app.meetings.models import AgendaItem, ItemQuestion, Meeting
from app.meetings.service import edit_item, handle_conflict, propose_item
from app.mergers.service import plan_merger
from app.packs.models import Circulation, Correction, CorrectionCirculation, Edition, Pack
from app.packs.service import contents_now
from app.people.bearers import hash_of
from app.people.interests import Declaration, declare
from app.people.models import (
    Account,
    BodyRule,
    ClassInterest,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Interest,
    Invitation,
    Organisation,
    PasswordReset,
    Person,
    RoleHolding,
    Seat,
    SeatDeputy,
    SeatHolding,
)
from app.people.queries import seats_of
from app.people.service import DEMONSTRATION_PASSWORD, open_demonstration_account
from app.people.token_models import PersonalToken
from app.permissions import Role
from app.permissions.scopes import SCOPES
from app.programme.models import (
    Highlight,
    LocalPosition,
    Milestone,
    Period,
    Programme,
    Segment,
    SegmentLink,
    Update,
    Workstream,
    WorkstreamBody,
)
from app.programme.raid_models import ProgrammeAction, Risk
from app.signoff.delegation_models import Delegation
from app.signoff.models import Case, Receipt
from app.signoff.queries import seen_for
from app.signoff.service import Subject, answer_as_officer, open_case
from tests.thrift import QUICK
from workflows.contents import CHAIR
from workflows.facts import AnswerFact, Handling

LOADED = date(2015, 11, 5)
NOW = datetime(2015, 11, 26, 9, 5, tzinfo=UTC)  # the meetings of November are held, those of January to come
REAL = datetime(2026, 11, 5, 9, 5, tzinfo=UTC)
TODAY = NOW.date()
LONG_AGO = date(2013, 4, 1)
INVITED, CIRCULATED = "an-invitation-of-the-walk", "a-personal-link-of-the-walk"
CORRECTED = "a-link-to-a-correction-of-the-walk"
FORGOTTEN = "a-mailed-link-of-the-walk"
WORKER = Doer(None, "The walk", "tests")

MERTON, WANDSWORTH, ENGLAND, CROYDON = "08R", "08X", "X24", "07V"


PASSWORD_HASH = QUICK.hash(DEMONSTRATION_PASSWORD)


@dataclass(frozen=True)
class Someone:
    """One of the cast: how they sign in, and whose things are their own."""

    name: str
    email: str
    home: str  # a key of `places`


@dataclass(frozen=True)
class Place:
    """One organisation's things, by the names that addresses give them."""

    workstream: str = ""
    milestone: str = ""
    part: str = ""  # of the map
    link: str = ""
    risk: str = ""
    action: str = ""
    document: str = ""
    label: str = ""
    comment: int = 0  # its number among those on that version
    case: str = ""
    entry: int = 0
    condition: int = 0  # the entry of an agreement of `body` with a condition
    body: str = ""
    meeting: str = ""  # to come, its pack not yet released
    item: int = 0
    private_item: int = 0
    in_common: str = ""  # in which `meeting` is held
    released: str = ""  # a meeting whose pack is released
    period: str = ""  # its edition released
    open_period: str = ""  # its edition built and not yet released
    organisation: str = ""
    role: int = 0  # of `person`
    seat: str = ""
    holding: int = 0  # of that seat
    deputy: int = 0  # of that seat
    collaborative: str = ""
    membership: int = 0  # of the organisation in it
    gap: str = ""  # of the pack of `meeting`
    edition_gap: str = ""  # of the edition of `open_period`
    person: str = ""  # someone with an account, who reads and nothing else
    interest: str = ""  # of someone who holds a role there and no seat
    class_interest: str = ""  # of a kind of seat of `body`
    upload: str = "0" * 64  # the hash of a workbook that waits
    token: int = 0  # of the reader, and of nobody else
    delegation: int = 2**31 - 1  # of the body
    record: int = 2**31 - 1  # an entry of the organisation's record
    merger: str = "no-such-merger"  # of organisations that have nothing to do with the walk


@dataclass
class World:
    """Who there is and what there is."""

    people: dict[str, Someone] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # of each person, for everything they may do


CAST = (
    *("anonymous", "disabled", "removed", "reader", "organisation-administrator", "administrator", "reviewer"),
    *("editor", "director", "manager", "member", "conflicted", "chair", "secretary", "officer", "stranger"),
)

ROLE_OF: Mapping[str, tuple[Role, str, str | None, str]] = {
    # the cast's name: role, organisation, programme, home
    "reader": (Role.READER, MERTON, None, "merton"),
    "editor": (Role.PROGRAMME_MANAGER, WANDSWORTH, "swl-commissioning", "wandsworth"),
    "manager": (Role.PROGRAMME_MANAGER, MERTON, "swl-commissioning", "merton"),
    "director": (Role.PROGRAMME_DIRECTOR, WANDSWORTH, "swl-commissioning", "wandsworth"),
    "secretary": (Role.SECRETARY, MERTON, None, "merton"),
    "officer": (Role.OFFICER, ENGLAND, None, "england"),
    "reviewer": (Role.ASSURANCE_REVIEWER, ENGLAND, None, "england"),
    "organisation-administrator": (Role.ORGANISATION_ADMINISTRATOR, MERTON, None, "merton"),
    "administrator": (Role.ADMINISTRATOR, WANDSWORTH, None, "wandsworth"),
    "disabled": (Role.SECRETARY, MERTON, None, "merton"),
}
SEAT_OF = {"member": "merton-lay-patients", "chair": "merton-chair", "conflicted": "merton-gp-1"}


def made(session: Session) -> World:
    """Make whoever and whatever the demonstration lacks for the walk, and give all of it by name."""
    world = World()
    england = _organisation(session, ENGLAND)
    for name, (role, organisation, programme, home) in ROLE_OF.items():
        person = _person(session, name)
        _role(session, person, role, _organisation(session, organisation), programme)
        world.people[name] = Someone(name, person.email, home)
    for name, seat_code in SEAT_OF.items():
        seated = session.scalars(
            sa.select(Person).join(SeatHolding).join(Seat).where(Seat.code == seat_code).order_by(SeatHolding.id)
        ).first()
        assert seated is not None, seat_code
        _account(session, seated)
        world.people[name] = Someone(name, seated.email, "merton")
    _removed(session, world)
    _meeting_of_england(session, england)
    for home, body in (("merton", "merton"), ("wandsworth", "wandsworth"), ("england", "nhs-england")):
        world.places[home] = _place(session, body)
    wandsworth = world.places["wandsworth"]
    world.places["wandsworth"] = replace(wandsworth, upload=_upload(session, "walk-administrator"))
    world.places["croydon"] = _place(session, "croydon")
    _conflict(session, world.places["merton"])
    _links(session, world.places["merton"])
    world.places["farland"] = _elsewhere(session, world)
    world.places["deleted"] = _deleted(session, world.places["merton"])
    merger = _merger(session)
    for name in ("merton", "wandsworth", "england", "croydon", "farland"):
        place = _with_people(session, world.places[name])
        world.places[name] = replace(place, merger=merger, record=_first_on_record(session, place.organisation))
    return world


def _first_on_record(session: Session, organisation: str) -> int:
    """The first entry of an organisation's record, written here where it has none."""
    of = _organisation(session, organisation)
    query = sa.select(sa.func.min(RecordEntry.id)).where(RecordEntry.organisation_id == of.id, RecordEntry.part == 1)
    return session.scalar(query) or append(session, [Act(Tag.BODY_CHANGED, WORKER, of.id, of.name, "body", 1)], NOW)[0]


def _merger(session: Session) -> str:
    """A merger that is planned for a day far ahead; gives its code."""
    new, old = (
        Organisation(ods_code=code, name=f"NHS Merging {code}", short_name=code, kind="ccg", opened=LONG_AGO)
        for code in ("W01", "W02")
    )
    session.add_all([new, old])
    session.flush()
    return plan_merger(
        session,
        successor=new,
        predecessors=[old],
        from_on=date(2019, 4, 1),
        reason="an order",
        doer=WORKER,
        now=NOW,
    ).code


def _with_people(session: Session, place: Place) -> Place:
    """The place with a seat of its body, who holds it and stands in for it, a person with a role, and its partners."""
    body = session.scalars(sa.select(DecidingBody).where(DecidingBody.code == place.body)).one()
    owner = body.organisation
    role = session.scalars(
        sa.select(RoleHolding)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(RoleHolding.organisation_id == owner.id, Person.code == place.person)
    ).first()
    assert role is not None
    seat = session.scalars(sa.select(Seat).where(Seat.body_id == body.id).order_by(Seat.id)).first()
    if seat is None:  # one officer answers; here there is a seat to ask for
        seat = Seat(
            code=f"walk-seat-{body.code}",
            body_id=body.id,
            title="Officer",
            kind="officer",
            voting=False,
            position=1,
            starts=LONG_AGO,
        )
        session.add(seat)
        session.flush()
        session.add(SeatHolding(seat_id=seat.id, person_id=role.person_id, starts=LONG_AGO))
    holding = session.scalars(sa.select(SeatHolding).where(SeatHolding.seat_id == seat.id)).first()
    assert holding is not None
    someone = Person(code=f"deputy-{body.code}", name="A Deputy", email=f"{body.code}@d.example", demonstration=True)
    session.add(someone)
    session.flush()
    deputy = SeatDeputy(seat_id=seat.id, person_id=someone.id, starts=LONG_AGO, demonstration=True)
    session.add(deputy)
    member = session.scalars(
        sa.select(CollaborativeMember).where(CollaborativeMember.organisation_id == owner.id)
    ).one()
    delegation = Delegation(body_id=body.id, to_id=body.id, documents=[], starts=LONG_AGO, decided="a minute")
    session.add(delegation)
    session.flush()
    return replace(
        place,
        delegation=delegation.id,
        organisation=owner.ods_code,
        role=role.id,
        seat=seat.code,
        holding=holding.id,
        deputy=deputy.id,
        collaborative=session.get_one(Collaborative, member.collaborative_id).code,
        membership=member.id,
    )


def guessed() -> Place:
    """Addresses that lead to nothing and never did."""
    return Place(
        workstream="no-such-workstream",
        milestone="no-such-milestone",
        part="no-such-part",
        link="no-such-link",
        risk="no-such-risk",
        action="no-such-action",
        document="no-such-document",
        label="99",
        comment=2**31 - 1,
        case="no-such-case",
        entry=2**31 - 1,
        condition=2**31 - 1,
        body="no-such-body",
        meeting="no-such-meeting-2016-01-14",
        in_common="no-such-meeting-in-common",
        item=2**31 - 1,
        private_item=2**31 - 1,
        released="no-such-meeting-2015-11-12",
        organisation="NOSUCH",
        role=2**31 - 1,
        seat="no-such-seat",
        holding=2**31 - 1,
        deputy=2**31 - 1,
        collaborative="no-such-collaborative",
        membership=2**31 - 1,
        period="1999-01",
        open_period="1999-02",
        gap="no-such-gap",
        edition_gap="no-such-gap",
        person="no-such-person",
        interest="no-such-interest",
        class_interest="no-such-class",
    )


def _organisation(session: Session, ods_code: str) -> Organisation:
    return session.scalars(sa.select(Organisation).where(Organisation.ods_code == ods_code)).one()


def _person(session: Session, name: str) -> Person:
    person = Person(code=f"walk-{name}", name=f"Walk {name.title()}", email=f"{name}@walk.example", demonstration=True)
    session.add(person)
    session.flush()
    _account(session, person)
    return person


def _account(session: Session, person: Person) -> None:
    """The demonstration's account of a person, with a hash of the password that is quick to check."""
    open_demonstration_account(session, person).password_hash = PASSWORD_HASH


def _role(
    session: Session, person: Person, role: Role, organisation: Organisation, programme: str | None = None
) -> RoleHolding:
    holding = RoleHolding(
        person_id=person.id,
        role=role.value,
        organisation_id=organisation.id,
        programme_code=programme,
        starts=LONG_AGO,
    )
    session.add(holding)
    session.flush()
    return holding


def _removed(session: Session, world: World) -> None:
    """Who was secretary, programme manager and member of Merton until yesterday."""
    person = _person(session, "removed")
    yesterday = TODAY - timedelta(days=1)
    for role in (Role.SECRETARY, Role.PROGRAMME_MANAGER, Role.PROGRAMME_DIRECTOR):
        for organisation in (MERTON, WANDSWORTH):
            _role(session, person, role, _organisation(session, organisation)).ends = yesterday
    seat = session.scalars(sa.select(Seat).where(Seat.code == "merton-gp-2")).one()
    session.add(SeatHolding(seat_id=seat.id, person_id=person.id, starts=LONG_AGO, ends=yesterday))
    world.people["removed"] = Someone("removed", person.email, "merton")


def _meeting_of_england(session: Session, england: Organisation) -> None:
    """NHS England answers by an officer and holds no meetings; here it has two, so that it has things of its own."""
    body = session.scalars(sa.select(DecidingBody).where(DecidingBody.organisation_id == england.id)).one()
    for day in (date(2015, 11, 12), date(2016, 1, 14)):
        _bare_meeting(session, body, day)


def _bare_meeting(session: Session, body: DecidingBody, day: date) -> Meeting:
    meeting = Meeting(
        code=f"{body.code}-{day}",
        body_id=body.id,
        body=body,
        title="A meeting of the walk",
        held_on=day,
        begins=time(10),
        place="Here",
        state="planned",
        demonstration=True,
    )
    session.add(meeting)
    session.flush()
    for part in (1, 2):
        session.add(
            AgendaItem(
                meeting_id=meeting.id,
                part=part,
                position=1,
                origin="request",
                title=f"An item of part {part}",
                purpose="noting",
                private_ground="Commercial" if part == 2 else "",
                private_review_on=day + timedelta(days=90) if part == 2 else None,
                demonstration=True,
            )
        )
    session.flush()
    return meeting


def _place(session: Session, body_code: str) -> Place:
    """South West London as one of its bodies has it. Every meeting has an item of Part 1 and one of Part 2."""
    body = session.scalars(sa.select(DecidingBody).where(DecidingBody.code == body_code)).one()
    meetings = session.scalars(
        sa.select(Meeting).where(Meeting.body_id == body.id, Meeting.held_on >= LOADED).order_by(Meeting.held_on)
    ).all()
    soon, later = meetings[:2]  # one after them may be held in common already
    items = {part: _item(session, later, part) for part in (1, 2)}
    case = session.scalars(sa.select(Case).where(Case.code == "minimum-outcomes-2015")).one()
    receipt = session.scalars(sa.select(Receipt).where(Receipt.case_id == case.id).order_by(Receipt.entry_id)).first()
    assert receipt is not None
    if soon.body.kind == "officer":
        _pack(session, soon, "released")
    period = session.scalars(sa.select(Period).where(Period.code == "2015-12")).one()
    workstream = session.scalars(sa.select(Workstream).where(Workstream.code == "out-of-hospital-standards")).one()
    _submitted_locally(session, workstream, period, body)
    edition = _edition(session, period, "built")
    pack = _pack(session, later, "built")
    return Place(
        workstream=workstream.code,
        milestone=session.scalars(sa.select(Milestone.code).order_by(Milestone.id)).first() or "",
        part="to-planned",
        link="risk-link-1",
        risk="swl-commissioning-risk-2",
        action="swl-commissioning-action-3",
        document="minimum-outcomes",
        label="2",
        comment=_comment(session, "minimum-outcomes", "2", body),
        case=case.code,
        entry=receipt.entry_id,
        condition=_condition(session, case, body),
        body=body.code,
        meeting=later.code,
        in_common=_in_common(session, later),
        item=items[1],
        private_item=items[2],
        released=soon.code,
        period="2015-10",
        open_period=period.code,
        gap=_gap(session, pack),
        edition_gap=_gap(session, edition),
        person=_reader(session, body),
        interest=_interest(session, body),
        class_interest=_class_interest(session, body),
    )


def _in_common(session: Session, meeting: Meeting) -> str:
    """The meeting held in common with no other yet, set by its body: its code."""
    held = sa.select(CollaborativeMember.collaborative_id).where(
        CollaborativeMember.organisation_id == meeting.body.organisation_id
    )
    made = InCommon(
        code=f"walk-in-common-{meeting.id}",
        collaborative_id=session.scalars(held.order_by(CollaborativeMember.id)).all()[0],
        set_by_id=meeting.body_id,
        title="In common",
        held_on=meeting.held_on,
        demonstration=True,
    )
    session.add(made)
    session.flush()
    session.add(Joined(meeting_id=meeting.id, in_common_id=made.id, at=NOW, by="The walk"))
    session.flush()
    return made.code


def _comment(session: Session, code: str, label: str, body: DecidingBody) -> int:
    """A comment of the body on the first clause of a version, not answered: its number."""
    asked = version_of(session, code, label)
    clause = asked.clauses[0].clause.code
    return write_comment(
        session, asked, clause, body, kind="comment", text="Why?", doer=WORKER, now=NOW, demonstration=True
    ).number


def _condition(session: Session, case: Case, body: DecidingBody) -> int:
    """An agreement of the body with a condition, written on record as it would stand there: the id of its entry."""
    said = {
        "body_id": body.id,
        "body": body.short_name,
        "round": 1,
        "stage": "response",
        "answer": "agree_with_conditions",
        "conditions": ["It is looked at again in a year."],
        "held_on": TODAY.isoformat(),
    }
    owner = body.organisation
    return append(
        session, [Act(Tag.DECISION_RECORDED, WORKER, owner.id, owner.name, "case", case.id, said, case.part)], NOW
    )[0]


def _interest(session: Session, body: DecidingBody) -> str:
    """An interest of someone who acts for the body's organisation and sits on no body."""
    holder = Person(
        code=f"walk-holder-{body.code}", name="Walk Holder", email=f"{body.code}@holder.example", demonstration=True
    )
    session.add(holder)
    session.flush()
    _role(session, holder, Role.READER, body.organisation)
    said = Declaration("financial", "Shares in a business of the walk.")
    return declare(session, holder, said, doer=WORKER, now=NOW, demonstration=True).code


def _class_interest(session: Session, body: DecidingBody) -> str:
    """An interest declared for a kind of seat of a body, whether it has such seats or not."""
    shared = ClassInterest(
        code=f"walk-class-{body.code}",
        body_id=body.id,
        seat_kind="in_attendance",
        kind="financial",
        description="What everyone in attendance shares.",
        declared=TODAY,
        declared_by=WORKER.name,
        demonstration=True,
    )
    session.add(shared)
    session.flush()
    return shared.code


def _submitted_locally(session: Session, workstream: Workstream, period: Period, body: DecidingBody) -> None:
    """A local position of this body that waits to be approved."""
    query = sa.select(LocalPosition).where(
        LocalPosition.workstream_id == workstream.id,
        LocalPosition.period_id == period.id,
        LocalPosition.body_id == body.id,
    )
    found = session.scalar(query)
    if found is None:
        found = LocalPosition(
            workstream_id=workstream.id,
            period_id=period.id,
            body_id=body.id,
            version=1,
            written_at=NOW,
            demonstration=True,
        )
        session.add(found)
    found.state, found.position, found.note = "submitted", "On course here.", "Said for the walk."
    session.flush()


PRINTED = ("facts", "facts_hash", "pdf_hash", "web_hash", "pdf_bytes", "pages", "page_of", "built_at")
SLIDES = ("slides_hash", "slides_bytes", "slides_count")


def _slides(session: Session) -> None:
    """A body's slides are made when they are asked for: here each pack has the edition's in their place."""
    for pack in session.scalars(sa.select(Pack)):
        for name in SLIDES:
            setattr(pack, name, getattr(pack.edition, name))
    session.flush()


def _pack(session: Session, meeting: Meeting, state: str) -> Pack:
    """A pack of this meeting that was printed: the bytes are those of Merton's in November."""
    like = session.scalars(sa.select(Pack).join(Meeting).where(Meeting.code == "merton-2015-11-12")).one()
    pack = session.scalar(sa.select(Pack).where(Pack.meeting_id == meeting.id, Pack.part == 1))
    pack = pack or Pack(meeting_id=meeting.id, meeting=meeting, part=1, version=1)
    for name in (*PRINTED, *SLIDES):
        setattr(pack, name, getattr(like, name))
    pack.state, pack.released_at = state, NOW if state == "released" else None
    session.add(pack)
    session.flush()
    return pack


def _edition(session: Session, period: Period, state: str) -> Edition:
    """An edition of this period that was printed: the bytes are those of October/November."""
    like = session.scalars(sa.select(Edition).join(Period).where(Period.code == "2015-10", Edition.number == 1)).one()
    edition = session.scalar(sa.select(Edition).where(Edition.period_id == period.id))
    edition = edition or Edition(period_id=period.id, period=period, number=1)
    for name in (*PRINTED, *SLIDES):
        setattr(edition, name, getattr(like, name))
    edition.state, edition.released_at = state, NOW if state == "released" else None
    session.add(edition)
    session.flush()
    return edition


def _reader(session: Session, body: DecidingBody) -> str:
    """Someone who reads for the body's organisation: their code."""
    person = _person(session, f"reader-of-{body.code}")
    _role(session, person, Role.READER, body.organisation)
    return person.code


def _gap(session: Session, thing: Pack | Edition) -> str:
    """A gap that the secretary, or the director, may accept."""
    return next(gap.key for gap in contents_now(session, thing, NOW).gaps if gap.acceptable_by != CHAIR)


def _item(session: Session, meeting: Meeting, part: int) -> int:
    found = session.scalar(
        sa.select(AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.part == part, AgendaItem.origin == "request")
        .order_by(AgendaItem.position)
    )
    if found is not None:
        return _with_a_question(session, found)
    review_on = meeting.held_on + timedelta(days=90)
    private: dict[str, Any] = {"private_ground": "Commercial", "private_review_on": review_on} if part == 2 else {}
    item = propose_item(
        session,
        meeting,
        origin="request",
        subject_kind=None,
        subject_id=None,
        title=f"An item of part {part} of {meeting.code}",
        purpose="noting",
        part=part,
        doer=WORKER,
        now=NOW,
        demonstration=True,
        **private,
    )
    return _with_a_question(session, item.id)


def _with_a_question(session: Session, item_id: int) -> int:
    """The item, with a question on it that its board secretary is asked."""
    session.add(
        ItemQuestion(
            item_id=item_id,
            number=1,
            asker=WORKER.name,
            capacity=WORKER.capacity,
            to_name="Board secretary",
            text="Who pays for it?",
            asked_at=NOW,
            demonstration=True,
        )
    )
    session.flush()
    return item_id


def _upload(session: Session, code: str) -> str:
    """A file that this person sent as a workbook and that is none."""
    person = session.scalars(sa.select(Person).where(Person.code == code)).one()
    return uploads.keep(session, b"code,title", "facts.xlsx", person.id, REAL)


def _conflict(session: Session, merton: Place) -> None:
    """The conflicted member leaves for the item of Part 1 and has the paper of Part 2 withheld."""
    seat = session.scalars(sa.select(Seat).where(Seat.code == SEAT_OF["conflicted"])).one()
    person = session.scalars(sa.select(Person).join(SeatHolding).where(SeatHolding.seat_id == seat.id)).first()
    chair = session.scalars(sa.select(Person).join(SeatHolding).join(Seat).where(Seat.code == SEAT_OF["chair"])).one()
    assert person is not None
    handlings: tuple[tuple[int, Handling], ...] = ((merton.item, "leave"), (merton.private_item, "paper_withheld"))
    for item_id, handling in handlings:
        handle_conflict(
            session,
            session.get_one(AgendaItem, item_id),
            seat=seat,
            person=person,
            interest_kind="financial",
            handling=handling,
            reason="A partner in the practice that may be paid.",
            handled_by=chair.name,
            doer=WORKER,
            now=NOW,
            demonstration=True,
        )


def _links(session: Session, merton: Place) -> None:
    """A personal link to Merton's released pack, and an invitation, whose tokens are known here."""
    pack = session.scalars(
        sa.select(Pack).join(Meeting).where(Meeting.code == merton.released, Pack.state == "released")
    ).one()
    person = session.scalars(sa.select(Person).where(Person.code == "walk-reader")).one()
    sent = Circulation(
        pack_id=pack.id,
        person_id=person.id,
        token_hash=sha256(CIRCULATED.encode()).hexdigest(),
        sent_at=NOW,
        opened_at=NOW,
    )
    session.add(sent)
    session.flush()
    session.add(
        CorrectionCirculation(
            correction_id=_correction(session, pack).id,
            circulation_id=sent.id,
            token_hash=sha256(CORRECTED.encode()).hexdigest(),
            sent_at=NOW,
            opened_at=NOW,
        )
    )
    session.add(Invitation(token_hash=sha256(INVITED.encode()).hexdigest(), person_id=person.id, sent_at=NOW))
    account = session.scalars(sa.select(Account).where(Account.person_id == person.id)).one()
    kept = sha256(FORGOTTEN.encode()).hexdigest()
    session.add(PasswordReset(token_hash=kept, account_id=account.id, sent_at=REAL))
    session.flush()


def _correction(session: Session, pack: Pack) -> Correction:
    """A second edition of this pack's, and the correction between them: the bytes are those of the first."""
    first = pack.edition
    assert first is not None
    second = Edition(period_id=first.period_id, number=2, state="released", released_at=NOW)
    for name in (*PRINTED, *SLIDES):
        setattr(second, name, getattr(first, name))
    session.add(second)
    session.flush()
    correction = Correction(
        period_id=first.period_id, number=1, from_edition_id=first.id, to_edition_id=second.id, released_at=NOW
    )
    for name in ("facts", "facts_hash", "pdf_hash", "web_hash", "pdf_bytes", "pages", "built_at"):
        setattr(correction, name, getattr(first, name))
    session.add(correction)
    session.flush()
    return correction


def _elsewhere(session: Session, world: World) -> Place:
    """A collaborative of one organisation far away, with one of everything, and its secretary, director and chair."""
    kent = Organisation(ods_code="99X", name="NHS Farland CCG", short_name="Farland", kind="ccg", opened=LONG_AGO)
    session.add(kent)
    session.flush()
    together = Collaborative(code="farland", name="Farland together", host_id=kent.id)
    session.add(together)
    session.flush()
    session.add(CollaborativeMember(collaborative_id=together.id, organisation_id=kent.id, starts=LONG_AGO))
    body, *others = (
        DecidingBody(
            code=code,
            organisation_id=kent.id,
            organisation=kent,
            kind="governing_body",
            name=f"NHS Farland CCG, {code}",
            short_name=code.title(),
            opened=LONG_AGO,
        )
        for code in ("farland", "farland-north", "farland-south", "farland-west")
    )
    session.add_all([body, *others])
    session.flush()
    quorum = {"share_numerator": 1, "share_denominator": 2, "needs": []}
    session.add(BodyRule(body_id=body.id, starts=LONG_AGO, quorum=quorum, lead_number=5, lead_unit="working"))
    seat = Seat(
        code="farland-chair",
        body_id=body.id,
        title="Clinical chair",
        kind="chair",
        voting=True,
        position=1,
        starts=LONG_AGO,
    )
    session.add(seat)
    session.flush()
    stranger = _person(session, "stranger")
    for role in (Role.SECRETARY, Role.PROGRAMME_DIRECTOR):
        _role(session, stranger, role, kent)
    session.add(SeatHolding(seat_id=seat.id, person_id=stranger.id, starts=LONG_AGO))
    world.people["stranger"] = Someone("stranger", stranger.email, "farland")
    return _things_elsewhere(session, together, body, others)


def _things_elsewhere(
    session: Session, together: Collaborative, body: DecidingBody, others: list[DecidingBody]
) -> Place:
    programme = Programme(code="farland", collaborative_id=together.id, name="Farland’s programme")
    session.add(programme)
    session.flush()
    workstream = Workstream(
        code="farland-workstream",
        programme_id=programme.id,
        title="A workstream elsewhere",
        sentence="What they do there.",
        kind="pilot",
        position=1,
        starts=LONG_AGO,
        demonstration=True,
    )
    periods = {
        code: Period(
            programme_id=programme.id,
            code=code,
            title=f"Period {code}",
            starts=starts,
            ends=starts + timedelta(days=60),
            updates_due=starts + timedelta(days=20),
        )
        for code, starts in (("farland-1", date(2015, 9, 1)), ("farland-2", date(2015, 11, 1)))
    }
    session.add_all([workstream, *periods.values()])
    session.flush()
    session.add(WorkstreamBody(workstream_id=workstream.id, body_id=body.id))
    milestone = Milestone(
        code="farland-milestone",
        workstream_id=workstream.id,
        title="Done elsewhere",
        position=1,
        baseline_words="2016",
        forecast_words="2016",
        source="",
        demonstration=True,
    )
    document = Document(
        code="farland-document",
        collaborative_id=together.id,
        title="A document elsewhere",
        summary="",
        demonstration=True,
    )
    session.add_all([milestone, document])
    session.flush()
    version = write_version(
        session,
        document,
        label="1",
        title="Draft",
        note="For response.",
        dated=TODAY,
        clauses=[ClauseDraft("one", "1", "First", "What is expected elsewhere.")],
        doer=WORKER,
        now=NOW,
    )
    issue_version(session, version, WORKER, NOW)
    case = open_case(
        session,
        code="farland-case",
        title="Asked elsewhere",
        subject=Subject("document", document.id, version.id, "1", version.hash or ""),
        definition=("standards", 1),
        parties=[body, *others],
        asked_by=body.organisation,
        collaborative_id=together.id,
        doer=WORKER,
        now=NOW,
        demonstration=True,
    )
    entry = answer_as_officer(
        session,
        case_id=case.id,
        body_id=others[0].id,
        answer=AnswerFact("respond", comments="None."),
        seen=seen_for(session, case, others[0]),
        token="a-press-of-the-walk",
        doer=WORKER,
        now=NOW,
        role="secretary",
    )
    soon, later = (_bare_meeting(session, body, day) for day in (date(2015, 11, 19), date(2016, 1, 28)))
    _submitted_locally(session, workstream, periods["farland-2"], body)
    session.add(
        Update(
            workstream_id=workstream.id,
            period_id=periods["farland-2"].id,
            state="submitted",
            version=1,
            written_at=NOW,
            submitted_at=NOW,
            demonstration=True,
        )
    )
    session.add(
        Highlight(
            period_id=periods["farland-2"].id, workstream_id=workstream.id, position=1, title="What they do there"
        )
    )
    session.flush()
    _edition(session, periods["farland-1"], "released")
    edition = _edition(session, periods["farland-2"], "built")
    _pack(session, soon, "released")
    pack = _pack(session, later, "built")
    return Place(
        workstream=workstream.code,
        milestone=milestone.code,
        part="farland-part",
        link=_map(session, programme),
        risk=_risk(session, programme, workstream),
        action=_action(session, programme),
        document=document.code,
        label="1",
        comment=_comment(session, document.code, "1", body),
        case=case.code,
        entry=entry,
        condition=_condition(session, case, body),
        body=body.code,
        meeting=later.code,
        in_common=_in_common(session, later),
        item=_item(session, later, 1),
        private_item=_item(session, later, 2),
        released=soon.code,
        period="farland-1",
        open_period="farland-2",
        gap=_gap(session, pack),
        edition_gap=_gap(session, edition),
        person=_reader(session, body),
        interest=_interest(session, body),
        class_interest=_class_interest(session, body),
    )


def _map(session: Session, programme: Programme) -> str:
    parts = [
        Segment(code=code, programme_id=programme.id, kind="segment", name=code, position=1)
        for code in ("farland-part", "farland-other-part")
    ]
    session.add_all(parts)
    session.flush()
    link = SegmentLink(code="farland-link", from_id=parts[0].id, to_id=parts[1].id, kind="risk", reconstructed=False)
    session.add(link)
    session.flush()
    return link.code


def _risk(session: Session, programme: Programme, workstream: Workstream) -> str:
    risk = Risk(
        code="farland-risk-1",
        programme_id=programme.id,
        workstream_id=workstream.id,
        kind="risk",
        title="It may not be done elsewhere",
        inherent_likelihood=3,
        inherent_consequence=3,
        raised_on=TODAY,
        state="open",
        escalation="asked",
        version=1,
        demonstration=True,
    )
    session.add(risk)
    session.flush()
    return risk.code


def _action(session: Session, programme: Programme) -> str:
    action = ProgrammeAction(
        code="farland-action-1",
        programme_id=programme.id,
        title="To be done elsewhere",
        due_words="2016",
        raised_on=TODAY,
        recorded_at=NOW,
        recorded_by="The walk",
        version=1,
        demonstration=True,
    )
    session.add(action)
    session.flush()
    return action.code


def _deleted(session: Session, merton: Place) -> Place:
    """What stood in Merton a moment ago: made, saved, and deleted again."""
    place = guessed()
    body = session.scalars(sa.select(DecidingBody).where(DecidingBody.code == merton.body)).one()
    meeting = _bare_meeting(session, body, date(2016, 2, 11))
    items = session.scalars(sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).all()
    known = session.scalars(sa.select(Workstream).where(Workstream.code == merton.workstream)).one()
    workstream = Workstream(
        code="walk-deleted",
        programme_id=known.programme_id,
        title="Deleted",
        sentence="It was here.",
        kind="pilot",
        position=99,
        starts=LONG_AGO,
        demonstration=True,
    )
    on_the_meeting = session.scalars(sa.select(Meeting).where(Meeting.code == merton.meeting)).one()
    gone = _bare_item(session, on_the_meeting)
    session.add(workstream)
    holder = session.scalars(sa.select(Person).where(Person.code == "walk-removed")).one()
    interest = Interest(
        code="walk-deleted",
        person_id=holder.id,
        kind="indirect",
        description="It was here.",
        declared=TODAY,
        demonstration=True,
    )
    session.add(interest)
    place = replace(
        place,
        workstream=workstream.code,
        meeting=meeting.code,
        item=gone.id,
        private_item=gone.id,
        interest=interest.code,
    )
    for row in (*items, meeting, workstream, gone, interest):
        session.delete(row)
        session.flush()
    return place


def _bare_item(session: Session, meeting: Meeting) -> AgendaItem:
    item = AgendaItem(
        meeting_id=meeting.id,
        part=1,
        position=999,
        origin="request",
        title="Deleted",
        purpose="noting",
        demonstration=True,
    )
    session.add(item)
    session.flush()
    return item


# Asking


COOKIE = "concord"
Kept = tuple[str, str]
"""What a browser keeps of a person who signed in: the cookie, and the token of the forms."""


class Visitor:
    """One person with a browser: signed in once, with a valid CSRF token for everything they send."""

    def __init__(self, app: Flask, someone: Someone | None, bearer: str = "", kept: Kept | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self.bearer = bearer
        self.sent = 0
        if kept is not None:
            cookie, self.token = kept
            self.client.set_cookie(COOKIE, cookie)
            return
        self.token = token_in(self.client.get("/sign-in"))
        if someone is not None:
            form = {"csrf_token": self.token, "email": someone.email, "password": DEMONSTRATION_PASSWORD}
            answer = self.client.post("/sign-in", data=form)
            assert answer.status_code == 303, f"{someone.name} cannot sign in: {answer.status_code}"
            self.token = token_in(self.client.get("/"))

    @property
    def kept(self) -> Kept:
        """What another visitor needs to go on as this one, on a copy of the service."""
        cookie = self.client.get_cookie(COOKIE)
        assert cookie is not None
        return cookie.value, self.token

    def ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> TestResponse:
        """Ask as a browser would, with the token in what is posted; under /api as a program of theirs would."""
        if address.startswith("/api/"):
            self.sent += 1
            headers = {"Idempotency-Key": f"walked-{self.sent:06d}", "Content-Type": "application/json"}
            if self.bearer:
                headers["Authorization"] = f"Bearer {self.bearer}"
            data_sent = "{}" if method == "POST" else None
            return self.client.open(address, method=method, data=data_sent, headers=headers, buffered=True)
        data = {"csrf_token": self.token, **(form or {})} if method == "POST" else None
        return self.client.open(address, method=method, data=data, buffered=True)


def give_token(session: Session, email: str, name: str) -> tuple[str, int]:
    """A token of this person for everything, whose owner has just proved who they are: its secret and its id."""
    account = session.scalars(sa.select(Account).join(Person).where(Person.email == email)).one()
    secret = f"concord_{name:-<43}"
    token = PersonalToken(
        account_id=account.id,
        token_hash=hash_of(secret),
        hint="concord_",
        name="The walk",
        scopes=list(SCOPES),
        made_at=REAL,
        expires_at=REAL + timedelta(days=1),
        used_at=REAL,
        proved_at=REAL,
        ended="",
    )
    session.add(token)
    session.flush()
    return secret, token.id


def token_in(page: TestResponse) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert found is not None, page.text[:500]
    return found.group(1)


def disable(session: Session, email: str) -> None:
    """Close an account as an operator would, behind the back of who is signed in with it."""
    account = session.scalars(sa.select(Account).join(Person).where(Person.email == email)).one()
    account.disabled = True


def unspecific(page: TestResponse) -> str:
    """A page without what differs for everyone: its tokens, what was done before it, and its entry of the menu."""
    text = re.sub(r'value="[^"]{60,}"', 'value="token"', page.text)
    text = re.sub(r'"instance": "[^"]*"', '"instance"', text)
    text = re.sub(r'<div class="nhsuk-notification-banner .*?(?=<h1)', "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r' aria-current="[a-z]+"| nhsuk-header__navigation-item--current', "", text)
    return re.sub(r"</?strong[^>]*navigation[^>]*>|</strong>", "", text)


PASSING = {"web_session", "throttle_event"}


def fingerprint(session: Session) -> dict[str, str]:
    """The content of every table but those of sessions and throttling, as a hash each."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in PASSING:
            rows = sorted(repr(tuple(row)) for row in session.execute(sa.select(table)))
            found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return found


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The tables whose content differs."""
    return (name for name in before if before[name] != after[name])


def add_all(session: Session) -> World:
    """`made` in a writing transaction of its own."""
    with writing(session):
        _slides(session)
        world = made(session)
        for name, someone in world.people.items():
            world.tokens[name], _ = give_token(session, someone.email, name)
        _, of_the_reader = give_token(session, world.people["reader"].email, "spare")
        world.places["merton"] = replace(world.places["merton"], token=of_the_reader)
        return world


def write_paper(session: Session, item_id: int, words: str) -> None:
    """Give an item a paper, and every other text of its cover sheet."""
    item = session.get_one(AgendaItem, item_id)
    for name in ("summary", "key_points", "financial_implications", "paper"):
        setattr(item, name, words)


def draft_locally(session: Session, place: Place, words: str) -> None:
    """Make a body's local position a draft that says this."""
    draft = session.scalars(
        sa.select(LocalPosition)
        .join(Period)
        .join(DecidingBody)
        .join(Workstream)
        .where(Period.code == place.open_period, DecidingBody.code == place.body, Workstream.code == place.workstream)
    ).one()
    draft.state, draft.position, draft.note = "draft", words, words


def mails_gone_astray(session: Session) -> list[str]:
    """Every mail about a pack to someone who holds no seat on its body on the day of the meeting."""
    astray = []
    mails = session.scalars(sa.select(Mail)).all()
    assert mails, "no mail was sent at all"
    for mail in mails:
        if not mail.once.startswith("pack-"):
            continue  # a mail about an account goes to its owner
        pack = session.get_one(Pack, int(mail.once.split("-")[1]))
        on = pack.meeting.held_on
        seated = {person.email for _, _, person in seats_of(session, pack.meeting.body_id, on) if person}
        if mail.recipient not in seated:
            astray.append(f"{mail.recipient}: {mail.subject}")
    return astray


def plant(session: Session, place: Place, fields: Sequence[str]) -> dict[str, str]:
    """Write a canary in each of these fields of a private item, and in a conflict in it; gives them by field.

    By the services, so that the record has its entries; everybody's last visit was before.
    """
    canaries = {name: f"quokka{name.replace('_', '')}quokka" for name in (*fields, "reason", "handled_by")}
    written: dict[str, Any] = {name: canaries[name] for name in fields}
    with writing(session):
        item = session.get_one(AgendaItem, place.private_item)
        edit_item(session, item, doer=WORKER, now=NOW, **written)
        seat, _, person = next(row for row in seats_of(session, item.meeting.body_id, TODAY) if row[2] is not None)
        seats = seats_of(session, item.meeting.body_id, TODAY)
        deputy = next(holder for place, _, holder in seats if place.kind == "deputy_chair")
        assert person is not None and deputy is not None
        handle_conflict(
            session,
            item,
            seat=seat,
            person=person,
            interest_kind="financial",
            handling="note_only",
            reason=canaries["reason"],
            handled_by=f"{deputy.name}, {canaries['handled_by']}",
            doer=WORKER,
            now=NOW,
            demonstration=True,
        )
        for account in session.scalars(sa.select(Account)):
            account.visited_at = NOW - timedelta(days=2)
    return canaries
