"""What the record says of entries whose text was destroyed, and whether that is so.

The entry that says so names the place and the leaf of the other, and holds what is left of it, which the leaf can no
longer show. A text that is gone without such an entry, or is back in spite of one, is found.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import content_of
from app.audit.tags import Tag

THING = "entry"
"""The kind of thing that an entry about another is about."""

GONE = "What this entry said was destroyed. Its leaf stays in the log, and another entry says why."

_ENTRY = RecordEntry.__table__.c


@dataclass(frozen=True, slots=True)
class Declared:
    """What an entry says of the one whose text was destroyed: its place, its leaf, and what is left of it."""

    entry_id: int
    origin: str
    position: Any
    leaf: Any
    left: Any


def what_is_left(entry: RecordEntry) -> dict[str, Any]:
    """What an entry still says when its text is destroyed: when, who, of whom, of what."""
    return {name: value for name, value in content_of(entry).items() if name != "payload"}


def declared(session: Session) -> dict[int, list[Declared]]:
    """By the entry whose text was destroyed, what the record says of it; what cannot be read says nothing."""
    rows = session.execute(
        sa.select(_ENTRY.id, _ENTRY.thing_id, sa.cast(_ENTRY.payload, sa.Text))
        .where(_ENTRY.tag == Tag.ENTRY_DESTROYED.value, _ENTRY.thing_kind == THING)
        .order_by(_ENTRY.id)
    )
    found: dict[int, list[Declared]] = defaultdict(list)
    for entry_id, about, payload in rows:
        try:
            said = json.loads(payload)["destroyed"]
            found[about].append(Declared(entry_id, said["origin"], said["position"], said["leaf"], said["left"]))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def without_text(entry: RecordEntry) -> bool:
    """Whether the text of an entry, and so what its leaf could be worked out from, is gone."""
    return entry.payload is None and entry.salt is None


def against(
    entry: RecordEntry, origin: str, position: Any, leaf: Any, told: Sequence[Declared], here: str
) -> Iterator[str]:
    """What stands against an entry whose text is gone, or is said to be, by what the record says of that."""
    later = [one for one in told if one.entry_id > entry.id]
    if not without_text(entry):
        for one in later:
            yield f"{here} has its text, and entry {one.entry_id} says that it was destroyed: it was put back."
        return
    if not later:
        yield f"{here} has lost its text, and no entry says that it was destroyed."
        return
    try:
        left = what_is_left(entry)
    except (ValueError, TypeError, AttributeError, OverflowError):
        left = {}
    if not any((one.origin, one.position, one.leaf, one.left) == (origin, position, leaf, left) for one in later):
        yield f"{here} is not what is left of the one whose text was destroyed."
