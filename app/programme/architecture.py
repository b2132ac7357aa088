"""What can be done with the map: add, change and remove its parts and links, and place workstreams; all on record.

Everything enters the record as what happened to the programme's map, with how it was and how it became.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.permissions import Missing, Refused, Stale
from app.programme.drawing import LINKS
from app.programme.models import Programme, Segment, SegmentLink, Workstream
from app.programme.recording import record
from app.programme.risks import next_code

MAP = "map"
"""The kind of thing the record knows a programme's map as; its id is the programme's."""
KINDS = {"sector": "A sector, from here", "segment": "A segment, to here"}


@dataclass(frozen=True, slots=True)
class PartText:
    """What a sector or a segment says. `what_works` is Markdown; `position` is its place among those of its kind."""

    kind: str
    name: str
    what_works: str = ""
    position: int = 1
    source: str = ""
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class LinkText:
    """What a link says, with the codes of the parts it joins."""

    kind: str
    start: str
    end: str
    note: str = ""
    source: str = ""
    reconstructed: bool = False
    demonstration: bool = False


def add_part(session: Session, programme: Programme, text: PartText, *, doer: Doer, now: datetime) -> Segment:
    """Put a sector or a segment on the map; its code is the programme's next."""
    part = Segment(code=next_code(session, Segment.code, programme, text.kind), programme_id=programme.id, version=1)
    _put_part(session, part, text)
    session.add(part)
    session.flush()
    _record(session, Tag.PART_ADDED, programme, part_named(part), {}, _part_facts(part), doer, now)
    return part


def change_part(session: Session, code: str, text: PartText, *, seen: int, doer: Doer, now: datetime) -> Segment:
    """Change what a part says. `seen` is the version the page showed."""
    part = locked_part(session, code, seen)
    if text.kind != part.kind and (held := _held(session, part)):
        raise Refused(
            f"“{part.name}” stays a {part.kind} while {held}.", "Remove its links and place its workstreams elsewhere."
        )
    before = _part_facts(part)
    _put_part(session, part, text)
    part.version += 1
    session.flush()
    _record(session, Tag.PART_CHANGED, _of(session, part), part_named(part), before, _part_facts(part), doer, now)
    return part


def remove_part(session: Session, code: str, *, seen: int, doer: Doer, now: datetime) -> None:
    """Take a part off the map for good; refused while a workstream is placed in it or a link joins it."""
    part = locked_part(session, code, seen)
    if held := _held(session, part):
        raise Refused(
            f"“{part.name}” cannot be removed: {held}.",
            "Place its workstreams in another segment, or in none, and remove its links first.",
        )
    programme, named, before = _of(session, part), part_named(part), _part_facts(part)
    session.delete(part)
    session.flush()
    _record(session, Tag.PART_REMOVED, programme, named, before, {}, doer, now)


def add_link(session: Session, programme: Programme, text: LinkText, *, doer: Doer, now: datetime) -> SegmentLink:
    """Join two parts; its code is the programme's next."""
    link = SegmentLink(code=next_code(session, SegmentLink.code, programme, "link"), version=1)
    _put_link(session, programme.id, link, text)
    session.add(link)
    session.flush()
    _record(session, Tag.LINK_ADDED, programme, link_named(link), {}, _link_facts(link), doer, now)
    return link


def change_link(session: Session, code: str, text: LinkText, *, seen: int, doer: Doer, now: datetime) -> SegmentLink:
    """Change what a link says or what it joins. `seen` is the version the page showed."""
    link = locked_link(session, code, seen)
    before, programme = _link_facts(link), _of(session, link.from_segment)
    _put_link(session, programme.id, link, text)
    link.version += 1
    session.flush()
    _record(session, Tag.LINK_CHANGED, programme, link_named(link), before, _link_facts(link), doer, now)
    return link


def remove_link(session: Session, code: str, *, seen: int, doer: Doer, now: datetime) -> None:
    """Take a link off the map for good."""
    link = locked_link(session, code, seen)
    programme, named, before = _of(session, link.from_segment), link_named(link), _link_facts(link)
    session.delete(link)
    session.flush()
    _record(session, Tag.LINK_REMOVED, programme, named, before, {}, doer, now)


