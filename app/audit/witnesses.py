"""What the logs say of each other: organisations keep each other's checkpoints, so that to rewrite one takes both.

The log of a successor says it of those that were sealed when it took over: their last checkpoints.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag

_ENTRY = RecordEntry.__table__.c


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the log of the organisation `by` says that another log was: so many entries, with this root."""

    size: int
    root: bytes
    by: str
    entry_id: int


def witnessed(session: Session) -> dict[str, list[Witnessed]]:
    """What the logs say of each other, by the log that it is said of; an entry that says nothing readable is left out.

    Whether an entry is what was written is asked elsewhere.
    """
    found: dict[str, list[Witnessed]] = defaultdict(list)
    rows = session.execute(
        sa.select(_ENTRY.id, _ENTRY.organisation_name, sa.cast(_ENTRY.payload, sa.Text))
        .where(_ENTRY.tag.in_((Tag.CHECKPOINT_WITNESSED.value, Tag.LOG_CONTINUED.value)))
        .order_by(_ENTRY.id)
    )
    for entry_id, by, payload in rows:
        for origin, size, root in _said(payload):
            found[origin].append(Witnessed(size, root, str(by), entry_id))
    return found


def last_of_each(session: Session, origin: str, organisations: Collection[int] | None = None) -> dict[int, Witnessed]:
    """What each log last said of one other, the latest first, by the entry that says it.

    Of the logs of these `organisations`; None means of every one.
    """
    query = (
        sa.select(sa.func.max(_ENTRY.id))
        .where(
            _ENTRY.tag.in_((Tag.CHECKPOINT_WITNESSED.value, Tag.LOG_CONTINUED.value)),
            sa.cast(_ENTRY.payload, sa.Text).contains(json.dumps(origin), autoescape=True),
        )
        .group_by(_ENTRY.organisation_id)
    )
    if organisations is not None:
        query = query.where(_ENTRY.organisation_id.in_(organisations))
    rows = session.execute(
        sa.select(_ENTRY.id, _ENTRY.organisation_name, sa.cast(_ENTRY.payload, sa.Text))
        .where(_ENTRY.id.in_(query))
        .order_by(_ENTRY.id.desc())
    )
    found = {}
    for entry_id, by, payload in rows:
        for of, size, root in _said(payload):
            if of == origin:
                found[int(entry_id)] = Witnessed(size, root, str(by), int(entry_id))
    return found


def _said(payload: Any) -> list[tuple[str, int, bytes]]:
    try:
        told = json.loads(payload)["witnessed"]
        return [(str(one["origin"]), int(one["size"]), base64.b64decode(one["root"], validate=True)) for one in told]
    except (ValueError, TypeError, KeyError):
        return []
