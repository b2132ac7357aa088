"""How everything is going: a row per workstream with its rating, its next milestone, and when it was last heard of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.by_words import few
from app.db.pages import Span
from app.db.types import GivenDate
from app.people.models import DecidingBody
from app.people.queries import bodies_on
from app.programme.dates import Slip, slip
from app.programme.models import Milestone, Period, Programme, Segment, Update, Workstream
from app.programme.narrowing import EXPECTED, FORMAL, HEARD, Filters, found, in_order
from app.programme.owing import OWED
from app.programme.silence import Silence, silence
from workflows.case_history import day_of


@dataclass(frozen=True, slots=True)
class WorkstreamRow:
    """One workstream in the list.

    `brag` is the rating of its newest approved or submitted update up to the period, `brag_period` that update's
    period, `was` the rating before it. `state` is where this period's update stands, "owed" where there is none.
    """

    id: int
    code: str
    title: str
    sentence: str
    kind: str
    segment: str | None
    demonstration: bool
    starts: date
    state: str
    comment: str
    brag: str | None
    brag_period: str | None
    was: str | None
    milestone: str | None
    milestone_due: GivenDate | None
    milestone_slip: Slip | None
    updated_on: date | None
    silence: Silence

    @property
    def silent_days(self) -> int:
        """Days since it was last heard of."""
        return self.silence.days

    @property
    def silent(self) -> bool:
        """Whether nothing was heard for so long that it has to be shown."""
        return self.silence.shown


def choices_of(session: Session, programme_id: int) -> Sequence[tuple[str, str]] | None:
    """The programme's workstreams in their order (code, title), None where they are too many for a list."""
    return few(
        session,
        sa.select(Workstream.code, Workstream.title)
        .where(Workstream.programme_id == programme_id)
        .order_by(Workstream.position, Workstream.id),
    )


def choices_of_bodies(session: Session, collaborative_id: int, on: date) -> Sequence[tuple[str, str]] | None:
    """The deciding bodies of the members on a day (code, short name), None where they are too many for a list."""
    return few(session, bodies_on(collaborative_id, on).with_only_columns(DecidingBody.code, DecidingBody.short_name))


def workstreams_of(session: Session, programme_id: int) -> Sequence[Workstream]:
    """The programme's workstreams in their order, for a form that asks for one of them."""
    return session.scalars(
        sa.select(Workstream)
        .where(Workstream.programme_id == programme_id)
        .order_by(Workstream.position, Workstream.id)
    ).all()


def workstreams(
    session: Session,
    programme_id: int,
    period: Period | None,
    filters: Filters,
    on: date,
    shown: Span | None = None,
) -> list[WorkstreamRow]:
    """The programme's workstreams as they stand in a period, filtered and sorted: all, or those of one page.

    Five statements however many, none of which reads what is not shown.
    """
    limit = silent_limit(session, programme_id)
    query = (
        found(programme_id, period, filters, limit, on)
        .outerjoin(Segment, Segment.id == Workstream.segment_id)
        .with_only_columns(
            Workstream.id,
            Workstream.code,
            Workstream.title,
            Workstream.sentence,
            Workstream.kind,
            Workstream.demonstration,
            Workstream.starts,
            Segment.name.label("segment"),
        )
        .order_by(*in_order(period, filters.sort), Workstream.position, Workstream.id)
    )
    listed = session.execute(shown.cut(query) if shown else query).all()
    ids = [row.id for row in listed] if shown else None
    ratings = _ratings(session, programme_id, period, ids)
    heard = heard_on(session, programme_id, ids)
    upcoming = _upcoming(session, programme_id, ids)
    rows = []
    for one in listed:
        rated = ratings.get(one.id, _Rated())
        next_one = upcoming.get(one.id)
        last = heard.get(one.id)
        rows.append(
            WorkstreamRow(
                id=one.id,
                code=one.code,
                title=one.title,
                sentence=one.sentence,
                kind=one.kind,
                segment=one.segment,
                demonstration=one.demonstration,
                starts=one.starts,
                state=rated.state,
                comment=rated.comment,
                brag=rated.now,
                brag_period=rated.period,
                was=rated.was,
                milestone=next_one.title if next_one else None,
                milestone_due=next_one.due if next_one else None,
                milestone_slip=slip(next_one.baseline, next_one.forecast, None) if next_one else None,
                updated_on=last,
                silence=silence(last, one.starts, on, limit),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a programme's workstreams in a period: how many there are, and how many updates stand where."""

    every: int
    owed: int
    submitted: int
    approved: int


def tally(session: Session, programme_id: int, period: Period) -> Tally:
    """How many workstreams there are, and how many of their updates are owed, submitted and approved."""
    state = sa.func.coalesce(Update.state, "owed")
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(state.in_(OWED)),
            sa.func.count().filter(state == "submitted"),
            sa.func.count().filter(state == "approved"),
        )
        .select_from(Workstream)
        .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
        .where(Workstream.programme_id == programme_id)
    ).one()
    return Tally(*row)


@dataclass(slots=True)
class _Rated:
    state: str = "owed"
    comment: str = ""
    now: str | None = None
    period: str | None = None
    was: str | None = None
    seen: int = 0


