"""Who is known to have an interest in what a case asks: as it was handled or declared for the body's agenda items."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.meetings.in_the_room import as_exclusion
from app.meetings.models import AgendaItem, ItemConflict, ItemDeclaration, Meeting
from workflows.facts import ExclusionFact
from workflows.voting_interests import Declared, Ruled


def exclusions_known(session: Session, case_id: int, body_id: int) -> tuple[ExclusionFact, ...]:
    """The conflicts handled for the case at the body's meetings, as the rules know them: of a person's the latest."""
    return tuple({row.person_id: as_exclusion(row) for row in _handled(session, case_id, body_id)}.values())


def rulings_known(session: Session, case_id: int, body_id: int, now: datetime) -> tuple[Ruled, ...]:
    """The same conflicts with the moment of each ruling, as they were handled by `now`, whatever was ruled since.

    An item keeps the latest ruling on a person only; the one that stood before it is on record.
    """
    rows = _handled(session, case_id, body_id)
    since = [row for row in rows if row.at > now]
    known = [Ruled(row.at, as_exclusion(row)) for row in rows if row.at <= now]
    return (*known, *(_ruled_before(session, since, now) if since else ()))


def _ruled_before(session: Session, rows: Sequence[ItemConflict], now: datetime) -> Iterator[Ruled]:
    """How these were handled by `now`, before they were ruled on again, as the record has it."""
    entries = session.scalars(
        sa.select(RecordEntry)
        .where(
            RecordEntry.tag == Tag.CONFLICT_HANDLED,
            RecordEntry.thing_kind == "agenda_item",
            RecordEntry.thing_id.in_({row.item_id for row in rows}),
            RecordEntry.at <= now,
        )
        .order_by(RecordEntry.id.desc())
    ).all()
    for row in rows:
        for entry in entries:
            said = entry.payload or {}  # of an entry whose text was destroyed nothing is known
            people = {(one["seat_id"], one["person"]) for one in said.get("people") or ()}
            if entry.thing_id == row.item_id and (row.seat_id, row.person.name) in people:
                was = {name: said[name] for name in ("interest_kind", "handling", "reason")}
                yield Ruled(entry.at, replace(as_exclusion(row), **was))
                break


def declared_known(session: Session, case_id: int, body_id: int, now: datetime) -> tuple[Declared, ...]:
    """The interests that members declared by `now` for the case at the body's meetings."""
    rows = session.scalars(
        sa.select(ItemDeclaration)
        .options(joinedload(ItemDeclaration.person), joinedload(ItemDeclaration.interest))
        .join(AgendaItem, AgendaItem.id == ItemDeclaration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(*_of_case(case_id, body_id), ItemDeclaration.at <= now)
        .order_by(ItemDeclaration.id)
    )
    return tuple(Declared(row.person_id, row.person.name, row.seat_id, row.interest.kind) for row in rows)


def _handled(session: Session, case_id: int, body_id: int) -> list[ItemConflict]:
    return list(
        session.scalars(
            sa.select(ItemConflict)
            .options(joinedload(ItemConflict.person))
            .join(AgendaItem, AgendaItem.id == ItemConflict.item_id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(*_of_case(case_id, body_id))
            .order_by(ItemConflict.id)
        )
    )


def conflicted(session: Session, case_id: int, body_id: int) -> frozenset[int]:
    """The people with an interest in it, handled already or declared only."""
    handled = {one.person_id for one in exclusions_known(session, case_id, body_id)}
    declared = session.scalars(
        sa.select(ItemDeclaration.person_id)
        .join(AgendaItem, AgendaItem.id == ItemDeclaration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(*_of_case(case_id, body_id))
    )
    return frozenset({*handled, *declared} - {None})


def _of_case(case_id: int, body_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AgendaItem.subject_kind == "case",
        AgendaItem.subject_id == case_id,
        Meeting.body_id == body_id,
        Meeting.state != "cancelled",
    )
