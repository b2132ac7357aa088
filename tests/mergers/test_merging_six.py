"""The six CCGs of South West London become one on 1 April 2020, with a case open, and all of it is checked off line.

Codes, names and days are those of the demonstration’s `organisations.csv`, where their source stands.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

import verify_record
from app.audit import queries as record
from app.audit.as_stored import frontier
from app.audit.merkle import appended
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Act, Doer, LogSealed, append, entry_leaf
from app.audit.tags import Tag
from app.db import writing
from app.jobs.daily import run_due
from app.meetings import service as meetings
from app.meetings.models import Meeting
from app.mergers import service
from app.mergers.models import Merger
from app.mergers.plan import planned
from app.people.kept import Contradiction
from app.people.models import (
    BodyRule,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.people.queries import actor_of
from app.people.succession import now_called
from app.permissions import Missing, Refused, Role, allowed, check
from app.programme.models import LocalPosition, Period, Programme, Workstream, WorkstreamBody
from app.programme.owing import owed
from app.programme.passing_positions import pass_positions, without_heir
from app.signoff import queries
from app.signoff import service as signoff
from app.signoff.correcting import correct_decision, latest_decision
from app.signoff.folding import folded
from app.signoff.models import Case, PartyState
from app.signoff.sentences import told
from app.signoff.tracking import Which, meet_condition
from app.signoff.withdrawing import withdraw_at_meeting
from tests.audit.test_record import without_triggers
from tests.conftest import SettableClock
from tests.signoff import group as group_of
from tests.signoff.group import SIX
from workflows.facts import AnswerFact, AttendanceFact, VoteFact

CODES = ("07V", "08J", "08R", "08P", "08T", "08X")
FORMED = date(2020, 4, 1)
BEFORE = datetime(2020, 2, 3, 9, 0, tzinfo=UTC)
MARCH = datetime(2020, 3, 4, 9, 0, tzinfo=UTC)
THE_DAY = datetime(2020, 4, 1, 3, 0, tzinfo=UTC)
ADMINISTRATOR = Doer(None, "Ada Administrator", "administrator")
ORDER = "the constitution of NHS South West London CCG"
ANSWERED = ("Croydon", "Kingston", "Merton")
LEFT_OPEN = ("Richmond", "Sutton", "Wandsworth")


class World:
    """Six CCGs with a case before them, three of which have answered; and the CCG that is to have their work."""

    def __init__(self, session: Session) -> None:
        self.session = session
        with writing(session):
            self.group = group_of.make_group(session)
            for code, name in zip(CODES, SIX, strict=True):
                self.group.bodies[name].organisation.ods_code = code
            self.successor, self.body, self.seats, self.secretary = _successor(session)
            self.case = group_of.open_case(session, self.group, BEFORE)
            group_of.put_to_decision(session, self.group, self.case, BEFORE)
            self.meetings = group_of.set_meetings(session, self.group, MARCH.date(), BEFORE)
        with writing(session):
            for name in ANSWERED:
                conditional = AnswerFact("agree_with_conditions", conditions=("A report by June.",))
                group_of.decide(
                    session, self.group, self.case, name, self.meetings[name], MARCH,
                    answer=conditional if name == "Merton" else group_of.AGREE,
                )  # fmt: skip
            group_of.answer_for_england(session, self.group, self.case, MARCH)

    @property
    def predecessors(self) -> list[Organisation]:
        return [self.group.bodies[name].organisation for name in SIX]

    def plan(self, on: date = FORMED, now: datetime = MARCH) -> Merger:
        with writing(self.session):
            return service.plan_merger(
                self.session, successor=self.successor, predecessors=self.predecessors, from_on=on, reason=ORDER,
                doer=ADMINISTRATOR, now=now,
            )  # fmt: skip

    def merge(self) -> Merger:
        merger = self.plan()
        with writing(self.session):
            service.take_effect(self.session, merger.id, doer=ADMINISTRATOR, now=THE_DAY)
        return merger

    def decide(self, now: datetime) -> int:
        """The successor's governing body agrees, at a meeting of its own."""
        with writing(self.session):
            meeting = meetings.set_meeting(
                self.session, body=self.body, code="swl-april", title="SWL meets", held_on=now.date(), begins=None,
                place="Wimbledon", doer=ADMINISTRATOR, now=now,
            )  # fmt: skip
            there = tuple(AttendanceFact(seat.id, who.id, who.name, "present") for seat, who in self.seats)
            return signoff.record_decision(
                self.session, case_id=self.case.id, body_id=self.body.id, meeting_id=meeting.id, attendance=there,
                votes=tuple(VoteFact(seat.id, "for") for seat, _ in self.seats), answer=group_of.AGREE,
                seen=queries.seen_for(self.session, self.case, self.body), token="swl",
                doer=Doer(self.secretary.id, self.secretary.name, "board secretary"), now=now,
            )  # fmt: skip


