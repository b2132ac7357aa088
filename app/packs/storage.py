"""Built files, known by the SHA-256 of their bytes: written aside, made durable, then given their name in one step.

A file under its own hash is whole or not there at all; writing the same bytes again changes nothing.
"""

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}")
ENDINGS = ("pdf", "html")
ASIDE = ".aside"


def keep(folder: Path, content: bytes, ending: str) -> str:
    """Keep these bytes; returns their SHA-256, which with the ending is the file's name."""
    digest = sha256(content).hexdigest()
    place = path(folder, digest, ending)
    if place.exists():
        return digest
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{digest}.{os.getpid()}-{secrets.token_hex(4)}{ASIDE}"
    try:
        with aside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _make_durable(folder)
    return digest


def path(folder: Path, digest: str, ending: str) -> Path:
    """Where the file with this hash stands; raises `ValueError` for anything that is no hash or no known ending."""
    if not _HASH.fullmatch(digest) or ending not in ENDINGS:
        raise ValueError("not the name of a kept file")
    return folder / f"{digest}.{ending}"


def read(folder: Path, digest: str, ending: str) -> bytes:
    """The bytes of a kept file; raises `FileNotFoundError`, and `OSError` where they are not what was kept."""
    content = path(folder, digest, ending).read_bytes()
    if sha256(content).hexdigest() != digest:
        raise OSError(f"{digest}.{ending} is not what was kept: restore it from a backup")
    return content


def sweep(folder: Path, older_than: float) -> int:
    """Remove what dead workers left aside before `older_than` (seconds since the epoch); returns how many."""
    count = 0
    for left in folder.glob(f"*{ASIDE}"):
        if left.stat().st_mtime < older_than:
            left.unlink(missing_ok=True)
            count += 1
    return count


def _make_durable(folder: Path) -> None:
    """The name itself must survive a power cut, so the folder is synced too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
