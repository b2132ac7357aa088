"""Whom to chase for what is owed in a period: the programme office, and some bodies' own people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Collaborative, Person, RoleHolding
from app.people.queries import in_force
from app.permissions import Role
from app.programme.models import Chase, Period, Programme, Update, Workstream
from app.programme.owing import STILL_OWED, running_in

TITLES = 3
"""Titles named for each that owes something."""


@dataclass(frozen=True, slots=True)
class Column:
    """A body as the grid needs it."""

    id: int
    code: str
    short_name: str
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Owing:
    """Who still owes how much, the first titles of it, who can be asked (name, email), and when last was.

    `body` is None for the programme office, which owes common updates.
    """

    body: Column | None
    number: int
    titles: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    last: datetime | None = None


def to_chase(
    session: Session,
    period: Period,
    bodies: Sequence[Column],
    numbers: Mapping[int, int],
    titles: Mapping[int, Sequence[str]],
    on: date,
) -> list[Owing]:
    """Who of the office and these bodies owes something; the office first, then those that owe most.

    `numbers` says how much each body owes, `titles` what of it is among the rows that are shown, both by its id. Four
    statements.
    """
    common = session.execute(
        sa.select(Workstream.title, sa.func.count().over().label("every"))
        .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
        .where(*running_in(period), sa.or_(Update.state.is_(None), Update.state.in_(STILL_OWED)))
        .order_by(Workstream.position, Workstream.id)
        .limit(TITLES)
    ).all()
    last = _last_chased(session, period, [body.id for body in bodies])
    asked = _asked(session, [body for body in bodies if numbers.get(body.id)], on)
    office = _office(session, period.programme_id, on)
    found = []
    if common:
        first = tuple(row.title for row in common)
        found.append(Owing(None, common[0].every, first, office, last.get(None)))
    of_bodies = [
        Owing(
            body,
            numbers[body.id],
            tuple(titles.get(body.id, ())[:TITLES]),
            tuple(dict.fromkeys(asked.get(body.organisation_id, ()))),
            last.get(body.id),
        )
        for body in bodies
        if numbers.get(body.id)
    ]
    return found + sorted(of_bodies, key=lambda one: -one.number)


def _asked(session: Session, bodies: Sequence[Column], on: date) -> dict[int, list[tuple[str, str]]]:
    """The programme managers, then the secretaries, of the bodies' organisations: name, email."""
    people = session.execute(
        sa.select(RoleHolding.organisation_id, Person.name, Person.email)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.organisation_id.in_({body.organisation_id for body in bodies}),
            RoleHolding.role.in_((Role.PROGRAMME_MANAGER.value, Role.SECRETARY.value)),
            in_force(RoleHolding.starts, RoleHolding.ends, on),
        )
        .order_by(RoleHolding.role, Person.name)
    )
    asked: dict[int, list[tuple[str, str]]] = {}
    for organisation_id, name, email in people:
        asked.setdefault(organisation_id, []).append((name, email))
    return asked


def _office(session: Session, programme_id: int, on: date) -> tuple[tuple[str, str], ...]:
    """The programme's director and managers at its host on a day: name, email."""
    rows = session.execute(
        sa.select(Person.name, Person.email)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .join(Collaborative, Collaborative.host_id == RoleHolding.organisation_id)
        .join(Programme, Programme.collaborative_id == Collaborative.id)
        .where(
            Programme.id == programme_id,
            RoleHolding.role.in_((Role.PROGRAMME_MANAGER.value, Role.PROGRAMME_DIRECTOR.value)),
            sa.or_(RoleHolding.programme_code.is_(None), RoleHolding.programme_code == Programme.code),
            in_force(RoleHolding.starts, RoleHolding.ends, on),
        )
        .order_by(RoleHolding.role.desc(), Person.name)
    )
    return tuple(dict.fromkeys((name, email) for name, email in rows))


def _last_chased(session: Session, period: Period, body_ids: Sequence[int]) -> dict[int | None, datetime]:
    """When each of these bodies was last chased for anything of the period, and under None the programme office."""
    rows = session.execute(
        sa.select(Chase.body_id, sa.func.max(Chase.at, type_=Chase.at.type))
        .where(Chase.period_id == period.id, sa.or_(Chase.body_id.is_(None), Chase.body_id.in_(body_ids)))
        .group_by(Chase.body_id)
    )
    return dict(rows.all())