def _successor(session: Session) -> tuple[Organisation, DecidingBody, list[tuple[Seat, Person]], Person]:
    made = Organisation(
        ods_code="36L", name="NHS South West London CCG", short_name="South West London", kind="ccg", opened=FORMED
    )
    session.add(made)
    session.flush()
    body = DecidingBody(
        code="swl", organisation_id=made.id, kind="governing_body", name="NHS South West London CCG Governing Body",
        short_name="South West London", opened=FORMED,
    )  # fmt: skip
    session.add(body)
    session.flush()
    rule = {"share_numerator": 1, "share_denominator": 2, "needs": []}
    session.add(BodyRule(body_id=body.id, starts=FORMED, quorum=rule, lead_number=5, lead_unit="working"))
    seats = []
    for place, kind in enumerate(("chair", "gp_member", "lay_member"), start=1):
        seat = Seat(
            code=f"swl-{kind}", body_id=body.id, title=kind, kind=kind, voting=True, position=place, starts=FORMED
        )
        person = Person(code=f"swl-{kind}", name=f"Dr {kind}", email=f"{kind}@swl.example", demonstration=True)
        session.add_all([seat, person])
        session.flush()
        session.add(SeatHolding(seat_id=seat.id, person_id=person.id, starts=FORMED))
        seats.append((seat, person))
    # Merton's secretary goes on as the new CCG's; the others have nothing there
    secretary = session.scalars(sa.select(Person).where(Person.code == "merton-secretary")).one()
    session.add(RoleHolding(person_id=secretary.id, role=Role.SECRETARY.value, organisation_id=made.id, starts=FORMED))
    session.flush()
    return made, body, seats, secretary


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_what_was_open_passes_and_old_decisions_keep_their_signatories(session: Session, world: World) -> None:
    world.merge()
    stands = queries.standing_of(session, world.case, THE_DAY)
    assert stands.result == (
        "4 of 7 have agreed (Merton with conditions); South West London (for Richmond, Sutton and Wandsworth) is still "
        "to decide."
    )
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.PARTY_PASSED.value)).one()
    assert entry.organisation_id == world.successor.id
    assert (entry.payload or {})["sentence"] == (
        "The parts of Croydon, Kingston, Merton, Richmond, Sutton and Wandsworth passed to South West London on "
        "1 April 2020: NHS Croydon CCG, NHS Kingston CCG, NHS Merton CCG, NHS Richmond CCG, NHS Sutton CCG and NHS "
        "Wandsworth CCG have ended, and NHS South West London CCG succeeds: the constitution of NHS South West London "
        "CCG. What Croydon, Kingston and Merton answered stands as it was given. South West London is asked once, for "
        "Richmond, Sutton and Wandsworth."
    )
    waiting = {one.body_id for one in queries.still_asked(session, [world.case.id])}
    assert waiting == {world.body.id}
    world.decide(THE_DAY + timedelta(days=6))
    stands = queries.standing_of(session, world.case, THE_DAY + timedelta(days=6))
    assert (stands.state, stands.in_favour, stands.asked) == ("agreed", 7, 7)
    croydon = stands.party(world.group.bodies["Croydon"].id)
    assert croydon is not None and croydon.sentence.startswith("Croydon agreed version 2 on 4 March 2020")
    called = now_called(session, [one.id for one in world.group.bodies.values()], THE_DAY.date())
    assert set(called.values()) == {"NHS South West London CCG"} and len(called) == 6
    rows = session.scalars(sa.select(PartyState).where(PartyState.through != "")).all()
    assert {row.body_id for row in rows} == {world.group.bodies[name].id for name in LEFT_OPEN}
    _what_became_of_a_condition(session, world)
    _what_else_follows_an_old_decision(session, world)


