"""What can be done with meetings: set and move them, with their items, conflicts of interest and attendance."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer, append
from app.audit.tags import Tag
from app.meetings.agenda import act_on, edit_item, locked, propose_item, standing_items
from app.meetings.attendance import AttendanceRow, record_attendance
from app.meetings.conflicts import declare_for_item, handle_class, handle_conflict
from app.meetings.in_common import leaving, leaving_if_apart
from app.meetings.models import Meeting
from app.meetings.order import place_item, take_off
from app.people.models import DecidingBody
from app.people.queries import rule_of
from app.permissions import Refused
from workflows.case_history import day_of
from workflows.facts import day_in_words

__all__ = [
    "AttendanceRow",
    "cancel_meeting",
    "declare_for_item",
    "edit_item",
    "handle_class",
    "handle_conflict",
    "move_meeting",
    "place_item",
    "propose_item",
    "record_attendance",
    "set_meeting",
    "take_off",
]

FURTHEST_YEARS = 5


def set_meeting(
    session: Session,
    *,
    body: DecidingBody,
    code: str,
    title: str,
    held_on: date,
    begins: time | None,
    place: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> Meeting:
    """Set a meeting of a body, with the items every meeting opens with.

    Raises `Refused` on a day that is past, on which the body is closed or has no rule, or on which it meets already.
    """
    _refuse_day(session, body, held_on, day_of(now))
    if session.scalar(sa.select(Meeting.id).where(Meeting.code == code)) is not None:
        raise Refused(f"There is a meeting “{code}” already.", "another code")
    meeting = Meeting(
        code=code,
        body_id=body.id,
        body=body,
        title=title.strip(),
        held_on=held_on,
        begins=begins,
        place=place.strip(),
        state="planned",
        demonstration=demonstration,
    )
    session.add(meeting)
    session.flush()
    session.add_all(standing_items(meeting, demonstration=demonstration))
    session.flush()
    append(session, [act_on(Tag.MEETING_SET, meeting, None, doer, _said(meeting))], now)
    return meeting


def move_meeting(
    session: Session, meeting: Meeting, *, held_on: date, begins: time | None, reason: str, doer: Doer, now: datetime
) -> Meeting:
    """Move a planned meeting to another day; its paper deadline moves too. Raises `Refused` as `set_meeting` does."""
    locked(session, meeting)
    _refuse_not_planned(meeting, "moved")
    _refuse_decided(session, meeting, "moved")
    if not reason.strip():
        raise Refused("Moving a meeting needs its reason.", "the reason")
    if held_on != meeting.held_on:
        _refuse_day(session, meeting.body, held_on, day_of(now))
    was = meeting.held_on
    meeting.held_on, meeting.begins = held_on, begins
    said = {**_said(meeting), "was": was.isoformat(), "reason": reason.strip()}
    moved = act_on(Tag.MEETING_MOVED, meeting, None, doer, said)
    append(session, [moved, *leaving_if_apart(session, meeting, reason, doer)], now)
    return meeting


def cancel_meeting(session: Session, meeting: Meeting, *, reason: str, doer: Doer, now: datetime) -> Meeting:
    """Cancel a planned meeting; its items stay where they are, to be seen."""
    locked(session, meeting)
    _refuse_not_planned(meeting, "cancelled")
    _refuse_decided(session, meeting, "cancelled")
    if not reason.strip():
        raise Refused("Cancelling a meeting needs its reason.", "the reason")
    meeting.state = "cancelled"
    said = {**_said(meeting), "cancelled": True, "reason": reason.strip()}
    cancelled = act_on(Tag.MEETING_MOVED, meeting, None, doer, said)
    append(session, [cancelled, *leaving(session, meeting, f"It was cancelled: {reason.strip()}", doer)], now)
    return meeting


def _said(meeting: Meeting) -> dict[str, object]:
    return {
        "body_id": meeting.body_id,
        "body": meeting.body.short_name,
        "title": meeting.title,
        "held_on": meeting.held_on.isoformat(),
        "begins": meeting.begins.isoformat() if meeting.begins else None,
        "place": meeting.place,
    }


def _refuse_day(session: Session, body: DecidingBody, held_on: date, today: date) -> None:
    when = day_in_words(held_on)
    if body.kind == "officer":
        raise Refused(f"{body.short_name} answers by one officer and holds no meetings.")
    if held_on < today:
        raise Refused(f"{when} is past; a meeting is set for a day to come.", f"a day from {day_in_words(today)}")
    if held_on.year > today.year + FURTHEST_YEARS:
        raise Refused(f"{when} is more than {FURTHEST_YEARS} years away.", "a nearer day")
    if body.closed and held_on > body.closed:
        raise Refused(
            f"{body.name} closed on {day_in_words(body.closed)} and cannot meet on {when}.",
            f"a day up to {day_in_words(body.closed)}, or the body that succeeded it",
        )
    if held_on < body.opened:
        raise Refused(
            f"{body.name} opened on {day_in_words(body.opened)} and cannot meet on {when}.",
            f"a day from {day_in_words(body.opened)}",
        )
    if rule_of(session, body.id, held_on) is None:
        raise Refused(
            f"{body.short_name} has no rule in force on {when}: neither its quorum nor its paper deadline is known.",
            f"a quorum and paper lead time for {body.short_name} on {when}",
        )
    taken = session.scalar(
        sa.select(Meeting.title).where(
            Meeting.body_id == body.id, Meeting.held_on == held_on, Meeting.state != "cancelled"
        )
    )
    if taken is not None:
        raise Refused(f"{body.short_name} meets on {when} already: {taken}.", "another day")


def _refuse_not_planned(meeting: Meeting, what: str) -> None:
    if meeting.state != "planned":
        raise Refused(f"The meeting of {day_in_words(meeting.held_on)} is {meeting.state}; it cannot be {what}.")


def _refuse_decided(session: Session, meeting: Meeting, what: str) -> None:
    """A meeting at which something was decided, by the record of its organisation, has been held."""
    decided = session.scalar(
        sa.select(RecordEntry.payload)
        .where(
            RecordEntry.organisation_id == meeting.body.organisation_id,
            RecordEntry.tag.in_((Tag.DECISION_RECORDED, Tag.NOT_QUORATE)),
            RecordEntry.payload["meeting_id"].as_integer() == meeting.id,
        )
        .limit(1)
    )
    if decided is not None:
        raise Refused(
            f"What the meeting of {day_in_words(meeting.held_on)} decided is on record, so it cannot be {what}.",
            "a correction of that decision, with its reason, if it was recorded by mistake",
        )
