"""An error found when three of six bodies were sent the update: edition 2, a correction, and who holds which."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from email.message import Message

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import pdf
from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.db import writing
from app.jobs.models import Mail
from app.jobs.outbox import send_waiting
from app.jobs.worker import run_waiting
from app.packs import holders, service, storage
from app.packs.circulation import Told
from app.packs.correction_build import freeze as freeze_correction
from app.packs.corrections import correction_to, in_the_way
from app.packs.models import Circulation, Correction, CorrectionCirculation, Edition, Pack
from app.packs.withdrawing import withdrawn
from app.permissions import Refused, Stale
from app.programme import service as programme
from app.programme.content import UpdateText, missing
from app.programme.models import Period, Update
from app.programme.queries import chosen_open
from tests.letters import letter_box
from tests.packs.conftest import URL, Room
from tests.packs.seed import NAMES, OFFICE
from tests.packs.test_after_release import words
from tests.packs.test_pages import ON_SQLITE, post, signed_in
from tests.packs.test_private import plant

SENT, WAITING = ("Croydon", "Kingston", "Merton"), ("Richmond", "Sutton", "Wandsworth")
WRONG = "The number of practices was counted twice."
HOLDERS = "/editions/2015-10/holders"


def stream(room: Room, place: int = 1) -> str:
    """The code of a workstream that has an approved update in the period."""
    period = room.seed.period
    rows = room.session.scalars(
        sa.select(Update).where(Update.period_id == period.id, Update.state == "approved").order_by(Update.id)
    )
    return [row for row in rows if not missing(UpdateText.of(row))][place - 1].workstream.code


def update(room: Room, code: str) -> Update:
    period = room.seed.period
    return room.session.scalars(
        sa.select(Update).where(Update.period_id == period.id, Update.workstream_id == room.seed.workstreams[code].id)
    ).one()


def report(room: Room, code: str | None, wrong: str = WRONG, *, reopen: bool = True) -> Correction:
    with writing(room.session) as session:
        return service.report_error(
            session,
            room.seed.period,
            workstream=room.seed.workstreams[code] if code else None,
            wrong=wrong,
            reopen=reopen,
            doer=OFFICE,
            now=room.now,
        )


def put_right(room: Room, code: str, headline: str) -> None:
    """The reopened update written anew, submitted and approved, as always."""
    found = update(room, code)
    changed = replace(UpdateText.of(found), headline=headline)
    with writing(room.session) as session:
        saved = programme.save_and_submit(
            session, found.workstream_id, found.period_id, changed, found.version, OFFICE, room.now
        )
        programme.approve_update(session, saved.id, saved.version, OFFICE, room.now)


def as_built(room: Room) -> Edition:
    """The corrected edition and its correction, frozen as a build does, without printing them."""
    edition = room.edition()
    room.as_built(edition)
    with writing(room.session) as session:
        correction = correction_to(session, edition)
        assert correction is not None
        freeze_correction(session, correction, room.now)
        correction.pdf_hash = correction.web_hash = correction.facts_hash
        correction.pages, correction.pdf_bytes, correction.built_at = 2, 54_321, room.now
    return edition


def release(room: Room, edition: Edition, *, seen: str | None = None) -> Edition:
    correction = correction_to(room.session, edition)
    assert correction is not None
    seen_correction = correction.facts_hash or ""
    facts_hash = edition.facts_hash or ""
    room.session.rollback()
    with writing(room.session) as session:
        return service.release_edition(
            session,
            edition,
            seen_hash=facts_hash,
            seen_correction=seen_correction if seen is None else seen,
            doer=OFFICE,
            now=room.now,
            post=service.Post(room.clock.real, URL),
        )


def sent(room: Room, names: tuple[str, ...] = SENT) -> list[Pack]:
    """Edition 1 released, and these bodies' packs released and sent with it."""
    room.release_edition()
    return [room.release(room.put_forward(name), name) for name in names]


def corrected(room: Room, code: str, headline: str = "One practice, counted once") -> Edition:
    """An error reported, put right and released as the next edition."""
    room.clock.forward(timedelta(hours=1))
    report(room, code)
    put_right(room, code, headline)
    edition = as_built(room)
    return release(room, edition)


