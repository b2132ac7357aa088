"""The page on which it is ruled what a new version changes, and what follows for the bodies that agreed before."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.db import writing
from app.documents import queries as documents
from app.documents import service as documents_service
from app.documents.hashing import ClauseDraft
from app.people.models import DecidingBody, RoleHolding
from app.permissions import Refused, Stale
from app.programme import service
from app.programme.ruling import Said, to_rule_on
from app.signoff import queries as signoff
from app.signoff.amending import as_text, from_text
from app.signoff.service import answer_as_officer
from tests.programme.swl import NOW, SINCE, Visitor, World, signed_in, south_west_london
from tests.programme.test_asking import more_bodies
from workflows.facts import Amendment, AnswerFact

LATER = NOW + timedelta(days=1)
SERVICE = Doer(None, "Concord", "in a test")
PAGE = "/documents/ooh/versions/3/ruling"
CLAUSES = {
    "1": [("aims", "1", "Aims", "One."), ("old", "2", "Old", "To go."), ("plans", "3", "Plans", "A plan each.")],
    "2": [("aims", "1", "Aims", "One."), ("old", "2", "Old", "To go."), ("plans", "3", "Plans", "A plan for each.")],
    "3": [
        ("aims", "1", "Aims", "One and two."),
        ("new", "2", "New", "Weekends too."),
        ("plans", "3", "Plans", "A plan for each."),
    ],
}


@pytest.fixture
def world(session: Session) -> World:
    """NHS England has agreed version 2; version 3 is issued, and nobody is asked about it yet."""
    world = asked(session)
    case = signoff.case_by_code(session, "ooh-v1")
    with writing(session):
        _answer(session, case.id, world.bodies["nhs england"], "agree", "officer")
    _issue(session, world, "3")
    return world


def asked(session: Session) -> World:
    """Version 2 is put to the bodies, which have responded to version 1."""
    world = south_west_london(session)
    more = more_bodies(session, world)
    for label in ("1", "2"):
        _issue(session, world, label)
    with writing(session):
        first = documents.version(session, "ooh", "1")
        case = service.open_case_on(session, first, doer=world.doer("director"), now=NOW)
        for body_id in (*more, world.bodies["croydon"], world.bodies["wandsworth"]):
            _answer(session, case.id, body_id, "respond", "secretary")
        second = documents.version(session, "ooh", "2")
        service.open_round_on(session, second, world.doer("director"), NOW)
    return world


def _issue(session: Session, world: World, label: str) -> None:
    with writing(session):
        document = documents_service.write_document(
            session, code="ooh", collaborative_id=world.collaborative, title="Standards", summary=""
        )
        version = documents_service.write_version(
            session,
            document,
            label=label,
            title="Standards",
            note="",
            dated=date(2015, 9, 1),
            clauses=[ClauseDraft(*clause) for clause in CLAUSES[label]],
            doer=SERVICE,
            now=NOW,
        )
        documents_service.issue_version(session, version, SERVICE, NOW)


def _answer(session: Session, case_id: int, body_id: int, answer: str, role: str, token: str = "") -> None:
    case = signoff.case_by_code(session, "ooh-v1")
    asked = next(body for body in signoff.parties_of(session, case_id) if body.id == body_id)
    answer_as_officer(
        session,
        case_id=case_id,
        body_id=body_id,
        answer=AnswerFact("agree") if answer == "agree" else AnswerFact("respond", comments="None."),
        seen=signoff.seen_for(session, case, asked),
        token=token or f"{answer}-{body_id}",
        doer=SERVICE,
        now=NOW,
        role=role,
    )


FILLED = {
    "ruling_1": "editorial",
    "reason_1": "Only said more clearly.",
    "ruling_2": "editorial",
    "reason_2": "It was said twice.",
    "reason_3": "It is new.",
}


def test_a_version_is_not_put_to_bodies_that_agreed_before_it_is_ruled_on(session: Session, world: World) -> None:
    third = documents.version(session, "ooh", "3")
    found = to_rule_on(session, third, LATER)
    assert found is not None
    assert found.agreed == "NHS England (version 2)"
    assert [(change.code, change.how) for change in found.changes] == [
        ("aims", "reworded"),
        ("old", "removed"),
        ("new", "added"),
    ]
    with pytest.raises(Refused, match="has to be ruled on first"), writing(session):
        service.open_round_on(session, third, world.doer("director"), LATER)
    with pytest.raises(Refused, match="Nothing is ruled on clause 1 yet"), writing(session):
        service.open_round_on(session, third, world.doer("director"), LATER, Said(found.old.hash or "", {}))
    with pytest.raises(Stale, match="Nothing was ruled or asked"), writing(session):
        service.open_round_on(session, third, world.doer("director"), LATER, Said("another", {}))


def test_the_page_shows_each_change_and_what_follows_before_it_is_recorded(
    client: FlaskClient, session: Session, world: World
) -> None:
    visitor = signed_in(client, session, world, "manager")
    offered = visitor.get("/documents/ooh/versions/3/case").text
    assert "Rule on what has changed" in offered
    assert "Open the round" not in offered
    page = visitor.get(PAGE).text
    assert "3 clauses changed" in page
    assert "nobody has signed it, so no agreement can carry over to it" in page
    assert 'name="ruling_3"' not in page
    beside = documents.version(session, "ooh", "2").hash or ""
    empty = visitor.post(PAGE, {"beside": beside})
    assert empty.status_code == 422
    assert "Clause 1, Aims: choose editorial or material" in empty.text
    checked = visitor.post(PAGE, {**FILLED, "beside": beside, "step": "check"})
    assert checked.status_code == 200
    assert "on version 3 it is asked to re-affirm only clause 2" in checked.text
    assert "Only said more clearly." in checked.text
    session.rollback()
    assert len(signoff.case_by_code(session, "ooh-v1").rounds) == 2


def test_what_was_ruled_stands_with_its_name_and_reasons_wherever_it_is_read(
    client: FlaskClient, session: Session, world: World
) -> None:
    visitor = signed_in(client, session, world, "manager")
    beside = documents.version(session, "ooh", "2").hash or ""
    sent = visitor.post(PAGE, {**FILLED, "beside": beside})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-offs/ooh-v1")
    case = visitor.get("/sign-offs/ooh-v1").text
    assert "Rulings on what changed" in case
    assert "Only said more clearly." in case
    assert "Manager ruled on what changes from version 2 to version 3: material: clause 2; editorial: clause 1" in case
    body = visitor.get("/sign-offs/ooh-v1/nhs-england").text
    assert "Asked of NHS England: to re-affirm 1 clause only" in body
    compared = visitor.get("/documents/ooh/compare?from=2&to=3").text
    assert "It was said twice. Manager, 5 November 2015" in " ".join(compared.split())
    again = visitor.post(PAGE, {**FILLED, "beside": beside}, page="/documents/ooh/versions/2")
    assert "There is nothing to rule on" in again.text
    assert "Manager" in visitor.get("/").text


def test_only_the_programme_office_rules(client: FlaskClient, session: Session, world: World) -> None:
    assert signed_in(client, session, world, "croydon secretary").get(PAGE).status_code == 403
    assert signed_in(client, session, world, "stranger").get(PAGE).status_code == 404


AGAIN = "/sign-offs/ooh-v1/ruling"


def test_a_ruling_is_made_again_until_a_body_has_acted_on_it(
    client: FlaskClient, session: Session, world: World
) -> None:
    director = signed_in(client, session, world, "director")
    fields = director.hidden(director.get(PAGE).text)
    assert client.post(PAGE, data={**fields, **FILLED}).status_code == 303
    assert AGAIN in client.get("/sign-offs/ooh-v1").text
    page = client.get(AGAIN).text
    assert "Only said more clearly." in page
    other = {**director.hidden(page), **FILLED, "ruling_1": "material", "reason_1": "It adds a promise."}
    assert client.post(AGAIN, data=other).status_code == 422
    same = client.post(AGAIN, data={**director.hidden(page), **FILLED, "again": "To be sure."})
    assert same.status_code == 422 and "That is what was ruled already." in same.text
    other["again"] = "The clinical leads read it otherwise."
    seen = client.post(AGAIN, data={**other, "step": "check"}).text
    assert "re-affirm only clauses 1 and 2" in seen and "nothing recorded yet" in seen
    assert client.post(AGAIN, data=other).status_code == 303
    stale = client.post(AGAIN, data=other)
    assert stale.status_code == 409 and "It was ruled on again since this page was shown." in stale.text
    case = client.get("/sign-offs/ooh-v1").text
    assert "ruled again on what changes" in case and "The clinical leads read it otherwise." in case
    assert "re-affirm only clauses 1 and 2" in case
    session.rollback()
    with writing(session):
        case_id = signoff.case_by_code(session, "ooh-v1").id
        _answer(session, case_id, world.bodies["nhs england"], "agree", "officer", "again")
    settled = client.get(AGAIN)
    assert settled.status_code == 200
    assert "has decided on what it was asked to re-affirm" in settled.text or "is closed" in settled.text


ANSWER = "/sign-offs/ooh-v1/nhs-england/answer"


def officer_before_the_answer(client: FlaskClient, session: Session) -> tuple[World, Visitor]:
    """Version 2 is put to the bodies, and the director is also the officer of NHS England."""
    world = asked(session)
    body = session.get_one(DecidingBody, world.bodies["nhs england"])
    officer = RoleHolding(
        person_id=world.people["director"], role="officer", organisation_id=body.organisation_id, starts=SINCE
    )
    session.add(officer)
    session.commit()
    return world, signed_in(client, session, world, "director")


def test_there_is_room_to_amend_each_clause_of_the_version_and_what_was_typed_stands_there_again(
    client: FlaskClient, session: Session
) -> None:
    _, visitor = officer_before_the_answer(client, session)
    fresh = visitor.get(ANSWER).text
    assert [f'name="amended_text_{row}"' in fresh for row in range(1, 5)] == [True, True, True, False]
    assert fresh.index("Amend further clauses") < fresh.index('name="amended_text_2"')
    each = {"aims": "Two.", "old": "To stay.", "plans": "A plan for all."}
    filled = {**visitor.hidden(fresh), "answer": "agree_as_amended"}
    for row, (clause, text) in enumerate(each.items(), start=1):
        filled |= {f"amended_clause_{row}": clause, f"amended_text_{row}": text}
    refused = visitor.post(ANSWER, filled)
    assert refused.status_code == 422 and "Amend further clauses" not in refused.text
    assert all(text in refused.text for text in each.values())
    sent = visitor.post(ANSWER, {**filled, "reason": "None of them is enough."})
    page = visitor.get(sent.headers["Location"]).text
    assert [f"Clause {number} as amended" in page for number in (1, 2, 3)] == [True] * 3


def test_what_a_body_amended_becomes_a_version_and_its_agreement_goes_on_to_that(
    client: FlaskClient, session: Session
) -> None:
    world, visitor = officer_before_the_answer(client, session)
    body = session.get_one(DecidingBody, world.bodies["nhs england"])
    filled = {
        **visitor.hidden(visitor.get(ANSWER).text),
        "answer": "agree_as_amended",
        "reason": "One is not enough.",
        "amended_clause_1": "aims",
    }
    empty = visitor.post(ANSWER, filled)
    assert empty.status_code == 403 or empty.status_code == 422
    assert "Missing: the text as amended." in empty.text
    same = visitor.post(ANSWER, {**filled, "amended_text_1": " One.\r\n"})
    assert "Clause 1 reads so already." in same.text
    sent = visitor.post(ANSWER, {**filled, "amended_text_1": "One and two.\r\n"})
    assert sent.status_code == 303, sent.text
    assert "Clause 1 as amended" in visitor.get(sent.headers["Location"]).text
    page = visitor.get("/sign-offs/ooh-v1/nhs-england").text
    assert "NHS England agreed version 2 as amended in clause 1 on" in page
    assert "One and two." in page and "Agreed as amended" in page
    assert "can no longer be completed on version 2" in visitor.get("/sign-offs/ooh-v1").text
    assert "As amended by NHS England" in visitor.get("/documents/ooh/versions/new").text
    _issue(session, world, "3")
    beside = documents.version(session, "ooh", "2").hash or ""
    ruled = {**FILLED, "ruling_1": "material", "ruling_2": "material", "beside": beside}
    assert visitor.post(PAGE, ruled).headers["Location"] == "/sign-offs/ooh-v1"
    session.rollback()
    standing = signoff.standing_of(session, signoff.case_by_code(session, "ooh-v1"), LATER)
    england = standing.party(body.id)
    assert england is not None and england.agreement is not None
    assert [change.code for change in england.agreement.asked] == ["old", "new"], "and not what it amended itself"


@pytest.mark.parametrize(
    ("amendments", "why"),
    [
        ([Amendment("nothing", "Two.")], "version 2 has no clause “nothing”."),
        ([Amendment("aims", "Two."), Amendment("aims", "Three.")], "There are two amendments of clause 1."),
    ],
)
def test_an_amendment_is_of_one_clause_that_there_is(
    session: Session, amendments: Sequence[Amendment], why: str
) -> None:
    world = asked(session)
    case = signoff.case_by_code(session, "ooh-v1")
    england = session.get_one(DecidingBody, world.bodies["nhs england"])
    with pytest.raises(Refused, match=why), writing(session):
        answer_as_officer(
            session,
            case_id=case.id,
            body_id=england.id,
            answer=AnswerFact("agree_as_amended", reason="So.", amendments=tuple(amendments)),
            seen=signoff.seen_for(session, case, england),
            token="amends",
            doer=SERVICE,
            now=NOW,
            role="officer",
        )


def test_amendments_come_back_from_a_file_as_they_went_into_it() -> None:
    said = [{"clause": "aims", "number": "1", "text": "One.\n\n“Two”, and três.", "hash": "0"}]
    assert from_text(as_text(said)) == (Amendment("aims", "One.\n\n“Two”, and três."),)
    assert (as_text([]), from_text(None)) == (None, ())
    for wrong in ("One.", '{"clause": "aims"}', '[{"clause": "aims"}]', '["aims"]'):
        with pytest.raises(Refused, match="not a list of clauses"):
            from_text(wrong)
