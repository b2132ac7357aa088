"""A milestone comes into the plan, is withdrawn from it and put back, each with a reason; none is ever deleted."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.db.types import GivenDate
from app.permissions import Missing, Refused
from app.programme.milestones import NONE, locked, noted, refuse_withdrawn
from app.programme.models import Milestone, MilestoneChange, Programme, Workstream
from app.programme.recording import record
from app.programme.risks import next_code
from workflows.case_history import day_of
from workflows.facts import day_in_words

ADDED, WITHDRAWN, PUT_BACK = "added", "withdrawn", "put back"
IN_AND_OUT = (ADDED, WITHDRAWN, PUT_BACK)


def add_milestone(
    session: Session, workstream_id: int, *, title: str, when: GivenDate, reason: str, doer: Doer, now: datetime
) -> Milestone:
    """Put a milestone into a workstream's plan, last in its order: the date given is its baseline.

    Its code is the programme's next; it is new in the plan from this day.
    """
    workstream = session.get(Workstream, workstream_id)
    if workstream is None:
        raise Missing
    session.execute(sa.select(Programme.id).where(Programme.id == workstream.programme_id).with_for_update())
    title = " ".join(title.split())
    if not title:
        raise Refused("A milestone is known by its title.", "Say in a line what is reached with it.")
    if not when:
        raise Refused("A milestone has a date.", "Say when it is to be reached, as precisely as that is known.")
    _needs_reason(reason, "A milestone comes into the plan only with a reason.", "Say why it is added.")
    there = session.scalars(sa.select(Milestone).where(Milestone.workstream_id == workstream.id)).all()
    if any(one.title.casefold() == title.casefold() and one.withdrawn_on is None for one in there):
        raise Refused(
            f"“{title}” is a milestone of {workstream.title} already.", "Change its date, or give another title."
        )
    milestone = Milestone(
        code=next_code(session, Milestone.code, workstream.programme, "milestone"),
        workstream_id=workstream.id,
        workstream=workstream,
        title=title,
        position=max((one.position for one in there), default=0) + 1,
        baseline_words=when.words or "",
        baseline_earliest=when.earliest,
        baseline_latest=when.latest,
        added_on=day_of(now),
        demonstration=False,
    )
    session.add(milestone)
    session.flush()
    _change(session, milestone, ADDED, None, when.words or NONE, reason, Tag.MILESTONE_ADDED, doer, now)
    return milestone


def withdraw_milestone(
    session: Session, milestone_id: int, *, reason: str, seen: int, doer: Doer, now: datetime
) -> Milestone:
    """Say that a milestone is no longer wanted. It stays to be seen, and nothing waits for it any more."""
    milestone = locked(session, milestone_id, seen)
    refuse_withdrawn(milestone)
    if milestone.actual is not None:
        raise Refused(
            f"“{milestone.title}” was done on {day_in_words(milestone.actual)}, so it is not withdrawn.",
            "Correct the day it was done, with a reason.",
        )
    _needs_reason(reason, "A milestone is withdrawn only with a reason.", "Say why it is no longer wanted.")
    milestone.withdrawn_on = day_of(now)
    was = milestone.forecast or milestone.baseline
    _change(session, milestone, WITHDRAWN, was, WITHDRAWN, reason, Tag.MILESTONE_WITHDRAWN, doer, now)
    return milestone


def put_back_milestone(
    session: Session, milestone_id: int, *, reason: str, seen: int, doer: Doer, now: datetime
) -> Milestone:
    """Say that a withdrawn milestone is wanted after all: it stands again with the dates it had."""
    milestone = locked(session, milestone_id, seen)
    if milestone.withdrawn_on is None:
        raise Refused(f"“{milestone.title}” stands in the plan.", "Nothing is left to do.")
    _needs_reason(reason, "A milestone is put back only with a reason.", "Say why it is wanted after all.")
    milestone.withdrawn_on = None
    stands = (milestone.forecast or milestone.baseline).words or NONE
    _change(session, milestone, PUT_BACK, None, stands, reason, Tag.MILESTONE_PUT_BACK, doer, now)
    return milestone


def _needs_reason(reason: str, sentence: str, need: str) -> None:
    if not reason.strip():
        raise Refused(sentence, need)


def _change(
    session: Session,
    milestone: Milestone,
    what: str,
    was: GivenDate | None,
    became: str,
    reason: str,
    tag: Tag,
    doer: Doer,
    now: datetime,
) -> MilestoneChange:
    change = noted(session, milestone, what, was, became, reason, doer, now)
    said = {
        "milestone": milestone.code,
        "milestone_title": milestone.title,
        "was": change.was,
        "became": change.became,
        "reason": change.reason,
    }
    workstream = milestone.workstream
    record(session, tag, workstream.programme, workstream, ("milestone", milestone.id), said, doer, now)
    return change