def test_an_error_found_after_three_of_six_bodies_were_sent_the_update(room: Room) -> None:
    # given: three of six bodies' packs are out with edition 1, and a private item stands on one agenda
    canaries = plant(room)
    packs = sent(room)
    first = room.edition()
    before = (first.facts, first.facts_hash, first.pdf_hash, [(pack.facts_hash, pack.pdf_hash) for pack in packs])
    waiting = room.pack("Sutton")
    room.accept_all(waiting, room.secretary("Sutton"))
    room.as_built(waiting)
    mailed = set(room.session.scalars(sa.select(Mail.once)))
    code = stream(room)
    # when: the director says what is wrong, it is put right and approved, and edition 2 is released
    second = corrected(room, code)
    # then: edition 1 and the packs are as they were
    assert second.number == 2 and second.id != first.id
    room.session.expire_all()
    after = (first.facts, first.facts_hash, first.pdf_hash, [(pack.facts_hash, pack.pdf_hash) for pack in packs])
    assert after == before
    # exactly those who were sent a pack are sent correction 1
    new = room.session.scalars(sa.select(Mail).where(Mail.once.not_in(mailed))).all()
    to = sorted(mail.recipient for mail in new)
    were_sent = room.session.scalars(sa.select(Circulation)).all()
    assert to == sorted(row.person.email for row in were_sent) and len(to) == 21
    assert {mail.subject for mail in new} == {"Correction 1 to the update edition of October/November 2015"}
    assert all(re.search(rf"{URL}/c/[\w-]{{43}}\n", mail.body) for mail in new)
    # the correction says field by field what was said and what is said, and where it stood in each pack
    correction = room.session.scalars(sa.select(Correction)).one()
    content = (correction.facts or {})["content"]
    (section,) = content["sections"]
    assert section["reference"] == "S1-1" and section["workstream"] == code
    assert [(one["what"], one["says"]) for one in section["changes"]] == [("Headline", "One practice, counted once")]
    assert section["errors"][0]["wrong"] == WRONG
    assert [one["short_name"] for one in content["holders"]] == list(SENT)
    assert not [canary for canary in canaries if canary in str(correction.facts) + "".join(m.body for m in new)]
    # the other packs carry edition 2, and the one already built says that it must be built anew
    assert "Edition 2 of the update edition" in service.changed_since(room.session, waiting, room.now)[0]
    with pytest.raises(Stale, match="changed since this pack was built"), writing(room.session) as session:
        service.put_forward(
            session, waiting, seen_hash=waiting.facts_hash or "", doer=room.secretary("Sutton"), now=room.now
        )
    for name in WAITING:
        pack = room.put_forward(name)
        assert pack.edition_id == second.id and (pack.facts or {})["content"]["edition"]["number"] == 2
    # and it shows who holds which
    found = holders.holders(room.session, second)
    held = {one.body.short_name: (one.holds, one.sent.people if one.sent else 0) for one in found}
    assert held == {
        **dict.fromkeys(SENT, ("edition 1 with correction 1", 7)),
        **dict.fromkeys(WAITING, ("not yet sent", 0)),
    }
    tags = room.session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert [tags.count(tag) for tag in (Tag.ERROR_REPORTED, Tag.UPDATE_REOPENED, Tag.CORRECTION_RELEASED)] == [1, 1, 1]
    assert tags.count(Tag.CORRECTION_SENT) == 3


def test_a_second_correction_goes_to_those_who_hold_either_edition(room: Room) -> None:
    sent(room, ("Croydon",))
    code = stream(room)
    corrected(room, code)
    room.release(room.put_forward("Sutton"), "Sutton")
    third = corrected(room, code, "No practice at all")
    assert third.number == 3
    found = {one.body.short_name: one.holds for one in holders.holders(room.session, third)}
    assert (found["Croydon"], found["Sutton"]) == ("edition 1 with corrections 1 and 2", "edition 2 with correction 2")
    second = room.session.scalars(sa.select(Correction).where(Correction.number == 2)).one()
    (section,) = (second.facts or {})["content"]["sections"]
    assert section["reference"] == "S2-1" and section["changes"][0]["said"] == "One practice, counted once"
    assert [one["edition"] for one in (second.facts or {})["content"]["holders"]] == [1, 2]


def test_two_directors_and_a_double_press_release_one_correction(room: Room) -> None:
    sent(room, ("Croydon",))
    code = stream(room)
    report(room, code)
    assert report(room, code).id == report(room, code).id
    put_right(room, code, "One practice, counted once")
    edition = as_built(room)
    release(room, edition)
    release(room, edition)
    counts = sa.select(sa.func.count())
    assert room.session.scalar(counts.select_from(Edition)) == 2
    assert room.session.scalar(counts.select_from(CorrectionCirculation)) == 7
    assert room.session.scalar(counts.select_from(Mail).where(Mail.once.like("correction-%"))) == 7


