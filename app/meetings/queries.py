"""What can be asked of meetings: their agendas, deadlines, conflicts and attendance, and whether an item is quorate."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.meetings.days import bank_holidays as bank_holidays  # asked here, like everything about meetings
from app.meetings.days import papers_due_on
from app.meetings.models import AgendaItem, Attendance, Meeting, numbered
from app.people.body_facts import lead_time
from app.people.models import BodyRule, DecidingBody, Person, RoleHolding, Seat, SeatDeputy, SeatHolding
from app.people.queries import in_force, rule_of
from app.permissions import Missing
from workflows.facts import LeadTime, MeetingFact

NEEDS_PAPER = frozenset({"approval", "decision", "discussion", "assurance", "ratification"})
"""Purposes whose items come with a paper, unless they are standing items."""


@dataclass(frozen=True, slots=True)
class PaperState:
    """Where an item's paper stands: `word` as on the page (in, late, to follow, none needed), and the sentence."""

    word: str
    sentence: str


def meeting_by_code(session: Session, code: str) -> Meeting:
    """The meeting with this code, with its body; raises `Missing`."""
    meeting = session.scalar(sa.select(Meeting).options(_with_body()).where(Meeting.code == code))
    if meeting is None:
        raise Missing
    return meeting


def meetings_of(
    session: Session, organisation_ids: Collection[int], *, body_code: str = "", since: date | None = None
) -> Sequence[Meeting]:
    """The meetings of these organisations' bodies in the order of their days, from a day on where one is given."""
    return session.scalars(meetings_listed(organisation_ids, body_code=body_code, since=since)).all()


def meetings_listed(
    organisation_ids: Collection[int], *, body_code: str = "", since: date | None = None
) -> sa.Select[Meeting]:
    """Asks for the same, so that a page of them can be cut."""
    query = (
        sa.select(Meeting)
        .join(DecidingBody)
        .options(_with_body())
        .where(DecidingBody.organisation_id.in_(organisation_ids))
        .order_by(Meeting.held_on, DecidingBody.short_name, Meeting.id)
    )
    if body_code:
        query = query.where(DecidingBody.code == body_code)
    if since is not None:
        query = query.where(Meeting.held_on >= since)
    return query


def next_meeting(session: Session, body_id: int, on: date, after: date | None = None) -> Meeting | None:
    """The body's soonest meeting still planned on or after `on`, and later than `after` where one is given."""
    query = (
        sa.select(Meeting)
        .options(_with_body())
        .where(Meeting.body_id == body_id, Meeting.state == "planned", Meeting.held_on >= on)
        .order_by(Meeting.held_on, Meeting.id)
        .limit(1)
    )
    if after is not None:
        query = query.where(Meeting.held_on > after)
    return session.scalar(query)


def agenda(session: Session, meeting: Meeting, parts: Sequence[int] = (1,)) -> list[AgendaItem]:
    """The items of these parts, in order; `AgendaItem.number` is how each is numbered. Part 2 only when asked for."""
    return list(
        session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id, AgendaItem.part.in_(parts), AgendaItem.taken_off_at.is_(None))
            .order_by(AgendaItem.part, AgendaItem.position)
        )
    )


def taken_off(session: Session, meeting: Meeting, parts: Sequence[int] = (1,)) -> Sequence[AgendaItem]:
    """The items of these parts that were taken off the agenda, in the order in which they were."""
    return session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.part.in_(parts), AgendaItem.taken_off_at.is_not(None))
        .order_by(AgendaItem.taken_off_at, AgendaItem.id)
    ).all()


def item_on(session: Session, meeting: Meeting, item_id: int) -> AgendaItem:
    """The item of this meeting with this id; raises `Missing`."""
    item = session.scalar(
        sa.select(AgendaItem)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .where(AgendaItem.id == item_id, AgendaItem.meeting_id == meeting.id)
    )
    if item is None:
        raise Missing
    return item


