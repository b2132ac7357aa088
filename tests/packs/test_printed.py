"""What is printed in a pack and told beside it: acceptances where the gaps are, ways on, dates as they are."""

import base64
import re
from datetime import timedelta

import sqlalchemy as sa

from app.db import writing
from app.meetings.models import AgendaItem
from app.packs import sections
from app.packs.facts import pack_facts
from app.packs.models import Edition
from tests.packs.conftest import Room
from tests.packs.test_after_release import words
from tests.packs.test_pages import PACK, signed_in


def test_an_accepted_gap_is_printed_where_it_stands(room: Room) -> None:
    room.release_edition()
    with writing(room.session) as session:
        item = session.scalars(
            sa.select(AgendaItem).where(
                AgendaItem.meeting_id == room.seed.meetings["Wandsworth"].id,
                AgendaItem.title.startswith("Better Care Fund"),
            )
        ).one()
        item.author = item.recommendation = ""
    pack = room.pack("Wandsworth")
    gaps = {gap.key.split(":")[0] for gap in room.accept_all(pack, room.secretary("Wandsworth"))}
    assert gaps >= {"local-position-owed", "item-without-paper", "paper-without-cover-sheet", "no-recommendation"}
    secretary = room.secretary("Wandsworth")
    said = f"Accepted by {secretary.name}, {secretary.capacity}: It is reported in January."
    with room.app.app_context():
        pieces = sections.pack_pieces(room.app.jinja_env, pack_facts(room.session, pack, room.now))
    html = {piece.key: words(piece.html) for piece in pieces}
    assert (
        f"Wandsworth owes its local position on System architecture for this period. {said}"
        in (html["local-system-architecture"])
    )
    assert html[f"paper-{item.id}"].count(said) == 2
    assert f"The recommendation is still to come. {said}" in html["decisions-asked"]
    follows = next(words(piece.html) for piece in pieces if piece.title.endswith("Winter resilience"))
    assert f"nothing in this pack is renumbered for it. {said}" in follows


def test_a_preview_counts_open_and_accepted_gaps_apart(room: Room) -> None:
    edition = room.edition()
    room.accept_all(edition)
    page = words(signed_in(room, "merton-secretary").get(f"{PACK}/preview").text)
    assert re.search(r"\d+ gaps?, neither filled nor accepted: ", page)
    assert "4 gaps, accepted by name: " in page


def test_a_reading_page_leads_to_its_pdf_and_to_all_packs_on_whatever_host(room: Room) -> None:
    room.release_edition()
    pack = room.pack()
    facts = pack_facts(room.session, pack, room.now)
    env = room.app.jinja_env
    with room.app.app_context():
        facts = sections.with_sections(env, facts)
        pages = {one["key"]: 3 for one in facts["sections"]} | {"last-page": 9}
        page = sections.reading_page(env, facts, pages, 9)
        assert sections.reading_page(env, facts, pages, 9) == page
    assert '<a href="1.pdf">This pack as a PDF</a>' in page
    assert '<a href="/packs">All released packs</a>' in page
    assert "http" not in re.sub(r"data:[^\"]+", "", page)


def test_the_contents_list_says_what_the_pages_are_headed(room: Room) -> None:
    room.edition()
    page = signed_in(room, "merton-secretary").get(f"{PACK}/preview").text
    assert '<a href="#front-page">Merton at a glance</a>' in page
    assert re.search(r'<h2 id="front-page">\s*Merton at a glance</h2>', page)
    assert "About this copy, and how to check it" in words(signed_in(room, "merton-chair").get(PACK).text)


def test_an_edition_under_way_is_found_from_the_list_of_packs_by_who_may_see_it(room: Room) -> None:
    director = signed_in(room, "wandsworth-secretary")
    assert 'href="/editions/2015-10"' in director.get("/packs").text
    assert "/editions/2015-10" not in room.app.test_client().get("/packs").text
    assert "Updates were due by 30 October 2015" in words(director.get("/editions/2015-10").text)
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 0
    room.clock.forward(timedelta(days=-10))
    assert "Updates are due by 30 October 2015" in words(director.get("/editions/2015-10").text)


def test_a_hash_in_the_public_list_is_short_until_it_is_opened(room: Room) -> None:
    room.release_edition()
    pack = room.release(room.put_forward())
    digest = pack.pdf_hash or ""
    page = room.app.test_client().get("/packs").text
    found = re.search(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", page, re.DOTALL)
    assert found is not None
    assert words(found[1]) == f"SHA-256 {digest[:4]} {digest[4:8]} {digest[8:12]}"
    assert digest in found[2]


def test_the_drawing_in_a_pack_says_what_of_it_is_demonstration_content(room: Room) -> None:
    parts = [{"code": f"to-{name}", "name": name, "demonstration": name == "Urgent"} for name in ("Urgent", "Planned")]
    placed = {"code": "pilot", "title": "Crisis response pilot", "segment": "Planned", "demonstration": True}
    found = sections.drawing_of(
        room.app.jinja_env, {"sectors": [{"name": "Hospital"}], "segments": parts, "links": []}, [placed]
    )
    drawn = words(base64.b64decode(found["drawing"]["address"].partition(",")[2]).decode())
    for told in (drawn, found["alternative"]):
        assert "Urgent (demonstration content)" in told
        assert "Crisis response pilot (demonstration content)" in told
        assert "Planned (demonstration content)" not in told
        assert "Hospital (demonstration content)" not in told
