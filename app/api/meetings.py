"""The meetings of bodies: those there are, one set, moved or cancelled, and who came to it."""

from datetime import date, time
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from sqlalchemy.orm import Session

from app.api.agendas import ATTEND, GROUP, AgendaShape, MeetingLine, agenda_shape, meeting_line
from app.api.answering import Invalid, Wrong
from app.api.operations import reads, writes
from app.api.places import the_meeting
from app.api.shapes import Code, In, Line, Listed, Out, Paged, Pages, Reason, exampled, span_of
from app.db import db
from app.db.pages import span
from app.meetings import in_the_room, queries, service
from app.meetings.as_seen import AsSeen, refuse_another
from app.meetings.attendance import AttendanceRow
from app.meetings.models import Meeting
from app.meetings.setting_pages import set_it, who_sets_meetings
from app.people.queries import seats_of
from app.permissions import Resource
from app.signoff.delegation_routes import secretary_of
from app.web import gate
from app.web.clock import now, today
from workflows.facts import AttendanceStatus

keeping = partial(writes, group=GROUP, scope=ATTEND)


def _to_the_minute(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("Say hours and minutes, as 14:30, of the time that is kept there")
    return value


Clock = Annotated[time, AfterValidator(_to_the_minute)]


class MeetingsQuery(Paged):
    """How the list is narrowed."""

    body: Line = Field("", description="The code of a body")
    since: date | None = Field(None, description="Only meetings on this day or later")


def own_meetings() -> list[int]:
    """The organisations of who asks, once it is asked whether they may read there at all."""
    mine = sorted(gate.actor().organisation_ids | gate.actor().succeeded_ids)
    gate.permit(Resource("meeting", organisation_id=mine[0] if mine else None))
    return mine


@reads("/meetings", group=GROUP, of=own_meetings, query=MeetingsQuery, answers=Listed[MeetingLine])
def meetings(mine: list[int], asked: MeetingsQuery) -> Listed[MeetingLine]:
    """List the meetings of your organisations’ bodies, by their days."""
    query = queries.meetings_listed(mine, body_code=asked.body, since=asked.since)
    total = span(db.session, query, asked.size).total
    pages = Pages.of(asked, total)
    found = db.session.scalars(span_of(asked, total).cut(query)).all()
    due = queries.deadlines(db.session, found)
    return Listed(items=[MeetingLine(**meeting_line(one, due[one.id])) for one in found], page=pages)


class MeetingSaid(In):
    """Which body meets, when and where."""

    model_config = exampled(
        {
            "body": "merton",
            "title": "Governing body, in public",
            "held_on": "2016-03-10",
            "begins": "10:00",
            "place": "120 The Broadway",
        }
    )

    body: Code
    title: Line = Field(min_length=1, max_length=200)
    held_on: date
    begins: Clock | None = None
    place: Line = ""


@keeping("/meetings", of=who_sets_meetings, body=MeetingSaid, answers=AgendaShape)
def set_meeting(session: Session, _own: list[int], said: MeetingSaid) -> AgendaShape:
    """Set a meeting of a body, with the items every meeting opens with."""
    made = set_it(session, said.body, title=said.title, held_on=said.held_on, begins=said.begins, place=said.place)
    return agenda_shape(session, made)


class AsRead(In):
    """What stood there before something is done with the whole meeting."""

    was: date = Field(description="The day of the meeting, as it was read")
    seen: list[int] = Field(max_length=1000, description="`seen` of the agenda, as it was read: all that is on it")


class MeetingMoved(AsRead):
    """To which day, and why."""

    model_config = exampled(
        {
            "held_on": "2016-03-17",
            "begins": "10:00",
            "reason": "The room is not free.",
            "was": "2016-03-10",
            "seen": [1, 2, 3],
        }
    )

    held_on: date
    begins: Clock | None = Field(description="Null where it is not known yet")
    reason: Reason


@keeping("/meetings/<meeting>/day", of=the_meeting, body=MeetingMoved, answers=AgendaShape)
def move_meeting(session: Session, meeting: Meeting, said: MeetingMoved) -> AgendaShape:
    """Move a planned meeting to another day or time. What is on its agenda stays on it, and its papers’ day moves too.

    It goes with everything that is on it, so `seen` says what you saw there. Held in common, it leaves the others.
    """
    refuse_another(session, meeting, AsSeen(said.was, said.seen))
    service.move_meeting(
        session,
        meeting,
        held_on=said.held_on,
        begins=said.begins,
        reason=said.reason,
        doer=secretary_of(meeting.body),
        now=now(),
    )
    return agenda_shape(session, meeting)


class MeetingCancelled(AsRead):
    """Why."""

    model_config = exampled({"reason": "It was inquorate beforehand.", "was": "2016-03-10", "seen": [1, 2, 3]})

    reason: Reason


@keeping("/meetings/<meeting>/cancellation", of=the_meeting, body=MeetingCancelled, answers=AgendaShape)
def cancel_meeting(session: Session, meeting: Meeting, said: MeetingCancelled) -> AgendaShape:
    """Cancel a planned meeting; its items stay where they are, to be seen. `seen` says what you saw on it."""
    refuse_another(session, meeting, AsSeen(said.was, said.seen))
    service.cancel_meeting(session, meeting, reason=said.reason, doer=secretary_of(meeting.body), now=now())
    return agenda_shape(session, meeting)


class SomeoneShape(Out):
    """Somebody, by code and name."""

    person: str
    name: str


class SeatAtMeeting(Out):
    """A seat, and what is recorded of who comes for it, or came."""

    seat: str
    title: str
    holder: SomeoneShape
    attended: AttendanceStatus | None = Field(description="Null while nothing is known")
    came: SomeoneShape | None = Field(description="Who comes for the seat, or came: its holder, or instead of them")
    note: str


class AttendanceSheet(Out):
    """Who came to a meeting for which seat; before the day, who has sent apologies and who comes instead."""

    meeting: str
    held_on: date
    state: str
    seats: list[SeatAtMeeting] = Field(description="Those that are held on the day")
    could_come: list[SomeoneShape] = Field(description="Who can be named as coming for a seat")


@reads("/meetings/<meeting>/attendance", group=GROUP, of=the_meeting, answers=AttendanceSheet)
def before_attendance(meeting: Meeting, _asked: None) -> AttendanceSheet:
    """Read what is recorded of who comes to a meeting, seat by seat, and who could be named."""
    return _sheet(db.session, meeting)


def _sheet(session: Session, meeting: Meeting) -> AttendanceSheet:
    rows = {row.seat_id: row for row in in_the_room.attendance_rows(session, meeting)}
    return AttendanceSheet(
        meeting=meeting.code,
        held_on=meeting.held_on,
        state=meeting.state,
        seats=[
            SeatAtMeeting(
                seat=seat.code,
                title=seat.title,
                holder=_someone(holder),
                attended=row.status if (row := rows.get(seat.id)) else None,
                came=_someone(row.person) if row and row.status in ("present", "part") else None,
                note=row.note if row else "",
            )
            for seat, _, holder in seats_of(session, meeting.body_id, meeting.held_on)
            if holder is not None
        ],
        could_come=[_someone(one) for one in queries.who_could_come(session, meeting)],
    )


def _someone(person: Any) -> SomeoneShape:
    return SomeoneShape(person=person.code, name=person.name)


class SeatAttended(In):
    """Who came for one seat, or did not."""

    seat: Code
    attended: Literal["present", "part", "apologies", "absent"] = Field(
        description="Before the day “present” (who will come) and “apologies” alone"
    )
    person: Code | None = Field(None, description="By code, who came; null: its holder")
    note: Line = Field("", description="Of “part”: which items, as in “items 3 to 7”")


class AttendanceSaid(In):
    """Who came for which seats. What is recorded of seats that are not named stays."""

    model_config = exampled({"seats": [{"seat": "merton-chair", "attended": "present"}]})

    seats: list[SeatAttended] = Field(min_length=1, max_length=200)


@keeping("/meetings/<meeting>/attendance", of=the_meeting, body=AttendanceSaid, answers=AttendanceSheet)
def record_attendance(session: Session, meeting: Meeting, said: AttendanceSaid) -> AttendanceSheet:
    """Record who came to a meeting for which seat; before the day, apologies and who comes instead."""
    seats = {
        seat.code: (seat, person)
        for seat, _, person in seats_of(session, meeting.body_id, meeting.held_on)
        if person is not None
    }
    people = {one.code: one.id for one in queries.who_could_come(session, meeting)}
    before = meeting.held_on > today()
    wrong, rows = [], []
    for place, one in enumerate(said.seats):
        held = seats.get(one.seat)
        if held is None:
            wrong.append(Wrong(f"#/seats/{place}/seat", "Nobody holds a seat of that code on the day."))
        if one.person is not None and one.person not in people:
            wrong.append(Wrong(f"#/seats/{place}/person", "Nobody who could come has this code."))
        if before and one.attended not in ("present", "apologies"):
            sentence = "Before the day it is known who will come, and who has sent apologies."
            wrong.append(Wrong(f"#/seats/{place}/attended", sentence))
        if held is not None and not wrong:
            came = people[one.person] if one.person is not None else held[1].id
            rows.append(AttendanceRow(held[0].id, came, one.attended, one.note))
    if wrong:
        raise Invalid(*wrong)
    service.record_attendance(session, meeting, rows, secretary_of(meeting.body), now())
    return _sheet(session, meeting)
