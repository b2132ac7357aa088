"""Checks off line what Concord hands out of its record: the proof of an entry, a whole log, a log's growth.

It needs no server and nothing of Concord's: Python 3.11 or newer, the package `cryptography`, and this one file, which
may be copied anywhere. It says in sentences what held and what did not, and exits with 0 where everything held, 1
where something did not, and 2 where it could not be checked.

    python verify_record.py FILE [--checkpoint KEPT]… [--witness LOG]… [--key KEY]… [--key-changes CHANGES]

KEPT is a file of checkpoints that you, not Concord, have kept. Without one, a record that was rewritten whole and
signed anew looks like an honest one. LOG is the exported log of another organisation, in which it witnessed where the
log in FILE stood. KEY is Concord's public key as you were given it.
"""

import argparse
import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF, LOG, GROWTH = "concord-proof/1", "concord-log/1", "concord-growth/1"
WITHOUT_PRIVATE = "concord-log/2"
"""A log in which the texts of private entries are withheld."""
EMPTY_ROOT = sha256(b"").digest()
SEALED = "log.sealed"
WITNESSING = ("checkpoint.witnessed", "log.continued")
DESTROYED = "entry.destroyed"

NOTE = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n\n((?:— [^ \n]+ [A-Za-z0-9+/=]+\n)+)")
CHANGE = re.compile(r"(concord/key-change\n([^\n]+)\n([^\n]+)\n[^\n]+\n)\n((?:— [^ \n]+ [A-Za-z0-9+/=]+\n)+)")
HASH = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"(?:[0-9a-f]{2}){1,32}")


class DoesNotHoldError(Exception):
    """Something is not as it has to be; the text says what."""


class CannotBeCheckedError(Exception):
    """What was given does not suffice, or is none of the forms; the text says what is missing."""


# Keys and signed notes


@dataclass(frozen=True)
class Key:
    """A public key with the name and the number that signatures carry."""

    text: str
    name: str
    number: bytes
    public: Ed25519PublicKey


@dataclass(frozen=True)
class Checkpoint:
    """How many entries a log had, and its root; `lines` are the signed text and `signatures` what follows it."""

    origin: str
    size: int
    root: bytes
    lines: str
    signatures: str


def key_of(text: Any) -> Key:
    """The key that is spelt `name+number+base64`."""
    try:
        name, number, encoded = str(text).split("+", 2)
        body = base64.b64decode(encoded, validate=True)
        expected = sha256(name.encode() + b"\n" + body).digest()[:4]
        if number == expected.hex() and body[:1] == b"\x01" and base64.b64encode(body).decode() == encoded:
            return Key(str(text), name, expected, Ed25519PublicKey.from_public_bytes(body[1:]))
    except ValueError:
        pass
    raise DoesNotHoldError(f"“{text}” is not a public key of Concord’s, or one of its letters was changed.")


def signs(key: Key, lines: str, signatures: str) -> bool:
    """Whether this key signed the lines. A signature that says it is this key's and is not is refused."""
    found = False
    for line in signatures.split("\n")[:-1]:
        _, name, encoded = line.split(" ")
        try:
            body = base64.b64decode(encoded, validate=True)
        except ValueError:
            body = b""
        if base64.b64encode(body).decode() != encoded or len(body) != 68:
            raise DoesNotHoldError("A signature is not spelt as one.")
        if (name, body[:4]) != (key.name, key.number):
            continue
        try:
            key.public.verify(body[4:], lines.encode())
        except InvalidSignature:
            raise DoesNotHoldError(
                "A signature does not fit what it stands under: one of the two was changed."
            ) from None
        found = True
    return found