def test_a_correction_goes_out_as_it_was_seen_or_not_at_all(room: Room) -> None:
    sent(room, ("Croydon",))
    code = stream(room)
    report(room, code)
    put_right(room, code, "One practice, counted once")
    edition = as_built(room)
    with pytest.raises(Stale, match="built anew"):
        release(room, edition, seen="another")
    room.release(room.put_forward("Kingston"), "Kingston")  # with edition 1, as edition 2 is not released
    with pytest.raises(Stale) as stale:
        release(room, edition)
    assert "Kingston" in stale.value.changes[0]
    as_built(room)
    assert release(room, edition).state == "released"
    assert room.session.scalar(sa.select(sa.func.count()).select_from(CorrectionCirculation)) == 14


def test_what_differs_needs_a_reason_and_an_open_update_its_approval(room: Room) -> None:
    sent(room, ("Croydon",))
    one, other = stream(room, 1), stream(room, 2)
    report(room, one)
    edition = as_built(room)
    correction = correction_to(room.session, edition)
    assert correction is not None
    title = room.seed.workstreams[one].title
    assert in_the_way(room.session, correction)[0] == f"The update of {title} is open again and not approved yet."
    with pytest.raises(Refused, match="cannot be released yet"):
        release(room, edition)
    put_right(room, one, update(room, one).headline)
    as_built(room)
    assert "nothing has been corrected" in in_the_way(room.session, correction)[0]
    report(room, other, "Its lead has changed.")
    put_right(room, other, "Another headline")
    with writing(room.session) as session:
        session.execute(
            sa.delete(type(correction.errors[0])).where(type(correction.errors[0]).workstream_id.is_not(None))
        )
    room.session.expire_all()
    as_built(room)
    assert "nobody has said what was wrong" in in_the_way(room.session, correction)[0]


def test_a_released_update_is_closed_again_with_the_corrected_edition(room: Room) -> None:
    sent(room, ("Croydon",))
    code = stream(room)
    found = update(room, code)
    with pytest.raises(Refused, match="was released on"), writing(room.session) as session:
        programme.return_update(session, found.id, "Wrong.", found.version, OFFICE, room.now)
    corrected(room, code)
    found = update(room, code)
    assert found.state == "approved" and found.reopened_at is None
    with pytest.raises(Refused, match="was released on"), writing(room.session) as session:
        programme.return_update(session, found.id, "Wrong.", found.version, OFFICE, room.now)
    assert chosen_open([room.seed.period], room.now.date()) is None


def test_an_edition_not_yet_released_is_not_corrected(room: Room) -> None:
    with pytest.raises(Refused, match="not released yet"):
        report(room, stream(room))


def link(room: Room, once: str) -> str:
    mail = room.session.scalars(sa.select(Mail).where(Mail.once.like(once)).order_by(Mail.id)).first()
    assert mail is not None
    found = re.search(rf"{URL}(/[cp]/\S+)", mail.body)
    assert found is not None
    return found[1]


