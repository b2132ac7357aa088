"""What happens to a pack that the chair has: returned with a reason, or released while its meeting goes on changing."""

import re
from datetime import date, time, timedelta

import sqlalchemy as sa

from app.db import writing
from app.home.queries import sittings_of
from app.meetings import service as meetings
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import agenda
from app.packs import service
from app.packs.facts import pack_content
from app.packs.models import Pack
from app.signoff import service as signoff
from app.signoff.models import Case, Round
from tests.packs.conftest import Room
from tests.packs.seed import SECRETARY, propose
from tests.packs.test_pages import PACK, post, signed_in

DECEMBER = date(2015, 12, 17)


def words(page: str) -> str:
    """The page's text in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def next_but_one(room: Room) -> Meeting:
    """Merton's meeting in December, after the one in November."""
    with writing(room.session) as session:
        return meetings.set_meeting(
            session,
            body=room.seed.bodies["Merton"],
            code="merton-2015-12",
            title="Merton Governing Body",
            held_on=DECEMBER,
            begins=time(13),
            place="The Town Hall",
            doer=SECRETARY,
            now=room.now,
            demonstration=True,
        )


def test_the_reason_for_returning_a_pack_is_shown_until_it_is_built_again(room: Room) -> None:
    room.release_edition()
    pack = room.put_forward()
    room.clock.forward(timedelta(minutes=5))
    with writing(room.session) as session:
        service.return_pack(
            session, pack, reason="The winter paper must be in.", doer=room.chair("Merton"), now=room.now
        )
    secretary = signed_in(room, "merton-secretary")
    said = f"Returned by {room.chair('Merton').name}, 5 November 2015: The winter paper must be in."
    assert said in words(secretary.get(PACK).text)
    home = words(secretary.get("/").text)
    assert said in home and "Put the pack forward" in home
    room.clock.forward(timedelta(minutes=5))
    room.as_built(pack)
    assert said not in words(secretary.get(PACK).text)
    assert said not in words(secretary.get("/").text)


def test_a_pack_put_forward_for_a_later_meeting_reaches_the_chairs_home(room: Room) -> None:
    room.release_edition()
    later = next_but_one(room)
    room.seed.meetings["Merton"], november = later, room.seed.meetings["Merton"]
    room.put_forward()
    home = words(signed_in(room, "merton-chair").get("/").text)
    assert "Release the pack : Merton Governing Body, 17 December 2015" in home
    assert f"Next meeting: {november.title}" in home
    assert home.count("Next meeting:") == 1


def test_the_statements_for_pack_tasks_do_not_grow_with_the_meetings(room: Room) -> None:
    def asked() -> int:
        counted: list[str] = []
        engine = room.session.get_bind()

        def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            counted.append(statement)

        room.session.expire_all()
        bodies = [room.seed.bodies["Merton"], room.seed.bodies["Sutton"]]
        assert [body.organisation.name for body in bodies]
        sa.event.listen(engine, "before_cursor_execute", count)
        found = sittings_of(room.session, bodies, room.now.date())
        sa.event.remove(engine, "before_cursor_execute", count)
        assert found
        return len(counted)

    room.pack()
    few = asked()
    room.session.rollback()
    with writing(room.session) as session:
        service.pack_of(session, next_but_one(room))
    assert asked() == few
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Pack)) == 2


def released(room: Room) -> Pack:
    """Merton's pack for November, released."""
    room.release_edition()
    return room.release(room.put_forward())


def test_what_changed_since_the_release_is_told_on_the_packs_page(room: Room) -> None:
    released(room)
    secretary = signed_in(room, "merton-secretary")
    assert "Changed since it was released" not in secretary.get(PACK).text
    meeting = room.seed.meetings["Merton"]
    item = next(item for item in agenda(room.session, meeting) if item.title == "Winter resilience")
    room.session.rollback()
    with writing(room.session) as session:
        propose(session, meeting, "request", "Tabled in haste", "noting")
        session.get_one(AgendaItem, item.id).paper = "It has come."
    page = words(secretary.get(PACK).text)
    assert "Changed since it was released" in page
    assert "Tabled in haste”, has come onto the agenda." in page
    assert f"The paper of item {item.number}, “Winter resilience”, has changed." in page
    assert "goes to the next meeting or is tabled at this one" in page
    home = words(secretary.get("/").text)
    assert re.search(r"Tabled in haste Demonstration content Not in the released pack", home)
    assert home.count("Not in the released pack") == 1


