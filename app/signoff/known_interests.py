"""Who is known to have an interest in what a case asks: as it was handled or declared for the body's agenda items."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.meetings.in_the_room import as_exclusion
from app.meetings.models import AgendaItem, ItemConflict, ItemDeclaration, Meeting
from workflows.facts import ExclusionFact


def exclusions_known(session: Session, case_id: int, body_id: int) -> tuple[ExclusionFact, ...]:
    """The conflicts handled for the case at the body's meetings, as the rules know them: of a person's the latest."""
    rows = session.scalars(
        sa.select(ItemConflict)
        .options(joinedload(ItemConflict.person))
        .join(AgendaItem, AgendaItem.id == ItemConflict.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(*_of_case(case_id, body_id))
        .order_by(ItemConflict.id)
    )
    return tuple({row.person_id: as_exclusion(row) for row in rows}.values())


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
