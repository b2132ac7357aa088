"""Where something is owed: workstreams × bodies in one period, what is counted, and who can be chased for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.people.models import Collaborative, DecidingBody, Person, RoleHolding
from app.people.queries import in_force
from app.permissions import Role
from app.programme.chasing import last_chased
from app.programme.finding import LocalState
from app.programme.listing import heard_on, silent_limit
from app.programme.models import LocalPosition, Period, Programme, Update, Workstream, WorkstreamBody
from app.programme.owing import STILL_OWED, running_in
from app.programme.silence import Silence, silence

OWED = ("owed", *STILL_OWED)
"""The words of what is still to be submitted."""


ROWS = 25
"""Workstreams on one page of the grid."""

TITLES = 3
"""Titles named for each body that owes something."""


@dataclass(frozen=True, slots=True)
class GridFilters:
    """What the grid is narrowed to: one body's column by its code, those that owe something, rows that are silent."""

    body: str = ""
    owing: bool = False
    silent: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.body or self.owing or self.silent)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One workstream: its silence, where its common update stands, and each body's position by the body's id.

    `chased` says when the common update (None) or a body's position was last chased.
    """

    code: str
    title: str
    common: str
    cells: Mapping[int, LocalState]
    silence: Silence
    chased: Mapping[int | None, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chase:
    """What one body still owes (how many, the first titles), who can be asked (name, email), and when last was."""

    body: DecidingBody
    number: int
    owed: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Workstreams × bodies in one period, one page of it; `office` are the programme office's people (name, email).

    `bodies` are the columns shown, `choices` all that take part; `total` counts the rows of all pages.
    """

    bodies: Sequence[DecidingBody]
    rows: Sequence[GridRow]
    counts: Mapping[str, int] = field(default_factory=dict)
    chase: Sequence[Chase] = ()
    common_owed: Sequence[str] = ()
    office: Sequence[tuple[str, str]] = ()
    choices: Sequence[DecidingBody] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    common_chased: datetime | None = None


