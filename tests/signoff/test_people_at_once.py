"""Many people answer the same cases at once, over HTTP, from a service of four processes: each line is crossed once.

Nothing is lost or written twice, nobody is told that the database is locked, and whoever sends a form once too often,
about a version that is asked about no more, or after losing the role, is told so and changes nothing.
"""

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.audit.models import RecordEntry
from app.audit.queries import verify
from app.audit.service import Doer
from app.db import db, prepare_engine, writing
from app.db.installation import Clock
from app.jobs.models import Mail
from app.jobs.worker import run_waiting
from app.people.models import RoleHolding
from app.signoff import queries, service
from app.signoff.definitions import on_offer
from app.signoff.models import Case, CaseState, Receipt
from benchmarks.concurrency import migrated
from config import Settings
from tests.conftest import REAL_DAY
from tests.signoff.group import NOW, Group, begin_session, make_group, open_accounts, subject
from tests.signoff.test_killed import PATIENCE, up
from tests.signoff.test_pages import hidden

PROCESSES = 4
OWN = """
name: by-secretaries
version: 1
title: Every body answers by its secretary
stages:
  - name: answer
    title: Answers
    question: Does the body agree?
    version: first
    parties:
      - kind: governing_body
        decide: officer
        role: secretary
        answers: [agree, not_agree]
    across:
      every: true
    then:
      complete: done
      declined: stopped
"""


@dataclass
class Browser:
    """One person's browser: what they sent, and what they were answered."""

    body: str
    cookie: str
    port: int
    answers: list[tuple[str, int, str]] = field(default_factory=list)  # case, status, where it leads
    wrong: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": f"concord={self.cookie}"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
            if answer.status >= 500 or "locked" in page:
                self.wrong.append(f"{method} {path}: {answer.status} {page[:300]}")
            return answer.status, answer.getheader("Location", ""), page
        finally:
            connection.close()

    def form(self, case: str) -> tuple[str, dict[str, str]]:
        """The form on which the body answers, filled in."""
        path = f"/sign-offs/{case}/{self.body.lower()}/answer"
        status, _location, page = self.ask("GET", path)
        assert status == 200, f"{path}: {status} {page[:300]}"
        return path, {**hidden(page), "answer": "agree"}

    def send(self, case: str, path: str, form: dict[str, str]) -> None:
        status, location, _page = self.ask("POST", path, form)
        self.answers.append((case, status, location))

    def answer_twice(self, cases: Sequence[str]) -> None:
        """Answer every case, pressing the button twice at once each time."""
        for case in cases:
            at_once([partial(self.send, case, *self.form(case))] * 2)


def at_once(acts: Sequence[Callable[[], None]]) -> None:
    """Do all of these at the same moment, each in a thread of its own."""
    begin = threading.Barrier(len(acts))

    def one(act: Callable[[], None]) -> None:
        begin.wait(PATIENCE)
        act()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@dataclass
class Crowd:
    """The database with as many bodies as there are people, and the cases they are asked about."""

    engine: sa.Engine
    group: Group
    cases: list[str]
    cookies: dict[str, str]


def crowd(url: str, definitions: Path, people: int, cases: int) -> Crowd:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    names = [f"Body{number}" for number in range(people)]
    codes = [f"case-{number}" for number in range(cases)]
    with Session(engine, info={"concord.definitions": on_offer(str(definitions))}) as session, writing(session):
        group = make_group(session, names, nhs_england=False)
        accounts = open_accounts(session, group)
        for code in codes:
            opened(session, group, code)
        cookies = {name: begin_session(session, accounts[f"{name.lower()}-secretary"], REAL_DAY) for name in names}
        session.flush()
        session.expunge_all()
    return Crowd(engine, group, codes, cookies)


def opened(session: Session, group: Group, code: str) -> Case:
    assert group.director is not None
    return service.open_case(
        session,
        code=code,
        title=f"What everybody is asked, {code}",
        subject=subject(1),
        definition=("by-secretaries", 1),
        parties=list(group.bodies.values()),
        asked_by=group.host,
        collaborative_id=group.collaborative.id,
        doer=Doer(group.director.id, group.director.name, "programme director"),
        now=NOW,
    )


def everyone_at_once(url: str, folder: Path, people: int, cases: int) -> None:
    definitions = folder / "definitions"
    definitions.mkdir()
    (definitions / "by-secretaries.v1.yaml").write_text(OWN)
    made = crowd(url, definitions, people, cases + 2)
    *asked, changed, left = made.cases
    with up(url, folder / "instance", PATIENCE, workers=PROCESSES, definitions=str(definitions)) as port:
        browsers = [Browser(name, cookie, port) for name, cookie in made.cookies.items()]
        at_once([partial(one.answer_twice, asked) for one in browsers])
        certificates = [browsers[0].ask("GET", f"/sign-offs/{code}/certificate.pdf")[0] for code in asked]
        answered_before_the_new_version(made, browsers, changed)
        answered_before_the_role_ended(made, browsers, left)
    assert [wrong for one in browsers for wrong in one.wrong] == []
    assert certificates == [200] * len(asked)
    held_to(made, browsers, asked)
    mailed_once(made, url, folder, len(asked))
    made.engine.dispose()