def _what_else_follows_an_old_decision(session: Session, world: World) -> None:
    """Its minute, a correction and a withdrawal are the successor's to record, in its log; who decided stays named."""
    later, group, case = THE_DAY + timedelta(days=8), world.group, world.case
    secretary = Doer(world.secretary.id, world.secretary.name, "board secretary, NHS South West London CCG")
    croydon, kingston = group.bodies["Croydon"], group.bodies["Kingston"]
    with writing(session):
        signoff.reference_minute(
            session, case_id=case.id, body_id=kingston.id, reference="KGB/1920/11", doer=secretary, now=later
        )
        decision = latest_decision(folded(session, case, later), croydon)
        assert decision is not None
        conditional = AnswerFact("agree_with_conditions", conditions=("The costs are shown by July.",))
        correct_decision(
            session, case_id=case.id, body_id=croydon.id, entry_id=decision.id, reason="The condition was left out",
            answer=conditional, doer=secretary, now=later,
        )  # fmt: skip
        meeting = meetings.set_meeting(
            session, body=world.body, code="swl-later", title="SWL meets again", held_on=later.date(), begins=None,
            place="Wimbledon", doer=secretary, now=later,
        )  # fmt: skip

    def withdraw(body: DecidingBody) -> None:
        with writing(session):
            there = tuple(AttendanceFact(seat.id, who.id, who.name, "present") for seat, who in world.seats)
            withdraw_at_meeting(
                session, case_id=case.id, body_id=body.id, meeting_id=meeting.id, attendance=there,
                votes=tuple(VoteFact(seat.id, "for") for seat, _ in world.seats), reason="The money is spent",
                seen=queries.seen_for(session, case, body), doer=secretary, now=later,
            )  # fmt: skip

    with pytest.raises(Refused, match="South West London agreed this itself on 7 April 2020, and answers for what"):
        withdraw(kingston)
    session.rollback()
    for body in (world.body, kingston):
        withdraw(body)
    tags = (Tag.MINUTE_REFERENCED.value, Tag.DECISION_CORRECTED.value, Tag.AGREEMENT_WITHDRAWN.value)
    written = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag.in_(tags)).order_by(RecordEntry.id)).all()
    assert [one.organisation_id for one in written] == [world.successor.id] * 4
    assert [(one.payload or {}).get("in_place_of", {}).get("name") for one in written] == [
        "NHS Kingston CCG", "NHS Croydon CCG", None, "NHS Kingston CCG",
    ]  # fmt: skip
    stands = queries.standing_of(session, case, later)
    sentences = {party.party.short_name: party.sentence for party in stands.parties}
    assert (
        "Croydon agreed version 2 with conditions on 4 March 2020: The costs are shown by July (corrected)"
        in sentences["Croydon"]
    )
    assert told(queries.history(session, case), stands)[0].sentence == (
        "South West London, which has Kingston’s work now, withdrew its agreement to version 2 on 9 April 2020: The "
        "money is spent."
    )
    assert stands.state == "agreed"


def _what_became_of_a_condition(session: Session, world: World) -> None:
    """What is still recorded of an old decision stands in the successor’s log; the old one takes nothing more."""
    merton = world.group.bodies["Merton"]
    decision = session.scalars(
        sa.select(RecordEntry).where(
            RecordEntry.tag == "decision.recorded",
            RecordEntry.organisation_id == merton.organisation_id,
            RecordEntry.payload["answer"].as_string() != "respond",
        )
    ).one()
    with writing(session):
        meet_condition(
            session, Which(world.case.id, merton.id, decision.id, 1), on=FORMED, seen="open",
            evidence="The report is here.",
            doer=ADMINISTRATOR, now=THE_DAY + timedelta(days=7),
        )  # fmt: skip
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.CONDITION_MET.value)).one()
    assert entry.organisation_id == world.successor.id
    assert (entry.payload or {})["in_place_of"] == {
        "organisation_id": merton.organisation_id,
        "name": "NHS Merton CCG",
    }
    with pytest.raises(LogSealed, match="the record of NHS Merton CCG was sealed when it ended, on 1 April 2020"):
        append(
            session,
            [Act(Tag.CASE_SCHEDULED, ADMINISTRATOR, merton.organisation_id, "NHS Merton CCG", "case", 1)],
            THE_DAY,
        )


