"""Owners are chased by the programme's calendar and by hand: exactly the planned mails, once each, on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry
from app.db import db, writing
from app.jobs import daily, outbox
from app.jobs.models import Mail
from app.meetings.days import bank_holidays
from app.people.models import Account, CollaborativeMember, Organisation, RoleHolding
from app.permissions import Role
from app.programme import queries, service
from app.programme.chase_days import DaysNotUnderstood, Step, calendar_of, numbers, step_due, steps
from app.programme.models import Chase, LocalPosition, Period, Programme, Workstream
from app.programme.owing import owners
from app.programme.service import LocalText, UpdateText
from config import Settings
from tests.conftest import SettableClock
from tests.jobs.test_outbox import Post
from tests.jobs.test_outbox import post as post
from tests.programme.swl import NOW, World, signed_in, south_west_london

DUE = date(2015, 11, 10)
CHASE = "/periods/2015-10/chase"


def test_the_days_are_working_days_of_england() -> None:
    planned = steps(calendar_of("", "", ""), date(2016, 1, 4), bank_holidays(2015, 2016))
    assert planned == (
        Step("10 working days before", date(2015, 12, 16)),
        Step("3 working days before", date(2015, 12, 29)),
        Step("1 working day after", date(2016, 1, 5)),
    )
    assert [step.on for step in steps(calendar_of("7 0", "none", "calendar"), DUE, ())] == [date(2015, 11, 3), DUE]


@pytest.mark.parametrize("text", ["soon", "-3", "3;2", "61", "none, 3", "1.5", "³"])
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(DaysNotUnderstood, match="expected numbers from 0 to 60"):
        numbers(text)


def test_a_step_is_taken_on_its_day_and_what_was_missed_is_made_up_for_once() -> None:
    planned = steps(calendar_of("", "", ""), DUE, frozenset())
    assert [step.on for step in planned] == [date(2015, 10, 27), date(2015, 11, 5), date(2015, 11, 11)]

    def taken(last: date | None, on: date) -> str | None:
        step = step_due(planned, last, on)
        return step.name if step else None

    assert taken(date(2015, 11, 4), date(2015, 11, 5)) == "3 working days before"
    assert taken(date(2015, 11, 5), date(2015, 11, 6)) is None
    assert taken(date(2015, 11, 3), date(2015, 11, 9)) == "3 working days before"
    assert taken(date(2015, 10, 1), date(2015, 11, 20)) == "1 working day after"
    assert taken(None, date(2015, 11, 6)) is None, "a new installation does not chase for what was before it"


@pytest.fixture
def world(session: Session) -> World:
    return south_west_london(session)


@pytest.fixture
def other(settings: Settings, clock: SettableClock) -> Iterator[Flask]:
    """A second worker's application on the same database."""
    made = create_app(settings, clock.hands)
    yield made
    with made.app_context():
        db.engine.dispose()


def subject(letter: Message) -> str:
    return "".join(str(make_header(decode_header(letter["Subject"]))).splitlines())


def addressed(letter: Message) -> str:
    return parseaddr(letter["To"])[1]


def run(app: Flask) -> None:
    with app.app_context():
        daily.run_due(app)


def period_of(session: Session) -> Period:
    return session.scalars(sa.select(Period).where(Period.code == "2015-10")).one()


def submit_locally(session: Session, world: World, workstream: str, body: str, who: str) -> None:
    with writing(session):
        service.submit_local_position(
            session,
            workstream_id=world.workstreams[workstream],
            period_id=world.periods["2015-10"],
            body_id=world.bodies[body],
            text=LocalText(None, "Ours."),
            nothing_local=False,
            seen=0,
            doer=world.doer(who),
            now=NOW,
        )


