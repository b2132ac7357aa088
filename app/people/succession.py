"""What became of organisations that ended: who does a body’s work now, shown beside the name it decided under."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import DecidingBody, Organisation, OrganisationSuccessor
from workflows.verdict import in_words


def now_called(session: Session, body_ids: Collection[int], on: date) -> dict[int, str]:
    """By body, the names of the organisations that have its organisation's work on a day; those that ended only."""
    rows = session.execute(
        sa.select(OrganisationSuccessor.predecessor_id, Organisation)
        .join(Organisation, Organisation.id == OrganisationSuccessor.successor_id)
        .where(OrganisationSuccessor.from_on <= on)
        .order_by(OrganisationSuccessor.from_on, Organisation.name)
    ).all()
    after: dict[int, list[Organisation]] = {}
    for before, successor in rows:
        after.setdefault(before, []).append(successor)
    if not after:
        return {}
    owners = session.execute(
        sa.select(DecidingBody.id, DecidingBody.organisation_id).where(
            DecidingBody.id.in_(body_ids), DecidingBody.organisation_id.in_(after)
        )
    ).all()
    return {body_id: in_words(_last(after, owner, frozenset())) for body_id, owner in owners}


def _last(after: dict[int, list[Organisation]], organisation_id: int, passed: frozenset[int]) -> list[str]:
    """The names at the ends of the ways from an organisation to those that succeeded it."""
    found: dict[str, None] = {}
    for successor in after.get(organisation_id, ()):
        if successor.id in passed:
            continue
        further = _last(after, successor.id, passed | {organisation_id})
        found |= dict.fromkeys(further or [successor.name])
    return list(found)
