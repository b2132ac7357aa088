"""The service as a real server runs it, at a moment of 2015, for tests that kill it or crowd it."""

# ruff: noqa: E402  # it loads as `wsgi` does: the collector rests meanwhile
import gc
import os
from pathlib import Path

gc.disable()

from app import create_app
from app.db.installation import Clock
from app.web.loaded import loaded
from config import Settings
from tests.conftest import REAL_DAY
from tests.signoff.group import NOW

app = create_app(
    Settings(
        instance=Path(os.environ["UNDER_FIRE_INSTANCE"]),
        database_url=os.environ["UNDER_FIRE_DATABASE"],
        public_url=os.environ["UNDER_FIRE_URL"],
        definitions_folder=os.environ.get("UNDER_FIRE_DEFINITIONS", ""),
    ),
    Clock(real=lambda: REAL_DAY, fixed=lambda: NOW),
)
loaded()
