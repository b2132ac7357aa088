"""The map: where everything stands in the drawing, the same in words, and the forms that change it."""

from itertools import combinations
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.db import writing
from app.programme.drawing import Box, Drawing, Link, Part, Stream, Words, drawn, points
from app.programme.drawing_words import in_words, sentences
from app.programme.models import Segment, SegmentLink, Workstream
from tests.programme.swl import World, signed_in, south_west_london

NAMES = st.text(alphabet="abcdefgh ", min_size=1, max_size=100).filter(str.strip)


@st.composite
def architectures(draw: st.DrawFn) -> tuple[list[Part], list[Part], list[Link]]:
    sectors = [Part(f"from-{n}", draw(NAMES)) for n in range(draw(st.integers(1, 12)))]
    segments = [
        Part(
            f"to-{n}",
            draw(NAMES),
            tuple(draw(st.lists(NAMES, max_size=12))),
            tuple(Stream(f"s{n}-{m}", draw(NAMES)) for m in range(draw(st.integers(0, 4)))),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    to = st.sampled_from([one.key for one in segments])
    links = draw(
        st.lists(
            st.one_of(
                st.builds(Link, st.sampled_from(["risk", "resource"]), to, to, st.booleans()),
                st.builds(Link, st.just("sector"), st.sampled_from([one.key for one in sectors]), to, st.booleans()),
            ),
            max_size=15,
        )
    )
    return sectors, segments, links


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def inside(one: Box, other: Box) -> bool:
    return (
        other.x <= one.x
        and one.x + one.width <= other.x + other.width
        and other.y <= one.y
        and one.y + one.height <= other.y + other.height
    )


def boxes(drawing: Drawing) -> list[Box]:
    labels = [line.label for line in drawing.links if line.label]
    return [*drawing.sectors, *(one.box for one in drawing.segments), *labels]


@given(architectures())
def test_no_two_boxes_overlap_and_everything_is_within_the_drawing(
    parts: tuple[list[Part], list[Part], list[Link]],
) -> None:
    drawing = drawn(*parts)
    assert drawing is not None
    whole = Box("", "", 0, 0, drawing.width, drawing.height, ())
    found = boxes(drawing)
    assert all(inside(one, whole) for one in found)
    assert [(one.name, other.name) for one, other in combinations(found, 2) if not apart(one, other)] == []
    for segment in drawing.segments:
        box = segment.box
        assert all(inside(one, box) for one in segment.streams)
        assert all(apart(one, other) for one, other in combinations(segment.streams, 2))
        for words in (*box.lines, *segment.works):
            assert box.x < words.x and box.y < words.y - 10 and words.y < box.y + box.height
        assert all(one.y >= words.y for one in segment.streams for words in segment.works)
        for stream in segment.streams:
            assert all(stream.y < words.y - 10 and words.y < stream.y + stream.height for words in stream.lines)
    for sector in drawing.sectors:
        assert all(sector.y < words.y - 10 and words.y < sector.y + sector.height for words in sector.lines)
    assert all(key.x < drawing.width and 0 < key.y < drawing.height for key in drawing.legend)
    drawable = [one for one in parts[2] if one.start != one.end]
    assert len(drawing.links) == len(drawable)
    assert {key.kind for key in drawing.legend} - {"star"} == {one.kind for one in drawable}


@given(architectures())
def test_no_text_is_cut_however_long_it_is(parts: tuple[list[Part], list[Part], list[Link]]) -> None:
    drawing = drawn(*parts)
    assert drawing is not None
    shown = [*drawing.sectors, *(one.box for one in drawing.segments)]
    assert [_read(box.lines) for box in shown] == [_plain(one.name) for one in (*parts[0], *parts[1])]
    for segment, part in zip(drawing.segments, parts[1], strict=True):
        assert _read(segment.works).split("•")[1:] == [_plain(one) for one in part.works]
        assert [_read(one.lines) for one in segment.streams] == [_plain(one.title) for one in part.streams]


def _plain(text: str) -> str:
    return "".join(text.split())


def _read(lines: tuple[Words, ...]) -> str:
    return _plain("".join(line.text for line in lines))


@given(architectures())
def test_the_words_name_every_part_every_link_and_every_placing(
    parts: tuple[list[Part], list[Part], list[Link]],
) -> None:
    sectors, segments, links = parts
    said = sentences(sectors, segments, links)
    names = {one.key: one.name for one in (*sectors, *segments)}
    for name in names.values():
        assert name in said[0] or name in said[1]
    for link in links:
        assert any(names[link.start] in one and names[link.end] in one for one in said[2:])
    joined = sum("joins" in one or "goes into" in one for one in said[2:] if "sector goes into which" not in one)
    assert joined == len(links)
    assert all(stream.title in in_words(*parts) for one in segments for stream in one.streams)


def test_without_a_segment_there_is_nothing_to_draw() -> None:
    assert drawn([Part("a", "Primary")], [], []) is None


def test_what_works_is_read_as_a_list() -> None:
    assert points("- One point of access\n- Care plans,\n  for all\n\nAnd *this*") == (
        "One point of access",
        "Care plans, for all",
        "And *this",
    )


@pytest.fixture
def world(session: Session) -> World:
    found = south_west_london(session)
    with writing(session):
        parts = {
            code: Segment(code=code, programme_id=found.programme, kind=kind, name=name, position=n)
            for n, (code, kind, name) in enumerate(
                [
                    ("primary", "sector", "Primary care"),
                    ("urgent", "segment", "Urgent care"),
                    ("planned", "segment", "Planned care"),
                    ("spare", "segment", "Spare care"),
                ],
                start=1,
            )
        }
        session.add_all(parts.values())
        session.flush()
        ends = {"from_id": parts["urgent"].id, "to_id": parts["planned"].id}
        session.add(SegmentLink(code="risk-1", kind="risk", reconstructed=True, **ends))
        session.get_one(Workstream, found.workstreams["online"]).segment = parts["planned"]
    return found


PART = {"seen": "1", "kind": "segment", "name": "Planned care", "what_works": "- Scale", "position": "3", "source": ""}
LINK = {"seen": "1", "kind": "resource", "start": "urgent", "end": "planned", "note": "Beds", "source": "A paper"}


def newest(session: Session) -> tuple[str, dict[str, Any]]:
    """The newest entry of the record: its tag and what it says."""
    session.rollback()
    entry = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc()).limit(1)).one()
    return entry.tag, entry.payload or {}


