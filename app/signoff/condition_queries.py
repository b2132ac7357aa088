"""The conditions on which the bodies of a collaborative agreed: which are open, overdue, met or waived."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.by_words import named
from app.db.pages import Span, span
from app.people.models import DecidingBody
from app.signoff.models import Case, ConditionRow
from workflows.conditions import Condition

STATES = ("open", "overdue", "met", "waived", "all")


@dataclass(frozen=True, slots=True)
class Filters:
    """How the list is narrowed: a state, words of the condition or its case, a body, who sees to it."""

    state: str = "open"
    words: str = ""
    body: str = ""
    owner: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.body or self.owner or self.state != "open")


def listed(
    session: Session, collaborative_ids: Collection[int], filters: Filters, today: date, size: int, page: int
) -> tuple[Span, Sequence[Any]]:
    """One page of the conditions, what is due first before what has no day; page 0 is all of them."""
    query: Any = (
        sa.select(
            ConditionRow,
            Case.code.label("case_code"),
            Case.title.label("case_title"),
            Case.demonstration,
            DecidingBody.code.label("body_code"),
            DecidingBody.short_name.label("body"),
            DecidingBody.organisation_id,
        )
        .join(Case, Case.id == ConditionRow.case_id)
        .join(DecidingBody, DecidingBody.id == ConditionRow.body_id)
        .where(Case.collaborative_id.in_(collaborative_ids), Case.part == 1)
    )
    if filters.state == "overdue":
        query = query.where(ConditionRow.state == "open", ConditionRow.due < today)
    elif filters.state in ("open", "met", "waived"):
        query = query.where(ConditionRow.state == filters.state)
    for word in filters.words.split()[:8]:
        query = query.where(
            sa.or_(ConditionRow.text.icontains(word, autoescape=True), Case.title.icontains(word, autoescape=True))
        )
    if filters.body:
        query = query.where(named(filters.body, DecidingBody, "short_name", "name"))
    if filters.owner:
        query = query.where(ConditionRow.owner.icontains(filters.owner, autoescape=True))
    found = span(session, query, size, page)
    ordered = query.order_by(
        ConditionRow.state != "open",
        ConditionRow.due.is_(None),
        ConditionRow.due,
        Case.id,
        DecidingBody.short_name,
        ConditionRow.decision_id,
        ConditionRow.position,
    )
    return found, session.execute(found.cut(ordered)).all()


def bodies_with(session: Session, collaborative_ids: Collection[int]) -> Sequence[Any]:
    """The bodies that agreed on a condition: code and short name, by name."""
    return session.execute(
        sa.select(DecidingBody.code, DecidingBody.short_name)
        .where(
            DecidingBody.id.in_(
                sa.select(ConditionRow.body_id)
                .join(Case, Case.id == ConditionRow.case_id)
                .where(Case.collaborative_id.in_(collaborative_ids), Case.part == 1)
            )
        )
        .order_by(DecidingBody.short_name)
    ).all()


def as_rule(row: ConditionRow) -> Condition:
    """A row as the rules know it, which can say in words how it stands."""
    return Condition(
        row.decision_id,
        row.position,
        row.text,
        row.owner,
        row.due,
        row.state,
        row.on,
        row.said,
        row.decided_by,
    )
