"""What a milestone's date does: which milestones it pushes, and which sign-off dates it leaves no room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.db.types import GivenDate
from app.documents.models import Document
from app.programme.dependency_models import MilestoneBaseline, MilestoneDependency, MilestoneSignOff
from app.programme.models import Milestone, Workstream
from app.signoff.queries import cases_about, folded
from app.signoff.route_facts import route_facts
from workflows.route import leg
from workflows.slippage import Deadline, Point, Pushed, Threat, pushed, threatened


@dataclass(frozen=True, slots=True)
class Dependant:
    """A milestone that depends on another, by way of which, and what becomes of it."""

    milestone: Milestone
    through: Milestone
    pushed: Pushed


@dataclass(frozen=True, slots=True)
class Threatened:
    """A sign-off date that is threatened: of which case, because of which milestone."""

    milestone: Milestone
    case_code: str
    case_title: str
    threat: Threat


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that depends on a milestone, near before far, and every sign-off date that its day threatens."""

    dependants: list[Dependant]
    threatened: list[Threatened]

    @property
    def moved(self) -> list[Dependant]:
        """Those whose own date cannot stand."""
        return [one for one in self.dependants if one.pushed.moves]


def day_expected(milestone: Milestone) -> date | None:
    """The last day on which it can be reached as things stand; None where its words tell no day."""
    return milestone.actual or (milestone.forecast or milestone.baseline).latest


def milestones_in(session: Session, programme_id: int) -> Sequence[Milestone]:
    """Every milestone of a programme with its workstream, in their order."""
    return session.scalars(
        sa.select(Milestone)
        .join(Workstream, Workstream.id == Milestone.workstream_id)
        .where(Workstream.programme_id == programme_id)
        .options(joinedload(Milestone.workstream))
        .order_by(Workstream.position, Workstream.id, Milestone.position, Milestone.id)
    ).all()


def dependencies_in(
    session: Session, programme_id: int, milestone_ids: Sequence[int] | None = None
) -> Sequence[MilestoneDependency]:
    """Every dependency between a programme's milestones; with ids, what these milestones wait for."""
    query = (
        sa.select(MilestoneDependency)
        .join(Milestone, Milestone.id == MilestoneDependency.milestone_id)
        .join(Workstream, Workstream.id == Milestone.workstream_id)
        .where(Workstream.programme_id == programme_id)
        .order_by(MilestoneDependency.id)
    )
    if milestone_ids is not None:
        query = query.where(Milestone.id.in_(milestone_ids))
    return session.scalars(query).all()


def needed_by(session: Session, milestone_id: int) -> Sequence[MilestoneDependency]:
    """What a milestone waits for."""
    return session.scalars(
        sa.select(MilestoneDependency)
        .where(MilestoneDependency.milestone_id == milestone_id)
        .options(joinedload(MilestoneDependency.needs).joinedload(Milestone.workstream))
        .order_by(MilestoneDependency.id)
    ).all()


def sign_offs_of(session: Session, milestone_ids: Sequence[int]) -> Sequence[MilestoneSignOff]:
    """The documents whose sign-off needs one of these milestones."""
    return session.scalars(
        sa.select(MilestoneSignOff)
        .where(MilestoneSignOff.milestone_id.in_(milestone_ids))
        .options(joinedload(MilestoneSignOff.document))
        .order_by(MilestoneSignOff.id)
    ).all()


def documents_of(session: Session, collaborative_id: int) -> Sequence[Document]:
    """The documents of a collaborative, by title."""
    return session.scalars(
        sa.select(Document).where(Document.collaborative_id == collaborative_id).order_by(Document.title, Document.id)
    ).all()


def baselines_of(session: Session, milestone_id: int) -> Sequence[MilestoneBaseline]:
    """The baselines that were replaced, the newest first."""
    return session.scalars(
        sa.select(MilestoneBaseline)
        .where(MilestoneBaseline.milestone_id == milestone_id)
        .order_by(MilestoneBaseline.at.desc(), MilestoneBaseline.id.desc())
    ).all()


def consequences(session: Session, milestone: Milestone, to: GivenDate | None, now: datetime) -> Consequences:
    """What follows if the milestone is expected on `to`; with None, what follows from its date as it stands.

    Nothing waits for one that was withdrawn.
    """
    if milestone.withdrawn_on is not None:
        return Consequences([], [])
    programme_id = milestone.workstream.programme_id
    every = {one.id: one for one in milestones_in(session, programme_id)}
    before = day_expected(milestone)
    day = before if to is None else to.latest
    points = {one.id: Point(one.id, one.title, day_expected(one), not one.awaited) for one in every.values()}
    pairs = [(one.milestone_id, one.needs_id) for one in dependencies_in(session, programme_id)]
    found = [
        Dependant(every[one.id], every[one.through], one)
        for one in pushed(milestone.id, day, points, pairs)
        if one.id in every
    ]
    if milestone.actual is not None and to is None:
        return Consequences(found, [])
    days: dict[int, tuple[date | None, date | None]] = {milestone.id: (before if to is not None else None, day)}
    for one in found:
        if one.pushed.moves:
            days[one.milestone.id] = (one.pushed.expected, one.pushed.to)
    dangers = []
    for link in sign_offs_of(session, list(days)):
        for case_code, case_title, ends in _deadlines(session, link.document_id, now):
            dangers += [
                Threatened(every[link.milestone_id], case_code, case_title, threat)
                for threat in threatened(ends, *days[link.milestone_id])
            ]
    soonest = sorted(dangers, key=lambda one: (one.threat.deadline.meeting_on, one.threat.deadline.body))
    return Consequences(found, soonest)


def _deadlines(session: Session, document_id: int, now: datetime) -> list[tuple[str, str, list[Deadline]]]:
    """Per open case on a document the meetings that are still to decide, with the last days for their papers."""
    found = []
    for case in cases_about(session, "document", [document_id]):
        if case.part != 1:
            continue
        standing = folded(session, case, now)
        if standing.standing.state != "open":
            continue
        today = standing.today
        taken = [
            (stop.party.short_name, leg(stop.as_scheduled(), today, today).sitting)
            for stop in route_facts(session, standing, meets_later=True).stops
        ]
        ends = [
            Deadline(
                body, case.title, one.held_on, one.papers_due if one.papers_due < one.held_on else None, one.on_agenda
            )
            for body, one in taken
            if one is not None
        ]
        found.append((case.code, case.title, ends))
    return found
