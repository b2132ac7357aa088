"""A joint committee decides once for the bodies that delegated to it; each keeps its row, and who decided shows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.audit.tags import Tag
from app.db import writing
from app.documents.models import Document
from app.meetings.models import Meeting
from app.people.models import BodyRule, DecidingBody, Person, Seat, SeatHolding
from app.permissions import Refused, Stale
from app.signoff import queries
from app.signoff.chairs_action import Grounds, act_alone, to_ratify
from app.signoff.delegations import delegate, end_delegation
from app.signoff.folding import folded
from app.signoff.models import PartyState
from app.signoff.opening import open_round, withdraw
from app.signoff.scheduling import schedule
from tests.conftest import SettableClock
from tests.signoff import group as group_of
from tests.signoff.group import Group
from workflows.facts import AnswerFact

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
NAMES = ("Croydon", "Kingston", "Merton")


def world(session: Session, names: Sequence[str] = NAMES) -> tuple[Group, DecidingBody]:
    """CCGs with NHS England, a document with the id that the group's cases ask about, and a joint committee."""
    made = group_of.make_group(session, names)
    session.add(
        Document(
            id=1,
            code="standards",
            collaborative_id=made.collaborative.id,
            title="Standards",
            summary="",
            workstream="out-of-hospital",
            demonstration=True,
        )
    )
    joint = DecidingBody(
        code="joint", organisation_id=made.host.id, kind="joint_committee", name="Joint committee",
        short_name="Joint committee", opened=group_of.BEGAN,
    )  # fmt: skip
    session.add(joint)
    session.flush()
    return made, joint


def test_one_decision_counts_for_who_delegated_and_a_delegation_that_ends_gives_the_question_back(
    session: Session,
) -> None:
    with writing(session):
        made, joint = world(session)
        named: dict[str, tuple[list[str], list[str]]] = {
            "Croydon": ([], ["out-of-hospital"]),
            "Merton": (["standards"], []),
        }
        for name, (documents, workstreams) in named.items():
            given = delegate(
                session, made.bodies[name], joint, documents=documents, workstreams=workstreams,
                starts=NOW.date(), ends=None,
                decided=f"{name} GB/1", doer=made.doer(name), now=NOW,
            )  # fmt: skip
        case = group_of.open_case(session, made, NOW)
    stands = queries.standing_of(session, case, NOW)
    assert stands.result == (
        "0 of 4 have responded, 4 needed; Joint committee (for Croydon and Merton), Kingston and NHS England are still "
        "to respond."
    )
    rows = session.scalars(sa.select(PartyState).order_by(PartyState.body_id)).all()
    assert [(row.through, row.waiting) for row in rows] == [
        ("Joint committee", False), ("", True), ("Joint committee", False), ("", True), ("", True),
    ]  # fmt: skip
    meeting = group_of.set_meetings(session, made, date(2015, 11, 20), NOW)["Merton"]
    with pytest.raises(Refused):
        schedule(session, case, made.bodies["Merton"], meeting, made.doer("Merton"), NOW)
    session.rollback()
    with writing(session):
        end_delegation(
            session, given.id, ends=NOW.date(), decided="Merton GB/2", doer=made.doer("Merton"), now=NOW
        )  # fmt: skip
    tomorrow = NOW + timedelta(days=1)
    stands = queries.standing_of(session, case, tomorrow)
    assert [one.party.short_name for one in stands.parties if stands.asks(one)] == [
        "Kingston", "Merton", "NHS England", "Joint committee",
    ]  # fmt: skip
    assert stands.asked == 4


def test_a_body_that_delegated_the_document_and_its_workstream_is_asked_itself_once_both_have_ended(
    session: Session,
) -> None:
    with writing(session):
        made, joint = world(session)
        merton, doer = made.bodies["Merton"], made.doer("Merton")
        scopes: tuple[tuple[list[str], list[str]], ...] = ((["standards"], []), ([], ["out-of-hospital"]))
        given = [
            delegate(
                session, merton, joint, documents=documents, workstreams=workstreams, starts=NOW.date(), ends=None,
                decided=f"GB/{number}", doer=doer, now=NOW,
            ).id
            for number, (documents, workstreams) in enumerate(scopes, start=1)
        ]  # fmt: skip
        case = group_of.open_case(session, made, NOW)
    said, tomorrow = [], NOW + timedelta(days=1)
    for delegation_id, through in zip(given, ("Joint committee", ""), strict=True):
        with writing(session):
            end_delegation(session, delegation_id, ends=NOW.date(), decided="GB/3", doer=doer, now=NOW)
        found = queries.standing_of(session, case, tomorrow).party(merton.id)
        assert found is not None and found.party.through == through
        said.append(found.sentence)
    assert said[0].startswith("Merton decides this through Joint committee, to which it delegated it. ")
    ended = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag == Tag.PARTY_DELEGATION_ENDED.value).order_by(RecordEntry.id)
    )
    assert [(one.payload or {})["sentence"] for one in ended] == [
        "Merton delegates this to Joint committee by GB/1 until 5 November 2015 only. It goes on by GB/2.",
        "Merton delegates this to Joint committee by GB/2 until 5 November 2015 only. What Joint committee has not "
        "decided by then, Merton is asked itself.",
    ]


