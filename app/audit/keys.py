"""The key that signs checkpoints: made on first use, changed by a command, the earlier ones kept to check by.

A change is a note in `log-key-changes.txt`, signed by the earlier and by the later key: whoever has kept either public
key can follow the note to the other, and a checkpoint that the earlier one signed is checked as before.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.audit import whole_files
from app.audit.checkpoints import CheckpointError, from_verifier_key, is_signed, signed_note, verifier_key
from app.audit.service import stamp
from config import kept_secret

KEY_FILE = "log-signing.key"
CHANGES_FILE = "log-key-changes.txt"
CHANGE = "concord/key-change"


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that signs now, and the earlier public keys, oldest first, with the notes of the changes."""

    now: Ed25519PrivateKey
    earlier: tuple[Ed25519PublicKey, ...] = ()
    changes: str = ""

    @property
    def public(self) -> tuple[Ed25519PublicKey, ...]:
        """Every key whose checkpoints are this installation's: the one in force first."""
        return (self.now.public_key(), *reversed(self.earlier))


def signing_key(instance: Path) -> Ed25519PrivateKey:
    """The installation's key, made on first use and kept in the instance folder. Raises `CheckpointError`."""
    return _private(instance / KEY_FILE)


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(kept_secret(path))
    except (OSError, ValueError):
        raise CheckpointError(
            f"{path} cannot be used as the key that signs checkpoints: it has to be a file of 32 bytes. "
            "Put it back from a backup; a new key would not check the checkpoints of the old one."
        ) from None


def keys(instance: Path) -> Keys:
    """The key in force and the earlier ones. Raises `CheckpointError` where a change cannot be followed to it."""
    path = instance / CHANGES_FILE
    try:
        changes = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, ValueError):
        raise CheckpointError(f"{path} cannot be read as the notes of earlier keys. {_FROM_A_BACKUP}") from None
    if not changes:
        return Keys(signing_key(instance))
    if not (instance / KEY_FILE).exists():
        raise CheckpointError(f"{instance / KEY_FILE} is gone. {_FROM_A_BACKUP}")
    key = signing_key(instance)
    earlier: list[Ed25519PublicKey] = []
    follows = None
    for note in split_changes(changes):
        old, new = read_change(note)
        if follows is not None and verifier_key(old) != verifier_key(follows):
            raise CheckpointError(f"{path}: a change of keys does not follow the one before it. {_FROM_A_BACKUP}")
        earlier.append(old)
        follows = new
    if follows is not None and verifier_key(follows) != verifier_key(key.public_key()):
        raise CheckpointError(
            f"{instance / KEY_FILE} is not the key that {path} says is in force: a change of keys was not finished, "
            "or one of the two is from another day. `flask --app wsgi record rotate-key` finishes a change; "
            "otherwise put both back from one backup."
        )
    return Keys(key, tuple(earlier), changes)


_FROM_A_BACKUP = "Put it back from a backup, with the key of the same day."


def split_changes(changes: str) -> list[str]:
    """The single notes of a file of them: each begins with the line that says what it is."""
    return [f"{CHANGE}\n{part}".rstrip("\n") + "\n" for part in changes.split(f"{CHANGE}\n") if part.strip()]


def read_change(note: str) -> tuple[Ed25519PublicKey, Ed25519PublicKey]:
    """The earlier and the later key of a change that both signed. Raises `CheckpointError`."""
    text, separator, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 4 or lines[0] != CHANGE:
        raise CheckpointError("This is not a note of a change of keys.")
    old, new = from_verifier_key(lines[1]), from_verifier_key(lines[2])
    if not (is_signed(f"{text}\n", signatures, old) and is_signed(f"{text}\n", signatures, new)):
        raise CheckpointError("The note of a change of keys is not signed by both keys it names.")
    return old, new


def rotate(instance: Path, now: datetime) -> Keys:
    """Make a new key and put it in force, with a note that both keys sign. Raises `CheckpointError`, `OSError`.

    Whatever breaks it off, one of the two keys is in force and nothing is lost: the new key is on disk before the
    note, and the note before the change; calling again finishes a change that the note tells of already.
    """
    aside, changes_file = instance / f"{KEY_FILE}.new", instance / CHANGES_FILE
    with _alone(instance):
        if _unfinished(aside, changes_file):
            os.replace(aside, instance / KEY_FILE)
            whole_files.on_disk(instance)
            return keys(instance)
        before = keys(instance)
        aside.unlink(missing_ok=True)
        new = _private(aside)
        text = f"{CHANGE}\n{verifier_key(before.now.public_key())}\n{verifier_key(new.public_key())}\n{stamp(now)}\n"
        note = signed_note(text, before.now, new)
        whole_files.replaced(changes_file, f"{before.changes}\n{note}" if before.changes else note)
        os.replace(aside, instance / KEY_FILE)
        whole_files.on_disk(instance)
        return keys(instance)


def _unfinished(aside: Path, changes_file: Path) -> bool:
    """Whether the last note names the key that still lies aside."""
    if not (aside.exists() and changes_file.exists()):
        return False
    notes = split_changes(changes_file.read_text(encoding="utf-8"))
    _, named = read_change(notes[-1])
    return verifier_key(named) == verifier_key(_private(aside).public_key())


@contextlib.contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """One change of keys at a time."""
    descriptor = os.open(instance, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
