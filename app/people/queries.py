"""What can be asked of organisations, bodies, seats and people, as they stood on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.db.by_words import WORDS
from app.db.pages import Span
from app.people.models import (
    Account,
    BodyRule,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    OrganisationSuccessor,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.permissions import Actor, HeldRole, HeldSeat, Missing, Role
from app.permissions.facts import ROLE_NAMES
from workflows.facts import CHAIR_KINDS


def in_force(starts: Any, ends: Any, on: Any) -> sa.ColumnElement[bool]:
    """SQL: the dates include `on`; an end is the last day included."""
    return sa.and_(starts <= on, sa.or_(ends.is_(None), ends >= on))


_TODAY = sa.bindparam("on", type_=sa.Date)
_ROLE, _ORGANISATION = RoleHolding.__table__.c, Organisation.__table__.c
_SEAT, _HOLDING, _BODY = Seat.__table__.c, SeatHolding.__table__.c, DecidingBody.__table__.c
_MEMBER = CollaborativeMember.__table__.c
_ROLES_HELD = (
    sa.select(_ROLE.role, _ROLE.organisation_id, _ORGANISATION.name, _ROLE.programme_code)
    .join(Organisation.__table__, _ORGANISATION.id == _ROLE.organisation_id)
    .where(_ROLE.person_id == sa.bindparam("person_id"), in_force(_ROLE.starts, _ROLE.ends, _TODAY))
    .order_by(_ROLE.id)
)
_SEATS_HELD = (
    sa.select(
        _SEAT.id, _SEAT.body_id, _BODY.organisation_id, _SEAT.title, _BODY.name.label("body"), _SEAT.kind, _SEAT.voting
    )
    .join(SeatHolding.__table__, _HOLDING.seat_id == _SEAT.id)
    .join(DecidingBody.__table__, _BODY.id == _SEAT.body_id)
    .where(
        _HOLDING.person_id == sa.bindparam("person_id"),
        in_force(_HOLDING.starts, _HOLDING.ends, _TODAY),
        in_force(_SEAT.starts, _SEAT.ends, _TODAY),
    )
    .order_by(_HOLDING.id)
)
_MINE: sa.BindParameter[int] = sa.bindparam("organisations", expanding=True)
_SUCCESSOR = OrganisationSuccessor.__table__.c
_FIRST = (
    sa.select(_SUCCESSOR.predecessor_id, _SUCCESSOR.successor_id)
    .where(_SUCCESSOR.successor_id.in_(_MINE), _SUCCESSOR.from_on <= _TODAY)
    .cte("passed", recursive=True)
)
_PASSED = _FIRST.union(
    sa.select(_SUCCESSOR.predecessor_id, _FIRST.c.successor_id)
    .join(_FIRST, _FIRST.c.predecessor_id == _SUCCESSOR.successor_id)
    .where(_SUCCESSOR.from_on <= _TODAY)
)
_SHARED = (
    sa.select(_MEMBER.collaborative_id, sa.cast(sa.null(), sa.Integer).label("now_with"))
    .where(_MEMBER.organisation_id.in_(_MINE), in_force(_MEMBER.starts, _MEMBER.ends, _TODAY))
    .union_all(sa.select(_PASSED.c.predecessor_id, _PASSED.c.successor_id))
)
"""The collaboratives of these organisations; and, with whom each is now, the ended ones whose work passed to them."""


class Somebody(Protocol):
    """A person, or a row with what is needed of one."""

    @property
    def id(self) -> Any: ...

    @property
    def name(self) -> Any: ...


def actor_of(session: Session, person: Somebody, on: date, account_id: int | None = None) -> Actor:
    """Everything a person holds on a day: roles, seats, and the collaboratives of their organisations.

    It is part of every request, so it reads columns by statements that are built once.
    """
    session.flush()
    connection, asked = session.connection(), {"person_id": person.id, "on": on}
    roles = connection.execute(_ROLES_HELD, asked).all()
    seats = connection.execute(_SEATS_HELD, asked).all()
    organisations = sorted({row.organisation_id for row in (*roles, *seats)})
    shared = connection.execute(_SHARED, {"organisations": organisations, "on": on}).all()
    return Actor(
        person_id=person.id,
        account_id=account_id,
        name=person.name,
        roles=tuple(HeldRole(Role(row.role), row.organisation_id, row.name, row.programme_code) for row in roles),
        seats=tuple(
            HeldSeat(
                row.id,
                row.body_id,
                row.organisation_id,
                f"{row.title}, {row.body}",
                row.kind,
                row.voting,
                row.kind in CHAIR_KINDS,
            )
            for row in seats
        ),
        collaborative_ids=frozenset(one for one, now_with in shared if now_with is None),
        succeeded=frozenset((one, now_with) for one, now_with in shared if now_with is not None),
    )


def body_by_code(session: Session, code: str) -> DecidingBody:
    """The body with this code; raises `Missing`."""
    body = session.scalar(
        sa.select(DecidingBody).options(joinedload(DecidingBody.organisation)).where(DecidingBody.code == code)
    )
    if body is None:
        raise Missing
    return body


def bodies_of_collaborative(session: Session, collaborative_id: int, on: date) -> Sequence[DecidingBody]:
    """The deciding bodies of the members on a day, governing bodies first, then by name."""
    return session.scalars(bodies_on(collaborative_id, on).options(joinedload(DecidingBody.organisation))).all()


def bodies_on(collaborative_id: int, on: date) -> sa.Select[DecidingBody]:
    """The query for `bodies_of_collaborative`."""
    return (
        sa.select(DecidingBody)
        .join(Organisation)
        .join(CollaborativeMember, CollaborativeMember.organisation_id == Organisation.id)
        .where(
            CollaborativeMember.collaborative_id == collaborative_id,
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
            in_force(DecidingBody.opened, DecidingBody.closed, on),
        )
        .order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name)
    )


def rule_of(session: Session, body_id: int, on: date) -> BodyRule | None:
    """The body's rule in force on a day."""
    return session.scalar(
        sa.select(BodyRule)
        .where(BodyRule.body_id == body_id, in_force(BodyRule.starts, BodyRule.ends, on))
        .order_by(BodyRule.starts.desc())
        .limit(1)
    )


