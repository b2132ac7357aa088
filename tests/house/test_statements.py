"""A list asks no more of the database for a large group than for a small one: no statement, no row, no line more.

Time is a matter of benchmarks/bench_pages_at_scale.py; here it is counted what has to stay the same for that.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.db import db, writing
from app.db.installation import Clock
from benchmarks.bench_pages_at_scale import REAL, ask, statements
from config import Settings
from tests.scale import NOW, PAGES, Filled, fill


def made(template: Path, folder: Path, workstreams: int, bodies: int) -> tuple[Flask, Filled]:
    """A service on SQLite with a collaborative of this size."""
    folder.mkdir()
    (folder / "concord.sqlite").write_bytes(template.read_bytes())
    settings = Settings(instance=folder, public_url="http://localhost", testing=True)
    app = create_app(settings, Clock(real=lambda: REAL, fixed=lambda: NOW))
    with app.app_context(), writing(db.session) as session:
        return app, fill(session, bodies=bodies, workstreams=workstreams, real_now=REAL)


Service = tuple[Flask, Filled]


@pytest.fixture(scope="module")
def services(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, Service, Service]]:
    """A service with few workstreams and bodies, one with many, and one with twice as many."""
    place = tmp_path_factory.mktemp("sizes")
    few, many, more = (made(migrated_file, place / f"{size[1]}", *size) for size in ((3, 4), (45, 33), (90, 66)))
    yield few, many, more
    for app, _ in (few, many, more):
        with app.app_context():
            db.engine.dispose()


def test_no_page_sends_a_statement_for_each_row(services: tuple[Service, Service, Service]) -> None:
    more = {}
    for name, (who, path) in PAGES.items():
        few, many = (statements(*one, who, path) for one in services[:2])
        if len(many) != len(few):
            more[name] = (len(few), len(many))
    assert not more


def rows_read(app: Flask, filled: Filled, who: str, path: str) -> int:
    """How many rows SQLite hands over for a page."""
    handed = 0

    def counted(_cursor: object, row: tuple[Any, ...]) -> tuple[Any, ...]:
        nonlocal handed
        handed += 1
        return row

    def count(connection: Any, *_rest: object) -> None:
        connection.row_factory = counted

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "checkout", count)
    ask(app, filled, who, path)
    sa.event.remove(engine, "checkout", count)
    return handed


EACH_BODY = {"home of a programme director"}
"""Pages that have to ask each body still to decide, to say when all can have decided."""


def test_a_first_page_is_no_longer_and_reads_no_more_where_there_are_twice_as_many(
    services: tuple[Service, Service, Service],
) -> None:
    _, many, more = services
    longer = {}
    for name, (who, path) in PAGES.items():
        length = ask(*more, who, path) / ask(*many, who, path)
        read = 1.0 if name in EACH_BODY else rows_read(*more, who, path) / rows_read(*many, who, path)
        if max(length, read) > 1.4:
            longer[name] = (round(length, 2), round(read, 2))
    assert not longer
