"""What is owed in a period, and who owes it: whoever may write it, or leads it and may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import (
    Account,
    CollaborativeMember,
    DecidingBody,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.people.queries import in_force
from app.permissions import Role
from app.programme.finding import closing_sentence
from app.programme.models import LocalPosition, Period, Programme, Update, Workstream, WorkstreamBody

STILL_OWED = ("draft", "returned")
"""States, beside having none, in which something is still to be submitted."""

OWED = ("owed", *STILL_OWED)
"""The words of what is still to be submitted."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A common update, or a body's local position, that is not submitted. `organisation_id`: the host's, or the body's.

    `state` is "owed" where nothing is written yet.
    """

    workstream_id: int
    workstream_code: str
    title: str
    state: str
    organisation_id: int
    lead_id: int | None
    demonstration: bool
    body_id: int | None = None
    body_code: str | None = None
    body_name: str | None = None

    def in_words(self) -> str:
        """What is owed, as a mail says it."""
        if self.body_name is None:
            return f"the update of {self.title}"
        return f"{self.body_name}’s local position on {self.title}"

    def path(self, period_code: str) -> str:
        """The address of the page where it is written."""
        page = "update" if self.body_code is None else f"local/{self.body_code}"
        return f"/workstreams/{self.workstream_code}/{page}?period={period_code}"


@dataclass(frozen=True, slots=True)
class Owner:
    """Someone who is asked for what is owed."""

    person_id: int
    name: str
    email: str


def running_in(period: Period) -> tuple[sa.ColumnElement[bool], ...]:
    """SQL: the workstream is of the period's programme and runs in it."""
    return (
        Workstream.programme_id == period.programme_id,
        Workstream.starts <= period.ends,
        sa.or_(Workstream.ends.is_(None), Workstream.ends >= period.starts),
    )


def owed(
    session: Session, period: Period, on: date, *, workstream: str | None = None, body: str | None = None
) -> list[Owed]:
    """Everything of a period that can still be written and is not submitted, in the order of the pages.

    Narrowed to one workstream's code, and to one body's ("common": the common updates).
    """
    found: list[Owed] = []
    if body in (None, "common") and closing_sentence(session, period) is None:
        found += _common(session, period, workstream)
    if body != "common":
        found += _local(session, period, on, workstream, body)
    return found


def _common(session: Session, period: Period, workstream: str | None) -> list[Owed]:
    query = (
        sa.select(Workstream, Update.state)
        .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
        .where(*running_in(period), sa.or_(Update.state.is_(None), Update.state.in_(STILL_OWED)))
        .order_by(Workstream.position, Workstream.id)
    )
    if workstream:
        query = query.where(Workstream.code == workstream)
    host = period.programme.collaborative.host_id
    return [
        Owed(one.id, one.code, one.title, state or "owed", host, one.lead_id, one.demonstration)
        for one, state in session.execute(query)
    ]


def _positions(period: Period) -> sa.FromClause:
    """Each workstream with each body that takes part in it, and its local position of the period where there is one."""
    there = sa.and_(
        LocalPosition.workstream_id == Workstream.id,
        LocalPosition.body_id == WorkstreamBody.body_id,
        LocalPosition.period_id == period.id,
    )
    return (
        sa.join(Workstream, WorkstreamBody, WorkstreamBody.workstream_id == Workstream.id)
        .join(DecidingBody, DecidingBody.id == WorkstreamBody.body_id)
        .outerjoin(LocalPosition, there)
    )


def _local(session: Session, period: Period, on: date, workstream: str | None, body: str | None) -> list[Owed]:
    released = sa.select(LocalPosition.body_id).where(
        LocalPosition.period_id == period.id, LocalPosition.released_at.is_not(None)
    )
    query = (
        sa.select(
            Workstream.id,
            Workstream.code,
            Workstream.title,
            LocalPosition.state,
            DecidingBody.organisation_id,
            sa.null(),
            Workstream.demonstration,
            DecidingBody.id,
            DecidingBody.code,
            DecidingBody.short_name,
        )
        .select_from(_positions(period))
        .where(
            *running_in(period),
            in_force(DecidingBody.opened, DecidingBody.closed, on),
            DecidingBody.id.not_in(released),
            sa.or_(LocalPosition.state.is_(None), LocalPosition.state.in_(STILL_OWED)),
        )
        .order_by(DecidingBody.short_name, Workstream.position, Workstream.id)
    )
    if workstream:
        query = query.where(Workstream.code == workstream)
    if body:
        query = query.where(DecidingBody.code == body)
    return [
        Owed(id_, code, title, state or "owed", organisation, lead, made_up, body_id, body_code, name)
        for id_, code, title, state, organisation, lead, made_up, body_id, body_code, name in session.execute(query)
    ]


