"""A canary in every field of a private item, on the whole demonstration, is found by nobody it is hidden from.

What a pack is made of is tested beside packs; this is the service as a whole: every page, file, mail, list and log.
"""

import io
import logging
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app, pdf
from app.audit.models import RecordEntry
from app.db import db, writing
from app.db.installation import Clock
from app.jobs.models import Job, Mail
from app.jobs.outbox import send_waiting
from app.jobs.worker import run_waiting
from app.meetings.models import AgendaItem, Meeting
from app.packs import circulation, service
from app.packs.models import Edition, Pack
from app.people.models import Account
from app.signoff.service import papers_issued
from config import Settings
from tests.house import walk
from tests.house.test_permission_walk import WITHOUT, address_of, methods_of
from tests.house.walk import CAST, Place, Visitor, World

FIELDS = (
    *("title", "recommendation", "paper", "reference", "author", "lead_director", "summary", "key_points"),
    *("seen_by", "financial_implications", "private_ground"),
)
MAY_READ = {"secretary", "member", "chair", "conflicted"}
NOT_LINKS = {"people.sign_out", "people.accept_invitation", "packs.personal", "packs.personal_correction"}


@dataclass
class Planted:
    """A service with canaries in Merton's private item, Merton's pack built since, and who visits it."""

    app: Flask
    world: World
    visitors: dict[str, Visitor]
    canaries: dict[str, str]  # by field
    before: set[str]  # the files of packs that were there before
    logged: list[str]
    lists: dict[str, bool] = field(default_factory=dict)  # whether an address that was opened gives a list as a file

    @property
    def merton(self) -> Place:
        return self.world.places["merton"]

    def found_in(self, text: str) -> list[str]:
        """The fields whose canary is in this text, however it is broken over lines."""
        joined = "".join(text.split())
        return [name for name, canary in self.canaries.items() if canary in joined]


@cache
def read(content: bytes) -> str:
    """Everything that can be read out of a PDF; each file is read once, however many are sent it."""
    return pdf.all_text(content)


