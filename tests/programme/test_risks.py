"""The register of risks and issues: who may do what, what is kept, how the trend and the heat map are made."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.db.types import GivenDate
from app.permissions import Refused, Stale
from app.programme import escalation, register, risks
from app.programme.models import Programme
from app.programme.raid_models import Risk
from app.programme.risk_scores import RiskFilters, scores_of
from app.programme.risks import RiskText
from tests.programme.swl import NOW, World, signed_in, south_west_london
from workflows.risks import Score

TODAY = NOW.date()


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def text(world: World, title: str = "Too few nurses", **changed: Any) -> RiskText:
    usual = RiskText(
        kind="risk",
        title=title,
        workstream_id=world.workstreams["architecture"],
        cause="Vacancies stay open.",
        event="A service cannot be staffed.",
        effect="The standard is not met.",
        mitigation="Joint recruitment.",
        owner_id=world.people["reader"],
        inherent=Score(5, 4),
        target=Score(2, 2),
        proximity=GivenDate("before the winter"),
        review_on=date(2015, 12, 1),
    )
    return replace(usual, **changed)


def raised(session: Session, world: World, title: str = "Too few nurses", days_ago: int = 0, **changed: Any) -> Risk:
    now = NOW - timedelta(days=days_ago)
    score = changed.pop("score", Score(3, 4))
    assert isinstance(score, Score)
    with writing(session):
        risk = risks.raise_risk(
            session,
            session.get_one(Programme, world.programme),
            text(world, title, **changed),
            current=score,
            why="First count.",
            doer=world.doer("manager"),
            now=now,
        )
    return session.get_one(Risk, risk.id)


def assess(session: Session, world: World, risk: Risk, score: Score, days_ago: int = 0) -> None:
    with writing(session):
        risks.assess_risk(
            session,
            risk.id,
            score,
            why="Counted again.",
            seen=risk.version,
            doer=world.doer("manager"),
            now=NOW - timedelta(days=days_ago),
        )


def test_the_trend_is_read_against_the_end_of_the_last_period(session: Session, world: World) -> None:
    risk = raised(session, world, days_ago=60, score=Score(2, 2))
    assess(session, world, risk, Score(5, 4), days_ago=20)
    assess(session, world, risk, Score(4, 4), days_ago=1)
    raised(session, world, "Raised this period", score=Score(1, 1))
    rows = register.register(session, world.programme, RiskFilters(), TODAY)
    assert register.last_period_ends(session, world.programme, TODAY) == date(2015, 9, 30)
    assert [(row.title, row.number, row.trend) for row in rows] == [
        ("Too few nurses", 16, "up"),
        ("Raised this period", 1, "new"),
    ]


def test_the_heat_map_counts_what_is_listed(session: Session, world: World) -> None:
    for title, score in (("One", Score(4, 4)), ("Two", Score(4, 4)), ("Three", Score(1, 5))):
        raised(session, world, title, score=score)
    scores = scores_of(session, world.programme, RiskFilters())
    cells = scores.heat_map
    assert [line[0].score.likelihood for line in cells] == [5, 4, 3, 2, 1]
    counted = {
        (cell.score.likelihood, cell.score.consequence): cell.count for line in cells for cell in line if cell.count
    }
    assert counted == {(4, 4): 2, (1, 5): 1}
    assert scores.bands == {"extreme": 2, "high": 0, "moderate": 1, "low": 0}
    narrowed = register.register(session, world.programme, RiskFilters(likelihood=4, consequence=4), TODAY)
    assert sorted(row.title for row in narrowed) == ["One", "Two"]


def test_what_a_risk_says_changes_with_a_reason_and_its_assessments_stay(session: Session, world: World) -> None:
    risk = raised(session, world)
    with pytest.raises(Refused, match="changes only with a reason"), writing(session):
        risks.change_risk(
            session, risk.id, text(world), reason=" ", seen=risk.version, doer=world.doer("manager"), now=NOW
        )
    with writing(session):
        risks.change_risk(
            session,
            risk.id,
            text(world, "Too few community nurses"),
            reason="Said more exactly.",
            seen=risk.version,
            doer=world.doer("manager"),
            now=NOW,
        )
    changed = session.get_one(Risk, risk.id)
    assert changed.title == "Too few community nurses"
    assert [(one.what, one.reason) for one in changed.events] == [("changed", "Said more exactly.")]
    assert len(changed.assessments) == 1
    with pytest.raises(Stale, match="was changed after you opened the page"):
        assess(session, world, Risk(id=risk.id, version=1), Score(1, 1))


def test_escalation_is_asked_accepted_and_brought_down_again(session: Session, world: World) -> None:
    risk = raised(session, world)
    for verb, who, after in (
        (escalation.escalate, "manager", "asked"),
        (escalation.return_escalation, "director", "none"),
        (escalation.escalate, "manager", "asked"),
        (escalation.accept_escalation, "director", "accepted"),
        (escalation.de_escalate, "director", "none"),
    ):
        with writing(session):
            verb(session, risk.id, reason="Because.", seen=risk.version, doer=world.doer(who), now=NOW)
        risk = session.get_one(Risk, risk.id)
        assert risk.escalation == after
    with pytest.raises(Refused, match="does not wait for the programme’s answer"), writing(session):
        escalation.accept_escalation(
            session, risk.id, reason="Because.", seen=risk.version, doer=world.doer("director"), now=NOW
        )
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id)).all()
    assert tags == [
        "risk.raised",
        "risk.escalated",
        "risk.escalation-returned",
        "risk.escalated",
        "risk.escalation-accepted",
        "risk.de-escalated",
    ]


def test_a_risk_that_happened_is_kept_as_realised_and_becomes_an_issue(session: Session, world: World) -> None:
    risk = raised(session, world, score=Score(2, 4))
    with writing(session):
        issue = risks.realise_risk(
            session, risk.id, reason="Two teams closed.", seen=risk.version, doer=world.doer("manager"), now=NOW
        )
    risk = session.get_one(Risk, risk.id)
    assert (risk.state, risk.became, issue.kind, issue.title) == ("realised", issue.code, "issue", risk.title)
    assert [(one.likelihood, one.consequence) for one in issue.assessments] == [(5, 4)]
    listed = register.register(session, world.programme, RiskFilters(), TODAY)
    assert [row.code for row in listed] == [issue.code]
    with pytest.raises(Refused, match="is realised, so it is assessed no more"):
        assess(session, world, risk, Score(1, 1))


def test_a_packs_facts_hold_the_open_risks_of_their_workstreams(session: Session, world: World) -> None:
    raised(session, world, "Small", score=Score(1, 2))
    raised(session, world, "Grave", score=Score(5, 4))
    raised(session, world, "Elsewhere", workstream_id=world.workstreams["online"])
    facts = register.facts_for(session, [world.workstreams["architecture"]], TODAY)
    assert [(fact["title"], fact["score"], fact["band"], fact["owner"]) for fact in facts] == [
        ("Grave", 20, "extreme", "Reader"),
        ("Small", 2, "low", "Reader"),
    ]


def test_the_office_raises_and_the_owner_assesses_and_others_read(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    typed = {
        "kind": "risk",
        "title": "Nobody comes",
        "workstream": "architecture",
        "owner": "reader",
        "inherent_likelihood": "4",
        "inherent_consequence": "4",
        "likelihood": "3",
        "consequence": "4",
        "proximity": "the winter",
        "review_on": "31 November 2015",
        "seen": "0",
    }
    wrong = manager.post("/risks/new", {**typed, "title": "", "target_likelihood": "2"})
    assert wrong.status_code == 422
    for sentence in (
        "Say in a line what may happen",
        "Choose consequence aimed at",
        "“31 November 2015” is not a day of the calendar.",
        "Say what the score rests on",
    ):
        assert sentence in wrong.text
    made = manager.post("/risks/new", {**typed, "review_on": "1/12/2015", "reason": "It was so last year."})
    assert made.status_code == 303
    here = "/risks/swl-risk-1"
    assert made.headers["Location"] == here
    page = manager.get(here).text
    for shown in ("12 High", "Possible, major", "1 December 2015", "the winter", "Change what it says", "Escalate"):
        assert shown in page
    owner = signed_in(client, session, world, "reader")
    assert "Assess it" in owner.get(here).text
    assert "Change what it says" not in owner.get(here).text
    assert owner.get(f"{here}/edit").status_code == 403
    judged = owner.post(f"{here}/assess", {"likelihood": "5", "consequence": "4", "why": "Two more.", "seen": "1"})
    assert judged.status_code == 303
    session.rollback()
    last = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc())).first()
    assert last is not None and (last.tag, last.capacity) == ("risk.assessed", "owner of the risk")
    secretary = signed_in(client, session, world, "croydon secretary")
    assert secretary.get(f"{here}/assess").status_code == 403
    listed = secretary.get("/risks?band=extreme").text
    assert "Nobody comes" in listed and "20 Extreme" in listed
    assert "No risk or issue fits all of these" in secretary.get("/risks?band=low").text
    assert "Score over time" in secretary.get(here).text
    assert "Nobody comes,System architecture,20,extreme,5,4" in secretary.get("/risks?as=csv").text
    assert "?likelihood=5&amp;consequence=4" in secretary.get("/risks/heat-map").text


def test_a_manager_asks_and_only_the_director_answers(client: FlaskClient, session: Session, world: World) -> None:
    risk = raised(session, world)
    here = f"/risks/{risk.code}"
    manager = signed_in(client, session, world, "manager")
    assert "Give a reason" in manager.post(f"{here}/escalate", {"seen": "1", "reason": ""}).text
    assert manager.post(f"{here}/escalate", {"seen": "1", "reason": "Beyond us."}).status_code == 303
    assert manager.get(f"{here}/escalation").status_code == 403
    director = signed_in(client, session, world, "director")
    assert "Beyond us." in director.get(f"{here}/escalation").text
    accepted = director.post(f"{here}/escalation", {"seen": "2", "reason": "Ours.", "action": "accept"})
    assert accepted.status_code == 303
    assert director.post(f"{here}/escalation", {"seen": "2", "reason": "Ours.", "action": "accept"}).status_code == 409
    assert "Programme level" in director.get("/risks?workstream=programme").text
    assert signed_in(client, session, world, "stranger").get(here).status_code == 404
