"""`record destroy` and `record clean` at a terminal: it asks first, for whom, what it refuses, and what stays."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.audit.models import RecordEntry
from app.audit.service import Act, append
from app.audit.tags import Tag
from app.db import db, writing
from app.people.models import RoleHolding
from app.permissions import Role
from app.signoff import service
from app.signoff.models import PartyState
from config import ROOT, Settings
from tests.conftest import SettableClock
from tests.postgres import Postgres
from tests.signoff.group import BEGAN, NOW, Group, answer_for_england, make_group, open_case, put_to_decision
from workflows.facts import AnswerFact

WHO = ("--asked-by", "director", "--confirmed-by", "croydon-secretary")
WHY = ("--ground", "request", "--under", "UK GDPR, article 17", "--reason", "She asked for it.")


@dataclass
class Place:
    """Croydon with an administrator and a secretary, and the words of somebody in its record; a terminal."""

    app: Flask
    session: Session
    group: Group
    entry: int
    words: str

    def run(self, *words: str | int | Path, answer: str | None = None) -> Result:
        return self.app.test_cli_runner().invoke(args=["record", *map(str, words)], input=answer)

    def destroy(self, *words: str, answer: str | None = None) -> Result:
        return self.run("destroy", "T00", self.entry, *(words or (*WHY, *WHO)), answer=answer)

    def entries(self) -> Sequence[tuple[int, object]]:
        """Every entry with what it says."""
        self.session.rollback()
        rows = self.session.execute(sa.select(RecordEntry.id, RecordEntry.payload).order_by(RecordEntry.id))
        return [(row.id, row.payload) for row in rows]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A year of retention, so that its end can come."""
    return replace(settings, retention_years=1)


@pytest.fixture
def place(app: Flask, session: Session) -> Place:
    words = f"Mrs Canary {os.urandom(8).hex()} told me of her illness"
    with writing(session):
        group = make_group(session, ("Croydon", "Kingston", "Merton", "Richmond"))
        assert group.director is not None
        session.add(
            RoleHolding(
                person_id=group.director.id,
                role=Role.ORGANISATION_ADMINISTRATOR.value,
                organisation_id=group.host.id,
                starts=BEGAN,
            )
        )
        own = (group.host.id, group.host.name, "document", 1)
        acts = [
            Act(tag, group.doer("Croydon"), *own, {"text": text, "title": "Standards", "body": "Croydon"})
            for tag, text in ((Tag.MEETING_SET, "One"), (Tag.COMMENT_MADE, words), (Tag.COMMENT_MADE, "Three"))
        ]
        number = append(session, acts, NOW)[1]
    return Place(app, session, group, number, words)


def test_it_asks_first_and_nothing_goes_where_the_answer_is_no(place: Place) -> None:
    before = place.entries()
    for answer in ("n\n", "\n", None):
        asked = place.destroy(answer=answer)
        assert asked.exit_code == 1
        assert f"Entry {place.entry} of the record of NHS Croydon CCG, 5 November 2015:" in asked.output
        assert (
            "Asked for by Director of the programme, confirmed by Secretary of Croydon: A person asked" in asked.output
        )
        assert "Destroy what it says, for good? [y/N]:" in asked.output
        assert f"  text: {place.words}" in asked.output
        assert "Aborted!" in asked.output
    assert place.entries() == before


