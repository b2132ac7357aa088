"""A chair decides alone and a meeting ratifies it, over real requests: who may, what waits, what counts."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.meetings.models import AgendaItem, ItemConflict
from app.people.models import Account, BodyRule
from app.signoff import queries, service
from app.signoff.models import PartyState
from app.web.models import WebSession
from app.web.sessions import hashed
from tests.conftest import SettableClock
from tests.signoff.group import AGREE, answer_for_england, decide
from tests.signoff.test_pages import EVENING, World, hidden

DURING = datetime(2015, 11, 10, 9, 0, tzinfo=UTC)
ACTION, RATIFICATION = "/sign-offs/standards/croydon/chairs-action", "/sign-offs/standards/croydon/ratification"


class Between(World):
    """As the world of the pages, between the opening of the round and the meetings; Croydon's chair is there."""

    def become(self, who: str) -> None:
        """Be this person, signed in once."""
        self.session.rollback()
        account = self.accounts[who]
        if self.session.get(WebSession, hashed(token := f"session-of-{account.id}")) is None:
            super().become(who)
        self.client.set_cookie("concord", token)
        self.session.rollback()

    def open_account(self, body: str, kind: str) -> None:
        """An account for who holds this kind of seat."""
        place = next(n for n, seat in enumerate(self.group.seats[body]) if seat.kind == kind)
        person = self.group.people[body][place]
        self.accounts[person.code] = Account(person_id=person.id, password_hash="unused", demonstration=False)
        self.session.add(self.accounts[person.code])
        self.session.commit()

    def seat(self, kind: str) -> int:
        return next(seat.id for seat in self.group.seats["Croydon"] if seat.kind == kind)

    def action(self, **changed: str) -> dict[str, str]:
        """The form of Croydon's chair's action, filled in."""
        filled = {
            "answer": "agree",
            "urgent": "The contract ends on Friday.",
            "officer": str(self.seat("accountable_officer")),
            "lay": str(self.seat("lay_member")),
        }
        return {**self.form(ACTION), **filled, **changed}

    def ratification(self, vote: str = "for", **changed: str) -> dict[str, str]:
        """The form of Croydon's secretary, filled in: everyone there, everyone voting so."""
        fields = self.form(RATIFICATION)
        for seat in self.group.seats["Croydon"]:
            fields[f"attended_{seat.id}"] = "present"
            fields[f"voted_{seat.id}"] = vote if seat.voting else ""
        return {**fields, "how_voted": "seats", "presiding": "0", "ratified": "yes", "reason": "", **changed}

    def standing(self) -> tuple[str, bool]:
        self.session.rollback()
        body_id = self.group.bodies["Croydon"].id
        found = sa.select(PartyState).where(PartyState.body_id == body_id, PartyState.round == 2)
        state = self.session.scalars(found.execution_options(populate_existing=True)).one()
        return state.standing, state.waiting

    def act(self) -> None:
        self.clock.now = DURING
        self.become("croydon-chair")
        assert self.client.post(ACTION, data=self.action()).status_code == 303


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Between:
    return Between(session, client, clock)


def test_a_chair_acts_and_it_shows_as_to_be_ratified_and_counts_only_then(world: Between) -> None:
    world.clock.now = DURING
    world.become("croydon-chair")
    assert "Decide it by chair’s action" in world.client.get("/sign-offs/standards/croydon").text
    fields = world.action()
    lacking = world.client.post(ACTION, data={**fields, "urgent": "", "lay": "0"})
    assert lacking.status_code == 422
    assert "Say why it cannot wait" in lacking.text
    alone = world.client.post(ACTION, data={**fields, "lay": "0"})
    assert "The chair consults a lay member first: Dr Deputy of Croydon" in alone.text
    first = world.client.post(ACTION, data=fields)
    assert first.status_code == 303
    assert world.client.post(ACTION, data=fields).location == first.location
    assert world.standing() == ("to be ratified", False)
    page = world.client.get("/sign-offs/standards/croydon").text
    assert "as it was urgent (The contract ends on Friday). It is to be ratified by a meeting" in page
    assert "To be ratified" in world.client.get("/sign-offs").text
    assert "Croydon has still to ratify its chair’s action" in world.client.get("/sign-offs/standards").text
    receipt = world.client.get(first.location).text
    assert "Accountable officer" in receipt
    assert "Dr Lay of Croydon" in receipt


def test_only_the_chair_acts_and_only_where_the_bodys_rule_lets_them(world: Between) -> None:
    world.clock.now = DURING
    world.open_account("Croydon", "gp_member")
    world.become("croydon-gp_member")
    refused = world.client.get(ACTION)
    assert refused.status_code == 403
    assert "By chair’s action Dr Clinical of Croydon decides for Croydon." in refused.text
    assert "Decide it by chair’s action" not in world.client.get("/sign-offs/standards/croydon").text
    world.become("merton-secretary")
    assert "Only Croydon’s chair" in world.client.get(ACTION).text
    rule = world.session.scalars(sa.select(BodyRule).where(BodyRule.body_id == world.group.bodies["Croydon"].id)).one()
    rule.quorum = {**(rule.quorum or {}), "chairs_action": False}
    world.session.commit()
    world.become("croydon-chair")
    assert "own rule does not let its chair decide alone" in world.client.get(ACTION).text


