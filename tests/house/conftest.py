"""What the walks of the permission page stand on: the demonstration in late November, its cast, everyone signed in."""

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
from tests.house.walk import CAST, Visitor, World


@pytest.fixture(scope="module")
def service(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A copy of the demonstration on a day late in November, when its meetings of that month are held."""
    instance = tmp_path_factory.mktemp("walk") / "instance"
    shutil.copytree(demonstration, instance)
    logo = (ROOT / "app/static/vendor/assets/images/favicon.svg").read_bytes()
    (instance / "logo.svg").write_bytes(logo)
    settings = Settings(
        instance=instance, demonstration=True, public_url="http://localhost", logo=str(instance / "logo.svg")
    )
    app = create_app(settings, Clock(real=lambda: walk.REAL, fixed=lambda: walk.NOW))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def world(service: Flask) -> World:
    with service.app_context(), db.sessionmaker() as session:
        return walk.add_all(session)


@pytest.fixture(scope="module")
def visitors(service: Flask, world: World) -> dict[str, Visitor]:
    """Everyone, signed in once; the disabled account is closed behind its back."""
    found = {name: Visitor(service, world.people.get(name), world.tokens.get(name, "")) for name in CAST}
    with service.app_context(), db.sessionmaker() as session, session.begin():
        walk.disable(session, world.people["disabled"].email)
    return found