def checkpoint_of(note: Any) -> Checkpoint:
    """The checkpoint of a signed note, in the one spelling it may have."""
    match = NOTE.fullmatch(note) if isinstance(note, str) else None
    if match is None:
        raise DoesNotHoldError(
            "A checkpoint is not one: expected origin, size and root on a line each, and a signature."
        )
    origin, size, encoded, signatures = match.groups()
    root = base64.b64decode(encoded)
    if base64.b64encode(root).decode() != encoded:
        raise DoesNotHoldError("The root of a checkpoint is not spelt as one.")
    return Checkpoint(origin, int(size), root, f"{origin}\n{size}\n{encoded}\n", signatures)


def refuse_unsigned(checkpoint: Checkpoint, keys: Sequence[Key]) -> None:
    """Refuse a checkpoint that none of these keys signed."""
    held = [signs(key, checkpoint.lines, checkpoint.signatures) for key in keys]
    if not any(held):
        raise DoesNotHoldError(
            f"The checkpoint of {checkpoint.origin} with {checkpoint.size} entries is signed by none of the keys that "
            "are trusted here. If the key was changed since, give --key-changes."
        )


def related(keys: list[Key], changes: str) -> list[Key]:
    """These keys and those that notes of changes, each signed by both its keys, lead to from them."""
    pairs = []
    place = 0
    while place < len(changes):
        match = CHANGE.match(changes, place)
        if match is None:
            raise DoesNotHoldError("The changes of keys are not as Concord writes them.")
        lines, old, new, signatures = match.groups()
        pair = (key_of(old), key_of(new))
        if not (signs(pair[0], lines, signatures) and signs(pair[1], lines, signatures)):
            raise DoesNotHoldError("A change of keys is not signed by both keys it names.")
        pairs.append(pair)
        place = match.end() + (changes[match.end() : match.end() + 1] == "\n")
    found = {key.text: key for key in keys}
    for pair in [*pairs, *reversed(pairs)]:
        if any(key.text in found for key in pair):
            found |= {key.text: key for key in pair}
    return list(found.values())


# The Merkle tree of RFC 6962 and RFC 9162


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def leaf_of(content: bytes, salt: str) -> bytes:
    """The leaf of an entry: over the SHA-256 of its salt and its text."""
    return sha256(b"\x00" + sha256(bytes.fromhex(salt) + content).digest()).digest()


