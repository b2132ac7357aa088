"""Comments on the clauses of a draft: who writes them and when, what became of each, and where that is read."""

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.documents import queries as documents
from app.documents import service as documents_service
from app.documents.comments import answer_comment, comments_led_to, comments_on
from app.documents.hashing import ClauseDraft
from app.documents.models import DocumentVersion
from app.people.models import DecidingBody
from app.permissions import Refused, Stale
from app.programme import service
from app.programme.commenting import comment_for
from app.record import service as destruction
from tests.programme.swl import NOW, World, signed_in, south_west_london
from tests.programme.test_asking import more_bodies

LATER = NOW + timedelta(days=1)
PAGE = "/documents/ooh/versions/1/comments"


@pytest.fixture
def world(session: Session) -> World:
    """The bodies are asked for their response to version 1; version 2 is a draft yet."""
    world = south_west_london(session)
    more_bodies(session, world)
    doer = world.doer("manager")
    with writing(session):
        document = documents_service.write_document(
            session, code="ooh", collaborative_id=world.collaborative, title="Standards", summary=""
        )
        for label, second in (("1", "A plan."), ("2", "A plan for each.")):
            written = documents_service.write_version(
                session,
                document,
                label=label,
                title="Standards",
                note="",
                dated=date(2015, 9, 1),
                clauses=[ClauseDraft("aims", "1", "Aims", "One."), ClauseDraft("plans", "2", "Plans", second)],
                doer=doer,
                now=NOW,
            )
            if label == "1":
                documents_service.issue_version(session, written, doer, NOW)
        first = documents.version(session, "ooh", "1")
        service.open_case_on(session, first, doer=world.doer("director"), now=NOW)
    return world


def commented(session: Session, world: World, text: str = "Who writes it?", clause: str = "plans") -> int:
    with writing(session):
        body = session.get_one(DecidingBody, world.bodies["croydon"])
        first = documents.version(session, "ooh", "1")
        doer = world.doer("croydon secretary")
        return comment_for(session, first, clause, body, kind="question", text=text, doer=doer, now=NOW).id


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_the_words_of_a_comment_go_from_its_page_too_when_they_are_destroyed_on_record(
    session: Session, world: World
) -> None:
    commented(session, world, "Mrs Canary told me of her illness")
    commented(session, world, "Who pays for it?")
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "comment.made")).first()
    assert entry is not None
    of = (entry.organisation_id, entry.id)
    why = "She asked for it."
    with writing(session):
        asked = destruction.ask(
            session,
            *of,
            ground="request",
            under="UK GDPR, article 17",
            reason=why,
            doer=world.doer("director"),
            now=NOW,
            years=20,
        )
        destruction.confirm(session, *of, asked=asked, doer=world.doer("croydon secretary"), now=NOW, years=20)
    first = documents.version(session, "ooh", "1")
    texts = [one.text for one in comments_on(session, first.id)]
    assert texts == ["(Destroyed on record, UK GDPR, article 17.)", "Who pays for it?"]


def test_a_comment_is_answered_and_found_from_the_clause_it_led_to(session: Session, world: World) -> None:
    comment_id = commented(session, world)
    doer = world.doer("director")
    with writing(session):
        answered = answer_comment(
            session, comment_id, outcome="in_part", answer="It is.", landed="plans", seen=None, doer=doer, now=LATER
        )
        assert (answered.outcome, answered.answered_by) == ("in_part", "director")
    second = documents.version(session, "ooh", "2")
    assert [one.text for one in comments_led_to(session, second.id)] == ["Who writes it?"]
    with pytest.raises(Stale, match="was answered since this page was shown"), writing(session):
        answer_comment(
            session, comment_id, outcome="answered", answer="No.", landed="", seen=None, doer=doer, now=LATER
        )
    with pytest.raises(Refused, match="No version after version 1 has that clause"), writing(session):
        answer_comment(
            session, comment_id, outcome="answered", answer="No.", landed="new", seen=LATER, doer=doer, now=LATER
        )


def test_comments_are_for_the_stage_of_responses_to_exactly_this_version(session: Session, world: World) -> None:
    commented(session, world)
    body = session.get_one(DecidingBody, world.bodies["croydon"])
    kent = session.get_one(DecidingBody, world.bodies["kent"])
    doer = world.doer("croydon secretary")
    first, second = (documents.version(session, "ooh", label) for label in ("1", "2"))

    def refused(version: DocumentVersion, why: str, *, asked: DecidingBody = body, clause: str = "aims") -> None:
        with pytest.raises(Refused, match=why), writing(session):
            comment_for(session, version, clause, asked, kind="comment", text="Yes.", doer=doer, now=LATER)

    refused(second, "asked about version 1 now, not about version 2")
    refused(first, "has no such clause", clause="new")
    refused(first, "is not asked in", asked=kent)
    assert [one.number for one in comments_on(session, first.id)] == [1]


