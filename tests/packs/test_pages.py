"""Who sees which page of packs, what each answers, and a pack's way from build to its readers over real requests."""

import re
from hashlib import sha256

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.audit.models import RecordEntry
from app.db import writing
from app.jobs.models import Job, Mail
from app.jobs.worker import run_waiting
from app.meetings.models import ItemConflict
from app.meetings.queries import agenda
from app.packs import storage
from app.packs.models import Circulation, Pack
from app.people.models import Account, Seat
from app.programme.models import Update
from tests.packs.conftest import Room

PASSWORD = "three unrelated words"
HASH = PasswordHasher().hash(PASSWORD)
ON_SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
PACK = "/meetings/merton-2015-11/pack"


def signed_in(room: Room, code: str) -> FlaskClient:
    """A visitor who has signed in as one of the seed's people."""
    person = room.seed.people[code]
    with writing(room.session) as session:
        session.add(Account(person_id=person.id, password_hash=HASH, demonstration=False))
        email = person.email
    client = room.app.test_client()
    answer = post(client, "/sign-in", email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client


def token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert found is not None, f"{page} has no form"
    return found[1]


def post(client: FlaskClient, address: str, page: str = "", **fields: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token(client, page or address), **fields})


def progress(client: FlaskClient) -> dict[str, object]:
    """What the page's script is told of the build."""
    told: dict[str, object] = client.get(f"{PACK}/progress?as=json").get_json()
    return told


def test_visitors_see_released_packs_only(room: Room, client: FlaskClient) -> None:
    room.release_edition()
    pack = room.put_forward()
    assert "No pack has been released yet" in client.get("/packs").get_data(as_text=True)
    for ending in ("", ".pdf", ".json"):
        assert client.get(f"/packs/meeting/merton-2015-11/1{ending}").status_code == 404
    assert client.get(PACK).status_code == 302
    room.release(pack)
    page = client.get("/packs").get_data(as_text=True)
    assert "NHS Merton CCG Governing Body" in page and (pack.pdf_hash or "?") in page
    facts = client.get("/packs/meeting/merton-2015-11/1.json")
    assert sha256(facts.data).hexdigest() == pack.facts_hash


def test_another_bodys_pack_does_not_exist_for_its_neighbours(room: Room) -> None:
    room.release_edition()
    room.put_forward()
    neighbour = signed_in(room, "sutton-secretary")
    for path in (PACK, f"{PACK}/preview", f"{PACK}/download", f"{PACK}/progress", f"{PACK}/release"):
        assert neighbour.get(path).status_code == 404, path
    assert post(neighbour, f"{PACK}/build", "/meetings/sutton-2015-11/pack").status_code == 404


def test_only_the_chair_releases_and_only_the_director_releases_the_edition(room: Room) -> None:
    room.release_edition()
    room.put_forward()
    secretary = signed_in(room, "merton-secretary")
    refused = secretary.get(f"{PACK}/release")
    assert refused.status_code == 403
    assert "Only Merton’s chair may release its pack." in refused.get_data(as_text=True)
    assert "The chair has been asked to release it to 7 people" in secretary.get(PACK).get_data(as_text=True)
    refused = secretary.get("/editions/2015-10/release")
    assert refused.status_code == 403
    assert "Only the programme director may accept the edition’s gaps and release it." in refused.get_data(as_text=True)


def test_a_gap_is_accepted_with_a_reason_or_not_at_all(room: Room) -> None:
    room.edition()
    secretary = signed_in(room, "merton-secretary")
    page = secretary.get(PACK).get_data(as_text=True)
    assert "its paper is still to follow from Elena Example" in page
    address = re.search(rf"{PACK}/gaps/item-without-paper:\d+", page)
    assert address is not None
    without = post(secretary, address[0], reason="  ")
    assert without.status_code == 422
    assert "Enter the reason: it is printed with your name" in without.get_data(as_text=True)
    assert post(secretary, address[0], reason="It is tabled on the day.").status_code == 303
    assert "It is tabled on the day." in secretary.get(PACK).get_data(as_text=True)
    entry = room.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "gap.accepted")).one()
    assert entry.capacity == "board secretary, NHS Merton CCG"


def test_a_preview_says_what_is_to_follow_and_freezes_nothing(room: Room) -> None:
    room.edition()
    secretary = signed_in(room, "merton-secretary")
    page = secretary.get(f"{PACK}/preview").get_data(as_text=True)
    assert "This paper is to follow." in page and "System architecture" in page
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Pack)) == 0


def test_a_paper_that_is_withheld_is_in_no_preview_and_no_file_for_that_member(room: Room) -> None:
    room.release_edition()
    pack = room.put_forward()
    with writing(room.session):  # the press has tests of its own
        pack.pdf_hash = storage.keep(room.app.extensions["concord.settings"].packs, b"%PDF-1.7", "pdf")
    meeting = room.seed.meetings["Merton"]
    item = next(item for item in agenda(room.session, meeting) if item.paper)
    seat = room.session.scalars(sa.select(Seat).where(Seat.body_id == meeting.body_id)).first()
    assert seat is not None
    chair, secretary = signed_in(room, "merton-chair"), signed_in(room, "merton-secretary")
    assert "Half-year position of the fund." in chair.get(f"{PACK}/preview").text
    assert chair.get(f"{PACK}/download").status_code == 200
    with writing(room.session) as session:
        session.add(
            ItemConflict(
                item_id=item.id,
                seat_id=seat.id,
                person_id=room.seed.people["merton-chair"].id,
                interest_kind="financial",
                handling="paper_withheld",
                reason="The practice may bid.",
                handled_by="Presiding deputy",
                at=room.now,
                demonstration=True,
            )
        )
    preview = chair.get(f"{PACK}/preview").text
    assert "withheld from you because of your interest in this item" in preview
    assert "Half-year position of the fund." not in preview and "approve the plan for winter" not in preview
    refused = chair.get(f"{PACK}/download")
    assert refused.status_code == 403
    assert f"the paper of item {item.number}, which is withheld from you" in refused.text
    assert "Half-year position of the fund." in secretary.get(f"{PACK}/preview").text
    assert secretary.get(f"{PACK}/download").status_code == 200