@pytest.mark.parametrize(("more", "answer"), [((), "y\n"), (("--yes",), None)])
def test_the_text_goes_and_the_rest_of_the_record_verifies(
    place: Place, tmp_path: Path, more: tuple[str, ...], answer: str | None
) -> None:
    kept = tmp_path / "kept.txt"
    assert place.run("checkpoint", kept).exit_code == 0
    before = dict(place.entries())
    done = place.destroy(*WHY, *WHO, *more, answer=answer)
    assert done.exit_code == 0, done.output
    assert ("for good?" in done.output) == (answer is not None)
    after = dict(place.entries())
    asked, declaring = sorted(after.keys() - before.keys())
    assert f"What entry {place.entry} said is destroyed; entry {declaring} says so." in done.output
    assert after == {**before, place.entry: None, asked: after[asked], declaring: after[declaring]}
    for number, who in ((asked, "Director of the programme"), (declaring, "Secretary of Croydon")):
        entry = place.session.get_one(RecordEntry, number)
        assert (entry.actor_name, entry.capacity.endswith("by the operator at a terminal")) == (who, True)
    verified = place.run("verify", "--checkpoint", kept)
    assert verified.exit_code == 0, verified.output
    assert "and agrees with 1 checkpoints kept outside" in verified.output
    listed = place.run("destroyed").output
    assert f"Entry {place.entry}, NHS Croydon CCG: destroyed on 5 November 2015 by Secretary of Croydon" in listed
    assert "under UK GDPR, article 17. A person asked for the erasure of their data. She asked for it." in listed

    log, proof = tmp_path / "log.jsonl", tmp_path / "proof.json"
    assert place.run("export", "T00", log).exit_code == 0
    assert place.run("prove", place.entry + 1, proof).exit_code == 0
    assert "is destroyed" in place.run("prove", place.entry, tmp_path / "no.json").output
    assert place.words not in log.read_text()
    checked = [sys.executable, "-I", str(ROOT / "verify_record.py")]
    for file, words in ((log, ("--checkpoint", str(kept))), (proof, ())):
        told = subprocess.run([*checked, str(file), *words], capture_output=True, text=True, encoding="utf-8")
        assert told.returncode == 0, told.stdout
    again = place.destroy("--yes", *WHY, *WHO)
    assert (again.exit_code, "The text of this entry is destroyed already." in again.output) == (1, True)


OTHERS = "There is no such organisation, entry or person, or its text is gone."


@pytest.mark.parametrize("more", [(), ("--yes",)], ids=["asked", "not asked"])
@pytest.mark.parametrize(
    ("asks", "confirms", "why"),
    [
        ("croydon-secretary", "director", "Only Croydon’s own administrator may ask for the destruction"),
        ("director", "director", "Whoever asked for the destruction cannot confirm it"),
        ("director", "croydon-chair", "Only another administrator of Croydon, or its board secretary, may confirm"),
        ("director", "merton-secretary", OTHERS),
        ("director", "nobody", OTHERS),
        ("merton-secretary", "croydon-secretary", OTHERS),
    ],
)
def test_two_of_its_own_people_who_may_do_it_and_nobody_else(
    place: Place, asks: str, confirms: str, why: str, more: tuple[str, ...]
) -> None:
    before = place.entries()
    refused = place.destroy(*WHY, "--asked-by", asks, "--confirmed-by", confirms, *more, answer="y\n")
    assert refused.exit_code == 1
    assert why in refused.output, refused.output
    assert "for good?" not in refused.output
    assert place.entries() == before


def blank(place: Place) -> tuple[int, str, tuple[str, ...], str]:
    return place.entry, "T00", ("--under", " "), "What cannot be undone needs under what it is destroyed"


def not_words_of_one(place: Place) -> tuple[int, str, tuple[str, ...], str]:
    return place.entry - 1, "T00", (), "What was done is kept for one year, so until 5 November 2016."


def of_another(place: Place) -> tuple[int, str, tuple[str, ...], str]:
    return place.entry, "T02", (), OTHERS


def not_there(place: Place) -> tuple[int, str, tuple[str, ...], str]:
    return 99_999, "T00", (), OTHERS


def of_a_case(place: Place) -> tuple[int, str, tuple[str, ...], str]:
    with writing(place.session):
        case = open_case(place.session, place.group, NOW)
    query = sa.select(RecordEntry.id).where(RecordEntry.thing_kind == "case", RecordEntry.thing_id == case.id)
    number = place.session.scalars(query.order_by(RecordEntry.id)).first() or 0
    return number, "T00", (), "what the case “Out-of-hospital standards standards” is about and what came of it"


