"""A list asks no more of the database for a large group than for a small one: no statement, no row, no line more.

Nor does a page read the years behind it: whatever table grows with the record is read by an index. Time is a matter of
benchmarks/bench_pages_at_scale.py and bench_at_a_million.py; here is what has to stay the same for that.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.db import db, writing
from app.db.installation import Clock
from benchmarks.bench_pages_at_scale import REAL, ask, statements
from config import Settings
from tests.scale import NOW, OF_A_CASE, PAGES, Filled, fill


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
    for name, (who, path) in (PAGES | OF_A_CASE).items():
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


LONG = {
    "record_entry",
    "record_leaf",
    "signoff_case",
    "signoff_case_state",
    "signoff_party",
    "signoff_party_state",
    "signoff_receipt",
    "signoff_round",
}
"""Tables that go on growing with every decision."""
OF_A_LONG_RECORD = {
    **{name: PAGES[name] for name in ("home of a programme director", "home of a board secretary", "sign-offs")},
    "sign-offs agreed": ("director", "/sign-offs?state=agreed"),
    "sign-offs by words": ("director", "/sign-offs?q=standards"),
}


def read_whole(session: Session, statement: str, values: Any) -> list[str]:
    """The long tables of which a statement reads every row, as the engine plans it when it may choose an index."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        steps = [row[-1].split() for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        return [" ".join(step) for step in steps if step[0] == "SCAN" and step[1] in LONG]
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    return list(unbounded(plan["Plan"]))


def unbounded(node: dict[str, Any]) -> Iterator[str]:
    """The nodes of a plan of PostgreSQL that read a long table, and by no condition of an index."""
    below = node.get("Plans", ())
    if node.get("Relation Name") in LONG and not any("Index Cond" in one for one in (node, *below)):
        yield f"{node['Node Type']} on {node['Relation Name']}"
    for one in below:
        yield from unbounded(one)


def test_no_page_of_a_long_record_reads_it_whole(app: Flask) -> None:
    with app.app_context():
        with writing(db.session) as session:
            filled = fill(session, bodies=4, workstreams=3, real_now=REAL)
        sent = {name: statements(app, filled, who, path) for name, (who, path) in OF_A_LONG_RECORD.items()}
        if db.engine.dialect.name == "postgresql":  # which reads so short a table whole, whatever index it has
            for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
                db.session.execute(sa.text(f"SET {way} = off"))
        wrong = {
            (name, statement): found
            for name, of_page in sent.items()
            for statement, values in of_page
            if (found := read_whole(db.session, statement, values))
        }
    assert not wrong
