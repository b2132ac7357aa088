"""The matrix page, 50 cases × 6 bodies with sign-in, permissions and navigation, against the server's hello world.

Both are asked of the same gunicorn, one worker each, over real connections, in turn.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.db import change, db
from app.people.models import Account
from benchmarks.figures import Figure
from config import Settings
from tests.signoff.group import NOW, begin_session, make_group, open_accounts, open_case

CASES = 50
SERIES = 7
HELLO, MATRIX = 300, 40
HOST = "127.0.0.1"


def hello() -> Flask:
    """The same server with nothing in it."""
    app = Flask("hello")

    @app.get("/hello")
    def say() -> str:
        return "Hello, world"

    return app


def figures() -> list[Figure]:
    """The rate of the matrix page as a share of the hello world's."""
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder, ExitStack() as stack:
        token = _prepared(Path(folder))
        bare = stack.enter_context(_served("benchmarks.bench_matrix:hello()", Path(folder)))
        service = stack.enter_context(_served("wsgi:app", Path(folder)))
        page = _asked(service, "/sign-offs", token)
        assert page.count(b"<td>") == CASES * 6, page[:500]
        rates = []
        for _ in range(SERIES):
            rates.append((_rate(bare, "/hello", "", HELLO), _rate(service, "/sign-offs", token, MATRIX)))
    return [
        Figure(
            "matrix page of 50 × 6 against hello world",
            statistics.median(matrix / hello_rate for hello_rate, matrix in rates),
            "of its rate",
            0.06,
            floor=True,
        ),
        Figure("matrix page of 50 × 6", statistics.median(matrix for _, matrix in rates), "pages per second"),
        Figure("hello world", statistics.median(hello_rate for hello_rate, _ in rates), "pages per second"),
    ]


def _rate(port: int, path: str, token: str, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        _asked(port, path, token)
    return times / (time.perf_counter() - began)


def _asked(port: int, path: str, token: str) -> bytes:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"concord={token}"} if token else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == 200, (answer.status, text[:500])
    return text


@contextmanager
def _served(application: str, instance: Path) -> Iterator[int]:
    """One gunicorn worker on a port of its own, ended afterwards."""
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    environment |= {"CONCORD_INSTANCE": str(instance), "CONCORD_PUBLIC_URL": f"http://{HOST}:{port}"}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--workers", "1", "--bind", f"{HOST}:{port}", application],
        env=environment,
        cwd=Path(__file__).resolve().parent.parent,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def _prepared(instance: Path) -> str:
    """A database with the cases in it, and the token of a signed-in person."""
    app = create_app(Settings(instance=instance))
    with app.app_context():
        app.extensions["alembic"].upgrade()
        with change() as session:
            group = make_group(session, nhs_england=False)
            accounts = open_accounts(session, group)
            for number in range(CASES):
                open_case(session, group, NOW, code=f"case-{number}")
            assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == len(accounts)
            token = begin_session(session, accounts["croydon-chair"], datetime.now(UTC))
        db.engine.dispose()
    return token


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
