"""How everything is going: a row per workstream with its rating, its next milestone, and when it was last heard of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.types import GivenDate
from app.people.models import DecidingBody
from app.programme.dates import Slip, slip
from app.programme.models import Milestone, Period, Programme, Segment, Update, Workstream, WorkstreamBody
from app.programme.silence import Silence, silence
from workflows.case_history import day_of

SORTS = ("order", "title", "brag", "milestone", "updated")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of workstreams is narrowed to; an empty value narrows nothing. `body` is a body's code."""

    kind: str = ""
    brag: str = ""
    body: str = ""
    silent: bool = False
    text: str = ""
    sort: str = "order"

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.kind or self.brag or self.body or self.silent or self.text)


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


def workstreams_of(session: Session, programme_id: int) -> Sequence[Workstream]:
    """The programme's workstreams in their order, for a choice among them."""
    return session.scalars(
        sa.select(Workstream)
        .where(Workstream.programme_id == programme_id)
        .order_by(Workstream.position, Workstream.id)
    ).all()


def workstreams(
    session: Session, programme_id: int, period: Period | None, filters: Filters, on: date
) -> list[WorkstreamRow]:
    """The programme's workstreams as they stand in a period, filtered and sorted; five statements however many."""
    query = (
        sa.select(Workstream, Segment.name)
        .outerjoin(Segment, Segment.id == Workstream.segment_id)
        .where(Workstream.programme_id == programme_id)
        .order_by(Workstream.position, Workstream.id)
    )
    if filters.kind:
        query = query.where(Workstream.kind == filters.kind)
    if filters.body:
        taking_part = (
            sa.select(WorkstreamBody.workstream_id).join(DecidingBody).where(DecidingBody.code == filters.body)
        )
        query = query.where(Workstream.id.in_(taking_part))
    for word in filters.text.split():
        columns = (Workstream.title, Workstream.sentence, Workstream.in_remit)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    found = session.execute(query).all()
    ratings = _ratings(session, programme_id, period)
    heard = heard_on(session, programme_id)
    limit = silent_limit(session, programme_id)
    upcoming = _upcoming(session, programme_id)
    rows = []
    for workstream, segment in found:
        rated = ratings.get(workstream.id, _Rated())
        next_one = upcoming.get(workstream.id)
        last = heard.get(workstream.id)
        rows.append(
            WorkstreamRow(
                id=workstream.id,
                code=workstream.code,
                title=workstream.title,
                sentence=workstream.sentence,
                kind=workstream.kind,
                segment=segment,
                demonstration=workstream.demonstration,
                starts=workstream.starts,
                state=rated.state,
                comment=rated.comment,
                brag=rated.now,
                brag_period=rated.period,
                was=rated.was,
                milestone=next_one.title if next_one else None,
                milestone_due=(next_one.forecast or next_one.baseline) if next_one else None,
                milestone_slip=slip(next_one.baseline, next_one.forecast, None) if next_one else None,
                updated_on=last,
                silence=silence(last, workstream.starts, on, limit),
            )
        )
    kept = [row for row in rows if _kept(row, filters)]
    return _sorted(kept, filters.sort)


def _kept(row: WorkstreamRow, filters: Filters) -> bool:
    if filters.silent and not row.silent:
        return False
    return not filters.brag or (row.brag or "none") == filters.brag


def _sorted(rows: list[WorkstreamRow], sort: str) -> list[WorkstreamRow]:
    late = date.max
    if sort == "title":
        return sorted(rows, key=lambda row: row.title.casefold())
    if sort == "brag":
        worst = {"red": 0, "amber": 1, "green": 2, "blue": 3}
        return sorted(rows, key=lambda row: worst.get(row.brag or "", 4))
    if sort == "milestone":
        return sorted(rows, key=lambda row: (row.milestone_due.latest if row.milestone_due else None) or late)
    if sort == "updated":
        return sorted(rows, key=lambda row: row.updated_on or date.min)
    return rows


@dataclass(slots=True)
class _Rated:
    state: str = "owed"
    comment: str = ""
    now: str | None = None
    period: str | None = None
    was: str | None = None
    seen: int = 0


def _ratings(session: Session, programme_id: int, period: Period | None) -> Mapping[int, _Rated]:
    """Per workstream this period's state, and the two newest ratings up to it: the database hands over three rows."""
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
            sa.or_(Update.period_id == period.id, Update.state.in_(("approved", "submitted"))),
        )
        .subquery()
    )
    query = sa.select(numbered).where(numbered.c.place <= 3).order_by(numbered.c.workstream_id, numbered.c.place)
    ratings: dict[int, _Rated] = {}
    for row in session.execute(query):
        rated = ratings.setdefault(row.workstream_id, _Rated())
        if row.period_id == period.id:
            rated.state, rated.comment = row.state, row.comment
        if row.state not in ("approved", "submitted"):
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


def heard_on(session: Session, programme_id: int) -> Mapping[int, date]:
    """When each workstream last had an update submitted or approved."""
    query = (
        sa.select(
            Update.workstream_id,
            sa.func.max(sa.func.coalesce(Update.submitted_at, Update.written_at), type_=Update.written_at.type),
        )
        .join(Workstream, Workstream.id == Update.workstream_id)
        .where(Workstream.programme_id == programme_id, Update.state.in_(("submitted", "approved")))
        .group_by(Update.workstream_id)
    )
    return {workstream_id: day_of(at) for workstream_id, at in session.execute(query)}


def _upcoming(session: Session, programme_id: int) -> Mapping[int, Milestone]:
    """The next milestone of each workstream: of those not done the one expected first, words without a day last."""
    query = (
        sa.select(Milestone)
        .join(Workstream, Workstream.id == Milestone.workstream_id)
        .where(Workstream.programme_id == programme_id, Milestone.actual.is_(None))
        .order_by(Milestone.position, Milestone.id)
    )
    upcoming: dict[int, Milestone] = {}
    for milestone in sorted(session.scalars(query), key=expected):
        upcoming.setdefault(milestone.workstream_id, milestone)
    return upcoming


def expected(milestone: Milestone) -> date:
    """The last day a milestone's forecast, or else its baseline, can mean; far off where words do not tell."""
    due = milestone.forecast or milestone.baseline
    return due.latest or due.earliest or date.max


def owed_updates(session: Session, programme_id: int, period: Period, on: date) -> list[WorkstreamRow]:
    """The workstreams that owe this period's update or had it returned, for the home page."""
    found = workstreams(session, programme_id, period, Filters(), on)
    return [row for row in found if row.state in ("owed", "draft", "returned")]


def days_left(period: Period, on: date) -> int:
    """Days until the period's updates are due; negative when that day has passed."""
    return (period.updates_due - on) // timedelta(days=1)
