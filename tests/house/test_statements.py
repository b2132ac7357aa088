"""A list takes as many statements for a large group as for a small one: none is sent for each row."""

from pathlib import Path

from flask import Flask

from app import create_app
from app.db import db, writing
from app.db.installation import Clock
from benchmarks.bench_pages_at_scale import REAL, statements
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


def test_no_page_sends_a_statement_for_each_row(migrated_file: Path, tmp_path: Path) -> None:
    small, large = (
        made(migrated_file, tmp_path / f"{bodies}", workstreams, bodies) for workstreams, bodies in ((3, 4), (20, 8))
    )
    more = {}
    for name, (who, path) in PAGES.items():
        few, many = (statements(*one, who, path) for one in (small, large))
        if len(many) != len(few):
            more[name] = (len(few), len(many))
    for app, _ in (small, large):
        with app.app_context():
            db.engine.dispose()
    assert not more
