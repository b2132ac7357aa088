"""A body defers to one of its own meetings: by the service, on the pages, in a correction; and that meeting changes."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import writing
from app.meetings.models import Meeting
from app.meetings.service import cancel_meeting, move_meeting
from app.permissions import Refused
from app.signoff import queries, service
from app.signoff.deferring import deferred_in
from app.signoff.models import Case
from app.signoff.route_facts import route_facts, supposed
from tests.conftest import SettableClock
from tests.signoff.group import NOW, Group, decide, make_group, open_case, put_to_decision, set_meetings
from tests.signoff.test_pages import EVENING, World, hidden, post
from workflows.facts import AnswerFact
from workflows.party_standing import PartyStanding

LATER, FURTHER = date(2016, 1, 12), date(2016, 2, 9)
SAID = "Merton deferred its decision on version 2 on 24 November 2015 to its meeting on 12 January 2016"


class Deferring:
    """A case before Merton on 24 November; all bodies meet on 12 January and 9 February too."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.group: Group = make_group(session)
        self.case: Case = open_case(session, self.group, NOW)
        put_to_decision(session, self.group, self.case, NOW)
        self.meetings = set_meetings(session, self.group, EVENING.date(), NOW)
        self.later = set_meetings(session, self.group, LATER, NOW)
        self.further = set_meetings(session, self.group, FURTHER, NOW)

    def defers(self, to: Meeting, now: datetime = EVENING) -> int:
        answer = AnswerFact("defer", meeting_id=to.id, reason="The costs are awaited.")
        meeting = self.meetings["Merton"]
        return decide(self.session, self.group, self.case, "Merton", meeting, now, answer=answer, votes=())

    def merton(self) -> PartyStanding:
        found = queries.standing_of(self.session, self.case, EVENING).party(self.group.bodies["Merton"].id)
        assert found is not None
        return found

    def to_schedule(self) -> list[date]:
        found = queries.folded(self.session, self.case, EVENING)
        body = self.group.bodies["Merton"]
        return [one.held_on for one in queries.meetings_to_schedule(self.session, found, body)]

    def told(self) -> dict[str, Any]:
        return {"reason": "The hall is closed.", "doer": self.group.doer("Merton"), "now": EVENING}


@pytest.fixture
def deferring(session: Session) -> Deferring:
    return Deferring(session)


def test_a_body_defers_to_one_of_its_meetings_and_is_asked_there(deferring: Deferring) -> None:
    target = deferring.later["Merton"]
    entry_id = deferring.defers(target)
    said = queries.entry_of(deferring.session, deferring.case, entry_id).payload or {}
    assert (said["until"], said["deferred_to_meeting_id"], said["deferred_to_held_on"]) == (
        *(None, target.id),
        "2016-01-12",
    )
    assert (deferring.merton().word, deferring.merton().sentence) == ("deferred", f"{SAID}: The costs are awaited.")
    assert deferring.to_schedule() == [LATER, FURTHER]
    early = set_meetings(deferring.session, deferring.group, date(2015, 12, 8), EVENING)["Merton"]
    body, doer = deferring.group.bodies["Merton"], deferring.group.doer("Merton")
    with pytest.raises(Refused, match="deferred it to its meeting on 12 January 2016, and the meeting of 8 December"):
        service.schedule(deferring.session, deferring.case, body, early, doer, EVENING)
    service.schedule(deferring.session, deferring.case, body, target, doer, EVENING)
    assert deferring.merton().word == "scheduled"
    decided_at = datetime(2016, 1, 12, 18, tzinfo=UTC)
    decide(deferring.session, deferring.group, deferring.case, "Merton", target, decided_at)
    assert deferring.merton().word == "agreed"


