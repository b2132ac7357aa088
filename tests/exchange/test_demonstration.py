"""The demonstration: loaded once and for all, only where it may be, with a clock that goes forward."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app import create_app
from app.cli import demonstration as command
from app.db import db
from app.db.installation import become, kind_of
from app.exchange import service
from app.exchange.releases import NotReleased
from app.exchange.stored import FactRow
from app.jobs.models import Mail
from app.meetings.in_common_agenda import meetings_joined, one_agenda
from app.meetings.in_common_models import InCommon
from app.meetings.models import AgendaItem
from app.packs.meeting_facts import meeting_fact
from app.packs.models import Edition, GapAcceptance, Pack
from app.people.models import Account, DecidingBody, Organisation, Person, Seat
from app.programme.models import Highlight, Period, Update
from app.signoff.models import Case, CaseState, PartyState
from config import ROOT, Settings
from tests.conftest import REAL_DAY


@pytest.fixture(scope="module")
def demo(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A copy of the loaded demonstration."""
    instance = tmp_path_factory.mktemp("demonstration") / "instance"
    shutil.copytree(demonstration, instance)
    return create_app(Settings(instance=instance, demonstration=True))


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["demonstration", *arguments])


def test_one_edition_and_six_packs_are_released(demo: Flask) -> None:
    with demo.app_context():
        editions = db.session.scalars(sa.select(Edition)).all()
        assert [(one.period.code, one.number, one.state) for one in editions] == [("2015-10", 1, "released")]
        packs = db.session.scalars(sa.select(Pack)).all()
        assert {pack.meeting.body.code for pack in packs} == {
            "croydon",
            "kingston",
            "merton",
            "richmond",
            "sutton",
            "wandsworth",
        }
        assert {pack.state for pack in packs} == {"released"}
        folder = demo.extensions["concord.settings"].packs
        for pdf_hash in [*(edition.pdf_hash for edition in editions), *(pack.pdf_hash for pack in packs)]:
            assert (folder / f"{pdf_hash}.pdf").exists()


def test_four_highlights_have_an_update_and_four_gaps_are_accepted(demo: Flask) -> None:
    with demo.app_context():
        period = db.session.scalars(sa.select(Period).where(Period.code == "2015-10")).one()
        highlights = db.session.scalars(
            sa.select(Highlight.workstream_id).where(Highlight.period_id == period.id)
        ).all()
        told = db.session.scalars(sa.select(Update.workstream_id).where(Update.period_id == period.id)).all()
        assert (len(highlights), len(told)) == (8, 4)
        assert set(told) < set(highlights)
        gaps = db.session.scalars(sa.select(GapAcceptance)).all()
        assert {gap.gap_key for gap in gaps if gap.thing_kind == "edition"} == {
            f"highlight-without-section:{code}"
            for code in ("planned-care-contract", "crisis-response", "patients-online", "deliberative-events")
        }
        assert all(gap.demonstration and gap.reason for gap in gaps)


def test_one_case_is_agreed_by_seven_and_six_are_under_way_each_by_a_route_of_its_own(demo: Flask) -> None:
    with demo.app_context():
        states = dict(db.session.execute(sa.select(CaseState.case_id, CaseState.state)).all())
        routes = db.session.scalars(
            sa.select(Case.definition_name)
            .join(CaseState, CaseState.case_id == Case.id)
            .where(CaseState.state == "open")
        ).all()
        standings = db.session.scalars(sa.select(PartyState.standing).where(PartyState.round == 2)).all()
    assert sorted(states.values()).count("open") == 6
    assert sorted(routes) == [
        "assurance-checkpoints",
        "deliverable-acceptance",
        "expression-of-interest",
        "pilot",
        "quarterly-return",
        "standards",
    ]
    assert standings.count("agreed") == 6
    assert standings.count("agreed_with_conditions") + standings.count("agreed with conditions") == 1


def test_the_six_ccgs_have_their_registered_patients(demo: Flask) -> None:
    with demo.app_context():
        assert db.session.scalar(sa.select(sa.func.sum(Organisation.registered_patients))) == 1_606_928


def test_every_governing_body_has_the_members_the_regulations_ask_for(demo: Flask) -> None:
    with demo.app_context():
        rows = db.session.execute(
            sa.select(Seat.body_id, Seat.kind)
            .join(DecidingBody, DecidingBody.id == Seat.body_id)
            .where(Seat.voting.is_(True), DecidingBody.kind == "governing_body")
        ).all()
    for body in {row.body_id for row in rows}:
        kinds = [row.kind for row in rows if row.body_id == body]
        assert {"chair", "deputy_chair", "accountable_officer", "chief_finance_officer"} <= set(kinds)
        assert {"registered_nurse", "secondary_care_doctor"} <= set(kinds)
        assert kinds.count("lay_member") >= 2


