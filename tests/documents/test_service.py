"""Versions are written as drafts, issued once, and never change again."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.documents import queries, service
from app.documents.hashing import ClauseDraft, version_hash
from app.documents.models import Clause, Document
from app.permissions import Missing, Refused
from tests.programme.swl import NOW, World, south_west_london

ACCESS = ClauseDraft("access", "1", "Access", "Everyone is seen within two days.")
PLANS = ClauseDraft("plans", "2", "Plans", "Everyone with three conditions has a plan.")


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


@pytest.fixture
def document(session: Session, world: World) -> Document:
    with writing(session):
        return service.write_document(
            session,
            code="standards",
            collaborative_id=world.collaborative,
            title="Principles and standards",
            summary="What care out of hospital is to be like.",
        )


def draft(session: Session, world: World, document: Document, label: str, *clauses: ClauseDraft) -> None:
    with writing(session):
        service.write_version(
            session,
            document,
            label=label,
            title="Principles and standards",
            note="For response.",
            dated=date(2015, 7, 1),
            clauses=clauses,
            doer=world.doer("manager"),
            now=NOW,
        )


def issue(session: Session, world: World, label: str) -> None:
    with writing(session):
        service.issue_version(session, queries.version(session, "standards", label), world.doer("manager"), NOW)


def test_a_clause_keeps_its_identity_from_version_to_version(
    session: Session, world: World, document: Document
) -> None:
    draft(session, world, document, "1", ACCESS, PLANS)
    draft(session, world, document, "2", PLANS, ACCESS, ClauseDraft("aims", "3", "Aims", "Why."))
    assert session.scalar(sa.select(sa.func.count()).select_from(Clause)) == 3
    first, second = queries.version(session, "standards", "1"), queries.version(session, "standards", "2")
    assert first.clauses[0].clause_id == second.clauses[1].clause_id
    assert first.clauses[0].text_hash == second.clauses[1].text_hash


def test_a_draft_can_be_written_again(session: Session, world: World, document: Document) -> None:
    draft(session, world, document, "1", ACCESS, PLANS)
    draft(session, world, document, "1", PLANS)
    assert [c.clause.code for c in queries.version(session, "standards", "1").clauses] == ["plans"]


def test_issuing_sets_the_hash_and_is_on_record_once(session: Session, world: World, document: Document) -> None:
    draft(session, world, document, "1", ACCESS, PLANS)
    issue(session, world, "1")
    issue(session, world, "1")
    found = queries.version(session, "standards", "1")
    assert found.issued_at == NOW
    assert found.hash == version_hash([ACCESS, PLANS]) == version_hash(queries.drafts_of(session, found.id))
    entries = session.scalars(sa.select(RecordEntry)).all()
    assert [(e.tag, (e.payload or {})["hash"]) for e in entries] == [("document.version-issued", found.hash)]


def test_an_issued_version_never_changes(session: Session, world: World, document: Document) -> None:
    draft(session, world, document, "1", ACCESS)
    issue(session, world, "1")
    with pytest.raises(Refused, match="was issued on 5 November 2015: an issued version never changes"):
        draft(session, world, document, "1", PLANS)
    assert [c.clause.code for c in queries.version(session, "standards", "1").clauses] == ["access"]


def test_a_version_without_clauses_is_not_issued(session: Session, world: World, document: Document) -> None:
    draft(session, world, document, "1")
    with pytest.raises(Refused, match="has no clauses"):
        issue(session, world, "1")


@pytest.mark.parametrize(
    ("clauses", "sentence"),
    [
        ([ACCESS, ClauseDraft("access", "2", "", "Again")], "Clause 2 has the code “access”, and so has clause 1"),
        ([ClauseDraft("", "1", "", "Text")], "no usable code"),
        ([ClauseDraft("a", "1", "", " \n")], "Clause 1 has no text"),
        ([ClauseDraft("a", "1", "", "x" * 200_001)], "200,001 characters; a clause can have 200,000"),
        ([ClauseDraft("a", "1", "", "x\x00y")], "NUL"),
    ],
)
def test_clauses_that_could_not_stand_are_refused_by_name(
    session: Session, world: World, document: Document, clauses: list[ClauseDraft], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        draft(session, world, document, "1", *clauses)
    with pytest.raises(Missing):
        queries.version(session, "standards", "1")


def test_a_clause_of_a_hundred_thousand_characters_is_kept_as_it_is(
    session: Session, world: World, document: Document
) -> None:
    text = "سلام 👩‍⚕️ " + "word " * 20_000
    draft(session, world, document, "1", ClauseDraft("long", "1", "Long", text))
    assert queries.version(session, "standards", "1").clauses[0].text == text


def test_the_list_shows_the_newest_issued_version(session: Session, world: World, document: Document) -> None:
    draft(session, world, document, "1", ACCESS)
    issue(session, world, "1")
    draft(session, world, document, "2", PLANS)
    (row,) = queries.documents(session, {world.collaborative})
    assert (row.versions, row.label, row.issued_at) == (2, "1", NOW)
    assert queries.documents(session, set()) == []
    assert queries.documents(session, {world.collaborative}, "HOSPITAL care") == [row]
    assert queries.documents(session, {world.collaborative}, "100%") == []
