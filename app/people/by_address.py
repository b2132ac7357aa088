"""Single things by what addresses call them, each with what its page shows of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.people.models import (
    Account,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    OrganisationSuccessor,
    Person,
    RoleHolding,
    Seat,
    SeatDeputy,
    SeatHolding,
)
from app.people.queries import in_force
from app.permissions import Missing

Row = TypeVar("Row")


def _found(row: Row | None) -> Row:
    if row is None:
        raise Missing
    return row


def organisation_by_code(session: Session, ods_code: str) -> Organisation:
    """The organisation with this ODS code; raises `Missing`."""
    return _found(session.scalar(sa.select(Organisation).where(Organisation.ods_code == ods_code)))


def collaborative_by_code(session: Session, code: str) -> Collaborative:
    """The collaborative with this code; raises `Missing`."""
    query = sa.select(Collaborative).options(joinedload(Collaborative.host)).where(Collaborative.code == code)
    return _found(session.scalar(query))


def person_by_code(session: Session, code: str) -> Person:
    """The person with this code; raises `Missing`."""
    return _found(session.scalar(sa.select(Person).where(Person.code == code)))


def seat_of_body(session: Session, body: DecidingBody, code: str) -> Seat:
    """The seat with this code on this body; raises `Missing`."""
    query = sa.select(Seat).options(joinedload(Seat.body).joinedload(DecidingBody.organisation))
    return _found(session.scalar(query.where(Seat.code == code, Seat.body_id == body.id)))


def seat_by_code(session: Session, code: str) -> Seat:
    """The seat with this code, of whichever body; raises `Missing`."""
    return _found(session.scalar(sa.select(Seat).where(Seat.code == code)))


def holding_of_seat(session: Session, seat: Seat, holding_id: int) -> SeatHolding:
    """This holding of this seat; raises `Missing`."""
    query = sa.select(SeatHolding).where(SeatHolding.id == holding_id, SeatHolding.seat_id == seat.id)
    return _found(session.scalar(query))


def deputy_of_seat(session: Session, seat: Seat, deputy_id: int) -> SeatDeputy:
    """This deputy of this seat; raises `Missing`."""
    query = sa.select(SeatDeputy).where(SeatDeputy.id == deputy_id, SeatDeputy.seat_id == seat.id)
    return _found(session.scalar(query))


def role_of_person(session: Session, person: Person, role_id: int) -> RoleHolding:
    """This role of this person; raises `Missing`."""
    query = sa.select(RoleHolding).where(RoleHolding.id == role_id, RoleHolding.person_id == person.id)
    return _found(session.scalar(query))


def member_of(session: Session, collaborative: Collaborative, member_id: int) -> CollaborativeMember:
    """This membership of this collaborative; raises `Missing`."""
    query = sa.select(CollaborativeMember).where(
        CollaborativeMember.id == member_id, CollaborativeMember.collaborative_id == collaborative.id
    )
    return _found(session.scalar(query))


def seats_ever(session: Session, body_id: int) -> Sequence[Seat]:
    """Every seat the body has, had or will have, in their order."""
    return session.scalars(
        sa.select(Seat).where(Seat.body_id == body_id).order_by(Seat.position, Seat.starts, Seat.id)
    ).all()


def holdings_of_seat(session: Session, seat_id: int) -> Sequence[SeatHolding]:
    """Everyone who ever holds the seat, the newest first."""
    query = sa.select(SeatHolding).options(joinedload(SeatHolding.person)).where(SeatHolding.seat_id == seat_id)
    return session.scalars(query.order_by(SeatHolding.starts.desc(), SeatHolding.id.desc())).all()


def deputies_of(session: Session, seat_ids: Collection[int], on: date | None = None) -> Sequence[SeatDeputy]:
    """Everyone who may stand in for these seats, the newest first; on a day where one is given."""
    query = sa.select(SeatDeputy).options(joinedload(SeatDeputy.person)).where(SeatDeputy.seat_id.in_(seat_ids))
    if on is not None:
        query = query.where(in_force(SeatDeputy.starts, SeatDeputy.ends, on))
    return session.scalars(query.order_by(SeatDeputy.starts.desc(), SeatDeputy.id.desc())).all()


def deputies_on(session: Session, body_id: int, on: date) -> Sequence[SeatDeputy]:
    """Everyone who may stand in for a seat of this body on a day, by the seats' order."""
    return session.scalars(
        sa.select(SeatDeputy)
        .join(Seat)
        .options(joinedload(SeatDeputy.person))
        .where(Seat.body_id == body_id, in_force(SeatDeputy.starts, SeatDeputy.ends, on))
        .order_by(Seat.position, SeatDeputy.starts, SeatDeputy.id)
    ).all()


