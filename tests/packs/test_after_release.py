"""What happens to a pack that the chair has: returned with a reason, or released while its meeting goes on changing."""

import re
from datetime import date, time, timedelta

import sqlalchemy as sa

from app.db import writing
from app.home.queries import sittings_of
from app.meetings import service as meetings
from app.meetings.models import Meeting
from app.packs import service
from app.packs.models import Pack
from tests.packs.conftest import Room
from tests.packs.seed import SECRETARY
from tests.packs.test_pages import PACK, signed_in

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
