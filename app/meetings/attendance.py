"""Who came to a meeting, for which seat and for which items; before the day, who has sent apologies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer, append
from app.audit.tags import Tag
from app.meetings.agenda import act_on, locked
from app.meetings.models import Attendance, Meeting
from app.people.models import Person, Seat, SeatHolding
from app.people.queries import in_force
from app.permissions import Refused
from workflows.case_history import day_of
from workflows.facts import ATTENDANCE_STATUSES, AttendanceStatus, day_in_words
from workflows.verdict import in_words


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """Who came for a seat, or did not: a status of `ATTENDANCE_STATUSES`; `note` says for which items a part was."""

    seat_id: int
    person_id: int
    status: AttendanceStatus
    note: str = ""


def record_attendance(
    session: Session, meeting: Meeting, rows: Sequence[AttendanceRow], doer: Doer, now: datetime
) -> None:
    """Record who came for which seat. Before the day these are apologies and deputies; from it, the attendance.

    Seats that are not named keep what is recorded of them. Raises `Refused` naming every row that cannot be.
    """
    locked(session, meeting)
    if meeting.state == "cancelled":
        raise Refused(f"The meeting of {day_in_words(meeting.held_on)} was cancelled; nobody attended it.")
    held = meeting.held_on <= day_of(now)
    names = _refuse_attendance(session, meeting, rows, held)
    there = {
        row.seat_id: row for row in session.scalars(sa.select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    for row in rows:
        kept = there.get(row.seat_id)
        if kept is None:
            kept = Attendance(meeting_id=meeting.id, seat_id=row.seat_id)
            session.add(kept)
        kept.person_id, kept.status, kept.note = row.person_id, row.status, row.note.strip()
    if held:
        meeting.state = "held"
    session.flush()
    said = {
        "meeting_id": meeting.id,
        "held_on": meeting.held_on.isoformat(),
        "held": held,
        "rows": [
            {
                "seat_id": row.seat_id,
                "seat": names[row.seat_id][0],
                "person": names[row.seat_id][1],
                "status": row.status,
                "note": row.note.strip(),
            }
            for row in rows
        ],
    }
    append(session, [act_on(Tag.ATTENDANCE_RECORDED, meeting, None, doer, said)], now)


def _refuse_attendance(
    session: Session, meeting: Meeting, rows: Sequence[AttendanceRow], held: bool
) -> dict[int, tuple[str, str]]:
    """The seats' titles and people's names by seat id; raises `Refused` naming every row that cannot be."""
    seats = {
        seat.id: seat
        for seat in session.scalars(
            sa.select(Seat).where(Seat.body_id == meeting.body_id, in_force(Seat.starts, Seat.ends, meeting.held_on))
        )
    }
    people = {
        person.id: person
        for person in session.scalars(sa.select(Person).where(Person.id.in_({row.person_id for row in rows})))
    }
    holders = set(
        session.scalars(
            sa.select(SeatHolding.seat_id).where(
                SeatHolding.seat_id.in_(seats), in_force(SeatHolding.starts, SeatHolding.ends, meeting.held_on)
            )
        )
    )
    names: dict[int, tuple[str, str]] = {}
    wrong: list[str] = []
    when = day_in_words(meeting.held_on)
    for row in rows:
        seat, person = seats.get(row.seat_id), people.get(row.person_id)
        if seat is None or person is None:
            wrong.append(f"There is no such seat of {meeting.body.short_name} on {when}, or no such person.")
            continue
        if row.seat_id in names:
            wrong.append(f"{seat.title} is given twice.")
        names[row.seat_id] = (seat.title, person.name)
        if row.status not in ATTENDANCE_STATUSES:
            wrong.append(f"“{row.status}” is not a way to attend; there are: {in_words(ATTENDANCE_STATUSES)}.")
        if row.status in ("present", "part") and row.seat_id not in holders:
            wrong.append(f"{seat.title} is vacant on {when}, so nobody can attend for it.")
        if row.status == "part" and not held:
            wrong.append(f"Who attends a part of the meeting is known on {when}; {seat.title} says so before.")
        if row.status == "part" and not row.note.strip():
            wrong.append(f"{person.name} attended a part: say which items, as in “items 3 to 7”.")
    if wrong:
        raise Refused(f"Nothing was recorded. {' '.join(dict.fromkeys(wrong))}")
    return names
