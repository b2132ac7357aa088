"""What a process that starts has loaded, and what it does once it has."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def told_by(code: str) -> list[str]:
    """What a fresh process prints; it has loaded nothing that a test before has."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_service_starts_without_what_only_printing_needs() -> None:
    code = "import sys, app; print('weasyprint' in sys.modules); from app.pdf import render; print(callable(render))"
    assert told_by(code) == ["False", "True"]


def test_the_collector_that_rested_while_all_was_loaded_works_afterwards() -> None:
    code = "import gc; gc.disable(); from app.web.loaded import loaded; loaded(); print(gc.isenabled())"
    assert told_by(code) == ["True"]
