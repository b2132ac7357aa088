"""The open conditions of agreements that this person sees to, or says for the body what became of."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.home.waiting import Concerns, Task
from app.people.models import DecidingBody, Organisation, Seat
from app.permissions import Actor, Role
from app.permissions.facts import ROLE_NAMES
from app.signoff.condition_queries import as_rule
from app.signoff.models import Case, ConditionRow

SEE_TO, SAY = "See to the condition", "Say what became of the condition"
MOST = 200
"""Conditions, what is due first, that are looked at for one person; all of them are in the list of conditions."""


def conditions_open(session: Session, actor: Actor, bodies: Sequence[DecidingBody], on: date) -> list[Task]:
    """One task for each: of whose name or seat it is with, else of who keeps the body's conditions. One statement.

    A condition names who sees to it in words: a person, as the name is spelt, or a seat of the body that set it.
    """
    keeps = {
        held.organisation_id: f"{ROLE_NAMES[held.role]}, {held.organisation_name}"
        for role in (Role.OFFICER, Role.SECRETARY)  # who is both acts as the secretary
        for held in actor.roles
        if held.role is role
    }
    sits = {seat.seat_id: seat.title for seat in actor.seats}
    owner = sa.func.lower(sa.func.trim(ConditionRow.owner))
    by_seat = (
        sa.select(sa.func.min(Seat.id))
        .where(Seat.id.in_(sits), Seat.body_id == ConditionRow.body_id, sa.func.lower(Seat.title) == owner)
        .correlate(ConditionRow)
        .scalar_subquery()
    )
    by_name = ConditionRow.owner == actor.name
    own = {seat.body_id for seat in actor.seats} | {body.id for body in bodies if body.organisation_id in keeps}
    key = (ConditionRow.case_id, ConditionRow.decision_id, ConditionRow.position)
    is_open = ConditionRow.state == sa.literal_column("'open'")  # in the words of the indexes of what is open
    near = sa.union(  # by an index each: of both at once SQLite would read every open condition there is
        sa.select(*key).where(is_open, ConditionRow.body_id.in_(own)), sa.select(*key).where(is_open, by_name)
    ).subquery()
    rows = session.execute(
        sa.select(
            ConditionRow,
            Case.code,
            Case.title,
            Case.demonstration,
            DecidingBody.code.label("body_code"),
            DecidingBody.short_name.label("body"),
            Organisation.id.label("organisation_id"),
            by_seat.label("seat_id"),
            by_name.label("named"),
        )
        .select_from(near)
        .join(ConditionRow, sa.and_(*(column == near.c[column.key] for column in key)))
        .join(Case, Case.id == ConditionRow.case_id)
        .join(DecidingBody, DecidingBody.id == ConditionRow.body_id)
        .join(Organisation, Organisation.id == DecidingBody.organisation_id)
        .where(
            Case.part == 1,
            Case.collaborative_id.in_(actor.collaborative_ids),
            sa.or_(by_name, by_seat.is_not(None), Organisation.id.in_(keeps)),
        )
        .order_by(
            ConditionRow.due.is_(None), ConditionRow.due, Case.id, ConditionRow.decision_id, ConditionRow.position
        )
        .limit(MOST)
    ).all()
    found = []
    for row in rows:
        one = as_rule(row.ConditionRow)
        keeper = keeps.get(row.organisation_id, "")
        capacity = "who sees to it, by name" if row.named else sits.get(row.seat_id, "") or keeper
        values = {"code": row.code, "body_code": row.body_code}
        place = {"decision_id": str(one.decision_id), "position": str(one.position)}
        found.append(
            Task(
                SEE_TO if row.named or row.seat_id else SAY,
                f"{row.title}, for {row.body}",
                "overdue" if one.overdue(on) else "open",
                one.due,
                "signoff.condition" if keeper else "signoff.body",
                {**values, **place} if keeper else {**values, "_anchor": "conditions"},
                f"{row.body} agreed on the condition “{one.text.rstrip('.')}”. {one.in_words(on)}",
                row.demonstration,
                capacity,
                Concerns(
                    row.code,
                    row.body_code,
                    None if row.named else row.seat_id,
                    decision=one.decision_id,
                    condition=one.position,
                ),
            )
        )
    return found
