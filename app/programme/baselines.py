"""A baseline is re-set only by the director, by a named authority and with a reason; the old one is kept."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.db.types import GivenDate
from app.permissions import Missing, Refused, Stale
from app.programme.dependency_models import MilestoneBaseline
from app.programme.milestones import refuse_withdrawn
from app.programme.models import Milestone
from app.programme.recording import record
from workflows.case_history import day_of
from workflows.facts import day_in_words


def rebaseline(
    session: Session,
    milestone_id: int,
    *,
    became: GivenDate,
    authority: str,
    authorised_on: date,
    reason: str,
    shown: str,
    doer: Doer,
    now: datetime,
) -> MilestoneBaseline:
    """Put another baseline in the place of the one that stands. `shown` is the baseline, in words, the page showed."""
    milestone = session.get(Milestone, milestone_id, with_for_update=True, populate_existing=True)
    if milestone is None:
        raise Missing
    refuse_withdrawn(milestone)
    was = milestone.baseline
    if was.words != shown:
        raise Stale(
            f"The baseline of “{milestone.title}” was re-set after you opened the page. Nothing of yours was saved.",
            f"It is {was.words} now.",
        )
    if not authority.strip():
        raise Refused("A baseline is re-set only by a named authority.", "Say who authorised it.")
    if not reason.strip():
        raise Refused("A baseline is re-set only with a reason.", "Say why it is re-set.")
    if authorised_on > day_of(now):
        raise Refused(
            f"{day_in_words(authorised_on)} has not come yet, so nothing was authorised on it.",
            "Enter the day on which it was authorised.",
        )
    if was == became:
        raise Refused(f"The baseline is {became.words} already.", "Enter another date, or leave it as it is.")
    kept = MilestoneBaseline(
        milestone_id=milestone.id,
        was_words=was.words or "",
        was_earliest=was.earliest,
        was_latest=was.latest,
        became=became.words or "",
        authority=authority.strip(),
        authorised_on=authorised_on,
        reason=reason.strip(),
        by=doer.name,
        at=now,
    )
    session.add(kept)
    milestone.baseline_words = became.words or ""
    milestone.baseline_earliest, milestone.baseline_latest = became.earliest, became.latest
    session.flush()
    said = {
        "was": kept.was_words,
        "became": kept.became,
        "authority": kept.authority,
        "authorised_on": authorised_on.isoformat(),
        "reason": kept.reason,
    }
    _recorded(session, Tag.MILESTONE_REBASELINED, milestone, said, doer, now)
    return kept


def set_tolerance(
    session: Session, milestone_id: int, days: int | None, *, reason: str, doer: Doer, now: datetime
) -> None:
    """Give a milestone a tolerance of its own; None: the programme's holds again."""
    milestone = session.get(Milestone, milestone_id, with_for_update=True, populate_existing=True)
    if milestone is None:
        raise Missing
    refuse_withdrawn(milestone)
    if not reason.strip():
        raise Refused("A tolerance changes only with a reason.", "Say why it changes.")
    if milestone.tolerance_days == days:
        raise Refused("That is its tolerance already.", "Enter another number of days.")
    was, milestone.tolerance_days = milestone.tolerance_days, days
    session.flush()
    _recorded(session, Tag.TOLERANCE_SET, milestone, {"was": was, "became": days, "reason": reason.strip()}, doer, now)


def tolerance_of(milestone: Milestone) -> int | None:
    """The days a milestone may slip: its own, else the programme's setting; None where neither is set."""
    if milestone.tolerance_days is not None:
        return milestone.tolerance_days
    return milestone.workstream.programme.tolerance_days


def _recorded(
    session: Session, tag: Tag, milestone: Milestone, said: Mapping[str, str | int | None], doer: Doer, now: datetime
) -> None:
    workstream = milestone.workstream
    named = {"milestone": milestone.code, "milestone_title": milestone.title, **said}
    record(session, tag, workstream.programme, workstream, ("milestone", milestone.id), named, doer, now)
