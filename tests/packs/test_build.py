"""An edition and a pack are built once for the same facts, whole or not at all, and never after they are released."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import page as validator
import pytest
import sqlalchemy as sa

from app import pdf
from app.audit.models import RecordEntry
from app.audit.queries import verify
from app.db import writing
from app.jobs.models import Mail
from app.packs import queries, service, storage
from app.packs.models import Circulation
from app.permissions import Refused, Stale
from app.programme.models import Update
from tests.packs.conftest import Room

ON_SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def readable(content: bytes) -> list[str]:
    """What our own walk and the validator have against a file."""
    failures = validator.validate_pdf_bytes(content, profile="ua1").failures
    return [*pdf.check(content), *(f"{failure.rule_id}: {failure.message}" for failure in failures)]


def folder(room: Room) -> Path:
    packs: Path = room.app.extensions["concord.settings"].packs
    return packs


@ON_SQLITE
def test_an_edition_goes_from_facts_to_a_released_file_and_closes_its_period(room: Room) -> None:
    edition = room.edition()
    assert [gap.key for gap in room.accept_all(edition)] == [
        "highlight-without-section:planned-care-single-contract",
        "highlight-without-section:crisis-response-pilot",
        "highlight-without-section:patients-online",
        "highlight-without-section:deliberative-events",
    ]
    outcome = room.build(edition)[0]
    assert outcome.startswith("done: Built: ")
    assert edition.state == "built" and edition.pdf_hash and edition.facts_hash
    content = storage.read(folder(room), edition.pdf_hash, "pdf")
    assert readable(content) == []
    text = " ".join(" ".join(pdf.page_texts(content)).split())
    assert (
        "Listed as a highlight; no update this period – accepted by Harriet Oyelaran, programme director, "
        "NHS Wandsworth CCG. Reason: It is reported in January."
    ) in text
    assert "is ready" not in text, "a local position is no part of the edition"
    room.release_edition(printed=True)
    assert edition.state == "released"
    room.session.refresh(room.seed.period)
    assert room.seed.period.released_at == room.now
    entry = room.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "edition.released")).one()
    assert entry.payload is not None
    assert (entry.payload["pdf_hash"], entry.payload["web_hash"]) == (edition.pdf_hash, edition.web_hash)
    assert verify(room.session)[1] == []


@ON_SQLITE
def test_the_same_facts_make_the_same_bytes(room: Room) -> None:
    edition = room.edition()
    room.build(edition)
    first = (edition.facts_hash, edition.pdf_hash, edition.web_hash, edition.slides_hash)
    room.clock.forward(timedelta(hours=2))
    assert room.build(edition)[0].startswith("done: Nothing has changed since it was built")
    for digest, ending in ((edition.pdf_hash, "pdf"), (edition.web_hash, "html"), (edition.slides_hash, "pdf")):
        storage.path(folder(room), digest or "", ending).unlink()
    assert room.build(edition)[0].startswith("done: Built")
    assert (edition.facts_hash, edition.pdf_hash, edition.web_hash, edition.slides_hash) == first


@ON_SQLITE
def test_a_pack_goes_from_facts_to_release_and_is_sent_once(room: Room) -> None:
    room.release_edition()
    pack = room.put_forward(printed=True)
    assert pack.state == "put_forward"
    with pytest.raises(Refused, match="before the chair, who releases exactly these bytes"):
        room.build(pack)
    room.release(pack)
    assert pack.state == "released"
    content = storage.read(folder(room), pack.pdf_hash or "", "pdf")
    assert readable(content) == []
    assert sha256(content).hexdigest() == pack.pdf_hash
    sent = room.session.scalars(sa.select(Mail)).all()
    assert len(sent) == 7
    assert all("http://localhost/p/" in mail.body for mail in sent)
    kept = set(room.session.scalars(sa.select(Circulation.token_hash)))
    tokens = {mail.body.split("/p/")[1].split()[0] for mail in sent}
    assert {sha256(token.encode()).hexdigest() for token in tokens} == kept
    room.release(pack)
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 7
    with pytest.raises(Refused, match="its bytes, its facts and their hashes never change"):
        room.build(pack)
    assert verify(room.session)[1] == []


def test_shared_sections_are_the_same_html_in_every_pack(room: Room) -> None:
    edition = room.release_edition()
    packs = [room.pack(name) for name in room.seed.meetings]
    assert len(packs) == 6
    room.as_built(*packs)
    found = queries.shared_sections(room.session, edition)
    assert [one.title for one in found][:2] == ["Highlights", "System architecture"]
    assert all(one.same and len(one.in_packs) == 6 for one in found)
    assert len({pack.facts_hash for pack in packs}) == 6


def test_a_pack_with_an_open_gap_is_not_put_forward(room: Room) -> None:
    room.release_edition()
    pack = room.pack("Wandsworth")
    room.as_built(pack)
    with pytest.raises(Refused, match="gaps are neither filled nor accepted: Wandsworth owes its local position"):
        service.put_forward(
            room.session, pack, seen_hash=pack.facts_hash or "", doer=room.secretary("Wandsworth"), now=room.now
        )


def test_a_pack_is_not_put_forward_before_its_edition_is_released(room: Room) -> None:
    room.edition()
    pack = room.pack()
    room.accept_all(pack, room.secretary("Merton"))
    room.as_built(pack)
    with pytest.raises(Refused, match="edition 1, which is not released"):
        service.put_forward(
            room.session, pack, seen_hash=pack.facts_hash or "", doer=room.secretary("Merton"), now=room.now
        )


def test_an_edition_whose_facts_changed_since_it_was_built_is_not_released(room: Room) -> None:
    edition = room.edition()
    room.accept_all(edition)
    room.as_built(edition)
    with writing(room.session):
        update = room.session.scalars(sa.select(Update).where(Update.period_id == room.seed.period.id)).first()
        assert update is not None
        update.headline = "Something else"
    with pytest.raises(Stale) as refused:
        service.release_edition(
            room.session, edition, seen_hash=edition.facts_hash or "", doer=room.secretary("Wandsworth"), now=room.now
        )
    assert refused.value.changes == ("System architecture has changed.",)


def test_a_pack_the_chair_returned_can_be_built_and_put_forward_again(room: Room) -> None:
    room.release_edition()
    pack = room.put_forward()
    with writing(room.session):
        service.return_pack(
            room.session, pack, reason="The winter paper must be in.", doer=room.chair("Merton"), now=room.now
        )
    assert pack.state == "built"
    first = pack.case_id
    again = room.put_forward()
    assert again.state == "put_forward" and again.case_id != first
    assert room.release(again).state == "released"
