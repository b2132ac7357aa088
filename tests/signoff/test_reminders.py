"""Reminders and escalation: exactly the planned mails on their days, once each, to those who may see the case."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.db import db, writing
from app.jobs import daily, outbox
from app.jobs.models import Mail
from app.meetings import service as meetings
from app.meetings.models import Meeting
from app.people.models import Account, DecidingBody, Person, RoleHolding
from app.people.queries import actor_of
from app.permissions import Resource, allowed
from app.signoff import queries, reminding, service
from app.signoff.models import Case, Reminder
from app.signoff.tracking import Which, meet_condition
from config import Settings
from tests.conftest import SettableClock
from tests.jobs.test_outbox import Post
from tests.jobs.test_outbox import post as post
from tests.signoff.group import (
    AGREE,
    Group,
    answer_for_england,
    begin_session,
    decide,
    make_group,
    open_accounts,
    respond,
    set_meetings,
    subject,
)
from tests.signoff.test_members_voting import Voting
from workflows.facts import AnswerFact, Keeper, Variation

OPENED = datetime(2015, 11, 2, 12, 0, tzinfo=UTC)
MEETS, MOVED = date(2016, 1, 26), date(2016, 2, 9)
TITLE = "Out-of-hospital standards"
CONDITIONAL = AnswerFact(
    "agree_with_conditions",
    conditions=("That nurses are found.",),
    keepers=(Keeper("Dr Accountable of Merton", date(2016, 3, 31)),),
)
VARIED = AnswerFact(
    "agree_with_local_variation",
    reason="One site only.",
    variation=Variation("2.1", "Within four hours at night.", date(2016, 4, 29)),
)


class World:
    """Six CCGs and NHS England, asked under the third version of the route."""

    def __init__(self, session: Session, *, part: int = 1) -> None:
        self.session = session
        self.group: Group = make_group(session)
        open_accounts(session, self.group)
        for number in (0, 2):
            self.open_account(self.group.people["Merton"][number])
        director = self.group.director
        assert director is not None
        self.director = Doer(director.id, director.name, "programme director")
        self.case: Case = service.open_case(
            session,
            code="standards",
            title=TITLE,
            subject=subject(1),
            definition=("standards", 3),
            parties=list(self.group.bodies.values()),
            asked_by=self.group.host,
            collaborative_id=self.group.collaborative.id,
            part=part,
            doer=self.director,
            now=OPENED,
        )
        self.meetings: dict[str, Meeting] = {}
        session.commit()

    def open_account(self, person: Person) -> None:
        self.session.add(Account(person_id=person.id, password_hash="none", demonstration=False))

    def respond(self, *names: str) -> Callable[[datetime], None]:
        return lambda now: respond(self.session, self.group, self.case, names, now)

    def second_version(self, now: datetime) -> None:
        service.open_round(self.session, self.case, subject(2), self.director, now)
        self.meetings = set_meetings(self.session, self.group, MEETS, now)

    def schedule(self, *names: str) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            for name in names:
                of, by = self.group.bodies[name], self.group.doer(name)
                service.schedule(self.session, self.case, of, self.meetings[name], by, now)

        return act

    def move(self, now: datetime) -> None:
        meetings.move_meeting(
            self.session,
            self.meetings["Kingston"],
            held_on=MOVED,
            begins=time(14, 0),
            reason="The hall is not free.",
            doer=self.group.doer("Kingston"),
            now=now,
        )

    def papers(self, now: datetime) -> None:
        service.papers_issued(self.session, self.meetings["Croydon"], self.group.doer("Croydon"), now)

    def decide(self, *names: str, answer: AnswerFact = AGREE) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            for name in names:
                decide(self.session, self.group, self.case, name, self.meetings[name], now, answer=answer)

        return act

    def england(self, now: datetime) -> None:
        answer_for_england(self.session, self.group, self.case, now)

    def condition_met(self, now: datetime) -> None:
        sutton = self.group.bodies["Sutton"]
        party = queries.standing_of(self.session, self.case, now).party(sutton.id)
        assert party is not None and party.entry_id is not None
        meet_condition(
            self.session,
            Which(self.case.id, sutton.id, party.entry_id, 1),
            evidence="Six are in post.",
            on=now.date(),
            seen="open",
            doer=self.group.doer("Sutton"),
            now=now,
        )

    def do(self, act: Callable[[datetime], None], now: datetime) -> None:
        with writing(self.session):
            act(now)


def said(letter: Message) -> tuple[str, str]:
    subject_line = "".join(str(make_header(decode_header(letter["Subject"]))).splitlines())
    return parseaddr(letter["To"])[1].removesuffix("@test.example"), subject_line.strip()


@pytest.mark.alike  # what is said twice at once is tested on both, below
def test_six_months_of_a_case_day_by_day(
    app: Flask, settings: Settings, clock: SettableClock, session: Session, post: tuple[Post, int]
) -> None:
    box, port = post
    posted = replace(settings, smtp_host="127.0.0.1", smtp_port=port)
    world = World(session)
    happens = {
        date(2015, 11, 10): world.respond("Croydon", "Kingston"),
        date(2015, 11, 25): world.respond("Richmond"),
        date(2015, 12, 3): world.respond("Sutton"),  # half have responded: complete before anything is escalated
        date(2015, 12, 7): world.second_version,
        date(2015, 12, 10): world.schedule("Croydon", "Kingston", "Richmond", "Sutton", "Wandsworth"),
        date(2015, 12, 16): world.schedule("Merton"),
        date(2016, 1, 8): world.move,
        date(2016, 1, 11): world.england,
        date(2016, 1, 13): world.papers,
        MEETS: world.decide("Croydon", "Richmond"),
        date(2016, 1, 27): world.decide("Sutton", answer=CONDITIONAL),
        date(2016, 1, 29): world.decide("Wandsworth", answer=VARIED),
        MOVED: world.decide("Kingston"),
        date(2016, 2, 12): world.decide("Merton"),
        date(2016, 4, 4): world.condition_met,
    }
    app.extensions["concord.daily"].work = {
        name: work for name, work in app.extensions["concord.daily"].work.items() if name.startswith("signoff")
    }
    went: dict[date, list[tuple[str, str]]] = {}
    with app.app_context():
        for number in range(186):
            day = OPENED.date() + timedelta(days=number)
            if day.weekday() >= 5:
                continue  # no worker runs then: what fell there would go on Monday, and stand there in the list
            clock.now = datetime.combine(day, time(7, 0), UTC)
            daily.run_due(app)
            if outbox.send_waiting(posted, clock.real):
                went[day] = sorted(said(letter) for letter in box.letters)
                box.letters.clear()
            if day in happens:
                world.do(happens[day], datetime.combine(day, time(18, 0), UTC))
    assert went == {
        date(2015, 11, 23): of("Reminder", "Merton", "NHS England", "Richmond", "Sutton", "Wandsworth"),
        date(2015, 11, 27): of("Reminder", "Merton", "NHS England", "Sutton", "Wandsworth"),
        date(2015, 12, 1): [
            (who, f"The day to answer has passed: {TITLE}")
            for who in ("director", "merton-secretary", "officer", "sutton-secretary", "wandsworth-secretary")
        ],
        date(2015, 12, 14): of("Reminder", "Merton", "NHS England"),
        date(2016, 1, 5): of("Reminder", "Croydon", "Kingston", "Merton", "Richmond", "Sutton", "Wandsworth"),
        date(2016, 1, 7): of("Not answered", "NHS England", to=["director"]),
        date(2016, 1, 14): of("Reminder", "Merton", "Richmond", "Sutton", "Wandsworth"),
        date(2016, 1, 19): of("Reminder", "Kingston"),  # its meeting was moved
        date(2016, 1, 28): of("Reminder", "Kingston", "Merton", "Wandsworth"),
        date(2016, 2, 2): of("Not answered", "Merton", to=["merton-accountable_officer"]),
        date(2016, 2, 9): of("Not answered", "Merton", to=["director"]),
        date(2016, 3, 2): of("A local variation ends on 29 April 2016", "Wandsworth", to=WITH_DIRECTOR),
        date(2016, 3, 22): of("A condition is due by 31 March 2016", "Sutton", to=CONDITION),
        date(2016, 4, 1): of("A condition was due by 31 March 2016", "Sutton", to=CONDITION),
        date(2016, 4, 15): of("A local variation ends on 29 April 2016", "Wandsworth", to=WITH_DIRECTOR),
        date(2016, 5, 3): of("A local variation ended on 29 April 2016", "Wandsworth", to=WITH_DIRECTOR),
    }
    session.rollback()
    on_record = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag.in_(["case.reminded", "case.escalated", "deadline.passed"]))
    ).all()
    assert len(on_record) == session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 34
    [passed] = [entry for entry in on_record if entry.tag == "deadline.passed"]
    assert passed.payload is not None
    assert (passed.organisation_id, passed.payload["sentence"]) == (
        world.group.host.id,
        "“Responses to the draft, after clinical review” was to be answered by 30 November 2015. That has passed, and "
        "Merton, Sutton, Wandsworth and NHS England had not answered.",
    )
    told = [(one["name"], one["role"]) for entry in on_record for one in (entry.payload or {})["told"]]
    assert len(told) == session.scalar(sa.select(sa.func.count()).select_from(Mail))
    resource = world.case.as_resource()
    for person in session.scalars(sa.select(Person).where(Person.name.in_([name for name, _ in told]))):
        assert allowed("case.read", actor_of(session, person, MEETS), resource)


CONDITION, WITH_DIRECTOR = ["director", "merton-accountable_officer"], ["director", "wandsworth-secretary"]


def of(what: str, *bodies: str, to: list[str] | None = None) -> list[tuple[str, str]]:
    """Mails of these bodies: to whoever answers for each, or to these people of the one body."""
    answers = {name: "officer" if name == "NHS England" else f"{name.lower()}-secretary" for name in bodies}
    pairs = [(one, bodies[0]) for one in to] if to else [(answers[name], name) for name in bodies]
    return sorted((one, f"{what}: {TITLE} ({name})") for one, name in pairs)


DECEMBER = datetime(2015, 12, 1, 7, 0, tzinfo=UTC)
NOVEMBER = datetime(2015, 11, 23, 7, 0, tzinfo=UTC)


def mails(session: Session) -> dict[str, tuple[str, str]]:
    session.rollback()
    return {one.recipient.split("@")[0]: (one.subject, one.body) for one in session.scalars(sa.select(Mail))}


def test_a_mail_says_what_is_asked_by_when_why_this_person_and_where(
    session: Session, clock: SettableClock, settings: Settings
) -> None:
    World(session)
    with writing(session):
        reminding.every_day(session, NOVEMBER, clock.real, settings)
    found = mails(session)
    assert len(found) == 7
    assert found["merton-secretary"] == (
        "Reminder: Out-of-hospital standards (Merton)",
        "Dear Secretary of Merton,\n\n"
        "Merton is to answer by 30 November 2015, and has not yet.\n\n"
        "What is asked in “Out-of-hospital standards”: The clinical review of this draft is done. What is the body’s "
        "response to it, and which clauses does it comment on?\n\n"
        "Read it, and see where it stands:\nhttp://localhost/sign-offs/standards/merton\n\n"
        "You are told this as board secretary, NHS Merton CCG, 5 working days before the last day to answer. It is "
        "sent once and stands on record.\n",
    )


def test_of_a_private_case_only_the_bodys_own_hear_and_no_mail_says_what_it_is(
    session: Session, clock: SettableClock, settings: Settings
) -> None:
    world = World(session, part=2)
    for on in (NOVEMBER, datetime(2015, 12, 14, 7, 0, tzinfo=UTC)):
        with writing(session):
            reminding.every_day(session, on, clock.real, settings)
    found = mails(session)
    assert set(found) == {f"{name.lower()}-secretary" for name in world.group.secretaries} | {
        "merton-accountable_officer"
    }
    for subject_line, text in found.values():
        assert "a private matter" in subject_line
        for word in ("hospital", "draft", "response", "standards", "clause"):
            assert word not in (subject_line + text).lower()
    for reminder in session.scalars(sa.select(Reminder)):
        body = reminder.body
        assert body is not None or reminder.kind == "deadline passed"
        for to in reminder.told:
            actor = actor_of(session, session.get_one(Person, to.person_id), NOVEMBER.date())
            bodies = [body] if body is not None else session.scalars(sa.select(DecidingBody)).all()
            assert any(
                allowed("meeting.private", actor, Resource("case", organisation_id=one.organisation_id, body_id=one.id))
                for one in bodies
            )
    parts = session.scalars(sa.select(RecordEntry.part).where(RecordEntry.tag.like("case.%ed"))).unique().all()
    assert set(parts) == {2}


def test_who_answered_meanwhile_and_who_cannot_sign_in_get_none_and_a_withdrawn_case_is_silent(
    session: Session, clock: SettableClock, settings: Settings
) -> None:
    world = World(session)
    world.do(world.respond("Croydon"), OPENED)
    with writing(session):
        account = sa.select(Account).where(Account.person_id == world.group.secretaries["Merton"].id)
        session.scalars(account).one().disabled = True
    waiting = {letter.body.short_name: letter for letter in reminding.letters(session, NOVEMBER) if letter.body}
    assert sorted(waiting) == ["Kingston", "Merton", "NHS England", "Richmond", "Sutton", "Wandsworth"]
    assert waiting["Merton"].to == ()
    assert not waiting["Merton"].goes
    assert session.scalars(sa.select(Mail)).all() == [], "looking writes nothing"
    with writing(session):
        service.withdraw(session, case_id=world.case.id, reason="Overtaken.", doer=world.director, now=OPENED)
    assert reminding.letters(session, NOVEMBER) == []


def test_two_workers_at_once_say_it_once(
    app: Flask, session: Session, clock: SettableClock, settings: Settings
) -> None:
    World(session)
    begin, wrong = threading.Barrier(2), list[BaseException]()

    def work() -> None:
        try:
            with app.app_context(), db.sessionmaker() as own:
                begin.wait()
                with writing(own):
                    reminding.every_day(own, NOVEMBER, clock.real, settings)
        except BaseException as error:
            wrong.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []
    assert len(mails(session)) == session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 7
    assert session.scalar(sa.select(sa.func.count()).where(RecordEntry.tag == "case.reminded")) == 7


def test_a_terminal_tells_what_would_go_and_sends_nothing(app: Flask, session: Session, clock: SettableClock) -> None:
    World(session)
    ran = app.test_cli_runner().invoke(args=["signoff", "reminders", "--on", "2015-11-23", "--dry-run"])
    assert ran.exit_code == 0, ran.output
    lines = ran.output.splitlines()
    assert lines[0] == "standards, Croydon: 5 working days before the last day to answer"
    assert lines[1] == "  to Secretary of Croydon, board secretary, NHS Croydon CCG"
    assert lines[-1] == "7 would go on 23 November 2015; nothing was sent."
    assert mails(session) == {}


def test_the_pages_show_what_was_sent_to_which_role_and_what_comes(
    session: Session, client: FlaskClient, clock: SettableClock, settings: Settings
) -> None:
    world = World(session)
    for on in (NOVEMBER, DECEMBER):
        with writing(session):
            reminding.every_day(session, on, clock.real, settings)
    clock.now = DECEMBER

    def become(code: str) -> None:
        account = sa.select(Account).join(Person, Person.id == Account.person_id).where(Person.code == code)
        client.set_cookie("concord", begin_session(session, session.scalars(account).one(), clock.real))
        session.commit()

    become("merton-secretary")
    whole = client.get("/sign-offs/standards/reminders").text
    assert "8 reminders, the latest first" in whole
    assert "Merton is to answer by 30 November 2015, and has not yet." in whole
    assert "board secretary, NHS Merton CCG" in whole
    assert "14 December 2015, Croydon: 10 working days after the last day to answer, to the programme director" in whole
    case = client.get("/sign-offs/standards").text
    assert "Next, if nothing is recorded before: 7 December 2015, Croydon: 5 working days after the last day" in case
    assert "All 8 that were sent, and all that come" in case
    assert "“Responses to the draft, after clinical review” was to be answered by 30 November 2015." in case
    assert "Reminders sent about Merton" in client.get("/sign-offs/standards/merton").text
    lines = client.get("/sign-offs/standards/reminders?as=csv").text.splitlines()
    assert len(lines) == 9
    assert lines[1].startswith("1 December 2015,Day passed,all who had not answered,once the day had passed,30 Nov")
    mine = client.get("/my-reminders").text
    assert "2 mails, the latest first" in mine
    assert "Merton is to answer by 30 November 2015" in mine
    assert "Sutton is to answer" not in mine
    home = client.get("/").text
    assert "Overdue: it was to be answered by 30 November 2015." in home
    assert "Escalated to you" in home
    world.do(world.respond("Merton"), DECEMBER)
    assert "Overdue: it was" not in client.get("/").text
    become("director")
    assert "Escalated to you" in client.get("/").text
    assert len(client.get("/my-reminders?as=csv").text.splitlines()) == 2
    session.scalars(sa.select(RoleHolding).where(RoleHolding.role == "programme_director")).one().ends = NOVEMBER.date()
    session.commit()
    gone = client.get("/my-reminders").text
    assert "What you may no longer see" in gone
    assert "Responses to the draft" not in gone


def test_members_who_have_not_signed_are_reminded_before_their_vote_closes(
    session: Session, client: FlaskClient, clock: SettableClock
) -> None:
    voting = Voting(session, client, clock)
    voting.open_account("Croydon", "registered_nurse")
    voting.open_account("Croydon", "lay_member")
    voting.open()
    voting.sign("chair")

    def told(day: int) -> list[tuple[str, list[str]]]:
        session.rollback()
        letters = reminding.letters(session, datetime(2015, 11, day, 7, 0, tzinfo=UTC))
        about = [one for one in letters if one.body is not None and one.body.short_name == "Croydon"]
        return [(one.planned.step, [to.role.split(",")[0] for to in one.to]) for one in about]

    assert told(10) == []
    assert told(11) == [("1 working day before the vote closes", ["Registered nurse", "Lay member"])]
    assert told(13) == [("1 working day after the vote closed", ["board secretary"])]
