"""Who and what there is, 25 to a page: people with what they hold, organisations with their bodies and partners."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.by_words import few, named
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
from app.people.resources import at_organisation, people_at
from app.permissions import Role
from app.permissions.facts import ROLE_NAMES

PAGE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, how many there are in all, and which page it is of how many."""

    rows: Sequence[Any]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of people is asked for: words, an organisation, a role, now or ever, an order, a page."""

    words: str = ""
    organisation: str = ""
    role: str = ""
    when: str = "now"
    sort: str = "name"
    page: int = 1


WHEN = {"now": "Now", "ever": "At any time"}
SORTS = {"name": "Name", "organisation": "Organisation"}


@dataclass(slots=True)
class PersonLine:
    """A person in the list, with what they hold in words, and where."""

    person: Person
    holds: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)


def people(
    session: Session, asked: Asked, known: Collection[int] | None, on: date, *, everything: bool = False
) -> Page:
    """The people who have to do with the known organisations, one page or everything: five statements."""
    query = sa.select(Person)
    now = on if asked.when == "now" else None
    if known is not None or asked.organisation or now:
        at = sa.select(Organisation.id)
        if known is not None:
            at = at.where(Organisation.id.in_(known))
        if asked.organisation:
            at = at.where(named(asked.organisation, Organisation, "short_name", "name", code="ods_code"))
        anywhere = known is None and not asked.organisation
        query = query.where(Person.id.in_(people_at(None if anywhere else at, now)))
    if asked.role in set(Role):
        held = sa.exists().where(RoleHolding.person_id == Person.id, RoleHolding.role == asked.role)
        if known is not None:
            held = held.where(RoleHolding.organisation_id.in_(known))
        query = query.where(held.where(in_force(RoleHolding.starts, RoleHolding.ends, on)) if now else held)
    if asked.words:
        query = query.where(_matches(asked.words, known))
    total = session.scalar(query.with_only_columns(sa.func.count())) or 0
    number = min(max(1, asked.page), max(1, -(-total // PAGE)))
    first = (
        sa.select(sa.func.min(Organisation.name))
        .where(at_organisation(Person.id, Organisation.id, now))
        .correlate(Person)
        .scalar_subquery()
    )
    order = [first, Person.name, Person.id] if asked.sort == "organisation" else [Person.name, Person.id]
    query = query.order_by(*order)
    if not everything:
        query = query.offset((number - 1) * PAGE).limit(PAGE)
    lines = [PersonLine(person) for person in session.scalars(query)]
    _fill(session, lines, known, now)
    return Page(lines, total, number)


def _matches(words: str, known: Collection[int] | None) -> sa.ColumnElement[bool]:
    """SQL: the name, the address, a seat's title, a role or an organisation has these words."""
    like = f"%{words.lower().replace('%', '').replace('_', '')}%"
    roles = [role.value for role, name in ROLE_NAMES.items() if words.lower() in name]
    named = sa.or_(sa.func.lower(Organisation.name).like(like), sa.func.lower(Organisation.short_name).like(like))
    by_role = sa.exists().where(
        RoleHolding.person_id == Person.id,
        Organisation.id == RoleHolding.organisation_id,
        sa.or_(RoleHolding.role.in_(roles), named),
    )
    by_seat = sa.exists().where(
        SeatHolding.person_id == Person.id,
        Seat.id == SeatHolding.seat_id,
        DecidingBody.id == Seat.body_id,
        Organisation.id == DecidingBody.organisation_id,
        sa.or_(sa.func.lower(Seat.title).like(like), named),
    )
    if known is not None:
        by_role, by_seat = by_role.where(Organisation.id.in_(known)), by_seat.where(Organisation.id.in_(known))
    return sa.or_(
        sa.func.lower(Person.name).like(like),
        sa.func.lower(Person.email).like(like),
        by_role.correlate_except(RoleHolding, Organisation),
        by_seat.correlate_except(SeatHolding, Seat, DecidingBody, Organisation),
    )