def test_seats_end_meetings_are_cancelled_and_access_passes_by_dated_roles(session: Session, world: World) -> None:
    merton = world.meetings["Merton"].as_resource()
    leaver = world.group.secretaries["Sutton"]
    for permission in ("meeting.read", "pack.read", "interest.read"):
        assert not allowed(permission, actor_of(session, leaver, MARCH.date()), merton)
    with writing(session):
        later = group_of.set_meetings(session, world.group, date(2020, 3, 30), MARCH)["Sutton"]
        later.held_on = date(2020, 4, 8)
        stream, period = _local_positions(session, world)
    merger = world.merge()
    _positions_are_the_successors(session, world, merger, stream, period)
    assert session.get_one(Meeting, later.id).state == "cancelled"
    ids = [one.id for one in world.predecessors]
    bodies = sa.select(DecidingBody.id).where(DecidingBody.organisation_id.in_(ids))
    last = {date(2020, 3, 31)}
    assert set(session.scalars(sa.select(Seat.ends).where(Seat.body_id.in_(bodies)))) == last
    assert set(session.scalars(sa.select(RoleHolding.ends).where(RoleHolding.organisation_id.in_(ids)))) == last
    assert {one.closed for one in world.predecessors} == last
    together = session.scalars(sa.select(Collaborative)).one()
    assert together.host_id == world.successor.id
    members = {
        one.organisation_id: (one.starts, one.ends) for one in session.scalars(sa.select(CollaborativeMember)).all()
    }
    assert members[world.successor.id] == (FORMED, None)
    assert all(members[each][1] == date(2020, 3, 31) for each in ids)
    secretary = actor_of(session, world.secretary, FORMED)
    shared = world.case.as_resource(world.group.bodies["Merton"])
    for permission in ("decision.follow", "decision.correct", "agreement.withdraw"):
        assert allowed(permission, secretary, shared)
        assert not allowed(permission, actor_of(session, leaver, FORMED), shared)
    assert not allowed("decision.record", secretary, shared)
    for permission in ("meeting.read", "meeting.private", "pack.read", "interest.read"):
        assert allowed(permission, secretary, merton)
        assert allowed(permission, secretary, world.meetings["Sutton"].as_resource())
    assert not allowed("meeting.write", secretary, merton)
    gone = actor_of(session, leaver, FORMED)
    with pytest.raises(Missing):
        check("meeting.read", gone, world.meetings["Sutton"].as_resource())
    england = actor_of(session, world.group.officer or leaver, FORMED)
    with pytest.raises(Missing):
        check("meeting.read", england, merton)
    assert secretary.collaborative_ids == england.collaborative_ids != frozenset()
    merged = (world.group.bodies["Merton"].organisation_id, world.successor.id)
    assert merged in secretary.succeeded and len(secretary.succeeded) == 6
    assert actor_of(session, world.secretary, date(2020, 3, 31)).succeeded == frozenset()


def _local_positions(session: Session, world: World) -> tuple[Workstream, Period]:
    """A workstream of the six, of whose open period Merton has its position approved and Sutton a draft."""
    programme = Programme(code="swl", name="Commissioning", collaborative_id=world.group.collaborative.id)
    session.add(programme)
    session.flush()
    stream = Workstream(
        code="outcomes", programme_id=programme.id, title="Outcomes", sentence="What is achieved.", kind="standards",
        position=1, starts=date(2019, 4, 1), demonstration=False,
    )  # fmt: skip
    period = Period(
        code="2020-03", programme_id=programme.id, title="March/April 2020", starts=date(2020, 3, 1),
        ends=date(2020, 4, 30), updates_due=date(2020, 4, 10),
    )  # fmt: skip
    session.add_all([stream, period])
    session.flush()
    bodies = [world.group.bodies[name] for name in SIX]
    session.add_all(WorkstreamBody(workstream_id=stream.id, body_id=body.id) for body in bodies)
    written = (("Merton", "approved", "green", "On course here."), ("Sutton", "draft", None, "Two posts are vacant."))
    for name, state, brag, position in written:
        local = LocalPosition(
            workstream_id=stream.id, period_id=period.id, body_id=world.group.bodies[name].id, state=state, version=1,
            brag=brag, position=position, written_at=MARCH, written_by_id=world.group.secretaries[name].id,
            demonstration=False,
        )  # fmt: skip
        session.add(local)
    session.flush()
    return stream, period


