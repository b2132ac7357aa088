"""The plan on a page: the milestones of some workstreams, and the days that stand across all of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings.models import Meeting
from app.programme.baselines import tolerance_of
from app.programme.consequences import dependencies_in
from app.programme.dates import Slip, slip
from app.programme.models import Milestone, Period, Programme, Workstream
from app.signoff.models import Case, CaseState, PartyState
from workflows.facts import day_in_words
from workflows.slippage import Tolerated, days_late, tolerated


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """A milestone of the plan with its slip, whether that is within tolerance, and the titles of what it waits for."""

    milestone: Milestone
    slip: Slip
    tolerance: tuple[Tolerated, str]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedWorkstream:
    """A workstream of the plan, its milestones in their order."""

    workstream: Workstream
    milestones: tuple[PlannedMilestone, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan shows: its rows, the dependencies between the milestones in them (from, to), and the days."""

    rows: tuple[PlannedWorkstream, ...]
    dependencies: tuple[tuple[int, int], ...]
    periods: Sequence[Period]
    meetings: tuple[tuple[date, str], ...]


def plan(session: Session, programme: Programme, workstreams: Sequence[Workstream]) -> Plan:
    """The plan of these workstreams of a programme; a fixed number of statements however many they are."""
    milestones = session.scalars(
        sa.select(Milestone)
        .where(Milestone.workstream_id.in_([one.id for one in workstreams]))
        .order_by(Milestone.position, Milestone.id)
    ).all()
    links = dependencies_in(session, programme.id, [one.id for one in milestones])
    titles = {
        row.id: f"{row.title} (withdrawn)" if row.withdrawn_on else row.title
        for row in session.execute(
            sa.select(Milestone.id, Milestone.title, Milestone.withdrawn_on).where(
                Milestone.id.in_([one.needs_id for one in links])
            )
        )
    }
    needs: dict[int, list[str]] = {}
    for link in links:
        needs.setdefault(link.milestone_id, []).append(titles[link.needs_id])
    shown = {one.id for one in milestones if one.withdrawn_on is None}
    of_workstream: dict[int, list[Milestone]] = defaultdict(list)
    for one in milestones:
        of_workstream[one.workstream_id].append(one)
    return Plan(
        tuple(
            PlannedWorkstream(
                workstream,
                tuple(_planned(one, tuple(needs.get(one.id, ()))) for one in of_workstream[workstream.id]),
            )
            for workstream in workstreams
        ),
        tuple((one.needs_id, one.milestone_id) for one in links if {one.needs_id, one.milestone_id} <= shown),
        session.scalars(sa.select(Period).where(Period.programme_id == programme.id).order_by(Period.starts)).all(),
        _meetings(session, programme.collaborative_id),
    )


def _planned(one: Milestone, needs: tuple[str, ...]) -> PlannedMilestone:
    if one.withdrawn_on is not None:
        said = f"Withdrawn on {day_in_words(one.withdrawn_on)}."
        return PlannedMilestone(one, Slip(None, said), ("none", said), needs)
    found = slip(one.baseline, one.forecast, one.actual)
    late = found.days if (one.actual or one.forecast) else days_late(one.baseline, one.baseline)
    return PlannedMilestone(one, found, tolerated(late, tolerance_of(one)), needs)


def _meetings(session: Session, collaborative_id: int) -> tuple[tuple[date, str], ...]:
    """The days on which a body is to decide an open case, with the cases' titles."""
    rows = session.execute(
        sa.select(Meeting.held_on, Case.title)
        .distinct()
        .join(PartyState, PartyState.meeting_id == Meeting.id)
        .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
        .join(Case, Case.id == PartyState.case_id)
        .where(
            Case.collaborative_id == collaborative_id,
            Case.part == 1,
            CaseState.state == "open",
            PartyState.waiting.is_(True),
            Meeting.state == "planned",
        )
        .order_by(Meeting.held_on, Case.title)
    )
    return tuple((row.held_on, row.title) for row in rows)
