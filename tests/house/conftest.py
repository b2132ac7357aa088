"""What the walks of the permission page stand on: the demonstration in late November, its cast, everyone signed in."""

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.db import db
from app.db.installation import Clock
from config import ROOT, Settings
from tests.house import walk
from tests.house.walk import CAST, Kept, Visitor, World
from tests.live import made_once

WORLD = "world.pickle"


@pytest.fixture(scope="session")
def prepared(demonstration: Path, shared: Path) -> Path:
    """A folder with the walk's world in it, everyone signed in, and the instance that they are of; to be copied.

    Made once for all of pytest's processes. It is a day late in November, when the meetings of that month are held.
    """

    def make(place: Path) -> None:
        shutil.copytree(demonstration, place / "instance")
        logo = (ROOT / "app/static/vendor/assets/images/favicon.svg").read_bytes()
        (place / "instance" / "logo.svg").write_bytes(logo)
        app = of_the_walk(place / "instance")
        with app.app_context(), db.sessionmaker() as session:
            world = walk.add_all(session)
        kept = {name: Visitor(app, world.people.get(name)).kept for name in CAST}
        (place / WORLD).write_bytes(pickle.dumps((world, kept)))
        with app.app_context():
            db.engine.dispose()

    return made_once(shared / "walk", make)


def of_the_walk(instance: Path) -> Flask:
    """The service on an instance of the walk, whose clocks stand still."""
    settings = Settings(
        instance=instance, demonstration=True, public_url="http://localhost", logo=str(instance / "logo.svg")
    )
    return create_app(settings, Clock(real=lambda: walk.REAL, fixed=lambda: walk.NOW))


@pytest.fixture(scope="module")
def service(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service that is walked: this module's own copy."""
    instance = tmp_path_factory.mktemp("walk") / "instance"
    shutil.copytree(prepared / "instance", instance)
    app = of_the_walk(instance)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def world(prepared: Path) -> World:
    found: World = pickle.loads((prepared / WORLD).read_bytes())[0]
    return found


@pytest.fixture(scope="module")
def visitors(prepared: Path, service: Flask, world: World) -> dict[str, Visitor]:
    """Everyone, signed in once; the disabled account is closed behind its back."""
    kept: dict[str, Kept] = pickle.loads((prepared / WORLD).read_bytes())[1]
    found = {name: Visitor(service, world.people.get(name), world.tokens.get(name, ""), kept[name]) for name in CAST}
    with service.app_context(), db.sessionmaker() as session, session.begin():
        walk.disable(session, world.people["disabled"].email)
    return found