def test_over_a_whole_period_exactly_the_planned_mails_go_out_once_each(
    app: Flask,
    other: Flask,
    settings: Settings,
    clock: SettableClock,
    session: Session,
    world: World,
    post: tuple[Post, int],
) -> None:
    box, port = post
    posted = replace(settings, smtp_host="127.0.0.1", smtp_port=port)
    clock.now = datetime(2015, 10, 26, 7, 0, tzinfo=UTC)
    went: dict[str, list[tuple[str, str]]] = {}
    for _ in range(18):
        if clock.now.date() == date(2015, 11, 6):
            submit_locally(session, world, "architecture", "croydon", "croydon manager")
        for worker in (app, other, app):
            run(worker)
            with worker.app_context():
                outbox.send_waiting(posted, clock.real)
        sent = [one for one in box.letters if subject(one) != "No interest of yours stands in the register"]
        if sent:
            went[clock.now.date().isoformat()] = sorted((addressed(one), subject(one)) for one in sent)
        box.letters.clear()
        clock.forward(timedelta(days=1))
    both = [
        ("croydon-manager@demonstration.example", "Owed by 10 November 2015: 2 things"),
        ("manager@demonstration.example", "Owed by 10 November 2015: 3 things"),
    ]
    one = "Owed by 10 November 2015: Croydon’s local position on Patients Online"
    assert went == {"2015-10-27": both, "2015-11-05": both, "2015-11-11": [(both[0][0], one), both[1]]}
    session.rollback()
    chased = sa.select(RecordEntry).where(RecordEntry.tag == "update.chased").order_by(RecordEntry.id)
    entries = session.scalars(chased).all()
    assert [entry.organisation_name for entry in entries] == ["NHS Wandsworth CCG", "NHS Croydon CCG"] * 3
    assert (entries[0].actor_name, entries[0].capacity) == ("Concord", "by the programme’s calendar")
    assert (entries[1].payload or {})["sent"] == [
        {
            "to": "Croydon Manager",
            "for": ["Croydon’s local position on System architecture", "Croydon’s local position on Patients Online"],
        }
    ]


def test_a_mail_says_what_is_owed_by_when_and_where_it_is_written(
    app: Flask, clock: SettableClock, session: Session, world: World
) -> None:
    with writing(session):
        service.save_update(
            session, world.workstreams["online"], world.periods["2015-10"], UpdateText(), 0, world.doer("manager"), NOW
        )
    run(app)
    body = session.scalars(sa.select(Mail.body).where(Mail.recipient_name == "Manager")).one()
    assert "For October/November 2015 of SWL commissioning the following is due by 10 November 2015" in body
    assert "- the update of Patients Online (a draft is saved)\n" in body
    assert "http://localhost/workstreams/online/update?period=2015-10" in body
    assert "http://localhost/workstreams/architecture/local/wandsworth?period=2015-10" in body


def test_what_is_submitted_closed_or_not_running_is_not_owed(session: Session, world: World) -> None:
    def found() -> list[str]:
        session.rollback()
        return [one.in_words() for one in queries.owed(session, period_of(session), NOW.date())]

    submit_locally(session, world, "architecture", "croydon", "croydon manager")
    assert found() == [
        "the update of System architecture",
        "the update of Patients Online",
        "Croydon’s local position on Patients Online",
        "Wandsworth’s local position on System architecture",
    ]
    with writing(session):
        service.close_period(session, period_of(session), NOW)
        session.get_one(Workstream, world.workstreams["online"]).ends = date(2015, 9, 1)
    assert found() == ["Wandsworth’s local position on System architecture"]
    with writing(session):
        local = session.scalars(sa.select(LocalPosition)).one()
        local.released_at = NOW
    assert found() == ["Wandsworth’s local position on System architecture"]


def test_only_who_may_see_it_is_asked(session: Session, world: World) -> None:
    def asked() -> dict[str, list[str]]:
        session.rollback()
        period = period_of(session)
        things = queries.owed(session, period, NOW.date())
        found = owners(session, period.programme, things, NOW.date())
        return {thing.in_words(): [owner.name for owner in found[thing]] for thing in things}

    update, local = "the update of System architecture", "Croydon’s local position on System architecture"
    architecture = world.workstreams["architecture"]

    def led_by(who: str) -> None:
        with writing(session):
            session.get_one(Workstream, architecture).lead_id = world.people[who]

    assert (asked()[update], asked()[local]) == (["Manager"], ["Croydon Manager"])
    led_by("director")
    assert asked()[update] == ["Director"], "a lead who writes it is asked alone"
    led_by("croydon chair")
    assert asked()[update] == ["Croydon Chair", "Manager"], "a lead who may read it is asked beside who writes it"
    led_by("stranger")
    assert asked()[update] == ["Manager"], "whoever is of another collaborative hears nothing"
    with writing(session):
        session.execute(sa.update(Account).where(Account.person_id == world.people["manager"]).values(disabled=True))
        session.execute(
            sa.update(RoleHolding)
            .where(RoleHolding.person_id == world.people["croydon manager"])
            .values(ends=date(2015, 11, 4))
        )
    assert (asked()[update], asked()[local]) == (["Director"], ["Croydon Secretary"])
    with writing(session):
        croydon = session.scalars(sa.select(Organisation.id).where(Organisation.ods_code == "07V")).one()
        session.execute(
            sa.update(CollaborativeMember)
            .where(CollaborativeMember.organisation_id == croydon)
            .values(ends=date(2015, 11, 4))
        )
    assert asked()[local] == []


