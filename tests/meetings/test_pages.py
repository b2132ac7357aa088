"""The pages of meetings: the agenda and its private part, an item's conflict, attendance, another organisation."""

import re
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.meetings import service
from app.people.models import Account
from tests.conftest import SettableClock
from tests.signoff.group import NOW, Group, begin_session, make_group, open_accounts, set_meetings

PRIVATE = "An offer on the building in Canal Street"


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


class World:
    """Two bodies, a meeting of each, one private item at Merton's."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        self.session, self.client, self.clock = session, client, clock
        self.group: Group = make_group(session, ("Merton", "Sutton"), nhs_england=False)
        self.accounts: dict[str, Account] = open_accounts(session, self.group)
        self.meetings = set_meetings(session, self.group, date(2015, 11, 24), NOW)
        self.private = service.propose_item(
            session,
            self.meetings["Merton"],
            origin="request",
            subject_kind=None,
            subject_id=None,
            title=PRIVATE,
            purpose="decision",
            part=2,
            private_ground="Commercial in confidence",
            private_review_on=date(2016, 6, 1),
            doer=self.group.doer("Merton"),
            now=NOW,
        ).id
        session.commit()

    def become(self, who: str) -> None:
        self.client.set_cookie("concord", begin_session(self.session, self.accounts[who], self.clock.real))
        self.session.commit()

    def token(self, path: str) -> str:
        return str(re.findall(r'name="csrf_token" value="([^"]+)"', self.client.get(path).text)[0])

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the form on a page."""
        return hidden(self.client.get(path).text)


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    made.become("merton-secretary")
    return made


def test_the_agenda_shows_times_papers_and_the_forecast(world: World) -> None:
    text = world.client.get("/meetings/merton-2015-11-24").text
    assert "Papers are due by 17 November 2015." in text
    assert "2.05pm" in text
    assert "8 of 8, 4 needed" in text


def test_the_private_part_is_seen_by_the_secretary_and_the_members(world: World) -> None:
    assert PRIVATE in world.client.get("/meetings/merton-2015-11-24").text
    world.become("merton-chair")
    assert PRIVATE in world.client.get("/meetings/merton-2015-11-24").text


def test_another_organisations_meeting_is_not_there(world: World) -> None:
    world.become("sutton-secretary")
    for path in ("", f"/items/{world.private}", "/attendance", "/move", "/items/new"):
        assert world.client.get(f"/meetings/merton-2015-11-24{path}").status_code == 404
    assert PRIVATE not in world.client.get("/meetings").text


def test_who_only_holds_a_role_at_the_organisation_does_not_learn_of_the_private_part(world: World) -> None:
    world.become("director")  # of the host, which is Merton's organisation, without a seat on its body
    assert PRIVATE not in world.client.get("/meetings/merton-2015-11-24").text
    assert world.client.get(f"/meetings/merton-2015-11-24/items/{world.private}").status_code == 404


def test_a_conflict_of_several_people_is_noted_and_the_item_says_it_is_not_quorate(world: World) -> None:
    path = f"/meetings/merton-2015-11-24/items/{world.private}/conflict"
    seats = [
        str(seat.id) for seat in world.group.seats["Merton"] if seat.kind in ("chair", "gp_member", "registered_nurse")
    ]
    world.session.rollback()
    answered = world.client.post(
        path,
        data={
            "csrf_token": world.token(path),
            "seats": seats,
            "interest_kind": "financial",
            "handling": "leave",
            "reason": "They hold a contract.",
            "handled_by": "Dr Deputy of Merton, Deputy chair and lay member",
        },
        follow_redirects=True,
    )
    assert "would not be quorate for this item: 1 more clinician needed" in answered.text
    assert "Dr GP of Merton, GP member" in answered.text