def test_the_map_is_drawn_with_links_and_said_in_words(client: FlaskClient, session: Session, world: World) -> None:
    reader = signed_in(client, session, world, "reader")
    page = reader.get("/map").text
    assert 'aria-label="Workstream in Planned care: Patients Online (demonstration content)"' in page
    assert "A risk link joins Urgent care and Planned care (reconstructed)." in page
    assert "The source does not say which sector goes into which segment." in page
    assert 'role="group"' in page and "style=" not in page and "Change the map" not in page
    assert 'data-zoom="200" aria-current="true"' in reader.get("/map?zoom=200").text
    alone = reader.get("/map?part=spare").text
    assert "by itself" in alone and alone.count("app-drawing__place") == 1
    assert reader.get("/map?part=primary").status_code == 404
    assert "segment,Planned care,,risk link with Urgent care (reconstructed),Patients Online," in (
        reader.get("/map?as=csv").text
    )


def test_only_the_programme_office_changes_the_map(client: FlaskClient, session: Session, world: World) -> None:
    pages = (
        "/map/change",
        "/map/parts/new",
        "/map/parts/urgent",
        "/map/links/risk-1/remove",
        "/map/workstreams/online",
    )
    reader = signed_in(client, session, world, "croydon manager")
    for path in pages:
        refused = reader.get(path)
        assert refused.status_code == 403 and "Only the programme office may change the map" in refused.text
    manager = signed_in(client, session, world, "manager")
    assert {manager.get(path).status_code for path in pages} == {200}
    assert "Change the map" in manager.get("/map").text
    stranger = signed_in(client, session, world, "stranger")
    assert {stranger.get(path).status_code for path in ("/map/parts/urgent", "/map/links/risk-1")} == {404}