def grid(
    session: Session,
    period: Period,
    on: date | None = None,
    filters: GridFilters | None = None,
    page: int = 1,
) -> Grid:
    """Where each local position and each common update stands in a period; a fixed number of statements.

    A page holds 25 workstreams, page 0 all of them. Whom to chase is as of `on`, or of the day the updates are due;
    counts, and who owes what, are of the whole period whatever is shown.
    """
    on, chosen = on or period.updates_due, filters or GridFilters()
    heard, limit = heard_on(session, period.programme_id), silent_limit(session, period.programme_id)
    streams = [
        (row, silence(heard.get(row.id), row.starts, on, limit))
        for row in session.execute(
            sa.select(Workstream.id, Workstream.code, Workstream.title, Workstream.starts, Update.state)
            .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
            .where(*running_in(period))
            .order_by(Workstream.position, Workstream.id)
        )
    ]
    counted = _counted(session, period)
    every = session.scalars(
        sa.select(DecidingBody)
        .where(DecidingBody.id.in_(list(counted)))
        .options(joinedload(DecidingBody.organisation))
        .order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name)
    ).all()
    bodies = [
        body
        for body in every
        if chosen.body in ("", body.code) and (not chosen.owing or any(counted[body.id][word] for word in OWED))
    ]
    rows = [stream for stream in streams if stream[1].shown or not chosen.silent]
    pages = max(1, -(-len(rows) // ROWS)) if page else 1
    page = min(page, pages)
    shown = rows[(page - 1) * ROWS : page * ROWS] if page else rows
    cells = _cells(session, period, None if not page else [row.id for row, _ in shown], [body.id for body in bodies])
    chased = last_chased(session, period)
    common = [row.title for row, _ in streams if (row.state or "owed") in OWED]
    counts: Counter[str] = Counter()
    for of_body in counted.values():
        counts.update(of_body)
    return Grid(
        bodies=bodies,
        rows=[
            GridRow(
                row.code,
                row.title,
                row.state or "owed",
                cells.get(row.id, {}),
                quiet,
                {body: at for body in (None, *cells.get(row.id, {})) if (at := chased.get((row.id, body)))},
            )
            for row, quiet in shown
        ],
        counts=dict(counts),
        chase=_chase(session, period, every, counted, chased, on),
        common_owed=common,
        office=_office(session, period.programme_id, on),
        choices=every,
        total=len(rows),
        page=page,
        pages=pages,
        common_chased=max((at for (_, body), at in chased.items() if body is None), default=None),
    )


def _positions(period: Period) -> sa.ColumnElement[bool]:
    """SQL: the local position of a body that takes part, in the period."""
    return sa.and_(
        LocalPosition.workstream_id == WorkstreamBody.workstream_id,
        LocalPosition.body_id == WorkstreamBody.body_id,
        LocalPosition.period_id == period.id,
    )


def _counted(session: Session, period: Period) -> dict[int, Counter[str]]:
    """How many local positions of each body stand in each state."""
    state = sa.func.coalesce(LocalPosition.state, "owed")
    rows = session.execute(
        sa.select(WorkstreamBody.body_id, state, sa.func.count())
        .join(Workstream, Workstream.id == WorkstreamBody.workstream_id)
        .outerjoin(LocalPosition, _positions(period))
        .where(*running_in(period))
        .group_by(WorkstreamBody.body_id, state)
    )
    found: dict[int, Counter[str]] = {}
    for body_id, word, number in rows:
        found.setdefault(body_id, Counter())[word] = number
    return found


def _cells(
    session: Session, period: Period, workstream_ids: list[int] | None, body_ids: list[int]
) -> dict[int, dict[int, LocalState]]:
    """Where each position of these workstreams (None: of all) and bodies stands."""
    query = (
        sa.select(WorkstreamBody.workstream_id, WorkstreamBody.body_id, LocalPosition.state)
        .join(Workstream, Workstream.id == WorkstreamBody.workstream_id)
        .outerjoin(LocalPosition, _positions(period))
        .where(*running_in(period), WorkstreamBody.body_id.in_(body_ids))
    )
    if workstream_ids is not None:
        query = query.where(WorkstreamBody.workstream_id.in_(workstream_ids))
    cells: dict[int, dict[int, LocalState]] = {}
    for workstream_id, body_id, state in session.execute(query):
        cells.setdefault(workstream_id, {})[body_id] = cast(LocalState, state or "owed")
    return cells


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


def _chase(
    session: Session,
    period: Period,
    bodies: Sequence[DecidingBody],
    counted: Mapping[int, Counter[str]],
    chased: Mapping[tuple[int, int | None], datetime],
    on: date,
) -> list[Chase]:
    """The bodies that owe something, those that owe most first, each with its programme managers or secretaries."""
    owing = {body.id: sum(counted[body.id][word] for word in OWED) for body in bodies}
    titles = _titles(session, period)
    people = session.execute(
        sa.select(RoleHolding.organisation_id, RoleHolding.role, Person.name, Person.email)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.organisation_id.in_({body.organisation_id for body in bodies if owing[body.id]}),
            RoleHolding.role.in_((Role.PROGRAMME_MANAGER.value, Role.SECRETARY.value)),
            in_force(RoleHolding.starts, RoleHolding.ends, on),
        )
        .order_by(RoleHolding.role, Person.name)
    ).all()
    asked: dict[int, list[tuple[str, str]]] = {}
    for person in people:
        asked.setdefault(person.organisation_id, []).append((person.name, person.email))
    last: dict[int | None, datetime] = {}
    for (_, body_id), at in chased.items():
        last[body_id] = max(at, last.get(body_id, at))
    found = [
        Chase(
            body,
            owing[body.id],
            tuple(titles.get(body.id, ())),
            tuple(dict.fromkeys(asked.get(body.organisation_id, ()))),
            last.get(body.id),
        )
        for body in bodies
        if owing[body.id]
    ]
    return sorted(found, key=lambda one: -one.number)


def _titles(session: Session, period: Period) -> dict[int, list[str]]:
    """The first few titles that each body owes a position on."""
    place = (
        sa.func.row_number()
        .over(partition_by=WorkstreamBody.body_id, order_by=(Workstream.position, Workstream.id))
        .label("place")
    )
    numbered = (
        sa.select(WorkstreamBody.body_id, Workstream.title, place)
        .join(Workstream, Workstream.id == WorkstreamBody.workstream_id)
        .outerjoin(LocalPosition, _positions(period))
        .where(*running_in(period), sa.or_(LocalPosition.state.is_(None), LocalPosition.state.in_(STILL_OWED)))
        .subquery()
    )
    found: dict[int, list[str]] = {}
    query = sa.select(numbered).where(numbered.c.place <= TITLES).order_by(numbered.c.body_id, numbered.c.place)
    for body_id, title, _ in session.execute(query):
        found.setdefault(body_id, []).append(title)
    return found


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
