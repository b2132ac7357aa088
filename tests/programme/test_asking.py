"""Bodies are asked about an issued version, and an approved update's decisions reach their next meetings."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import writing
from app.documents import queries as documents
from app.documents import service as documents_service
from app.documents.hashing import ClauseDraft
from app.documents.models import DocumentVersion
from app.meetings.models import AgendaItem
from app.meetings.service import set_meeting
from app.people.models import BodyRule, DecidingBody
from app.permissions import Refused
from app.programme import service
from app.programme.models import Update
from app.programme.service import UpdateText
from app.signoff.models import CaseState, Party
from tests.programme.swl import NOW, SINCE, World, south_west_london


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


def version(session: Session, world: World, label: str, text: str, issue: bool = True) -> DocumentVersion:
    doer = world.doer("manager")
    with writing(session):
        document = documents_service.write_document(
            session, code="ooh", collaborative_id=world.collaborative, title="Standards", summary=""
        )
        found = documents_service.write_version(
            session,
            document,
            label=label,
            title="Standards",
            note="",
            dated=date(2015, 9, 1),
            clauses=[ClauseDraft("aims", "1", "Aims", text)],
            doer=doer,
            now=NOW,
        )
        if issue:
            documents_service.issue_version(session, found, doer, NOW)
    return documents.version(session, "ooh", label)


def test_a_case_asks_every_deciding_body_of_the_collaborative_that_its_route_has_a_question_for(
    session: Session, world: World
) -> None:
    asked = version(session, world, "1", "One.")
    with pytest.raises(Refused, match="at least 4 parties"), writing(session):
        service.open_case_on(session, asked, doer=world.doer("director"), now=NOW, definition=("standards", 1))
    more = more_bodies(session, world)
    with writing(session):
        host = session.get_one(DecidingBody, world.bodies["wandsworth"]).organisation_id
        board = {"kind": "board", "name": "A board", "short_name": "A board", "opened": date(2013, 4, 1)}
        session.add(DecidingBody(code="a-board", organisation_id=host, **board))
    with writing(session):
        case = service.open_case_on(session, asked, doer=world.doer("director"), now=NOW)
    assert (case.code, case.title, case.rounds[0].content_hash) == ("ooh-v1", "Standards, version 1", asked.hash)
    parties = set(session.scalars(sa.select(Party.body_id).where(Party.case_id == case.id)))
    assert parties == {world.bodies[name] for name in ("croydon", "wandsworth", "nhs england")} | more


def more_bodies(session: Session, world: World) -> set[int]:
    """Two more bodies of the host, so that the definition's four are there."""
    host = session.get_one(DecidingBody, world.bodies["wandsworth"]).organisation_id
    bodies = [
        DecidingBody(
            code=f"more-{n}",
            organisation_id=host,
            kind="governing_body",
            name=f"More {n}",
            short_name=f"More {n}",
            opened=date(2013, 4, 1),
        )
        for n in range(2)
    ]
    session.add_all(bodies)
    session.commit()
    return {body.id for body in bodies}


def test_nobody_is_asked_about_a_draft(session: Session, world: World) -> None:
    draft = version(session, world, "1", "One.", issue=False)
    with pytest.raises(Refused, match="a draft can still change"), writing(session):
        service.open_case_on(session, draft, doer=world.doer("director"), now=NOW)


def test_a_second_case_on_a_document_is_refused_while_one_is_open(session: Session, world: World) -> None:
    more_bodies(session, world)
    asked = version(session, world, "1", "One.")
    with writing(session):
        service.open_case_on(session, asked, doer=world.doer("director"), now=NOW)
    with pytest.raises(Refused, match="is open on this document already"), writing(session):
        service.open_case_on(session, asked, doer=world.doer("director"), now=NOW)


def test_a_new_version_goes_to_the_same_bodies_as_a_further_round(session: Session, world: World) -> None:
    more_bodies(session, world)
    first = version(session, world, "1", "One.")
    with pytest.raises(Refused, match="No case on this document is open"), writing(session):
        service.open_round_on(session, first, world.doer("director"), NOW)
    with writing(session):
        case = service.open_case_on(session, first, doer=world.doer("director"), now=NOW)
    second = version(session, world, "2", "Two.")
    with writing(session):
        opened = service.open_round_on(session, second, world.doer("director"), NOW)
    assert (opened.case_id, opened.number, opened.content_hash) == (case.id, 2, second.hash)


def test_an_approved_updates_decisions_go_on_the_next_meeting_once(session: Session, world: World) -> None:
    with writing(session):
        for name in ("croydon", "wandsworth"):
            quorum = {"share_numerator": 1, "share_denominator": 2, "needs": []}
            session.add(
                BodyRule(body_id=world.bodies[name], starts=SINCE, quorum=quorum, lead_number=5, lead_unit="working")
            )
            set_meeting(
                session,
                body=session.get_one(DecidingBody, world.bodies[name]),
                code=f"{name}-2015-11-24",
                title="Governing body",
                held_on=date(2015, 11, 24),
                begins=None,
                place="",
                doer=world.doer("manager"),
                now=NOW,
            )
    text = UpdateText(overall="green", headline="It is drawn.", done="Done.", decisions="Agree the architecture.")
    doer, director = world.doer("manager"), world.doer("director")
    with writing(session):
        update = service.save_update(
            session, world.workstreams["architecture"], world.periods["2015-10"], text, 0, doer, NOW
        )
        update = service.submit_update(session, update.id, update.version, doer, NOW)
        assert service.propose_decisions(session, update, director, NOW) == []
        service.approve_update(session, update.id, update.version, director, NOW)
    for _ in range(2):
        with writing(session):
            items = service.propose_decisions(session, session.get_one(Update, update.id), director, NOW)
    assert [item.meeting.body.short_name for item in items] == ["Wandsworth", "Croydon"]
    stored = session.scalars(sa.select(AgendaItem).where(AgendaItem.origin == "workstream")).all()
    assert [(item.title, item.purpose, item.recommendation, item.part) for item in stored] == [
        ("System architecture: decisions asked for", "decision", "Agree the architecture.", 1)
    ] * 2


def test_the_bodies_are_not_asked_about_an_older_version_again(session: Session, world: World) -> None:
    more_bodies(session, world)
    first = version(session, world, "1", "One.")
    with writing(session):
        case = service.open_case_on(session, first, doer=world.doer("director"), now=NOW)
    second = version(session, world, "2", "Two.")
    with writing(session):
        service.open_round_on(session, second, world.doer("director"), NOW)
    first = documents.version(session, "ooh", "1")
    with pytest.raises(Refused, match="Version 1 is older than version 2"), writing(session):
        service.open_round_on(session, first, world.doer("director"), NOW)
    with writing(session):
        session.get_one(CaseState, case.id).state = "agreed"
    second = documents.version(session, "ooh", "2")
    with pytest.raises(Refused, match="Version 2 is agreed by everyone who was asked"), writing(session):
        service.open_case_on(session, second, doer=world.doer("director"), now=NOW)
