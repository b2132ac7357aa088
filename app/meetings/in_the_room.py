"""Who is in the room for an item: attendance, conflicts of interest and how each is handled, and so the quorum."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.meetings.days import there_for
from app.meetings.models import AgendaItem, Attendance, ItemConflict, ItemDeclaration, Meeting
from app.meetings.queries import next_meeting
from app.people.body_facts import body_fact
from app.people.by_address import deputies_on
from app.people.models import SeatDeputy
from workflows.apologies import DeputyFact
from workflows.facts import AttendanceFact, BodyFact, ExclusionFact
from workflows.interests import Presiding, presiding
from workflows.quorum import QuorumVerdict, expected_attendance, forecast, quorum_met
from workflows.stages import PartyRule
from workflows.ways_out import Way, ways_out

ASKS = "concord.agenda_asks"
"""Of a session's `info`: by the kind of what items are about, who tells by which rule it still asks the body."""

Asks = Callable[[Session, Sequence[AgendaItem]], Mapping[int, PartyRule]]


@dataclass(frozen=True, slots=True)
class ItemQuorum:
    """Whether an item is quorate, on what is known today, and the ways out where it is not.

    `awaited` names who declared an interest in it whose handling is awaited; `if_they_leave` is the forecast for the
    case that they all have to leave, and where only that is not quorate, the ways are those out of it.
    """

    verdict: QuorumVerdict
    ways: tuple[Way, ...]
    awaited: tuple[str, ...] = ()
    if_they_leave: QuorumVerdict | None = None

    @property
    def at_risk(self) -> bool:
        """Whether it is not quorate, or would not be if everyone whose interest awaits a ruling had to leave."""
        return not self.verdict or (self.if_they_leave is not None and not self.if_they_leave)


def conflicts(session: Session, item: AgendaItem) -> Sequence[ItemConflict]:
    """The conflicts of interest in an item and how each was handled, in the order they were declared."""
    return session.scalars(
        sa.select(ItemConflict)
        .options(joinedload(ItemConflict.seat), joinedload(ItemConflict.person))
        .where(ItemConflict.item_id == item.id)
        .order_by(ItemConflict.id)
    ).all()


def awaited(session: Session, items: Sequence[AgendaItem]) -> Sequence[ItemDeclaration]:
    """The interests declared for these items whose handling is awaited, in the order they were declared."""
    ruled = sa.exists().where(
        ItemConflict.item_id == ItemDeclaration.item_id, ItemConflict.person_id == ItemDeclaration.person_id
    )
    return session.scalars(
        sa.select(ItemDeclaration)
        .options(
            joinedload(ItemDeclaration.seat), joinedload(ItemDeclaration.person), joinedload(ItemDeclaration.interest)
        )
        .where(ItemDeclaration.item_id.in_([item.id for item in items]), ~ruled)
        .order_by(ItemDeclaration.id)
    ).all()


def who_rules(session: Session, item: AgendaItem, also: Sequence[int] = ()) -> Presiding:
    """Who may rule on how conflicts in an item are handled; `also` are people whose conflict is about to be noted.

    Someone has an interest in the item who has a conflict in it, or has declared an interest for it.
    """
    meeting = item.meeting
    conflicted = {one.person_id for one in conflicts(session, item)} | set(also)
    conflicted |= {one.person_id for one in awaited(session, [item])}
    away = {row.seat_id for row in attendance_rows(session, meeting) if row.status in ("apologies", "absent")}
    return presiding(body_fact(session, meeting.body, meeting.held_on).seats, conflicted, away)


def withheld_from(session: Session, meeting: Meeting, person_id: int | None, part: int) -> Sequence[AgendaItem]:
    """The items in a part of a meeting whose papers are withheld from a person because of an interest, in order."""
    return session.scalars(
        sa.select(AgendaItem)
        .join(ItemConflict)
        .where(
            AgendaItem.meeting_id == meeting.id,
            ItemConflict.person_id == person_id,
            ItemConflict.handling == "paper_withheld",
            AgendaItem.part == part,
            AgendaItem.taken_off_at.is_(None),
        )
        .order_by(AgendaItem.position)
    ).all()


def exclusions(session: Session, item: AgendaItem) -> tuple[ExclusionFact, ...]:
    """The conflicts in an item as the rules know them."""
    return tuple(as_exclusion(found) for found in conflicts(session, item))


def as_exclusion(found: ItemConflict) -> ExclusionFact:
    """One conflict as the rules know it."""
    return ExclusionFact(
        seat_id=found.seat_id,
        person_name=found.person.name,
        interest_kind=found.interest_kind,
        handling=found.handling,
        reason=found.reason,
        person_id=found.person_id,
    )


def _as_leaving(found: ItemDeclaration) -> ExclusionFact:
    """A declaration as it would weigh if the person had to leave for the item."""
    return ExclusionFact(
        seat_id=found.seat_id,
        person_name=found.person.name,
        interest_kind=found.interest.kind,
        handling="leave",
        person_id=found.person_id,
    )