def of_the_record(place: Place) -> tuple[int, str, tuple[str, ...], str]:
    with writing(place.session):
        own = (place.group.host.id, place.group.host.name, "log", None)
        [number] = append(
            place.session, [Act(Tag.CHECKPOINT_WITNESSED, place.group.doer("Croydon"), *own, {"witnessed": []})], NOW
        )
    return number, "T00", (), "The record itself rests on this entry"


@pytest.mark.parametrize("more", [(), ("--yes",)], ids=["asked", "not asked"])
@pytest.mark.parametrize("what", [blank, not_words_of_one, of_another, not_there, of_a_case, of_the_record])
def test_what_may_not_be_destroyed_stays_and_it_is_said_why(
    place: Place, what: Callable[[Place], tuple[int, str, tuple[str, ...], str]], more: tuple[str, ...]
) -> None:
    number, organisation, changed, why = what(place)
    before = place.entries()
    refused = place.run("destroy", organisation, number, *WHY, *WHO, *changed, *more, answer="y\n")
    assert refused.exit_code == 1
    assert why in refused.output, refused.output
    assert place.entries() == before
    assert audit.verify(place.session)[1] == []


def bytes_of(url: str, words: str, request: pytest.FixtureRequest) -> int:
    """How many of the database's files hold these words."""
    if url.startswith("sqlite"):
        files = list(Path(url.removeprefix("sqlite:///")).parent.glob("concord.sqlite*"))
    else:
        cluster: Postgres = request.getfixturevalue("cluster")
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("CHECKPOINT"))  # what is in memory goes into the files
        files = [path for path in (cluster.data / "base").rglob("*") if path.is_file()]
    assert files
    return sum(words.encode() in path.read_bytes() for path in files)


def test_not_a_byte_of_it_is_left_in_the_files_once_they_are_cleaned(
    place: Place, engine_url: str, clock: SettableClock, request: pytest.FixtureRequest
) -> None:
    """Of a comment, and of a decision, whose reason stands in a sentence of its case too."""
    session, reason = place.session, f"Because of {os.urandom(8).hex()}."
    with writing(session):
        case = open_case(session, place.group, NOW)
        put_to_decision(session, place.group, case, NOW)
        number = answer_for_england(session, place.group, case, NOW, AnswerFact("not_agree", reason=reason))
        assert place.group.director is not None and place.group.officer is not None
        for person, role in (
            (place.group.director, Role.ORGANISATION_ADMINISTRATOR),
            (place.group.officer, Role.SECRETARY),
        ):
            england = place.group.bodies["NHS England"].organisation_id
            session.add(RoleHolding(person_id=person.id, role=role.value, organisation_id=england, starts=BEGAN))
        service.withdraw(session, case_id=case.id, reason="Over.", doer=place.group.doer("Croydon"), now=NOW)
    assert reason in " ".join(session.scalars(sa.select(PartyState.sentence)))
    session.rollback()
    with place.app.app_context():
        assert min(bytes_of(engine_url, words, request) for words in (place.words, reason)) > 0
    clock.now = NOW.replace(year=2017)
    over = ("--ground", "retention", "--under", "the schedule", "--reason", "Its time is over.")
    people = ("--asked-by", "director", "--confirmed-by", "officer")
    assert place.destroy("--yes", *WHY, *WHO).exit_code == 0
    done = place.run("destroy", "X24", number, *over, *people, "--yes")
    assert done.exit_code == 0, done.output
    assert reason not in " ".join(session.scalars(sa.select(PartyState.sentence)))
    session.rollback()
    with place.app.app_context():
        cleaned = place.run("clean")
        assert cleaned.exit_code == 0, cleaned.output
        assert "The files are written anew." in cleaned.output
        assert (bytes_of(engine_url, place.words, request), bytes_of(engine_url, reason, request)) == (0, 0)
    assert audit.verify(session)[1] == []
