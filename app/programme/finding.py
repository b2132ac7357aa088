"""Finding one thing of a programme, or all of a kind: periods, workstreams, updates, milestones, local positions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.people.models import Collaborative, DecidingBody
from app.permissions import Missing
from app.programme.models import (
    Deliverable,
    Highlight,
    LocalPosition,
    Milestone,
    Period,
    Programme,
    Segment,
    SegmentLink,
    Update,
    Workstream,
    WorkstreamBody,
)
from workflows.case_history import day_of
from workflows.facts import day_in_words

LocalState = Literal["not_needed", "owed", "draft", "nothing_local", "submitted", "returned", "approved"]

_WITH_HOST = joinedload(Programme.collaborative).joinedload(Collaborative.host)


def programme_by_code(session: Session, code: str) -> Programme:
    """The programme with this code, its collaborative and host loaded; raises `Missing`."""
    found = session.scalar(sa.select(Programme).where(Programme.code == code).options(_WITH_HOST))
    if found is None:
        raise Missing
    return found


def programmes_of(session: Session, collaborative_ids: Collection[int]) -> Sequence[Programme]:
    """The programmes of these collaboratives, in the order they were made."""
    return session.scalars(
        sa.select(Programme)
        .where(Programme.collaborative_id.in_(collaborative_ids))
        .options(_WITH_HOST)
        .order_by(Programme.id)
    ).all()


def titles_of(session: Session, collaborative_ids: Collection[int]) -> dict[str, str]:
    """The titles of the workstreams of these collaboratives, by code, in the order of the programmes' own lists."""
    rows = session.execute(
        sa.select(Workstream.code, Workstream.title)
        .join(Programme, Programme.id == Workstream.programme_id)
        .where(Programme.collaborative_id.in_(collaborative_ids))
        .order_by(Programme.id, Workstream.position, Workstream.code)
    )
    return {row.code: row.title for row in rows}


def periods(session: Session, programme_id: int) -> Sequence[Period]:
    """The programme's reporting periods, newest first."""
    return session.scalars(
        sa.select(Period).where(Period.programme_id == programme_id).order_by(Period.starts.desc())
    ).all()


def period_by_code(session: Session, code: str) -> Period:
    """The period with this code, its programme loaded; raises `Missing`."""
    found = session.scalar(
        sa.select(Period).where(Period.code == code).options(joinedload(Period.programme).options(_WITH_HOST))
    )
    if found is None:
        raise Missing
    return found


def open_period(session: Session, programme_id: int, on: date) -> Period | None:
    """The period that is reported on: the first after the last released one; before any release, the one of the day.

    None where every period is released.
    """
    return chosen_open(periods(session, programme_id), on)


def chosen_open(newest_first: Sequence[Period], on: date) -> Period | None:
    """`open_period` among periods that are at hand."""
    released = [period.starts for period in newest_first if period.released_at]
    waiting = [p for p in reversed(newest_first) if not p.released_at and (not released or p.starts > max(released))]
    if not waiting:
        return None
    if released:
        return waiting[0]
    return next((period for period in waiting if period.ends >= on), waiting[-1])


def period_before(session: Session, period: Period) -> Period | None:
    """The period before this one."""
    return session.scalar(
        sa.select(Period)
        .where(Period.programme_id == period.programme_id, Period.starts < period.starts)
        .order_by(Period.starts.desc())
        .limit(1)
    )


def closing_sentence(session: Session, period: Period, workstream_id: int | None = None) -> str | None:
    """Why a period is closed to its updates, or to that of one workstream; None while it is open.

    A workstream's update that was opened again for a correction is open whatever was released.
    """
    if workstream_id is not None and period.released_at is not None:
        update = update_of(session, workstream_id, period.id)
        if update is not None and update.reopened_at is not None:
            return None
    if period.released_at is not None:
        released_on = day_in_words(day_of(period.released_at))
        return f"The update edition of {period.title} was released on {released_on}."
    later = session.scalar(
        sa.select(Period)
        .where(
            Period.programme_id == period.programme_id,
            Period.starts > period.starts,
            Period.released_at.is_not(None),
        )
        .order_by(Period.starts)
        .limit(1)
    )
    if later is not None:
        return f"{period.title} is over: the update edition of {later.title} was released after it."
    return None


def workstream_by_code(session: Session, code: str) -> Workstream:
    """The workstream with this code and what its page names; raises `Missing`."""
    found = session.scalar(
        sa.select(Workstream)
        .where(Workstream.code == code)
        .options(
            joinedload(Workstream.programme).options(_WITH_HOST),
            joinedload(Workstream.segment),
            joinedload(Workstream.lead),
            joinedload(Workstream.sro),
        )
    )
    if found is None:
        raise Missing
    return found


def bodies_of(session: Session, workstream_id: int) -> Sequence[DecidingBody]:
    """The bodies that take part in a workstream, by name."""
    return session.scalars(
        sa.select(DecidingBody)
        .join(WorkstreamBody, WorkstreamBody.body_id == DecidingBody.id)
        .where(WorkstreamBody.workstream_id == workstream_id)
        .options(joinedload(DecidingBody.organisation))
        .order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name)
    ).all()


def update_of(session: Session, workstream_id: int, period_id: int) -> Update | None:
    """The common update of a workstream for a period, in whatever state it is."""
    return session.scalar(
        sa.select(Update)
        .where(Update.workstream_id == workstream_id, Update.period_id == period_id)
        .options(joinedload(Update.written_by), joinedload(Update.approved_by), joinedload(Update.period))
    )


