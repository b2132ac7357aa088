"""Bodies: who sits on them, what they need to decide, and when their papers are due, in words."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people.models import Seat
from app.people.rules_in_words import lead_in_words, quorum_sentences
from tests.people import made
from workflows.facts import LeadTime, LeadUnit, QuorumNeed, QuorumRule


def test_the_list_shows_each_body_with_its_seats_and_deadline(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    page = client.get("/bodies").text
    assert "NHS Croydon CCG Governing Body" in page
    assert "Five working days before the meeting" in page
    assert "389,000" in page
    assert "October 2015" in page
    assert "1 body" in page
    assert "Kent" not in page


def test_the_list_can_be_downloaded(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    answer = client.get("/bodies?as=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "NHS Croydon CCG Governing Body,NHS Croydon CCG,07V,3,3,389000,October 2015" in answer.text


def test_a_body_says_how_it_decides_and_who_sits_on_it(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    page = " ".join(client.get("/bodies/croydon-gb").text.split())
    assert (
        "Half of the voting seats must be present, rounded up, and among them one lay member and two clinicians."
        in page
    )
    assert "A seat excluded from an item does not count among the voting seats." in page
    assert "Papers are due five working days before the meeting." in page
    assert "own setting, in force since 1 April 2014" in page
    assert "Dr Chair Example" in page
    assert "Vacant" in page
    assert "1 April 2013 to 31 March 2014" in page
    assert "On 1 April 2020 the work of NHS Croydon CCG passes to NHS South West London CCG (36L)." in page


def test_seats_that_share_a_vote_name_each_other(client: FlaskClient, session: Session) -> None:
    made.make(session)
    seats = session.scalars(sa.select(Seat).where(Seat.voting).order_by(Seat.id)).all()
    pair = [one for one in seats if one.body_id == seats[0].body_id][:2]
    for one in pair:
        one.shared_vote = "croydon-seat-1"
    session.commit()
    made.sign_in(client)
    page = client.get("/bodies/croydon-gb").text
    for one, other in (pair, pair[::-1]):
        assert f"One vote, shared with {other.title}" in page
        assert f"one, shared with {other.title}." in client.get(f"/bodies/croydon-gb/seats/{one.code}").text
    assert "croydon-seat-1" not in page


def test_another_groups_body_is_as_one_that_does_not_exist(client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    other, none = client.get("/bodies/kent-gb"), client.get("/bodies/no-such-body")
    assert (other.status_code, none.status_code) == (404, 404)
    assert other.text.replace(made.token_in(other), "") == none.text.replace(made.token_in(none), "")


@pytest.mark.parametrize("path", ["/bodies", "/bodies/croydon-gb"])
def test_bodies_are_for_people_who_signed_in(client: FlaskClient, session: Session, path: str) -> None:
    made.make(session)
    assert client.get(path).headers["Location"] == "/sign-in"


def test_a_quorum_in_words() -> None:
    plain = QuorumRule(2, 5, vacant_in_denominator=False, casting_vote=False, deputy_carries_kind=False)
    assert quorum_sentences(plain) == [
        "2 of every 5 of the voting seats must be present, rounded up.",
        "A vacant seat does not count among the voting seats.",
        "A seat excluded from an item still counts among the voting seats.",
        "With a conflict of interest, a member counts as present whose interest is only noted.",
        "A deputy counts, but not as the kind of member they stand in for.",
        "The chair has no casting vote.",
        "Between meetings the chair may decide what is urgent, to be ratified by a meeting.",
        "Members do not vote on line between meetings.",
    ]
    needs = (QuorumNeed(frozenset({"a"}), 1, "accountable officer"), QuorumNeed(frozenset({"b"}), 2, "lay member"))
    strict = QuorumRule(1, 3, needs, handlings_that_count=frozenset())
    assert quorum_sentences(strict)[0] == (
        "One third of the voting seats must be present, rounded up, "
        "and among them one accountable officer and two lay members."
    )
    assert "With a conflict of interest, a member never counts as present." in quorum_sentences(strict)


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (1, "working", "one working day before the meeting"),
        (3, "clear", "three clear days before the meeting"),
        (14, "calendar", "14 days before the meeting"),
    ],
)
def test_a_lead_time_in_words(number: int, unit: LeadUnit, words: str) -> None:
    assert lead_in_words(LeadTime(number, unit)) == words
