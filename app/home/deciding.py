"""What a member has to read before a meeting of their body: a task for each seat of theirs and each decision on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.home.answering import SETTLED
from app.home.waiting import Concerns, Task
from app.meetings.in_the_room import ItemQuorum
from app.meetings.models import AgendaItem, Attendance, ItemConflict, Meeting
from app.meetings.rooms_ahead import quorum_across
from app.people.models import DecidingBody, Person, Seat, SeatHolding
from app.people.queries import in_force
from app.permissions import Actor
from app.signoff.definitions import pinned
from app.signoff.models import Case, PartyState, Round
from app.signoff.subject import named_version
from app.signoff.told_people import may_see
from workflows.after_the_answer import LAPSED
from workflows.facts import day_in_words
from workflows.quorum import HANDLING_IN_WORDS
from workflows.verdict import in_words

DECIDE, READ = "Read and decide", "Read before the meeting"
NOT_SHOWN = ("leave", "paper_withheld")
"""Ways of handling an interest by which a person is not there for the item."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A seat that someone holds, or takes at one meeting in the place of who holds it."""

    seat_id: int
    body_id: int
    votes: bool
    capacity: str
    meeting_id: int | None = None


def to_decide(
    session: Session, actor: Actor, bodies: Sequence[DecidingBody], on: date, known: Mapping[int, ItemQuorum]
) -> list[Task]:
    """What this person's bodies decide at meetings ahead, by the seats that they hold or take as a deputy.

    `bodies` are those of the organisations they act for; `known` are forecasts of quorum that were made for the same
    page, by the item's id. Who sent apologies for a seat, or leaves for the item, is not asked for it: the deputy is.
    """
    places = [_Place(seat.seat_id, seat.body_id, seat.voting, seat.title) for seat in actor.seats]
    places += _instead_of_others(session, actor, bodies, on)
    if not places:
        return []
    rows = [
        row
        for row in _on_agendas(session, sorted({place.body_id for place in places}), on)
        if may_see(actor, row.Case, row.AgendaItem.meeting.body) and _meets(row)
    ]
    if not rows:
        return []
    items: list[AgendaItem] = [row.AgendaItem for row in rows]
    quorums = {**_foreseen(session, [item for item in items if item.id not in known], on), **known}
    handled = {
        one.item_id: one.handling
        for one in session.execute(
            sa.select(ItemConflict.item_id, ItemConflict.handling).where(
                ItemConflict.item_id.in_([item.id for item in items]), ItemConflict.person_id == actor.person_id
            )
        )
    }
    away = {
        (one.meeting_id, one.seat_id)
        for one in session.execute(
            sa.select(Attendance.meeting_id, Attendance.seat_id).where(
                Attendance.meeting_id.in_([item.meeting_id for item in items]),
                Attendance.seat_id.in_([place.seat_id for place in places]),
                sa.or_(Attendance.status.in_(("apologies", "absent")), Attendance.person_id != actor.person_id),
            )
        )
    }
    found = []
    for row in rows:
        item, handling = row.AgendaItem, handled.get(row.AgendaItem.id, "note_only")
        meeting = item.meeting
        if handling in NOT_SHOWN:
            continue
        for place in places:
            if place.body_id != meeting.body_id or place.meeting_id not in (None, meeting.id):
                continue
            if (meeting.id, place.seat_id) in away:
                continue
            votes = place.votes and handling == "note_only"
            why = [_why(row, meeting.body.short_name), *_quorum(quorums.get(item.id))]
            if handling != "note_only":
                why.append(f"You declared an interest: {HANDLING_IN_WORDS[handling]}.")
            shared = row.Case.part == 1
            found.append(
                Task(
                    DECIDE if votes else READ,
                    f"{row.Case.title}, for {meeting.body.short_name}",
                    row.standing,
                    meeting.held_on,
                    "meetings.item",
                    {"code": meeting.code, "item_id": str(item.id)},
                    " ".join(why),
                    row.Case.demonstration,
                    place.capacity,
                    Concerns(
                        row.Case.code if shared else None, meeting.body.code, place.seat_id, meeting.code, item.id
                    ),
                )
            )
    return found


