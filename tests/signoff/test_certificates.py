"""Certificates over real requests: one page everyone can read, the same facts as the record, and a proof that holds."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import pdf
from app.audit.models import RecordEntry, RecordLeaf
from app.db import writing
from app.documents.hashing import text_hash
from app.signoff import service
from app.signoff.models import PartyState
from app.signoff.rulings import Ruled
from config import ROOT
from tests.conftest import REAL_DAY, SettableClock
from tests.signoff.group import SIX, answer_for_england, decide, subject
from tests.signoff.sequence import OPENED, offer
from tests.signoff.small_world import HEADING, make_world
from tests.signoff.steps_between import WholePlay
from tests.signoff.test_pages import EVENING, World
from workflows.materiality import ClauseChange, RuledClause

ADDRESS = "/sign-offs/standards/merton/certificate.pdf"


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    """Merton has decided; its secretary reads."""
    made = World(session, client, clock)
    with writing(session):
        decide(session, made.group, made.case, "Merton", made.meetings["Merton"], EVENING)
    clock.now = EVENING
    made.become("merton-secretary")
    return made


def entry_of(world: World) -> tuple[RecordEntry, RecordLeaf]:
    body = world.group.bodies["Merton"].id
    state = world.session.query(PartyState).filter_by(body_id=body, stage="decision", round=2).one()
    entry = world.session.get_one(RecordEntry, state.entry_id)
    return entry, world.session.query(RecordLeaf).filter_by(entry_id=entry.id).one()


def test_a_decision_is_certified_on_one_page_that_everyone_can_read(world: World) -> None:
    answer = world.client.get(ADDRESS)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    assert pdf.check(answer.data) == []
    [text] = pdf.page_texts(answer.data)
    entry, leaf = entry_of(world)
    said = entry.payload or {}
    together = "".join(text.split())
    for fact in (said["content_hash"], said["tally"], said["quorum"]["sentence"], leaf.hash, entry.actor_name):
        assert "".join(fact.split()) in together
    assert "24November2015" in together, "the day of the meeting that decided"
    assert "".join(f"standards version {said['definition']['version']}".split()) in together


def test_its_proof_holds_off_line_and_leads_to_the_leaf_that_it_prints(world: World, tmp_path: Path) -> None:
    answer = world.client.get("/sign-offs/standards/merton/proof.json")
    assert answer.status_code == 200
    file = tmp_path / "proof.json"
    file.write_bytes(answer.data)
    checked = [sys.executable, str(ROOT / "verify_record.py"), str(file)]
    assert subprocess.run(checked, capture_output=True).returncode == 0
    told = json.loads(answer.data)
    printed = "".join(pdf.all_text(world.client.get(ADDRESS).data).split())
    assert "".join(told["path"]) in printed
    file.write_text(answer.text.replace('"answer": "agree"', '"answer": "defer"'))
    assert file.read_text() != answer.text
    assert subprocess.run(checked, capture_output=True).returncode == 1


def test_another_body_may_read_the_certificate_and_not_the_proof(world: World) -> None:
    world.become("croydon-secretary")
    assert world.client.get(ADDRESS).status_code == 200
    refused = world.client.get("/sign-offs/standards/merton/proof.json")
    assert refused.status_code == 403
    assert "who sat and voted" in refused.text


def test_what_is_not_decided_is_not_certified_and_the_refusal_says_what_is_missing(world: World) -> None:
    for address, missing in (
        ("/sign-offs/standards/croydon/certificate.pdf", "a decision of Croydon on version 2"),
        ("/sign-offs/standards/certificate.pdf", "still to decide"),
    ):
        refused = world.client.get(address)
        assert refused.status_code == 403
        assert missing in refused.text


def test_an_agreement_that_was_carried_over_is_certified_on_the_content_it_was_given_on(world: World) -> None:
    change = RuledClause(
        ClauseChange("response", "2.2", "Response", "reworded", "was", "now"), "editorial", "As before."
    )
    ruled = Ruled(subject(2).content_hash, (change,))
    with writing(world.session):
        service.open_round(world.session, world.case, subject(3), world.group.doer("Croydon"), EVENING, ruled)
    [text] = pdf.page_texts(world.client.get(ADDRESS).data)
    together = "".join(text.split())
    said = entry_of(world)[0].payload or {}
    assert said["content_hash"] == subject(2).content_hash
    for fact in ("Carried over to", subject(2).content_hash, subject(3).content_hash, "Secretary of Croydon"):
        assert "".join(fact.split()) in together


@pytest.fixture
def officer(session: Session, client: FlaskClient, clock: SettableClock) -> WholePlay:
    """A case on a document, before an officer who may amend and vary."""
    offer(client.application, 3)
    clock.now = OPENED
    world = make_world(session, 1, Random(1), Random(1), OPENED, REAL_DAY)
    return WholePlay(client.application, session, clock, world, 3)


def certified(officer: WholePlay, answer: str, **given: Any) -> str:
    """The words of the one page that certifies an answer of the officer’s."""
    body = officer.world.bodies[2]
    form = officer.form(body, "answer", Random(1))
    assert form is not None
    form.answer, form.reason = answer, "Two hours at night cannot be staffed."
    for name, value in given.items():
        setattr(form, name, value)
    assert officer.send(form) == ["decision.recorded"]
    made = officer.clients[body.code].get(f"{officer.path}/{body.code}/certificate.pdf")
    assert pdf.check(made.data) == []
    [text] = pdf.page_texts(made.data)
    return " ".join(text.split())


def test_the_words_with_which_a_body_agreed_are_certified_and_many_leave_it_one_page(officer: WholePlay) -> None:
    short, long = "Within two hours, and four at night.", "Records are shared with consent. " * 200
    text = certified(officer, "agree_as_amended", amended=[("2.1", short), ("2.2", long), ("3", long)])
    assert f"As amended, clause 2.1 {short}" in text
    assert text.count("(the entry has the rest)") == 2
    assert text_hash(HEADING, short) in text.replace(" ", "")


def test_a_local_variation_is_certified_with_its_words(officer: WholePlay) -> None:
    text = certified(officer, "agree_with_local_variation", until=date(2016, 11, 30))
    assert "Instead of clause 2.2, until 30 November 2016 Within four hours." in text


def test_a_case_that_every_body_agreed_is_certified_with_each_of_them(world: World) -> None:
    with writing(world.session):
        for name in SIX:
            if name != "Merton":
                decide(world.session, world.group, world.case, name, world.meetings[name], EVENING)
        answer_for_england(world.session, world.group, world.case, EVENING)
    assert "/sign-offs/standards/certificate.pdf" in world.client.get("/sign-offs/standards").text
    answer = world.client.get("/sign-offs/standards/certificate.pdf")
    assert answer.status_code == 200, answer.text
    assert pdf.check(answer.data) == []
    [text] = pdf.page_texts(answer.data)
    text = " ".join(text.split())
    assert all(f"{name} agreed version 2" in text for name in (*SIX, "NHS England"))
    assert "complete when every party asked has answered in favour" in text
    assert "Secretary of Merton, board secretary, " in text
    assert "Officer of NHS England, " in text
    assert world.case.definition_hash in text


def test_a_damaged_record_certifies_nothing(world: World) -> None:
    entry, _leaf = entry_of(world)
    with writing(world.session):
        connection = world.session.connection()
        where = " ON record_entry" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER record_entry_unchanged{where}")
        world.session.get_one(RecordEntry, entry.id).actor_name = "Somebody Else"
    refused = world.client.get(ADDRESS)
    assert refused.status_code == 403
    assert "the record does not bear it out" in refused.text
