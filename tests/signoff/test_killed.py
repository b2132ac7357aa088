"""The whole service is killed again and again while bodies answer: nothing acknowledged is lost, nothing half there.

Gunicorn with two processes is in a group of its own and gets SIGKILL at a moment nobody chose. Whoever had no answer
sends the same form again when it is up: it was recorded or is now, once.
"""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLeaf
from app.audit.queries import verify
from app.db import prepare_engine, writing
from app.signoff import service
from app.signoff.models import Receipt
from benchmarks.concurrency import migrated
from tests.conftest import REAL_DAY
from tests.signoff.group import NOW, begin_session, make_group, open_accounts, open_case
from tests.signoff.test_deciding import projected
from tests.signoff.test_pages import hidden

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN, PATIENCE = 10, 120
"""Seconds to be up again, which the long test holds it to, as nothing runs beside it; and those of the bounded one."""
BODIES = ("Croydon", "Kingston", "Merton", "Richmond")
CASES_FOR_EACH_KILL = 4


@dataclass
class Secretary:
    """One board secretary with a browser of their own: the cases still to be answered, and what was acknowledged."""

    body: str
    cookie: str
    waiting: list[str]
    sent: tuple[str, dict[str, str]] | None = None
    acknowledged: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def answer_all(self, port: int, told: "Queue[str]") -> None:
        """Answer case after case until the service is gone."""
        try:
            while self.sent or self.waiting:
                self.answer_next(port)
                told.put(self.body)
        except (OSError, http.client.HTTPException):
            return
        finally:
            told.put(self.body)

    def answer_next(self, port: int) -> None:
        if self.sent is None:
            path = f"/sign-offs/{self.waiting[0]}/{self.body.lower()}/answer"
            status, _location, page = self.ask(port, "GET", path)
            if status != 200:
                self.wrong.append(f"{path} answers {status}")
                raise http.client.HTTPException
            self.sent = path, {**hidden(page), "answer": "respond", "comments": "Clause 4: agreed as it stands."}
        path, form = self.sent
        status, location, page = self.ask(port, "POST", path, form)
        if status != 303 or "/receipts/" not in location:
            self.wrong.append(f"{path}: {status} {location} {page[:2000]}")
            raise http.client.HTTPException
        self.acknowledged[self.waiting.pop(0)] = location
        self.sent = None

    def ask(self, port: int, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """One request on a connection of its own; gives status, where it leads, and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Cookie": f"concord={self.cookie}"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()
        finally:
            connection.close()


@contextmanager
def up(url: str, instance: Path, within: int, *, workers: int = 2, definitions: str = "") -> Iterator[int]:
    """The service on a port of its own, answering in so many seconds; its whole process group is killed on leaving.

    `definitions` is a footprint's own folder of them.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")},
            "UNDER_FIRE_INSTANCE": str(instance),
            "UNDER_FIRE_DATABASE": url,
            "UNDER_FIRE_URL": f"http://127.0.0.1:{port}",
            "UNDER_FIRE_DEFINITIONS": definitions,
        }
        serving = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "tests.signoff.under_fire:app", "--threads", "4"),
                *(
                    "--workers",
                    str(workers),
                    "--preload",
                    "--bind",
                    f"fd://{listening.fileno()}",
                    "--log-level",
                    "critical",
                ),
            ],
            cwd=ROOT,
            env=environment,
            pass_fds=(listening.fileno(),),
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        try:
            began = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
            connection.request("GET", "/health")  # waits in the queue of the socket until someone answers
            assert connection.getresponse().status == 200
            connection.close()
            assert time.monotonic() - began < within
            yield port
        finally:
            os.killpg(serving.pid, signal.SIGKILL)
            serving.wait()


def killed_again_and_again(url: str, instance: Path, kills: int, within: int) -> None:
    chance = random.Random(kills)
    engine = sa.create_engine(url)
    prepare_engine(engine)
    with Session(engine) as session, writing(session):
        group = make_group(session)
        accounts = open_accounts(session, group)
        cases = [f"case-{number}" for number in range(kills * CASES_FOR_EACH_KILL)]
        for code in cases:
            open_case(session, group, NOW, code=code)
        secretaries = [
            Secretary(name, begin_session(session, accounts[f"{name.lower()}-secretary"], REAL_DAY), list(cases))
            for name in BODIES
        ]
    for _ in range(kills):
        told: Queue[str] = Queue()
        with up(url, instance, within) as port:
            threads = [threading.Thread(target=one.answer_all, args=(port, told)) for one in secretaries]
            for thread in threads:
                thread.start()
            for _answer in range(chance.randint(1, 3 * len(BODIES))):
                told.get(timeout=60)
            threads[0].join(chance.uniform(0, 0.03))  # and then a moment more
        for thread in threads:
            thread.join(60)
        assert [one.wrong for one in secretaries] == [[]] * len(secretaries)
        with Session(engine) as session:
            held_to(session, secretaries)
    with Session(engine) as session:
        assert verify(session)[1] == []
        before = projected(session)
        service.rebuild(session, NOW)
        assert projected(session) == before
    engine.dispose()


def held_to(session: Session, secretaries: list[Secretary]) -> None:
    """Every acknowledged answer is there once, with its leaf and its receipt; and no entry without them."""
    answered = session.execute(
        sa.select(RecordEntry.id, RecordEntry.payload).where(RecordEntry.tag == "decision.recorded")
    ).all()
    receipts = set(session.scalars(sa.select(Receipt.entry_id)))
    leaves = set(session.scalars(sa.select(RecordLeaf.entry_id)))
    assert {entry for entry, _said in answered} == receipts
    assert {*session.scalars(sa.select(RecordEntry.id))} == leaves
    by_body: dict[str, set[int]] = {}
    for entry, said in answered:
        by_body.setdefault(said["body"], set()).add(entry)
    for one in secretaries:
        acknowledged = {int(location.rpartition("/")[2]) for location in one.acknowledged.values()}
        there = by_body.get(one.body, set())
        assert acknowledged <= there, f"{one.body}: acknowledged and lost"
        assert len(acknowledged) == len(one.acknowledged), f"{one.body}: one entry for two cases"
        assert len(there - acknowledged) <= 1, f"{one.body}: more than the one form that had no answer"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_was_acknowledged_before_the_service_was_killed_is_there_after(engine: str, tmp_path: Path) -> None:
    with migrated(engine, durable=True) as url:
        killed_again_and_again(url, tmp_path / "instance", 3, PATIENCE)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_five_hundred_kills_lose_nothing_that_was_acknowledged(engine: str, tmp_path: Path) -> None:
    with migrated(engine, durable=True) as url:
        killed_again_and_again(url, tmp_path / "instance", 500, UP_WITHIN)
