"""What an update edition says of the programme: its workstreams as approved this period, and the architecture.

A body's local position is not part of it: that is the body's own, outside the common hash.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.packs.dates import given_fact, iso, slip_words
from app.packs.wording import is_told
from app.programme.dates import slip
from app.programme.listing import heard_on
from app.programme.models import (
    DIMENSIONS,
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
from app.programme.moved import moved
from app.programme.register import facts_for
from app.programme.silence import Silence, silence

Json = dict[str, Any]

TEXTS = ("headline", "done", "next", "decisions", "path_to_green")


def highlights(session: Session, period: Period) -> list[Json]:
    """The period's highlights list, as it is printed."""
    rows = session.execute(
        sa.select(Highlight, Workstream.code)
        .join(Workstream, Workstream.id == Highlight.workstream_id)
        .where(Highlight.period_id == period.id)
        .order_by(Highlight.position)
    )
    return [{"title": row.title, "workstream": code, "source": row.source} for row, code in rows]


def previous_period(session: Session, period: Period) -> Period | None:
    """The period before this one."""
    return session.scalar(
        sa.select(Period)
        .where(Period.programme_id == period.programme_id, Period.starts < period.starts)
        .order_by(Period.starts.desc())
        .limit(1)
    )


def workstreams(
    session: Session, programme: Programme, period: Period, *, only: int | None = None, drafts: bool = False
) -> list[Json]:
    """Every workstream that runs in the period (or `only` one), with its approved update where it has one.

    `drafts`: this period's update as it stands, approved or not, for a preview.
    """
    streams = session.scalars(
        sa.select(Workstream)
        .options(joinedload(Workstream.lead), joinedload(Workstream.sro), joinedload(Workstream.segment))
        .where(
            Workstream.programme_id == programme.id,
            Workstream.id == only if only is not None else sa.true(),
            Workstream.starts <= period.ends,
            sa.or_(Workstream.ends.is_(None), Workstream.ends >= period.starts),
        )
        .order_by(Workstream.position, Workstream.id)
    ).all()
    ids = [stream.id for stream in streams]
    this, last = _updates(session, ids, period, drafts)
    deliverables = _deliverables(session, ids)
    risks = _risks(session, ids, period.ends)
    crossed = _crossed(session, period, only)
    milestones = _milestones(session, ids, [one["code"] for every in crossed.values() for one in every])
    heard, limit = heard_on(session, programme.id, ids, through=period), programme.silent_days
    return [
        {
            "code": stream.code,
            "title": stream.title,
            "sentence": stream.sentence,
            "kind": stream.kind,
            "segment": stream.segment.name if stream.segment else None,
            "lead": stream.lead.name if stream.lead else None,
            "sro": stream.sro.name if stream.sro else None,
            "people_demonstration": any(person.demonstration for person in (stream.lead, stream.sro) if person),
            "runs": given_fact(stream.runs),
            "in_remit": stream.in_remit,
            "out_of_remit": stream.out_of_remit,
            "source": stream.source,
            "demonstration": stream.demonstration,
            "this": _update(this[stream.id]) if stream.id in this else None,
            "last": _update(last[stream.id]) if stream.id in last else None,
            "silence": None
            if stream.id in this
            else _silence(silence(heard.get(stream.id), stream.starts, period.updates_due, limit)),
            "milestones": milestones[stream.id],
            "crossed": crossed[stream.code],
            "deliverables": deliverables[stream.id],
            "risks": risks[stream.id],
        }
        for stream in streams
    ]


def _updates(
    session: Session, ids: Sequence[int], period: Period, drafts: bool
) -> tuple[dict[int, Update], dict[int, Update]]:
    """The approved updates of this period, and each workstream's last approved one before it."""
    rows = session.scalars(
        sa.select(Update)
        .join(Period, Period.id == Update.period_id)
        .options(joinedload(Update.period), joinedload(Update.approved_by), joinedload(Update.written_by))
        .where(
            Update.workstream_id.in_(ids),
            sa.or_(
                Update.state == "approved", sa.and_(Update.period_id == period.id, sa.true() if drafts else sa.false())
            ),
            Period.starts <= period.starts,
        )
        .order_by(Period.starts, Update.id)
    )
    this: dict[int, Update] = {}
    last: dict[int, Update] = {}
    for update in rows:
        (this if update.period_id == period.id else last)[update.workstream_id] = update
    return this, last


def _update(update: Update) -> Json:
    return {
        "period": update.period.title,
        "state": update.state,
        "brag": {dimension: getattr(update, dimension) for dimension in DIMENSIONS},
        **{name: getattr(update, name) for name in TEXTS},
        "approved_by": update.approved_by.name if update.approved_by else None,
        "approved_at": iso(update.approved_at),
        "source": update.source,
        "demonstration": update.demonstration,
    }


def _silence(found: Silence) -> Json | None:
    """How long nothing had been heard of a workstream on the day updates were due; None where that is not long.

    It is told as at that day, so that facts say the same whenever they are frozen.
    """
    if not found.shown:
        return None
    return {"days": found.days, "since": iso(found.since), "heard": found.heard, "limit": found.limit}


