"""What journeys stand on: a copy of the demonstration, its people, and a calendar that the journey turns."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from app.db import db
from config import Settings
from tests.conftest import SettableClock
from tests.journeys.swl import SouthWestLondon


@pytest.fixture
def swl(demonstration: Path, tmp_path: Path, clock: SettableClock) -> Iterator[SouthWestLondon]:
    """South West London on the morning of 5 November 2015, this journey's own copy."""
    instance = tmp_path / "swl"
    shutil.copytree(demonstration, instance)
    settings = Settings(instance=instance, demonstration=True, public_url="http://localhost", testing=True)
    app = create_app(settings, clock.hands)
    made = SouthWestLondon(app, clock)
    made.it_is("5 November 2015", "10:00")
    yield made
    with app.app_context():
        db.engine.dispose()
