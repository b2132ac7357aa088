"""The next version of a document is written on a page that begins with the latest, is looked at, then recorded."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.documents import service
from app.documents.comments import COMMENT_TEXT, answer_comment, comments_led_to, write_comment
from app.documents.hashing import ClauseDraft
from app.documents.models import ClauseComment, DocumentVersion
from app.documents.next_version import Amended, begun_with, next_label
from app.documents.queries import drafts_of, version
from app.people.models import DecidingBody
from app.programme.routes import versions
from tests.programme.swl import NOW, World, signed_in, south_west_london

CLAUSES = [
    ClauseDraft("access", "1", "Access", " Seen within two days.\n"),
    ClauseDraft("plans", "2", "Plans", "Each has a plan."),
    ClauseDraft("old", "3", "Old", "To be dropped."),
]
PAGE = "/documents/ooh/versions/new"
NEXT = {"label": "2", "title": "Standards", "note": "For decision.", "dated": "2015-11-05"}
Sent = dict[str, str]


@pytest.fixture
def world(session: Session) -> World:
    world = south_west_london(session)
    doer = world.doer("manager")
    with writing(session):
        document = service.write_document(
            session, code="ooh", collaborative_id=world.collaborative, title="Standards", summary=""
        )
        first = service.write_version(
            session,
            document,
            label="1",
            title="Standards",
            note="",
            dated=date(2015, 9, 1),
            clauses=CLAUSES,
            doer=doer,
            now=NOW,
        )
        service.issue_version(session, first, doer, NOW)
        croydon = session.get_one(DecidingBody, world.bodies["croydon"])
        by = world.doer("croydon secretary")
        write_comment(session, first, "plans", croydon, kind="question", text="Who writes it?", doer=by, now=NOW)
    return world


def filled(page: str) -> Sent:
    """What a browser would send of the form on a page, without a button."""
    form = page[page.index('<form method="post" action="/documents/ooh') :]
    sent = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            sent[name[1]] = html.unescape(value[1]) if value else ""
    for name_, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name_] = chosen[1] if chosen else ""
    for name_, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name_] = html.unescape(text)
    return sent


def test_a_version_is_written_reworded_moved_added_to_and_shortened(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    assert PAGE in manager.get("/documents/ooh").text
    opened = manager.get(PAGE).text
    assert "Who writes it?" in opened and ' value="2"' in opened
    sent = filled(opened) | NEXT
    for step in ("up-2", "add-2"):
        again = manager.post(PAGE, sent | {"step": step})
        assert again.status_code == 200
        sent = filled(again.text)
    assert [sent[f"clauses-{n}-code"] for n in range(4)] == ["plans", "access", "", "old"]
    sent |= {"clauses-0-text": "Each has a plan and a name.", "clauses-0-number": "1", "clauses-1-number": "2"}
    sent |= {"clauses-2-heading": "Carers", "clauses-2-text": "Carers are asked.", "clauses-3-out": "y"}
    unsaid = manager.post(PAGE, sent | {"comments-0-outcome": "accepted", "step": "look"})
    assert (unsaid.status_code, 'href="#comments-0-answer"' in unsaid.text) == (422, True)
    sent |= {"comments-0-outcome": "accepted", "comments-0-answer": "Its name is there."}
    look = manager.post(PAGE, sent | {"step": "look"})
    assert look.status_code == 200
    assert "1 clause changed, 1 added, 1 removed, 1 moved, 1 the same." in look.text
    assert len(session.scalars(sa.select(DocumentVersion)).all()) == 1
    kept = filled(look.text)
    assert filled(manager.post(PAGE, kept | {"step": "change"}).text)["clauses-3-text"] == "To be dropped."
    for _press in (1, 2):
        recorded = manager.post(PAGE, kept | {"step": "record"})
        assert (recorded.status_code, recorded.headers["Location"]) == (303, "/documents/ooh/versions/2")
    session.rollback()
    second = version(session, "ooh", "2")
    assert drafts_of(session, second.id) == [
        ClauseDraft("plans", "1", "Plans", "Each has a plan and a name."),
        ClauseDraft("access", "2", "Access", " Seen within two days.\n"),
        ClauseDraft("carers", "", "Carers", "Carers are asked."),
    ]
    entries = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id)).all()
    assert [entry.tag for entry in entries[-2:]] == ["document.version-issued", "comment.answered"]
    (comment,) = comments_led_to(session, second.id)
    assert (comment.answer, comment.landed_clause and comment.landed_clause.code) == ("Its name is there.", "plans")
    assert len(session.scalars(sa.select(DocumentVersion)).all()) == 2
    assert "Ask the bodies to agree it" in manager.get("/documents/ooh/versions/2").text

    # who still has the page open that began with version 1 overlooks nothing, and loses nothing
    stale = manager.post(PAGE, kept | {"label": "3", "clauses-0-text": "My words.", "step": "record"})
    assert stale.status_code == 409
    assert "Version 2, issued on 5 November 2015, was written since this page was opened" in stale.text
    assert filled(stale.text)["clauses-0-text"] == "My words."
    assert manager.post(PAGE, filled(stale.text) | {"step": "look"}).status_code == 200


def test_a_version_that_was_begun_before_another_one_is_not_issued_over_it(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    one, other = (filled(manager.get(PAGE).text) | NEXT for _page in (1, 2))
    first = manager.post(PAGE, one | {"clauses-0-text": "Seen within a day.", "step": "record"})
    assert first.status_code == 303
    # under a label of its own nothing else stands against it: it would put back what the first has changed
    late = manager.post(PAGE, other | {"label": "3", "clauses-1-text": "Each has a name.", "step": "record"})
    assert late.status_code == 409
    assert "Version 2, issued on 5 November 2015, was written since this page was opened" in late.text
    assert filled(late.text)["clauses-1-text"] == "Each has a name."
    session.rollback()
    assert [one.label for one in session.scalars(sa.select(DocumentVersion).order_by(DocumentVersion.id))] == ["1", "2"]


def test_a_version_is_kept_as_a_draft_gone_on_with_another_day_and_issued(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    sent = filled(manager.get(PAGE).text) | {"label": "2", "title": "", "note": ""}
    sent = filled(manager.post(PAGE, sent | {"step": "add-3"}).text)
    unwritten = manager.post(PAGE, sent | {"step": "draft"})
    assert (unwritten.status_code, 'href="#clauses-3-text"' in unwritten.text) == (422, True)
    sent |= {"clauses-3-heading": "Carers", "clauses-3-text": "Carers are asked.", "dated": "2015-11-07"}
    sent |= {"comments-0-outcome": "accepted", "comments-0-answer": "Its name is there."}
    stale = dict(sent)
    for words in ("Each has a name.", "Each has a plan and a name."):
        kept = manager.post(PAGE, sent | {"clauses-1-text": words, "step": "draft"})
        assert kept.status_code == 200
        assert "Version 2 is kept as a draft" in kept.text and "Answers to comments are kept with it" in kept.text
        sent = filled(kept.text)
    assert (sent["clauses-3-code"], sent["comments-0-answer"]) == ("carers", "Its name is there.")
    assert manager.post(PAGE, stale | {"step": "draft"}).status_code == 409
    taken = manager.post(PAGE, sent | {"label": "1", "step": "draft"})
    assert (taken.status_code, 'href="#label"' in taken.text) == (422, True)
    session.rollback()
    assert [(one.label, one.issued_at is None) for one in session.scalars(sa.select(DocumentVersion))] == [
        ("1", False), ("2", True),
    ]  # fmt: skip

    later = filled(manager.get(PAGE).text)
    assert (later["label"], later["dated"], later["clauses-1-text"], later["clauses-3-code"]) == (
        "2", "2015-11-07", "Each has a plan and a name.", "carers",
    )  # fmt: skip
    issued = manager.post(PAGE, later | NEXT | {"step": "record"})
    assert (issued.status_code, issued.headers["Location"]) == (303, "/documents/ooh/versions/2")
    session.rollback()
    assert [one.code for one in drafts_of(session, version(session, "ooh", "2").id)] == [
        "access", "plans", "old", "carers",
    ]  # fmt: skip


def test_answers_to_comments_are_kept_with_a_draft_and_given_with_the_version(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    sent = filled(manager.get(PAGE).text) | NEXT | {"clauses-1-text": "Each has a name."}
    for wrong in ({"comments-0-outcome": "perhaps"}, {"comments-0-answer": "x" * (COMMENT_TEXT + 1)}):
        refused = manager.post(PAGE, sent | wrong | {"step": "draft"})
        assert (refused.status_code, f'href="#{next(iter(wrong))}"' in refused.text) == (422, True)
    half = filled(manager.post(PAGE, sent | {"comments-0-answer": "Its name", "step": "draft"}).text)
    beside = dict(half)
    assert filled(manager.get(PAGE).text)["comments-0-answer"] == "Its name", "also without an outcome so far"
    whole = {"comments-0-outcome": "accepted", "comments-0-answer": "Its name is there."}
    assert manager.post(PAGE, half | whole | {"step": "draft"}).status_code == 200
    assert manager.post(PAGE, beside | {"step": "draft"}).status_code == 409, "it would undo what was written since"

    later = filled(manager.get(PAGE).text)
    assert {name: later[name] for name in whole} == whole
    assert "Its name is there." not in manager.get("/documents/ooh/versions/1").text, "it is not said yet"
    assert manager.post(PAGE, later | {"step": "record"}).status_code == 303
    session.rollback()
    comment = session.scalars(sa.select(ClauseComment)).one()
    assert (comment.outcome, comment.answer) == ("accepted", "Its name is there.")
    assert version(session, "ooh", "2").answers_begun is None
    assert "comments-0-answer" not in filled(manager.get(PAGE).text)


def test_an_answer_in_a_draft_whose_comment_was_answered_meanwhile_is_shown_and_not_given(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    sent = filled(manager.get(PAGE).text) | NEXT | {"clauses-1-text": "Each has a name."}
    begun = {"comments-0-outcome": "accepted", "comments-0-answer": "Its name is there."}
    assert manager.post(PAGE, sent | begun | {"step": "draft"}).status_code == 200
    with writing(session):
        comment = session.scalars(sa.select(ClauseComment)).one()
        answer_comment(
            session,
            comment.id,
            outcome="not_accepted",
            answer="Each team knows.",
            landed="",
            seen=None,
            doer=world.doer("manager"),
            now=NOW,
        )
    assert "You had written: Its name is there." in manager.get(PAGE).text
    session.rollback()
    assert session.scalars(sa.select(ClauseComment.answer)).one() == "Each team knows."


@pytest.mark.alike
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client: FlaskClient, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    sent = filled(manager.get(PAGE).text) | NEXT
    wrong = {"label": "1", "dated": "soon", "note": "", "clauses-1-text": "", "clauses-1-number": "2" * 21}
    for step in ("look", "record"):
        answer = manager.post(PAGE, sent | wrong | {"step": step})
        assert answer.status_code == 422
        assert 'href="#clauses-1-text"' in answer.text and 'href="#dated"' in answer.text
        token = {"csrf_token": filled(answer.text)["csrf_token"]}  # it has the second in it
        assert filled(answer.text) == sent | wrong | token
    for changed, sentence in (
        ({"label": "1"}, "Version 1 was issued on 5 November 2015"),
        ({"label": "../1"}, "A label has 1 to 20 letters"),
        ({"clauses-0-code": "plans"}, "and so has clause 1"),
        ({}, "Nothing differs from version 1"),
    ):
        answer = manager.post(PAGE, sent | changed | {"step": "look"})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert signed_in(client, session, world, "stranger").get(PAGE).status_code == 404
    assert signed_in(client, session, world, "croydon secretary").get(PAGE).status_code == 403


@pytest.mark.alike
def test_a_text_as_a_body_amended_it_is_taken_over(
    client: FlaskClient, session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"plans": [Amended("Each may have a plan.", "Merton"), Amended("No plans.", "Sutton")]}
    monkeypatch.setattr(versions, "amended_by_bodies", lambda _session, _document: texts)
    manager = signed_in(client, session, world, "manager")
    opened = manager.get(PAGE).text
    assert "As amended by Merton" in opened
    sent = filled(opened) | NEXT | {"step": "take"}
    took = manager.post(PAGE, sent | {"take": f"plans {texts['plans'][0].key}"})
    assert took.status_code == 200
    assert filled(took.text)["clauses-1-text"] == "Each may have a plan."
    both = manager.post(PAGE, {**sent, "take": [f"plans {one.key}" for one in texts["plans"]]})
    assert both.status_code == 422
    assert "take one: Merton or Sutton" in both.text


def test_the_next_label_counts_on() -> None:
    assert [next_label(label) for label in ("1", "2.9", "v3-draft", "final")] == ["2", "2.10", "v4", ""]
    assert next_label("2", {"2", "3"}) == "4"


def test_amended_texts_take_the_place_of_those_of_their_clauses() -> None:
    begun = begun_with(CLAUSES, {"plans": "No plans.", "gone": "Nothing."})
    assert [one.text for one in begun] == [CLAUSES[0].text, "No plans.", CLAUSES[2].text]
