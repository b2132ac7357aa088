"""A meeting as somebody saw it who then moves or cancels all of it: what has changed since, and who pressed twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.meetings.agenda import locked
from app.meetings.models import Meeting
from app.meetings.queries import agenda
from app.permissions import Stale
from app.web.text import clock_time
from workflows.facts import day_in_words


@dataclass(frozen=True, slots=True)
class Beginning:
    """At which time a meeting began, where that was looked at; nothing where none was set."""

    at: time | None


@dataclass(frozen=True, slots=True)
class AsSeen:
    """The day of a meeting and the ids of all that was on it, with its time where that was looked at."""

    was: date
    items: Collection[int]
    began: Beginning | None = None


def refuse_another(session: Session, meeting: Meeting, seen: AsSeen) -> None:
    """Hold the meeting; raise `Stale`, saying what changed, where it or what is on it is not what was seen."""
    locked(session, meeting)
    changes = []
    if meeting.state == "cancelled":
        changes.append("The meeting is cancelled now.")
    if meeting.held_on != seen.was:
        changes.append(f"The meeting is on {day_in_words(meeting.held_on)} now.")
    if seen.began is not None and meeting.begins != seen.began.at:
        changes.append(f"It begins at {clock_time(meeting.begins)} now." if meeting.begins else "It has no time now.")
    here = {one.id: one for one in agenda(session, meeting, (1, 2))}
    changes += [f"“{one.title}” is on its agenda." for one in here.values() if one.id not in seen.items]
    gone = sum(one not in here for one in seen.items)
    if gone:
        changes.append(f"{gone} of the items that were on it {'is' if gone == 1 else 'are'} not on it any more.")
    if changes:
        raise Stale("The meeting has changed since it was read. Nothing was recorded.", *changes)


def last_moved(session: Session, meeting: Meeting) -> RecordEntry | None:
    """The entry of the last time that the meeting was moved or cancelled."""
    return session.scalar(
        sa.select(RecordEntry)
        .where(
            RecordEntry.thing_kind == "meeting",
            RecordEntry.thing_id == meeting.id,
            RecordEntry.tag == Tag.MEETING_MOVED.value,
        )
        .order_by(RecordEntry.id.desc())
        .limit(1)
    )
