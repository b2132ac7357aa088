"""What can be asked of mergers."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.models import RecordEntry, RecordLog
from app.audit.tags import Tag
from app.mergers.models import Merger, MergerPredecessor
from app.people.models import Organisation
from app.permissions import Missing

_WHOLE = (
    joinedload(Merger.successor),
    selectinload(Merger.predecessors).joinedload(MergerPredecessor.organisation),
)


def mergers(session: Session) -> Sequence[Merger]:
    """Every merger that was planned, the latest first."""
    return session.scalars(sa.select(Merger).options(*_WHOLE).order_by(Merger.from_on.desc(), Merger.id.desc())).all()


def merger_by_code(session: Session, code: str) -> Merger:
    """The merger with this code; raises `Missing`."""
    found = session.scalar(sa.select(Merger).options(*_WHOLE).where(Merger.code == code))
    if found is None:
        raise Missing
    return found


def by_codes(session: Session, ods_codes: Sequence[str]) -> tuple[list[Organisation], list[str]]:
    """The organisations with these ODS codes, in their order; and the codes that none has."""
    found = {
        one.ods_code: one
        for one in session.scalars(sa.select(Organisation).where(Organisation.ods_code.in_(ods_codes)))
    }
    return [found[code] for code in ods_codes if code in found], [code for code in ods_codes if code not in found]


def final_logs(session: Session, merger: Merger) -> Sequence[RecordLog]:
    """The logs of the organisations that ended by it, with where they were sealed."""
    ids = [one.organisation_id for one in merger.predecessors]
    return session.scalars(
        sa.select(RecordLog)
        .where(RecordLog.organisation_id.in_(ids), RecordLog.sealed_on.is_not(None))
        .order_by(RecordLog.organisation_id)
    ).all()


def what_it_did(session: Session, merger: Merger) -> Mapping[str, Any] | None:
    """What its entry on record says of what ended, what passed and who kept access; nothing while it is planned."""
    entries = session.scalars(
        sa.select(RecordEntry)
        .where(RecordEntry.organisation_id == merger.successor_id, RecordEntry.tag == Tag.MERGER_TOOK_EFFECT.value)
        .order_by(RecordEntry.id.desc())
    )
    said = (entry.payload or {} for entry in entries)
    return next((one for one in said if one.get("merger") == merger.code and "ends" in one), None)
