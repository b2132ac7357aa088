"""Slides are made from the frozen facts: 16:9, tagged, nothing too small to read and nothing lost of a long text."""

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask

from app import pdf
from app.audit.models import RecordEntry
from app.db import writing
from app.jobs.worker import run_waiting
from app.packs import sections, service, slides, storage
from app.packs.facts import edition_facts, pack_facts
from app.packs.models import Edition, Pack
from tests.packs.conftest import Room
from tests.packs.test_build import readable
from tests.packs.test_pages import PACK, post, signed_in

ON_SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
RISK = {
    "kind": "risk",
    "title": "Too few nurses",
    "score": 20,
    "band": "extreme",
    "trend": "up",
    "mitigation": "Joint recruitment.",
    "owner": "",
    "escalation": "none",
    "demonstration": False,
}
LEAST = 14.0
"""Points: nothing on a slide is set smaller, the foot of it and a picture's labels included."""


def made(app: Flask, facts: dict[str, Any]) -> pdf.Rendered:
    """These facts as slides."""
    fonts = pdf.font_assets(Path(app.static_folder or "") / "vendor" / "fonts")
    with app.app_context():
        return pdf.render(slides.document(app.jinja_env, facts), assets=fonts, sheet="slides")


def told(pages: list[str]) -> str:
    """The words of these slides in one line."""
    return " ".join(" ".join(pages).split())


def sizes(content: bytes) -> set[float]:
    """The sizes, in points, of every text drawn on the slides, pictures included, as a reader sees them."""
    found: set[float] = set()

    def walk(holder: Any, at: pikepdf.Matrix) -> None:
        kept: list[pikepdf.Matrix] = []
        size, line = 0.0, pikepdf.Matrix()
        for instruction in pikepdf.parse_content_stream(holder):
            operands: Any = instruction.operands
            name = str(instruction.operator)
            if name == "q":
                kept.append(at)
            elif name == "Q":
                at = kept.pop()
            elif name == "cm":
                at = pikepdf.Matrix(*map(float, operands)) @ at
            elif name == "BT":
                line = pikepdf.Matrix()
            elif name == "Tf":
                size = float(operands[1])
            elif name == "Tm":
                line = pikepdf.Matrix(*map(float, operands))
            elif name in ("Tj", "TJ"):
                whole = line @ at
                found.add(round(size * abs(whole.a * whole.d - whole.b * whole.c) ** 0.5, 1))
            elif name == "Do":
                form = holder.get("/Resources", {}).get("/XObject", {}).get(str(operands[0]))
                if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == pikepdf.Name.Form:
                    own = pikepdf.Matrix(*map(float, form.get("/Matrix", [1, 0, 0, 1, 0, 0])))
                    walk(form, own @ at)

    with pikepdf.open(BytesIO(content)) as opened:
        for page in opened.pages:
            walk(page.obj, pikepdf.Matrix())
    return found


@ON_SQLITE
def test_a_deck_tells_each_workstream_and_goes_on_to_further_slides_where_text_is_long(room: Room) -> None:
    room.release_edition()
    facts = pack_facts(room.session, room.pack(), room.now)
    stream = facts["content"]["edition"]["content"]["workstreams"][1]
    words = [f"word{number:04d}" for number in range(5000)]
    stream["this"]["done"] = "\n\n".join(" ".join(words[at : at + 40]) for at in range(0, 5000, 40))
    stream["milestones"] *= 30
    other = facts["content"]["edition"]["content"]["workstreams"][3]
    other["title"], other["this"]["next"] = " ".join(["Standards"] * 25), "- A step that is taken\n" * 12
    long = made(room.app, facts)
    assert readable(long.pdf) == []
    pages = pdf.page_texts(long.pdf)
    assert long.pages > 60
    assert re.findall(r"word\d{4}", told(pages)) == words
    first, then = long.page_of[f"workstream-{stream['code']}"], long.page_of[f"workstream-{stream['code']}-plan"]
    assert then - first > 20
    for number in range(first + 1, then):
        assert f"{stream['title']} (continued)" in told([pages[number - 1]])
    plan = [page for page in pages[then - 1 :] if f"{stream['title']} (continued)" in told([page])]
    assert len(plan) > 2
    cut = " ".join(["Standards"] * 9)
    assert f"{cut} … (continued)" in told([pages[long.page_of[f"workstream-{other['code']}"]]])
    assert sum("Slippage" in page for page in plan) >= 3, "the table has its head again on each slide"
    for number, page in enumerate(pages, start=1):
        assert f"{number} of {long.pages}" in told([page])
        assert "NHS Merton CCG Governing Body · 19 November 2015 · Pack version 1" in told([page])
    everything = told(pages)
    for said in (
        "Merton at a glance",
        "Since this body last met",
        "Merton’s local positions",
        "What Merton is asked to decide",
        "approve the plan for winter",
        "Sign-off: Out-of-hospital standards",
        "Demonstration content",
        "System architecture: from here to here (reconstructed)",
    ):
        assert said in everything
    assert everything.count("Amber") >= 4, "the rating is a word, not only a colour"
    assert min(sizes(long.pdf)) >= LEAST
    with pikepdf.open(BytesIO(long.pdf)) as opened:
        boxes = {tuple(round(float(side), 1) for side in page.mediabox) for page in opened.pages}
    assert len(boxes) == 1
    _, _, width, height = boxes.pop()
    assert round(width / height, 3) == round(16 / 9, 3)


