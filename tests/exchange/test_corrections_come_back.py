"""An edition, its error, its correction and who was sent what: out by an export, and into an empty installation."""

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.audit.tags import Tag
from app.db import db, writing
from app.db.installation import become
from app.exchange import service as exchange
from app.exchange.plan import AS_EXPORTED
from app.exchange.releases import replay_releases
from app.jobs.models import Mail
from app.jobs.worker import Context, run_waiting
from app.meetings.models import OFF_THE_AGENDA, AgendaItem
from app.packs import service as packs
from app.packs.build import freeze
from app.packs.correction_build import freeze as freeze_correction
from app.packs.corrections import correction_to
from app.packs.models import Circulation, Correction, CorrectionCirculation, Edition, Pack
from app.packs.pack_told import enclosed_in, portable, released_packs
from app.packs.told import differing, laid_over
from app.packs.withdrawing import withdrawn
from app.people.models import Person
from app.permissions import Refused
from app.programme import service as programme
from app.programme.content import UpdateText
from app.programme.models import LocalPosition, Update
from app.programme.queries import period_by_code, workstream_by_code
from config import Settings
from tests.exchange.conftest import DOER

CODE, STREAM = "2015-10", "out-of-hospital-standards"
BEGUN = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
LATER = datetime(2016, 1, 4, 9, 0, tzinfo=UTC)
WRONG = "Six bodies were said to have agreed; it was seven."
SAID = "Seven bodies have agreed"
CALLED_OFF = "It was six after all."
URL = "http://localhost"


def built(context: Context) -> str:
    """As the builder does, but for the printing: what is frozen is what is looked at here."""
    with db.sessionmaker() as session, writing(session):
        now = context.clock.now(session)
        asked = context.argument
        thing = (
            session.get_one(Edition, asked["edition"]) if "edition" in asked else session.get_one(Pack, asked["pack"])
        )
        freeze(session, thing, context.app.jinja_env, now)
        thing.state, thing.built_at, thing.pages, thing.pdf_bytes = "built", now, 9, 9_000
        thing.pdf_hash = thing.web_hash = thing.facts_hash
        correction = correction_to(session, thing) if isinstance(thing, Edition) else None
        if correction is not None:
            freeze_correction(session, correction, now)
            correction.pdf_hash = correction.web_hash = correction.facts_hash
            correction.pages, correction.pdf_bytes, correction.built_at = 2, 2_000, now
    return "Built."


def at(app: Flask, moment: datetime) -> Flask:
    """The application with a builder that does not print, and its clock at a moment."""
    app.extensions["concord.handlers"] |= {"edition.build": built, "pack.build": built}
    app.extensions["concord.clock"] = replace(app.extensions["concord.clock"], fixed=lambda: moment)
    return app


