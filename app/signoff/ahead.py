"""How many open cases ask a body: told before a seat or a role there is ended."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.signoff.models import Case, CaseState, PartyState


def cases_ahead(session: Session, body_ids: Collection[int], name: str, ends: date) -> str:
    """`2 open sign-off cases wait for Merton.` Private cases are not counted: who ends it may not know of them."""
    count = session.scalar(
        sa.select(sa.func.count(sa.distinct(PartyState.case_id)))
        .join(CaseState, CaseState.case_id == PartyState.case_id)
        .join(Case, Case.id == PartyState.case_id)
        .where(
            PartyState.body_id.in_(body_ids), PartyState.waiting.is_(True), CaseState.state == "open", Case.part == 1
        )
    )
    if not count:
        return f"No open sign-off case waits for {name}."
    return f"{count} open sign-off {'case waits' if count == 1 else 'cases wait'} for {name}."