@ON_SQLITE
def test_small_parts_of_a_workstream_share_a_slide(room: Room) -> None:
    room.release_edition()
    facts = pack_facts(room.session, room.pack(), room.now)
    stream = facts["content"]["edition"]["content"]["workstreams"][1]
    stream["risks"], stream["milestones"] = [RISK], stream["milestones"][:1]
    stream["deliverables"], stream["in_remit"], stream["out_of_remit"] = [], "- What is in", "- What is out"
    deck = made(room.app, facts)
    anchor = f"workstream-{stream['code']}"
    pages = pdf.page_texts(deck.pdf)
    risks, plan = (told([pages[deck.page_of[f"{anchor}-{part}"] - 1]]) for part in ("risks", "plan"))
    assert "Due next period" in risks and "Too few nurses" in risks
    assert all(said in plan for said in ("Plan: milestones", "What is in", "What is out"))
    assert min(sizes(deck.pdf)) >= LEAST


@ON_SQLITE
def test_an_edition_is_released_with_its_slides_and_a_pack_has_them_when_asked(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = room.release_edition(printed=True)
    folder = room.app.extensions["concord.settings"].packs
    content = storage.read(folder, edition.slides_hash or "", "pdf")
    assert readable(content) == []
    assert (len(content), len(pdf.page_texts(content))) == (edition.slides_bytes, edition.slides_count)
    entry = room.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "edition.released")).one()
    assert (entry.payload or {})["slides_hash"] == edition.slides_hash
    title = told(pdf.page_texts(content)[:1])
    named = (
        "Croydon, Kingston, Merton, Richmond, Sutton and Wandsworth NHS Clinical Commissioning Groups and NHS England"
    )
    assert named in title and edition.period.programme.strapline in title
    visitor = room.app.test_client()
    answer = visitor.get("/packs/edition/2015-10/1/slides.pdf")
    assert sha256(answer.data).hexdigest() == edition.slides_hash == answer.get_etag()[0]
    listed = visitor.get("/packs").text
    assert "/packs/edition/2015-10/1/slides.pdf" in listed and (edition.slides_hash or "?") in listed

    pack = room.put_forward()
    secretary = signed_in(room, "merton-secretary")
    assert secretary.get(f"{PACK}/slides").status_code == 404
    assert "No slides have been made yet." in secretary.get(PACK).text
    answer = post(secretary, f"{PACK}/slides/build", PACK)
    assert (answer.status_code, answer.location) == (303, f"{PACK}/progress?of=slides")
    assert "Making the slides" in secretary.get(f"{PACK}/progress?of=slides").text
    facts = pack.facts
    run_waiting(room.app)
    room.session.rollback()
    assert (pack.state, pack.facts) == ("put_forward", facts), "slides change nothing of what is before the chair"
    told_by_page = secretary.get(PACK).text
    assert f"{pack.slides_count} slides" in told_by_page and (pack.slides_hash or "?") in told_by_page
    kept = secretary.get(f"{PACK}/slides").data
    assert sha256(kept).hexdigest() == pack.slides_hash
    entry = room.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "slides.built")).one()
    assert (entry.payload or {})["slides_hash"] == pack.slides_hash
    lost = storage.path(folder, pack.slides_hash or "", "pdf")
    lost.unlink()
    for content, outcome in ((b"other bytes", "failed"), (kept, "done")):
        monkeypatch.setattr("app.packs.build.printed", lambda *_, given=content, **__: pdf.Rendered(given, 1, {}))
        with writing(room.session):
            job = service.ask_for_slides(room.session, pack, asked_by=None, real_now=room.clock.real)
        run_waiting(room.app)
        room.session.rollback()
        assert (job.state, lost.exists()) == (outcome, outcome == "done"), "only the bytes on record take their place"
    assert visitor.get("/packs/meeting/merton-2015-11/1/slides.pdf").status_code == 404
    room.release(pack)
    assert visitor.get("/packs/meeting/merton-2015-11/1/slides.pdf").data == kept
    neighbour = signed_in(room, "sutton-secretary")
    assert neighbour.get(f"{PACK}/slides").status_code == 404


def test_slides_of_facts_frozen_anew_are_not_those_of_before(room: Room) -> None:
    edition = room.edition()
    room.as_built(edition)
    edition.slides_hash, edition.slides_bytes, edition.slides_count = edition.facts_hash, 1, 1
    room.session.commit()
    room.accept_all(edition)
    room.as_built(edition)
    kept = room.session.execute(sa.select(Edition.slides_hash, Edition.slides_bytes, Edition.slides_count)).one()
    assert tuple(kept) == (None, None, None)


def test_the_numbers_are_those_of_the_bodies_with_their_source(room: Room) -> None:
    for name, body in room.seed.bodies.items():
        if name != "NHS England":
            body.organisation.registered_patients = 200_000
            body.organisation.registered_patients_as_at = "October 2015"
            body.organisation.source = "Practice list sizes"
    room.session.commit()
    edition = Edition(period=room.seed.period, period_id=room.seed.period.id, number=1, state="draft")
    facts = edition_facts(room.session, edition, room.now)
    with room.app.app_context():
        page = " ".join(re.sub(r"<[^>]+>", " ", slides.document(room.app.jinja_env, facts)).split())
    assert "NHS Merton CCG 200,000 October 2015" in page
    assert "Together 1,200,000" in page and "Source: Practice list sizes." in page
    assert isinstance(room.pack(), Pack) and sections.shows_demonstration(facts["content"])