def test_what_a_second_decision_delegates_of_the_same_counts_from_the_next_round(session: Session) -> None:
    with writing(session):
        made, joint = world(session)
        merton, doer = made.bodies["Merton"], made.doer("Merton")
        first = delegate(
            session, merton, joint, documents=["standards"], starts=NOW.date(), ends=None, decided="GB/1", doer=doer,
            now=NOW,
        ).id  # fmt: skip
        case = group_of.open_case(session, made, NOW)
        delegate(
            session, merton, joint, documents=[], workstreams=["out-of-hospital"], starts=NOW.date(), ends=None,
            decided="GB/2", doer=doer, now=NOW,
        )  # fmt: skip
    with writing(session):
        open_round(session, case, group_of.subject(2), made.doer("Croydon"), NOW)
    with writing(session):
        end_delegation(session, first, ends=NOW.date(), decided="GB/3", doer=doer, now=NOW)
    found = queries.standing_of(session, case, NOW + timedelta(days=1)).party(merton.id)
    assert found is not None and found.party.through == "Joint committee"


def test_a_form_of_who_had_delegated_is_told_that_the_case_is_closed(session: Session) -> None:
    with writing(session):
        made, joint = world(session)
        merton = made.bodies["Merton"]
        delegate(
            session, merton, joint, documents=["standards"], starts=NOW.date(), ends=None, decided="GB/1",
            doer=made.doer("Merton"), now=NOW,
        )  # fmt: skip
        case = group_of.open_case(session, made, NOW)
    meeting = group_of.set_meetings(session, made, NOW.date(), NOW)["Merton"]
    with pytest.raises(Refused, match="Nothing is asked of Merton itself"), writing(session):
        group_of.decide(session, made, case, "Merton", meeting, NOW)
    with writing(session):
        withdraw(session, case_id=case.id, reason="Overtaken.", doer=made.doer("Croydon"), now=NOW)
    with pytest.raises(Stale, match="The case is closed"), writing(session):
        group_of.decide(session, made, case, "Merton", meeting, NOW)


def test_a_delegation_that_begins_while_a_case_is_open_counts_from_its_next_round(session: Session) -> None:
    with writing(session):
        made, joint = world(session)
        case = group_of.open_case(session, made, NOW)
        delegate(
            session, made.bodies["Merton"], joint, documents=["standards"], starts=NOW.date(), ends=None,
            decided="Merton GB/1", doer=made.doer("Merton"), now=NOW,
        )  # fmt: skip
    merton = made.bodies["Merton"].id
    stands = queries.standing_of(session, case, NOW)
    found = stands.party(merton)
    assert found is not None and stands.asks(found)
    with writing(session):
        open_round(session, case, group_of.subject(2), made.doer("Croydon"), NOW)
    stands = queries.standing_of(session, case, NOW)
    found = stands.party(merton)
    assert found is not None and found.party.through == "Joint committee"
    assert found.sentence.startswith("Merton decides this through Joint committee, to which it delegated it.")
    assert stands.party(joint.id) is not None


def test_a_delegation_of_something_else_that_ends_leaves_the_case_as_it_is(session: Session) -> None:
    with writing(session):
        made, joint = world(session)
        session.add(
            Document(
                id=2, code="outcomes", collaborative_id=made.collaborative.id, title="Outcomes", summary="",
                demonstration=True,
            )
        )  # fmt: skip
        merton = made.bodies["Merton"]
        given = [
            delegate(
                session, merton, joint, documents=[document], starts=NOW.date(), ends=None, decided=f"On {document}",
                doer=made.doer("Merton"), now=NOW,
            ).id
            for document in ("standards", "outcomes")
        ]  # fmt: skip
        case = group_of.open_case(session, made, NOW)
    tomorrow = NOW + timedelta(days=1)
    for delegation_id, through in zip(reversed(given), ("Joint committee", ""), strict=True):
        with writing(session):
            end_delegation(
                session, delegation_id, ends=NOW.date(), decided="Merton GB/2", doer=made.doer("Merton"), now=NOW
            )
        found = queries.standing_of(session, case, tomorrow).party(merton.id)
        assert found is not None and found.party.through == through


