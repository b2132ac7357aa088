"""By what names an entry of the record is told: a meeting by its body and day, never by its code."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.meetings.models import AgendaItem, Meeting
from app.packs.models import Pack
from app.people.history import Names
from app.people.models import DecidingBody
from app.signoff.models import Case
from workflows.facts import day_in_words

Columns = TypeVarTuple("Columns")

MEETING_ID = sa.case(
    (RecordEntry.thing_kind == "meeting", RecordEntry.thing_id),
    (RecordEntry.thing_kind == "agenda_item", AgendaItem.meeting_id),
    (RecordEntry.thing_kind == "pack", Pack.meeting_id),
)
"""The meeting that an entry is about, of a query that `joined` went through."""


def joined(query: sa.Select[*Columns]) -> sa.Select[*Columns]:
    """A query of entries with the case, and the meeting and its body, that each is about, where there is one."""
    return (
        query.outerjoin(Case, sa.and_(RecordEntry.thing_kind == "case", Case.id == RecordEntry.thing_id))
        .outerjoin(AgendaItem, sa.and_(RecordEntry.thing_kind == "agenda_item", AgendaItem.id == RecordEntry.thing_id))
        .outerjoin(Pack, sa.and_(RecordEntry.thing_kind == "pack", Pack.id == RecordEntry.thing_id))
        .outerjoin(Meeting, Meeting.id == MEETING_ID)
        .outerjoin(DecidingBody, DecidingBody.id == Meeting.body_id)
    )


def said_of(
    entry: RecordEntry, case: str | None, body: str | None, held_on: date | None, names: Names
) -> dict[str, Any]:
    """What an entry says, with the names in the place of codes; `body` and `held_on` are of its meeting."""
    return {
        **(entry.payload or {}),
        "organisation": entry.organisation_name,
        "case": case,
        "meeting": f"{body}, {day_in_words(held_on)}" if body and held_on else None,
        "names": names,
    }


def about(session: Session, entries: Sequence[RecordEntry]) -> dict[int, tuple[str | None, str | None, date | None]]:
    """By the ids of entries the title of their case, and the body and the day of their meeting. One statement."""
    named = sa.select(RecordEntry.id, Case.title, DecidingBody.name, Meeting.held_on).select_from(RecordEntry)
    rows = session.execute(joined(named).where(RecordEntry.id.in_([entry.id for entry in entries])))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