def test_an_update_is_previewed_as_it_will_stand_before_it_is_approved(room: Room) -> None:
    with writing(room.session) as session:
        update = session.scalars(
            sa.select(Update).where(
                Update.period_id == room.seed.period.id,
                Update.workstream_id == room.seed.workstreams["workforce-specifications"].id,
            )
        ).one()
        update.state, update.headline = "draft", "Half written"
    manager = signed_in(room, "kingston-secretary")
    page = manager.get("/workstreams/workforce-specifications/update/preview?period=2015-10").get_data(as_text=True)
    assert "Half written" in page and "once it is approved" in page
    page = manager.get("/workstreams/patients-online/update/preview?period=2015-10").get_data(as_text=True)
    assert "Nothing is written for October/November 2015 yet" in page


def test_a_stale_confirmation_is_refused_with_what_to_do(room: Room) -> None:
    room.release_edition()
    pack = room.pack()
    room.accept_all(pack, room.secretary("Merton"))
    room.as_built(pack)
    secretary = signed_in(room, "merton-secretary")
    stale = post(secretary, f"{PACK}/put-forward", seen="0" * 64)
    assert stale.status_code == 409
    assert "It has been built anew since this page was shown." in stale.get_data(as_text=True)


@ON_SQLITE
def test_a_pack_is_built_put_forward_released_and_read_over_the_web(room: Room) -> None:
    room.release_edition()
    pack = room.pack()
    room.accept_all(pack, room.secretary("Merton"))
    secretary, chair = signed_in(room, "merton-secretary"), signed_in(room, "merton-chair")
    answer = post(secretary, f"{PACK}/build", PACK)
    assert (answer.status_code, answer.location) == (303, f"{PACK}/progress")
    waiting = secretary.get(f"{PACK}/progress").get_data(as_text=True)
    assert "Waiting for a worker" in waiting and 'http-equiv="refresh"' in waiting
    assert progress(secretary)["live"] is True
    run_waiting(room.app)
    assert progress(secretary)["state"] == "done"
    room.session.rollback()
    seen = room.session.scalar(sa.select(Pack.facts_hash)) or ""
    assert post(secretary, f"{PACK}/put-forward", seen=seen).status_code == 303
    unanswered = post(chair, f"{PACK}/release", seen=seen, answer="return", reason="")
    assert unanswered.status_code == 422
    assert "Enter the reason for returning the pack" in unanswered.get_data(as_text=True)
    assert post(chair, f"{PACK}/release", seen=seen, answer="release", reason="").status_code == 303
    room.session.rollback()
    pack = room.session.scalars(sa.select(Pack)).one()
    visitor = room.app.test_client()
    answer = visitor.get("/packs/meeting/merton-2015-11/1.pdf")
    assert answer.mimetype == "application/pdf"
    assert sha256(answer.data).hexdigest() == pack.pdf_hash == answer.get_etag()[0]
    assert answer.headers["Content-Disposition"] == 'inline; filename="merton-2015-11-part-1-v1.pdf"'
    assert "immutable" in answer.headers["Cache-Control"]
    again = visitor.get("/packs/meeting/merton-2015-11/1.pdf", headers={"If-None-Match": f'"{pack.pdf_hash}"'})
    assert again.status_code == 304
    page = visitor.get("/packs/meeting/merton-2015-11/1").get_data(as_text=True)
    assert re.search(r"Section 1 · page \d+ of the PDF", page)
    mail = room.session.scalars(sa.select(Mail).order_by(Mail.id)).first()
    assert mail is not None
    link = re.search(r"/p/[\w-]+", mail.body)
    assert link is not None
    looked = visitor.head(link[0])  # as mail filters do, before anyone reads it
    assert (looked.status_code, looked.location) == (303, "/packs/meeting/merton-2015-11/1")
    room.session.rollback()
    assert room.session.scalar(sa.select(sa.func.count()).where(Circulation.opened_at.is_not(None))) == 0
    opened = visitor.get(link[0])
    assert (opened.status_code, opened.location) == (303, "/packs/meeting/merton-2015-11/1")
    visitor.get(link[0])
    room.session.rollback()
    assert room.session.scalar(sa.select(sa.func.count()).where(Circulation.opened_at.is_not(None))) == 1
    tags = list(room.session.scalars(sa.select(RecordEntry.tag).where(RecordEntry.thing_kind == "pack")))
    assert tags.count("pack.opened") == 1
    assert visitor.get("/p/not-a-link").status_code == 404
    refused = post(secretary, f"{PACK}/build", PACK)
    assert refused.status_code == 403
    assert "numbered document" in refused.get_data(as_text=True)


def test_a_build_that_waits_can_be_stopped(room: Room) -> None:
    room.edition()
    secretary = signed_in(room, "merton-secretary")
    post(secretary, f"{PACK}/build", PACK)
    assert post(secretary, f"{PACK}/cancel", f"{PACK}/progress").status_code == 303
    room.session.rollback()
    assert room.session.scalar(sa.select(Job.state)) == "cancelled"
