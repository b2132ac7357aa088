"""The first page of every list and of each role's home: 8 workstreams × 6 bodies against 400 × 209.

A page is asked of the service in this process, both sizes in turn, and the processor's time is taken, so that what
else the machine does counts little. It may take no more statements, which is a gate for every page; that it takes at
most one and a half times as long at the 95th percentile is one for the pages of HELD.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.db import db, writing
from app.db.installation import Clock
from app.exchange.uncollected import uncollected
from benchmarks.figures import Figure
from config import Settings
from tests.scale import NOW, PAGES, Filled, fill

SMALL, LARGE = (8, 6), (400, 209)
TIMES, WARM = 120, 3
REAL = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
LIMIT = 1.5
HELD = frozenset(PAGES)
"""The pages whose time is held to the limit."""


@contextmanager
def counted(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements, each with its values, that the service sends to its database while the block lasts."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        sent.append((statement, values))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def ask(app: Flask, filled: Filled, who: str, path: str) -> int:
    """Ask for a page, which must come; gives its size in bytes."""
    answer = app.test_client(use_cookies=False).get(path, headers=filled.cookies(who))
    assert answer.status_code == 200, f"{path} answers {answer.status_code} to {who or 'anyone'}"
    return len(answer.data)


def statements(app: Flask, filled: Filled, who: str, path: str) -> list[tuple[str, Any]]:
    """The statements, each with its values, of a page that was asked for before."""
    ask(app, filled, who, path)
    with counted(app) as sent:
        ask(app, filled, who, path)
    return sent


def made(folder: Path, workstreams: int, bodies: int) -> tuple[Flask, Filled]:
    """A service on a database of this size."""
    settings = Settings(instance=folder, public_url="http://localhost", testing=True)
    app = create_app(settings, Clock(real=lambda: REAL, fixed=lambda: NOW))
    with app.app_context():
        app.extensions["alembic"].upgrade()
        with writing(db.session) as session:
            filled = fill(session, bodies=bodies, workstreams=workstreams, real_now=REAL)
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
    return app, filled


def figures() -> list[Figure]:
    """For each page the ratio of its 95th percentiles, and how many statements it has more."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as place:
        small, large = (made(Path(place) / str(size), *size) for size in (SMALL, LARGE))
        for name, (who, path) in PAGES.items():
            few, many = (len(statements(*one, who, path)) for one in (small, large))
            times: tuple[list[float], list[float]] = ([], [])
            pairs = list(zip((small, large), times, strict=True))
            with uncollected():
                for round_ in range(WARM + TIMES):
                    for one, taken in pairs if round_ % 2 else reversed(pairs):
                        began = time.process_time()
                        ask(*one, who, path)
                        if round_ >= WARM:
                            taken.append((time.process_time() - began) * 1000)
            first, second = (statistics.quantiles(taken, n=20)[-1] for taken in times)
            found += [
                Figure(
                    f"{name}: 400 × 209 against 8 × 6, p95", second / first, "ratio", LIMIT if name in HELD else None
                ),
                Figure(f"{name}: p95 at 400 × 209", second, "ms"),
                Figure(f"{name}: statements more at 400 × 209", many - few, f"beside {few}", 0),
            ]
        for app, _ in (small, large):
            with app.app_context():
                db.engine.dispose()
    return found


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
    sys.exit(0)
