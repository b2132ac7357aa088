"""What was said of a case and to which roles, what is said next and when; and what one person was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db.pages import Span, span
from app.people.models import DecidingBody
from app.permissions import Actor
from app.signoff.folding import Folded
from app.signoff.models import Case, CaseState, PartyState, Reminder, ReminderTo
from app.signoff.times import times_of
from app.signoff.told_people import may_see
from workflows.reminders import Planned, due_on
from workflows.times import OF_A_SEAT, roles_in_words

ESCALATED = ("escalation", "deadline passed")
KINDS = {
    "reminder": "Reminder",
    "escalation": "Escalation",
    "deadline passed": "Day passed",
    "variation": "Local variation",
    "condition": "Condition",
    "result": "Result",
    "vote opened": "Vote opened",
    "interest declared": "Interest declared",
}
"""What a list calls each kind."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What is said next, if nothing is recorded before: of which body, to which roles in words, and when.

    `waits`: its day has come, and it goes with the next run of the day; or nobody in those roles can sign in.
    """

    planned: Planned
    body: DecidingBody | None
    to: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Times:
    """A case's reminders: what was said, the latest first, and what comes, the soonest first."""

    sent: Sequence[Reminder]
    coming: Sequence[Coming]


def times_shown(session: Session, found: Folded, body_id: int | None = None) -> Times:
    """The reminders of a case, or those about one of its bodies."""
    query = (
        sa.select(Reminder)
        .options(selectinload(Reminder.told), joinedload(Reminder.body))
        .where(Reminder.case_id == found.case.id)
        .order_by(Reminder.id.desc())
    )
    if body_id is not None:
        query = query.where(sa.or_(Reminder.body_id == body_id, Reminder.body_id.is_(None)))
    sent = session.scalars(query).all()
    said = {one.once for one in sent}
    times = times_of(session, found)
    planned = [one for one in times.planned if body_id is None or body_id in (one.body_id, *one.bodies)]
    come = due_on(found.today, planned)
    waiting = [
        one
        for one in planned
        if (one.on > found.today or one in come)
        and f"{found.case.id}/{one.key(found.round.number, found.round.stage)}" not in said
    ]
    coming = [
        Coming(one, body := times.bodies.get(one.body_id or 0), _to(one, body), one.on <= found.today)
        for one in sorted(waiting, key=lambda one: (one.on, one.body_id or 0))
    ]
    return Times(sent, coming)


def _to(planned: Planned, body: DecidingBody | None) -> str:
    """The roles in words, but for seats that a body without seats cannot have."""
    seatless = body is not None and body.kind == "officer"
    return roles_in_words([role for role in planned.to if not (seatless and role in OF_A_SEAT)] or planned.to)


@dataclass(frozen=True, slots=True)
class ToldTo:
    """Something a person was told, in which capacity, and whether they may see its case now."""

    reminder: Reminder
    role: str
    seen: bool


def told_to(session: Session, actor: Actor, size: int, page: int) -> tuple[Span, list[ToldTo]]:
    """One page of what was mailed to the person, the latest first; page 0 is all of it."""
    query: Any = (
        sa.select(Reminder, ReminderTo.role)
        .join(ReminderTo, ReminderTo.reminder_id == Reminder.id)
        .options(joinedload(Reminder.case), joinedload(Reminder.body))
        .where(ReminderTo.person_id == actor.person_id)
    )
    found = span(session, query, size, page)
    rows = session.execute(found.cut(query.order_by(Reminder.id.desc()))).all()
    return found, [ToldTo(row, role, may_see(actor, row.case, row.body)) for row, role in rows]


def escalated_to(session: Session, actor: Actor, most: int) -> list[ToldTo]:
    """What was escalated to the person and is still waited for, the latest first."""
    query = (
        sa.select(Reminder, ReminderTo.role)
        .join(ReminderTo, ReminderTo.reminder_id == Reminder.id)
        .options(joinedload(Reminder.case), joinedload(Reminder.body))
        .where(ReminderTo.person_id == actor.person_id, Reminder.kind.in_(ESCALATED), _still_waited_for())
        .order_by(Reminder.id.desc())
        .limit(most)
    )
    rows = [ToldTo(row, role, True) for row, role in session.execute(query) if may_see(actor, row.case, row.body)]
    latest: dict[tuple[int, int | None], ToldTo] = {}
    for one in rows:
        latest.setdefault((one.reminder.case_id, one.reminder.body_id), one)
    return list(latest.values())


def escalated_of(session: Session, codes: Sequence[str]) -> Sequence[Reminder]:
    """What was escalated of these cases and is still waited for, the latest first."""
    return session.scalars(
        sa.select(Reminder)
        .join(Case, Case.id == Reminder.case_id)
        .options(joinedload(Reminder.case), joinedload(Reminder.body), selectinload(Reminder.told))
        .where(Case.code.in_(codes), Reminder.kind.in_(ESCALATED), _still_waited_for())
        .order_by(Reminder.id.desc())
    ).all()


def _still_waited_for() -> sa.ColumnElement[bool]:
    """SQL: its round is the one in which the case stands, and whom it is about is still to answer there."""
    return sa.exists().where(
        CaseState.case_id == Reminder.case_id,
        CaseState.round == Reminder.round,
        PartyState.case_id == Reminder.case_id,
        PartyState.round == Reminder.round,
        PartyState.waiting,
        sa.or_(Reminder.body_id.is_(None), PartyState.body_id == Reminder.body_id),
    )