def held_to(made: Crowd, browsers: Sequence[Browser], asked: Sequence[str]) -> None:
    """Each answer is there once, each case was agreed once, and what pages show is what the record says."""
    people = len(browsers)
    with Session(made.engine) as session:
        ids = {row.code: row.id for row in session.execute(sa.select(Case.code, Case.id))}
        entries = session.execute(
            sa.select(RecordEntry.thing_id, RecordEntry.tag).where(RecordEntry.thing_kind == "case")
        ).all()
        counted = Counter((thing, tag) for thing, tag in entries)
        states = {row.case_id: row.state for row in session.execute(sa.select(CaseState.case_id, CaseState.state))}
        for code in asked:
            assert counted[ids[code], "decision.recorded"] == people, code
            assert counted[ids[code], "case.agreed"] == 1, code
            assert states[ids[code]] == "agreed", code
        for one in browsers:
            pressed = [(case, where) for case, status, where in one.answers if case in asked and status == 303]
            assert Counter(case for case, _ in pressed) == dict.fromkeys(asked, 2)
            assert len(set(pressed)) == len(asked), f"{one.body}: two presses gave two receipts"
        there = session.scalar(sa.select(sa.func.count()).select_from(Receipt))
        assert there == sum(count for (_thing, tag), count in counted.items() if tag == "decision.recorded")
        assert verify(session)[1] == []


def answered_before_the_new_version(made: Crowd, browsers: Sequence[Browser], code: str) -> None:
    """While the secretaries send their forms, another version is put to them: nobody agrees what they did not see."""
    acts = [partial(one.send, code, *one.form(code)) for one in browsers]

    def another_version() -> None:
        director = made.group.director
        assert director is not None
        with Session(made.engine) as session, writing(session):
            case = queries.case_by_code(session, code)
            service.open_round(session, case, subject(2), Doer(director.id, director.name, "director"), NOW)

    at_once([*acts[1:], another_version])
    acts[0]()  # this one certainly comes too late
    with Session(made.engine) as session:
        case = queries.case_by_code(session, code)
        entries = session.execute(
            sa.select(RecordEntry.id, RecordEntry.tag, RecordEntry.payload)
            .where(RecordEntry.thing_kind == "case", RecordEntry.thing_id == case.id)
            .order_by(RecordEntry.id)
        ).all()
    second = [entry.id for entry in entries if entry.tag == "round.opened"][1]
    decided = [entry for entry in entries if entry.tag == "decision.recorded"]
    assert all(entry.id < second and entry.payload["content_hash"] == subject(1).content_hash for entry in decided)
    sent = [status for one in browsers for case_code, status, _ in one.answers if case_code == code]
    assert (sent.count(303), sent.count(409)) == (len(decided), len(browsers) - len(decided))
    assert browsers[0].answers[-1][1] == 409


def answered_before_the_role_ended(made: Crowd, browsers: Sequence[Browser], code: str) -> None:
    """While the secretaries send their forms, their roles end: what was acknowledged is there, and no more."""
    acts = [partial(one.send, code, *one.form(code)) for one in browsers]

    def roles_end() -> None:
        with Session(made.engine) as session, writing(session):
            secretaries = [person.id for person in made.group.secretaries.values()]
            ended = sa.update(RoleHolding).where(RoleHolding.person_id.in_(secretaries))
            session.execute(ended.values(ends=date(2015, 11, 4)))

    at_once([*acts[1:], roles_end])
    acts[0]()
    with Session(made.engine) as session:
        case = queries.case_by_code(session, code)
        decided = session.scalars(
            sa.select(RecordEntry.id).where(
                RecordEntry.thing_id == case.id,
                RecordEntry.thing_kind == "case",
                RecordEntry.tag == "decision.recorded",
            )
        ).all()
    sent = [(status, where) for one in browsers for case_code, status, where in one.answers if case_code == code]
    acknowledged = {int(where.rpartition("/")[2]) for status, where in sent if status == 303}
    assert acknowledged == set(decided)
    assert {status for status, _ in sent} <= {303, 403, 404, 422}  # 422: it was gone once the lock was held
    assert browsers[0].answers[-1][1] in (403, 404)


def mailed_once(made: Crowd, url: str, folder: Path, cases: int) -> None:
    """The worker tells each result once to each of those who were asked, and to the director."""
    with Session(made.engine) as session, writing(session):
        session.execute(sa.update(RoleHolding).values(ends=None))
    settings = Settings(instance=folder / "worker", database_url=url, public_url="http://localhost", testing=True)
    app = create_app(settings, Clock(real=lambda: REAL_DAY, fixed=lambda: NOW))
    run_waiting(app)
    with app.app_context():
        db.engine.dispose()
    with Session(made.engine) as session:
        mails = session.execute(sa.select(Mail.subject, Mail.recipient)).all()
    told = len(made.cookies) + 1
    assert set(Counter((mail.subject, mail.recipient) for mail in mails).values()) == {1}
    assert len(mails) == cases * told


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_four_people_cross_each_line_once(engine: str, tmp_path: Path) -> None:
    with migrated(engine, durable=True) as url:
        everyone_at_once(url, tmp_path, 4, 3)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_fifty_people_cross_each_of_two_hundred_lines_once(engine: str, tmp_path: Path) -> None:
    with migrated(engine, durable=True) as url:
        everyone_at_once(url, tmp_path, 50, 200)
