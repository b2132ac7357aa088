"""When bodies end, the one that succeeds them takes part in their workstreams, and begins with what each had written.

What a body wrote stays its own, as it stood on its last day. The successor owes a position of its own: of the period
that is reported on it begins as a draft that holds the words of each part, under the name of who wrote them, for its
own people to make one of, and to put before its own secretary. Nobody’s words are approved in its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.models import DecidingBody
from app.programme.finding import open_period
from app.programme.models import LocalPosition, Period, Workstream, WorkstreamBody
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.verdict import in_words

STATES = {
    "draft": "a draft",
    "submitted": "submitted, not approved yet",
    "returned": "returned to its writer",
    "approved": "approved by it",
    "nothing_local": "nothing local to add",
}


@dataclass(frozen=True, slots=True)
class Passing:
    """A workstream in which bodies take part that end, and the body that succeeds them there.

    `written`: what they have of the period that is open, none of it in a released pack.
    """

    workstream: Workstream
    heir: DecidingBody
    parts: tuple[DecidingBody, ...]
    period: Period | None
    written: tuple[LocalPosition, ...]


def passing(session: Session, heirs: Mapping[int, DecidingBody], on: date, *, lock: bool = False) -> list[Passing]:
    """What passes from bodies (by id) to those that succeed them on a day, in the order of the workstreams.

    With `lock` the rows that make the bodies owe are held, as whoever writes a position does first.
    """
    query = (
        sa.select(WorkstreamBody, Workstream)
        .join(Workstream, Workstream.id == WorkstreamBody.workstream_id)
        .options(joinedload(WorkstreamBody.body))
        .where(WorkstreamBody.body_id.in_(heirs), sa.or_(Workstream.ends.is_(None), Workstream.ends >= on))
        .order_by(WorkstreamBody.workstream_id, WorkstreamBody.body_id)
    )
    rows = session.execute(query.with_for_update(of=WorkstreamBody) if lock else query).all()
    periods: dict[int, Period | None] = {}
    streams: dict[int, Workstream] = {}
    together: dict[tuple[int, int], list[DecidingBody]] = {}
    for taking_part, stream in rows:
        if stream.programme_id not in periods:
            periods[stream.programme_id] = open_period(session, stream.programme_id, on)
        streams[stream.id] = stream
        together.setdefault((stream.id, heirs[taking_part.body_id].id), []).append(taking_part.body)
    by_id = {heir.id: heir for heir in heirs.values()}
    open_now = [one.id for one in periods.values() if one is not None]
    written = session.scalars(
        sa.select(LocalPosition)
        .options(joinedload(LocalPosition.written_by))
        .where(
            LocalPosition.body_id.in_(heirs),
            LocalPosition.workstream_id.in_(streams),
            LocalPosition.period_id.in_(open_now),
            LocalPosition.released_at.is_(None),
        )
        .order_by(LocalPosition.body_id)
        .execution_options(populate_existing=lock)
    ).all()
    return [
        Passing(
            streams[stream_id],
            by_id[heir_id],
            tuple(parts),
            periods[streams[stream_id].programme_id],
            tuple(
                one for one in written if one.workstream_id == stream_id and one.body_id in {part.id for part in parts}
            ),
        )
        for (stream_id, heir_id), parts in together.items()
    ]


def in_sentences(found: Sequence[Passing]) -> list[str]:
    """What passes, for whoever plans it."""
    said = []
    for heir in {one.heir.id: one.heir for one in found}.values():
        mine = [one for one in found if one.heir.id == heir.id]
        begun = [one.workstream.title for one in mine if any(_says(each) for each in one.written)]
        said.append(
            f"{heir.short_name} takes part in {len(mine)} {'workstream' if len(mine) == 1 else 'workstreams'} in their "
            f"place, and owes a local position of its own on each."
            + (f" It begins with what they have written on {in_words(begun)}." if begun else "")
        )
    return said


def without_heir(session: Session, bodies: Sequence[DecidingBody], heirs: Mapping[int, DecidingBody]) -> list[str]:
    """Whose local positions nobody takes on, for whoever plans it: the successor has no one body of the same kind."""
    left = [body.id for body in bodies if body.id not in heirs]
    names = session.scalars(
        sa.select(DecidingBody.short_name)
        .where(DecidingBody.id.in_(left), sa.exists().where(WorkstreamBody.body_id == DecidingBody.id))
        .order_by(DecidingBody.id)
    ).all()
    if not names:
        return []
    return [
        f"Nobody goes on with the local positions of {in_words(names)}: the successor has no one body of that kind."
    ]


def pass_positions(
    session: Session, heirs: Mapping[int, DecidingBody], *, on: date, reason: str, doer: Doer, now: datetime
) -> None:
    """Have those that succeed take part where the parts did, each with a draft that holds what those had written.

    What the successor has already stays as it is, so that a second time does nothing.
    """
    acts: list[Act] = []
    for one in passing(session, heirs, on, lock=True):
        if session.get(WorkstreamBody, (one.workstream.id, one.heir.id)) is None:
            session.add(WorkstreamBody(workstream_id=one.workstream.id, body_id=one.heir.id))
            session.flush()
        words = [each for each in one.written if _says(each)]
        if one.period is None or not words or _has(session, one):
            continue
        made = LocalPosition(
            workstream_id=one.workstream.id,
            workstream=one.workstream,
            period_id=one.period.id,
            period=one.period,
            body_id=one.heir.id,
            body=one.heir,
            state="draft",
            version=1,
            note="\n\n".join(_told(each) for each in one.written),
            written_at=now,
            demonstration=any(each.demonstration for each in words),
        )
        session.add(made)
        session.flush()
        acts.append(_act(made, one, reason, doer))
    if acts:
        append(session, acts, now)


def _has(session: Session, one: Passing) -> bool:
    there = sa.select(LocalPosition.id).where(
        LocalPosition.workstream_id == one.workstream.id,
        LocalPosition.period_id == (one.period.id if one.period else 0),
        LocalPosition.body_id == one.heir.id,
    )
    return session.scalar(there) is not None


def _says(local: LocalPosition) -> bool:
    return bool(local.brag or local.position.strip() or local.note.strip())


def _told(local: LocalPosition) -> str:
    """What a part wrote, under its name, who wrote it and how far it had come; in Markdown."""
    who = f", written by {local.written_by.name}" if local.written_by else ""
    head = f"**{local.body.name}**{who} on {day_in_words(day_of(local.written_at))}, {STATES[local.state]}"
    rated = f", rated {local.brag}" if local.brag else ""
    return "\n\n".join(part for part in (f"{head}{rated}:", local.position.strip(), local.note.strip()) if part)


def _act(made: LocalPosition, one: Passing, reason: str, doer: Doer) -> Act:
    said = {
        "body": made.body.code,
        "body_name": made.body.name,
        "workstream": made.workstream.code,
        "title": made.workstream.title,
        "period": made.period.code,
        "period_title": made.period.title,
        "reason": reason,
        "parts": [
            {
                "body_id": each.body_id,
                "body": each.body.name,
                "state": each.state,
                "rating": each.brag,
                "position": each.position,
                "note": each.note,
                "by": each.written_by.name if each.written_by else None,
            }
            for each in one.written
        ],
    }
    owner = made.body.organisation
    return Act(Tag.LOCAL_POSITION_PASSED, doer, owner.id, owner.name, "local_position", made.id, said)
