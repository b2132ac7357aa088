"""Files that are there whole or not at all, whatever breaks off their writing."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

EVERYONE_READS, OWNER_ONLY = 0o644, 0o600


def replaced(path: Path, text: str) -> None:
    """Write a file so that it holds the old text or the new one, never a part. Raises `OSError`."""
    aside = _written_aside(path, [text], EVERYONE_READS)
    try:
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    on_disk(path.parent)


def new(path: Path, lines: Iterable[str]) -> None:
    """Write a file for its owner alone where none stands. Raises `OSError`, and whatever making the lines raises."""
    if path.exists() or path.is_symlink():
        raise FileExistsError(path)
    aside = _written_aside(path, lines, OWNER_ONLY)
    try:
        os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    on_disk(path.parent)


def _written_aside(path: Path, lines: Iterable[str], mode: int) -> Path:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def on_disk(folder: Path) -> None:
    """Make what was done to the folder's names last. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
