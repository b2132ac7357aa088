"""A meeting of a body seat by seat: as it is told before something is recorded of it, and as it is said then."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.decision_shapes import AtMeetingSaid, ConflictShape, RoomShape, SeatShape, SeenAtMeeting
from app.api.once import digest
from app.api.places import Asked, AtMeeting
from app.db import db
from app.meetings.models import Meeting
from app.people.models import DecidingBody, Seat
from app.permissions import Stale
from app.signoff import in_the_seats, queries
from app.signoff.in_the_seats import SaidOfSeat
from app.web import gate
from app.web.clock import now
from workflows.facts import AttendanceFact, BodyFact, ExclusionFact, VoteFact

Before = tuple[BodyFact, tuple[ExclusionFact, ...], tuple[AttendanceFact, ...]]
"""A body on the day of a meeting, the conflicts that are handled, and the attendance recorded so far."""


def room_shape(at: AtMeeting, before: Before) -> RoomShape:
    """Who may decide there, and what the write has to send back."""
    fact, excluded, attended = before
    codes = seat_codes(db.session, at.body)
    there = {row.seat_id: row for row in attended}
    return RoomShape(
        meeting=at.meeting.code,
        held_on=at.meeting.held_on,
        seats=[
            SeatShape(
                seat=codes[seat.id],
                title=seat.title,
                kind=seat.kind,
                voting=seat.voting,
                shared_vote=seat.shared_vote,
                holder=seat.person_name,
                attended=there[seat.id].status if seat.id in there else None,
                deputy=there[seat.id].person_name if seat.id in there and there[seat.id].deputy_for else None,
            )
            for seat in fact.seats
        ],
        conflicts=[
            ConflictShape(person=one.person_name, interest=one.interest_kind, handling=one.handling, reason=one.reason)
            for one in excluded
        ],
        seen=SeenAtMeeting.shown(queries.seen_for(db.session, at.case, at.body), room=_room(fact, excluded)),
    )


def seat_codes(session: Session, body: DecidingBody) -> dict[int, str]:
    """The codes of the body’s seats by their ids."""
    return {row.id: row.code for row in session.execute(sa.select(Seat.id, Seat.code).where(Seat.body_id == body.id))}


def _room(fact: BodyFact, excluded: tuple[ExclusionFact, ...]) -> str:
    return digest(json.dumps(in_the_seats.in_the_room(fact, excluded), sort_keys=True).encode())


def as_said(
    session: Session,
    asked: Asked,
    meeting: Meeting,
    before: Before,
    said: AtMeetingSaid,
    *,
    votes_asked: bool,
    under: str = "#",
) -> tuple[dict[str, Any], tuple[VoteFact, ...], int | None]:
    """What was said of a meeting as the service takes it; raises `Invalid` by the seat, `Stale` for another room."""
    fact, excluded, attended = before
    if said.seen.room != _room(fact, excluded):
        raise Stale(
            "Who sits in the seats, or how a conflict is handled, has changed since it was read. Nothing was recorded.",
            "Read who may decide at the meeting again, and look.",
        )
    ids = {code: seat_id for seat_id, code in seat_codes(session, asked.body).items()}
    here = {seat.id for seat in fact.seats}
    wrong = [
        Wrong(f"{under}/seats/{place}/seat", f"{asked.body.short_name} had no seat “{one.seat}” on that day.")
        for place, one in enumerate(said.seats)
        if ids.get(one.seat) not in here
    ]
    if said.presiding is not None and ids.get(said.presiding) not in here:
        wrong.append(
            Wrong(f"{under}/presiding", f"{asked.body.short_name} had no seat “{said.presiding}” on that day.")
        )
    if len({one.seat for one in said.seats}) < len(said.seats):
        wrong.append(Wrong(f"{under}/seats", "A seat is said twice."))
    if wrong:
        raise Invalid(*wrong)
    of_seats = {ids[one.seat]: SaidOfSeat(one.attended, one.here_for_item, one.deputy, one.vote) for one in said.seats}
    there: tuple[AttendanceFact, ...] = in_the_seats.attendance(
        fact, of_seats, in_the_seats.named_here(fact, excluded, attended)
    )
    missing = in_the_seats.unsaid(fact, of_seats, there, excluded, votes_asked=votes_asked and not said.all_for)
    places = {ids[one.seat]: place for place, one in enumerate(said.seats)}
    if missing:
        raise Invalid(
            *(
                Wrong(f"{under}/seats/{places[seat_id]}/vote" if what == "voted" else f"{under}/seats", f"{sentence}.")
                for seat_id, what, sentence in missing
            )
        )
    common = {
        "case_id": asked.case.id,
        "body_id": asked.body.id,
        "meeting_id": meeting.id,
        "attendance": there,
        "exclusions": excluded,
        "seen": said.seen.as_seen(),
        "doer": gate.doer(asked.as_secretary),
        "now": now(),
    }
    presiding = ids[said.presiding] if said.presiding else None
    return common, in_the_seats.votes(fact, of_seats, there, excluded, all_for=said.all_for), presiding
