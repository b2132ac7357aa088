"""Who is known to have an interest in what a case asks: as it was handled or declared for the body's agenda items."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.meetings.in_the_room import as_exclusion
from app.meetings.models import AgendaItem, ItemConflict, ItemDeclaration, Meeting
from workflows.facts import ExclusionFact
from workflows.voting_interests import Declared, Ruled


def exclusions_known(session: Session, case_id: int, body_id: int) -> tuple[ExclusionFact, ...]:
    """The conflicts handled for the case at the body's meetings, as the rules know them: of a person's the latest."""
    return tuple({row.person_id: as_exclusion(row) for row in _handled(session, case_id, body_id)}.values())


def rulings_known(session: Session, case_id: int, body_id: int, now: datetime) -> tuple[Ruled, ...]:
    """The same conflicts with the moment of each ruling, as far as they were handled by `now`."""
    return tuple(Ruled(row.at, as_exclusion(row)) for row in _handled(session, case_id, body_id) if row.at <= now)


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