def _fill(session: Session, lines: Sequence[PersonLine], known: Collection[int] | None, now: date | None) -> None:
    of = {line.person.id: line for line in lines}
    roles = (
        sa.select(RoleHolding.person_id, RoleHolding.role, Organisation.short_name)
        .join(Organisation, Organisation.id == RoleHolding.organisation_id)
        .where(RoleHolding.person_id.in_(of))
        .order_by(RoleHolding.id)
    )
    seats = (
        sa.select(SeatHolding.person_id, Seat.title, Organisation.short_name)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .join(Organisation, Organisation.id == DecidingBody.organisation_id)
        .where(SeatHolding.person_id.in_(of))
        .order_by(SeatHolding.id)
    )
    deputies = (
        sa.select(SeatDeputy.person_id, Seat.title, Organisation.short_name)
        .join(Seat, Seat.id == SeatDeputy.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .join(Organisation, Organisation.id == DecidingBody.organisation_id)
        .where(SeatDeputy.person_id.in_(of))
        .order_by(SeatDeputy.id)
    )
    if now:
        deputies = deputies.where(in_force(SeatDeputy.starts, SeatDeputy.ends, now))
        roles = roles.where(in_force(RoleHolding.starts, RoleHolding.ends, now))
        seats = seats.where(in_force(SeatHolding.starts, SeatHolding.ends, now))
    if known is not None:
        roles, seats = roles.where(Organisation.id.in_(known)), seats.where(Organisation.id.in_(known))
        deputies = deputies.where(Organisation.id.in_(known))
    for person_id, role, organisation in session.execute(roles):
        _add(of[person_id], ROLE_NAMES[Role(role)], organisation)
    for person_id, title, organisation in session.execute(seats):
        _add(of[person_id], title, organisation)
    for person_id, title, organisation in session.execute(deputies):
        _add(of[person_id], f"deputy for {title}", organisation)


def _add(line: PersonLine, what: str, organisation: str) -> None:
    said = f"{what[:1].upper()}{what[1:]}, {organisation}"
    if said not in line.holds:
        line.holds.append(said)
    if organisation not in line.organisations:
        line.organisations.append(organisation)


def choices_of(session: Session, known: Collection[int] | None) -> Sequence[tuple[str, str]] | None:
    """The known organisations by name (ODS code, short name), None where they are too many for a list."""
    query = sa.select(Organisation.ods_code, Organisation.short_name).order_by(Organisation.name, Organisation.id)
    return few(session, query if known is None else query.where(Organisation.id.in_(known)))


@dataclass(slots=True)
class OrganisationLine:
    """An organisation in the list, with how many bodies decide for it, and the collaboratives it is in on the day."""

    organisation: Organisation
    bodies: int
    collaboratives: list[Collaborative]


def organisations(
    session: Session,
    known: Collection[int] | None,
    on: date,
    *,
    words: str = "",
    kind: str = "",
    state: str = "open",
    page: int = 1,
    everything: bool = False,
) -> Page:
    """The known organisations by name, one page or everything: four statements."""
    query = sa.select(Organisation)
    if known is not None:
        query = query.where(Organisation.id.in_(known))
    if words:
        like = f"%{words.lower().replace('%', '').replace('_', '')}%"
        columns = (Organisation.name, Organisation.short_name, Organisation.ods_code, Organisation.ons_code)
        query = query.where(sa.or_(*(sa.func.lower(column).like(like) for column in columns)))
    if kind:
        query = query.where(Organisation.kind == kind)
    if state == "open":
        query = query.where(in_force(Organisation.opened, Organisation.closed, on))
    elif state == "closed":
        query = query.where(Organisation.closed < on)
    elif state == "to come":
        query = query.where(Organisation.opened > on)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    number = min(max(1, page), max(1, -(-total // PAGE)))
    query = query.order_by(Organisation.name, Organisation.id)
    if not everything:
        query = query.offset((number - 1) * PAGE).limit(PAGE)
    found = session.scalars(query).all()
    ids = [one.id for one in found]
    open_bodies = (
        sa.select(DecidingBody.organisation_id, sa.func.count().label("number"))
        .where(DecidingBody.organisation_id.in_(ids), in_force(DecidingBody.opened, DecidingBody.closed, on))
        .group_by(DecidingBody.organisation_id)
    )
    bodies: dict[int, int] = {row.organisation_id: row.number for row in session.execute(open_bodies)}
    together: dict[int, list[Collaborative]] = defaultdict(list)
    for organisation_id, collaborative in session.execute(
        sa.select(CollaborativeMember.organisation_id, Collaborative)
        .join(Collaborative, Collaborative.id == CollaborativeMember.collaborative_id)
        .where(
            CollaborativeMember.organisation_id.in_(ids),
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
        )
        .order_by(Collaborative.name)
    ):
        together[organisation_id].append(collaborative)
    return Page([OrganisationLine(one, bodies.get(one.id, 0), together[one.id]) for one in found], total, number)
