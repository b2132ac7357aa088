"""Who can own a risk or an action: the people who act for an organisation of the collaborative today."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import CollaborativeMember, DecidingBody, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import in_force


def people_of(session: Session, collaborative_id: int, on: date) -> Sequence[Person]:
    """Everyone with a role or a seat at one of its organisations, by name."""
    members = sa.select(CollaborativeMember.organisation_id).where(
        CollaborativeMember.collaborative_id == collaborative_id,
        in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
    )
    in_role = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id.in_(members), in_force(RoleHolding.starts, RoleHolding.ends, on)
    )
    in_seat = (
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(
            DecidingBody.organisation_id.in_(members),
            SeatHolding.person_id.is_not(None),
            in_force(SeatHolding.starts, SeatHolding.ends, on),
        )
    )
    return session.scalars(
        sa.select(Person).where(sa.or_(Person.id.in_(in_role), Person.id.in_(in_seat))).order_by(Person.name, Person.id)
    ).all()