def test_what_changed_is_found_in_a_fixed_number_of_statements(room: Room) -> None:
    pack = released(room)
    meeting = room.seed.meetings["Merton"]
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def asked() -> int:
        counted.clear()
        service.changed_since(room.session, pack, room.now)
        return len(counted)

    def a_case_on_the_agenda(code: str) -> None:
        with writing(room.session) as session:
            case = session.get_one(Case, room.seed.case.id)
            round = session.scalars(sa.select(Round).where(Round.case_id == case.id)).one()
            opened = signoff.open_case(
                session,
                code=code,
                title=f"Standards, {code}",
                subject=signoff.Subject(
                    "document", case.subject_id, round.version_id, round.version_label, round.content_hash
                ),
                definition=("standards", 1),
                parties=list(room.seed.bodies.values()),
                asked_by=room.seed.host,
                collaborative_id=case.collaborative_id,
                doer=SECRETARY,
                now=room.now,
            )
            meetings.propose_item(
                session,
                meeting,
                origin="case",
                subject_kind="case",
                subject_id=opened.id,
                title=opened.title,
                purpose="decision",
                doer=SECRETARY,
                now=room.now,
            )

    a_case_on_the_agenda("first")
    sa.event.listen(room.session.get_bind(), "before_cursor_execute", count)
    asked()
    few = asked()
    for code in ("second", "third", "fourth"):
        a_case_on_the_agenda(code)
    asked()
    many = asked()
    sa.event.remove(room.session.get_bind(), "before_cursor_execute", count)
    assert len(service.changed_since(room.session, pack, room.now)) == 4
    assert many == few


def test_a_released_pack_keeps_its_day_when_its_meeting_is_moved_or_cancelled(room: Room) -> None:
    released(room)
    meeting = room.seed.meetings["Merton"]
    with writing(room.session) as session:
        meetings.move_meeting(
            session,
            session.get_one(Meeting, meeting.id),
            held_on=date(2015, 12, 3),
            begins=time(14),
            reason="The hall is flooded.",
            doer=SECRETARY,
            now=room.now,
        )
    public = words(room.app.test_client().get("/packs").text)
    said = "Merton Governing Body, Part 1, version 1: the meeting has since been moved to 3 December 2015"
    assert f"19 November 2015 {said}" in public
    secretary = signed_in(room, "merton-secretary")
    page = words(secretary.get(PACK).text)
    assert "Pack for Merton Governing Body, 19 November 2015" in page
    assert "The meeting has since been moved to 3 December 2015." in page
    assert "The meeting has been moved from 19 November 2015 to 3 December 2015." in page
    with writing(room.session) as session:
        meetings.cancel_meeting(
            session, session.get_one(Meeting, meeting.id), reason="Flooded still.", doer=SECRETARY, now=room.now
        )
    assert "the meeting has since been cancelled" in words(room.app.test_client().get("/packs").text)
    assert "The meeting has been cancelled." in words(secretary.get(PACK).text)


def test_the_chair_of_a_stale_pack_is_offered_its_return_only(room: Room) -> None:
    room.release_edition()
    room.put_forward()
    with writing(room.session) as session:
        propose(session, room.seed.meetings["Merton"], "request", "Tabled in haste", "noting")
    chair = signed_in(room, "merton-chair")
    page = chair.get(f"{PACK}/release").text
    assert "Tabled in haste”, has come onto the agenda." in words(page)
    assert 'value="return"' in page and 'value="release"' not in page
    pack = room.session.scalars(sa.select(Pack)).one()
    assert post(chair, f"{PACK}/release", seen=pack.facts_hash or "", answer="release").status_code == 409
    answer = post(chair, f"{PACK}/release", seen=pack.facts_hash or "", answer="return", reason="Build it again.")
    assert answer.status_code == 303
    secretary = signed_in(room, "merton-secretary")
    page = secretary.get(f"{PACK}/put-forward").text
    assert "Build it again first" in words(page) and 'name="seen"' not in page


def test_a_meeting_still_to_come_is_not_the_one_the_body_last_met_at(room: Room) -> None:
    room.edition()
    later = next_but_one(room)
    with writing(room.session) as session:
        pack = service.pack_of(session, later)
    assert pack_content(room.session, pack, room.now)["last_meeting"]["held_on"] == "2015-09-24"
    room.clock.forward(timedelta(days=20))
    assert pack_content(room.session, pack, room.now)["last_meeting"]["held_on"] == "2015-11-19"


def test_a_pack_that_encloses_no_edition_is_not_told_to_have_changed(room: Room) -> None:
    assert service.changed_since(room.session, room.release(room.put_forward()), room.now) == []