class Tree:
    """A tree that grows: the roots of its full subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.full: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        bits = self.size
        while bits & 1:
            leaf = node(self.full.pop(), leaf)
            bits >>= 1
        self.full.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.full:
            return EMPTY_ROOT
        root = self.full[-1]
        for left in reversed(self.full[:-1]):
            root = node(left, root)
        return root


def root_above(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the path leads to from this leaf (RFC 9162, 2.1.3.2); None where the path is no path there."""
    if not 0 <= position < size:
        return None
    place, last, root = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node(sibling, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node(root, sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def grew(older: Checkpoint, newer: Checkpoint, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the newer log begins with the older (RFC 9162, 2.1.4.2)."""
    if older.size > newer.size:
        return False
    if older.size == 0:
        return not path and older.root == EMPTY_ROOT and (newer.size > 0 or newer.root == EMPTY_ROOT)
    if older.size == newer.size:
        return not path and older.root == newer.root
    steps = list(path) if older.size & (older.size - 1) else [older.root, *path]
    if not steps:
        return False
    place, last = older.size - 1, newer.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(sibling, old), node(sibling, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (older.root, newer.root)


# Reading: each form has one spelling, so that no byte can be changed without being noticed


CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> bytes:
    return CANONICAL.encode(value).encode()


def parsed(text: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text.decode())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise DoesNotHoldError(f"{what} cannot be read: it is not JSON any more.")
    return value


def whole(text: bytes, names: set[str]) -> dict[str, Any]:
    """The JSON object of a file that holds just these names, in its one spelling."""
    value = parsed(text, "The file")
    try:
        spelt = (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    except (ValueError, RecursionError):
        spelt = b""
    if spelt != text or set(value) != names:
        raise DoesNotHoldError("The file is not spelt as Concord writes it: something in it was changed.")
    return value


def hashes_of(values: Any) -> list[bytes]:
    if not isinstance(values, list) or not all(isinstance(each, str) and HASH.fullmatch(each) for each in values):
        raise DoesNotHoldError("A path is not one: expected hashes of 64 letters and digits.")
    return [bytes.fromhex(each) for each in values]


def checkpoints_in(path: Path) -> list[Checkpoint]:
    """The checkpoints of a file, one after the other; a byte-order mark and Windows' line ends are passed by."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise CannotBeCheckedError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DoesNotHoldError(f"{path} is not a file of checkpoints: it is not text.") from None
    notes, lines = [], ""
    for line in text.splitlines(keepends=True):
        if lines or line != "\n":
            lines += line
        if line.startswith("— "):
            notes.append(lines)
            lines = ""
    if lines:
        notes.append(lines)
    if not notes:
        raise CannotBeCheckedError(f"{path} is empty: there is no checkpoint in it.")
    return [checkpoint_of(note) for note in notes]


# What is trusted


@dataclass(frozen=True)
class Declared:
    """What an entry says of another whose text was destroyed: its log, place and leaf; and who destroyed it and why."""

    origin: str
    position: int
    leaf: str
    words: str


@dataclass
class Trust:
    """The keys given, their changes, the checkpoints kept outside, and those that another witnessed, with its name.

    `declared` is what the logs of others say of texts that were destroyed: a sealed log’s successor says it of that.
    """

    given: list[Key]
    changes: str
    kept: list[Checkpoint]
    witnessed: list[tuple[str, Checkpoint]] = field(default_factory=list)
    declared: list["Declared"] = field(default_factory=list)

    def keys(self, own: Any) -> tuple[list[Key], list[str]]:
        """The keys that are trusted for a file with this key of its own, and what has to be said of that."""
        key = key_of(own)
        if not self.given:
            said = f"The key that signs is {key.text}. It stands in the file itself"
            return related([key], self.changes), [f"{said}: compare it with the one you were given."]
        keys = related(self.given, self.changes)
        if key.text not in {each.text for each in keys}:
            raise DoesNotHoldError(
                f"The file is signed by {key.text}, which is not the key you gave, nor one that it was changed to."
            )
        return keys, []

    def of(self, origin: str, keys: Sequence[Key]) -> list[Checkpoint]:
        """The checkpoints of one log that were kept outside."""
        own = [each for each in self.kept if each.origin == origin]
        if self.kept and not own:
            raise CannotBeCheckedError(
                f"None of the checkpoints kept outside is of the log {origin}: nothing outside was compared."
            )
        for each in own:
            refuse_unsigned(each, keys)
        return own


NOTHING_OUTSIDE = (
    "Nothing kept outside was compared: a record that was rewritten whole and signed anew would pass too. "
    "Give --checkpoint with one that you have kept."
)


# The forms


def check_proof(text: bytes, trust: Trust) -> Iterator[str]:
    """The proof of one entry."""
    proof = whole(text, {"checkpoint", "content", "format", "key", "path", "position", "salt"})
    keys, said = trust.keys(proof["key"])
    checkpoint = checkpoint_of(proof["checkpoint"])
    refuse_unsigned(checkpoint, keys)
    position, salt, content = proof["position"], proof["salt"], proof["content"]
    if type(position) is not int or not isinstance(salt, str) or not SALT.fullmatch(salt) or type(content) is not dict:
        raise DoesNotHoldError("The proof’s place, salt or content is not one.")
    leaf = leaf_of(canonical(content), salt)
    if root_above(leaf, position, checkpoint.size, hashes_of(proof["path"])) != checkpoint.root:
        raise DoesNotHoldError(
            f"The entry is not shown to be on record: it does not lead to the signed root of {checkpoint.origin}."
        )
    yield f"Entry {position + 1} of the {checkpoint.size} in the log {checkpoint.origin} is on record as it is here:"
    yield in_words(content)
    yield from said
    own = trust.of(checkpoint.origin, keys)
    same = [each for each in own if each.size == checkpoint.size]
    if any(each.root != checkpoint.root for each in same):
        raise DoesNotHoldError(
            f"The checkpoint kept outside has another root for the first {checkpoint.size} entries: "
            "two records were shown."
        )
    if own and not same:
        sizes = ", ".join(str(each.size) for each in own)
        raise CannotBeCheckedError(
            f"The proof leads to a checkpoint of {checkpoint.size} entries; those kept outside have {sizes}. Ask for a "
            "proof made against the one you keep (`record prove --against`), or for the log’s growth (`record growth`)."
        )
    yield "Its checkpoint is the one kept outside." if same else NOTHING_OUTSIDE


def in_words(content: dict[str, Any]) -> str:
    """Who did what and when, as far as the entry says it in the way entries do."""
    actor, organisation = content.get("actor"), content.get("organisation")
    name, capacity = (actor[1], actor[2]) if isinstance(actor, list) and len(actor) == 3 else ("?", "?")
    of = organisation[1] if isinstance(organisation, list) and len(organisation) == 2 else "?"
    return f"{content.get('tag')}, {content.get('at')}, by {name} ({capacity}), in the record of {of}."


def check_log(file: BinaryIO, trust: Trust) -> Iterator[str]:
    """A whole log, read line by line."""
    first = file.readline()
    heading = parsed(first, "The first line")
    try:
        spelt = canonical(heading) + b"\n"
    except (ValueError, RecursionError):
        spelt = b""
    form = heading.get("format")
    if set(heading) != {"checkpoint", "format", "key"} or spelt != first or form not in (LOG, WITHOUT_PRIVATE):
        raise DoesNotHoldError("The first line is not spelt as Concord writes it: something in it was changed.")
    keys, said = trust.keys(heading["key"])
    checkpoint = checkpoint_of(heading["checkpoint"])
    refuse_unsigned(checkpoint, keys)
    own = trust.of(checkpoint.origin, keys)
    roots: dict[int, bytes] = {0: EMPTY_ROOT}
    others = [(by, each) for by, each in trust.witnessed if each.origin == checkpoint.origin]
    sizes = {each.size for each in [*own, *(each for _, each in others)]}
    tree, seal = Tree(), 0
    destroyed: dict[int, str] = {}
    withheld: set[int] = set()
    declared = [each for each in trust.declared if each.origin == checkpoint.origin]
    for line in file:
        leaf, content = leaf_in(line, tree.size)
        if content is WITHHELD and form == WITHOUT_PRIVATE:
            withheld.add(tree.size)
        elif content is WITHHELD:
            raise DoesNotHoldError(f"Line {tree.size + 2} withholds its text, and this form of a log withholds none.")
        elif content is None:
            destroyed[tree.size] = leaf.hex()
        tree.append(leaf)
        if isinstance(content, dict) and content.get("tag") == SEALED:
            seal = seal or tree.size
        declared += (each for each in declared_in(content) if each.origin == checkpoint.origin)
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    wrong = [
        sentence for each in sorted(own, key=lambda each: each.size) for sentence in against(each, roots, tree.size)
    ]
    wrong += [
        f"{by} witnessed otherwise: {sentence}" for by, each in others for sentence in against(each, roots, tree.size)
    ]
    if tree.size != checkpoint.size:
        wrong.append(
            f"The file has {tree.size} entries, and its own signed checkpoint {checkpoint.size}: "
            f"entries were {'cut off or deleted' if tree.size < checkpoint.size else 'inserted'}."
        )
    elif tree.root() != checkpoint.root:
        wrong.append(
            f"The {tree.size} entries do not lead to the signed root of {checkpoint.origin}: "
            "one or more was altered, moved, or put in another’s place."
        )
    if seal and tree.size > seal:
        wrong.append(
            f"The log was sealed at {seal} entries, and {tree.size - seal} stand after that: nothing may follow a seal."
        )
    if form == WITHOUT_PRIVATE and not withheld:
        wrong.append("The file says that it withholds private texts, and withholds none: something in it was changed.")
    wrong += about_destroyed(destroyed, [each for each in declared if each.position not in withheld])
    if wrong:
        raise DoesNotHoldError("\n".join(wrong))
    yield f"All {tree.size} entries of the log {checkpoint.origin} are those of its signed checkpoint, in their order."
    if seal:
        yield "It is sealed: its organisation has ended, and nothing was appended since."
    if withheld:
        yield (
            f"Of {len(withheld)} the text is withheld from this file, as it is private: their leaves are in their "
            "places, and what they say was not looked at."
        )
    if destroyed:
        yield f"Of {len(destroyed)} the text is destroyed; their leaves are in their places, and the record says why:"
        yield from (each.words for each in declared if destroyed.get(each.position) == each.leaf)
    yield from said
    for each in own:
        yield f"The log holds the first {each.size} entries as the checkpoint kept outside has them."
    for by in dict.fromkeys(by for by, _ in others):
        number = sum(one == by for one, _ in others)
        yield f"It is as {by} witnessed it, {number} {'time' if number == 1 else 'times'}."
    if trust.witnessed and not others:
        raise CannotBeCheckedError(f"None of the logs given as witnesses says anything of {checkpoint.origin}.")
    if not own and not others:
        yield NOTHING_OUTSIDE


def declared_in(content: Any) -> list[Declared]:
    """What an entry says of another whose text was destroyed; nothing where it is no such entry, or not as they are."""
    try:
        if content["tag"] != DESTROYED:
            return []
        said = content["payload"]
        what = said["destroyed"]
        words = f"Entry {int(what['position']) + 1} ({what['left']['tag']}): {said['reason']} ({said['under']}). "
        return [Declared(str(what["origin"]), int(what["position"]), str(what["leaf"]), words + in_words(content))]
    except (TypeError, KeyError, ValueError, IndexError):
        return []


def about_destroyed(destroyed: dict[int, str], declared: Sequence[Declared]) -> Iterator[str]:
    """What is wrong with the texts that are gone, and with those that are there and should not be."""
    said = {(each.position, each.leaf) for each in declared}
    for position, leaf in destroyed.items():
        if (position, leaf) not in said:
            yield (
                f"The text of entry {position + 1} is gone, and nothing on record says that it was destroyed. If the "
                "log is sealed, its successor’s log may say it: give that with --witness."
            )
    for each in declared:
        if each.position not in destroyed:
            yield f"The text of entry {each.position + 1} stands here, and the record says that it was destroyed."


def witnessed_in(path: Path, trust: Trust) -> tuple[list[tuple[str, Checkpoint]], list[Declared]]:
    """What another organisation's exported log, checked first, says of where logs stood, with its name; and of texts
    that were destroyed."""
    found: list[tuple[str, Checkpoint]] = []
    declared: list[Declared] = []
    try:
        with path.open("rb") as file:
            list(check_log(file, trust))
            file.seek(0)
            file.readline()
            for line in file:
                content = parsed(line, "A line").get("content")
                declared += declared_in(content)
                if not isinstance(content, dict) or content.get("tag") not in WITNESSING:
                    continue
                for one in content["payload"]["witnessed"]:
                    root = base64.b64decode(one["root"], validate=True)
                    by = str(content["organisation"][1])
                    found.append((by, Checkpoint(str(one["origin"]), int(one["size"]), root, "", "")))
    except OSError as error:
        raise CannotBeCheckedError(f"{path} cannot be read: {error.strerror}.") from None
    except DoesNotHoldError as error:
        raise DoesNotHoldError(f"The log given as a witness, {path}: {error}") from None
    except (ValueError, TypeError, KeyError, IndexError):
        raise CannotBeCheckedError(f"What {path} witnesses cannot be read.") from None
    return found, declared


WITHHELD = object()
"""In the place of what a line says, where the file keeps it back."""


def leaf_in(line: bytes, position: int) -> tuple[bytes, Any]:
    """The leaf of one line and what it says, None where that is destroyed; it must be this place’s, spelt as it is."""
    what = f"Line {position + 2}"
    value = parsed(line, what)
    found = value.get("position")
    if type(found) is int and found != position:
        raise DoesNotHoldError(
            f"{what} should hold the leaf at place {position}, and holds the one of place {found}: "
            "an entry was deleted, inserted or moved."
        )
    salt, leaf = value.get("salt"), value.get("leaf")
    try:
        if set(value) == {"content", "position", "salt"} and isinstance(salt, str) and SALT.fullmatch(salt):
            content = canonical(value["content"])
            if line == b'{"content":%b,"position":%d,"salt":"%b"}\n' % (content, position, salt.encode()):
                return leaf_of(content, salt), value["content"]
        if set(value) == {"leaf", "position"} and isinstance(leaf, str) and HASH.fullmatch(leaf):
            hash_, alone = bytes.fromhex(leaf), b'{"leaf":"%b","position":%d}\n' % (leaf.encode(), position)
            if line == alone:
                return hash_, None
        if set(value) == {"leaf", "position", "withheld"} and isinstance(leaf, str) and HASH.fullmatch(leaf):
            hash_, alone = bytes.fromhex(leaf), b'{"leaf":"%b","position":%d,"withheld":true}\n'
            if line == alone % (leaf.encode(), position):
                return hash_, WITHHELD
    except (ValueError, RecursionError):
        pass
    raise DoesNotHoldError(f"{what} is not spelt as Concord writes it: something in it was changed or cut off.")


def against(kept: Checkpoint, roots: dict[int, bytes], size: int) -> Iterator[str]:
    """What is wrong with a log of `size` entries with these roots, by one checkpoint kept outside."""
    if kept.size > size:
        yield (
            f"The file has {size} entries, and the checkpoint kept outside {kept.size}: "
            "entries were cut off, or this is an older copy."
        )
    elif roots[kept.size] != kept.root:
        yield f"The first {kept.size} entries are not those of the checkpoint kept outside."


def check_growth(text: bytes, trust: Trust) -> Iterator[str]:
    """Older checkpoints, newer ones, and what shows that the logs grew from the ones to the others."""
    value = whole(text, {"format", "key", "logs"})
    keys, said = trust.keys(value["key"])
    logs = value["logs"]
    if not isinstance(logs, list) or not logs or not all(isinstance(each, dict) for each in logs):
        raise DoesNotHoldError("The file shows no log’s growth.")
    shown: list[Checkpoint] = []
    for each in logs:
        if set(each) != {"newer", "older", "path"}:
            raise DoesNotHoldError("The file is not spelt as Concord writes it: something in it was changed.")
        older, newer = checkpoint_of(each["older"]), checkpoint_of(each["newer"])
        for checkpoint in (older, newer):
            refuse_unsigned(checkpoint, keys)
        if older.origin != newer.origin or not grew(older, newer, hashes_of(each["path"])):
            raise DoesNotHoldError(
                f"The log {older.origin} with {older.size} entries is not shown to be the beginning of "
                f"{newer.origin} with {newer.size}."
            )
        shown += [older, newer]
        yield (
            f"The log {older.origin} grew from {older.size} to {newer.size} entries; "
            f"the first {older.size} are what they were."
        )
    yield from said
    for kept in trust.kept:
        refuse_unsigned(kept, keys)
        same = [each for each in shown if (each.origin, each.size) == (kept.origin, kept.size)]
        if any(each.root != kept.root for each in same):
            raise DoesNotHoldError(
                f"The checkpoint of {kept.origin} kept outside has another root for the first {kept.size} entries: "
                "two records were shown."
            )
        if not same:
            raise CannotBeCheckedError(
                f"The file shows nothing of the checkpoint of {kept.origin} with {kept.size} entries that is kept "
                "outside: ask for the growth from that one."
            )
    yield "The checkpoints kept outside are among them." if trust.kept else NOTHING_OUTSIDE


def check_checkpoints(path: Path, trust: Trust) -> Iterator[str]:
    """A file of checkpoints: their signatures, and that no two of one log and size differ."""
    found = checkpoints_in(path)
    if not trust.given:
        raise CannotBeCheckedError("A checkpoint does not hold the key that signed it: give --key.")
    keys = related(trust.given, trust.changes)
    roots: dict[tuple[str, int], bytes] = {}
    for each in [*found, *trust.kept]:
        refuse_unsigned(each, keys)
        if roots.setdefault((each.origin, each.size), each.root) != each.root:
            raise DoesNotHoldError(
                f"Two checkpoints of the first {each.size} entries of {each.origin} differ: two records were shown."
            )
    for each in found:
        yield f"The checkpoint of {each.origin} with {each.size} entries is signed by a key that is trusted here."


# From the terminal


def checked(path: Path, trust: Trust) -> Iterator[str]:
    """What holds of a file, sentence by sentence; raises at what does not."""
    try:
        with path.open("rb") as file:
            first = file.readline()
            file.seek(0)
            if first.startswith(b'{"') and any(f'"format":"{one}"'.encode() in first for one in (LOG, WITHOUT_PRIVATE)):
                yield from check_log(file, trust)
                return
            text = file.read()
    except OSError as error:
        raise CannotBeCheckedError(f"{path} cannot be read: {error.strerror}.") from None
    if not text.lstrip().startswith(b"{"):
        yield from check_checkpoints(path, trust)
    elif f'"format": "{PROOF}"'.encode() in text:
        yield from check_proof(text, trust)
    elif f'"format": "{GROWTH}"'.encode() in text:
        yield from check_growth(text, trust)
    else:
        raise CannotBeCheckedError(
            f"{path} is none of the forms this can check: {PROOF}, {LOG}, {WITHOUT_PRIVATE}, {GROWTH}, checkpoints."
        )


def printable(sentence: str) -> str:
    """A text that may come from anywhere, without what a terminal would take for orders."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in sentence)


def say(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        sys.stdout.write(printable(sentence) + "\n")


def trust_of(options: argparse.Namespace) -> Trust:
    changes: Path | None = options.key_changes
    try:
        text = changes.read_bytes().decode("utf-8-sig").replace("\r\n", "\n") if changes else ""
    except OSError as error:
        raise CannotBeCheckedError(f"{changes} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DoesNotHoldError(f"{changes} is not a file of changes of keys: it is not text.") from None
    kept = [checkpoint for path in options.checkpoint for checkpoint in checkpoints_in(path)]
    given = [key_of(text) for text in options.key]
    told = [witnessed_in(path, Trust(given, text, [])) for path in options.witness]
    witnessed = [one for found, _ in told for one in found]
    return Trust(given, text, kept, witnessed, [one for _, declared in told for one in declared])


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the arguments name; gives the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description="Checks off line what Concord hands out of its record.")
    parser.add_argument("file", type=Path, help="a proof, an exported log, a growth, or checkpoints")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="checkpoints that you have kept")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="another organisation’s exported log")
    parser.add_argument("--key", action="append", default=[], help="Concord’s public key as you were given it")
    parser.add_argument(
        "--key-changes", type=Path, help="the notes of changes of keys, as `record key --changes` prints"
    )
    options = parser.parse_args(arguments)
    try:
        held = list(checked(options.file, trust_of(options)))
    except DoesNotHoldError as error:
        say([f"DOES NOT HOLD: {error}"])
        return 1
    except CannotBeCheckedError as error:
        say([f"CANNOT BE CHECKED: {error}"])
        return 2
    say([*held, "Everything checked holds."])
    return 0


if __name__ == "__main__":
    sys.exit(main())