def deputies_of_bodies(session: Session, days: Mapping[int, date]) -> dict[int, list[SeatDeputy]]:
    """The same of several bodies, each on its own day (by the body's id), in one statement."""
    found: dict[int, list[SeatDeputy]] = {}
    for body_id, one in session.execute(
        sa.select(Seat.body_id, SeatDeputy)
        .join(Seat, Seat.id == SeatDeputy.seat_id)
        .options(joinedload(SeatDeputy.person))
        .where(Seat.body_id.in_(list(days)))
        .order_by(Seat.position, SeatDeputy.starts, SeatDeputy.id)
    ):
        if one.starts <= days[body_id] and (one.ends is None or days[body_id] <= one.ends):
            found.setdefault(body_id, []).append(one)
    return found


def seats_held(session: Session, person_id: int, known: Collection[int] | None) -> Sequence[SeatHolding]:
    """Every seat the person ever holds on bodies of the known organisations, the newest first."""
    query = (
        sa.select(SeatHolding)
        .join(Seat)
        .join(DecidingBody)
        .options(contains_eager(SeatHolding.seat).contains_eager(Seat.body).joinedload(DecidingBody.organisation))
        .where(SeatHolding.person_id == person_id)
        .order_by(SeatHolding.starts.desc(), SeatHolding.id)
    )
    return session.scalars(query if known is None else query.where(DecidingBody.organisation_id.in_(known))).all()


def deputed(session: Session, person_id: int, known: Collection[int] | None) -> Sequence[SeatDeputy]:
    """Every seat the person may ever stand in for, likewise."""
    query = (
        sa.select(SeatDeputy)
        .join(Seat)
        .join(DecidingBody)
        .options(contains_eager(SeatDeputy.seat).contains_eager(Seat.body).joinedload(DecidingBody.organisation))
        .where(SeatDeputy.person_id == person_id)
        .order_by(SeatDeputy.starts.desc(), SeatDeputy.id)
    )
    return session.scalars(query if known is None else query.where(DecidingBody.organisation_id.in_(known))).all()


def roles_held(session: Session, person_id: int, known: Collection[int] | None) -> Sequence[RoleHolding]:
    """Every role the person ever holds for the known organisations, the newest first."""
    query = (
        sa.select(RoleHolding)
        .options(joinedload(RoleHolding.organisation))
        .where(RoleHolding.person_id == person_id)
        .order_by(RoleHolding.starts.desc(), RoleHolding.id)
    )
    return session.scalars(query if known is None else query.where(RoleHolding.organisation_id.in_(known))).all()


def people_at(session: Session, organisation_id: int) -> Sequence[Person]:
    """Everyone who ever had a role or a seat at an organisation, by name: who can be given a seat there."""
    roles = sa.select(RoleHolding.person_id).where(RoleHolding.organisation_id == organisation_id)
    seats = [
        sa.select(model.person_id)
        .join(Seat, Seat.id == model.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(DecidingBody.organisation_id == organisation_id)
        for model in (SeatHolding, SeatDeputy)
    ]
    return session.scalars(
        sa.select(Person).where(Person.id.in_(sa.union(roles, *seats))).order_by(Person.name, Person.id)
    ).all()


def bodies_ever(session: Session, organisation_id: int) -> Sequence[DecidingBody]:
    """Every body that decides, decided or will decide for an organisation, by name."""
    query = sa.select(DecidingBody).where(DecidingBody.organisation_id == organisation_id)
    return session.scalars(query.order_by(DecidingBody.name)).all()


def memberships_of(session: Session, organisation_id: int) -> Sequence[tuple[CollaborativeMember, Collaborative]]:
    """The collaboratives an organisation is, was or will be a member of."""
    rows = session.execute(
        sa.select(CollaborativeMember, Collaborative)
        .join(Collaborative, Collaborative.id == CollaborativeMember.collaborative_id)
        .where(CollaborativeMember.organisation_id == organisation_id)
        .order_by(Collaborative.name, CollaborativeMember.starts)
    )
    return [(member, collaborative) for member, collaborative in rows]


def predecessors_of(session: Session, organisation_id: int) -> list[tuple[date, Organisation]]:
    """Whose work this organisation took on, and when."""
    rows = session.execute(
        sa.select(OrganisationSuccessor.from_on, Organisation)
        .join(Organisation, Organisation.id == OrganisationSuccessor.predecessor_id)
        .where(OrganisationSuccessor.successor_id == organisation_id)
        .order_by(OrganisationSuccessor.from_on, Organisation.name)
    ).all()
    return [(from_on, organisation) for from_on, organisation in rows]


def account_of(session: Session, person_id: int) -> Account | None:
    """The account of a person, if they have one."""
    return session.scalar(sa.select(Account).where(Account.person_id == person_id))


def programme_codes(session: Session) -> Sequence[str]:
    """The programmes for which anyone ever held a role."""
    query = sa.select(RoleHolding.programme_code).where(RoleHolding.programme_code.is_not(None)).distinct()
    return [code for code in session.scalars(query.order_by(RoleHolding.programme_code)) if code]
