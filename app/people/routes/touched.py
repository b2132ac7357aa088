"""How much lies ahead of a body where someone leaves it: what the rooms that keep it say, a sentence each."""

from collections.abc import Callable, Collection
from datetime import date

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.people.models import DecidingBody, Organisation
from app.people.queries import in_force

Ahead = Callable[[Session, Collection[int], str, date], str]
"""Gets the bodies by id, what they are called, and the last day; a room registers one in `concord.ahead`."""


def ahead_of_body(session: Session, body: DecidingBody, ends: date) -> list[str]:
    """The open cases and planned meetings that ending something of this body touches."""
    return _ahead(session, [body.id], body.short_name, ends)


def ahead_of_organisation(session: Session, organisation: Organisation, ends: date) -> list[str]:
    """The same of every body of an organisation, for a role there."""
    bodies = session.scalars(
        sa.select(DecidingBody.id).where(
            DecidingBody.organisation_id == organisation.id, in_force(DecidingBody.opened, DecidingBody.closed, ends)
        )
    ).all()
    return _ahead(session, bodies, organisation.short_name, ends) if bodies else []


def _ahead(session: Session, body_ids: Collection[int], name: str, ends: date) -> list[str]:
    asked: list[Ahead] = current_app.extensions.get("concord.ahead", [])
    return [one(session, body_ids, name, ends) for one in asked]