def test_a_manager_of_another_programme_is_not_asked(session: Session, world: World) -> None:
    with writing(session):
        session.execute(
            sa.update(RoleHolding)
            .where(RoleHolding.person_id == world.people["manager"], RoleHolding.role == Role.PROGRAMME_MANAGER.value)
            .values(programme_code="another")
        )
    period = period_of(session)
    things = queries.owed(session, period, NOW.date(), body="common")
    assert {
        owner.name for found in owners(session, period.programme, things, NOW.date()).values() for owner in found
    } == {"Director"}


def test_the_office_chases_one_thing_by_hand_once_a_day(
    client: FlaskClient, clock: SettableClock, session: Session, world: World
) -> None:
    manager = signed_in(client, session, world, "manager")
    one = f"{CHASE}?workstream=online&body=croydon"
    page = manager.get(one).text
    assert "croydon-manager@demonstration.example" in page
    assert "Croydon’s local position on Patients Online" in page
    assert "System architecture" not in page[page.index("<main") :]
    form = {"workstream": "online", "body": "croydon"}
    token_page = CHASE
    assert manager.post(CHASE, form, token_page).status_code == 303
    assert manager.post(CHASE, form, token_page).status_code == 303
    session.rollback()
    assert [mail.recipient_name for mail in session.scalars(sa.select(Mail))] == ["Croydon Manager"]
    assert session.scalars(sa.select(Chase.by)).all() == ["Manager"]
    grid = manager.get("/workstream-grid").text
    assert "Nobody was sent anything: it was chased today already" in grid
    assert "chased 5 November 2015" in grid
    assert "chased by hand today already" in manager.get(one).text
    assert manager.post(CHASE, {}, token_page).status_code == 303
    session.rollback()
    mails = session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    assert [(mail.recipient_name, mail.subject.split(": ")[1]) for mail in mails[1:]] == [
        ("Manager", "3 things"),
        ("Croydon Manager", "Croydon’s local position on System architecture"),
    ]
    clock.forward(timedelta(days=1))
    with writing(session):
        session.execute(sa.text("UPDATE web_session SET seen_at = :now, began_at = :now"), {"now": clock.real})
    assert manager.post(CHASE, form, token_page).status_code == 303
    session.rollback()
    assert len(session.scalars(sa.select(Mail)).all()) == 4


def test_who_may_not_chase_is_told_so(client: FlaskClient, session: Session, world: World) -> None:
    refused = signed_in(client, session, world, "croydon manager").get(CHASE)
    assert refused.status_code == 403
    assert "Only the programme office may chase what is owed." in refused.text
    assert "Chase<" not in signed_in(client, session, world, "reader").get("/workstream-grid").text
    assert signed_in(client, session, world, "stranger").get(CHASE).status_code == 404


def test_the_director_sets_the_calendar(client: FlaskClient, session: Session, world: World) -> None:
    path = "/periods/2015-10/calendar"
    assert signed_in(client, session, world, "manager").get(path).status_code == 403
    director = signed_in(client, session, world, "director")
    page = director.get(path).text
    for shown in ("10, 3", "27 October 2015", "5 November 2015", "11 November 2015", "not a rule of the NHS"):
        assert shown in page
    typed = {"seen": "///", "before": "5", "after": "none", "unit": "calendar", "silent_days": "14"}
    wrong = director.post(path, {**typed, "before": "soon", "silent_days": "0"})
    assert wrong.status_code == 422
    assert "Enter a number of days from 1 to 365" in wrong.text
    assert director.post(path, {**typed, "before": "soon"}).status_code == 422
    assert director.post(path, typed).status_code == 303
    assert director.post(path, {**typed, "before": "6"}).status_code == 409
    session.rollback()
    programme = session.scalars(sa.select(Programme)).one()
    assert [step.on for step in queries.planned_steps(programme, period_of(session))] == [date(2015, 11, 5)]
    assert "Silent for 14 days or more" in director.get("/workstreams").text
    assert session.scalars(sa.select(RecordEntry.tag)).all() == ["programme.calendar-set"]
