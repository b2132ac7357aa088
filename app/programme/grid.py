"""Where something is owed: workstreams × bodies in one period, a page of both at a time, and what is counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.by_words import few, named
from app.db.pages import Span, span
from app.people.models import DecidingBody
from app.programme.chasing import last_chased
from app.programme.finding import LocalState
from app.programme.listing import heard_on, silent_limit
from app.programme.models import LocalPosition, Period, Update, Workstream, WorkstreamBody
from app.programme.narrowing import silent_for
from app.programme.owing import OWED, STILL_OWED, running_in
from app.programme.silence import Silence, silence
from app.programme.to_chase import Column, Owing, to_chase

ROWS, COLUMNS = 12, 8
"""Workstreams, and bodies, on one page of the grid."""

BY_NAME = (DecidingBody.kind != "governing_body", DecidingBody.short_name, DecidingBody.id)


@dataclass(frozen=True, slots=True)
class GridFilters:
    """What the grid is narrowed to: bodies by code or name, those that owe something, rows that are silent."""

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
class Grid:
    """Workstreams × bodies in one period: one page of rows and of columns, and whom to chase for what these owe.

    `choices` are all bodies that take part (code, short name), None where they are too many for a list. `counts` are
    of the local positions of all bodies, whatever is shown; where they are too many and `counted_all` is not asked
    for, of the bodies shown.
    """

    bodies: Sequence[Column]
    rows: Sequence[GridRow]
    down: Span
    across: Span
    counts: Mapping[str, int]
    chase: Sequence[Owing]
    choices: Sequence[tuple[str, str]] | None
    counted_all: bool


def grid(
    session: Session,
    period: Period,
    on: date | None = None,
    filters: GridFilters | None = None,
    page: int = 1,
    columns: int = 1,
    count_all: bool = False,
) -> Grid:
    """Where each local position and each common update stands in a period; a fixed number of statements.

    A page holds 12 workstreams × 8 bodies, page 0 all of them. Whom to chase is as of `on`, or of the day the updates
    are due.
    """
    on, chosen = on or period.updates_due, filters or GridFilters()
    limit = silent_limit(session, period.programme_id)
    running = [*running_in(period)]
    if chosen.silent:
        running.append(silent_for(limit, on))
    taking_part = _taking_part(period, chosen)
    down = span(session, sa.select(Workstream.id).where(*running), ROWS, page)
    across = span(session, sa.select(DecidingBody.id).where(*taking_part), COLUMNS, columns if page else 0)
    streams = session.execute(
        down.cut(
            sa.select(Workstream.id, Workstream.code, Workstream.title, Workstream.starts, Update.state)
            .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
            .where(*running)
            .order_by(Workstream.position, Workstream.id)
        )
    ).all()
    columns_of = sa.select(
        DecidingBody.id, DecidingBody.code, DecidingBody.short_name, DecidingBody.organisation_id
    ).where(*taking_part)
    bodies = [Column(*row) for row in session.execute(across.cut(columns_of.order_by(*BY_NAME)))]
    stream_ids, body_ids = [row.id for row in streams], [body.id for body in bodies]
    heard = heard_on(session, period.programme_id, stream_ids if page else None)
    cells = _cells(session, period, stream_ids if page else None, body_ids)
    choices = few(
        session, sa.select(DecidingBody.code, DecidingBody.short_name).where(*_taking_part(period)).order_by(*BY_NAME)
    )
    count_all = count_all or choices is not None
    counted = _counted(session, period, None if count_all else body_ids)
    chased = last_chased(session, period, stream_ids if page else None)
    owing = {body_id: sum(states[word] for word in OWED) for body_id, states in counted.items()}
    titles = {body.id: [row.title for row in streams if cells.get(row.id, {}).get(body.id) in OWED] for body in bodies}
    return Grid(
        bodies=bodies,
        rows=[
            GridRow(
                row.code,
                row.title,
                row.state or "owed",
                cells.get(row.id, {}),
                silence(heard.get(row.id), row.starts, on, limit),
                {body: at for body in (None, *cells.get(row.id, {})) if (at := chased.get((row.id, body)))},
            )
            for row in streams
        ],
        down=down,
        across=across,
        counts=dict(sum(counted.values(), Counter[str]())),
        chase=to_chase(session, period, bodies, owing, titles, on),
        choices=choices,
        counted_all=count_all,
    )


def _taking_part(period: Period, filters: GridFilters | None = None) -> list[sa.ColumnElement[bool]]:
    """SQL: the body takes part in a workstream of the period, and is one that the filters leave."""
    takes_part = (
        sa.select(WorkstreamBody.body_id)
        .join(Workstream, Workstream.id == WorkstreamBody.workstream_id)
        .where(WorkstreamBody.body_id == DecidingBody.id, *running_in(period))
    )
    # a body that succeeds others, or has ended, stands in the periods of its own days
    found: list[sa.ColumnElement[bool]] = [in_its_days(period)]
    if filters is not None and filters.owing:
        answered = sa.exists().where(_positions(period), LocalPosition.state.not_in(STILL_OWED))
        takes_part = takes_part.where(~answered.correlate(WorkstreamBody))
    if filters is not None and filters.body:
        found.append(named(filters.body, DecidingBody, "short_name", "name"))
    return [takes_part.correlate(DecidingBody).exists(), *found]


def in_its_days(period: Period) -> sa.ColumnElement[bool]:
    """SQL: the body was open on a day of the period."""
    still = sa.or_(DecidingBody.closed.is_(None), DecidingBody.closed >= period.starts)
    return sa.and_(DecidingBody.opened <= period.ends, still)


def _positions(period: Period) -> sa.ColumnElement[bool]:
    """SQL: the local position of a body that takes part, in the period."""
    return sa.and_(
        LocalPosition.workstream_id == WorkstreamBody.workstream_id,
        LocalPosition.body_id == WorkstreamBody.body_id,
        LocalPosition.period_id == period.id,
    )


def _counted(session: Session, period: Period, body_ids: Sequence[int] | None) -> dict[int, Counter[str]]:
    """How many local positions of each of these bodies (None: of all) stand in each state: two statements.

    What is owed is what the body takes part in, without what it has written anything of.
    """
    running = sa.select(Workstream.id).where(*running_in(period))
    every = (
        sa.select(WorkstreamBody.body_id, sa.func.count())
        .join(DecidingBody, DecidingBody.id == WorkstreamBody.body_id)
        .where(WorkstreamBody.workstream_id.in_(running), in_its_days(period))
        .group_by(WorkstreamBody.body_id)
    )
    written = (
        sa.select(LocalPosition.body_id, LocalPosition.state, sa.func.count())
        .where(
            LocalPosition.period_id == period.id,
            sa.exists().where(Workstream.id == LocalPosition.workstream_id, *running_in(period)),
        )
        .group_by(LocalPosition.body_id, LocalPosition.state)
    )
    if body_ids is not None:
        every = every.where(WorkstreamBody.body_id.in_(body_ids))
        written = written.where(LocalPosition.body_id.in_(body_ids))
    found: dict[int, Counter[str]] = {body_id: Counter(owed=number) for body_id, number in session.execute(every)}
    for body_id, state, number in session.execute(written):
        if body_id in found:
            found[body_id][state] = number
            found[body_id]["owed"] -= number
    return found


def _cells(
    session: Session, period: Period, workstream_ids: Sequence[int] | None, body_ids: Sequence[int]
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
