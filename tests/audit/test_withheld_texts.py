"""A log in which private texts are withheld is checked like any other, and tells nothing of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

import verify_record
from app.audit import checkpoints
from app.audit.destroying import destroy
from app.audit.models import RecordEntry
from app.audit.proofs import export
from app.audit.service import Act, Doer, append, canonical
from app.audit.tags import Tag
from app.db import writing
from app.people.models import Organisation
from tests.audit.test_verify_record import flipped, refused, said
from tests.people import made

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
CANARY = "The contract of the chief officer"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DOER = Doer(7, "A Secretary", "board secretary")


@pytest.fixture
def croydon(session: Session) -> Organisation:
    made.make(session)
    return session.scalars(sa.select(Organisation).order_by(Organisation.id)).first() or pytest.fail("no organisation")


def told(session: Session, organisation: Organisation, *parts: int) -> list[int]:
    """Entries of these parts; each private one tells of the canary. Gives their numbers."""
    acts = [
        Act(
            Tag.COMMENT_MADE,
            DOER,
            *(organisation.id, organisation.name, "document", 1),
            payload={"text": CANARY if part == 2 else "Nothing."},
            part=part,
        )
        for part in parts
    ]
    with writing(session):
        return append(session, acts, NOW)


def handed_out(session: Session, organisation: Organisation, file: Path, *, private: bool = False) -> list[str]:
    """The log as it is handed out to who may read private things, or may not; gives its lines."""
    key = checkpoints.verifier_key(KEY.public_key())
    lines = list(export(session, organisation.id, lambda note: checkpoints.signed(note, KEY), key, private=private))
    file.write_text("".join(lines), encoding="utf-8")
    return lines


def test_it_holds_and_says_of_how_many_nothing_was_looked_at(
    session: Session, croydon: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(session, croydon, 1, 2, 1, 2)
    log, whole = tmp_path / "log.jsonl", tmp_path / "whole.jsonl"
    lines = handed_out(session, croydon, log)
    assert json.loads(lines[0])["format"] == "concord-log/2"
    assert [set(json.loads(line)) for line in lines[2::2]] == [{"leaf", "position", "withheld"}] * 2
    code, text = said(capsys, log)
    assert code == 0, text
    assert "All 4 entries of the log" in text
    assert "Of 2 the text is withheld from this file, as it is private: their leaves are in their places" in text
    assert CANARY not in log.read_text()
    salts = session.scalars(sa.select(RecordEntry.salt).where(RecordEntry.part == 2)).all()
    assert not any(str(salt) in log.read_text() for salt in salts), "with its salt a short text could be guessed"
    assert CANARY in "".join(handed_out(session, croydon, whole, private=True))
    assert said(capsys, whole)[0] == 0
    assert json.loads(whole.read_text().splitlines()[0])["format"] == "concord-log/1"


def test_a_log_without_anything_private_is_the_same_for_everyone(
    session: Session, croydon: Organisation, tmp_path: Path
) -> None:
    told(session, croydon, 1, 1)
    file = tmp_path / "log.jsonl"
    assert handed_out(session, croydon, file) == handed_out(session, croydon, file, private=True)


def test_a_private_text_that_was_destroyed_is_withheld_with_what_is_said_of_it(
    session: Session, croydon: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, private, public = told(session, croydon, 1, 2, 1)
    with writing(session):
        for number in (private, public):
            because = {"under": "UK GDPR", "reason": f"As was asked of {number}."}
            destroy(session, session.get_one(RecordEntry, number), because, DOER, NOW)
    log = tmp_path / "log.jsonl"
    handed_out(session, croydon, log)
    code, text = said(capsys, log)
    assert code == 0, text
    assert "Of 2 the text is withheld" in text and "Of 1 the text is destroyed" in text
    assert f"As was asked of {public}." in text
    assert f"As was asked of {private}." not in log.read_text()


def as_a_whole_log(lines: list[str]) -> list[str]:
    return [lines[0].replace("concord-log/2", "concord-log/1"), *lines[1:]]


def nothing_withheld(lines: list[str]) -> list[str]:
    return [lines[0].replace("concord-log/1", "concord-log/2"), *lines[1:]]


def another_leaf(lines: list[str]) -> list[str]:
    value = json.loads(lines[2])
    return [*lines[:2], canonical({**value, "leaf": value["leaf"][::-1]}).decode() + "\n", *lines[3:]]


def as_destroyed(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[2].replace(',"withheld":true', ""), *lines[3:]]


def cut_off(lines: list[str]) -> list[str]:
    return lines[:-1]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("tamper", "private", "why"),
    [
        (as_a_whole_log, False, "withholds its text, and this form of a log withholds none"),
        (nothing_withheld, True, "says that it withholds private texts, and withholds none"),
        (another_leaf, False, "do not lead to the signed root"),
        (as_destroyed, False, "nothing on record says that it was destroyed"),
        (cut_off, False, "entries were cut off or deleted"),
    ],
)
def test_what_is_withheld_hides_no_change(
    session: Session,
    croydon: Organisation,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tamper: Callable[[list[str]], list[str]],
    private: bool,
    why: str,
) -> None:
    told(session, croydon, 1, 2, 2)
    file = tmp_path / "log.jsonl"
    file.write_text("".join(tamper(handed_out(session, croydon, file, private=private))))
    code, text = said(capsys, file)
    assert (code, why in text) == (1, True), text


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_every_flipped_byte_is_refused(session: Session, croydon: Organisation, tmp_path: Path) -> None:
    told(session, croydon, 1, 2)
    file = tmp_path / "log.jsonl"
    handed_out(session, croydon, file)
    trust = verify_record.Trust([verify_record.key_of(checkpoints.verifier_key(KEY.public_key()))], "", [])
    text = file.read_bytes()
    assert not refused(file, trust)
    for other in flipped(text, 1):
        file.write_bytes(other)
        assert refused(file, trust), other