def test_a_part_is_added_changed_and_removed_on_record(client: FlaskClient, session: Session, world: World) -> None:
    director = signed_in(client, session, world, "director")
    wrong = director.post("/map/parts/new", {**PART, "name": "", "position": "0"})
    assert wrong.status_code == 422 and "Give its name" in wrong.text and "from 1 to 999" in wrong.text
    twice = director.post("/map/parts/new", PART)
    assert twice.status_code == 403 and "There is a segment called “Planned care” already" in twice.text
    assert director.post("/map/parts/new", {**PART, "name": "New care", "demonstration": "y"}).status_code == 303
    made = session.scalars(sa.select(Segment).where(Segment.name == "New care")).one()
    assert (made.code, made.demonstration) == ("swl-segment-1", True)
    assert director.post("/map/parts/swl-segment-1", {**PART, "name": "Newer care"}).status_code == 303
    tag, said = newest(session)
    assert tag == Tag.PART_CHANGED
    assert said["before"] == {"name": "New care", "demonstration": True}
    assert said["after"] == {"name": "Newer care", "demonstration": False}
    stale = director.post("/map/parts/swl-segment-1", {**PART, "name": "Newest care"})
    assert stale.status_code == 409 and "was changed after you opened the page" in stale.text
    assert "Name: was New care; now Newer care" in director.get("/map").text
    assert "Remove the segment “Newer care”?" in director.get("/map/parts/swl-segment-1/remove").text
    assert director.post("/map/parts/swl-segment-1/remove", {"seen": "2"}).status_code == 303
    assert newest(session)[0] == Tag.PART_REMOVED
    assert director.get("/map/parts/swl-segment-1").status_code == 404


def test_a_part_with_workstreams_or_links_is_not_removed(client: FlaskClient, session: Session, world: World) -> None:
    manager = signed_in(client, session, world, "manager")
    refused = manager.post("/map/parts/planned/remove", {"seen": "1"})
    assert refused.status_code == 403
    assert "“Patients Online” is placed in it and a link joins it" in refused.text
    kept = manager.post("/map/parts/planned", {**PART, "kind": "sector"})
    assert kept.status_code == 403 and "stays a segment while" in kept.text


def test_a_link_joins_what_its_kind_joins_and_is_removed_on_record(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    for sent, said in (
        ({"start": "primary"}, "A resource link joins two segments."),
        ({"kind": "sector"}, "A sector link goes from a sector into a segment."),
        ({"end": "urgent"}, "Choose another segment than the one it begins at"),
        ({"end": ""}, "Choose what it joins"),
    ):
        wrong = manager.post("/map/links/new", {**LINK, **sent})
        assert wrong.status_code == 422 and said in wrong.text
    assert manager.post("/map/links/new", {**LINK, "kind": "sector", "start": "primary"}).status_code == 303
    assert newest(session)[1]["named"] == "the link of Primary care into Planned care"
    assert "Primary care goes into Planned care." in manager.get("/map").text
    assert manager.post("/map/links/risk-1", LINK).status_code == 303
    assert newest(session)[1]["before"] == {"kind": "risk", "note": "", "source": "", "reconstructed": True}
    assert manager.post("/map/links/risk-1/remove", {"seen": "1"}).status_code == 409
    assert manager.post("/map/links/risk-1/remove", {"seen": "2"}).status_code == 303
    assert newest(session)[0] == Tag.LINK_REMOVED


def test_a_workstream_is_placed_and_a_stale_page_places_nothing(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    path = "/map/workstreams/online"
    assert manager.post(path, {"shown": "planned", "segment": "planned"}).status_code == 422
    assert manager.post(path, {"shown": "planned", "segment": "urgent"}).status_code == 303
    tag, said = newest(session)
    assert (tag, said["before"]) == (Tag.WORKSTREAM_PLACED, {"segment": "Planned care"})
    stale = manager.post(path, {"shown": "planned", "segment": "spare"})
    assert stale.status_code == 409 and "It is now in Urgent care." in stale.text
    assert manager.post(path, {"shown": "urgent", "segment": ""}).status_code == 303
    assert "Workstreams across all segments" in manager.get("/map").text
