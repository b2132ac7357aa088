"""What of sign-off waits for a person, by seat and role, soonest first, and why: the first page and the API alike."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import db, writing
from app.meetings import service as meetings
from app.meetings.models import AgendaItem, Attendance, ItemDeclaration, Meeting
from app.people.models import Account, CollaborativeMember, Interest, Person, Seat, SeatDeputy
from app.signoff import queries, service, tracking
from app.signoff.models import Case, ConditionRow
from tests.api.world import World
from tests.conftest import SettableClock
from tests.signoff import group
from workflows.facts import AnswerFact, Handling, Keeper


class OnAgendas(World):
    """Version 2 is before every body, and on the agenda of Croydon's meeting of 24 November 2015."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        super().__init__(session, client, clock)
        self.cookies: dict[str, str] = {}
        for name, kind in (("Croydon", "deputy_chair"), ("Croydon", "gp_member"), ("Merton", "chair")):
            person = self.holder(kind, name)
            self.accounts[person.code] = Account(person_id=person.id, password_hash="unused", demonstration=False)
            session.add(self.accounts[person.code])
        session.commit()
        self.address = self.at_decisions(4)
        body = f"{self.address}/bodies/croydon"
        self.of("croydon-secretary").write(f"{body}/schedule", {"meeting": self.meetings["Croydon"]})
        session.rollback()

    def holder(self, kind: str, name: str = "Croydon") -> Person:
        return self.group.people[name][[seat.kind for seat in self.group.seats[name]].index(kind)]

    def seat(self, kind: str, name: str = "Croydon") -> Seat:
        return next(seat for seat in self.group.seats[name] if seat.kind == kind)

    @property
    def item(self) -> AgendaItem:
        return self.session.scalars(sa.select(AgendaItem).where(AgendaItem.subject_kind == "case")).one()

    @property
    def case(self) -> Case:
        return self.session.scalars(sa.select(Case)).one()

    def waits(self, who: str) -> list[dict[str, Any]]:
        """What waits for somebody by the API, once the first page says the same."""
        self.session.rollback()
        found: list[dict[str, Any]] = self.of(who).read("/waiting")["items"]
        if who not in self.cookies:
            self.cookies[who] = group.begin_session(self.session, self.accounts[who], self.clock.real)
            self.session.commit()
        self.client.set_cookie("concord", self.cookies[who])
        page = " ".join(self.client.get("/").text.split())
        for one in found:
            assert one["to_do"] in page and one["why"].replace("'", "&#39;") in page
            assert f"as {one['capacity']}<" in page
        self.client.delete_cookie("concord")
        self.session.rollback()
        return found

    def declares(self, kind: str) -> ItemDeclaration:
        """Who holds this seat of Croydon declares an interest in the item."""
        with writing(self.session) as session:
            person, seat = self.holder(kind), self.seat(kind)
            interest = Interest(
                code=f"interest-{kind}",
                person_id=person.id,
                kind="financial",
                description="Canary of the practice",
                declared=date(2015, 10, 1),
                demonstration=False,
            )
            session.add(interest)
            session.flush()
            doer = replace(self.group.doer("Croydon"), person_id=person.id, name=person.name)
            return meetings.declare_for_item(
                session, self.item, seat=seat, interest=interest, doer=doer, now=self.clock.now
            )


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> OnAgendas:
    return OnAgendas(session, client, clock)


def test_a_chair_is_asked_by_seat_to_read_and_decide_what_the_next_meeting_decides(world: OnAgendas) -> None:
    [one] = world.waits("croydon-chair")
    assert (one["to_do"], one["capacity"], one["seat"]) == (
        "Read and decide",
        "Clinical chair, Croydon Governing Body",
        "croydon-chair",
    )
    assert (one["by"], one["sign_off"], one["body"], one["meeting"]) == (
        "2015-11-24",
        "ooh-v1",
        "croydon",
        "croydon-2015-11-24",
    )
    assert one["item"] == world.item.id
    assert one["why"] == f"Croydon has not decided version 2; it is item {world.item.number} of 24 November 2015."


def test_a_member_of_another_body_and_one_whose_meeting_does_not_have_it_are_asked_for_nothing(
    world: OnAgendas,
) -> None:
    assert world.waits("merton-chair") == []


def test_why_says_that_the_item_will_not_be_quorate(world: OnAgendas) -> None:
    with writing(world.session) as session:
        for kind in ("lay_member", "deputy_chair"):
            session.add(
                Attendance(
                    meeting_id=world.item.meeting_id,
                    seat_id=world.seat(kind).id,
                    person_id=world.holder(kind).id,
                    status="apologies",
                )
            )
    [one] = world.waits("croydon-chair")
    assert "Croydon would not be quorate for this item: 1 more lay member needed." in one["why"]
    assert world.waits("croydon-deputy_chair") == []


