"""A file of checkpoints only grows, by what the record grew from; a key is changed and the earlier still check."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy.orm import Session

from app.audit import checkpoints, keys, queries
from app.audit.checkpoints import Checkpoint, CheckpointError
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import writing
from config import Settings

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)


def written(session: Session, organisation_id: int = 1) -> None:
    with writing(session):
        doer = Doer(7, "A Secretary", "board secretary, NHS Merton CCG")
        append(session, [Act(Tag.DECISION_RECORDED, doer, organisation_id, "NHS Merton CCG", "case", 1)], NOW)


def record(app: Flask, *words: str, code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["record", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_a_file_of_checkpoints_keeps_the_older_ones(app: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    written(session)
    record(app, "checkpoint", str(file))
    first = file.read_text()
    assert "The record grew" in record(app, "checkpoint", str(file))
    assert file.read_text() == first, "nothing new, nothing twice"
    written(session)
    written(session, 2)
    record(app, "checkpoint", str(file))
    found = [checkpoints.read(note) for note in checkpoints.notes_in(file)]
    assert [(each.origin[-1], each.size) for each in found] == [("1", 1), ("1", 2), ("2", 1)]
    assert "agrees with 3 checkpoints kept outside" in record(app, "verify", "--checkpoint", str(file))


def test_a_file_that_holds_a_newer_or_another_records_checkpoint_is_left_as_it_is(
    app: Flask, settings: Settings, session: Session, tmp_path: Path
) -> None:
    written(session)
    key, file = keys.signing_key(settings.instance), tmp_path / "kept.txt"
    now = queries.checkpoints(session)[0]
    stranger = Ed25519PrivateKey.generate()
    for note, sentence in (
        (
            checkpoints.signed(Checkpoint(now.origin, 5, now.root), key),
            "has 1 entries in order and the checkpoint has 5",
        ),
        (checkpoints.signed(Checkpoint(now.origin, 1, bytes(32)), key), "are not those of the checkpoint"),
        (checkpoints.signed(Checkpoint("concord/organisation/9", 1, now.root), key), "There is no log"),
        (checkpoints.signed(now, stranger), "is not signed by this installation’s key"),
        ("a letter\n", "This is not a checkpoint"),
        ("", "is empty"),
    ):
        file.write_text(note)
        assert sentence in record(app, "checkpoint", str(file), code=1)
        assert file.read_text() == note
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_changed_key_signs_from_then_on_and_earlier_checkpoints_are_checked_as_before(
    app: Flask, settings: Settings, session: Session, tmp_path: Path
) -> None:
    file, before = tmp_path / "kept.txt", record(app, "key").strip()
    written(session)
    record(app, "checkpoint", str(file))
    assert record(app, "key", "--changes") == ""
    for number in (1, 2):
        assert f"The earlier public keys, {number} of them" in record(app, "rotate-key")
    after = record(app, "key").strip()
    assert after != before
    notes = keys.split_changes(record(app, "key", "--changes"))
    pairs = [tuple(checkpoints.verifier_key(each) for each in keys.read_change(note)) for note in notes]
    assert (pairs[0][0], pairs[0][1], pairs[1][1]) == (before, pairs[1][0], after)
    assert "agrees with 1 checkpoints" in record(app, "verify", "--checkpoint", str(file))
    record(app, "checkpoint", str(file))
    found = checkpoints.notes_in(file)
    assert [checkpoints.read(note).size for note in found] == [1, 1]
    with pytest.raises(CheckpointError, match="not signed"):
        checkpoints.read(found[0], checkpoints.from_verifier_key(after))
    assert checkpoints.read(found[1], checkpoints.from_verifier_key(after)).size == 1
    assert (settings.instance / keys.KEY_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("breaks", ["replaced", "on_disk"])
def test_a_change_of_keys_that_is_broken_off_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    before = checkpoints.verifier_key(keys.signing_key(tmp_path).public_key())
    with monkeypatch.context() as patch:
        patch.setattr(f"app.audit.whole_files.{breaks}", full)
        with pytest.raises(OSError, match="No space"):
            keys.rotate(tmp_path, NOW)
    after = keys.rotate(tmp_path, NOW)
    assert [checkpoints.verifier_key(each) for each in after.earlier] == [before]
    assert not (tmp_path / f"{keys.KEY_FILE}.new").exists()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_key_that_is_not_the_one_its_changes_lead_to_is_refused_in_a_sentence(app: Flask, settings: Settings) -> None:
    record(app, "key")
    key = settings.instance / keys.KEY_FILE
    old = key.read_bytes()
    record(app, "rotate-key")
    new = key.read_bytes()
    key.write_bytes(old)
    assert "is not the key that" in record(app, "checkpoint", code=1)
    assert "No key was changed." in record(app, "rotate-key", code=1)
    key.unlink()
    assert "is gone. Put it back from a backup" in record(app, "checkpoint", code=1)
    assert not key.exists(), "no new key is made beside the notes of another"
    key.write_bytes(new)
    changes = settings.instance / keys.CHANGES_FILE
    text = changes.read_text()
    for other in (text.replace("2026", "2025"), text[:-9], "hello\n", text + text):
        changes.write_text(other)
        assert "Error: " in record(app, "verify", code=1)


@pytest.mark.parametrize("text", ["", "concord", "concord+00000000+AAAA", "concord+zz+é", "other+d4a1+AQ=="])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError, match="is not a public key"):
        checkpoints.from_verifier_key(text)


def test_a_checkpoint_spelt_otherwise_than_it_was_signed_is_refused() -> None:
    key = Ed25519PrivateKey.generate()
    note = checkpoints.signed(Checkpoint("concord/organisation/1", 5, bytes(32)), key)
    assert checkpoints.read(note, key.public_key()).size == 5
    for other in (note.replace("\n5\n", "\n05\n"), note.replace("\n5\n", "\n5 \n"), note.replace("\n\n", "\nmore\n\n")):
        with pytest.raises(CheckpointError, match="spelt"):
            checkpoints.read(other, key.public_key())
