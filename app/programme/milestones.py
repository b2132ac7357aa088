"""A milestone's forecast or actual date changes with a reason; its baseline stays, and every change is kept."""

from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db.types import GivenDate
from app.people.models import Collaborative
from app.permissions import Missing, Refused, Stale
from app.programme.dates import given_day
from app.programme.models import Milestone, MilestoneChange, Programme, Workstream
from workflows.case_history import day_of
from workflows.facts import day_in_words

NONE = "none"


def move_milestone(
    session: Session,
    milestone_id: int,
    *,
    what: Literal["forecast", "actual"],
    became: GivenDate,
    reason: str,
    seen: int,
    doer: Doer,
    now: datetime,
) -> MilestoneChange:
    """Change the forecast, or say when it was done. `seen` is the number of changes the page showed.

    An actual date is a day that has come. Refuses a change without a reason or without a difference.
    """
    milestone = locked(session, milestone_id, seen)
    refuse_withdrawn(milestone)
    if not reason.strip():
        raise Refused("A milestone’s date changes only with a reason.", "Say why the date changes.")
    was: GivenDate | None = milestone.forecast
    if what == "actual":
        done_on = _done_on(became, day_of(now))
        was = given_day(milestone.actual) if milestone.actual else None
    elif milestone.actual is not None:
        raise Refused(
            f"“{milestone.title}” was done on {day_in_words(milestone.actual)}, so it has no forecast any more.",
            "Correct the day it was done, with a reason.",
        )
    if was == became:
        raise Refused(f"The {what} is {became.words} already.", "Enter another date, or leave it as it is.")
    if what == "actual":
        milestone.actual = done_on
    else:
        milestone.forecast_words = became.words
        milestone.forecast_earliest, milestone.forecast_latest = became.earliest, became.latest
    change = noted(session, milestone, what, was, became.words or NONE, reason, doer, now)
    _record(session, milestone, change, doer, now)
    return change


def locked(session: Session, milestone_id: int, seen: int) -> Milestone:
    """The milestone, held to the end of the transaction; `Stale` where it has changed since `seen` changes."""
    milestone = session.get(Milestone, milestone_id, with_for_update=True, populate_existing=True)
    if milestone is None:
        raise Missing
    changes = session.scalars(
        sa.select(MilestoneChange).where(MilestoneChange.milestone_id == milestone.id).order_by(MilestoneChange.id)
    ).all()
    if len(changes) != seen:
        raise Stale(
            f"“{milestone.title}” was changed after you opened the page. Nothing of yours was saved.",
            *(_told(one) for one in changes[seen:]),
        )
    return milestone


def _told(change: MilestoneChange) -> str:
    if change.what in ("forecast", "actual"):
        done = f"changed the {change.what} from {change.was} to {change.became}"
    else:
        done = {"added": "added it", "withdrawn": "withdrew it", "put back": "put it back"}[change.what]
    return f"{change.by} {done}, because: {change.reason}"


def refuse_withdrawn(milestone: Milestone) -> None:
    """Raise `Refused` for a milestone that is no longer in the plan."""
    if milestone.withdrawn_on is not None:
        raise Refused(
            f"“{milestone.title}” was withdrawn from the plan on {day_in_words(milestone.withdrawn_on)}, so it stays "
            "as it was.",
            "Put it back into the plan first.",
        )


def noted(
    session: Session,
    milestone: Milestone,
    what: str,
    was: GivenDate | None,
    became: str,
    reason: str,
    doer: Doer,
    now: datetime,
) -> MilestoneChange:
    """Keep a change of a milestone with its reason."""
    change = MilestoneChange(
        milestone_id=milestone.id,
        what=what,
        was=(was.words if was else None) or NONE,
        was_earliest=was.earliest if was else None,
        was_latest=was.latest if was else None,
        became=became,
        reason=reason.strip(),
        by=doer.name,
        at=now,
    )
    session.add(change)
    session.flush()
    session.expire(milestone, ["changes"])
    return change


def _done_on(became: GivenDate, today: date) -> date:
    if became.earliest is None or became.earliest != became.latest:
        raise Refused("When it was done is a day.", "Enter a day, such as 5 November 2015.")
    if became.earliest > today:
        raise Refused(
            f"{day_in_words(became.earliest)} has not come yet, so nothing was done on it.",
            "Enter it as the forecast, or the day it was done.",
        )
    return became.earliest


def _record(session: Session, milestone: Milestone, change: MilestoneChange, doer: Doer, now: datetime) -> None:
    workstream, programme = session.execute(
        sa.select(Workstream, Programme)
        .join(Programme, Programme.id == Workstream.programme_id)
        .where(Workstream.id == milestone.workstream_id)
        .options(joinedload(Programme.collaborative).joinedload(Collaborative.host))
    ).one()
    host = programme.collaborative.host
    payload = {
        "milestone": milestone.code,
        "milestone_title": milestone.title,
        "programme": programme.code,
        "workstream": workstream.code,
        "title": workstream.title,
        "baseline": milestone.baseline_words,
        "what": change.what,
        "was": change.was,
        "became": change.became,
        "reason": change.reason,
    }
    append(session, [Act(Tag.MILESTONE_MOVED, doer, host.id, host.name, "milestone", milestone.id, payload)], now)
