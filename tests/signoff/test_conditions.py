"""What became of a body's condition is recorded by its own people, page and list show it, and the record keeps it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.permissions import Missing, Refused, Stale
from app.signoff import queries, service, tracking
from app.signoff.models import ConditionRow
from tests.conftest import SettableClock
from tests.signoff.group import decide, subject
from tests.signoff.test_pages import EVENING, World, hidden
from workflows.facts import AnswerFact, Keeper

LATER = datetime(2016, 2, 1, 9, 0, tzinfo=UTC)
CONDITIONS = AnswerFact(
    "agree_with_conditions",
    conditions=("A yearly review is brought to the body.", "The costs are known."),
    keepers=(Keeper("Director of nursing", date(2016, 1, 31)), Keeper()),
)


class Kept(World):
    """Merton has agreed on two conditions."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        super().__init__(session, client, clock)
        self.decision_id = decide(
            session, self.group, self.case, "Merton", self.meetings["Merton"], EVENING, answer=CONDITIONS
        )
        session.commit()

    def conditions(self) -> Sequence[ConditionRow]:
        return self.session.scalars(sa.select(ConditionRow).order_by(ConditionRow.position)).all()


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Kept:
    """It is February."""
    made = Kept(session, client, clock)
    clock.now = LATER
    made.become("merton-secretary")
    return made


def which(world: Kept, position: int = 1) -> tracking.Which:
    return tracking.Which(world.case.id, world.group.bodies["Merton"].id, world.decision_id, position)


def address(world: Kept, position: int = 1) -> str:
    return f"/sign-offs/standards/merton/conditions/{world.decision_id}/{position}"


def test_a_condition_is_recorded_as_met_with_its_evidence(world: Kept) -> None:
    page = world.client.get(address(world)).text
    assert "it was due by 31 January 2016, 1 day ago" in page
    fields = {**hidden(page), "what": "met", "evidence": "Report to the January meeting", "on": "2016-01-28"}
    assert world.client.post(address(world), data=fields).status_code == 303
    shown = world.client.get("/sign-offs/standards/merton").text
    assert "Conditions, 1 of 2 met" in shown
    by = "recorded by Secretary of Merton, board secretary, NHS Merton CCG"
    assert f"Met on 28 January 2016, {by}: Report to the January meeting." in shown
    assert "Conditions: 1 of 2 met" in world.client.get("/sign-offs").text
    assert "agreed with conditions (1 of 2 met)" in world.client.get("/sign-offs?as=csv").text
    assert world.client.post(address(world), data=fields).status_code == 409


def test_nothing_is_recorded_without_evidence_and_what_was_typed_stays(world: Kept) -> None:
    fields = {**world.form(address(world)), "what": "waived", "reason": "No longer needed", "on": "2016-01-28"}
    answered = world.client.post(address(world), data=fields)
    assert answered.status_code == 422
    assert "A condition is waived by a decision: say whose." in answered.text
    assert "No longer needed" in answered.text


def test_the_list_shows_what_is_open_and_overdue_and_is_a_file_too(world: Kept) -> None:
    assert "2 conditions" in world.client.get("/sign-offs/conditions").text
    overdue = world.client.get("/sign-offs/conditions?state=overdue").text
    assert "A yearly review is brought to the body." in overdue
    assert "The costs are known." not in overdue
    assert "Director of nursing" in world.client.get("/sign-offs/conditions?as=csv&owner=nursing").text
    assert "No condition is like this." in world.client.get("/sign-offs/conditions?state=met").text


def test_another_bodys_secretary_is_told_who_may_and_what_is_not_there_is_missing(world: Kept) -> None:
    assert world.client.get(address(world, 3)).status_code == 404
    world.become("sutton-secretary")
    refused = world.client.get(address(world))
    assert refused.status_code == 403
    assert "Only Merton’s board secretary" in refused.text
    assert "Say what became of it" not in world.client.get("/sign-offs/standards/merton").text


def test_what_cannot_be_recorded_is_refused_and_the_projection_is_the_same_rebuilt(world: Kept) -> None:
    session, doer = world.session, world.group.doer("Merton")
    with pytest.raises(Refused, match="needs its evidence"):
        tracking.meet_condition(session, which(world), evidence="", on=LATER.date(), seen="open", doer=doer, now=LATER)
    with pytest.raises(Stale, match="since this page was shown"):
        tracking.reopen_condition(session, which(world), reason="A mistake", seen="met", doer=doer, now=LATER)
    tracking.assign_condition(session, which(world, 2), owner="Sutton", due=None, seen="open", doer=doer, now=LATER)
    tracking.waive_condition(
        session,
        which(world),
        reason="Known",
        decided_by="the chair",
        on=LATER.date(),
        seen="open",
        doer=doer,
        now=LATER,
    )
    before = [(row.position, row.owner, row.state) for row in world.conditions()]
    assert before == [(1, "Director of nursing", "waived"), (2, "Sutton", "open")]
    service.rebuild(session, LATER)
    assert [(row.position, row.owner, row.state) for row in world.conditions()] == before


def test_a_condition_of_a_version_that_was_superseded_is_listed_no_more(world: Kept) -> None:
    service.open_round(world.session, world.case, subject(3), world.group.doer("Merton"), LATER)
    assert world.conditions() == []
    with pytest.raises(Missing):
        tracking.tracked(queries.folded(world.session, world.case, LATER), which(world))