def item_about(session: Session, meeting_id: int, subject_kind: str, subject_id: int, part: int) -> AgendaItem | None:
    """The item in this part of a meeting that is about this subject; an item in the other part is not its item."""
    return session.scalar(
        sa.select(AgendaItem)
        .where(
            AgendaItem.meeting_id == meeting_id,
            AgendaItem.subject_kind == subject_kind,
            AgendaItem.subject_id == subject_id,
            AgendaItem.part == part,
            AgendaItem.taken_off_at.is_(None),
        )
        .order_by(AgendaItem.id)
        .limit(1)
    )


def papers_due(session: Session, meeting: Meeting) -> date | None:
    """The last day on which the papers may go out, by the body's rule in force on the day of the meeting."""
    return papers_due_on(meeting.held_on, lead_time(rule_of(session, meeting.body_id, meeting.held_on)))


def deadlines(session: Session, meetings: Sequence[Any]) -> dict[int, date | None]:
    """`papers_due` of many meetings (each with id, body_id and held_on) by their ids, in one statement."""
    rules: dict[int, list[Any]] = defaultdict(list)
    for rule in session.execute(
        sa.select(BodyRule.body_id, BodyRule.starts, BodyRule.ends, BodyRule.lead_number, BodyRule.lead_unit)
        .where(BodyRule.body_id.in_({meeting.body_id for meeting in meetings}))
        .order_by(BodyRule.starts)
    ):
        rules[rule.body_id].append(rule)
    due: dict[int, date | None] = {}
    for meeting in meetings:
        held_on = meeting.held_on
        in_force_then = [
            rule
            for rule in rules[meeting.body_id]
            if rule.starts <= held_on and (rule.ends is None or rule.ends >= held_on)
        ]
        due[meeting.id] = papers_due_on(held_on, lead_time(in_force_then[-1])) if in_force_then else None
    return due


def meeting_fact(session: Session, meeting: Meeting, *, agenda_has_case: bool = False) -> MeetingFact:
    """The meeting as the rules know it; where no lead time is in force its papers are due on the day itself."""
    return MeetingFact(
        id=meeting.id,
        body_id=meeting.body_id,
        title=meeting.title,
        held_on=meeting.held_on,
        papers_due=papers_due(session, meeting) or meeting.held_on,
        agenda_has_case=agenda_has_case,
        cancelled=meeting.state == "cancelled",
    )


_MEETINGS, _ITEMS, _RULES = Meeting.__table__.c, AgendaItem.__table__.c, BodyRule.__table__.c


