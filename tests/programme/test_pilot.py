"""A pilot over the pages, from proposal to evaluation: who is asked is chosen, what is answered says where it goes."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.documents import queries, service
from app.documents.hashing import ClauseDraft
from app.people.models import Account, DecidingBody, Person, RoleHolding
from app.permissions import Role
from tests.programme.swl import NOW, SINCE, World, signed_in, south_west_london

CASE = "/sign-offs/pilot-v1"


def write(session: Session, world: World, label: str, text: str) -> None:
    with writing(session):
        document = queries.document_by_code(session, "pilot") if label != "1" else None
        document = document or service.write_document(
            session, code="pilot", collaborative_id=world.collaborative, title="Virtual ward pilot", summary=""
        )
        version = service.write_version(
            session,
            document,
            label=label,
            title="Virtual ward pilot",
            note="",
            dated=date(2015, 9, 1),
            clauses=[ClauseDraft("aims", "1", "Aims", text)],
            doer=world.doer("manager"),
            now=NOW,
        )
        service.issue_version(session, version, world.doer("manager"), NOW)


@pytest.fixture
def world(session: Session) -> World:
    world = south_west_london(session)
    england = session.get_one(DecidingBody, world.bodies["nhs england"]).organisation_id
    person = Person(
        code="england", name="Officer of England", email="england@demonstration.example", demonstration=True
    )
    session.add(person)
    session.flush()
    session.add(Account(person_id=person.id, password_hash="none", demonstration=True))
    session.add(RoleHolding(person_id=person.id, role=Role.OFFICER.value, organisation_id=england, starts=SINCE))
    world.people["officer"] = person.id
    session.commit()
    write(session, world, "1", "Twenty beds at home for a year.")
    return world


def test_a_pilot_is_opened_with_the_bodies_chosen_and_gone_to_its_end(
    client: FlaskClient, session: Session, world: World
) -> None:
    def ask(label: str, **said: str | list[str]) -> None:
        director = signed_in(client, session, world, "director")
        done = director.post(f"/documents/pilot/versions/{label}/case", {"title": "The pilot", **said})
        assert done.status_code == 303, done.text

    def answer(given: str, **more: str) -> str:
        officer = signed_in(client, session, world, "officer")
        page = officer.get(f"{CASE}/nhs-england/answer").text
        fields = officer.hidden(page)
        done = client.post(f"{CASE}/nhs-england/answer", data={**fields, "answer": given, **more})
        return page + (client.get(done.location).text if done.status_code == 303 else done.text)

    ask("1", bodies=["nhs-england"], route="pilot:2")
    assert "Croydon" not in client.get(CASE).text.partition("History")[0]
    answer("agree")
    assert "Ready to begin" in answer("ready")
    assert "“Ended early” needs a reason." in answer("ended_early")
    assert "answered “Has run its time”" in answer("run")
    page = client.get(CASE).text
    assert "A further version, put to the bodies by the programme office" in page and "versions/new" not in page
    director = signed_in(client, session, world, "director")
    assert all("/documents/pilot/versions/new" in director.get(f"{CASE}{part}").text for part in ("", "/route"))
    write(session, world, "2", "Twenty beds at home for a year. It was judged so.")
    ask("2", round_of="pilot-v1")
    assert "“Adapt” needs at least one condition." in answer("adapt")
    told = answer("adapt", condition_1="Ten beds are enough")
    assert "answered “Adapt” on version 2" in told
    assert "Ten beds are enough" in told
    page = client.get(CASE).text
    assert "1 of 1 has answered in favour, 1 needed; 1 “Adapt” (NHS England)" in page
    write(session, world, "3", "Ten beds at home for a year.")
    ask("3", round_of="pilot-v1")
    for given in ("agree", "ready", "run"):
        answer(given)
    write(session, world, "4", "Ten beds at home for a year. It was judged so.")
    ask("4", round_of="pilot-v1")
    answer("adopt")
    page = client.get(CASE).text
    assert "1 “Adopt” (NHS England). The case was closed as agreed on 5 November 2015." in page
    session.rollback()
    ends = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag.in_(["stage.completed", "case.agreed"])).order_by(RecordEntry.id)
    ).all()
    led = [(entry.payload or {}).get("leads_to") for entry in ends]
    assert led == [None, None, None, "proposal", None, None, None, "done"]