def test_everyone_is_invented_and_no_mail_can_arrive(demo: Flask) -> None:
    with demo.app_context():
        people = db.session.scalars(sa.select(Person)).all()
        assert all(person.demonstration and person.email.endswith("@demonstration.example") for person in people)
        assert all(mail.recipient.endswith(".example") for mail in db.session.scalars(sa.select(Mail)))


def test_three_bodies_meet_in_common_with_one_agenda_that_is_demonstration_content(demo: Flask) -> None:
    with demo.app_context():
        made = db.session.scalars(sa.select(InCommon)).one()
        joined = meetings_joined(db.session, made.id)
        assert made.demonstration and all(meeting.demonstration for meeting in joined)
        assert [meeting.body.code for meeting in joined] == ["croydon", "sutton", "wandsworth"]
        lines = one_agenda(db.session, joined, {}, made.held_on, everything=True)
        assert all(line.demonstration or line.standing for line in lines)
        placed = [[cell.item is not None for cell in line.cells] for line in lines if not line.standing]
        assert placed == [[True, True, True], [True, False, True]]
        assert meeting_fact(db.session, joined[1])["in_common"]["with"] == "Croydon and Wandsworth"


def test_private_texts_stand_on_two_agendas_and_in_no_released_page(demo: Flask) -> None:
    with demo.app_context():
        private = db.session.scalars(sa.select(AgendaItem).where(AgendaItem.part == 2)).all()
        assert len(private) == 2 and all("PRIVATE-" in item.summary for item in private)
        folder = demo.extensions["concord.settings"].packs
        assert all(b"PRIVATE-" not in path.read_bytes() for path in folder.glob("*.html"))


def test_loading_again_leaves_everything_as_it_is(demo: Flask) -> None:
    with demo.app_context():
        before = db.session.scalars(sa.select(Pack.pdf_hash).order_by(Pack.id)).all()
    result = run(demo, "load")
    assert result.exit_code == 0, result.output
    assert "left as they are" in result.output
    assert "Building" not in result.output
    with demo.app_context():
        assert db.session.scalars(sa.select(Pack.pdf_hash).order_by(Pack.id)).all() == before


def test_an_interrupted_load_goes_on_with_what_is_missing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def builder(app: Flask, rows: Sequence[FactRow], say: object) -> int:
        asked.append([row.called for row in rows])
        raise NotReleased("the machine went off")

    monkeypatch.setitem(
        app.extensions, "concord.settings", replace(app.extensions["concord.settings"], demonstration=True)
    )
    monkeypatch.setattr(command, "replay_releases", builder)
    for said in ("rows of", "left as they are"):
        result = run(app, "load")
        assert result.exit_code == 1
        assert said in result.output and "the machine went off" in result.output
    assert asked[0] == asked[1]
    assert sum(called.startswith("pack/") for called in asked[0]) == 7  # six packs and one accepted gap
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Account)) == len(run_sign_ins(app))


def test_nothing_is_left_to_release_once_it_is_loaded(demo: Flask) -> None:
    with demo.app_context():
        assert service.releases_of(db.session, ROOT / "demonstration") == []


def run_sign_ins(app: Flask) -> list[str]:
    """The lines of the table of sign-ins."""
    return run(app, "sign-ins").output.splitlines()[2:]


def test_the_sign_ins_are_a_table_of_every_account(demo: Flask) -> None:
    lines = run_sign_ins(demo)
    with demo.app_context():
        assert len(lines) == db.session.scalar(sa.select(sa.func.count()).select_from(Account))
    for role in (
        "programme director",
        "board secretary",
        "officer who answers",
        "assurance reviewer",
        "Clinical chair",
    ):
        assert any(role in line for line in lines)


def test_the_clock_goes_forward_only(demo: Flask) -> None:
    assert (
        "The demonstration's clock shows 1 December 2015, 09:00."
        in run(demo, "clock", "--to", "2015-12-01T09:00").output
    )
    back = run(demo, "clock", "--to", "2015-11-20T09:00")
    assert back.exit_code == 1
    assert "only goes forward" in back.output
    assert "no time" in run(demo, "clock", "--to", "tomorrow").output


def test_a_real_installation_refuses_the_demonstration(app: Flask) -> None:
    with app.app_context():
        become(db.session, "real", REAL_DAY)
        db.session.commit()
    for arguments in (["load"], ["remove"], ["clock", "--to", "2015-12-01T09:00"]):
        result = run(app, *arguments)
        assert result.exit_code == 1
        assert "Nothing was changed." in result.output
    with app.app_context():
        assert kind_of(db.session) == "real"
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0


def test_the_demonstration_says_where_its_facts_come_from() -> None:
    readme = (ROOT / "demonstration" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "demonstration").glob("*.csv"):
        assert path.stat().st_size < 200_000
    assert "What is demonstration content" in readme
