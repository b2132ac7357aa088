"""What was pushed out of a reporting period, or added into it.

Milestones whose expected date crossed its ends, and those that are new in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db.types import GivenDate
from app.programme.dates import DateNotUnderstood, given_day, parse_given
from app.programme.finding import period_before
from app.programme.milestones import NONE
from app.programme.models import Milestone, MilestoneChange, Period, Workstream
from workflows.case_history import LONDON, day_of

Way = Literal["pushed out", "brought forward out", "added", "new", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a forecast: when, what it was before (None: the baseline), and why."""

    at: datetime
    was: GivenDate | None
    reason: str


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    """A milestone as it stands, with the changes of its forecast in the order they were made."""

    code: str
    title: str
    workstream_code: str
    workstream: str
    demonstration: bool
    baseline: GivenDate
    forecast: GivenDate
    actual: date | None
    changes: tuple[Change, ...]
    added_on: date | None = None
    added_because: str = ""
    withdrawn_on: date | None = None
    withdrawn_because: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A milestone that crossed an end of the period, from `was` to `now`; `reason` is that of its last change.

    One that is `new` in the plan had no date before: its `was` is empty. One that was `withdrawn` has none now.
    """

    milestone: MilestoneFact
    way: Way
    was: GivenDate
    now: GivenDate
    reason: str


def moves(milestones: Iterable[MilestoneFact], starts: date, ends: date, since: datetime) -> list[Move]:
    """What crossed the period's ends (both days of it) by changes made since a moment, in the order given.

    A date counts by the last day its words can mean; words that name no day cross nothing. What is done counts by the
    day it was done, once its forecast had changed. What came into the plan since then is new where its date is in the
    period, and nothing where it is not: it was in no period before. What was withdrawn since then is pushed out where
    its date was in the period.
    """
    found = []
    for one in milestones:
        made = [change for change in one.changes if change.at >= since]
        if one.withdrawn_on is not None:
            stood = (made[0].was if made else one.forecast) or one.baseline
            last = stood.latest or stood.earliest
            new = one.added_on is not None and one.added_on >= day_of(since)
            if one.withdrawn_on >= day_of(since) and not new and last is not None and starts <= last <= ends:
                found.append(Move(one, "withdrawn", stood, GivenDate(""), one.withdrawn_because))
            continue
        if one.added_on is not None and one.added_on >= day_of(since):
            stands = given_day(one.actual) if one.actual else one.forecast or one.baseline
            last = stands.latest or stands.earliest
            if last is not None and starts <= last <= ends:
                found.append(Move(one, "new", GivenDate(""), stands, made[-1].reason if made else one.added_because))
            continue
        if not made:
            continue
        was = made[0].was or one.baseline
        now = given_day(one.actual) if one.actual else one.forecast or one.baseline
        before, after = was.latest or was.earliest, now.latest or now.earliest
        if before is None or after is None:
            continue
        was_in, is_in = starts <= before <= ends, starts <= after <= ends
        if was_in != is_in:
            way: Way = "added" if is_in else "pushed out" if after > ends else "brought forward out"
            found.append(Move(one, way, was, now, made[-1].reason))
    return found


def moved(session: Session, period: Period, workstream_id: int | None = None) -> list[Move]:
    """What moved out of or into a period since it began, or since the period before was released if that was earlier.

    Three statements, however many milestones there are.
    """
    since = datetime.combine(period.starts, time(), LONDON)
    last = period_before(session, period)
    if last is not None and last.released_at is not None:
        since = min(since, last.released_at)
    changed = sa.select(MilestoneChange.milestone_id).where(
        MilestoneChange.what == "forecast", MilestoneChange.at >= since
    )
    query = (
        sa.select(Milestone)
        .join(Workstream, Workstream.id == Milestone.workstream_id)
        .where(
            Workstream.programme_id == period.programme_id,
            sa.or_(
                Milestone.id.in_(changed), Milestone.added_on >= day_of(since), Milestone.withdrawn_on >= day_of(since)
            ),
        )
        .options(joinedload(Milestone.workstream), selectinload(Milestone.changes))
        .order_by(Workstream.position, Workstream.id, Milestone.position, Milestone.id)
    )
    if workstream_id is not None:
        query = query.where(Workstream.id == workstream_id)
    return moves(_facts(session.scalars(query).all()), period.starts, period.ends, since)


def _facts(milestones: Sequence[Milestone]) -> Iterable[MilestoneFact]:
    for one in milestones:
        yield MilestoneFact(
            one.code,
            one.title,
            one.workstream.code,
            one.workstream.title,
            one.demonstration,
            one.baseline,
            one.forecast,
            one.actual,
            tuple(
                Change(change.at, _was(change), change.reason)
                for change in sorted(one.changes, key=lambda each: (each.at, each.id))
                if change.what == "forecast"
            ),
            one.added_on,
            _why(one, "added"),
            one.withdrawn_on,
            _why(one, "withdrawn"),
        )


def _why(milestone: Milestone, what: str) -> str:
    """The reason of the last such change."""
    return next((change.reason for change in reversed(milestone.changes) if change.what == what), "")


def _was(change: MilestoneChange) -> GivenDate | None:
    """The date before a change. Of changes made before days were kept with the words, the words have to tell."""
    if change.was == NONE:
        return None
    if change.was_earliest or change.was_latest:
        return GivenDate(change.was, change.was_earliest, change.was_latest)
    try:
        return parse_given(change.was)
    except DateNotUnderstood:
        return GivenDate(change.was)
