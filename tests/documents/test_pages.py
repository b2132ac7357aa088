"""The pages of documents: the exact text, its hash, two versions side by side, and asking the bodies to agree."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import writing
from app.documents import service
from app.documents.hashing import ClauseDraft
from app.documents.queries import version
from app.people.models import DecidingBody
from tests.programme.swl import NOW, World, signed_in, south_west_london

CLAUSES = [
    ClauseDraft("access", "1", "Access", "Seen within <script>two</script> days."),
    ClauseDraft("plans", "2", "Plans", "Each has a plan.\nAnd a name."),
    ClauseDraft("old", "3", "Old", "To be dropped."),
]
LATER = [
    CLAUSES[1],
    ClauseDraft("access", "2", "Access", "Seen within one day."),
    ClauseDraft("new", "3", "New", "سلام 👩‍⚕️"),
]


@pytest.fixture
def world(session: Session) -> World:
    world = south_west_london(session)
    doer = world.doer("manager")
    with writing(session):
        document = service.write_document(
            session,
            code="ooh",
            collaborative_id=world.collaborative,
            title="Standards",
            summary="Care out of hospital.",
            demonstration=True,
        )
        for label, clauses in (("1", CLAUSES), ("2", LATER)):
            written = service.write_version(
                session,
                document,
                label=label,
                title=f"Standards {label}",
                note="",
                dated=date(2015, 9, 1),
                clauses=clauses,
                doer=doer,
                now=NOW,
            )
            if label == "1":
                service.issue_version(session, written, doer, NOW)
    return world


def test_a_document_and_its_versions_are_shown_as_demonstration_content(
    client: FlaskClient, session: Session, world: World
) -> None:
    reader = signed_in(client, session, world, "reader")
    for path in ("/documents", "/documents/ooh", "/documents/ooh/versions/1", "/documents/ooh/compare"):
        page = reader.get(path)
        assert page.status_code == 200
        assert "Demonstration content" in page.text
    assert "1 document" in reader.get("/documents").text
    assert "No document has these words" in reader.get("/documents?q=unheard-of").text
    assert reader.get("/documents?as=csv").mimetype == "text/csv"


def test_a_version_shows_its_exact_text_and_hash(client: FlaskClient, session: Session, world: World) -> None:
    reader = signed_in(client, session, world, "reader")
    page = reader.get("/documents/ooh/versions/1").text
    assert "Seen within &lt;script&gt;two&lt;/script&gt; days." in page
    assert "it never changes again" in page
    assert "Ask the bodies to agree it" not in page
    draft = reader.get("/documents/ooh/versions/2").text
    assert "سلام 👩‍⚕️" in draft
    assert "Its text can still change" in draft or "its text can still change" in draft
    assert reader.get("/documents/ooh/versions/3").status_code == 404


def test_two_versions_stand_side_by_side(client: FlaskClient, session: Session, world: World) -> None:
    reader = signed_in(client, session, world, "reader")
    page = reader.get("/documents/ooh/compare?from=1&to=2").text
    assert "1 clause changed, 1 added, 1 removed, 1 moved, 0 the same." in page
    assert "<del>" in page
    assert "<ins>" in page
    assert "[added: " in page
    assert "<script>two" not in page


def test_versions_that_cannot_be_compared_are_said_beside_the_field(
    client: FlaskClient, session: Session, world: World
) -> None:
    reader = signed_in(client, session, world, "reader")
    same = reader.get("/documents/ooh/compare?from=1&to=1")
    assert same.status_code == 422
    assert "Choose two different versions" in same.text
    unknown = reader.get("/documents/ooh/compare?from=9&to=1")
    assert unknown.status_code == 422
    assert "There is no version “9”" in unknown.text


def test_another_collaborative_finds_no_document(client: FlaskClient, session: Session, world: World) -> None:
    stranger = signed_in(client, session, world, "stranger")
    for path in (
        "/documents/ooh",
        "/documents/ooh/versions/1",
        "/documents/ooh/compare",
        "/documents/ooh/versions/1/case",
    ):
        assert stranger.get(path).status_code == 404
    assert "Standards" not in stranger.get("/documents").text


def test_only_the_programme_office_asks_the_bodies(client: FlaskClient, session: Session, world: World) -> None:
    path = "/documents/ooh/versions/1/case"
    assert signed_in(client, session, world, "reader").get(path).status_code == 403
    director = signed_in(client, session, world, "director")
    assert "Ask the bodies to agree it" in director.get("/documents/ooh/versions/1").text
    page = director.get(path).text
    assert page.count(' type="checkbox" value="') == page.count(' value="croydon" checked') * 3 == 3
    refused = director.post(path, {"title": "Standards"})
    assert refused.status_code == 422
    assert "Choose at least one body" in refused.text
    draft = director.get("/documents/ooh/versions/2/case").text
    assert "This version is a draft and can still change" in draft


def test_the_bodies_are_asked_by_a_route_that_asks_them_all(
    client: FlaskClient, session: Session, world: World
) -> None:
    path = "/documents/ooh/versions/1/case"
    director = signed_in(client, session, world, "director")
    page = director.get(path).text
    assert "Acceptance of a deliverable, version 3" in page
    assert "Review against what was asked for, then Acceptance by each body" in page
    assert "standards:4" in page and "standards:3" not in page and "pack-release" not in page
    assert "Not with the bodies chosen: “Eligibility” asks nobody: none of the parties is a board." in page
    asked = {"title": "Standards", "bodies": ["croydon", "nhs-england"]}
    wrong = director.post(path, {**asked, "route": "expression-of-interest:2"})
    assert wrong.status_code == 422
    assert "“Eligibility” asks nobody: none of the parties is a board. Needed: a party of one of those" in wrong.text
    assert ' value="croydon" checked' in wrong.text and ' value="wandsworth" checked' not in wrong.text
    asked["bodies"] = ["croydon", "nhs-england", "wandsworth"]
    opened = director.post(path, {**asked, "route": "deliverable-acceptance:3"})
    assert opened.status_code == 303
    assert "Acceptance of a deliverable, version 3</a>" in director.get(opened.location).text


def test_a_version_says_who_was_asked_about_it_and_where_each_stands(
    client: FlaskClient, session: Session, world: World
) -> None:
    host = session.get_one(DecidingBody, world.bodies["wandsworth"]).organisation_id
    session.add(
        DecidingBody(
            code="fourth",
            organisation_id=host,
            kind="board",
            name="Fourth body",
            short_name="Fourth",
            opened=date(2013, 4, 1),
        )
    )
    session.commit()
    director = signed_in(client, session, world, "director")
    four = ["croydon", "fourth", "nhs-england", "wandsworth"]
    offered = director.get("/documents/ooh/versions/1/case").text
    ticked = re.findall(r'name="bodies" type="checkbox" value="([^"]+)" checked', offered)
    assert (sorted(ticked), 'value="fourth"' in offered) == (["croydon", "nhs-england", "wandsworth"], True)
    refused = director.post("/documents/ooh/versions/1/case", {"title": "Standards", "bodies": four})
    assert refused.status_code == 422
    assert "never asks Fourth" in refused.text
    session.rollback()
    session.query(DecidingBody).filter_by(code="fourth").one().kind = "governing_body"
    session.commit()
    opened = director.post("/documents/ooh/versions/1/case", {"title": "The standards", "bodies": four})
    assert opened.status_code == 303
    page = director.get("/documents/ooh/versions/1").text
    assert "The standards" in page
    assert "Croydon" in page
    assert "No body has been asked about this version" in director.get("/documents/ooh/versions/2").text
    assert "The bodies are asked about this very version now" in director.get("/documents/ooh/versions/1/case").text
    with writing(session):
        service.issue_version(session, version(session, "ooh", "2"), world.doer("manager"), NOW)
    assert "Open the round" in director.get("/documents/ooh/versions/2/case").text