@ON_SQLITE
def test_a_correction_printed_sent_and_read_over_real_requests(room: Room, client: FlaskClient) -> None:
    packs = sent(room, ("Merton",))
    director = signed_in(room, "wandsworth-secretary")
    code = stream(room)
    first = room.edition()
    room.session.rollback()
    page = "/editions/2015-10"
    assert "begin a correction" in director.get(page).text
    assert post(director, f"{page}/correct", workstream="", wrong="").status_code == 422
    answer = post(director, f"{page}/correct", workstream=code, wrong=WRONG, reopen="y")
    assert answer.status_code == 303 and f"/workstreams/{code}/update" in answer.headers["Location"]
    assert "can no longer be changed" not in director.get(answer.headers["Location"]).text
    secretary = signed_in(room, "merton-secretary")
    assert "Correction 1 is being prepared" in words(secretary.get("/meetings/merton-2015-11/pack").text)
    put_right(room, code, "One practice, counted once")
    post(director, f"{page}/build", page)
    run_waiting(room.app)
    room.session.rollback()
    shown = words(director.get(page).text)
    assert "S1-1" in shown and WRONG in shown and "One practice, counted once" in shown
    second = room.edition()
    correction = correction_to(room.session, second)
    assert correction is not None and correction.pdf_hash and correction.facts_hash
    kept = (correction.pdf_hash, correction.web_hash, second.pdf_hash)
    post(director, f"{page}/build", page)
    run_waiting(room.app)
    room.session.rollback()
    room.session.expire_all()
    assert (correction.pdf_hash, correction.web_hash, second.pdf_hash) == kept
    assert second.facts_hash and second.number == 2 and first.number == 1
    confirm = director.get(f"{page}/release").text
    assert "7 people" in words(confirm) and correction.facts_hash in confirm
    seen = {"seen": second.facts_hash, "correction": correction.facts_hash}
    assert post(director, f"{page}/release", **{**seen, "correction": "0" * 64}).status_code == 409
    room.session.rollback()
    assert post(director, f"{page}/release", **seen).status_code == 303
    file = storage.read(room.app.extensions["concord.settings"].packs, kept[0], "pdf")
    assert pdf.check(file) == []
    public = words(client.get("/packs").text)
    assert "Corrected since: correction 1" in public and "Superseded by edition 2" in public
    pack = packs[0]
    assert client.get(link(room, f"pack-{pack.id}-%")).headers["Location"].endswith("/1/corrections")
    told = words(client.get("/packs/meeting/merton-2015-11/1/corrections").text)
    assert "Corrected since this pack was sent" in told
    mine = link(room, "correction-%")
    assert client.head(mine).status_code == 303
    assert room.session.scalar(sa.select(sa.func.count(CorrectionCirculation.opened_at))) == 0
    room.session.rollback()
    answer = client.get(mine)
    assert answer.headers["Location"] == "/packs/correction/2015-10/1"
    read = words(client.get(answer.headers["Location"]).text)
    assert WRONG in read and "Where it stands in the pack you hold" in read
    assert client.get("/packs/correction/2015-10/1.pdf").data == file
    assert client.get("/packs/correction/2015-10/1/slides.pdf").status_code == 404
    held = words(secretary.get(HOLDERS).text)
    assert "Edition 1 with correction 1: Merton." in held and "opened by 1" in held and "Amara Merton-Example" in held
    neighbour = words(signed_in(room, "sutton-secretary").get(HOLDERS).text)
    assert "Edition 1 with correction 1: Merton." in neighbour and "Amara" not in neighbour
    rows = list(csv.reader(io.StringIO(director.get(f"{HOLDERS}?as=csv").text.lstrip("\ufeff"))))
    assert len(rows) == 1 + len(NAMES) and [row[2] for row in rows].count("edition 1 with correction 1") == 1
    assert "Who was sent each correction" in secretary.get("/meetings/merton-2015-11/pack").text
    assert signed_in(room, "kingston-secretary").get(f"{page}/correct").status_code == 403


def withdraw(room: Room, reason: str) -> int:
    with writing(room.session) as session:
        return service.withdraw_correction(
            session, room.seed.period, reason=reason, doer=OFFICE, now=room.now, real_now=room.clock.real
        )


def test_a_begun_correction_is_withdrawn_with_a_reason_and_stands_in_the_record(room: Room) -> None:
    sent(room, ("Croydon",))
    code = stream(room)
    with pytest.raises(Refused, match="none to withdraw"):
        withdraw(room, "It was right.")
    was = UpdateText.of(update(room, code))
    room.clock.forward(timedelta(hours=1))
    report(room, code)
    put_right(room, code, "One practice, counted once")
    room.as_built(room.edition())
    with pytest.raises(Refused, match="with a reason"):
        withdraw(room, " ")
    assert withdraw(room, "It was right.") == 1
    found = update(room, code)
    assert (UpdateText.of(found), found.state, found.reopened_at) == (was, "approved", None)
    assert room.edition().number == 1 and room.session.scalars(sa.select(Correction)).all() == []
    (told,) = withdrawn(room.session, room.seed.period)
    assert (told["reason"], told["errors"][0]["wrong"]) == ("It was right.", WRONG)
    assert told["set_aside"][0]["set_aside"] == {"Headline": "One practice, counted once"}
    assert room.session.scalar(sa.select(sa.func.count()).select_from(CorrectionCirculation)) == 0
    # and the next one begins anew, with the number that nobody was sent
    second = corrected(room, code, "No practice at all")
    assert second.number == 2
    (section,) = (room.session.scalars(sa.select(Correction)).one().facts or {})["content"]["sections"]
    assert [one["says"] for one in section["changes"]] == ["No practice at all"]
    with pytest.raises(Refused, match="none to withdraw"):
        withdraw(room, "Too late.")