def test_it_is_refused_to_a_meeting_that_is_not_its_own_cancelled_or_not_later(deferring: Deferring) -> None:
    with pytest.raises(Refused, match="That is not a meeting of Merton, which defers to a meeting of its own"):
        deferring.defers(deferring.later["Sutton"])
    with pytest.raises(Refused, match="24 November 2015 is not after 24 November 2015, when it deferred"):
        deferring.defers(deferring.meetings["Merton"])
    cancel_meeting(deferring.session, deferring.later["Merton"], **deferring.told())
    with pytest.raises(Refused, match="meeting on 12 January 2016 is cancelled"):
        deferring.defers(deferring.later["Merton"])
    assert deferring.merton().word != "deferred"


def test_recorded_late_it_is_not_to_a_meeting_that_is_past_by_then(deferring: Deferring) -> None:
    with pytest.raises(Refused, match="12 January 2016 is past, so nothing is deferred to it now"):
        deferring.defers(deferring.later["Merton"], now=datetime(2016, 1, 13, 9, tzinfo=UTC))


def test_the_deferral_goes_with_the_meeting_and_ends_where_that_is_cancelled(deferring: Deferring) -> None:
    target, body = deferring.later["Merton"], deferring.group.bodies["Merton"]
    deferring.defers(target)
    key = (deferring.case.id, body.id)
    move_meeting(deferring.session, target, held_on=date(2016, 1, 19), begins=None, **deferring.told())
    assert deferring.merton().sentence == f"{SAID}, moved since to 19 January 2016: The costs are awaited."
    assert deferring.to_schedule() == [date(2016, 1, 19), FURTHER]
    assert deferred_in(deferring.session, [deferring.case.id])[key].since == date(2016, 1, 19)
    cancel_meeting(deferring.session, target, **deferring.told())
    assert deferring.merton().sentence.endswith(
        "cancelled since: The costs are awaited. As that meeting is cancelled, any later meeting of Merton can take it "
        "up."
    )
    early = set_meetings(deferring.session, deferring.group, date(2015, 12, 8), EVENING)["Merton"]
    assert deferring.to_schedule() == [early.held_on, FURTHER]
    assert deferred_in(deferring.session, [deferring.case.id])[key].since == date(2015, 11, 25)


def test_the_route_says_to_which_meeting_and_supposes_that_one_on_another_day(deferring: Deferring) -> None:
    deferring.defers(deferring.later["Merton"])
    facts = route_facts(deferring.session, queries.folded(deferring.session, deferring.case, EVENING))
    leg = facts.route(EVENING.date()).leg_of(deferring.group.bodies["Merton"].id)
    assert leg is not None and leg.on == LATER
    assert leg.sentence.startswith(
        "Merton deferred it to its meeting on 12 January 2016. Merton could decide on 12 January 2016, if it is put on "
    )
    assert not supposed(deferring.session, facts, {"meeting-merton": "2015-12-08"}).errors


# on the pages


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    made = World(session, client, clock)
    with writing(session):
        for on in (LATER, FURTHER):
            set_meetings(session, made.group, on, NOW)
    made.become("merton-secretary")
    clock.now = EVENING
    return made


def options(page: str) -> list[str]:
    found = re.search(r'<select[^>]*name="deferred_to".*?</select>', page, re.S)
    return re.findall(r"<option[^>]*>\s*(.*?)\s*</option>", found[0], re.S) if found else []


def deferral(world: World, **changed: str) -> dict[str, str]:
    return world.decision(answer="defer", reason="The costs are awaited.", **changed)