def test_a_joint_committee_is_put_on_no_agenda_once_it_answers_for_nobody(session: Session) -> None:
    with writing(session):
        made, joint = world(session)
        delegate(
            session, made.bodies["Merton"], joint, documents=["standards"], starts=NOW.date(), ends=NOW.date(),
            decided="Merton GB/1", doer=made.doer("Merton"), now=NOW,
        )  # fmt: skip
        case = group_of.open_case(session, made, NOW)
        meeting = Meeting(
            code="joint-meeting", body_id=joint.id, title="Joint committee", held_on=date(2015, 11, 20),
            place="The hall", state="planned", demonstration=True,
        )  # fmt: skip
        session.add(meeting)
    with pytest.raises(Refused, match="Nothing is asked of Joint committee"):
        schedule(session, case, joint, meeting, made.doer("Merton"), NOW + timedelta(days=1))


def test_what_a_committee_decided_in_time_is_led_to_its_record_after_the_last_day(
    session: Session, client: FlaskClient, clock: SettableClock
) -> None:
    with writing(session):
        made, joint = world(session)
        accounts = group_of.open_accounts(session, made)
        case = group_of.open_case(session, made, NOW)
        delegate(
            session, made.bodies["Merton"], joint, documents=["standards"], starts=NOW.date(), ends=date(2015, 11, 20),
            decided="Merton GB/1", doer=made.doer("Merton"), now=NOW,
        )  # fmt: skip
        group_of.respond(session, made, case, NAMES, NOW)
        group_of.answer_for_england(session, made, case, NOW, AnswerFact("respond", comments="No comment."))
        open_round(session, case, group_of.subject(2), made.doer("Croydon"), NOW)
        for on in (date(2015, 11, 20), date(2015, 11, 21)):
            session.add(
                Meeting(
                    code=f"joint-{on.day}", body_id=joint.id, title="Joint committee", held_on=on, place="The hall",
                    state="planned", demonstration=True,
                )
            )  # fmt: skip
        signed_in = group_of.begin_session(session, accounts["croydon-secretary"], clock.real)
    client.set_cookie("concord", signed_in)
    clock.now = datetime(2015, 11, 22, 9, 0, tzinfo=UTC)
    page = client.get("/sign-offs/standards/joint").text
    assert "What it decided on 20 November 2015, while it was asked, can still be put on record" in page
    assert "/sign-offs/standards/joint/decision?meeting=joint-20" in page


def test_what_the_committees_chair_decided_alone_the_committee_ratifies_and_no_body_for_which_it_answers(
    session: Session,
) -> None:
    with writing(session):
        made, joint = world(session, group_of.SIX)
        case = group_of.open_case(session, made, NOW)
        merton = made.bodies["Merton"]
        delegate(
            session, merton, joint, documents=["standards"], starts=NOW.date(), ends=None, decided="Merton GB/1",
            doer=made.doer("Merton"), now=NOW,
        )  # fmt: skip
        group_of.put_to_decision(session, made, case, NOW)
        chair = Person(code="joint-chair", name="Dr Joint", email="joint-chair@test.example", demonstration=True)
        seat = Seat(
            code="joint-chair", body_id=joint.id, title="Chair", kind="chair", voting=True, position=1,
            starts=group_of.BEGAN,
        )  # fmt: skip
        session.add_all([chair, seat, _rule(joint)])
        session.flush()
        session.add(SeatHolding(seat_id=seat.id, person_id=chair.id, starts=group_of.BEGAN))
        act_alone(
            session, case_id=case.id, body_id=joint.id, answer=group_of.AGREE, grounds=Grounds("It ends on Friday."),
            seen=queries.seen_for(session, case, joint), token="alone", now=NOW,
            doer=Doer(chair.id, chair.name, "chair, Joint committee"),
        )  # fmt: skip
    found = folded(session, case, NOW)
    through = found.party(merton.id)
    assert through is not None and (through.word, through.party.through) == ("to be ratified", "Joint committee")
    with pytest.raises(Refused, match="No chair’s action of Merton on this is to be ratified"):
        to_ratify(found, merton.id)
    assert to_ratify(found, joint.id).party.entry_id == through.entry_id


def _rule(body: DecidingBody) -> BodyRule:
    return BodyRule(body_id=body.id, starts=group_of.BEGAN, quorum=group_of.QUORUM, lead_number=5, lead_unit="working")