def test_who_holds_two_seats_is_asked_for_each_and_without_a_vote_to_read_only(world: OnAgendas) -> None:
    with writing(world.session) as session:
        attends = world.seat("in_attendance")
        session.execute(sa.text("DELETE FROM seat_holding WHERE seat_id = :id"), {"id": attends.id})
        session.execute(
            sa.text("INSERT INTO seat_holding (seat_id, person_id, starts) VALUES (:seat, :person, :starts)"),
            {"seat": attends.id, "person": world.holder("chair").id, "starts": "2013-04-01"},
        )
    asked = world.waits("croydon-chair")
    assert [(one["to_do"], one["seat"]) for one in asked] == [
        ("Read and decide", "croydon-chair"),
        ("Read before the meeting", "croydon-in_attendance"),
    ]


@pytest.mark.parametrize("who", ["gp_member", "secretary"])
def test_a_deputy_with_or_without_a_seat_is_asked_for_the_one_they_take_at_that_meeting(
    world: OnAgendas, who: str
) -> None:
    seat, holder = world.seat("lay_member"), world.holder("lay_member")
    deputy = world.group.secretaries["Croydon"] if who == "secretary" else world.holder(who)

    def instead() -> list[dict[str, Any]]:
        return [one for one in world.waits(f"croydon-{who}") if one["seat"] == "croydon-lay_member"]

    with writing(world.session) as session:
        session.add(SeatDeputy(seat_id=seat.id, person_id=deputy.id, starts=group.BEGAN, demonstration=False))
        row = Attendance(meeting_id=world.item.meeting_id, seat_id=seat.id, person_id=deputy.id, status="present")
        session.add(row)
    [asked] = instead()
    assert asked["capacity"] == f"{seat.title}, in the place of {holder.name}"
    assert (asked["to_do"], asked["by"], asked["item"]) == ("Read and decide", "2015-11-24", world.item.id)
    with writing(world.session):
        row.status = "apologies"
    assert instead() == [], "the deputy cannot come either"
    with writing(world.session) as session:
        later = group.set_meetings(session, world.group, date(2015, 12, 15), world.clock.now)["Croydon"]
        row.meeting_id, row.status = later.id, "present"
    assert instead() == [], "it is another meeting that decides it"


def test_who_may_not_read_the_paper_for_an_interest_is_not_shown_it(world: OnAgendas) -> None:
    expected: dict[Handling, list[str]] = {
        "stay_speak_no_vote": ["Read before the meeting"],
        "paper_withheld": [],
    }
    for handling, words in expected.items():
        with writing(world.session) as session:
            meetings.handle_conflict(
                session,
                world.item,
                seat=world.seat("gp_member"),
                person=world.holder("gp_member"),
                interest_kind="financial",
                handling=handling,
                reason="A practice of theirs",
                handled_by="Dr Clinical of Croydon",
                doer=world.group.doer("Croydon"),
                now=world.clock.now,
            )
        assert [one["to_do"] for one in world.waits("croydon-gp_member")] == words


def test_what_is_no_longer_shared_with_a_body_is_not_shown_to_its_members(world: OnAgendas) -> None:
    with writing(world.session) as session:
        left = world.group.bodies["Croydon"].organisation_id
        member = session.scalars(
            sa.select(CollaborativeMember).where(CollaborativeMember.organisation_id == left)
        ).one()
        member.ends = date(2015, 11, 1)
    assert world.waits("croydon-chair") == []
    assert world.waits("croydon-secretary") == []


def test_a_decided_case_waits_for_no_member(world: OnAgendas) -> None:
    world.clock.now = world.clock.now.replace(day=24, hour=18)
    meeting = world.session.scalars(sa.select(Meeting).where(Meeting.code == world.meetings["Croydon"])).one()
    with writing(world.session) as session:
        group.decide(session, world.group, world.case, "Croydon", meeting, world.clock.now)
    assert world.waits("croydon-chair") == []


def test_an_answer_says_in_which_role_by_when_and_what_follows(world: OnAgendas) -> None:
    [one] = world.waits("officer")
    assert (one["to_do"], one["capacity"]) == (
        "Answer for the body",
        "officer who answers for the organisation, NHS England",
    )
    assert one["why"].startswith("NHS England has not answered yet; it answers without a meeting. Where nothing is")
    assert one["by"] is not None and one["why"].endswith(" 2015.")
    world.clock.now += timedelta(days=60)
    assert world.waits("officer")[0]["by"] == one["by"]


def test_what_is_to_go_on_an_agenda_is_due_when_the_next_meetings_papers_are(world: OnAgendas) -> None:
    [one] = world.waits("merton-secretary")
    assert (one["to_do"], one["capacity"], one["by"]) == (
        "Put it on an agenda",
        "board secretary, NHS Merton CCG",
        "2015-11-17",
    )
    assert "Merton meets on 24 November 2015, and the papers for it are due by 17 November 2015." in one["why"]


