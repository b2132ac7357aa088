"""What a case came to is told once to whom it was asked of and who asked, and to nobody else."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.db import writing
from app.jobs.models import Job, Mail
from app.jobs.worker import run_waiting
from app.people.models import Account
from app.signoff import reminder_queries
from app.signoff.models import Case, Reminder
from app.signoff.opening import withdraw
from app.signoff.queries import standing_of
from app.signoff.results import subject_of, text_of
from app.signoff.told_people import Recipient
from tests.conftest import SettableClock
from tests.signoff.group import (
    NOW,
    Group,
    answer_for_england,
    decide,
    make_group,
    open_accounts,
    open_case,
    put_to_decision,
    set_meetings,
)

MEETING_DAY = date(2015, 11, 24)
EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


@pytest.fixture
def agreed(session: Session, clock: SettableClock) -> tuple[Group, Case]:
    """A case that every body and NHS England agreed on the evening of one day, which it is now."""
    with writing(session):
        group = make_group(session)
        open_accounts(session, group)
        case = open_case(session, group, NOW)
        put_to_decision(session, group, case, NOW)
        meetings = set_meetings(session, group, MEETING_DAY, NOW)
    for name, meeting in meetings.items():
        with writing(session):
            decide(session, group, case, name, meeting, EVENING)
    with writing(session):
        answer_for_england(session, group, case, EVENING)
    clock.now = EVENING
    assert standing_of(session, case, EVENING).state == "agreed"
    return group, case


def mails(session: Session) -> list[Mail]:
    session.rollback()
    return list(session.scalars(sa.select(Mail).order_by(Mail.recipient)))


def test_each_is_told_once_that_it_was_agreed(app: Flask, session: Session, agreed: tuple[Group, Case]) -> None:
    group, case = agreed
    run_waiting(app)
    told = mails(session)
    assert group.officer is not None and group.director is not None
    asked = {person.email for person in (*group.secretaries.values(), group.officer, group.director)}
    assert [mail.recipient for mail in told] == sorted(asked)
    assert {mail.subject for mail in told} == {f"Agreed: {case.title}"}
    assert f"“{case.title}” was agreed on 24 November 2015." in told[0].body
    assert f"http://localhost/sign-offs/{case.code}" in told[0].body
    [said] = session.scalars(sa.select(Reminder))
    assert said.kind in reminder_queries.KINDS
    assert {one.name for one in said.told} == {mail.recipient_name for mail in told}
    with writing(session):  # as a worker would that was killed after its work and before it said so
        session.execute(sa.update(Job).values(state="waiting", lease_owner=None, lease_until=None))
    run_waiting(app)
    assert len(mails(session)) == len(told)
    assert {job.state for job in session.scalars(sa.select(Job))} == {"done"}, "the second run went through"
    assert len(session.scalars(sa.select(Reminder)).all()) == 1


def test_whose_account_is_closed_is_not_told(app: Flask, session: Session, agreed: tuple[Group, Case]) -> None:
    group, _case = agreed
    with writing(session):
        merton = group.secretaries["Merton"]
        session.execute(sa.update(Account).where(Account.person_id == merton.id).values(disabled=True))
    run_waiting(app)
    assert "merton-secretary@test.example" not in {mail.recipient for mail in mails(session)}
    assert len(mails(session)) == 7


def test_what_is_no_news_any_more_is_mailed_to_nobody(
    app: Flask, session: Session, clock: SettableClock, agreed: tuple[Group, Case]
) -> None:
    clock.now = datetime(2016, 1, 4, 9, 0, tzinfo=UTC)
    run_waiting(app)
    assert mails(session) == []


def test_who_was_asked_hears_that_the_case_was_withdrawn(app: Flask, session: Session, clock: SettableClock) -> None:
    with writing(session):
        group = make_group(session, ("Croydon", "Kingston", "Merton", "Sutton"), nhs_england=False)
        open_accounts(session, group)
        case = open_case(session, group, NOW)
    with writing(session):
        withdraw(session, case_id=case.id, reason="The plan is overtaken.", doer=group.doer("Croydon"), now=NOW)
    clock.now = NOW
    run_waiting(app)
    told = mails(session)
    assert {"croydon-secretary@test.example", "merton-secretary@test.example"} <= {mail.recipient for mail in told}
    assert {mail.subject for mail in told} == {f"Withdrawn: {case.title}"}
    assert "was withdrawn on 5 November 2015.\n\nThe plan is overtaken.\n\nNobody is asked any more." in told[0].body


def test_a_mail_about_a_private_case_does_not_say_what_it_is_about() -> None:
    case = Case(code="x", title="A closure that is not public", part=2, demonstration=False)
    to = Recipient(1, "A member", "a@test.example", "GP member, Merton Governing Body")
    said = subject_of(case, "agreed") + text_of(case, "agreed", MEETING_DAY, "6 of 6 agree.", to, "https://x.example")
    assert "closure" not in said and "6 of 6" not in said
    assert "https://x.example/" in said
