"""The service as a real server runs it, at a moment of 2015, for tests that kill it or crowd it."""

import os
from pathlib import Path

from app import create_app
from app.db.installation import Clock
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