def _ratings(
    session: Session, programme_id: int, period: Period | None, ids: Sequence[int] | None
) -> Mapping[int, _Rated]:
    """Per workstream this period's state, and the two newest ratings up to it: the database hands over three rows.

    Of the workstreams with these ids; None: of all. `heard_on` and `_upcoming` alike.
    """
    if period is None:
        return {}
    newest = sa.func.row_number().over(partition_by=Update.workstream_id, order_by=Period.starts.desc()).label("place")
    numbered = (
        sa.select(
            Update.workstream_id,
            Update.period_id,
            Update.state,
            Update.comment,
            Update.overall,
            Period.title,
            newest,
        )
        .join(Period, Period.id == Update.period_id)
        .where(
            Period.programme_id == programme_id,
            Period.starts <= period.starts,
            sa.or_(Update.period_id == period.id, Update.state.in_(FORMAL)),
            *_of(Update.workstream_id, ids),
        )
        .subquery()
    )
    query = sa.select(numbered).where(numbered.c.place <= 3).order_by(numbered.c.workstream_id, numbered.c.place)
    ratings: dict[int, _Rated] = {}
    for row in session.execute(query):
        rated = ratings.setdefault(row.workstream_id, _Rated())
        if row.period_id == period.id:
            rated.state, rated.comment = row.state, row.comment
        if row.state not in FORMAL:
            continue
        if rated.seen == 0:
            rated.now, rated.period = row.overall, row.title
        elif rated.seen == 1:
            rated.was = row.overall
        rated.seen += 1
    return ratings


def silent_limit(session: Session, programme_id: int) -> int | None:
    """The programme's own number of days after which silence is shown; None where it sets none."""
    return session.scalar(sa.select(Programme.silent_days).where(Programme.id == programme_id))


def heard_on(
    session: Session, programme_id: int, ids: Sequence[int] | None = None, through: Period | None = None
) -> Mapping[int, date]:
    """When each workstream last had an update submitted or approved; of periods up to `through`, where it is given."""
    query = (
        sa.select(Update.workstream_id, sa.func.max(HEARD, type_=Update.written_at.type))
        .join(Workstream, Workstream.id == Update.workstream_id)
        .where(Workstream.programme_id == programme_id, Update.state.in_(FORMAL), *_of(Update.workstream_id, ids))
        .where(sa.true() if through is None else Update.period_id.in_(_up_to(through)))
        .group_by(Update.workstream_id)
    )
    return {workstream_id: day_of(at) for workstream_id, at in session.execute(query)}


def _up_to(period: Period) -> sa.Select[int]:
    return sa.select(Period.id).where(Period.programme_id == period.programme_id, Period.starts <= period.starts)


def _of(column: Any, ids: Sequence[int] | None) -> list[sa.ColumnElement[bool]]:
    return [] if ids is None else [column.in_(ids)]


@dataclass(frozen=True, slots=True)
class _Next:
    """A milestone that is not done yet."""

    title: str
    baseline: GivenDate
    forecast: GivenDate

    @property
    def due(self) -> GivenDate:
        return self.forecast or self.baseline


def _upcoming(session: Session, programme_id: int, ids: Sequence[int] | None) -> Mapping[int, _Next]:
    """The next milestone of each workstream: of those not done the one expected first, words without a day last."""
    query = (
        sa.select(
            Milestone.workstream_id,
            Milestone.title,
            Milestone.baseline_words,
            Milestone.baseline_earliest,
            Milestone.baseline_latest,
            Milestone.forecast_words,
            Milestone.forecast_earliest,
            Milestone.forecast_latest,
        )
        .join(Workstream, Workstream.id == Milestone.workstream_id)
        .where(
            Workstream.programme_id == programme_id,
            Milestone.actual.is_(None),
            Milestone.withdrawn_on.is_(None),
            *_of(Milestone.workstream_id, ids),
        )
        .order_by(sa.func.coalesce(EXPECTED, date.max), Milestone.position, Milestone.id)
    )
    upcoming: dict[int, _Next] = {}
    for row in session.execute(query):
        if row.workstream_id not in upcoming:
            baseline = GivenDate(row.baseline_words, row.baseline_earliest, row.baseline_latest)
            forecast = GivenDate(row.forecast_words, row.forecast_earliest, row.forecast_latest)
            upcoming[row.workstream_id] = _Next(row.title, baseline, forecast)
    return upcoming


def expected(milestone: Milestone) -> date:
    """The last day a milestone's forecast, or else its baseline, can mean; far off where words do not tell."""
    due = milestone.forecast or milestone.baseline
    return due.latest or due.earliest or date.max


def updates_in(session: Session, programme_id: int, period: Period, states: Sequence[str], most: int) -> Sequence[Any]:
    """The first workstreams whose update of a period is in one of these states, and no more of them than a task says.

    Rows of code, title, demonstration, state and comment; `tally` says how many there are in all.
    """
    state = sa.func.coalesce(Update.state, "owed")
    return session.execute(
        sa.select(Workstream.code, Workstream.title, Workstream.demonstration, state.label("state"), Update.comment)
        .outerjoin(Update, sa.and_(Update.workstream_id == Workstream.id, Update.period_id == period.id))
        .where(Workstream.programme_id == programme_id, state.in_(states))
        .order_by(Workstream.position, Workstream.id)
        .limit(most)
    ).all()


def owed_updates(session: Session, programme_id: int, period: Period, on: date) -> list[WorkstreamRow]:
    """The workstreams that owe this period's update or had it returned, for the home page."""
    return workstreams(session, programme_id, period, Filters(states=OWED), on)


def days_left(period: Period, on: date) -> int:
    """Days until the period's updates are due; negative when that day has passed."""
    return (period.updates_due - on) // timedelta(days=1)
