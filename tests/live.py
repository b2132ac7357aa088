"""The demonstration as a running service for tests: loaded once, copied for each, served from a thread."""

import fcntl
import logging
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from app import create_app
from app.db import db
from app.db.installation import Clock
from config import Settings

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Live:
    """A service that answers at `url`; `app` is the same service in this process."""

    url: str
    app: Flask
    instance: Path

    def flask(self, *arguments: str) -> str:
        """Run `flask --app wsgi …` on this service's data, in a process of its own; gives what it printed."""
        return flask(self.instance, *arguments)

    def work(self) -> None:
        """Do all the work that waits, as the worker would."""
        self.flask("worker", "--once")


def flask(instance: Path, *arguments: str) -> str:
    """Run `flask --app wsgi …` on the demonstration in `instance`; gives what it printed, and fails loudly."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env={"CONCORD_INSTANCE": str(instance), "CONCORD_DEMONSTRATION": "1", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"flask {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def made_once(place: Path, make: Callable[[Path], object]) -> Path:
    """The folder `place`, filled by `make` when it is not there, whole or not at all.

    Of several processes that ask for it one makes it, and the others wait.
    """
    with place.with_name(f"{place.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not place.exists():
            aside = place.with_name(f"{place.name}.making")
            if aside.exists():
                shutil.rmtree(aside)
            aside.mkdir(parents=True)
            make(aside)
            aside.rename(place)
    return place


def loaded_demonstration(place: Path) -> Path:
    """The instance folder `place`, migrated, loaded and released; made when it is not there."""
    return made_once(place, _load)


def _load(instance: Path) -> None:
    flask(instance, "db", "upgrade")
    flask(instance, "demonstration", "load")


@contextmanager
def served(pristine: Path, instance: Path, *, real: Clock | None = None) -> Iterator[Live]:
    """A copy of `pristine` in `instance`, served on a free port of 127.0.0.1 for as long as the block lasts.

    With `real` it is a real installation, on that clock; else the demonstration, on its own.
    """
    shutil.copytree(pristine, instance)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
        url = f"http://{HOST}:{port}"
        app = create_app(Settings(instance=instance, demonstration=real is None, public_url=url), real)
        server = make_server(HOST, port, app, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, name="live service")
    thread.start()
    try:
        yield Live(url, app, instance)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