def text_of(content: bytes, planted: Planted) -> str:
    """The text of a file; of a PDF that was there before the planting, nothing."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(package.read(name).decode() for name in package.namelist())
    return "" if f"{sha256(content).hexdigest()}.pdf" in planted.before else read(content)


class Kept(logging.Handler):
    """Keeps every line that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def planted(prepared: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    instance = tmp_path_factory.mktemp("private") / "instance"
    shutil.copytree(prepared / "instance", instance)
    settings = Settings(instance=instance, demonstration=True, public_url="http://localhost")
    app = create_app(settings, Clock(real=lambda: walk.REAL, fixed=lambda: walk.NOW))
    log, everything = Kept(), logging.getLogger()
    everything.addHandler(log)
    level = everything.level
    everything.setLevel(logging.INFO)  # not by its attribute: loggers that were used before remember what was enabled
    with app.app_context(), db.sessionmaker() as session:
        canaries = walk.plant(session, world.places["merton"], FIELDS)
    before = {path.name for path in settings.packs.rglob("*")}
    _built(app, settings, world.places["merton"])
    visitors = {name: Visitor(app, world.people.get(name), world.tokens.get(name, "")) for name in CAST}
    with app.app_context(), db.sessionmaker() as session, session.begin():
        walk.disable(session, world.people["disabled"].email)
    yield Planted(app, world, visitors, canaries, before, log.lines)
    everything.setLevel(level)
    everything.removeHandler(log)
    with app.app_context():
        db.engine.dispose()


def _built(app: Flask, settings: Settings, merton: Place) -> None:
    """Merton's pack built anew, sent but taken by no mail server, and its papers noted on every case."""
    with app.app_context(), db.sessionmaker() as session:
        pack = session.scalars(sa.select(Pack).join(Meeting).where(Meeting.code == merton.meeting)).one()
        with writing(session):
            service.ask_for_build(session, pack, asked_by=None, real_now=walk.REAL)
        run_waiting(app)
        session.rollback()
        job = session.scalars(sa.select(Job).where(Job.thing_kind == "pack").order_by(Job.id.desc())).first()
        assert job is not None and job.state == "done", job and job.outcome
        with writing(session):
            circulation.circulate(session, pack, now=walk.NOW, real_now=walk.REAL, public_url="http://localhost")
            papers_issued(session, pack.meeting, walk.WORKER, walk.NOW)
    with app.app_context():  # so that something is logged: nothing listens at port 1, and what was mailed is told of
        send_waiting(replace(settings, smtp_host="127.0.0.1", smtp_port=1), walk.REAL)


def test_the_canaries_are_there_for_those_who_may_read_them(planted: Planted) -> None:
    """Without this the other tests could not fail."""
    merton = planted.merton
    address = f"/meetings/{merton.meeting}/items/{merton.private_item}"
    for who in ("secretary", "member", "chair"):
        page = planted.visitors[who].ask("GET", address).text
        assert set(planted.found_in(page)) == {*FIELDS, "reason", "handled_by"}, who
        agenda = planted.visitors[who].ask("GET", f"/meetings/{merton.meeting}").text
        assert set(planted.found_in(agenda)) == {"title", "reference"}, who


@pytest.mark.parametrize("who", [name for name in CAST if name not in MAY_READ])
def test_no_page_or_file_shows_one_to_who_may_not_read_it(planted: Planted, who: str) -> None:
    leaks, looked = list[str](), 0
    place, visitor = planted.merton, planted.visitors[who]
    private = f"/meetings/{place.meeting}/items/{place.private_item}"
    pages = [name for name, methods in methods_of(planted.app).items() if "GET" in methods and name not in NOT_LINKS]
    addresses = [address_of(endpoint, place) for endpoint in pages]
    addresses += [private, f"{private}/edit", f"{private}/conflict", f"/packs/meeting/{place.meeting}/1.pdf"]
    addresses += [f"/meetings/{place.meeting}/pack/progress?as=json", f"/meetings?q={place.meeting}"]

    def look(address: str) -> TestResponse:
        answer = visitor.ask("GET", address)
        text = text_of(answer.data, planted) if answer.data[:4] in (b"%PDF", b"PK\x03\x04") else answer.text
        leaks.extend(f"{address}: {field}" for field in planted.found_in(text))
        return answer

    for address in addresses:
        opened = look(address).status_code == 200
        looked += opened
        if opened and address in WITHOUT.values() and planted.lists.get(address, True):
            planted.lists[address] = look(f"{address}?as=csv").mimetype == "text/csv"
    assert any(planted.lists.values()) or who in ("anonymous", "disabled")
    assert leaks == []
    assert looked >= 5


def test_the_workbook_that_a_page_gives_out_holds_nothing_of_part_2(planted: Planted) -> None:
    answer = planted.visitors["administrator"].ask("POST", "/workbook/export", {})
    assert answer.status_code == 200
    text = text_of(answer.data, planted)
    assert planted.merton.meeting in text
    assert planted.found_in(text) == []


def test_no_refusal_of_what_is_sent_about_it_shows_one(planted: Planted) -> None:
    place = planted.merton
    private = f"/meetings/{place.meeting}/items/{place.private_item}"
    for who in CAST:
        if who not in MAY_READ:
            for address in (f"{private}/edit", f"{private}/conflict", f"/meetings/{place.meeting}/items/new"):
                assert planted.found_in(planted.visitors[who].ask("POST", address, {"title": "x"}).text) == []


def test_the_pack_of_part_1_that_was_built_since_holds_none(planted: Planted) -> None:
    merton = planted.merton
    for who in ("secretary", "reader"):
        answer = planted.visitors[who].ask("GET", f"/meetings/{merton.meeting}/pack/download")
        assert answer.status_code == 200
        assert planted.found_in(text_of(answer.data, planted)) == []
        assert planted.found_in(planted.visitors[who].ask("GET", f"/meetings/{merton.meeting}/pack/preview").text) == []
    packs: Path = planted.app.extensions["concord.settings"].packs
    new = [path for path in packs.rglob("*") if path.is_file() and path.name not in planted.before]
    assert {path.suffix for path in new} == {".pdf", ".html"}
    for path in new:
        content = path.read_bytes()
        text = read(content) if path.suffix == ".pdf" else content.decode()
        assert planted.found_in(text) == [], path.name


def test_no_facts_mail_job_or_line_of_a_log_holds_one(planted: Planted) -> None:
    kinds = (Pack.facts, Edition.facts, Mail.subject, Mail.body, Job.argument, Job.outcome, Job.step)
    with planted.app.app_context(), db.sessionmaker() as session:
        for column in kinds:
            values = list(session.scalars(sa.select(column)))
            assert values, column
            assert planted.found_in(" ".join(map(str, values))) == [], column
    assert any("the mail server did not take mail" in line for line in planted.logged)
    assert planted.found_in(" ".join(planted.logged)) == []


def test_what_the_record_says_of_it_is_marked_as_private(planted: Planted) -> None:
    """Entries of Part 2 hold the item's title; whatever is read from the record for others asks for Part 1."""
    with planted.app.app_context(), db.sessionmaker() as session:
        entries = session.scalars(sa.select(RecordEntry)).all()
    telling = [entry for entry in entries if planted.found_in(str(entry.payload))]
    assert telling
    assert {entry.part for entry in telling} == {2}


def test_a_visitor_who_was_here_before_is_not_told_what_changed_about_it(planted: Planted) -> None:
    """The planting is news to everyone: their last visit was before it."""
    with planted.app.app_context(), db.sessionmaker() as session:
        visits = session.scalars(sa.select(Account.visit_before).where(Account.visited_at == walk.NOW)).all()
        item = session.get_one(AgendaItem, planted.merton.private_item)
        assert item.part == 2
    assert all(visit is not None and visit < walk.NOW for visit in visits)
    for who in CAST:
        if who not in MAY_READ:
            assert planted.found_in(planted.visitors[who].ask("GET", "/").text) == [], who