def place_workstream(session: Session, code: str, segment: str, *, seen: str, doer: Doer, now: datetime) -> Workstream:
    """Place a workstream in a segment of its programme, or with "" in none. `seen` is where the page showed it."""
    found = session.scalar(
        sa.select(Workstream).where(Workstream.code == code).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    was = found.segment
    if (was.code if was else "") != seen:
        raise Stale(
            f"“{found.title}” was placed after you opened the page. Nothing of yours was saved.",
            f"It is now in {was.name}." if was else "It is now in no segment.",
        )
    became = _part(session, found.programme_id, segment) if segment else None
    if became is not None and became.kind != "segment":
        raise Refused(f"“{became.name}” is a sector, and workstreams are placed in segments.", "Choose a segment.")
    if became is was:
        raise Refused(f"“{found.title}” is there already.", "Choose another segment, or leave it.")
    found.segment = became
    session.flush()
    before, after = ({"segment": one.name if one else ""} for one in (was, became))
    _record(session, Tag.WORKSTREAM_PLACED, found.programme, f"“{found.title}”", before, after, doer, now, found)
    return found


def locked_part(session: Session, code: str, seen: int) -> Segment:
    """The part, locked for a change; raises `Missing`, and `Stale` where it is not the version the page showed."""
    found = session.scalar(
        sa.select(Segment).where(Segment.code == code).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    if found.version != seen:
        raise Stale(
            f"“{found.name}” was changed after you opened the page. Nothing of yours was saved.",
            "The history at the foot of the map says what changed.",
        )
    return found


def locked_link(session: Session, code: str, seen: int) -> SegmentLink:
    """The link, locked for a change; raises `Missing`, and `Stale` where it is not the version the page showed."""
    found = session.scalar(
        sa.select(SegmentLink)
        .where(SegmentLink.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    if found.version != seen:
        raise Stale(
            f"{link_named(found)} was changed after you opened the page. Nothing of yours was saved.",
            "The history at the foot of the map says what changed.",
        )
    return found


def part_named(part: Segment) -> str:
    """A part as sentences name it."""
    return f"the {part.kind} “{part.name}”"


def link_named(link: SegmentLink) -> str:
    """A link as sentences name it."""
    if link.kind == "sector":
        return f"the link of {link.from_segment.name} into {link.to_segment.name}"
    return f"the {LINKS[link.kind].lower()} of {link.from_segment.name} and {link.to_segment.name}"


def _of(session: Session, part: Segment) -> Programme:
    return session.get_one(Programme, part.programme_id)


def _held(session: Session, part: Segment) -> str:
    """Why a part has to stay what and where it is; empty where nothing holds it."""
    placed = session.scalars(
        sa.select(Workstream.title).where(Workstream.segment_id == part.id).order_by(Workstream.position)
    ).all()
    joined = sa.or_(SegmentLink.from_id == part.id, SegmentLink.to_id == part.id)
    links = session.scalar(sa.select(sa.func.count()).select_from(SegmentLink).where(joined)) or 0
    named = ", ".join(f"“{title}”" for title in placed)
    found = []
    if placed:
        found.append(f"{named} {'is' if len(placed) == 1 else 'are'} placed in it")
    if links:
        found.append("a link joins it" if links == 1 else f"{links} links join it")
    return " and ".join(found)


def _put_part(session: Session, part: Segment, text: PartText) -> None:
    name = text.name.strip()
    if text.kind not in KINDS or not name:
        raise Refused("A part is a sector or a segment, and is known by its name.", "Choose which, and give its name.")
    same = sa.select(Segment.id).where(
        Segment.programme_id == part.programme_id,
        Segment.kind == text.kind,
        sa.func.lower(Segment.name) == name.lower(),
        Segment.code != part.code,
    )
    if session.scalar(same) is not None:
        raise Refused(f"There is a {text.kind} called “{name}” already.", "Give it another name.")
    part.kind, part.name, part.what_works = text.kind, name, text.what_works
    part.position, part.source, part.demonstration = text.position, text.source, text.demonstration


def _put_link(session: Session, programme_id: int, link: SegmentLink, text: LinkText) -> None:
    if text.kind not in LINKS:
        raise Refused("A link is a risk, a resource or a sector link.", "Choose which it is.")
    ends = {code: _part(session, programme_id, code) for code in sorted({text.start, text.end})}
    start, end = ends[text.start], ends[text.end]
    if wrong := joins_wrongly(text.kind, start.kind, end.kind) or ("It begins where it ends." if start is end else ""):
        raise Refused(wrong, "Choose the two parts it joins.")
    link.from_segment, link.to_segment, link.kind = start, end, text.kind
    link.note, link.source = text.note, text.source
    link.reconstructed, link.demonstration = text.reconstructed, text.demonstration


def joins_wrongly(kind: str, start: str, end: str) -> str:
    """Why a link of this kind cannot join parts of these kinds; empty where it can."""
    if kind == "sector" and (start, end) != ("sector", "segment"):
        return "A sector link goes from a sector into a segment."
    if kind != "sector" and (start, end) != ("segment", "segment"):
        return f"A {kind} link joins two segments."
    return ""


def _part(session: Session, programme_id: int, code: str) -> Segment:
    """A part of this programme, locked so that it is not removed meanwhile."""
    found = session.scalar(
        sa.select(Segment).where(Segment.code == code, Segment.programme_id == programme_id).with_for_update()
    )
    if found is None:
        raise Refused("That part is not on the map of this programme any more.", "Choose one that is.")
    return found


def _part_facts(part: Segment) -> dict[str, Any]:
    names = ("kind", "name", "what_works", "position", "source", "demonstration")
    return {name: getattr(part, name) for name in names}


def _link_facts(link: SegmentLink) -> dict[str, Any]:
    names = ("kind", "note", "source", "reconstructed", "demonstration")
    return {
        "from": link.from_segment.name,
        "to": link.to_segment.name,
        **{name: getattr(link, name) for name in names},
    }


def _record(
    session: Session,
    tag: Tag,
    programme: Programme,
    named: str,
    before: dict[str, Any],
    after: dict[str, Any],
    doer: Doer,
    now: datetime,
    workstream: Workstream | None = None,
) -> None:
    """Append what happened, with what differs between how it was and how it became."""
    changed = [name for name in (before or after) if before.get(name) != after.get(name)]
    said = {
        "named": named,
        "before": {name: before[name] for name in changed if name in before},
        "after": {name: after[name] for name in changed if name in after},
    }
    record(session, tag, programme, workstream, (MAP, programme.id), said, doer, now)