def test_the_form_offers_the_meetings_to_come_and_the_receipt_names_the_one_that_was_chosen(world: World) -> None:
    page = world.client.get("/sign-offs/standards/merton/decision").text
    assert options(page) == [
        "No meeting: to the day above",
        "12 January 2016, Merton Governing Body",
        "9 February 2016, Merton Governing Body",
    ]
    answered = post(world, deferral(world, deferred_to="merton-2016-01-12"))
    assert answered.status_code == 303
    assert f"{SAID}: The costs are awaited." in world.client.get(answered.location).text
    assert f"{SAID}: The costs are awaited." in world.client.get("/sign-offs/standards/merton").text
    home = world.client.get("/").text
    assert "Put it on an agenda" in home and "Deferred to its meeting on 12 January 2016." in home
    assert "Record the decision" not in home


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Enter the day until which it is deferred, or choose a meeting"),
        (
            {"until": "2016-01-20", "deferred_to": "merton-2016-01-12"},
            "Choose a meeting or enter a day, not both",
        ),
        ({"deferred_to": "sutton-2016-01-12"}, "That is not a meeting of Merton, which defers to a meeting of its own"),
        ({"deferred_to": "no-such-meeting"}, "That is not a meeting of Merton, which defers to a meeting of its own"),
        ({"deferred_to": "merton-2015-11-24"}, "24 November 2015 is not after 24 November 2015, when it deferred"),
    ],
)
def test_one_or_the_other_is_asked_for_by_the_field(world: World, fields: dict[str, str], problem: str) -> None:
    refused = post(world, deferral(world, **fields))
    assert refused.status_code == 422
    assert refused.text.count(problem) == 2, "in the summary and by the field"
    assert "The costs are awaited." in refused.text
    party = queries.standing_of(world.session, world.case, EVENING).party(world.group.bodies["Merton"].id)
    assert party is not None and party.word != "deferred"


def test_a_meeting_cancelled_while_the_form_was_open_is_refused_with_the_reason(world: World) -> None:
    fields = deferral(world, deferred_to="merton-2016-01-12")
    with writing(world.session):
        target = world.session.query(Meeting).filter_by(code="merton-2016-01-12").one()
        told: dict[str, Any] = {"doer": world.group.doer("Merton"), "now": EVENING}
        cancel_meeting(world.session, target, reason="The hall is closed.", **told)
    refused = post(world, fields)
    assert refused.status_code == 422
    assert "Merton’s meeting on 12 January 2016 is cancelled, so nothing is deferred to it" in refused.text


def test_a_correction_makes_it_a_deferral_to_a_meeting_and_keeps_one_that_is_past(
    world: World, clock: SettableClock
) -> None:
    with writing(world.session):
        decide(world.session, world.group, world.case, "Croydon", world.meetings["Croydon"], EVENING)
    world.become("croydon-chair")
    address = "/sign-offs/standards/croydon/correction"
    page = world.client.get(address).text
    assert options(page)[1:] == ["12 January 2016, Croydon Governing Body", "9 February 2016, Croydon Governing Body"]
    fields = {**hidden(page), "answer": "defer", "deferred_to": "croydon-2016-01-12", "why": "The minutes say so."}
    looked = world.client.post(address, data={**fields, "step": "look"}).text
    stands = (
        "Croydon deferred its decision on version 2 on 24 November 2015 to its meeting on 12 January 2016 (corrected)."
    )
    assert stands in looked
    recorded = world.client.post(address, data={**fields, **hidden(looked), "step": "record"})
    assert recorded.status_code == 303
    assert stands in world.client.get("/sign-offs/standards/croydon").text
    # a month later only its reason is put right: the meeting that stands is past, and may stay what it was
    clock.now = datetime(2016, 2, 1, 9, tzinfo=UTC)
    world.become("croydon-secretary")
    page = world.client.get(address).text
    assert options(page)[1:] == ["12 January 2016, Croydon Governing Body", "9 February 2016, Croydon Governing Body"]
    assert re.search(r'value="croydon-2016-01-12"\s+selected', page)
    fields = {
        **hidden(page),
        "answer": "defer",
        "deferred_to": "croydon-2016-01-12",
        "reason": "Costs.",
        "why": "Left out.",
    }
    looked = world.client.post(address, data={**fields, "step": "look"}).text
    assert "to its meeting on 12 January 2016: Costs (corrected)." in looked
