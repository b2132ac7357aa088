"""Organisations, bodies, people and collaboratives as the permission page asks about them; who may know of which."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import (
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatDeputy,
    SeatHolding,
)
from app.people.queries import in_force
from app.permissions import Actor, Resource, Role


def known_organisations(session: Session, actor: Actor, on: date) -> frozenset[int] | None:
    """The organisations someone may know of: their own and their partners; None means every one of them."""
    if actor.holds(Role.ADMINISTRATOR):
        return None
    partners = session.scalars(
        sa.select(CollaborativeMember.organisation_id).where(
            CollaborativeMember.collaborative_id.in_(actor.collaborative_ids), CollaborativeMember.starts <= on
        )
    )
    hosts = session.scalars(sa.select(Collaborative.host_id).where(Collaborative.id.in_(actor.collaborative_ids)))
    return frozenset(partners) | frozenset(hosts) | actor.organisation_ids | actor.succeeded_ids


def resource_of(session: Session, organisation: Organisation, actor: Actor, on: date) -> Resource:
    """An organisation, as the permission page asks about it: with a collaborative the actor shares with it, if any."""
    shared = session.scalar(
        sa.select(CollaborativeMember.collaborative_id)
        .where(
            CollaborativeMember.collaborative_id.in_(actor.collaborative_ids),
            CollaborativeMember.organisation_id == organisation.id,
            CollaborativeMember.starts <= on,
        )
        .limit(1)
    )
    return Resource(
        "organisation", organisation_id=organisation.id, collaborative_id=shared, name=organisation.short_name
    )


def resource_of_body(session: Session, body: DecidingBody, actor: Actor, on: date) -> Resource:
    """A body, as the permission page asks about it."""
    owner = resource_of(session, body.organisation, actor, on)
    return Resource(
        "body",
        organisation_id=owner.organisation_id,
        collaborative_id=owner.collaborative_id,
        body_id=body.id,
        name=owner.name,
    )


def resource_of_collaborative(collaborative: Collaborative) -> Resource:
    """A collaborative, as the permission page asks about it: nobody's own but its members'."""
    return Resource(
        "collaborative", collaborative_id=collaborative.id, host_id=collaborative.host_id, name=collaborative.name
    )


def resource_of_person(session: Session, person: Person, actor: Actor) -> Resource:
    """A person, as the permission page asks about them: at the organisation where the actor may do most.

    It is the first that both have to do with, a person's by whatever they ever held there; where there is none, no
    organisation is named.
    """
    theirs = organisations_of(session, person.id)
    shared = [one for one in theirs if one.id in actor.organisation_ids] or theirs
    shared.sort(key=lambda one: not _keeps(actor, one.id))
    if not shared:
        return Resource("person", name="the organisation")
    return Resource("person", organisation_id=shared[0].id, name=shared[0].short_name)


def organisations_of(session: Session, person_id: int) -> list[Organisation]:
    """The organisations a person ever had a role, a seat or a deputy's place at, by name."""
    at = at_organisation(sa.literal(person_id), Organisation.id)
    return list(session.scalars(sa.select(Organisation).where(at).order_by(Organisation.name)))


def kept_by(actor: Actor) -> frozenset[int] | None:
    """The organisations whose people and seats someone keeps; None means every one of them."""
    if actor.holds(Role.ADMINISTRATOR):
        return None
    return frozenset(one for one in actor.organisation_ids if _keeps(actor, one))


def _keeps(actor: Actor, organisation_id: int) -> bool:
    roles = (Role.ORGANISATION_ADMINISTRATOR, Role.SECRETARY)
    return any(actor.holds(role, organisation_id) for role in roles)


def people_at(organisations: Any | None, on: date | None = None) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """SQL: the ids of those who have, or had, a role, a seat or a deputy's place at these organisations, or at any.

    What `at_organisation` says of one person and one organisation, found once for all people.
    """
    held: tuple[Any, ...] = (RoleHolding, SeatHolding, SeatDeputy)
    queries = []
    for model in held:
        query = sa.select(model.person_id)
        if organisations is not None and model is RoleHolding:
            query = query.where(RoleHolding.organisation_id.in_(organisations))
        elif organisations is not None:
            query = query.join(Seat, Seat.id == model.seat_id).join(DecidingBody, DecidingBody.id == Seat.body_id)
            query = query.where(DecidingBody.organisation_id.in_(organisations))
        queries.append(query.where(in_force(model.starts, model.ends, on)) if on else query)
    return sa.union_all(*queries)


def at_organisation(person: Any, organisation: Any, on: date | None = None) -> sa.ColumnElement[bool]:
    """SQL: the person has, or had, a role, a seat or a deputy's place at the organisation; on a day, where given."""

    def when(model: Any) -> list[sa.ColumnElement[bool]]:
        return [in_force(model.starts, model.ends, on)] if on else []

    role = sa.exists().where(
        RoleHolding.person_id == person, RoleHolding.organisation_id == organisation, *when(RoleHolding)
    )
    seats = [
        sa.exists()
        .where(
            model.person_id == person,
            Seat.id == model.seat_id,
            DecidingBody.id == Seat.body_id,
            DecidingBody.organisation_id == organisation,
            *when(model),
        )
        .correlate_except(model, Seat, DecidingBody)
        for model in (SeatHolding, SeatDeputy)
    ]
    return sa.or_(role.correlate_except(RoleHolding), *seats)