def test_a_secretary_comments_and_the_programme_office_answers_on_their_pages(
    client: FlaskClient, session: Session, world: World
) -> None:
    secretary = signed_in(client, session, world, "croydon secretary")
    address = f"{PAGE}/new/croydon"
    assert f"{address}?clause=plans" in secretary.get("/documents/ooh/versions/1").text
    assert secretary.post(address, {"clause": "plans"}).status_code == 422
    sent = secretary.post(address, {"clause": "plans", "kind": "wording", "text": "A plan for <each>."})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PAGE}#comment-1")
    shown = secretary.get("/documents/ooh/versions/1").text
    assert "1 comment on 2, 1 open" in shown
    assert "A plan for &lt;each&gt;." in shown
    assert secretary.get(f"{PAGE}/1/answer").status_code == 403
    assert secretary.get(f"{PAGE}/new/wandsworth").status_code == 403
    manager = signed_in(client, session, world, "manager")
    assert "Say what became of it" in manager.get(PAGE).text
    form = {"outcome": "accepted", "answer": "It says so now.", "landed": "plans", "seen": ""}
    assert manager.post(f"{PAGE}/1/answer", form).status_code == 303
    assert manager.post(f"{PAGE}/1/answer", form).status_code == 409
    assert manager.post(f"{PAGE}/1/answer", {**form, "answer": ""}).status_code == 422
    listed = manager.get(PAGE).text
    assert "It says so now." in listed
    assert "/documents/ooh/versions/2#plans" in listed
    assert "1 comment led here" in manager.get("/documents/ooh/compare?from=1&to=2").text
    assert "1 comment on version 1 led to 2" in manager.get("/documents/ooh/versions/2").text
    assert "No comment fits all of these" in manager.get(f"{PAGE}?kind=question").text
    rows = list(csv.DictReader(io.StringIO(manager.get(f"{PAGE}?as=csv&state=accepted").text.lstrip("\ufeff"))))
    assert [(row["Clause"], row["Kind"], row["Body"], row["State"]) for row in rows] == [
        ("2", "Proposed wording", "Croydon", "Accepted")
    ]
    reader = signed_in(client, session, world, "reader")
    assert "It says so now." in reader.get(PAGE).text
    assert reader.get(address).status_code == 403
    assert signed_in(client, session, world, "stranger").get(PAGE).status_code == 404


def test_who_wrote_a_comment_withdraws_it_until_it_is_answered(
    client: FlaskClient, session: Session, world: World
) -> None:
    commented(session, world)
    commented(session, world, "And by when?")
    writer = signed_in(client, session, world, "croydon secretary")
    assert f"{PAGE}/1/withdraw" in writer.get(PAGE).text
    done = writer.post(f"{PAGE}/1/withdraw", {"reason": "It is said in clause 1."})
    assert done.status_code == 303
    page = writer.get(PAGE).text
    assert "Who writes it?" not in page and "It is said in clause 1." in page
    assert "And by when?" in writer.get(f"{PAGE}?state=open").text
    assert "Who writes it?" not in writer.get(f"{PAGE}?as=csv").text
    again = client.get(f"{PAGE}/1/withdraw")
    assert again.status_code == 403 and "is withdrawn already" in again.text
    office = signed_in(client, session, world, "director")
    assert client.get(f"{PAGE}/2/withdraw").status_code == 403
    told = {"outcome": "answered", "answer": "In May.", "landed": ""}
    refused = client.post(f"{PAGE}/1/answer", data={**office.hidden(office.get(f"{PAGE}/1/answer").text), **told})
    assert "was withdrawn by who wrote it" in refused.text
    assert office.post(f"{PAGE}/2/answer", told).status_code == 303
    signed_in(client, session, world, "croydon secretary")
    answered = client.get(f"{PAGE}/2/withdraw")
    assert answered.status_code == 403 and "so it stays with its answer" in answered.text
    session.rollback()
    said = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag.like("comment.%")).order_by(RecordEntry.id)
    ).all()
    assert [entry.tag for entry in said] == [
        "comment.made",
        "comment.made",
        "comment.withdrawn",
        "comment.answered",
    ]
    assert (said[0].payload or {})["text"] == "Who writes it?"