def seats_of(session: Session, body_id: int, on: date) -> Sequence[tuple[Seat, SeatHolding | None, Person | None]]:
    """The body's seats on a day in their order, each with who holds it then, if anyone."""
    rows = session.execute(
        sa.select(Seat, SeatHolding, Person)
        .outerjoin(
            SeatHolding,
            sa.and_(SeatHolding.seat_id == Seat.id, in_force(SeatHolding.starts, SeatHolding.ends, on)),
        )
        .outerjoin(Person, Person.id == SeatHolding.person_id)
        .where(Seat.body_id == body_id, in_force(Seat.starts, Seat.ends, on))
        .order_by(Seat.position, Seat.id)
    ).all()
    return [(seat, holding, person) for seat, holding, person in rows]


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of the person with this address, whatever its case."""
    return session.scalar(
        sa.select(Account)
        .join(Person)
        .options(joinedload(Account.person))
        .where(sa.func.lower(Person.email) == email.strip().lower())
    )


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, whatever its case."""
    return session.scalar(sa.select(Person).where(sa.func.lower(Person.email) == email.strip().lower()))


def first_organisation(session: Session, person_id: int, on: date) -> Organisation | None:
    """The organisation a person first acts for on a day, by role, else by seat: its log tells of their account."""
    by_role = session.scalar(
        sa.select(Organisation)
        .join(RoleHolding)
        .where(RoleHolding.person_id == person_id, in_force(RoleHolding.starts, RoleHolding.ends, on))
        .order_by(RoleHolding.id)
        .limit(1)
    )
    if by_role is not None:
        return by_role
    return session.scalar(
        sa.select(Organisation)
        .join(DecidingBody)
        .join(Seat)
        .join(SeatHolding)
        .where(SeatHolding.person_id == person_id, in_force(SeatHolding.starts, SeatHolding.ends, on))
        .order_by(SeatHolding.id)
        .limit(1)
    )


def demonstration_accounts(session: Session) -> Sequence[Account]:
    """The demonstration's accounts, in the order they were made: none in a real installation."""
    return session.scalars(
        sa.select(Account)
        .options(joinedload(Account.person))
        .where(Account.demonstration.is_(True))
        .order_by(Account.id)
    ).all()


@dataclass(frozen=True, slots=True)
class DemonstrationSignIn:
    """A line of the table on the demonstration's sign-in page."""

    name: str
    email: str
    capacities: tuple[str, ...]


