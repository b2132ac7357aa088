"""Where something is owed: workstreams × bodies in one period, what is counted, and who can be chased for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.people.models import Collaborative, DecidingBody, Person, RoleHolding
from app.people.queries import in_force
from app.permissions import Role
from app.programme.finding import LocalState
from app.programme.models import LocalPosition, Period, Programme, Update, Workstream, WorkstreamBody


@dataclass(frozen=True, slots=True)
class GridRow:
    """One workstream: where its common update stands, and each body's position by the body's id."""

    code: str
    title: str
    common: str
    cells: Mapping[int, LocalState]


@dataclass(frozen=True, slots=True)
class Chase:
    """What one body still owes, and who can be asked for it (name, email)."""

    body: DecidingBody
    owed: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Workstreams × bodies in one period; `office` are the programme office's people (name, email)."""

    bodies: Sequence[DecidingBody]
    rows: Sequence[GridRow]
    counts: Mapping[str, int] = field(default_factory=dict)
    chase: Sequence[Chase] = ()
    common_owed: Sequence[GridRow] = ()
    office: Sequence[tuple[str, str]] = ()


def grid(session: Session, period: Period, on: date | None = None) -> Grid:
    """Where each local position and each common update stands in a period; a fixed number of statements.

    Whom to chase is as of `on`, or of the day the updates are due.
    """
    streams = session.execute(
        sa.select(Workstream.id, Workstream.code, Workstream.title, Update.state)
        .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
        .where(
            Workstream.programme_id == period.programme_id,
            Workstream.starts <= period.ends,
            sa.or_(Workstream.ends.is_(None), Workstream.ends >= period.starts),
        )
        .order_by(Workstream.position, Workstream.id)
    ).all()
    states = session.execute(
        sa.select(WorkstreamBody.workstream_id, WorkstreamBody.body_id, LocalPosition.state)
        .join(Workstream, Workstream.id == WorkstreamBody.workstream_id)
        .outerjoin(
            LocalPosition,
            sa.and_(
                LocalPosition.workstream_id == WorkstreamBody.workstream_id,
                LocalPosition.body_id == WorkstreamBody.body_id,
                LocalPosition.period_id == period.id,
            ),
        )
        .where(Workstream.programme_id == period.programme_id)
    ).all()
    cells: dict[int, dict[int, LocalState]] = {}
    for workstream_id, body_id, state in states:
        cells.setdefault(workstream_id, {})[body_id] = cast(LocalState, state or "owed")
    bodies = session.scalars(
        sa.select(DecidingBody)
        .where(DecidingBody.id.in_({body_id for _, body_id, _ in states}))
        .options(joinedload(DecidingBody.organisation))
        .order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name)
    ).all()
    rows = [GridRow(code, title, state or "owed", cells.get(id_, {})) for id_, code, title, state in streams]
    counts: Counter[str] = Counter(state for row in rows for state in row.cells.values())
    return Grid(
        bodies=bodies,
        rows=rows,
        counts=dict(counts),
        chase=_chase(session, bodies, rows, on or period.updates_due),
        common_owed=[row for row in rows if row.common in ("owed", "draft", "returned")],
        office=_office(session, period.programme_id, on or period.updates_due),
    )


def _office(session: Session, programme_id: int, on: date) -> list[tuple[str, str]]:
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
    return list(dict.fromkeys((name, email) for name, email in rows))


def _chase(session: Session, bodies: Sequence[DecidingBody], rows: Sequence[GridRow], on: date) -> list[Chase]:
    """The bodies that owe something, those that owe most first, each with its programme managers or secretaries."""
    owed = {
        body.id: tuple(row.title for row in rows if row.cells.get(body.id) in ("owed", "draft", "returned"))
        for body in bodies
    }
    people = session.execute(
        sa.select(RoleHolding.organisation_id, RoleHolding.role, Person.name, Person.email)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.organisation_id.in_({body.organisation_id for body in bodies if owed[body.id]}),
            RoleHolding.role.in_((Role.PROGRAMME_MANAGER.value, Role.SECRETARY.value)),
            in_force(RoleHolding.starts, RoleHolding.ends, on),
        )
        .order_by(RoleHolding.role, Person.name)
    ).all()
    found = [
        Chase(
            body,
            owed[body.id],
            tuple(dict.fromkeys((p.name, p.email) for p in people if p.organisation_id == body.organisation_id)),
        )
        for body in bodies
        if owed[body.id]
    ]
    return sorted(found, key=lambda one: -len(one.owed))


def owed_local_positions(
    session: Session, period: Period, body_ids: Sequence[int]
) -> list[tuple[str, str, DecidingBody, str]]:
    """What these bodies owe in a period: (workstream code, its title, the body, the state), for the home page."""
    rows = session.execute(
        sa.select(Workstream.code, Workstream.title, DecidingBody, LocalPosition.state)
        .join(WorkstreamBody, WorkstreamBody.workstream_id == Workstream.id)
        .join(DecidingBody, DecidingBody.id == WorkstreamBody.body_id)
        .outerjoin(
            LocalPosition,
            sa.and_(
                LocalPosition.workstream_id == Workstream.id,
                LocalPosition.body_id == WorkstreamBody.body_id,
                LocalPosition.period_id == period.id,
            ),
        )
        .where(
            Workstream.programme_id == period.programme_id,
            WorkstreamBody.body_id.in_(body_ids),
            sa.or_(LocalPosition.state.is_(None), LocalPosition.state.in_(("draft", "returned", "submitted"))),
        )
        .order_by(Workstream.position, Workstream.id, DecidingBody.short_name)
    )
    return [(code, title, body, state or "owed") for code, title, body, state in rows]