def _positions_are_the_successors(
    session: Session, world: World, merger: Merger, stream: Workstream, period: Period
) -> None:
    """It owes its own, and begins with what each part wrote, under the names of who did; theirs stay as they were."""
    mine = session.scalars(sa.select(LocalPosition).where(LocalPosition.body_id == world.body.id)).one()
    assert (mine.state, mine.brag, mine.position, mine.approved_at) == ("draft", None, "", None)
    assert mine.note == (
        "**Merton Governing Body**, written by Secretary of Merton on 4 March 2020, approved by it, rated green:\n\n"
        "On course here.\n\n"
        "**Sutton Governing Body**, written by Secretary of Sutton on 4 March 2020, a draft:\n\nTwo posts are vacant."
    )
    assert [(one.body_code, one.state) for one in owed(session, period, FORMED, body="swl")] == [("swl", "draft")]
    assert [one.body_code for one in owed(session, period, FORMED) if one.body_code] == ["swl"]
    assert len(session.scalars(sa.select(LocalPosition)).all()) == 3
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.LOCAL_POSITION_PASSED.value)).one()
    assert entry.organisation_id == world.successor.id
    assert [one["by"] for one in (entry.payload or {})["parts"]] == ["Secretary of Merton", "Secretary of Sutton"]
    done = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.MERGER_TOOK_EFFECT.value)).one()
    assert (
        "South West London takes part in 1 workstream in their place, and owes a local position of its own on each. "
        "It begins with what they have written on Outcomes." in (done.payload or {})["passes"]
    )
    assert without_heir(session, [world.group.bodies["Sutton"]], {}) == [
        "Nobody goes on with the local positions of Sutton: the successor has no one body of that kind."
    ]
    with writing(session):  # again: what it has stays
        pass_positions(
            session, {world.group.bodies[name].id: world.body for name in SIX}, on=FORMED, reason=merger.reason,
            doer=ADMINISTRATOR, now=THE_DAY,
        )  # fmt: skip
    assert len(session.scalars(sa.select(LocalPosition)).all()) == 3


@pytest.fixture
def handed_out(app: Flask, tmp_path: Path) -> Callable[[str, str], Path]:
    """Exports the log of an organisation into a file of this name."""

    def export(ods_code: str, name: str) -> Path:
        result = app.test_cli_runner().invoke(args=["record", "export", ods_code, str(tmp_path / name)])
        assert result.exit_code == 0, result.output
        return tmp_path / name

    return export