@ON_SQLITE
def test_a_correction_is_withdrawn_by_its_page(room: Room) -> None:
    sent(room, ("Croydon",))
    director = signed_in(room, "wandsworth-secretary")
    address = "/editions/2015-10/correct/withdraw"
    assert "none to withdraw" in director.get(address).text
    report(room, stream(room))
    assert "Withdraw the correction" in director.get("/editions/2015-10").text
    assert "put back as edition 1 has it" in words(director.get(address).text)
    assert post(director, address, reason="").status_code == 422
    assert post(director, address, reason="It was right.").status_code == 303
    shown = words(director.get("/editions/2015-10").text)
    assert "Withdrawn corrections" in shown and "It was right." in shown and WRONG in shown
    assert signed_in(room, "kingston-secretary").get(address).status_code == 403


def sent_another_edition(room: Room) -> str:
    """A released pack with the edition of the period before, and the address of who was sent it."""
    with writing(room.session) as session:
        earlier = session.scalars(sa.select(Period).where(Period.code == "2015-08")).one()
        edition = Edition(period_id=earlier.id, number=1, state="released", released_at=room.now)
        session.add(edition)
        session.flush()
        meeting, reader = room.seed.meetings["Wandsworth"], room.seed.people["wandsworth-chair"]
        facts = {"content": {"meeting": {"title": meeting.title, "held_on": meeting.held_on.isoformat()}}}
        pack = Pack(
            meeting_id=meeting.id, part=1, version=1, state="released", edition_id=edition.id, facts=facts, page_of={}
        )
        session.add(pack)
        session.flush()
        session.add(Circulation(pack_id=pack.id, person_id=reader.id, token_hash="0" * 64, sent_at=room.now))
        return reader.email


def test_a_correction_arrives_by_smtp_at_exactly_those_who_were_sent_the_edition(room: Room) -> None:
    settings = room.app.extensions["concord.settings"]

    def posted() -> list[Message]:
        """What goes out now, over a real connection to a mail server."""
        with letter_box() as (box, port), room.app.app_context():
            send_waiting(replace(settings, smtp_host="127.0.0.1", smtp_port=port), room.clock.real)
            return box.letters

    sent(room, ("Croydon", "Kingston"))
    held = [letter["To"] for letter in posted()]
    assert len(held) == 14
    reader = sent_another_edition(room)
    assert not [to for to in held if reader in to]
    edition = corrected(room, stream(room))
    letters = posted()
    assert sorted(letter["To"] for letter in letters) == sorted(held)
    assert {letter["Subject"] for letter in letters} == {"Correction 1 to the update edition of October/November 2015"}
    links = []
    for letter in letters:
        text = letter.get_payload(decode=True)
        assert isinstance(text, bytes)
        links += re.findall(rf"{URL}/c/([\w-]{{43}})", text.decode())
    assert len(links) == len(set(links)) == 14
    # a pack sent afterwards carries edition 2, and its readers are sent no correction
    room.release(room.put_forward("Sutton"), "Sutton")
    assert {letter["Subject"].split(":")[0] for letter in posted()} == {"Papers"}
    release(room, edition)
    assert posted() == []


def test_who_was_sent_a_correction_elsewhere_was_sent_the_pack_and_gets_no_mail(room: Room) -> None:
    (pack,) = sent(room, ("Croydon",))
    code = stream(room)
    report(room, code)
    put_right(room, code, "One practice, counted once")
    edition = as_built(room)
    correction = correction_to(room.session, edition)
    assert correction is not None
    seen, seen_correction = edition.facts_hash or "", correction.facts_hash or ""
    stranger = room.seed.people["sutton-chair"].id
    reader = room.session.scalars(sa.select(Circulation.person_id).where(Circulation.pack_id == pack.id)).first() or 0
    mails = room.session.scalar(sa.select(sa.func.count()).select_from(Mail))

    def brought_in(person_id: int) -> None:
        told = {pack.meeting.code: [Told(person_id, room.now, None)]}
        room.session.rollback()
        with writing(room.session) as session:
            service.release_edition(
                session,
                edition,
                seen_hash=seen,
                seen_correction=seen_correction,
                doer=OFFICE,
                now=room.now,
                post=service.Post(room.clock.real, URL, told),
            )

    with pytest.raises(Refused, match="somebody here was not"):
        brought_in(stranger)
    brought_in(reader)
    kept = room.session.scalars(sa.select(CorrectionCirculation)).one()
    assert kept.circulation.person_id == reader
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == mails