def test_setting_a_meeting_in_the_past_is_refused_with_the_sentence(world: World) -> None:
    answered = world.client.post(
        "/meetings/new",
        data={
            "csrf_token": world.token("/meetings/new"),
            "body": "merton",
            "title": "Meeting in public",
            "held_on": "2015-11-01",
            "begins": "",
            "place": "",
        },
    )
    assert answered.status_code == 422
    assert "1 November 2015 is past; a meeting is set for a day to come." in answered.text


def test_apologies_are_noted_before_the_day(world: World) -> None:
    path = "/meetings/merton-2015-11-24/attendance"
    seat, person = world.group.seats["Merton"][0], world.group.people["Merton"][0]
    data = {"csrf_token": world.token(path)}
    for one, holder in zip(world.group.seats["Merton"], world.group.people["Merton"], strict=True):
        data[f"person_{one.id}"] = str(holder.id)
        data[f"status_{one.id}"] = ""
    data[f"status_{seat.id}"] = "apologies"
    answered = world.client.post(path, data=data, follow_redirects=True)
    assert "Apologies and deputies so far" in answered.text
    assert f'<td role="cell">{person.name}</td><td role="cell">Apologies</td>' in answered.text


def test_a_cover_sheet_is_changed_and_a_second_item_added(world: World) -> None:
    path = "/meetings/merton-2015-11-24/items/new"
    answered = world.client.post(
        path,
        data={
            "csrf_token": world.token(path),
            "part": "1",
            "title": "Winter plan",
            "purpose": "assurance",
            "minutes": "15",
            "paper": "<script>alert(1)</script> The plan.",
        },
        follow_redirects=True,
    )
    assert "It is item 7 of the agenda." in answered.text
    number = re.findall(r'/items/(\d+)">Winter plan', answered.text)[0]
    edit = f"/meetings/merton-2015-11-24/items/{number}/edit"
    fields = {**world.hidden(edit), "title": "Winter plan, revised", "purpose": "assurance", "paper": "P."}
    assert "Winter plan, revised" in world.client.post(edit, data=fields, follow_redirects=True).text


def test_two_who_change_one_item_lose_nothing(world: World) -> None:
    path = "/meetings/merton-2015-11-24/items/new"
    told = {"csrf_token": world.token(path), "part": "1", "title": "Winter plan", "purpose": "assurance"}
    page = world.client.post(path, data=told, follow_redirects=True).text
    number = re.findall(r'/items/([0-9]+)">Winter plan', page)[0]
    edit = f"/meetings/merton-2015-11-24/items/{number}/edit"
    told = {**world.hidden(edit), "title": "Winter plan", "purpose": "assurance"}
    assert world.client.post(edit, data={**told, "paper": "The plan."}).status_code == 303
    assert world.client.post(edit, data={**told, "summary": "In short."}).status_code == 303
    page = world.client.get(edit).text
    assert "The plan." in page and "In short." in page
    both = world.client.post(edit, data={**told, "paper": "Another plan."})
    assert both.status_code == 409
    assert "Someone else changed this item after you opened the page." in both.text
    assert "Paper now says: “The plan.”." in both.text and "Another plan." in both.text
    again = {**told, **hidden(both.text), "summary": "In short.", "paper": "Another plan."}
    assert world.client.post(edit, data=again).status_code == 303
    assert "Another plan." in world.client.get(edit).text


def test_what_is_wrong_with_an_item_stands_by_its_field(world: World) -> None:
    path = "/meetings/merton-2015-11-24/items/new"
    told = {"csrf_token": world.token(path), "part": "2", "title": "A tender", "purpose": "decision", "minutes": "-5"}
    page = world.client.post(path, data=told)
    assert page.status_code == 422
    for sentence in ("number of minutes from 1 to 600", "on which ground the item is private", "privacy is reviewed"):
        assert page.text.count(sentence) >= 2, sentence  # at the top and by the field


def test_before_the_day_only_apologies_and_who_will_come_are_asked_for(world: World) -> None:
    page = world.client.get("/meetings/merton-2015-11-24/attendance").text
    assert "Will come" in page and "Who comes for it" in page
    assert "Part of the meeting" not in page and "Absent" not in page
