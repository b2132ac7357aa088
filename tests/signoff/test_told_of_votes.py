"""That a vote on line was opened is mailed to its members, an interest in it or in an item to who rules on it: once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.audit.tags import Tag
from app.db import writing
from app.jobs.models import Mail
from app.meetings import service as meetings
from app.meetings.apologies import Post
from app.meetings.models import AgendaItem
from app.people.models import Account, Interest
from app.signoff import service, voting
from app.signoff.models import Reminder
from app.signoff.queries import seen_for
from tests.conftest import REAL_DAY, SettableClock
from tests.signoff.group import NOW
from tests.signoff.test_members_voting import OPENING, VOTING, Voting

POST = Post(REAL_DAY, "https://concord.example/")


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Voting:
    made = Voting(session, client, clock)
    for kind in ("deputy_chair", "registered_nurse", "lay_member", "in_attendance"):
        made.open_account("Croydon", kind)
    return made


def mails(session: Session) -> dict[str, Mail]:
    session.rollback()
    return {one.recipient.removesuffix("@test.example"): one for one in session.scalars(sa.select(Mail))}


def told(session: Session, tag: Tag) -> list[str]:
    """Whom the latest entry of this tag says were told."""
    entry = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag == tag).order_by(RecordEntry.id.desc())
    ).first()
    assert entry is not None and entry.payload is not None
    return sorted(one["name"] for one in entry.payload["told"])


def interest_of(world: Voting, kind: str) -> Interest:
    place = [seat.kind for seat in world.group.seats["Croydon"]].index(kind)
    made = Interest(
        code=f"of-{kind}",
        person_id=world.group.people["Croydon"][place].id,
        kind="financial",
        description="Canary of the practice",
        declared=date(2015, 10, 1),
        demonstration=False,
    )
    world.session.add(made)
    world.session.flush()
    return made


def test_the_members_who_can_sign_are_told_once_that_their_vote_is_open(world: Voting, session: Session) -> None:
    disabled = session.scalars(sa.select(Account).where(Account.person.has(code="croydon-lay_member"))).one()
    disabled.disabled = True
    session.commit()
    world.become("croydon-secretary")
    form = world.window()
    assert world.client.post(OPENING, data=form).status_code == 303
    assert world.client.post(OPENING, data=form).status_code == 303  # the same press again
    found = mails(session)
    assert set(found) == {"croydon-chair", "croydon-deputy_chair", "croydon-registered_nurse"}
    letter = found["croydon-registered_nurse"]
    assert letter.subject == "Vote on line: Patient vignettes (Croydon)"
    assert "from 6 November 2015 at 9am until 12 November 2015 at 5pm." in letter.body
    assert "/sign-offs/standards/croydon/voting" in letter.body
    assert "You are told this as Registered nurse, Croydon Governing Body" in letter.body
    assert told(session, Tag.VOTING_OPENED) == [
        "Dr Clinical of Croydon",
        "Dr Deputy of Croydon",
        "Dr Registered of Croydon",
    ]
    [reminder] = session.scalars(sa.select(Reminder))
    assert (reminder.kind, reminder.due, len(reminder.told)) == ("vote opened", date(2015, 11, 12), 3)
    world.become("croydon-chair")
    assert "The members of Croydon vote on this on line from" in world.client.get("/my-reminders").text
    assert ">Vote opened</strong>" in world.client.get("/my-reminders").text
    assert ",Vote opened," in world.client.get("/sign-offs/standards/reminders?as=csv").text


def test_who_is_kept_out_for_an_interest_is_not_asked_to_sign(world: Voting, session: Session) -> None:
    body = world.group.bodies["Croydon"]
    nurse = next(
        (seat, person)
        for seat, person in zip(world.group.seats["Croydon"], world.group.people["Croydon"], strict=True)
        if seat.kind == "registered_nurse"
    )
    with writing(session):
        service.schedule(session, world.case, body, world.meetings["Croydon"], world.group.doer("Croydon"), NOW)
        item = session.scalars(sa.select(AgendaItem).where(AgendaItem.subject_kind == "case")).one()
        meetings.handle_conflict(
            session,
            item,
            seat=nurse[0],
            person=nurse[1],
            interest_kind="financial",
            handling="leave",
            reason="Paid by it",
            handled_by="Dr Clinical of Croydon",
            doer=world.group.doer("Croydon"),
            now=NOW,
        )
    world.become("croydon-secretary")
    assert world.client.post(OPENING, data=world.window()).status_code == 303
    assert set(mails(session)) == {"croydon-chair", "croydon-deputy_chair", "croydon-lay_member"}


def test_a_vote_that_is_recorded_afterwards_is_mailed_to_nobody(world: Voting, session: Session) -> None:
    body = world.group.bodies["Croydon"]
    with writing(session):
        voting.open_voting(
            session,
            case_id=world.case.id,
            body_id=body.id,
            opens=NOW,
            closes=datetime(2015, 11, 12, 17, 0, tzinfo=UTC),
            answer="agree",
            seen=seen_for(session, world.case, body),
            token="as it was told then",
            doer=world.group.doer("Croydon"),
            now=NOW,
        )
    assert mails(session) == {}


@pytest.mark.parametrize(("whose", "rules"), [("registered_nurse", "croydon-chair"), ("chair", "croydon-deputy_chair")])
def test_an_interest_in_a_vote_is_mailed_to_who_rules_on_it_and_to_the_secretary(
    world: Voting, session: Session, whose: str, rules: str
) -> None:
    with writing(session):
        interest_of(world, whose)
    world.open()
    with writing(session):
        session.execute(sa.delete(Mail))
    world.become(f"croydon-{whose}")
    address = f"{VOTING}/declare"
    form: dict[str, Any] = {**world.form(address), "interest": f"of-{whose}"}
    assert [world.client.post(address, data=form).status_code for _ in range(2)] == [303, 409]
    found = mails(session)
    assert set(found) == {rules, "croydon-secretary"}
    assert found[rules].subject == "An interest was declared: Patient vignettes (Croydon)"
    assert all("Canary" not in one.body and "Registered" not in one.body for one in found.values())
    assert len(told(session, Tag.VOTING_DECLARED)) == 2


@pytest.mark.parametrize("part", [1, 2])
def test_an_interest_in_an_item_is_mailed_to_who_presides_and_to_the_secretary_without_what_it_is(
    world: Voting, session: Session, part: int
) -> None:
    meeting = world.meetings["Croydon"]
    with writing(session):
        item = meetings.propose_item(
            session,
            meeting,
            origin="request",
            subject_kind=None,
            subject_id=None,
            title="Stroke services",
            purpose="decision",
            recommendation="The Governing Body is asked to decide.",
            part=part,
            doer=world.group.doer("Croydon"),
            now=NOW,
            private_ground="Commercial in confidence" if part == 2 else "",
            private_review_on=date(2016, 1, 1) if part == 2 else None,
        )
        place = [seat.kind for seat in world.group.seats["Croydon"]].index("registered_nurse")
        person, seat = world.group.people["Croydon"][place], world.group.seats["Croydon"][place]
        interest = interest_of(world, "registered_nurse")
        for _ in range(2):
            doer = Doer(person.id, person.name, "member")
            meetings.declare_for_item(session, item, seat=seat, interest=interest, doer=doer, now=NOW, post=POST)
    found = mails(session)
    assert set(found) == {"croydon-chair", "croydon-secretary"}
    for letter in found.values():
        assert "Canary" not in letter.body and person.name not in letter.body
        assert ("Stroke services" in letter.body) == (part == 1)
        assert "https://concord.example/meetings/croydon-2015-11-24" in letter.body
    assert told(session, Tag.INTEREST_DECLARED_FOR_ITEM) == ["Dr Clinical of Croydon", "Secretary of Croydon"]