def _instead_of_others(session: Session, actor: Actor, bodies: Sequence[DecidingBody], on: date) -> list[_Place]:
    """The seats in which this person is expected at a meeting ahead instead of who holds them: one statement."""
    if actor.person_id is None or not bodies:
        return []
    holds = sa.and_(SeatHolding.seat_id == Seat.id, in_force(SeatHolding.starts, SeatHolding.ends, Meeting.held_on))
    rows = session.execute(
        sa.select(Meeting.id, Seat.id.label("seat_id"), Seat.body_id, Seat.voting, Seat.title, Person.name)
        .select_from(Meeting)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .join(Seat, Seat.id == Attendance.seat_id)
        .join(SeatHolding, holds)
        .join(Person, Person.id == SeatHolding.person_id)
        .where(
            Meeting.body_id.in_([body.id for body in bodies]),
            Meeting.state == "planned",
            Meeting.held_on >= on,
            Attendance.person_id == actor.person_id,
            SeatHolding.person_id != actor.person_id,
        )
        .order_by(Meeting.held_on, Seat.position, Seat.id)
    ).all()
    return [
        _Place(row.seat_id, row.body_id, row.voting, f"{row.title}, in the place of {row.name}", row.id) for row in rows
    ]


def _on_agendas(session: Session, body_ids: Sequence[int], on: date) -> Sequence[Any]:
    """The cases that wait for these bodies and stand on the agenda of a meeting ahead, soonest first: one statement."""
    return session.execute(
        sa.select(Case, AgendaItem, PartyState.standing, PartyState.sentence, PartyState.stage, Round.version_label)
        .select_from(PartyState)
        .join(Case, Case.id == PartyState.case_id)
        .join(Round, sa.and_(Round.case_id == PartyState.case_id, Round.number == PartyState.round))
        .join(
            AgendaItem,
            sa.and_(
                AgendaItem.meeting_id == PartyState.meeting_id,
                AgendaItem.subject_kind == "case",
                AgendaItem.subject_id == PartyState.case_id,
                AgendaItem.part == Case.part,
                AgendaItem.taken_off_at.is_(None),
            ),
        )
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .where(
            PartyState.body_id.in_(body_ids),
            PartyState.waiting.is_(True),
            PartyState.standing.not_in(SETTLED),
            Case.subject_kind != "pack",
            Meeting.state == "planned",
            Meeting.held_on >= on,
        )
        .order_by(Meeting.held_on, AgendaItem.meeting_id, AgendaItem.part, AgendaItem.position)
    ).all()


def _meets(row: Any) -> bool:
    """Whether it is a meeting that decides at this stage."""
    rule = pinned(row.Case).stage(row.stage).rule_for(row.AgendaItem.meeting.body.kind)
    return rule is not None and rule.meets


def _foreseen(session: Session, items: Sequence[AgendaItem], on: date) -> dict[int, ItemQuorum]:
    """The forecast of quorum for the items of each body's soonest meeting; of a later one much can change."""
    if not items:
        return {}
    soonest: dict[int, int] = {}
    for item in items:
        soonest.setdefault(item.meeting.body_id, item.meeting_id)
    return quorum_across(session, [item for item in items if soonest[item.meeting.body_id] == item.meeting_id], on)


def _why(row: Any, body: str) -> str:
    item = row.AgendaItem
    place = f"it is item {item.number} of {day_in_words(item.meeting.held_on)}."
    if row.standing in LAPSED:
        return f"{row.sentence} I{place[1:]}"
    return f"{body} has not decided {named_version(row.version_label)}; {place}"


def _quorum(forecast: ItemQuorum | None) -> list[str]:
    """That the item would not be quorate, or would not be if someone had to leave; nothing where it would."""
    if forecast is None or not forecast.at_risk:
        return []
    if not forecast.verdict or forecast.if_they_leave is None:
        return [forecast.verdict.sentence]
    names = in_words(forecast.awaited)
    return [f"If {names} must leave for an interest that awaits a ruling: {forecast.if_they_leave.sentence}"]