@pytest.fixture(scope="module")
def corrected(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration in January: its edition was corrected, and a second correction is begun."""
    instance = tmp_path_factory.mktemp("corrected") / "instance"
    shutil.copytree(demonstration, instance)
    app = at(create_app(Settings(instance=instance, demonstration=True)), LATER)
    with app.app_context(), db.sessionmaker() as session:
        report(session, BEGUN)
        withdraw(session, BEGUN + timedelta(minutes=1))
        report(session, BEGUN + timedelta(minutes=2))
        put_right(session, SAID, BEGUN + timedelta(hours=1))
        release(app, session, BEGUN + timedelta(hours=2))
        with writing(session):
            first = session.scalars(sa.select(CorrectionCirculation).order_by(CorrectionCirculation.id)).first()
            assert first is not None
            first.opened_at = BEGUN + timedelta(days=1)
        report(session, BEGUN + timedelta(days=3))
        with writing(session):
            since_the_release(session)
    yield app
    with app.app_context():
        db.engine.dispose()


def director(session: Session) -> Doer:
    found = session.scalars(sa.select(Person).where(Person.code == "vivienne-harcastle")).one()
    return Doer(found.id, found.name, "programme director, NHS Wandsworth CCG")


def report(session: Session, now: datetime) -> None:
    with writing(session):
        packs.report_error(
            session,
            period_by_code(session, CODE),
            workstream=workstream_by_code(session, STREAM),
            wrong=WRONG,
            reopen=True,
            doer=director(session),
            now=now,
            demonstration=True,
        )


def withdraw(session: Session, now: datetime) -> None:
    with writing(session):
        period = period_by_code(session, CODE)
        packs.withdraw_correction(session, period, reason=CALLED_OFF, doer=director(session), now=now, real_now=now)


def since_the_release(session: Session) -> None:
    """What the packs that were released say of themselves is otherwise by now: facts were changed, added and taken."""
    pack = session.scalars(sa.select(Pack).where(Pack.state == "released").order_by(Pack.id)).first()
    assert pack is not None
    items = session.scalars(
        sa.select(AgendaItem).where(AgendaItem.meeting_id == pack.meeting_id, AgendaItem.part == 1)
    ).all()
    items[-1].title, items[-2].paper = "Another title since", "Another paper since."
    items[-3].position += OFF_THE_AGENDA
    items[-3].taken_off_at, items[-3].taken_off_by, items[-3].taken_off_because = LATER, "Somebody", "No need"
    pack.meeting.place = "Another hall"
    for local in session.scalars(sa.select(LocalPosition).where(LocalPosition.body_id == pack.meeting.body_id)):
        local.position = "Another position since."


def put_right(session: Session, headline: str, now: datetime) -> None:
    with writing(session):
        found = update(session)
        text = replace(UpdateText.of(found), headline=headline)
        ids, doer = (found.workstream_id, found.period_id), director(session)
        saved = programme.save_and_submit(session, *ids, text, found.version, doer, now)
        programme.approve_update(session, saved.id, saved.version, doer, now)


def release(app: Flask, session: Session, now: datetime) -> None:
    with writing(session):
        edition = packs.edition_of(session, period_by_code(session, CODE))
        packs.ask_for_build(session, edition, asked_by=None, real_now=now)
    run_waiting(app)
    with writing(session):
        edition = packs.edition_of(session, period_by_code(session, CODE))
        session.refresh(edition)
        correction = correction_to(session, edition)
        assert correction is not None
        session.refresh(correction)
        packs.release_edition(
            session,
            edition,
            seen_hash=edition.facts_hash or "",
            seen_correction=correction.facts_hash or "",
            doer=director(session),
            now=now,
            post=packs.Post(now, URL),
        )


def update(session: Session) -> Update:
    return session.scalars(
        sa.select(Update).where(
            Update.workstream_id == workstream_by_code(session, STREAM).id,
            Update.period_id == period_by_code(session, CODE).id,
        )
    ).one()


@pytest.fixture(scope="module")
def back(corrected: Flask, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation that was empty, and into which the export of the other came, as a workbook."""
    place = tmp_path_factory.mktemp("back")
    with corrected.app_context(), db.sessionmaker() as session, writing(session):
        exchange.export_folder(session, place / "out.xlsx", doer=DOER, now=LATER)
    instance = place / "instance"
    instance.mkdir()
    shutil.copyfile(migrated_file, instance / "concord.sqlite")
    settings = Settings(instance=instance, database_url=f"sqlite:///{instance / 'concord.sqlite'}", testing=True)
    app = at(create_app(settings), LATER)
    with app.app_context():
        with db.sessionmaker() as session:
            with writing(session):
                become(session, "real", LATER)
            with writing(session):
                forecast = exchange.import_folder(session, place / "out.xlsx", doer=DOER, now=LATER)
        replay_releases(app, forecast.releases, lambda line: None)
    yield app
    with app.app_context():
        db.engine.dispose()


def facts(path: Path) -> list[dict[str, str]]:
    """The rows of a file without the marks of the export."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: cell for name, cell in row.items() if name != AS_EXPORTED} for row in csv.DictReader(file)]


def test_what_comes_back_exports_as_the_same_facts(corrected: Flask, back: Flask, tmp_path: Path) -> None:
    for app, name in ((corrected, "one"), (back, "other")):
        with app.app_context(), db.sessionmaker() as session, writing(session):
            exchange.export_folder(session, tmp_path / name, doer=DOER, now=LATER)
    for path in sorted((tmp_path / "one").iterdir()):
        one, other = facts(path), facts(tmp_path / "other" / path.name)
        if path.stem in ("interests", "milestone_changes"):  # what an import brings says when it was brought in
            assert {row.pop("recorded_at") for row in one} == {""}
            assert {row.pop("recorded_at") for row in other} == {"2016-01-04T09:00:00Z"}
        assert one == other, path.name
    for name in (
        *("editions_told", "packs_told", "reported_errors", "withdrawn_errors", "withdrawn_corrections"),
        *("circulations", "correction_circulations"),
    ):
        assert len((tmp_path / "one" / f"{name}.csv").read_text().splitlines()) > 1, name


def _sections(correction: Correction) -> list[dict[str, object]]:
    """What it says; its pages are those of the printed editions, and here nothing is printed."""
    return correction.facts["content"]["sections"] if correction.facts else []


def told(app: Flask) -> list[list[object]]:
    """What each edition and each correction says."""
    with app.app_context(), db.sessionmaker() as session:
        editions = session.scalars(sa.select(Edition).order_by(Edition.number)).all()
        corrections = session.scalars(sa.select(Correction).order_by(Correction.number)).all()
        return [
            *(
                [one.number, one.state, one.released_at, one.released_by, one.facts["content"] if one.facts else {}]
                for one in editions
            ),
            *(
                [one.number, one.released_at, [{**section, "pages": None} for section in _sections(one)]]
                for one in corrections
            ),
        ]


def own(app: Flask) -> list[tuple[Any, ...]]:
    """What each released pack says of its own, without ids, and the hashes of its sections."""
    with app.app_context(), db.sessionmaker() as session:
        return [
            (
                pack.meeting.code,
                pack.released_at,
                enclosed_in(pack.facts["content"]),
                portable(session, pack.facts["content"]),
                pack.facts["content"]["changes"]["since_last_pack"],
                [gap["sentence"] for gap in pack.facts["content"]["gaps"]],
                {str(one["key"]): str(one["hash"]) for one in pack.facts["sections"]},
            )
            for pack in released_packs(session)
            if pack.facts
        ]


def test_each_pack_says_of_its_own_what_it_said_when_it_was_released(corrected: Flask, back: Flask) -> None:
    before, after = own(corrected), own(back)
    assert len(before) == len(after) > 1
    for one, other in zip(sorted(before, key=str), sorted(after, key=str), strict=True):
        assert other[:6] == one[:6]
        # a paper's place in the page goes by the number of its item here; the rest is the same, by its hash
        alike = {key for key in one[6] if key not in ("agenda", "front-page") and not key.startswith("paper-")}
        assert {key: other[6].get(key) for key in alike} == {key: one[6][key] for key in alike}
        assert len(alike) > 10 and len(one[6]) == len(other[6])
    assert "Another" not in str([one[3] for one in after])


def test_a_correction_that_was_withdrawn_is_withdrawn_again(corrected: Flask, back: Flask) -> None:
    found = []
    for app in (corrected, back):
        with app.app_context(), db.sessionmaker() as session:
            [one] = withdrawn(session, period_by_code(session, CODE))
            found.append({name: one[name] for name in ("correction", "reason", "at", "by", "set_aside")})
            assert [error["wrong"] for error in one["errors"]] == [WRONG]
    assert found[0] == found[1] and found[0]["reason"] == CALLED_OFF


def test_each_edition_and_the_correction_say_what_they_said(corrected: Flask, back: Flask) -> None:
    for one, other in zip(told(back), told(corrected), strict=True):
        assert one == other
    with back.app_context(), db.sessionmaker() as session:
        states = session.execute(sa.select(Edition.number, Edition.state).order_by(Edition.number)).all()
        assert [tuple(row) for row in states] == [(1, "released"), (2, "released"), (3, "draft")]


def sent(app: Flask, model: type[Circulation] | type[CorrectionCirculation]) -> list[tuple[object, ...]]:
    """Meeting, person, when it was sent and when it was opened."""
    with app.app_context(), db.sessionmaker() as session:
        found: list[tuple[object, ...]] = []
        if model is Circulation:
            for row in session.scalars(sa.select(Circulation)):
                found.append((row.pack.meeting.code, row.person.code, row.sent_at, str(row.opened_at)))
        else:
            for one in session.scalars(sa.select(CorrectionCirculation)):
                of = one.circulation
                found.append((of.pack.meeting.code, of.person.code, one.sent_at, str(one.opened_at)))
        return sorted(found, key=str)


def test_who_was_sent_what_comes_back_and_nobody_is_sent_it_again(corrected: Flask, back: Flask) -> None:
    assert sent(back, Circulation) == sent(corrected, Circulation)
    again = sent(back, CorrectionCirculation)
    assert again == sent(corrected, CorrectionCirculation) and len(again) == len(sent(back, Circulation))
    with back.app_context(), db.sessionmaker() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0
        rows = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.CIRCULATION_RECORDED)).all()
        assert len(rows) == 6 and all((row.payload or {})["recorded_afterwards"] for row in rows)


def test_the_same_export_changes_nothing_where_it_came_from(corrected: Flask, tmp_path: Path) -> None:
    with corrected.app_context(), db.sessionmaker() as session:
        with writing(session):
            exchange.export_folder(session, tmp_path / "out", doer=DOER, now=LATER)
        with writing(session):
            assert exchange.import_folder(session, tmp_path / "out", doer=DOER, now=LATER).changes_nothing


def test_an_update_that_was_open_for_a_correction_is_open_still(back: Flask) -> None:
    with back.app_context(), db.sessionmaker() as session:
        found = update(session)
        assert (found.state, found.comment, found.reopened_at) == ("returned", WRONG, BEGUN + timedelta(days=3))
        put_right(session, "Seven of seven", LATER)
        assert update(session).state == "approved"


def test_what_an_edition_said_is_laid_over_what_stands() -> None:
    row = {"code": "a", "this": {"headline": "Old"}, "milestones": [{"code": "m", "title": "First"}]}
    other: dict[str, object] = {"code": "b", "this": None, "milestones": []}
    rest = {"programme": {"strapline": "Then"}, "period": {}, "bodies": [], "highlights": [{"title": "One"}]}
    said = {**rest, "workstreams": [other, row], "architecture": None}
    stands = {
        "programme": {"strapline": "Now", "more": 1},
        "period": {},
        "bodies": [{"code": "x"}],
        "highlights": [],
        "workstreams": [{"code": "c"}, {**row, "this": None, "milestones": []}, {**other, "this": {"headline": "New"}}],
        "architecture": {"sectors": []},
    }
    places = differing(said, stands)
    assert laid_over(stands, places) == said
    assert [place for place, _ in places][:2] == ["programme/strapline", "programme/more"]
    for broken in (
        ("secret", "1"),
        ("workstreams/none/this", "1"),
        ("workstreams/a/this", "{"),
        ("programme/no", None),
    ):
        with pytest.raises(Refused):
            laid_over(stands, [broken])
