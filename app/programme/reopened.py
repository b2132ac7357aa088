"""An update that was opened again for a correction: kept open as it came in, or put back as the edition has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.models import Person
from app.programme.content import LABELS, TEXTS, UpdateText
from app.programme.models import DIMENSIONS, Update


def keep_open(session: Session, workstream_id: int, period_id: int, now: datetime) -> None:
    """Keep an update that came in by an import as it is and open, for a correction that is still to be released."""
    found = session.scalar(
        sa.select(Update)
        .where(Update.workstream_id == workstream_id, Update.period_id == period_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None and found.reopened_at is None:
        found.reopened_at = now
        session.flush()


def reopened_updates(session: Session, period_id: int, *, lock: bool = False) -> Sequence[Update]:
    """The updates of a period that are open again, in their order; their rows held, where they are to be changed."""
    query = (
        sa.select(Update)
        .options(joinedload(Update.workstream))
        .where(Update.period_id == period_id, Update.reopened_at.is_not(None))
        .order_by(Update.id)
    )
    held = query.with_for_update(of=Update).execution_options(populate_existing=True)
    return session.scalars(held if lock else query).all()


def put_back(
    session: Session,
    period_id: int,
    said: Mapping[str, Mapping[str, Any] | None],
    reason: str,
    doer: Doer,
    now: datetime,
) -> list[dict[str, Any]]:
    """Put every update of the period that is open again back as its edition says, and close it.

    `said` has by workstream what the released edition holds of its update, None where it holds none. What was written
    since is not kept in the update: it is given back, field by field, and stands in the update's history.
    """
    aside = []
    for update in reopened_updates(session, period_id, lock=True):
        told = said.get(update.workstream.code)
        written = _restore(session, update, told) if told is not None else {}
        update.reopened_at = None
        host = update.workstream.programme.collaborative.host
        payload = {
            "programme": update.workstream.programme.code,
            "workstream": update.workstream.code,
            "title": update.workstream.title,
            "period": update.period.code,
            "period_title": update.period.title,
            "reason": reason,
            "set_aside": written,
        }
        aside.append({name: payload[name] for name in ("workstream", "title", "set_aside")})
        append(session, [Act(Tag.UPDATE_PUT_BACK, doer, host.id, host.name, "update", update.id, payload)], now)
    return aside


def _restore(session: Session, update: Update, told: Mapping[str, Any]) -> dict[str, str]:
    """Make it what the edition has, approved by whom and when it was; gives the fields that said otherwise."""
    text = UpdateText(**{name: told["brag"][name] for name in DIMENSIONS}, **{name: told[name] for name in TEXTS})
    found = UpdateText.of(update)
    written = {LABELS[name]: str(getattr(found, name) or "") for name in found.differs_from(text)}
    opened = update.reopened_at
    submitted, approved = (_last(session, update, tag) for tag in (Tag.UPDATE_SUBMITTED, Tag.UPDATE_APPROVED))
    text.onto(update)
    update.state, update.comment = "approved", ""
    update.approved_at = datetime.fromisoformat(told["approved_at"]) if told["approved_at"] else opened
    update.approved_by_id = approved.actor_id if approved else _named(session, told["approved_by"])
    if opened is not None and update.written_at > opened:
        update.written_at = submitted.at if submitted else update.approved_at or opened
        update.written_by_id = submitted.actor_id if submitted else None
    update.submitted_at = submitted.at if submitted else None
    update.version += 1
    session.flush()
    session.expire(update, ["written_by", "approved_by"])
    return written


def _last(session: Session, update: Update, tag: Tag) -> RecordEntry | None:
    """The last entry with this tag before the update was opened again."""
    return session.scalar(
        sa.select(RecordEntry)
        .where(
            RecordEntry.thing_kind == "update",
            RecordEntry.thing_id == update.id,
            RecordEntry.tag == tag.value,
            RecordEntry.at < update.reopened_at,
        )
        .order_by(RecordEntry.id.desc())
        .limit(1)
    )


def _named(session: Session, name: str | None) -> int | None:
    """Who approved what came in by an import, by the name that stands in the edition, where only one has it."""
    found = session.scalars(sa.select(Person.id).where(Person.name == name).limit(2)).all() if name else []
    return found[0] if len(found) == 1 else None
