"""Whether items of many bodies’ meetings would be quorate, in as many statements for seven bodies as for one."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.meetings.in_the_room import ItemQuorum, Room, interests_in, quorum_in, rules_asked
from app.meetings.models import AgendaItem, Attendance, Meeting
from app.people.by_address import deputies_of_bodies
from app.people.facts_of_many import body_facts


def quorum_across(session: Session, items: Sequence[AgendaItem], on: date) -> dict[int, ItemQuorum]:
    """The quorum of each item, each of another body's meeting that is loaded with it, by the item's id."""
    meetings = [item.meeting for item in items]
    facts = body_facts(session, [(meeting.body, meeting.held_on) for meeting in meetings])
    came: dict[int, list[Attendance]] = {}
    for row in session.scalars(
        sa.select(Attendance)
        .options(joinedload(Attendance.seat), joinedload(Attendance.person))
        .where(Attendance.meeting_id.in_([meeting.id for meeting in meetings]))
        .order_by(Attendance.id)
    ):
        came.setdefault(row.meeting_id, []).append(row)
    deputies = deputies_of_bodies(session, {meeting.body_id: meeting.held_on for meeting in meetings})
    days: dict[int, list[date]] = {}
    for body_id, held_on in session.execute(
        sa.select(Meeting.body_id, Meeting.held_on)
        .where(
            Meeting.body_id.in_([meeting.body_id for meeting in meetings]),
            Meeting.state == "planned",
            Meeting.held_on >= on,
        )
        .order_by(Meeting.held_on)
    ):
        days.setdefault(body_id, []).append(held_on)
    rooms = {
        item.id: (
            Room(
                item.meeting,
                facts[item.meeting.body_id],
                came.get(item.meeting_id, []),
                deputies.get(item.meeting.body_id, []),
                next((day for day in days.get(item.meeting.body_id, []) if day > item.meeting.held_on), None),
            ),
            item,
        )
        for item in items
    }
    return quorum_in(rooms, *interests_in(session, items), rules_asked(session, rooms))
