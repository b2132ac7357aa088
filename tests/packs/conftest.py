"""Packs on a seeded collaborative: on both engines for what is recorded, on SQLite for what is printed."""

import pickle
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.audit.service import Doer
from app.db import db, writing
from app.jobs.models import Job
from app.jobs.worker import run_waiting
from app.packs import service
from app.packs.build import freeze
from app.packs.models import Edition, Pack
from config import Settings
from tests.conftest import SettableClock
from tests.live import made_once
from tests.packs.seed import OFFICE, Seeded, found_again, identities, seeded
from workflows.contents import Gap

URL = "http://localhost"
ROWS = ".rows"


@dataclass
class Room:
    """The service with its seed, and short ways to do what these tests do often."""

    app: Flask
    session: Session
    clock: SettableClock
    seed: Seeded

    @property
    def now(self) -> datetime:
        return self.clock.now

    def secretary(self, name: str) -> Doer:
        """The body's own board secretary."""
        person = self.seed.people[f"{name.lower()}-secretary"]
        return Doer(person.id, person.name, f"board secretary, NHS {name} CCG")

    def chair(self, name: str) -> Doer:
        """Who holds the body's presiding seat."""
        person = self.seed.people[f"{name.lower()}-chair"]
        return Doer(person.id, person.name, f"chair, NHS {name} CCG Governing Body")

    def edition(self) -> Edition:
        """The period's edition."""
        with writing(self.session):
            return service.edition_of(self.session, self.seed.period)

    def pack(self, name: str = "Merton") -> Pack:
        """The pack of a body's November meeting."""
        with writing(self.session):
            return service.pack_of(self.session, self.seed.meetings[name])

    def accept_all(self, thing: Edition | Pack, doer: Doer = OFFICE) -> list[Gap]:
        """Accept every gap there is, each with a reason."""
        with writing(self.session):
            found = list(service.contents_now(self.session, thing, self.now).gaps)
            for gap in found:
                service.accept_gap(
                    self.session, thing, gap_key=gap.key, reason="It is reported in January.", doer=doer, now=self.now
                )
        return found

    def build(self, *things: Edition | Pack) -> list[str]:
        """Build these and give each job's outcome."""
        with writing(self.session):
            jobs = [
                service.ask_for_build(self.session, thing, asked_by=None, real_now=self.clock.real).id
                for thing in things
            ]
        run_waiting(self.app)
        self.session.rollback()
        rows = self.session.execute(sa.select(Job.state, Job.outcome).where(Job.id.in_(jobs)).order_by(Job.id))
        return [f"{state}: {outcome}" for state, outcome in rows]

    def as_built(self, *things: Edition | Pack) -> None:
        """Freeze the facts of these as a build does, without printing them."""
        with self.app.app_context(), writing(self.session):
            for thing in things:
                freeze(self.session, thing, self.app.jinja_env, self.now)
                thing.state, thing.built_at, thing.pages, thing.pdf_bytes = "built", self.now, 12, 345_678
                thing.pdf_hash = thing.web_hash = thing.facts_hash

    def release_edition(self, *, printed: bool = False) -> Edition:
        """The edition accepted, built and released."""
        edition = self.edition()
        self.accept_all(edition)
        if printed:
            self.build(edition)
        else:
            self.as_built(edition)
        with writing(self.session):
            service.release_edition(
                self.session, edition, seen_hash=edition.facts_hash or "", doer=OFFICE, now=self.now
            )
        return edition

    def put_forward(self, name: str = "Merton", *, printed: bool = False) -> Pack:
        """The body's pack accepted, built and before the chair; the edition must be released."""
        pack = self.pack(name)
        self.accept_all(pack, self.secretary(name))
        if printed:
            self.build(pack)
        else:
            self.as_built(pack)
        with writing(self.session):
            service.put_forward(
                self.session, pack, seen_hash=pack.facts_hash or "", doer=self.secretary(name), now=self.now
            )
        return pack

    def release(self, pack: Pack, name: str = "Merton") -> Pack:
        """The pack released by its chair."""
        with writing(self.session):
            return service.release(
                self.session,
                pack,
                seen_hash=pack.facts_hash or "",
                doer=self.chair(name),
                now=self.now,
                real_now=self.clock.real,
                public_url=URL,
            )


@pytest.fixture(scope="session")
def seeded_file(migrated_file: Path, shared: Path) -> Path:
    """A SQLite database with the seed in it, and beside it which rows it is; to be copied."""

    def make(folder: Path) -> None:
        path = folder / "seeded.sqlite"
        shutil.copyfile(migrated_file, path)
        app = create_app(Settings(instance=folder, database_url=f"sqlite:///{path}", testing=True))
        with app.app_context():
            with db.sessionmaker() as session:
                with writing(session):
                    seed = seeded(session)
                path.with_suffix(ROWS).write_bytes(pickle.dumps(identities(seed)))
            db.engine.dispose()

    return made_once(shared / "packs-seed", make) / "seeded.sqlite"


@pytest.fixture
def room(request: pytest.FixtureRequest, app: Flask, session: Session, clock: SettableClock) -> Room:
    """The seeded service, on each engine in turn."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            path: Path = request.getfixturevalue("seeded_file")
            with closing(sqlite3.connect(path)) as made, closing(sqlite3.connect(str(db.engine.url.database))) as own:
                made.backup(own)
            found = found_again(session, pickle.loads(path.with_suffix(ROWS).read_bytes()))
            session.rollback()
        else:
            with writing(session):
                found = seeded(session)
    return Room(app, session, clock, found)
