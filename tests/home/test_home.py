"""The first page says to each role what waits, what is due and what changed, and to nobody what is not theirs."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import db, writing
from app.home.sentences import OWN, SHARED, sentence
from app.meetings import service as meetings
from app.meetings.ahead import meetings_ahead
from app.meetings.models import Meeting
from app.people.models import Account
from app.programme import service as programme
from app.programme.content import UpdateText
from app.programme.models import Update, Workstream
from app.signoff import service
from app.signoff.ahead import cases_ahead
from tests.conftest import SettableClock
from tests.programme import swl
from tests.signoff import group
from workflows.facts import AnswerFact

MEETS = date(2015, 11, 24)


def words(page: str) -> str:
    return " ".join(page.split())


def home_of(client: FlaskClient, session: Session, made: group.Group, code: str) -> str:
    """The home page of the person with this code."""
    account = session.scalars(sa.select(Account).where(Account.person.has(code=code))).one()
    client.set_cookie("concord", group.begin_session(session, account, swl.REAL_DAY))
    session.commit()
    return words(client.get("/").text)


@pytest.fixture
def made(session: Session) -> group.Group:
    """Six bodies and NHS England, with accounts, and a meeting of each on 24 November 2015."""
    with writing(session):
        found = group.make_group(session)
        group.open_accounts(session, found)
        group.set_meetings(session, found, MEETS, group.NOW - timedelta(days=40))
    return found


def test_a_visitor_is_told_what_this_is(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Commissioning together" in page
    assert 'href="/sign-in"' in page
    assert 'href="/packs"' in page
    assert "What waits for you" not in page


def test_someone_with_nothing_to_do_is_told_so(client: FlaskClient, session: Session) -> None:
    world = swl.south_west_london(session)
    page = words(swl.signed_in(client, session, world, "reader").get("/").text)
    assert "Nothing waits for you today." in page
    assert "No sign-off case is open." in page
    assert "Nothing changed." in page


def test_a_manager_sees_the_updates_owed_with_the_days_left(client: FlaskClient, session: Session) -> None:
    world = swl.south_west_london(session)
    page = words(swl.signed_in(client, session, world, "manager").get("/").text)
    assert "Write the update" in page
    assert "System architecture" in page
    assert 'href="/workstreams/architecture/update"' in page
    assert "(in 5 days)" in page


def test_a_manager_sees_which_workstreams_are_silent_the_longest_first(client: FlaskClient, session: Session) -> None:
    world = swl.south_west_london(session)
    manager = swl.signed_in(client, session, world, "manager")
    today = swl.NOW.date()
    with writing(session):
        session.execute(sa.delete(Update))
        for days, stream in enumerate(session.scalars(sa.select(Workstream).order_by(Workstream.id)), 29):
            stream.starts = today - timedelta(days=days)
    silent = re.findall(r"silent for (\d+) days, since [^<]+, when it began", words(manager.get("/").text))
    assert silent and silent == sorted(silent, reverse=True) and "29" not in silent


def submitted(session: Session, world: swl.World) -> None:
    text = UpdateText(overall="green", headline="On its way", done="Drawn", next="Agree it")
    period, stream = world.periods["2015-10"], world.workstreams["architecture"]
    with writing(session):
        update = programme.save_update(session, stream, period, text, 0, world.doer("manager"), swl.NOW)
        programme.submit_update(session, update.id, update.version, world.doer("manager"), swl.NOW)


def test_a_director_sees_what_waits_for_approval_and_a_manager_what_was_returned(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    world = swl.south_west_london(session)
    submitted(session, world)
    page = words(swl.signed_in(client, session, world, "director").get("/").text)
    assert "Approve or return the update" in page
    assert 'href="/workstreams/architecture/update/review"' in page
    with writing(session):
        update = session.scalars(sa.select(Update)).one()
        programme.return_update(session, update.id, "Say by when", update.version, world.doer("director"), swl.NOW)
    page = words(swl.signed_in(app.test_client(), session, world, "manager").get("/").text)
    assert "Correct the update" in page
    assert "Returned with: Say by when" in page


def test_a_body_sees_its_own_local_positions_only(client: FlaskClient, app: Flask, session: Session) -> None:
    world = swl.south_west_london(session)
    croydon = words(swl.signed_in(client, session, world, "croydon secretary").get("/").text)
    assert 'href="/workstreams/online/local/croydon"' in croydon
    assert "/local/wandsworth" not in croydon
    wandsworth = words(swl.signed_in(app.test_client(), session, world, "wandsworth secretary").get("/").text)
    assert 'href="/workstreams/architecture/local/wandsworth"' in wandsworth
    assert "/local/croydon" not in wandsworth


def test_another_collaborative_sees_nothing_of_this_one(client: FlaskClient, session: Session) -> None:
    world = swl.south_west_london(session)
    submitted(session, world)
    page = words(swl.signed_in(client, session, world, "stranger").get("/").text)
    assert "System architecture" not in page
    assert "Nothing changed." in page


def test_a_secretary_sees_the_countdown_to_the_next_meeting(
    client: FlaskClient, session: Session, made: group.Group
) -> None:
    page = home_of(client, session, made, "croydon-secretary")
    assert "Next meeting:" in page
    assert "24 November 2015 at 2pm, The Town Hall: in 19 days." in page
    assert "Papers are due 17 November 2015 (in 12 days)." in page
    assert "Build the pack" in page
    assert "Kingston" not in page


def test_a_secretary_sees_each_item_with_its_paper_and_its_quorum(
    client: FlaskClient, session: Session, made: group.Group
) -> None:
    body = made.bodies["Croydon"]
    with writing(session):
        meeting = meetings.set_meeting(
            session,
            body=body,
            code="croydon-soon",
            title="Croydon Governing Body, extraordinary",
            held_on=date(2015, 11, 16),
            begins=None,
            place="",
            doer=made.doer("Croydon"),
            now=group.NOW,
        )
        for title, part in (("Stroke services", 1), ("Canary of Part 2", 2)):
            meetings.propose_item(
                session,
                meeting,
                origin="request",
                subject_kind=None,
                subject_id=None,
                title=title,
                purpose="decision",
                recommendation="The Governing Body is asked to decide.",
                part=part,
                doer=made.doer("Croydon"),
                now=group.NOW,
                private_ground="Commercial in confidence" if part == 2 else "",
                private_review_on=date(2016, 1, 1) if part == 2 else None,
            )
    page = home_of(client, session, made, "croydon-secretary")
    assert "Stroke services" in page
    assert "To follow" in page
    assert "would be quorate" in page
    assert "1 item for decision." in page
    assert "Canary of Part 2" not in page


def test_a_response_is_asked_of_the_secretary_and_then_an_agenda_and_then_a_record(
    client: FlaskClient, session: Session, made: group.Group, clock: SettableClock
) -> None:
    with writing(session):
        case = group.open_case(session, made, group.NOW - timedelta(days=20))
    page = home_of(client, session, made, "croydon-secretary")
    assert "Answer for the body" in page
    assert 'href="/sign-offs/standards/croydon/answer"' in page
    with writing(session):
        group.put_to_decision(session, made, case, group.NOW - timedelta(days=10))
    page = words(client.get("/").text)
    assert "Put it on an agenda" in page
    assert 'href="/sign-offs/standards/croydon"' in page
    with writing(session):
        meeting = session.scalars(sa.select(Meeting).where(Meeting.code == f"croydon-{MEETS}")).one()
        service.schedule(session, case, made.bodies["Croydon"], meeting, made.doer("Croydon"), group.NOW)
    page = words(client.get("/").text)
    assert "Put it on an agenda" not in page
    assert "Record the decision" not in page
    clock.now = datetime.combine(MEETS, time(18), UTC)
    page = words(client.get("/").text)
    assert 'href="/sign-offs/standards/croydon/decision"' in page
    assert "Record the decision" in page


def test_what_lies_ahead_of_a_body_is_counted_before_someone_leaves_it(session: Session, made: group.Group) -> None:
    with writing(session):
        case = group.open_case(session, made, group.NOW - timedelta(days=20))
        group.put_to_decision(session, made, case, group.NOW - timedelta(days=10))
    ids, name = [made.bodies["Croydon"].id], "Croydon"
    assert cases_ahead(session, ids, name, MEETS) == "1 open sign-off case waits for Croydon."
    both = [one.id for one in (made.bodies["Croydon"], made.bodies["Merton"])]
    told = [meetings_ahead(session, which, name, MEETS - timedelta(days=1)) for which in (ids, both)]
    assert told == [
        "1 meeting of Croydon is planned after that day, on 24 November 2015.",
        "2 meetings of Croydon are planned after that day, the first on 24 November 2015.",
    ]
    assert meetings_ahead(session, ids, name, MEETS) == "No meeting of Croydon is planned after that day."


def test_a_director_sees_where_agreement_stands_and_when_all_can_have_decided(
    client: FlaskClient, session: Session, made: group.Group
) -> None:
    with writing(session):
        case = group.open_case(session, made, group.NOW - timedelta(days=20))
        group.put_to_decision(session, made, case, group.NOW - timedelta(days=10))
    page = home_of(client, session, made, "director")
    assert "Where agreement stands" in page
    assert "1 open case" in page
    assert "All can have decided by 24 November 2015;" in page
    assert "It is not yet on the agenda of" in page


def test_no_meeting_is_waited_for_where_each_body_is_answered_for_by_its_secretary(
    client: FlaskClient, session: Session, made: group.Group
) -> None:
    with writing(session):
        group.open_case(session, made, group.NOW - timedelta(days=20))
    page = home_of(client, session, made, "director")
    assert "and 4 others can answer on any day." in page
    assert "It is not yet on the agenda of" not in page


def test_a_body_that_deferred_is_counted_from_the_day_it_deferred_to(
    client: FlaskClient, session: Session, made: group.Group, clock: SettableClock
) -> None:
    with writing(session):
        case = group.open_case(session, made, group.NOW - timedelta(days=20))
        group.put_to_decision(session, made, case, group.NOW - timedelta(days=10))
        evening = datetime.combine(MEETS, time(18), UTC)
        meeting = session.scalars(sa.select(Meeting).where(Meeting.code == f"merton-{MEETS}")).one()
        later = AnswerFact("defer", until=date(2016, 1, 20), reason="More time")
        for on in (date(2015, 12, 15), date(2016, 1, 21)):
            group.set_meetings(session, made, on, group.NOW)
        group.decide(session, made, case, "Merton", meeting, evening, answer=later)
    clock.now = evening
    page = home_of(client, session, made, "director")
    assert "All can have decided by 21 January 2016; Merton meets last." in page


def test_no_day_is_named_for_a_case_that_cannot_be_completed(
    client: FlaskClient, session: Session, made: group.Group, clock: SettableClock
) -> None:
    with writing(session):
        case = group.open_case(session, made, group.NOW - timedelta(days=20))
        group.put_to_decision(session, made, case, group.NOW - timedelta(days=10))
        evening = datetime.combine(MEETS, time(18), UTC)
        meeting = session.scalars(sa.select(Meeting).where(Meeting.code == f"merton-{MEETS}")).one()
        group.set_meetings(session, made, date(2016, 1, 13), group.NOW)
        no = AnswerFact("not_agree", reason="Too dear")
        group.decide(session, made, case, "Merton", meeting, evening, answer=no, votes=made.votes("Merton", "against"))
    clock.now = evening
    page = home_of(client, session, made, "director")
    assert "can no longer be completed" in page
    assert "All can have decided by" not in page


def test_an_officer_is_asked_to_answer(client: FlaskClient, session: Session, made: group.Group) -> None:
    with writing(session):
        group.open_case(session, made, group.NOW)
    page = home_of(client, session, made, "officer")
    assert 'href="/sign-offs/standards/nhs-england/answer"' in page
    assert "/sign-offs/standards/croydon/answer" not in page


def test_what_others_did_since_the_last_visit_is_told_and_ones_own_acts_are_not(
    client: FlaskClient, session: Session
) -> None:
    world = swl.south_west_london(session)
    visitor = swl.signed_in(client, session, world, "director")
    account = session.scalars(sa.select(Account).where(Account.person_id == world.people["director"])).one()
    account.visit_before = swl.NOW - timedelta(days=2)
    session.commit()
    submitted(session, world)
    page = words(visitor.get("/").text)
    assert "What changed since your last visit" in page
    assert "You were here last on 3 November 2015 at 9am." in page
    assert "The update of “System architecture” was submitted for approval." in page
    account.visit_before = swl.NOW
    session.commit()
    assert "was submitted for approval" not in words(visitor.get("/").text)
    own = swl.signed_in(visitor.client.application.test_client(), session, world, "manager")
    assert "was submitted for approval" not in words(own.get("/").text)


def record(session: Session, tag: Tag, organisation_id: int, kind: str, said: dict[str, str], part: int = 1) -> None:
    doer = Doer(None, "Someone", "in a test")
    with writing(session):
        act = Act(tag, doer, organisation_id, "NHS Croydon CCG", kind, None, said, part)
        append(session, [act], swl.NOW - timedelta(hours=1))


def test_part_2_and_other_organisations_business_are_never_told(client: FlaskClient, session: Session) -> None:
    world = swl.south_west_london(session)
    croydon = session.execute(
        sa.text("SELECT organisation_id FROM deciding_body WHERE id = :id"), {"id": world.bodies["croydon"]}
    ).scalar_one()
    session.rollback()
    record(session, Tag.ITEM_ADDED, croydon, "agenda_item", {"title": "Canary in private"}, part=2)
    record(session, Tag.ITEM_ADDED, croydon, "agenda_item", {"title": "Croydon’s own item"})
    record(session, Tag.PACK_RELEASED, croydon, "pack", {})
    own = words(swl.signed_in(client, session, world, "croydon secretary").get("/").text)
    other = words(swl.signed_in(client.application.test_client(), session, world, "wandsworth secretary").get("/").text)
    assert "“Croydon’s own item” was added to the agenda" in own
    assert "Croydon’s own item" not in other
    assert "NHS Croydon CCG released its pack" in other
    assert "Canary in private" not in own + other


def test_a_case_about_a_pack_is_its_bodys_own_business(
    client: FlaskClient, session: Session, made: group.Group
) -> None:
    with writing(session):
        case = group.open_case(session, made, group.NOW - timedelta(hours=2), code="of-a-pack")
        case.collaborative_id = None
        session.flush()
        service.rebuild(session, group.NOW)
    page = home_of(client, session, made, "director")
    assert "of-a-pack" not in page


def test_the_number_of_statements_does_not_grow_with_the_cases(
    client: FlaskClient, app: Flask, session: Session, made: group.Group
) -> None:
    counted: list[str] = []
    with app.app_context():
        engine = db.engine

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def statements() -> int:
        counted.clear()
        client.get("/")
        return len([one for one in counted if one.lstrip().upper().startswith("SELECT")])

    with writing(session):
        group.open_case(session, made, group.NOW, code="first")
    home_of(client, session, made, "director")
    sa.event.listen(engine, "before_cursor_execute", count)
    few = statements()
    with writing(session):
        for number in range(6):
            group.open_case(session, made, group.NOW, code=f"more-{number}")
    many = statements()
    sa.event.remove(engine, "before_cursor_execute", count)
    assert many == few


@pytest.mark.parametrize("tag", [*SHARED, *OWN])
def test_every_tag_on_the_list_has_a_sentence_even_with_little_said(tag: Tag) -> None:
    said = sentence(tag.value, {"organisation": "NHS Croydon CCG", "case": None})
    assert said[-1] in ".”"
    assert "None" not in said


def test_a_tag_is_either_shared_or_ones_own() -> None:
    assert set(SHARED) & set(OWN) == set()


def test_an_entry_reads_as_a_sentence() -> None:
    said = {
        "organisation": "NHS Merton CCG",
        "body": "Merton",
        "case": "Out-of-hospital standards",
        "answer": "agree_with_conditions",
        "version_label": "version 2",
    }
    assert sentence("decision.recorded", said) == (
        "Merton agreed, with conditions, to “Out-of-hospital standards”, version 2."
    )
    moved = {"organisation": "NHS Merton CCG", "body": "Merton", "held_on": "2015-11-12", "was": "2015-11-10"}
    assert sentence("meeting.moved", {**moved, "reason": "the hall was taken"}) == (
        "Merton’s meeting of 12 November 2015 was moved from 10 November 2015: the hall was taken."
    )


def test_a_body_with_nothing_to_add_is_not_said_to_have_submitted() -> None:
    said = {"organisation": "NHS Sutton CCG", "body_name": "Sutton Governing Body", "title": "Urgent care"}
    assert sentence("local-position.submitted", {**said, "nothing_local": True}) == (
        "Sutton Governing Body answered that it has nothing local to add on “Urgent care”."
    )
    assert sentence("local-position.submitted", {**said, "nothing_local": False}) == (
        "The local position on “Urgent care” was submitted for approval."
    )


def test_many_changes_are_shown_few_at_first_and_all_when_asked_for(
    client: FlaskClient, session: Session, made: group.Group
) -> None:
    person = made.secretaries["Sutton"]
    doer, sutton = Doer(person.id, person.name, "board secretary"), made.bodies["Sutton"].organisation
    with writing(session):
        case = group.open_case(session, made, group.NOW)
        acts = [Act(Tag.CASE_WITHDRAWN, doer, sutton.id, sutton.name, "case", case.id, {"reason": "A test"})] * 20
        append(session, acts, group.NOW)
    page = home_of(client, session, made, "merton-secretary")
    assert page.count("was withdrawn: A test") == 12
    assert re.search(r"Show all 2\d changes", page)
    everything = words(client.get("/?changes=all").text)
    assert everything.count("was withdrawn: A test") == 20
    assert "Show all" not in everything
