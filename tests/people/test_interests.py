"""The register of interests: declared from anywhere, kept by the organisation, published for decision-makers only."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.jobs import daily
from app.jobs.models import Mail
from app.people import interests, register
from app.people.interests import Declaration
from app.people.models import ClassInterest, Interest, Person, RoleHolding, Seat, SeatHolding
from app.permissions import Refused, Role
from tests.conftest import SettableClock
from tests.people import made

NOW = made.NOW
TODAY = NOW.date()
DOER = Doer(None, "A test", "a test")
CANARY = "quokkainterestquokka"


@dataclass
class Room:
    """Croydon with a chair who decides, an officer who does not, and its secretary; Kent with a reader of its own."""

    session: Session
    client: FlaskClient
    clock: SettableClock
    made: made.Made
    chair: Person
    officer: Person
    secretary: Person

    def become(self, who: Person) -> None:
        self.client = self.client.application.test_client()
        made.sign_in(self.client, who.email)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return " ".join(unescape(answer.text).split())

    def send(self, path: str, page: str | None = None, **fields: str) -> tuple[int, str]:
        """Send the form of a page as it stands there, with these fields; gives the status and the page led to."""
        shown = self.client.get(page or path).text
        told = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
        answer = self.client.post(path, data={**told, **fields}, follow_redirects=False)
        if answer.status_code == 303:
            return 303, self.get(answer.headers["Location"])
        return answer.status_code, " ".join(unescape(answer.text).split())


@pytest.fixture
def room(session: Session, client: FlaskClient, clock: SettableClock) -> Room:
    known = made.make(session)
    chair = session.scalars(sa.select(Person).where(Person.code == "chair")).one()
    secretary = session.get_one(Person, known.secretary)
    officer = made.person(session, "officer", "Olive Officer", "olive@croydon.example")
    seat = session.scalars(sa.select(Seat).where(Seat.kind == "in_attendance")).one()
    session.add(SeatHolding(seat_id=seat.id, person_id=officer.id, starts=made.SINCE))
    away = made.person(session, "kent-reader", "Kit Kent", "kit@kent.example")
    session.add(RoleHolding(person_id=away.id, role=Role.READER.value, organisation_id=known.other, starts=made.SINCE))
    for person in (chair, officer, away):
        made.account(session, person)
    session.commit()
    return Room(session, client, clock, known, chair, officer, secretary)


def declared(room: Room, person: Person, words: str, day: date = TODAY, ended: date | None = None) -> Interest:
    """An interest as it stands in the register."""
    interest = Interest(
        code=f"{person.code}-{words.split()[0].lower()}",
        person_id=person.id,
        kind="financial",
        description=words,
        declared=day,
        ended=ended,
        demonstration=False,
    )
    room.session.add(interest)
    room.session.commit()
    return interest


def test_an_interest_is_declared_from_any_page_and_is_published_for_who_decides(room: Room) -> None:
    room.become(room.chair)
    assert '/interests/declare">Declare an interest' in room.client.get("/").text
    status, page = room.send(
        "/interests/declare", kind="financial", description="Partner in a practice", arose="2015-09-01"
    )
    assert status == 303
    assert "The interest is declared and stands in the register." in page
    assert "It arose on 1 September 2015 and was to be declared by 29 September 2015." in page
    assert "It is published." in page and "Declared by Dr Chair Example" in page
    room.client = room.client.application.test_client()
    assert "Partner in a practice" in room.get("/registers/croydon-gb")
    assert "Partner in a practice" in room.client.get("/registers/croydon-gb?as=csv").text
    room.session.rollback()
    entry = room.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "interest.declared")).one()
    assert (entry.part, entry.organisation_id) == (1, room.made.croydon)


def test_what_is_wrong_stands_by_its_field_and_what_was_typed_is_kept(room: Room) -> None:
    room.become(room.chair)
    status, page = room.send("/interests/declare", concerns="Example Practice")
    assert status == 422
    assert page.count("Choose the kind of interest") == 2 and page.count("Say what the interest is") == 2
    assert "Example Practice" in page
    status, page = room.send("/interests/declare", kind="indirect", description="A cousin", arose="2030-01-01")
    assert status == 422 and "It cannot have arisen on 1 January 2030, after it is declared." in page


def test_no_word_of_who_does_not_decide_is_public(room: Room) -> None:
    """Neither on the published page nor in its file, nor in an entry of the record that may be made public."""
    room.become(room.officer)
    told = {name: f"{CANARY} {name}" for name in ("description", "concerns", "mitigation")}
    status, page = room.send("/interests/declare", kind="financial", **told)
    assert status == 303 and CANARY in page and "Only the interests of decision-makers are published" in page
    room.session.rollback()
    interest = room.session.scalars(sa.select(Interest)).one()
    room.send(f"/interests/{interest.code}/confirm", f"/interests/{interest.code}")
    room.send(f"/interests/{interest.code}/change", kind="financial", **{**told, "concerns": f"{CANARY} again"})
    room.become(room.secretary)
    assert CANARY in room.get("/interests") and CANARY in room.client.get("/interests?as=csv").text
    room.send(f"/interests/{interest.code}/close", ended="2015-11-05")
    visitor = room.client.application.test_client()
    for path in ("/registers/croydon-gb", "/registers/croydon-gb?as=csv", "/packs"):
        assert CANARY not in visitor.get(path).text, path
    room.session.rollback()
    entries = room.session.scalars(sa.select(RecordEntry).where(RecordEntry.thing_kind == "interest")).all()
    assert [entry.tag.split(".")[1] for entry in entries] == ["declared", "reviewed", "changed", "closed"]
    assert {entry.part for entry in entries} == {2}


def test_a_withheld_interest_is_read_by_its_person_and_the_secretary_only(room: Room) -> None:
    interest = declared(room, room.chair, f"{CANARY} shares")
    room.become(room.chair)
    path = f"/interests/{interest.code}/change"
    told = {"kind": "financial", "description": interest.description}
    assert "kept out of the published register" not in room.get(path)
    room.become(room.secretary)
    status, page = room.send(path, **told, withheld="It would show where the family lives.")
    assert status == 303 and "It is withheld from publication" in page and CANARY in page
    room.become(room.chair)
    assert CANARY in room.get(f"/interests/{interest.code}")
    room.become(room.officer)
    for asked in ("/interests", f"/interests?q={CANARY}", f"/interests/{interest.code}", "/interests?as=csv"):
        shown = room.client.get(asked).text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")
        assert CANARY not in shown.replace(interest.code, ""), asked
    assert CANARY not in room.client.application.test_client().get("/registers/croydon-gb").text


def test_a_closed_interest_stays_in_the_published_edition_for_six_months(room: Room) -> None:
    declared(room, room.chair, "Recent shares", date(2014, 1, 1), date(2015, 5, 5))
    declared(room, room.chair, "Former shares", date(2014, 1, 1), date(2015, 5, 4))
    page = room.get("/registers/croydon-gb")
    assert "Recent shares" in page and "Ended: </span>5 May 2015" in page
    assert "Former shares" not in page
    room.become(room.secretary)
    assert "Recent shares" not in room.get("/interests")
    closed = room.get("/interests?state=closed")
    assert "Recent shares" in closed and "Former shares" in closed and "2 interests" in closed


def test_two_who_change_one_interest_lose_nothing(room: Room) -> None:
    interest = declared(room, room.chair, "Shares in one business")
    room.become(room.secretary)
    path = f"/interests/{interest.code}/change"
    stale = re.findall(r'name="seen" value="([^"]+)"', room.client.get(path).text)[0]
    assert room.send(path, kind="financial", description="Shares in two businesses")[0] == 303
    status, page = room.send(path, kind="financial", description="Shares in three", seen=stale)
    assert status == 409
    assert "This interest was changed after you opened the page." in page
    assert "It now says: “Shares in two businesses”" in page and "Shares in three" in page


def test_a_closed_interest_is_kept_as_it_is(room: Room) -> None:
    interest = declared(room, room.chair, "Old shares", date(2015, 6, 1))
    room.become(room.chair)
    path = f"/interests/{interest.code}/close"
    assert "cannot be opened again" in room.get(path)
    for day, why in (("2016-01-01", "is still to come"), ("2015-05-31", "so it cannot have ended on 31 May 2015")):
        status, page = room.send(path, ended=day)
        assert status == 422 and why in page
    status, page = room.send(path, ended="2015-11-01")
    assert status == 303 and "Kept at least until" in page and "1 November 2021" in page
    status, page = room.send(path, ended="2015-11-02")
    assert status == 422 and "This interest ended on 1 November 2015, so it stays as it is." in page


def test_another_organisations_register_is_not_there(room: Room) -> None:
    interest = declared(room, room.chair, "Shares")
    room.become(room.session.scalars(sa.select(Person).where(Person.code == "kent-reader")).one())
    assert "Shares" not in room.get("/interests?state=all")
    for path in ("", "/change", "/close"):
        assert room.client.get(f"/interests/{interest.code}{path}").status_code == 404
    assert room.client.get("/interests?organisation=07V").status_code == 404


def test_only_the_person_and_the_secretary_change_an_interest(room: Room) -> None:
    interest = declared(room, room.chair, "Shares")
    room.become(room.officer)
    assert "Shares" in room.get(f"/interests/{interest.code}")
    refused = room.client.get(f"/interests/{interest.code}/change")
    assert refused.status_code == 403 and "Only the person whose interest it is" in refused.text


def test_a_class_declaration_covers_every_holder_and_who_joins_later(room: Room) -> None:
    room.become(room.secretary)
    status, page = room.send(
        "/bodies/croydon-gb/class-interest",
        seat_kind="gp_member",
        kind="financial",
        description="Every GP’s practice may be paid for it",
    )
    assert status == 303 and "All GP members of Croydon" in page and "Nobody has held such a seat since" in page
    room.session.rollback()
    gp = made.person(room.session, "gp", "Dr New Member", "gp@croydon.example")
    seat = room.session.scalars(sa.select(Seat).where(Seat.kind == "gp_member")).one()
    room.session.add(SeatHolding(seat_id=seat.id, person_id=gp.id, starts=date(2015, 12, 1)))
    room.session.commit()
    assert "may be paid" not in room.get("/registers/croydon-gb")
    room.clock.now = datetime(2015, 12, 2, 9, 0, tzinfo=UTC)
    assert "Dr New Member" in room.get("/registers/croydon-gb")
    assert "Declared for all GP members of Croydon" in room.get("/registers/croydon-gb")
    assert "Covered by the declaration for all GP members of Croydon" in room.get("/interests")
    shared = room.session.scalars(sa.select(ClassInterest)).one()
    path = f"/interests/classes/{shared.code}"
    assert "confirmed as still true" in room.send(f"{path}/confirm", path)[1]
    assert "2 December 2021" in room.send(f"{path}/close", ended="2015-12-02")[1]
    room.become(room.officer)
    assert room.client.get("/bodies/croydon-gb/class-interest").status_code == 403


def test_the_register_is_searched_and_filtered_by_its_address(room: Room) -> None:
    declared(room, room.chair, "Shares in a pharmacy")
    declared(room, room.officer, "Trustee of a charity", date(2014, 1, 1))
    room.become(room.secretary)
    assert "2 interests" in room.get("/interests")
    for asked, shown in (
        ("q=PHARMACY", "pharmacy"),
        ("person=officer", "Trustee"),
        ("state=review", "Trustee"),
        ("q=olive", "Trustee"),
    ):
        page = room.get(f"/interests?{asked}")
        assert "1 of 2 interests" in page and shown in page, asked
    assert "No interest fits this choice." in room.get("/interests?kind=indirect")
    assert "No interest fits this choice." in room.get("/interests?body=kent-gb")


def test_the_yearly_review_is_one_confirmation_and_one_mail_a_year(room: Room, app: Flask) -> None:
    declared(room, room.chair, "Shares", date(2014, 11, 6))
    declared(room, room.chair, "Gone", date(2013, 11, 6), date(2014, 1, 1))
    declared(room, room.officer, "Charity", date(2015, 10, 1))

    def mails() -> list[str]:
        with app.app_context():
            assert "interests.review" in daily.run_due(app)
        room.session.rollback()
        of_reviews = sa.select(Mail.recipient).where(Mail.once.like("interests-%"))
        return list(room.session.scalars(of_reviews.order_by(Mail.id)))

    assert mails() == []
    for day in (6, 7):
        room.clock.now = datetime(2015, 11, day, 9, 0, tzinfo=UTC)
        assert mails() == ["chair@croydon.example"]
    room.become(room.chair)
    assert "To be confirmed since 6 November 2015" in re.sub("<[^>]+>", "", room.get("/interests/review"))
    assert room.send("/interests/review")[0] == 422
    status, page = room.send("/interests/review", still_true="y")
    assert status == 303 and "To be confirmed by 7 November 2016" in page
    room.clock.now = datetime(2016, 11, 6, 9, 0, tzinfo=UTC)
    assert mails() == ["chair@croydon.example", "olive@croydon.example"]
    room.clock.now = datetime(2016, 11, 7, 9, 0, tzinfo=UTC)
    assert mails() == ["chair@croydon.example", "olive@croydon.example", "chair@croydon.example"]
    told = room.session.scalars(sa.select(Mail).where(Mail.once.like("interests-%")).order_by(Mail.id)).first()
    assert told is not None and "http://localhost/interests/review" in told.body


def test_who_sits_on_a_body_and_has_declared_nothing_is_asked_once_a_year_on_record(room: Room, app: Flask) -> None:
    room.session.execute(sa.update(SeatHolding).values(starts=date(2014, 11, 20)))
    room.session.execute(sa.update(SeatHolding).where(SeatHolding.person_id == room.chair.id).values(ends=None))
    room.session.commit()
    email = room.chair.email

    def asked(year: int, day: int) -> int:
        room.clock.now = datetime(year, 11, day, 9, 0, tzinfo=UTC)
        with app.app_context():
            assert "interests.none" in daily.run_due(app)
        room.session.rollback()
        mails = sa.select(Mail.id).where(Mail.once.like("no-interests-%"), Mail.recipient == email)
        of_chair = sa.select(RecordEntry.id).where(
            RecordEntry.tag == "interest.asked", RecordEntry.thing_id == room.chair.id
        )
        found = len(room.session.scalars(mails).all())
        assert len(room.session.scalars(of_chair).all()) == found
        return found

    assert [asked(2015, 19), asked(2015, 20), asked(2015, 21), asked(2016, 20)] == [0, 1, 1, 2]
    letter = room.session.scalars(sa.select(Mail.body).where(Mail.once.like(f"no-interests-{room.chair.id}-%"))).first()
    assert letter is not None and "http://localhost/interests/declare" in letter
    declared(room, room.chair, "Shares", date(2016, 12, 1))
    assert asked(2017, 20) == 2, "something stands in the register now, so its own yearly review asks"


def test_declaring_twice_is_one_interest_and_nobody_without_a_place_declares(room: Room) -> None:
    said = Declaration("financial", "Shares")
    first = interests.declare(room.session, room.chair, said, doer=DOER, now=NOW)
    assert interests.declare(room.session, room.chair, said, doer=DOER, now=NOW) is first
    nobody = made.person(room.session, "nobody", "No Body", "nobody@croydon.example")
    with pytest.raises(Refused, match="No Body holds no seat and no role today"):
        interests.declare(room.session, nobody, said, doer=DOER, now=NOW)
    assert register.own_interests(room.session, room.chair.id, TODAY) == [first]


def test_who_left_a_seat_with_a_vote_stays_published_for_six_months(room: Room) -> None:
    declared(room, room.chair, "Shares", date(2014, 1, 1))
    holding = room.session.scalars(sa.select(SeatHolding).where(SeatHolding.person_id == room.chair.id)).one()
    holding.ends = date(2015, 5, 31)
    room.session.commit()
    page = room.get("/registers/croydon-gb")
    assert "Shares" in page and "Clinical chair, Croydon, until 31 May 2015" in page
    room.clock.now = datetime(2015, 12, 1, 9, 0, tzinfo=UTC)
    assert "Shares" not in room.get("/registers/croydon-gb")
