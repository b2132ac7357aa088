"""Mergers of organisations, as the record holds them: planned, called off or done, they come in by being done again."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.exchange.formats import Code, Day, Several, Text
from app.exchange.kinds.acts import DONE, TO_PERSON
from app.exchange.kinds.bodies import ODS
from app.exchange.kinds.kind import Column, Keys, Kind, Link, Values

OF_MERGER = Column("code", "The merger's code.", Code(60, example="36l-2020-04-01"), True, None)
TO_MERGER = Link("", "mergers", ("code",))


def _entries(session: Session, tag: Tag) -> Iterable[RecordEntry]:
    """The first entry with this tag of each merger, oldest first: each organisation that ends has one of its own."""
    found: dict[str, RecordEntry] = {}
    for entry in session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == tag.value).order_by(RecordEntry.id)):
        if entry.payload is not None:
            found.setdefault(str(entry.payload["merger"]), entry)
    return found.values()


def _done(entry: RecordEntry, keys: Keys) -> Values:
    by = keys.key_of("people", entry.actor_id)[0] if entry.actor_id is not None else None
    return {"code": (entry.payload or {})["merger"], "at": entry.at, "by": by, "capacity": entry.capacity}


def planned(session: Session, keys: Keys) -> Iterable[Values]:
    day = Day()
    for entry in _entries(session, Tag.MERGER_PLANNED):
        said = entry.payload or {}
        yield {
            "successor": keys.key_of("organisations", said["successor_id"])[0],
            "from_on": day.parse(said["from_on"]),
            "predecessors": [keys.key_of("organisations", one["organisation_id"])[0] for one in said["predecessors"]],
            "reason": said["why"],
            **_done(entry, keys),
        }


def called_off(session: Session, keys: Keys) -> Iterable[Values]:
    for entry in _entries(session, Tag.MERGER_CANCELLED):
        yield {"reason": (entry.payload or {})["reason"], **_done(entry, keys)}


def took_effect(session: Session, keys: Keys) -> Iterable[Values]:
    for entry in _entries(session, Tag.MERGER_TOOK_EFFECT):
        yield _done(entry, keys)


KINDS = (
    Kind(
        "mergers",
        "Organisations that merge into one from a day on: that it was planned.",
        None,
        ("code",),
        (
            OF_MERGER,
            Column("successor", "ODS code of the organisation that has their work then.", ODS, True, None),
            Column("from_on", "The first day of the merger.", Day("2020-04-01"), True, None),
            Column("predecessors", "ODS codes of those that end.", Several(ODS, ordered=True), True, None),
            Column("reason", "By what it was decided.", Text(example="The constitution of the new CCG"), True, None),
            *DONE,
        ),
        links=(Link("", "organisations", ("successor",)), TO_PERSON),
        recorded=planned,
    ),
    Kind(
        "mergers_called_off",
        "Mergers that were planned and do not happen.",
        None,
        ("code",),
        (
            OF_MERGER,
            Column("reason", "Why it does not happen.", Text(example="The order was withdrawn"), True, None),
            *DONE,
        ),
        links=(TO_MERGER, TO_PERSON),
        recorded=called_off,
    ),
    Kind(
        "mergers_done",
        "Mergers that have taken effect: what was open passed, and the old records were sealed.",
        None,
        ("code",),
        (OF_MERGER, *DONE),
        links=(TO_MERGER, TO_PERSON),
        recorded=took_effect,
    ),
)
