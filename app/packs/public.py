"""The only agenda a Part 1 pack is made from: every select stands on `WHERE part = 1`, so Part 2 cannot be read here.

What the packs of a meeting in public hold is gathered through these and nothing else. The ground and review date of
a private item are not among the columns at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.audit.models import RecordEntry
from app.meetings.models import AgendaItem, ItemConflict
from app.people.models import Person, Seat
from app.signoff.models import Case, Party

_items = (
    sa.select(
        AgendaItem.id,
        AgendaItem.meeting_id,
        AgendaItem.position,
        AgendaItem.origin,
        AgendaItem.standing_kind,
        AgendaItem.subject_kind,
        AgendaItem.subject_id,
        AgendaItem.title,
        AgendaItem.purpose,
        AgendaItem.minutes,
        AgendaItem.reference,
        AgendaItem.author,
        AgendaItem.lead_director,
        AgendaItem.summary,
        AgendaItem.key_points,
        AgendaItem.recommendation,
        AgendaItem.seen_by,
        AgendaItem.financial_implications,
        AgendaItem.paper,
        AgendaItem.demonstration,
    )
    .where(AgendaItem.taken_off_at.is_(None))
    .where(AgendaItem.part == 1)
    .subquery("public_item")
)
_conflicts = (
    sa.select(ItemConflict)
    .join(AgendaItem)
    .where(AgendaItem.taken_off_at.is_(None))
    .where(AgendaItem.part == 1)
    .subquery("public_conflict")
)
_cases = sa.select(Case).where(Case.part == 1, Case.subject_kind != "pack").subquery("public_case")
_entries = sa.select(RecordEntry).where(RecordEntry.part == 1).subquery("public_entry")

PublicCase = aliased(Case, _cases)


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An agenda item of Part 1."""

    id: int
    meeting_id: int
    position: int
    origin: str
    standing_kind: str | None
    subject_kind: str | None
    subject_id: int | None
    title: str
    purpose: str
    minutes: int | None
    reference: str | None
    author: str
    lead_director: str
    summary: str
    key_points: str
    recommendation: str
    seen_by: str
    financial_implications: str
    paper: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class PublicConflict:
    """A conflict of interest in an item of Part 1, and how it was handled."""

    item_id: int
    seat: str
    person: str
    interest_kind: str
    handling: str
    reason: str
    handled_by: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """An entry of the record about something of Part 1."""

    id: int
    tag: str
    at: datetime
    thing_id: int | None
    payload: dict[str, Any]


def items(session: Session, meeting_id: int) -> list[PublicItem]:
    """The agenda of the meeting in public, in order."""
    rows = session.execute(
        sa.select(_items).where(_items.c.meeting_id == meeting_id).order_by(_items.c.position, _items.c.id)
    )
    return [PublicItem(**row._mapping) for row in rows]


def conflicts(session: Session, item_ids: Sequence[int]) -> list[PublicConflict]:
    """The conflicts handled for these items, of Part 1 only whatever ids are asked for."""
    rows = session.execute(
        sa.select(
            _conflicts.c.item_id,
            Seat.title.label("seat"),
            Person.name.label("person"),
            _conflicts.c.interest_kind,
            _conflicts.c.handling,
            _conflicts.c.reason,
            _conflicts.c.handled_by,
            _conflicts.c.demonstration,
        )
        .join(Seat, Seat.id == _conflicts.c.seat_id)
        .join(Person, Person.id == _conflicts.c.person_id)
        .where(_conflicts.c.item_id.in_(item_ids))
        .order_by(_conflicts.c.item_id, Seat.position, _conflicts.c.id)
    )
    return [PublicConflict(**row._mapping) for row in rows]


def cases_asking(session: Session, body_id: int) -> Sequence[Case]:
    """The cases of Part 1 that ask this body, packs' own releases left out, oldest first."""
    return session.scalars(
        sa.select(PublicCase)
        .join(Party, Party.case_id == PublicCase.id)
        .where(Party.body_id == body_id)
        .order_by(PublicCase.opened_at, PublicCase.id)
    ).all()


def entries(session: Session, thing_kind: str, thing_ids: Sequence[int], tag: str) -> list[PublicEntry]:
    """What the record says in public of these things, in order."""
    rows = session.execute(
        sa.select(_entries.c.id, _entries.c.tag, _entries.c.at, _entries.c.thing_id, _entries.c.payload)
        .where(_entries.c.thing_kind == thing_kind, _entries.c.thing_id.in_(thing_ids), _entries.c.tag == tag)
        .order_by(_entries.c.id)
    )
    return [PublicEntry(row.id, row.tag, row.at, row.thing_id, row.payload or {}) for row in rows]
