"""What was recorded of a decision is corrected by a second person, who sees first what will stand."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.permissions import Refused, Stale
from app.signoff import queries, service
from tests.conftest import SettableClock
from tests.signoff.group import decide
from tests.signoff.test_pages import EVENING, World, hidden
from workflows.facts import AnswerFact

ADDRESS = "/sign-offs/standards/merton/correction"


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    """Croydon, whose chair has an account, and Merton have agreed."""
    made = World(session, client, clock)
    clock.now = EVENING
    for name in ("Merton", "Croydon"):
        decide(session, made.group, made.case, name, made.meetings[name], EVENING)
    session.commit()
    return made


def croydon(world: World) -> str:
    world.become("croydon-chair")
    return "/sign-offs/standards/croydon/correction"


def test_the_chair_corrects_what_the_secretary_recorded_after_seeing_what_will_stand(world: World) -> None:
    address = croydon(world)
    page = world.client.get(address).text
    assert "Croydon agreed version 2 on 24 November 2015." in page
    fields = {
        **hidden(page),
        "answer": "agree_with_conditions",
        "condition_1": "A yearly review.",
        "why": "The condition was left out.",
    }
    looked = world.client.post(address, data={**fields, "step": "look"}).text
    assert "What will stand, nothing recorded yet" in looked
    assert "Croydon agreed version 2 with conditions on 24 November 2015: A yearly review (corrected)." in looked
    fields |= hidden(looked)
    changed = world.client.post(address, data={**fields, "step": "record", "condition_1": "A monthly review."}).text
    assert "What will stand, nothing recorded yet" in changed
    assert world.client.post(address, data={**fields, "step": "record"}).status_code == 303
    shown = world.client.get("/sign-offs/standards/croydon").text
    assert "Conditions, 0 of 1 met" in shown
    assert "Corrected: The condition was left out." in shown


def test_who_recorded_it_is_told_who_may_and_has_no_form(world: World) -> None:
    world.become("merton-secretary")
    page = world.client.get(ADDRESS).text
    assert "Secretary of Merton recorded this, so a second person of Merton has to correct it." in page
    assert "Dr Clinical of Merton, chair" in page
    assert "See what will stand" not in page
    with pytest.raises(Refused, match="a second person of Merton"):
        correct(world, None)


def test_a_decision_entered_in_error_no_longer_counts_and_the_body_is_asked(world: World) -> None:
    address = croydon(world)
    fields = {**world.form(address), "answer": "entered_in_error", "why": "It was another body’s."}
    looked = world.client.post(address, data=fields)
    assert "No meeting of Croydon has this on its agenda yet." in looked.text
    done = {**fields, **hidden(looked.text), "step": "record"}
    assert world.client.post(address, data=done).status_code == 303
    page = world.client.get("/sign-offs/standards/croydon").text
    assert "Not yet scheduled" in page
    assert "Croydon agreed version 2 on 24 November 2015." in page


def test_an_answer_against_the_votes_is_refused_until_they_are_corrected_too(world: World) -> None:
    address = croydon(world)
    page = world.client.get(address).text
    fields = {**hidden(page), "answer": "not_agree", "reason": "The costs are not known.", "why": "As minuted."}
    names = re.findall(r'name="(vote_of_\d+)"', page)
    votes = dict.fromkeys(names, "for")
    refused = world.client.post(address, data={**fields, **votes, "step": "look"})
    assert refused.status_code == 422
    assert "“Not agreed” does not follow from the votes: 8 for, 0 against." in refused.text
    assert "the votes by seat corrected as well, where they were recorded wrongly." in refused.text
    against = dict.fromkeys(names, "against")
    looked = world.client.post(address, data={**fields, **against, "step": "look"}).text
    assert "What will stand, nothing recorded yet" in looked
    fields |= hidden(looked)
    again = world.client.post(address, data={**fields, **against, names[0]: "abstain", "step": "record"}).text
    assert "What will stand, nothing recorded yet" in again  # it is not the correction that was looked at
    assert world.client.post(address, data={**fields, **against, "step": "record"}).status_code == 303
    world.session.rollback()
    entry = world.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.DECISION_CORRECTED)).one()
    said = entry.payload or {}
    assert {one["vote"] for one in said["votes"]} == {"against"}
    assert said["tally"] == "Croydon has not agreed: 0 for, 8 against."


def test_a_correction_of_what_changed_meanwhile_is_stale(world: World) -> None:
    with pytest.raises(Stale, match="since this page was shown"):
        correct(world, AnswerFact("not_agree", reason="As minuted."), by="Sutton", seen=1)


def test_another_bodys_people_are_told_who_may(world: World) -> None:
    world.become("sutton-secretary")
    refused = world.client.get(ADDRESS)
    assert refused.status_code == 403
    assert "Only Merton’s board secretary, its chair" in refused.text


def correct(world: World, answer: AnswerFact | None, by: str = "Merton", seen: int | None = None) -> int:
    body = world.group.bodies["Merton"]
    standing = queries.standing_of(world.session, world.case, EVENING).party(body.id)
    assert standing is not None and standing.entry_id is not None
    return service.correct_decision(
        world.session,
        case_id=world.case.id,
        body_id=body.id,
        entry_id=standing.entry_id,
        reason="As minuted.",
        answer=answer,
        doer=world.group.doer(by),
        now=EVENING,
        seen_entry=seen,
    )