def attendance_rows(session: Session, meeting: Meeting) -> Sequence[Attendance]:
    """Who attended, sent apologies or was absent, by seat."""
    return session.scalars(
        sa.select(Attendance)
        .options(joinedload(Attendance.seat), joinedload(Attendance.person))
        .where(Attendance.meeting_id == meeting.id)
        .order_by(Attendance.id)
    ).all()


def attending(session: Session, meeting: Meeting, item: AgendaItem | None = None) -> tuple[AttendanceFact, ...]:
    """Attendance as the rules know it for one item: who is not the holder attends as the holder's deputy."""
    body = body_fact(session, meeting.body, meeting.held_on)
    return attendance_facts(body, attendance_rows(session, meeting), item)


def attendance_facts(
    body: BodyFact, rows: Sequence[Attendance], item: AgendaItem | None = None
) -> tuple[AttendanceFact, ...]:
    """The same from rows already read."""
    seats = {seat.id: seat for seat in body.seats}
    found = []
    for row in rows:
        seat = seats.get(row.seat_id)
        deputy = seat is not None and not seat.vacant and seat.person_id != row.person_id
        found.append(
            AttendanceFact(
                seat_id=row.seat_id,
                person_id=row.person_id,
                person_name=row.person.name,
                status=row.status,
                deputy_for=seat.person_name if deputy and seat else None,
                present_for_item=item is not None and there_for(row.note, item.number),
            )
        )
    return tuple(found)


def quorum_of_items(session: Session, meeting: Meeting, items: Sequence[AgendaItem], on: date) -> dict[int, ItemQuorum]:
    """Is the body quorate for these items of one meeting: the forecast before it, the arithmetic with its attendance?

    `on` is today: before the meeting's day its apologies and declarations so far are all that is known. By item id, in
    a fixed number of statements.
    """
    following = next_meeting(session, meeting.body_id, max(on, meeting.held_on), after=meeting.held_on)
    room = Room(
        meeting,
        body_fact(session, meeting.body, meeting.held_on),
        attendance_rows(session, meeting),
        deputies_on(session, meeting.body_id, meeting.held_on),
        following.held_on if following else None,
    )
    asked = {item.id: (room, item) for item in items}
    return quorum_in(asked, *interests_in(session, items), rules_asked(session, asked))


@dataclass(frozen=True, slots=True)
class Room:
    """What is known of who comes to a meeting, and the day of the body's meeting after it."""

    meeting: Meeting
    body: BodyFact
    rows: Sequence[Attendance]
    deputies: Sequence[SeatDeputy]
    next_meeting_on: date | None


def interests_in(
    session: Session, items: Sequence[AgendaItem]
) -> tuple[Sequence[ItemConflict], Sequence[ItemDeclaration]]:
    """The conflicts in these items, and the interests declared for them whose handling is awaited."""
    declared = session.scalars(
        sa.select(ItemConflict)
        .options(joinedload(ItemConflict.person))
        .where(ItemConflict.item_id.in_([item.id for item in items]))
        .order_by(ItemConflict.id)
    ).all()
    return declared, awaited(session, items)


def rules_asked(session: Session, asked: Mapping[int, tuple[Room, AgendaItem]]) -> dict[int, PartyRule]:
    """By which rule each item's subject still asks the body, by the item's id; nothing where nothing is asked.

    It is asked only for bodies whose own rule lets something be decided between meetings: for others it says nothing.
    """
    rules = [(item, room.body.quorum) for room, item in asked.values()]
    items = [item for item, rule in rules if rule is not None and (rule.members_vote or rule.chairs_action)]
    found: dict[int, PartyRule] = {}
    for kind, asks in session.info.get(ASKS, {}).items():
        if about := [item for item in items if item.subject_kind == kind]:
            found |= asks(session, about)
    return found


def quorum_in(
    asked: Mapping[int, tuple[Room, AgendaItem]],
    declared: Sequence[ItemConflict],
    waiting: Sequence[ItemDeclaration],
    rules: Mapping[int, PartyRule],
) -> dict[int, ItemQuorum]:
    """Whether each of these items is quorate in its room, by its id; nothing is read from the database."""
    found: dict[int, ItemQuorum] = {}
    for item_id, (room, item) in asked.items():
        body = room.body
        deputies = [DeputyFact(one.seat_id, one.person_id, one.person.name) for one in room.deputies]
        excluded = tuple(as_exclusion(one) for one in declared if one.item_id == item_id)
        there = attendance_facts(body, room.rows, item)
        held = room.meeting.state == "held"
        if held:
            verdict = quorum_met(body, there, excluded)
        else:
            verdict = forecast(body, there, excluded)
            there = expected_attendance(body, there)
        names = {one.person_id: one.person.name for one in waiting if one.item_id == item_id}
        leaving = tuple(_as_leaving(one) for one in waiting if one.item_id == item_id)
        supposed = quorum_met(body, there, (*excluded, *leaving)) if leaving else None
        ways = ways_out(
            body,
            there,
            (*excluded, *leaving) if verdict else excluded,
            deputies=deputies,
            held=held,
            next_meeting_on=room.next_meeting_on,
            asked=rules.get(item_id),
        )
        found[item_id] = ItemQuorum(verdict, ways, tuple(names.values()), supposed)
    return found