def demonstration_sign_ins(session: Session, on: date) -> list[DemonstrationSignIn]:
    """Whom one can sign in as in the demonstration, with what each is on a day: three statements for all of them."""
    accounts = [account for account in demonstration_accounts(session) if not account.disabled]
    people = [account.person_id for account in accounts]
    capacities: dict[int, list[str]] = {person_id: [] for person_id in people}
    roles = session.execute(
        sa.select(RoleHolding.person_id, RoleHolding.role, Organisation.name)
        .join(Organisation)
        .where(RoleHolding.person_id.in_(people), in_force(RoleHolding.starts, RoleHolding.ends, on))
        .order_by(RoleHolding.id)
    )
    for person_id, role, organisation in roles:
        capacities[person_id].append(f"{ROLE_NAMES[Role(role)]}, {organisation}")
    seats = session.execute(
        sa.select(SeatHolding.person_id, Seat.title, DecidingBody.name)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody)
        .where(SeatHolding.person_id.in_(people), in_force(SeatHolding.starts, SeatHolding.ends, on))
        .order_by(SeatHolding.id)
    )
    for person_id, title, body in seats:
        capacities[person_id].append(f"{title}, {body}")
    return [
        DemonstrationSignIn(account.person.name, account.person.email, tuple(capacities[account.person_id]))
        for account in accounts
    ]


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body in the list of bodies: its seats counted and its rule in force on the day."""

    body: DecidingBody
    voting: int
    others: int
    vacant: int
    rule: BodyRule | None


def seen_by(actor: Actor, on: date, words: str = "") -> sa.Select[int]:
    """The query for the open bodies of the actor's organisations and of the members of their collaboratives.

    `words` leaves those that have all of them in the body's or the organisation's name, or are its ODS code.
    """
    members = sa.select(CollaborativeMember.organisation_id).where(
        CollaborativeMember.collaborative_id.in_(actor.collaborative_ids),
        in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
    )
    query = (
        sa.select(DecidingBody.id)
        .join(Organisation)
        .where(
            sa.or_(DecidingBody.organisation_id.in_(members), DecidingBody.organisation_id.in_(actor.organisation_ids)),
            in_force(DecidingBody.opened, DecidingBody.closed, on),
        )
    )
    columns = (DecidingBody.name, DecidingBody.short_name, Organisation.name, Organisation.ods_code)
    for word in words.split()[:WORDS]:
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query


def bodies_seen_by(
    session: Session, actor: Actor, on: date, words: str = "", shown: Span | None = None
) -> list[BodyLine]:
    """The bodies of `seen_by`, governing bodies first, then by name: all, or those of one page. Three statements."""
    query = seen_by(actor, on, words).order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name)
    bodies = session.scalars(
        (shown.cut(query) if shown else query)
        .with_only_columns(DecidingBody)
        .options(joinedload(DecidingBody.organisation))
    ).all()
    ids = [body.id for body in bodies]
    held = sa.exists().where(SeatHolding.seat_id == Seat.id, in_force(SeatHolding.starts, SeatHolding.ends, on))
    seats: dict[int, Any] = {
        row.body_id: row
        for row in session.execute(
            sa.select(
                Seat.body_id,
                sa.func.count().filter(Seat.voting).label("voting"),
                sa.func.count().filter(~Seat.voting).label("others"),
                sa.func.count().filter(~held).label("vacant"),
            )
            .where(Seat.body_id.in_(ids), in_force(Seat.starts, Seat.ends, on))
            .group_by(Seat.body_id)
        )
    }
    rules = {
        rule.body_id: rule
        for rule in session.scalars(
            sa.select(BodyRule)
            .where(BodyRule.body_id.in_(ids), in_force(BodyRule.starts, BodyRule.ends, on))
            .order_by(BodyRule.starts)
        )
    }
    found = []
    for body in bodies:
        counted = seats.get(body.id)
        voting, others, vacant = (counted.voting, counted.others, counted.vacant) if counted else (0, 0, 0)
        found.append(BodyLine(body, voting, others, vacant, rules.get(body.id)))
    return found


def may_see_body(session: Session, body: DecidingBody, actor: Actor, on: date) -> bool:
    """Whether the body belongs to the actor's organisations, or was ever a partner in a collaborative of theirs."""
    if body.organisation_id in actor.organisation_ids | actor.succeeded_ids:
        return True
    partner = sa.select(CollaborativeMember.id).where(
        CollaborativeMember.collaborative_id.in_(actor.collaborative_ids),
        CollaborativeMember.organisation_id == body.organisation_id,
        CollaborativeMember.starts <= on,
    )
    return session.scalar(partner.limit(1)) is not None


def rules_of(session: Session, body_id: int) -> Sequence[BodyRule]:
    """Every rule the body ever set, the newest first."""
    return session.scalars(
        sa.select(BodyRule).where(BodyRule.body_id == body_id).order_by(BodyRule.starts.desc())
    ).all()


def successors_of(session: Session, organisation_id: int) -> list[tuple[date, Organisation]]:
    """Which organisations took over from this one, and when."""
    rows = session.execute(
        sa.select(OrganisationSuccessor.from_on, Organisation)
        .join(Organisation, Organisation.id == OrganisationSuccessor.successor_id)
        .where(OrganisationSuccessor.predecessor_id == organisation_id)
        .order_by(OrganisationSuccessor.from_on, Organisation.name)
    ).all()
    return [(from_on, organisation) for from_on, organisation in rows]
