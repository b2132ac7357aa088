"""What the map's page shows: the parts, links and workstreams as they are drawn and told, and what was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.permissions import Missing
from app.programme import drawing
from app.programme.architecture import MAP
from app.programme.finding import links_of, segments_of, workstreams_by_segment
from app.programme.models import Programme, Segment, SegmentLink, Workstream

_DONE = {
    Tag.PART_ADDED: "was added",
    Tag.PART_CHANGED: "was changed",
    Tag.PART_REMOVED: "was removed",
    Tag.LINK_ADDED: "was added",
    Tag.LINK_CHANGED: "was changed",
    Tag.LINK_REMOVED: "was removed",
    Tag.WORKSTREAM_PLACED: "was placed",
}
_FIELDS = {"what_works": "what works", "position": "place", "demonstration": "demonstration content"}


@dataclass(frozen=True, slots=True)
class MapFacts:
    """The parts in their order, the links, and the workstreams by the id of their segment (None: in none)."""

    sectors: Sequence[Segment]
    segments: Sequence[Segment]
    links: Sequence[SegmentLink]
    placed: Mapping[int | None, Sequence[Workstream]]

    def to_draw(self) -> tuple[list[drawing.Part], list[drawing.Part], list[drawing.Link]]:
        """The same as the drawing takes it."""
        segments = [
            drawing.Part(
                one.code,
                drawing.marked(one.name, one.demonstration),
                drawing.points(one.what_works),
                tuple(
                    drawing.Stream(stream.code, drawing.marked(stream.title, stream.demonstration))
                    for stream in self.placed.get(one.id, ())
                ),
            )
            for one in self.segments
        ]
        links = [
            drawing.Link(one.kind, one.from_segment.code, one.to_segment.code, one.reconstructed) for one in self.links
        ]
        return (
            [drawing.Part(one.code, drawing.marked(one.name, one.demonstration)) for one in self.sectors],
            segments,
            links,
        )

    def around(self, code: str) -> "MapFacts":
        """One segment first, its links, and the parts these join it to. Raises `Missing` for what is no segment."""
        chosen = next((one for one in self.segments if one.code == code), None)
        if chosen is None:
            raise Missing
        links = [one for one in self.links if chosen.id in (one.from_id, one.to_id)]
        ids = {end for one in links for end in (one.from_id, one.to_id)} - {chosen.id}
        return MapFacts(
            [one for one in self.sectors if one.id in ids],
            [chosen, *(one for one in self.segments if one.id in ids)],
            links,
            self.placed,
        )


@dataclass(frozen=True, slots=True)
class MapChange:
    """A change of the map in a sentence, and what differed: field, how it was, how it became."""

    at: datetime
    by: str
    sentence: str
    differences: tuple[tuple[str, str, str], ...]


def map_of(session: Session, programme_id: int) -> MapFacts:
    """Everything that is on the programme's map."""
    parts = segments_of(session, programme_id)
    return MapFacts(
        [one for one in parts if one.kind == "sector"],
        [one for one in parts if one.kind == "segment"],
        links_of(session, programme_id),
        workstreams_by_segment(session, programme_id),
    )


def part_by_code(session: Session, code: str) -> tuple[Segment, Programme]:
    """A part and its programme; raises `Missing`."""
    row = session.execute(
        sa.select(Segment, Programme).join(Programme, Programme.id == Segment.programme_id).where(Segment.code == code)
    ).one_or_none()
    if row is None:
        raise Missing
    return row.Segment, row.Programme


def link_by_code(session: Session, code: str) -> tuple[SegmentLink, Programme]:
    """A link and its programme; raises `Missing`."""
    row = session.execute(
        sa.select(SegmentLink, Programme)
        .join(Segment, Segment.id == SegmentLink.from_id)
        .join(Programme, Programme.id == Segment.programme_id)
        .where(SegmentLink.code == code)
    ).one_or_none()
    if row is None:
        raise Missing
    return row.SegmentLink, row.Programme


def changes_of(session: Session, programme_id: int, most: int = 50) -> list[MapChange]:
    """The newest changes of the programme's map, newest first."""
    entries = session.scalars(
        sa.select(RecordEntry)
        .where(RecordEntry.thing_kind == MAP, RecordEntry.thing_id == programme_id)
        .order_by(RecordEntry.id.desc())
        .limit(most)
    )
    return [_change(entry) for entry in entries]


def _change(entry: RecordEntry) -> MapChange:
    said: Mapping[str, Any] = entry.payload or {}
    named = str(said.get("named") or "a part")
    before, after = said.get("before") or {}, said.get("after") or {}
    differences = (
        tuple((_FIELDS.get(name, name), _shown(before.get(name)), _shown(after.get(name))) for name in after)
        if before
        else ()
    )
    sentence = f"{named[0].upper()}{named[1:]} {_DONE[Tag(entry.tag)]}."
    return MapChange(entry.at, entry.actor_name, sentence, differences)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else "nothing"