def last_update(session: Session, workstream_id: int, before_period: Period) -> Update | None:
    """The last approved update of an earlier period; where none was approved, the last one submitted."""
    return session.scalar(
        sa.select(Update)
        .join(Period)
        .where(
            Update.workstream_id == workstream_id,
            Update.state.in_(("approved", "submitted")),
            Period.starts < before_period.starts,
        )
        .options(joinedload(Update.period), joinedload(Update.written_by))
        .order_by(Update.state != "approved", Period.starts.desc())
        .limit(1)
    )


def history(session: Session, workstream_id: int) -> Sequence[Update]:
    """Every update of a workstream, the newest period first."""
    return session.scalars(
        sa.select(Update)
        .join(Period)
        .where(Update.workstream_id == workstream_id)
        .options(joinedload(Update.period), joinedload(Update.written_by), joinedload(Update.approved_by))
        .order_by(Period.starts.desc())
    ).all()


def milestones_of(session: Session, workstream_id: int) -> Sequence[Milestone]:
    """The milestones of a workstream in their order, each with its changes."""
    return session.scalars(
        sa.select(Milestone)
        .where(Milestone.workstream_id == workstream_id)
        .options(selectinload(Milestone.changes))
        .order_by(Milestone.position, Milestone.id)
    ).all()


def milestone_by_code(session: Session, code: str) -> Milestone:
    """The milestone with this code, its workstream, programme and changes loaded; raises `Missing`."""
    found = session.scalar(
        sa.select(Milestone)
        .where(Milestone.code == code)
        .options(
            joinedload(Milestone.workstream).joinedload(Workstream.programme).options(_WITH_HOST),
            selectinload(Milestone.changes),
        )
    )
    if found is None:
        raise Missing
    return found


def deliverables_of(session: Session, workstream_id: int) -> Sequence[Deliverable]:
    """What a workstream is to deliver, in order."""
    return session.scalars(
        sa.select(Deliverable)
        .where(Deliverable.workstream_id == workstream_id)
        .order_by(Deliverable.position, Deliverable.id)
    ).all()


def highlights_of(session: Session, period_id: int) -> Sequence[Highlight]:
    """The period's highlights list, in order."""
    return session.scalars(
        sa.select(Highlight).where(Highlight.period_id == period_id).order_by(Highlight.position)
    ).all()


def local_position(session: Session, workstream_id: int, period_id: int, body_id: int) -> LocalPosition | None:
    """What a body says of a workstream for a period, in whatever state it is."""
    return session.scalar(
        sa.select(LocalPosition)
        .where(
            LocalPosition.workstream_id == workstream_id,
            LocalPosition.period_id == period_id,
            LocalPosition.body_id == body_id,
        )
        .options(joinedload(LocalPosition.written_by), joinedload(LocalPosition.approved_by))
    )


def local_positions(session: Session, workstream_id: int, period_id: int) -> Mapping[int, LocalPosition]:
    """Every body's position on a workstream for a period, by the body's id."""
    found = session.scalars(
        sa.select(LocalPosition)
        .where(LocalPosition.workstream_id == workstream_id, LocalPosition.period_id == period_id)
        .options(joinedload(LocalPosition.body))
    )
    return {local.body_id: local for local in found}


def local_positions_closed(session: Session, period_id: int, body_id: int) -> datetime | None:
    """When the body's own pack with its positions of a period was released; None while they are open."""
    return session.scalar(
        sa.select(LocalPosition.released_at)
        .where(
            LocalPosition.period_id == period_id,
            LocalPosition.body_id == body_id,
            LocalPosition.released_at.is_not(None),
        )
        .limit(1)
    )


def local_state(session: Session, workstream_id: int, period_id: int, body_id: int) -> LocalState:
    """Where a body's position stands: not needed where it takes no part, owed where it has none."""
    row = session.execute(
        sa.select(WorkstreamBody.body_id, LocalPosition.state)
        .outerjoin(
            LocalPosition,
            sa.and_(
                LocalPosition.workstream_id == WorkstreamBody.workstream_id,
                LocalPosition.body_id == WorkstreamBody.body_id,
                LocalPosition.period_id == period_id,
            ),
        )
        .where(WorkstreamBody.workstream_id == workstream_id, WorkstreamBody.body_id == body_id)
    ).one_or_none()
    if row is None:
        return "not_needed"
    return cast(LocalState, row.state) if row.state else "owed"


def segments_of(session: Session, programme_id: int) -> Sequence[Segment]:
    """The sectors and segments of the programme's architecture, in order."""
    return session.scalars(
        sa.select(Segment).where(Segment.programme_id == programme_id).order_by(Segment.position, Segment.id)
    ).all()


def links_of(session: Session, programme_id: int) -> Sequence[SegmentLink]:
    """The links between the programme's segments."""
    return session.scalars(
        sa.select(SegmentLink)
        .join(Segment, Segment.id == SegmentLink.from_id)
        .where(Segment.programme_id == programme_id)
        .options(joinedload(SegmentLink.from_segment), joinedload(SegmentLink.to_segment))
        .order_by(SegmentLink.id)
    ).all()


def workstreams_by_segment(session: Session, programme_id: int) -> Mapping[int | None, Sequence[Workstream]]:
    """The programme's workstreams by the id of their segment, those without one under None."""
    placed: dict[int | None, list[Workstream]] = {}
    query = (
        sa.select(Workstream)
        .where(Workstream.programme_id == programme_id)
        .order_by(Workstream.position, Workstream.id)
    )
    for workstream in session.scalars(query):
        placed.setdefault(workstream.segment_id, []).append(workstream)
    return placed