def meetings_with(kind: str, id_: sa.ColumnElement[Any], part: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """SQL: the meetings that have this subject in that part of their agenda, for `meetings_about`.

    What all parties can see of a shared case never tells of a private item that a body gave the same subject.
    """
    return (
        sa.select(
            _MEETINGS.id,
            _MEETINGS.body_id,
            _MEETINGS.title,
            _MEETINGS.held_on,
            _MEETINGS.state,
            _ITEMS.part,
            _ITEMS.position,
            _RULES.lead_number,
            _RULES.lead_unit,
        )
        .select_from(Meeting.__table__)
        .join(AgendaItem.__table__, _ITEMS.meeting_id == _MEETINGS.id)
        .outerjoin(
            BodyRule.__table__,
            sa.and_(_RULES.body_id == _MEETINGS.body_id, in_force(_RULES.starts, _RULES.ends, _MEETINGS.held_on)),
        )
        .where(
            _ITEMS.subject_kind == kind,
            _ITEMS.subject_id == id_,
            _ITEMS.part == part,
            _ITEMS.taken_off_at.is_(None),
        )
        .order_by(_MEETINGS.held_on, _MEETINGS.id, _RULES.starts)
    )


def meetings_about(rows: Iterable[Sequence[Any]]) -> tuple[MeetingFact, ...]:
    """The meetings that `meetings_with` found, as the rules know them; days as text."""
    facts: dict[int, MeetingFact] = {}
    for id_, body_id, title, day, state, part, position, lead_number, lead_unit in rows:
        held_on = date.fromisoformat(day)
        lead = LeadTime(lead_number, lead_unit) if lead_number is not None else None
        facts[id_] = MeetingFact(
            id=id_,
            body_id=body_id,
            title=title,
            held_on=held_on,
            papers_due=papers_due_on(held_on, lead) or held_on,
            agenda_has_case=True,
            cancelled=state == "cancelled",
            item=numbered(part, position),
        )
    return tuple(facts.values())


def meetings_named(connection: sa.Connection, ids: Collection[int]) -> tuple[MeetingFact, ...]:
    """Meetings by their ids, as the rules know them, without what is on their agendas."""
    query = sa.select(_MEETINGS.id, _MEETINGS.body_id, _MEETINGS.title, _MEETINGS.held_on, _MEETINGS.state)
    return tuple(
        MeetingFact(row.id, row.body_id, row.title, row.held_on, row.held_on, cancelled=row.state == "cancelled")
        for row in connection.execute(query.where(_MEETINGS.id.in_(ids)).order_by(_MEETINGS.held_on, _MEETINGS.id))
    )


def paper_state(item: AgendaItem, due: date | None, on: date) -> PaperState:
    """Where an item's paper stands on a day, in a word and a sentence; `due` is the meeting's paper deadline."""
    if item.subject_kind in ("case", "edition"):
        asked = "the version asked about" if item.subject_kind == "case" else "the update edition"
        return PaperState("in", f"Its paper is {asked}.")
    if item.paper:
        if item.paper_on and due and item.paper_on > due:
            late = (item.paper_on - due).days
            return PaperState(
                "late", f"A late paper: it came {late} {'day' if late == 1 else 'days'} after the deadline."
            )
        return PaperState("in", "The paper is here.")
    if item.origin == "standing" or item.purpose not in NEEDS_PAPER:
        return PaperState("none needed", "Taken without a paper.")
    if due and on > due:
        return PaperState("overdue", "The paper is to follow, and its deadline has passed.")
    return PaperState("to follow", "The paper is still awaited.")


def _with_body() -> sa.orm.interfaces.ORMOption:
    return joinedload(Meeting.body).joinedload(DecidingBody.organisation)


def bodies_that_meet(session: Session, organisation_ids: Collection[int]) -> Sequence[DecidingBody]:
    """The bodies of these organisations that decide at meetings, by name."""
    return session.scalars(
        sa.select(DecidingBody)
        .options(joinedload(DecidingBody.organisation))
        .where(DecidingBody.organisation_id.in_(organisation_ids), DecidingBody.kind != "officer")
        .order_by(DecidingBody.name)
    ).all()


def who_could_come(session: Session, meeting: Meeting) -> Sequence[Person]:
    """Who can be named as having come: who has a role, a seat or a deputy's place on the day, by name."""
    on, organisation_id = meeting.held_on, meeting.body.organisation_id
    seated = (
        sa.select(SeatHolding.person_id)
        .join(Seat)
        .join(DecidingBody)
        .where(DecidingBody.organisation_id == organisation_id, in_force(SeatHolding.starts, SeatHolding.ends, on))
    )
    in_role = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id == organisation_id, in_force(RoleHolding.starts, RoleHolding.ends, on)
    )
    deputies = (
        sa.select(SeatDeputy.person_id)
        .join(Seat)
        .where(Seat.body_id == meeting.body_id, in_force(SeatDeputy.starts, SeatDeputy.ends, on))
    )
    recorded = sa.select(Attendance.person_id).where(Attendance.meeting_id == meeting.id)
    return session.scalars(
        sa.select(Person)
        .where(sa.or_(Person.id.in_(seated), Person.id.in_(in_role), Person.id.in_(deputies), Person.id.in_(recorded)))
        .order_by(Person.name, Person.id)
    ).all()
