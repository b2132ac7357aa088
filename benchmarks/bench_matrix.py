"""The matrix page, 50 cases × 6 bodies with sign-in, permissions and navigation, against the server's hello world."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.db import change, db
from app.db.installation import Clock
from app.people.models import Account
from benchmarks.figures import Figure
from config import Settings
from tests.signoff.group import NOW, begin_session, make_group, open_accounts, open_case

CASES = 50
SERIES = 7
HELLO, MATRIX = 300, 30


def figures() -> list[Figure]:
    """The rate of the matrix page as a share of the hello world's, in one process, taken in turn."""
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        app = _service(Path(folder))
        client = _signed_in(app)
        hello = _hello().test_client()
        page = client.get("/sign-offs")
        assert page.status_code == 200 and page.text.count("<td>") == CASES * 6, page.status
        rates = []
        for _ in range(SERIES):
            rates.append((_rate(hello, "/hello", HELLO), _rate(client, "/sign-offs", MATRIX)))
        with app.app_context():
            db.engine.dispose()
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


def _rate(client: FlaskClient, path: str, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        client.get(path)
    return times / (time.perf_counter() - began)


def _hello() -> Flask:
    """The same server with nothing in it."""
    app = Flask("hello")

    @app.get("/hello")
    def hello() -> str:
        return "Hello, world"

    return app


def _service(folder: Path) -> Flask:
    clock = Clock(fixed=lambda: NOW)
    app = create_app(Settings(instance=folder, public_url="http://localhost"), clock)
    with app.app_context():
        app.extensions["alembic"].upgrade()
        with change() as session:
            group = make_group(session, nhs_england=False)
            open_accounts(session, group)
            for number in range(CASES):
                open_case(session, group, NOW, code=f"case-{number}")
    return app


def _signed_in(app: Flask) -> FlaskClient:
    """A client with a session of its own, as signing in would leave it: read anew on every request."""
    with app.app_context(), change() as session:
        token = begin_session(session, session.scalars(sa.select(Account)).all()[0], datetime.now(UTC))
    client = app.test_client()
    client.set_cookie("concord", token)
    return client


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
