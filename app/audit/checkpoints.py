"""Checkpoints: a signed note of a log's size and root, in the C2SP form, to be kept outside by others.

The form: origin, size and base64 root, a line each; an empty line; then a line `— key-name base64(key-id ‖ signature)`.
Sources: C2SP tlog-checkpoint and signed-note (read 2026).
"""

import base64
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_NAME = "concord"
ED25519 = b"\x01"


class CheckpointError(ValueError):
    """A checkpoint cannot be read or its signature does not hold; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's origin, its number of leaves and its 32-byte root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed text: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(public: Ed25519PublicKey) -> bytes:
    """The four bytes that name a key: the beginning of SHA-256(name ‖ newline ‖ 0x01 ‖ key)."""
    return sha256(KEY_NAME.encode() + b"\n" + ED25519 + public.public_bytes_raw()).digest()[:4]


def verifier_key(public: Ed25519PublicKey) -> str:
    """The public key as others keep it: `name+hash+base64`."""
    body = base64.b64encode(ED25519 + public.public_bytes_raw()).decode()
    return f"{KEY_NAME}+{key_id(public).hex()}+{body}"


def from_verifier_key(text: str) -> Ed25519PublicKey:
    """The public key that `verifier_key` spelt. Raises `CheckpointError`."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(text.split("+", 2)[2], validate=True)[1:])
    except (ValueError, IndexError):
        public = None
    if public is None or verifier_key(public) != text:
        raise CheckpointError(f"“{text}” is not a public key: expected `{KEY_NAME}+`, its number, `+` and the key.")
    return public


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note."""
    return signed_note(checkpoint.text, key)


def signed_note(text: str, *keys: Ed25519PrivateKey) -> str:
    """A text of whole lines as a note that each of these keys signs."""
    lines = [base64.b64encode(key_id(key.public_key()) + key.sign(text.encode())).decode() for key in keys]
    return f"{text}\n" + "".join(f"— {KEY_NAME} {line}\n" for line in lines)


def read(note: str, *publics: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint of a note; with keys, the signature of one must hold. Raises `CheckpointError`."""
    text, separator, signatures = note.replace("\r\n", "\n").partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) < 3:
        raise CheckpointError(
            "This is not a checkpoint: expected origin, size and root on a line each, then a signature."
        )
    try:
        checkpoint = Checkpoint(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except ValueError:
        raise CheckpointError("This is not a checkpoint: its size is not a number or its root not base64.") from None
    if len(checkpoint.root) != 32 or checkpoint.size < 0:
        raise CheckpointError("This is not a checkpoint: its root must be 32 bytes and its size not negative.")
    # what was signed is the text as it stands, not another spelling of the same number or root
    if checkpoint.text != f"{text}\n":
        raise CheckpointError("This is not a checkpoint: its lines are not spelt as this service writes them.")
    if publics and not any(is_signed(checkpoint.text, signatures, public) for public in publics):
        raise CheckpointError(f"The checkpoint of {checkpoint.origin} is not signed by this installation’s key.")
    return checkpoint


def is_signed(text: str, signatures: str, public: Ed25519PublicKey) -> bool:
    """Whether one of these lines is the signature of `text` by this key."""
    for line in signatures.strip("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if (dash, name) != ("—", KEY_NAME):
            continue
        try:
            signature = base64.b64decode(encoded, validate=True)
            if signature[:4] == key_id(public) and base64.b64encode(signature).decode() == encoded:
                public.verify(signature[4:], text.encode())
                return True
        except (ValueError, InvalidSignature):
            continue
    return False


def notes_in(file: Path) -> list[str]:
    """The notes of a file, one or more. Raises `CheckpointError` where it has none; a byte-order mark is passed by."""
    try:
        notes = split(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CheckpointError(f"{file} is not a file of checkpoints: it is not UTF-8 text.") from None
    if not notes:
        raise CheckpointError(f"{file} is empty: there is no checkpoint in it to compare with.")
    return notes


def split(notes: str) -> list[str]:
    """The single notes of a file that holds several, one after the other."""
    found, current = [], []
    for line in notes.replace("\r\n", "\n").split("\n"):
        current.append(line)
        if line.startswith("— "):
            found.append("\n".join(current).strip("\n") + "\n")
            current = []
    if any(line.strip() for line in current):
        found.append("\n".join(current).strip("\n") + "\n")
    return found
