"""Which workstreams a list is narrowed to, and in which order they come, as the database is asked for them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.db.by_words import named
from app.people.models import DecidingBody
from app.programme.models import Milestone, Period, Update, Workstream, WorkstreamBody
from app.programme.silence import SILENT_DAYS
from workflows.case_history import LONDON

SORTS = ("order", "title", "brag", "milestone", "updated")
FORMAL = ("approved", "submitted")
"""States in which an update counts as reported."""

HEARD = sa.func.coalesce(Update.submitted_at, Update.written_at)
"""SQL: when an update was heard of."""

EXPECTED = sa.case(
    (Milestone.forecast_words.is_not(None), sa.func.coalesce(Milestone.forecast_latest, Milestone.forecast_earliest)),
    else_=sa.func.coalesce(Milestone.baseline_latest, Milestone.baseline_earliest),
)
"""SQL: the last day a milestone's forecast, or else its baseline, can mean; null where words do not tell."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of workstreams is narrowed to; an empty value narrows nothing.

    `body` is a body's code, or words of its name; `states` are those of the period's update, "owed" where it has none;
    `slipped` leaves those whose next milestone is later than its baseline.
    """

    kind: str = ""
    brag: str = ""
    body: str = ""
    silent: bool = False
    text: str = ""
    sort: str = "order"
    states: tuple[str, ...] = ()
    slipped: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.kind or self.brag or self.body or self.silent or self.slipped or self.text)


def found(programme_id: int, period: Period | None, filters: Filters, limit: int | None, on: date) -> sa.Select[int]:
    """The ids of the workstreams that the filters leave; `limit` is the programme's number of silent days."""
    query = sa.select(Workstream.id).where(Workstream.programme_id == programme_id)
    if filters.kind:
        query = query.where(Workstream.kind == filters.kind)
    if filters.body:
        taking_part = (
            sa.select(WorkstreamBody.workstream_id)
            .join(DecidingBody)
            .where(named(filters.body, DecidingBody, "short_name", "name"))
        )
        query = query.where(Workstream.id.in_(taking_part))
    for word in filters.text.split():
        columns = (Workstream.title, Workstream.sentence, Workstream.in_remit)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if filters.states:
        of_period = sa.select(Update.state).where(
            Update.workstream_id == Workstream.id, Update.period_id == (period.id if period else None)
        )
        query = query.where(sa.func.coalesce(of_period.scalar_subquery(), "owed").in_(filters.states))
    if filters.slipped:
        query = query.where(*_next_slipped())
    if filters.silent:
        query = query.where(silent_for(limit, on))
    if filters.brag == "none":
        query = query.where(_newest_rating(period).is_(None))
    elif filters.brag:
        query = query.where(_newest_rating(period) == filters.brag)
    return query


def in_order(period: Period | None, sort: str) -> list[sa.ColumnElement[Any]]:
    """SQL: what the list is sorted by, before its own order."""
    if sort == "title":
        return [sa.func.lower(Workstream.title)]
    if sort == "brag":
        worst = {"red": 0, "amber": 1, "green": 2, "blue": 3}
        return [sa.case(worst, value=_newest_rating(period), else_=4)]
    if sort == "milestone":
        waits = sa.select(sa.func.min(EXPECTED)).where(
            Milestone.workstream_id == Workstream.id, Milestone.actual.is_(None)
        )
        return [sa.func.coalesce(waits.scalar_subquery(), date.max)]
    if sort in ("updated", "silent"):
        newest = sa.select(sa.func.max(HEARD)).where(Update.workstream_id == Workstream.id, Update.state.in_(FORMAL))
        heard = newest.correlate(Workstream).scalar_subquery()
        if sort == "updated":
            return [heard.asc().nulls_first()]
        on = sa.func.date(heard, type_=sa.Date())
        return [sa.case((on > Workstream.starts, on), else_=Workstream.starts)]
    return []


def _newest_rating(period: Period | None) -> sa.ColumnElement[str | None]:
    """SQL: a workstream's rating in its newest approved or submitted update up to the period."""
    rated = (
        sa.select(Update.overall)
        .join(Period, Period.id == Update.period_id)
        .where(Update.workstream_id == Workstream.id, Update.state.in_(FORMAL))
        .order_by(Period.starts.desc())
        .limit(1)
    )
    return (rated.where(Period.starts <= period.starts) if period else rated.where(sa.false())).scalar_subquery()


def _next_slipped() -> tuple[sa.ColumnElement[bool], ...]:
    """SQL: a workstream's next milestone is later than its baseline, as `dates.slip` has it."""
    of_it = (Milestone.workstream_id == Workstream.id, Milestone.actual.is_(None))
    later = sa.and_(Milestone.forecast_words.is_not(None), Milestone.forecast_latest > Milestone.baseline_latest)
    next_one = (
        sa.select(sa.case((later, 1), else_=0))
        .where(*of_it)
        .order_by(sa.func.coalesce(EXPECTED, date.max), Milestone.position, Milestone.id)
        .limit(1)
    )
    return sa.exists().where(*of_it, later), next_one.scalar_subquery() == 1


def silent_for(limit: int | None, on: date) -> sa.ColumnElement[bool]:
    """SQL: a workstream is as silent on a day as `silence` says it has to be shown."""
    last_day = on - timedelta(days=limit or SILENT_DAYS)
    since = datetime.combine(last_day + timedelta(days=1), time(), LONDON)
    heard = sa.exists().where(Update.workstream_id == Workstream.id, Update.state.in_(FORMAL), since <= HEARD)
    return sa.and_(Workstream.starts <= last_day, ~heard.correlate(Workstream))
