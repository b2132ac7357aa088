"""Set-up and start say in one sentence what stands in their way, and change nothing then."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = ("git", "node", "npm")


def said(script: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and everything a script of bin/ printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / script), *arguments],
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def programs(folder: Path, *names: str) -> str:
    """A PATH on which only these are found."""
    for name in names:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return str(folder)


def test_missing_programs_are_named_in_one_sentence(tmp_path: Path) -> None:
    path = programs(tmp_path, "git")
    assert said("set-up", PATH=path) == (1, "set-up: Not found: node, npm; install what is missing, then try again.\n")


def test_missing_debian_packages_are_named_where_they_cannot_be_installed(tmp_path: Path) -> None:
    path = programs(tmp_path, *NEEDED)
    sentence = "set-up: These Debian packages are missing; as root: apt-get install chromium poppler-utils\n"
    assert said("set-up", "tests", PATH=path) == (1, sentence)


def test_a_second_set_up_has_nothing_to_do() -> None:
    assert said("set-up", "tests") == (0, "")


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = f"Port {port} on 127.0.0.1 is taken: stop what uses it, or choose another: PORT=8123 make run.\n"
        assert said("run", PORT=str(port)) == (1, sentence)


def test_a_port_that_is_none_is_said_in_one_sentence() -> None:
    assert said("run", PORT="eighty") == (1, "PORT is “eighty”: expected a number from 1 to 65535.\n")


def test_a_real_installation_is_not_reset(tmp_path: Path, migrated_file: Path) -> None:
    database = tmp_path / "concord.sqlite"
    shutil.copyfile(migrated_file, database)
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO installation (id, kind) VALUES (1, 'real')")
    connection.close()
    before = database.read_bytes()
    code, sentence = said("reset-demo", CONCORD_INSTANCE=str(tmp_path), YES="1")
    assert (code, sentence) == (1, "This is a real installation, not a demonstration: it is left as it is.\n")
    assert database.read_bytes() == before


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def children(process: int) -> list[int]:
    """The processes that descend from this one."""
    own = [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return own + [grandchild for child in own for grandchild in children(child)]


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def test_a_run_serves_what_is_there_and_ends_everything_it_started(demonstration: Path, tmp_path: Path) -> None:
    instance = tmp_path / "an instance"
    shutil.copytree(demonstration, instance)
    port = free_port()
    with subprocess.Popen(
        [sys.executable, str(ROOT / "bin" / "run")],
        env={**os.environ, "CONCORD_INSTANCE": str(instance), "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        printed = [next(line for line in running.stdout if line.strip())]
        assert printed == [f"Concord is ready at http://127.0.0.1:{port}  (Ctrl-C stops it)\n"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
            assert (answer.status, answer.headers.get_content_type()) == (200, "application/json")
        started = children(running.pid)
        running.send_signal(signal.SIGINT)
        running.stdout.read()
        assert running.wait(30) == 0
    assert len(started) >= 4  # gunicorn with two workers, and the worker
    assert [process for process in started if alive(process)] == []
