"""Pages per second for six bodies' packs as the worker builds them, beside WeasyPrint given the same pages at once.

The yardstick is one plain WeasyPrint rendering of the same HTML, in the same run, without the press's checks, without
freezing facts, writing sections, walking the tree, or keeping files: what a build adds to it is the ratio.
"""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import weasyprint
from flask import Flask

from app import create_app, pdf
from app.db import db, writing
from app.db.installation import Clock
from app.jobs.models import Job
from app.jobs.service import take
from app.jobs.worker import Context
from app.packs import sections, service
from app.packs.build import build
from app.packs.models import Edition, Pack
from benchmarks.figures import Figure
from config import Settings
from tests.packs.seed import NOW, seeded

PAIRS = 5
REAL = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


def figures() -> list[Figure]:
    """Pages per second, and the build's time over the yardstick's (median of pairs)."""
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(instance=Path(place), testing=True, worker_lease_seconds=3600)
        app = create_app(settings, Clock(real=lambda: REAL, fixed=lambda: NOW))
        with app.app_context():
            app.extensions["alembic"].upgrade()
            found = _measured(app)
            db.engine.dispose()
        return found


def _measured(app: Flask) -> list[Figure]:
    with writing(db.session) as session:
        seed = seeded(session)
        edition = service.edition_of(session, seed.period)
        packs = [service.pack_of(session, meeting).id for meeting in seed.meetings.values()]
        edition_id = edition.id
    _built(app, Edition, "edition", edition_id)  # warm: the stylesheet and fonts are parsed once for a process
    ratios, rates, again = [], [], []
    for _ in range(PAIRS):
        seconds = 0.0
        for pack_id in packs:
            _forget(pack_id)
            seconds += _built(app, Pack, "pack", pack_id)
        yardstick = sum(_one_shot(app, pack_id) for pack_id in packs)
        again.append(sum(_built(app, Pack, "pack", pack_id) for pack_id in packs) / seconds)
        db.session.rollback()
        pages = sum(db.session.get_one(Pack, pack_id).pages or 0 for pack_id in packs)
        ratios.append(seconds / yardstick)
        rates.append(pages / seconds)
    return [
        Figure("six packs built: pages per second, one worker", statistics.median(rates), "pages/s"),
        Figure("six packs built: time over plain WeasyPrint", statistics.median(ratios), "×", 1.40),
        Figure("six packs asked for again, nothing changed", statistics.median(again), "× the build", 0.05),
    ]


def _built(app: Flask, model: type[Edition] | type[Pack], kind: str, thing_id: int) -> float:
    """Build as the worker does, under a lease; returns seconds."""
    with writing(db.session) as session:
        thing = session.get_one(Edition, thing_id) if model is Edition else session.get_one(Pack, thing_id)
        job_id = service.ask_for_build(session, thing, asked_by=None, real_now=REAL).id
        taken = take(session, "benchmark", _context(app, job_id).lease, REAL)
        assert taken is not None and taken.id == job_id
    began = time.perf_counter()
    build(_context(app, job_id), model, thing_id)
    seconds = time.perf_counter() - began
    with writing(db.session) as session:
        session.get_one(Job, job_id).state = "done"
    return seconds


def _context(app: Flask, job_id: int) -> Context:
    return Context(app, job_id, "benchmark", {})


def _forget(pack_id: int) -> None:
    """As if it had never been built: no frozen facts, so that all of the work is done."""
    with writing(db.session) as session:
        pack = session.get_one(Pack, pack_id)
        pack.facts = pack.facts_hash = pack.pdf_hash = pack.web_hash = None
        pack.state = "draft"


def _one_shot(app: Flask, pack_id: int) -> float:
    """Plain WeasyPrint on the same HTML; returns seconds."""
    db.session.rollback()
    pack = db.session.get_one(Pack, pack_id)
    assert pack.facts is not None
    html = sections.document(app.jinja_env, pack.facts)
    folder = Path(app.static_folder or "") / "vendor" / "fonts"
    sheet = pdf.stylesheet().replace("asset:", f"{folder.as_uri()}/")
    began = time.perf_counter()
    weasyprint.HTML(string=html).write_pdf(
        stylesheets=[weasyprint.CSS(string=sheet)], pdf_variant="pdf/ua-1", uncompressed_pdf=True
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    for figure in figures():
        print(figure.sentence())