def test_the_sealed_logs_verify_off_line_and_what_is_appended_after_the_seal_is_found(
    app: Flask,
    session: Session,
    world: World,
    handed_out: Callable[[str, str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    world.merge()
    world.decide(THE_DAY + timedelta(days=6))
    assert record.verify(session)[1] == []
    entries = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.organisation_id == world.successor.id).order_by(RecordEntry.id)
    ).all()
    assert entries[0].tag == Tag.LOG_CONTINUED.value
    named = (entries[0].payload or {})["witnessed"]
    every_log = session.scalars(sa.select(RecordLog).order_by(RecordLog.organisation_id))
    logs = {log.organisation_id: log for log in every_log}
    assert [(one["origin"], one["size"]) for one in named] == [
        (log.origin, log.size) for log in logs.values() if log.sealed_on
    ]
    successor, england = handed_out("36L", "successor"), handed_out("X24", "england")
    for code in CODES:
        sealed = handed_out(code, code)
        witnesses = ["--witness", str(successor), "--witness", str(england)]
        assert verify_record.main([str(sealed), *witnesses]) == 0
        said = capsys.readouterr().out
        assert "It is sealed: its organisation has ended, and nothing was appended since." in said
        assert "It is as NHS South West London CCG witnessed it, 1 time." in said
        assert "It is as NHS England witnessed it, 1 time." in said
    result = app.test_cli_runner().invoke(args=["record", "verify"])
    assert result.exit_code == 0
    assert "NHS Croydon CCG: sealed on 2020-04-01 at" in result.output
    _slip_in(session, world.predecessors[0])
    assert [one.sentence for one in record.verify(session)[1]] == [
        f"The log was sealed at {logs[world.predecessors[0].id].size - 1} entries, and 1 was appended after that."
    ]
    assert verify_record.main([str(handed_out("07V", "forged"))]) == 1
    assert "1 stand after that: nothing may follow a seal." in capsys.readouterr().out


def _slip_in(session: Session, organisation: Organisation) -> None:
    """Somebody with the database in their hands opens the seal, appends as the service would, and closes it again."""
    without_triggers(session)
    log = session.get_one(RecordLog, organisation.id)
    entry = RecordEntry(
        tag="case.scheduled", at=THE_DAY, actor_id=None, actor_name="Nobody", capacity="none", part=1, salt="00" * 16,
        organisation_id=organisation.id, organisation_name=organisation.name, thing_kind="case", thing_id=1, payload={},
    )  # fmt: skip
    session.add(entry)
    session.flush()
    leaf = entry_leaf(entry)
    session.add(RecordLeaf(organisation_id=organisation.id, position=log.size, entry_id=entry.id, hash=leaf.hex()))
    ends = appended(frontier(log.frontier) or (), log.size, leaf)
    log.frontier, log.size = " ".join(part.hex() for part in ends), log.size + 1
    session.commit()


def test_the_daily_work_lets_it_take_effect_once_on_its_day_and_whole_or_not_at_all(
    app: Flask, session: Session, world: World, clock: SettableClock
) -> None:
    world.plan()
    session.commit()
    clock.now = datetime(2020, 3, 31, 12, 0, tzinfo=UTC)
    with app.app_context():
        run_due(app)
    session.rollback()
    assert _tags(session, Tag.LOG_SEALED) == 0
    with writing(session):  # nobody could take on the case: the merger waits, and says why
        world.body.closed = FORMED - timedelta(days=1)
        world.body.opened = date(2020, 3, 1)
    session.commit()
    clock.now = THE_DAY
    with app.app_context():
        run_due(app)
    session.rollback()
    merger = session.scalars(sa.select(Merger)).one()
    assert (merger.state, _tags(session, Tag.LOG_SEALED), _tags(session, Tag.ROLE_ENDED)) == ("planned", 0, 0)
    assert merger.problem.startswith(
        "NHS South West London CCG has no governing body that is open on 1 April 2020 to take on “Out-of-hospital"
    )
    with writing(session):
        world.body.closed = None
    session.commit()
    clock.forward(timedelta(days=1))
    with app.app_context():
        run_due(app)
        clock.forward(timedelta(days=1))
        run_due(app)
    session.rollback()
    session.refresh(merger)
    assert (merger.state, merger.problem, _tags(session, Tag.LOG_SEALED)) == ("done", "", 6)
    with writing(session):
        service.take_effect(session, merger.id, doer=ADMINISTRATOR, now=clock.now)
    assert _tags(session, Tag.LOG_SEALED) == 6
    assert folded(session, session.get_one(Case, world.case.id), clock.now).standing.asked == 7


def _tags(session: Session, tag: Tag) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(RecordEntry).where(RecordEntry.tag == tag.value)) or 0


def test_a_plan_says_what_stands_against_it_and_where(session: Session, world: World) -> None:
    with pytest.raises(Contradiction) as refusal, writing(session):
        service.plan_merger(
            session, successor=world.successor, predecessors=[world.successor], from_on=date(2020, 3, 10), reason=ORDER,
            doer=ADMINISTRATOR, now=MARCH,
        )  # fmt: skip
    assert dict(refusal.value.problems) == {
        "from_on": "NHS South West London CCG opens on 1 April 2020, after 10 March 2020. Choose that day or a later "
        "one.",
        "predecessors": "NHS South West London CCG does not merge into itself. Leave it out.",
    }
    world.plan()
    with pytest.raises(Contradiction, match="NHS Croydon CCG is in the merger 36l-2020-04-01 already"):
        world.plan()


def test_a_case_that_no_body_of_the_successor_can_take_on_is_told_of_without_a_name(
    session: Session, world: World
) -> None:
    with writing(session):
        world.body.opened = date(2020, 5, 1)
    plan = planned(session, world.successor, world.predecessors, FORMED)
    assert [field for field, _ in plan.problems] == ["successor"]
    (told_of_the_case,) = [one for one in plan.passes if one.startswith(f"“{world.case.title}”")]
    assert "a body of NHS South West London CCG is asked once, for Richmond, Sutton and Wandsworth." in told_of_the_case
