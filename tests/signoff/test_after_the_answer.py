"""A local variation and a withdrawal, recorded: what the pages and the projections say of them, and who may."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.db import writing
from app.permissions import Refused, Stale
from app.signoff import calendar, queries, service, withdrawing
from app.signoff.models import PartyState
from tests.conftest import SettableClock
from tests.signoff.group import AGREE, NOW, Group, decide, make_group, open_accounts, respond, set_meetings, subject
from tests.signoff.test_pages import EVENING, World, hidden
from workflows.facts import AnswerFact, Variation, Vote

LATER, DECEMBER = datetime(2015, 12, 16, 18, 0, tzinfo=UTC), date(2015, 12, 16)
VARIED = AnswerFact(
    "agree_with_local_variation",
    reason="One site only.",
    variation=Variation("2.1", "Within four hours at night.", date(2015, 12, 31)),
)


class Two(World):
    """As the world of the pages, under the second version of the route, and with a meeting in December too."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        self.session, self.client, self.clock = session, client, clock
        self.group: Group = make_group(session)
        self.accounts = open_accounts(session, self.group)
        director = self.group.director
        assert director is not None
        by = Doer(director.id, director.name, "programme director")
        self.case = service.open_case(
            session,
            code="standards",
            title="Out-of-hospital standards",
            subject=subject(1),
            definition=("standards", 2),
            parties=list(self.group.bodies.values()),
            asked_by=self.group.host,
            collaborative_id=self.group.collaborative.id,
            doer=by,
            now=NOW,
        )
        respond(session, self.group, self.case, list(self.group.secretaries)[:4], NOW)
        service.open_round(session, self.case, subject(2), by, NOW)
        self.meetings = set_meetings(session, self.group, date(2015, 11, 24), NOW)
        self.later = set_meetings(session, self.group, DECEMBER, NOW)
        session.commit()

    def answer(self, fact: AnswerFact = AGREE) -> int:
        """Merton answers in November."""
        entry = decide(self.session, self.group, self.case, "Merton", self.meetings["Merton"], EVENING, answer=fact)
        self.session.commit()
        return entry

    def standing(self, on: datetime = LATER) -> str:
        found = queries.standing_of(self.session, self.case, on).party(self.group.bodies["Merton"].id)
        assert found is not None
        return found.word

    def state(self) -> PartyState:
        self.session.rollback()
        body_id = self.group.bodies["Merton"].id
        found = sa.select(PartyState).where(PartyState.body_id == body_id, PartyState.round == 2)
        return self.session.scalars(found.execution_options(populate_existing=True)).one()

    def withdraw(self, *, vote: Vote = "for", reason: str = "The provider has closed.") -> int:
        body = self.group.bodies["Merton"]
        return withdrawing.withdraw_at_meeting(
            self.session,
            case_id=self.case.id,
            body_id=body.id,
            meeting_id=self.later["Merton"].id,
            attendance=self.group.everyone("Merton"),
            votes=self.group.votes("Merton", vote),
            reason=reason,
            seen=queries.seen_for(self.session, self.case, body),
            doer=self.group.doer("Merton"),
            now=LATER,
        )


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Two:
    made = Two(session, client, clock)
    made.become("merton-secretary")
    clock.now = EVENING
    return made


def test_a_variation_is_recorded_from_the_page_and_shown_with_its_last_day(world: Two) -> None:
    fields = world.decision(
        answer="agree_with_local_variation",
        reason="One site only.",
        varied_place="2.1",
        varied_text="Within four hours at night.",
    )
    lacking = world.client.post("/sign-offs/standards/merton/decision", data=fields)
    assert lacking.status_code == 422
    assert "Missing: the day on which it expires." in lacking.text
    early = {**fields, "varied_until": "2015-11-24"}
    assert "does not outlast the decision" in world.client.post("/sign-offs/standards/merton/decision", data=early).text
    whole = {**fields, "varied_until": "2015-12-31"}
    assert world.client.post("/sign-offs/standards/merton/decision", data=whole).status_code == 303
    page = world.client.get("/sign-offs/standards/merton").text
    assert "Local variation of clause 2.1" in page
    assert "It counts to the end of 31 December 2015." in page
    case = world.client.get("/sign-offs/standards").text
    assert "common to all that agree but for clause 2.1, which Merton varies until 31 December 2015." in case


def test_from_the_day_after_its_variation_expired_the_body_is_asked_again(world: Two) -> None:
    world.answer(VARIED)
    assert (world.standing(datetime(2015, 12, 31, 12, tzinfo=UTC)), world.state().waiting) == (
        "agreed with local variation",
        False,
    )
    world.clock.now = datetime(2016, 1, 1, 9, tzinfo=UTC)
    assert "Local variation expired" in world.client.get("/sign-offs").text
    world.session.rollback()
    with writing(world.session):
        assert calendar.bring_up(world.session, world.clock.now) == 1
    assert (world.state().standing, world.state().waiting) == ("local variation expired", True)
    with writing(world.session):
        assert calendar.bring_up(world.session, world.clock.now) == 0


def test_a_withdrawal_is_recorded_from_the_page_after_it_was_checked(world: Two) -> None:
    world.answer()
    world.clock.now = LATER
    assert "Withdraw the agreement" in world.client.get("/sign-offs/standards/merton").text
    page = world.client.get("/sign-offs/standards/merton/withdrawal").text
    assert "Merton agreed version 2 on 24 November 2015." in page
    fields = {**hidden(page), "how_voted": "all", "presiding": "0", "reason": "The provider has closed."}
    fields |= {f"attended_{seat.id}": "present" for seat in world.group.seats["Merton"]}
    address = "/sign-offs/standards/merton/withdrawal?meeting=merton-2015-12-16"
    assert "has withdrawn its agreement: 8 for" in world.client.post(address, data={**fields, "step": "check"}).text
    assert world.client.post(address, data=fields).status_code == 303
    shown = world.client.get("/sign-offs/standards/merton").text
    assert "Merton withdrew its agreement to version 2 on 16 December 2015: The provider has closed." in shown
    assert world.client.post(address, data=fields).status_code == 403
    assert (world.state().standing, world.state().waiting) == ("agreement withdrawn", True)
    world.become("sutton-secretary")
    refused = world.client.get("/sign-offs/standards/merton/withdrawal")
    assert refused.status_code == 403
    assert "Only Merton’s board secretary" in refused.text


def test_withdrawing_needs_a_carried_vote_and_a_reason_and_agreeing_again_a_later_meeting(world: Two) -> None:
    world.answer()
    with pytest.raises(Refused, match="Withdrawing does not follow from the votes: 0 for, 8 against"):
        world.withdraw(vote="against")
    with pytest.raises(Refused, match="needs its reason"):
        world.withdraw(reason=" ")
    body = world.group.bodies["Merton"]
    seen = replace(queries.seen_for(world.session, world.case, body), last_entry_id=1)
    with pytest.raises(Stale, match="since this page was shown"):
        withdrawing.withdraw_as_officer(
            world.session,
            case_id=world.case.id,
            body_id=body.id,
            reason="x",
            seen=seen,
            doer=world.group.doer("Merton"),
            now=LATER,
            role="officer",
        )
    world.withdraw()
    with pytest.raises(Refused, match="withdrew its agreement to it at this very meeting"):
        decide(world.session, world.group, world.case, "Merton", world.later["Merton"], LATER, token="again")
