"""A correction that was begun is withdrawn before its release: nothing of it goes out, and the record keeps it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.queries import latest
from app.jobs.service import cancel
from app.packs.corrections import ELSEWHERE
from app.packs.dates import iso
from app.packs.models import Correction, Edition, GapAcceptance, ReportedError
from app.permissions import Missing, Refused
from app.programme.models import Period
from app.programme.service import put_back


def under_way(session: Session, period: Period) -> Correction | None:
    """The correction of this period that is begun and not released."""
    return session.scalar(
        sa.select(Correction)
        .options(joinedload(Correction.from_edition), joinedload(Correction.to_edition))
        .where(Correction.period_id == period.id, Correction.released_at.is_(None))
    )


def withdraw_correction(
    session: Session,
    period: Period,
    *,
    reason: str,
    doer: Doer,
    now: datetime,
    real_now: datetime,
    told: Sequence[Any] | None = None,
) -> int:
    """Withdraw the period's correction, with the edition it was to bring; gives the number it had.

    Updates that were opened again for it are put back as the released edition has them. What had been said and written
    for it stands in the record; where it was withdrawn elsewhere, and the updates came in as they are, `told` is what
    had been written. Raises `Refused` where none is begun, or without a reason.
    """
    if session.get(Period, period.id, with_for_update=True, populate_existing=True) is None:
        raise Missing
    correction = under_way(session, period)
    if correction is None:
        raise Refused("No correction of this edition is begun, so there is none to withdraw.")
    if not reason.strip():
        raise Refused("A correction is withdrawn with a reason.", "the reason")
    first, edition, number = correction.from_edition, correction.to_edition, correction.number
    session.refresh(edition, with_for_update={"of": Edition})
    job = latest(session, "edition", edition.id)
    if job is not None:
        cancel(session, job.id, real_now)
    streams = (first.facts or {"content": {"workstreams": []}})["content"]["workstreams"]
    aside = put_back(session, period.id, {one["code"]: one["this"] for one in streams}, reason.strip(), doer, now)
    host = period.programme.collaborative.host
    said = {
        "period": period.code,
        "period_title": period.title,
        "correction": number,
        "reason": reason.strip(),
        "errors": [_error(one) for one in correction.errors],
        "set_aside": [one for one in aside if one["set_aside"]] if told is None else list(told),
    }
    append(session, [Act(Tag.CORRECTION_WITHDRAWN, doer, host.id, host.name, "correction", correction.id, said)], now)
    session.execute(sa.delete(ReportedError).where(ReportedError.correction_id == correction.id))
    session.execute(sa.delete(Correction).where(Correction.id == correction.id))
    session.execute(
        sa.delete(GapAcceptance).where(GapAcceptance.thing_kind == "edition", GapAcceptance.thing_id == edition.id)
    )
    session.execute(sa.delete(Edition).where(Edition.id == edition.id))
    session.expire_all()
    return number


def withdrawn(session: Session, period: Period) -> Sequence[dict[str, Any]]:
    """The corrections of a period that were withdrawn, first to last, as the record tells of them."""
    entries = session.scalars(
        sa.select(RecordEntry)
        .where(
            RecordEntry.tag == Tag.CORRECTION_WITHDRAWN.value,
            RecordEntry.organisation_id == period.programme.collaborative.host_id,
        )
        .order_by(RecordEntry.id)
    )
    told = ((entry, entry.payload or {}) for entry in entries)
    return [
        {**said, "at": entry.at, "by": f"{entry.actor_name}, {entry.capacity}"}
        for entry, said in told
        if said.get("period") == period.code
    ]


def _error(one: ReportedError) -> dict[str, Any]:
    title = one.workstream.title if one.workstream else ELSEWHERE
    return {"title": title, "wrong": one.wrong, "by": one.by, "at": iso(one.at)}