def local_positions_for(
    session: Session, period: Period, writes: Sequence[int], approves: Sequence[int], most: int
) -> Sequence[Any]:
    """The first local positions of a period that wait for whoever writes for some bodies and approves for some.

    Rows of code, title, body_code, body, state ("owed" where nothing is written), and `every`: how many there are.
    """
    state = sa.func.coalesce(LocalPosition.state, "owed")
    return session.execute(
        sa.select(
            Workstream.code,
            Workstream.title,
            DecidingBody.code.label("body_code"),
            DecidingBody.short_name.label("body"),
            state.label("state"),
            sa.func.count().over().label("every"),
        )
        .select_from(_positions(period))
        .where(
            Workstream.programme_id == period.programme_id,
            WorkstreamBody.body_id.in_({*writes, *approves}),
            sa.or_(
                sa.and_(WorkstreamBody.body_id.in_(writes), state.in_(OWED)),
                sa.and_(WorkstreamBody.body_id.in_(approves), state == "submitted"),
            ),
        )
        .order_by(Workstream.position, Workstream.id, DecidingBody.short_name)
        .limit(most)
    ).all()


def owners(
    session: Session, programme: Programme, things: Sequence[Owed], on: date
) -> Mapping[Owed, tuple[Owner, ...]]:
    """Who is asked for each thing on a day; nobody who may not see it, or whose account is closed. Three statements.

    A common update: its lead where they may write it; else the programme managers of the programme office (where it
    has none its directors), and with them a lead who may only read it. A local position: the programme managers of
    the body's organisation; where it has none, its board secretaries.
    """
    host = programme.collaborative.host_id
    members = sa.select(CollaborativeMember.organisation_id).where(
        CollaborativeMember.collaborative_id == programme.collaborative_id,
        in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
    )
    closed = sa.select(Account.person_id).where(Account.disabled)
    held: dict[tuple[int, str], list[Owner]] = {}
    of_the_office: dict[str, list[Owner]] = {}
    for organisation_id, role, code, person_id, name, email in session.execute(
        sa.select(
            RoleHolding.organisation_id,
            RoleHolding.role,
            RoleHolding.programme_code,
            Person.id,
            Person.name,
            Person.email,
        )
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.organisation_id.in_(members),
            RoleHolding.role.in_((Role.PROGRAMME_MANAGER.value, Role.PROGRAMME_DIRECTOR.value, Role.SECRETARY.value)),
            in_force(RoleHolding.starts, RoleHolding.ends, on),
            Person.id.not_in(closed),
        )
        .order_by(Person.name, Person.id)
    ):
        owner = Owner(person_id, name, email)
        held.setdefault((organisation_id, role), []).append(owner)
        if organisation_id == host and code in (None, programme.code):
            of_the_office.setdefault(role, []).append(owner)
    managers = of_the_office.get(Role.PROGRAMME_MANAGER.value, [])
    directors = of_the_office.get(Role.PROGRAMME_DIRECTOR.value, [])
    leads = _leads(session, {one.lead_id for one in things if one.lead_id}, members, closed, on)
    found: dict[Owed, tuple[Owner, ...]] = {}
    for thing in things:
        if thing.body_id is not None:
            own = held.get((thing.organisation_id, Role.PROGRAMME_MANAGER.value)) or held.get(
                (thing.organisation_id, Role.SECRETARY.value), []
            )
        else:
            lead = [leads[thing.lead_id]] if thing.lead_id in leads else []
            writes = bool(lead) and lead[0] in (*managers, *directors)
            own = lead if writes else [*lead, *(managers or directors)]
        found[thing] = tuple(dict.fromkeys(own))
    return found


def _leads(
    session: Session, ids: set[int], members: sa.Select[int], closed: sa.Select[int], on: date
) -> dict[int, Owner]:
    """The leads among these people who may read the programme: by a role or a seat at a member."""
    by_role = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id.in_(members), in_force(RoleHolding.starts, RoleHolding.ends, on)
    )
    by_seat = (
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(DecidingBody.organisation_id.in_(members), in_force(SeatHolding.starts, SeatHolding.ends, on))
    )
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.email).where(
            Person.id.in_(ids), Person.id.not_in(closed), sa.or_(Person.id.in_(by_role), Person.id.in_(by_seat))
        )
    )
    return {id_: Owner(id_, name, email) for id_, name, email in rows}