def test_where_the_chair_has_an_interest_the_deputy_acts(world: Between) -> None:
    croydon, meeting = world.group.bodies["Croydon"], world.meetings["Croydon"]
    item = service.schedule(world.session, world.case, croydon, meeting, world.group.doer("Croydon"), DURING)
    chair = world.group.people["Croydon"][0]
    world.session.add(
        ItemConflict(
            item_id=item.id,
            seat_id=world.seat("chair"),
            person_id=chair.id,
            interest_kind="financial",
            handling="leave",
            reason="Owns shares.",
            handled_by="Dr Deputy",
            at=DURING,
            demonstration=False,
        )
    )
    world.open_account("Croydon", "deputy_chair")
    world.clock.now = DURING
    world.become("croydon-chair")
    assert "By chair’s action Dr Deputy of Croydon decides for Croydon." in world.client.get(ACTION).text
    world.become("croydon-deputy_chair")
    assert world.client.post(ACTION, data=world.action()).status_code == 303
    assert world.standing()[0] == "to be ratified"


def test_the_next_meeting_has_it_under_its_standing_item_and_ratifies_it(world: Between) -> None:
    world.act()
    meeting = world.meetings["Croydon"]
    item = world.session.scalars(
        sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.standing_kind == "chairs_actions")
    ).one()
    shown = world.client.get(f"/meetings/{meeting.code}/items/{item.id}").text
    assert "by chair’s action of Dr Clinical of Croydon" in shown
    world.become("croydon-secretary")
    assert "Croydon has held no meeting since its chair decided this" in world.client.get(RATIFICATION).text
    world.clock.now = EVENING
    fields = world.ratification()
    checked = world.client.post(RATIFICATION, data={**fields, "step": "check"})
    assert "Croydon ratified its chair’s action: 8 for, 0 against." in checked.text
    first = world.client.post(RATIFICATION, data=fields)
    assert first.status_code == 303
    assert world.client.post(RATIFICATION, data=fields).location == first.location
    assert "No chair’s action of Croydon on this is to be ratified." in world.client.get(RATIFICATION).text
    assert world.standing() == ("agreed", False)
    page = world.client.get("/sign-offs/standards/croydon").text
    assert "It was ratified by the meeting of 24 November 2015." in page
    assert "Croydon ratified its chair’s action on version 2 on 24 November 2015." in page
    assert "Chair’s actions to ratify</h2>" not in world.client.get(f"/meetings/{meeting.code}/items/{item.id}").text


def test_what_a_meeting_does_not_ratify_stands_no_more_and_the_body_is_asked_again(world: Between) -> None:
    world.act()
    world.become("croydon-secretary")
    world.clock.now = EVENING
    wrong = world.client.post(RATIFICATION, data=world.ratification("against"))
    assert "Ratifying does not follow from the votes: 0 for, 8 against" in wrong.text
    silent = world.client.post(RATIFICATION, data=world.ratification("against", ratified="no"))
    assert "Not ratifying a chair’s action needs its reason." in silent.text
    fields = world.ratification("against", ratified="no", reason="It could have waited.")
    assert world.client.post(RATIFICATION, data=fields).status_code == 303
    assert world.standing() == ("not ratified", True)
    page = world.client.get("/sign-offs/standards/croydon").text
    assert "did not ratify its chair’s action on version 2 on 24 November 2015: It could have waited." in page
    assert "by chair’s action of Dr Clinical of Croydon" in page


def test_the_case_is_agreed_once_the_action_is_ratified_and_not_while_it_waits(world: Between) -> None:
    world.act()
    world.session.rollback()
    for name in list(world.group.secretaries)[1:]:
        decide(world.session, world.group, world.case, name, world.meetings[name], EVENING, answer=AGREE)
    answer_for_england(world.session, world.group, world.case, EVENING)
    world.session.commit()
    assert queries.standing_of(world.session, world.case, EVENING).state == "open"
    world.become("croydon-secretary")
    world.clock.now = EVENING
    assert world.client.post(RATIFICATION, data=world.ratification()).status_code == 303
    world.session.rollback()
    tags = [entry.tag for entry in queries.history(world.session, world.case)]
    assert tags.count("case.agreed") == 1
    assert tags[-2:] == ["decision.ratified", "case.agreed"]


def test_until_then_nothing_else_is_decided_or_withdrawn_and_a_stale_page_records_nothing(world: Between) -> None:
    world.act()
    world.become("croydon-secretary")
    world.clock.now = EVENING
    withdrawn = world.client.get("/sign-offs/standards/croydon/withdrawal")
    assert "Croydon’s chair decided this alone: its meeting ratifies it, or does not." in withdrawn.text
    fields = {**world.ratification(), "seen_entry": "1"}
    assert world.client.post(RATIFICATION, data=fields).status_code == 409
    assert "Nothing was recorded now." in world.client.post(RATIFICATION, data=fields).text
    assert world.standing() == ("to be ratified", False)
    assert hidden(world.client.get(RATIFICATION).text)["seen_entry"] != "1"
    assert date(2015, 11, 24) == world.meetings["Croydon"].held_on