def test_a_declared_interest_waits_for_the_chairs_ruling_and_for_the_secretary_who_notes_it(world: OnAgendas) -> None:
    world.declares("gp_member")
    [rules] = [one for one in world.waits("croydon-chair") if one["standing"] == "handling awaited"]
    assert (rules["to_do"], rules["seat"], rules["by"]) == (
        "Decide how the interest is handled",
        "croydon-chair",
        "2015-11-24",
    )
    assert rules["why"].startswith("Dr GP of Croydon declared a financial interest in item ")
    assert "Canary" not in rules["why"]
    [notes] = world.waits("croydon-secretary")
    assert (notes["to_do"], notes["capacity"]) == (
        "Note the ruling on the interest",
        "board secretary, NHS Croydon CCG",
    )
    for other in ("croydon-gp_member", "croydon-deputy_chair"):
        assert [one["to_do"] for one in world.waits(other)] == ["Read and decide"]
    assert world.waits("merton-chair") == []


def test_an_interest_of_the_chairs_waits_for_the_deputy_chair(world: OnAgendas) -> None:
    world.declares("chair")
    assert "handling awaited" not in [one["standing"] for one in world.waits("croydon-chair")]
    [rules] = [one for one in world.waits("croydon-deputy_chair") if one["standing"] == "handling awaited"]
    assert rules["why"].endswith("who presides instead does, Dr Deputy of Croydon (Deputy chair and lay member).")
    assert "handling awaited" not in [one["standing"] for one in world.waits("croydon-gp_member")]


def test_an_open_condition_waits_for_its_owner_and_its_keeper_what_is_overdue_first(
    world: OnAgendas, session: Session
) -> None:
    world.clock.now = world.clock.now.replace(day=24, hour=18)
    meeting = session.scalars(sa.select(Meeting).where(Meeting.code == world.meetings["Croydon"])).one()
    keepers = (Keeper("GP member", date(2016, 3, 1)), Keeper("Dr Clinical of Merton", date(2015, 12, 1)))
    answer = AnswerFact("agree_with_conditions", conditions=("A review", "A leaflet"), keepers=keepers)
    with writing(session):
        group.decide(session, world.group, world.case, "Croydon", meeting, world.clock.now, answer=answer)
    world.clock.now += timedelta(days=20)
    kept = world.waits("croydon-secretary")
    assert [(one["to_do"], one["by"], one["standing"]) for one in kept] == [
        ("Say what became of the condition", "2015-12-01", "overdue"),
        ("Say what became of the condition", "2016-03-01", "open"),
    ]
    [by_seat] = world.waits("croydon-gp_member")
    assert (by_seat["to_do"], by_seat["seat"]) == ("See to the condition", "croydon-gp_member")
    [by_name] = world.waits("merton-chair")
    assert (by_name["capacity"], by_name["seat"]) == ("who sees to it, by name", None)
    assert "Overdue, with Dr Clinical of Merton: it was due by 1 December 2015" in by_name["why"]
    row = session.scalars(sa.select(ConditionRow).where(ConditionRow.position == 2)).one()
    which = tracking.Which(row.case_id, row.body_id, row.decision_id, row.position)
    with writing(session):
        tracking.meet_condition(
            session,
            which,
            evidence="It is printed.",
            on=date(2015, 12, 10),
            seen="open",
            doer=world.group.doer("Croydon"),
            now=world.clock.now,
        )
    assert world.waits("merton-chair") == []


def test_the_number_of_statements_does_not_grow_with_what_a_chair_has_to_decide(
    world: OnAgendas, app: Flask, session: Session
) -> None:
    world.declares("gp_member")
    world.waits("croydon-chair")
    counted: list[str] = []
    with app.app_context():
        engine = db.engine

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def statements() -> int:
        counted.clear()
        found = world.of("croydon-chair").read("/waiting")["items"]
        return len(found) * 1000 + len([one for one in counted if one.lstrip().upper().startswith("SELECT")])

    sa.event.listen(engine, "before_cursor_execute", count)
    few = statements()
    meeting = session.scalars(sa.select(Meeting).where(Meeting.code == world.meetings["Croydon"])).one()
    with writing(session):
        for number in range(5):
            case = group.open_case(session, world.group, group.NOW, code=f"more-{number}")
            group.put_to_decision(session, world.group, case, group.NOW)
            service.schedule(
                session, case, world.group.bodies["Croydon"], meeting, world.group.doer("Croydon"), group.NOW
            )
    many = statements()
    sa.event.remove(engine, "before_cursor_execute", count)
    assert many == few + 5000
    assert queries.waiting_for(session, [world.group.bodies["Croydon"].id])
