"""Gaps accepted and packs released, as the record holds them: they come in by being accepted and released again."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.exchange.formats import Choice, Code, Moment, Text, Whole
from app.exchange.kinds.acts import DONE, TO_PERSON
from app.exchange.kinds.kind import Column, Keys, Kind, Link, Values, in_order
from app.exchange.kinds.people import DEMONSTRATION, PERSON
from app.meetings.models import AgendaItem
from app.packs.models import Edition, GapAcceptance, Pack
from app.permissions import Refused

OF_ITEMS = ("item-without-paper", "paper-without-cover-sheet", "no-recommendation")
"""Gaps whose key ends with the id of an agenda item; in a file it ends with part and place, as in "1.7"."""

THING = (
    Column("thing", "edition or pack.", Choice(("edition", "pack"), "pack"), True, None),
    Column("code", "Code of the edition's period, or of the pack's meeting.", Code(60, example="2015-10"), True, None),
    Column("number", "The edition's number, or the pack's version.", Whole(1, 99), True, None),
)
TO_THING = Link("", "", ("code",), by="thing", kinds={"edition": "periods", "pack": "meetings"})


def portable(session: Session, gap_key: str) -> str:
    """The key of a gap as files have it."""
    prefix, _, rest = gap_key.partition(":")
    if prefix not in OF_ITEMS:
        return gap_key
    item = session.get(AgendaItem, int(rest))
    return f"{prefix}:{item.part}.{item.position}" if item else gap_key


def of_this_store(session: Session, gap_key: str, meeting_id: int | None) -> str:
    """The key of a gap as this installation has it; raises `Refused` where there is no such item."""
    prefix, _, rest = gap_key.partition(":")
    if prefix not in OF_ITEMS:
        return gap_key
    part, _, position = rest.partition(".")
    found = session.scalar(
        sa.select(AgendaItem.id).where(
            AgendaItem.meeting_id == meeting_id,
            sa.cast(AgendaItem.part, sa.String) == part,
            sa.cast(AgendaItem.position, sa.String) == position,
        )
    )
    if found is None:
        raise Refused(f"There is no item {rest} on that agenda.", "part and place of an item, as in 1.7")
    return f"{prefix}:{found}"


def said_by(entry: RecordEntry, keys: Keys) -> Mapping[str, Any]:
    """Who did what an entry tells of, in the columns of a file."""
    person = keys.key_of("people", entry.actor_id)[0] if entry.actor_id is not None else None
    return {"by": person, "capacity": entry.capacity}


def _things(session: Session, keys: Keys) -> dict[tuple[str, int], Values]:
    things: dict[tuple[str, int], Values] = {}
    for edition in session.scalars(sa.select(Edition)):
        code = keys.key_of("periods", edition.period_id)[0]
        things["edition", edition.id] = {"thing": "edition", "code": code, "number": edition.number}
    for pack in session.scalars(sa.select(Pack).where(Pack.part == 1)):
        code = keys.key_of("meetings", pack.meeting_id)[0]
        things["pack", pack.id] = {"thing": "pack", "code": code, "number": pack.version}
    return things


def _acceptances(session: Session, keys: Keys) -> Iterable[Values]:
    things = _things(session, keys)
    entries = {
        (entry.thing_kind, entry.thing_id, (entry.payload or {}).get("gap"), entry.at): entry
        for entry in session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.GAP_ACCEPTED.value))
    }
    for found in session.scalars(sa.select(GapAcceptance).order_by(GapAcceptance.id)):
        thing = things.get((found.thing_kind, found.thing_id))
        entry = entries.get((found.thing_kind, found.thing_id, found.gap_key, found.at))
        if thing is None or entry is None:
            continue
        yield {
            **thing,
            "gap": portable(session, found.gap_key),
            "reason": found.reason,
            "at": found.at,
            "demonstration": found.demonstration,
            **said_by(entry, keys),
        }


def put_forward_by_pack(session: Session) -> dict[int, RecordEntry]:
    """By pack, the entry with which it was put before the chair who released it."""
    cases = dict(session.execute(sa.select(Pack.id, Pack.case_id)).all())
    forward = {
        entry.thing_id: entry
        for entry in session.scalars(
            sa.select(RecordEntry)
            .where(
                RecordEntry.tag == Tag.DECISION_RECORDED.value,
                RecordEntry.thing_kind == "case",
                RecordEntry.thing_id.in_([case for case in cases.values() if case is not None]),
            )
            .order_by(RecordEntry.id)
        )
        if (entry.payload or {}).get("answer") == "put_forward"
    }
    return {pack_id: forward[case_id] for pack_id, case_id in cases.items() if case_id in forward}


def _releases(session: Session, keys: Keys) -> Iterable[Values]:
    things = _things(session, keys)
    forward = put_forward_by_pack(session)
    tags = (Tag.EDITION_RELEASED.value, Tag.PACK_RELEASED.value)
    for entry in session.scalars(sa.select(RecordEntry).where(RecordEntry.tag.in_(tags)).order_by(RecordEntry.id)):
        thing = things.get((entry.thing_kind, entry.thing_id or 0))
        if thing is None:
            continue
        put = forward.get(entry.thing_id or 0) if entry.thing_kind == "pack" else None
        said = said_by(put, keys) if put is not None else {"by": None, "capacity": None}
        yield {
            **thing,
            "put_forward_at": put.at if put is not None else None,
            "put_forward_by": said["by"],
            "put_forward_capacity": said["capacity"],
            "at": entry.at,
            **said_by(entry, keys),
        }


RELEASES = (
    Kind(
        "gap_acceptances",
        "What is missing from an edition or a pack and was accepted by name, with a reason.",
        None,
        ("thing", "code", "number", "gap"),
        (
            *THING,
            Column(
                "gap",
                "Which gap, as the pack page names it; for an agenda item with part and place.",
                Text(200, example="highlight-without-section:patients-online"),
                True,
                None,
            ),
            Column("reason", "Why it is accepted.", Text(example="Still being collected"), True, None),
            *DONE,
            DEMONSTRATION,
        ),
        links=(TO_THING, TO_PERSON),
        recorded=_acceptances,
    ),
    Kind(
        "releases",
        "Update editions and packs that were released. They are built and released again, an edition that corrects an "
        "earlier one with its correction; packs are circulated, unless circulations say who was sent them.",
        None,
        ("thing", "code", "number"),
        (
            *THING,
            Column("put_forward_at", "When the pack was put before the chair.", Moment(), False, None),
            Column("put_forward_by", "Code of who put it forward.", PERSON, False, None),
            Column(
                "put_forward_capacity",
                "In what capacity.",
                Text(200, example="board secretary, NHS Sutton CCG"),
                False,
                None,
            ),
            *DONE,
        ),
        links=(TO_THING, TO_PERSON, Link("", "people", ("put_forward_by",))),
        checks=(in_order("put_forward_at", "at"),),
        recorded=_releases,
    ),
)