def _milestones(session: Session, ids: Sequence[int], told: Sequence[str]) -> dict[int, list[Json]]:
    """By workstream, its milestones; one that was withdrawn only where it is told as such (`told`, by code)."""
    found: dict[int, list[Json]] = defaultdict(list)
    rows = session.scalars(
        sa.select(Milestone)
        .options(selectinload(Milestone.changes))
        .where(
            Milestone.workstream_id.in_(ids),
            sa.or_(Milestone.withdrawn_on.is_(None), Milestone.code.in_(told)),
        )
        .order_by(Milestone.position, Milestone.id)
    )
    for row in rows:
        expected = row.forecast or row.baseline
        moved = slip(row.baseline, expected, row.actual)
        found[row.workstream_id].append(
            {
                "code": row.code,
                "title": row.title,
                "baseline": given_fact(row.baseline),
                "forecast": given_fact(expected),
                "actual": iso(row.actual),
                "slip_days": None if row.withdrawn_on else moved.days,
                "slip": "withdrawn" if row.withdrawn_on else slip_words(moved),
                **({"withdrawn_on": iso(row.withdrawn_on)} if row.withdrawn_on else {}),
                "changes": [
                    {"what": c.what, "was": c.was, "became": c.became, "reason": c.reason, "by": c.by, "at": iso(c.at)}
                    for c in row.changes
                ],
                "source": row.source,
                "demonstration": row.demonstration,
            }
        )
    return found


def _crossed(session: Session, period: Period, only: int | None) -> dict[str, list[Json]]:
    """By workstream, the milestones that were pushed out of the period or added into it, or are new in it."""
    found: dict[str, list[Json]] = defaultdict(list)
    for one in moved(session, period, only):
        found[one.milestone.workstream_code].append(
            {
                "code": one.milestone.code,
                "title": one.milestone.title,
                "way": one.way,
                "was": given_fact(one.was),
                "now": given_fact(one.now),
                "added_on": iso(one.milestone.added_on),
                **({"withdrawn_on": iso(one.milestone.withdrawn_on)} if one.milestone.withdrawn_on else {}),
                "reason": one.reason,
                "demonstration": one.milestone.demonstration,
            }
        )
    return found


def _deliverables(session: Session, ids: Sequence[int]) -> dict[int, list[Json]]:
    found: dict[int, list[Json]] = defaultdict(list)
    rows = session.scalars(
        sa.select(Deliverable).where(Deliverable.workstream_id.in_(ids)).order_by(Deliverable.position, Deliverable.id)
    )
    for row in rows:
        found[row.workstream_id].append(
            {
                "title": row.title,
                "description": row.description,
                "due": given_fact(row.due),
                "accepted_on": iso(row.accepted_on),
            }
        )
    return found


COUNTED = ("code", "kind", "score", "band", "trend")
RISK = (*COUNTED, "title", "mitigation", "owner", "escalation", "demonstration")


def _risks(session: Session, ids: Sequence[int], on: date) -> dict[int, list[Json]]:
    """The open risks and issues of each workstream, the gravest first, as the register has them.

    The facts of a released pack are public: what the paper only counts has its score there and none of its words.
    """
    found: dict[int, list[Json]] = defaultdict(list)
    for risk in facts_for(session, ids, on):
        found[risk["workstream_id"]].append({name: risk[name] for name in (RISK if is_told(risk) else COUNTED)})
    return found


def architecture(session: Session, programme: Programme) -> Json | None:
    """Sectors, segments, what works in each, and the links between segments; None where none is described."""
    segments = session.scalars(
        sa.select(Segment).where(Segment.programme_id == programme.id).order_by(Segment.kind, Segment.position)
    ).all()
    if not segments:
        return None
    rows = session.scalars(
        sa.select(SegmentLink)
        .options(joinedload(SegmentLink.from_segment), joinedload(SegmentLink.to_segment))
        .where(SegmentLink.from_id.in_([segment.id for segment in segments]))
        .order_by(SegmentLink.id)
    )
    links = sorted(rows, key=lambda one: (one.from_segment.position, one.to_segment.position, one.kind))
    return {
        "sectors": [{"code": s.code, "name": s.name, **_made_up(s)} for s in segments if s.kind == "sector"],
        "segments": [
            {"code": s.code, "name": s.name, "what_works": s.what_works, "source": s.source, **_made_up(s)}
            for s in segments
            if s.kind == "segment"
        ],
        "links": [
            {
                "kind": link.kind,
                "from": link.from_segment.code,
                "from_name": link.from_segment.name,
                "to": link.to_segment.code,
                "to_name": link.to_segment.name,
                "reconstructed": link.reconstructed,
                "note": link.note,
                **_made_up(link),
            }
            for link in links
        ],
    }


def _made_up(one: Segment | SegmentLink) -> Json:
    """That it is demonstration content, where it is: what was frozen before this was told stays as it was."""
    return {"demonstration": True} if one.demonstration else {}


def local_positions(session: Session, period: Period, body_id: int) -> dict[str, Json]:
    """What one body says of each workstream it takes part in: its words once approved, until then only the state."""
    rows = session.execute(
        sa.select(Workstream.code, LocalPosition)
        .join(WorkstreamBody, WorkstreamBody.workstream_id == Workstream.id)
        .outerjoin(
            LocalPosition,
            sa.and_(
                LocalPosition.workstream_id == Workstream.id,
                LocalPosition.period_id == period.id,
                LocalPosition.body_id == body_id,
            ),
        )
        .options(joinedload(LocalPosition.approved_by))
        .where(WorkstreamBody.body_id == body_id, Workstream.programme_id == period.programme_id)
        .order_by(Workstream.position, Workstream.id)
    )
    return {code: _local(local) for code, local in rows}


def _local(local: LocalPosition | None) -> Json:
    if local is None or local.state in ("draft", "returned"):
        return {"state": "owed"}
    if local.state != "approved":
        return {"state": local.state}
    return {
        "state": "approved",
        "brag": local.brag,
        "position": local.position,
        "note": local.note,
        "approved_by": local.approved_by.name if local.approved_by else None,
        "approved_at": iso(local.approved_at),
        "demonstration": local.demonstration,
    }
