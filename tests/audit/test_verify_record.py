"""Whoever has the one file `verify_record.py` and a checkpoint of their own finds out what was done to the record."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy.orm import Session

import verify_record
from app.audit import checkpoints
from app.audit.checkpoints import Checkpoint
from app.audit.destroying import destroy
from app.audit.keys import signing_key
from app.audit.merkle import root_of_leaves
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Act, Doer, append, canonical
from app.audit.tags import Tag
from app.db import writing
from app.people.models import Organisation
from config import Settings
from tests.people import made

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
ONE_FILE = Path(verify_record.__file__)


@dataclass
class Kept:
    """A folder outside with the verifier in it, and the service whose record is handed out into it."""

    app: Flask
    session: Session
    folder: Path
    merton: Organisation
    key: Ed25519PrivateKey

    @property
    def origin(self) -> str:
        """What Merton's log is called."""
        return self.session.get_one(RecordLog, self.merton.id).origin

    def record(self, *words: str, code: int = 0) -> str:
        """`record …` of the service, with file names in the folder outside."""
        result = self.app.test_cli_runner().invoke(args=["record", *words])
        assert result.exit_code == code, result.output
        return result.output

    def decided(self, *numbers: int) -> None:
        doer = Doer(7, "A Secretary", f"board secretary, {self.merton.name}")
        own = (self.merton.id, self.merton.name)
        with writing(self.session):
            append(self.session, [Act(Tag.DECISION_RECORDED, doer, *own, "case", 1, {"no": no}) for no in numbers], NOW)

    def file(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture
def kept(app: Flask, session: Session, settings: Settings, tmp_path: Path) -> Kept:
    """Six entries in Merton's log, handed out: older.txt of the first four, newer.txt, log.json, proof.json."""
    made.make(session)
    merton = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
    assert merton is not None
    folder = tmp_path / "outside"
    folder.mkdir()
    made_up = Kept(app, session, folder, merton, signing_key(settings.instance))
    made_up.decided(0, 1, 2, 3)
    made_up.record("checkpoint", str(folder / "older.txt"))
    made_up.record("export", merton.ods_code, str(folder / "older log.json"))
    made_up.decided(4, 5)
    made_up.record("checkpoint", str(folder / "newer.txt"))
    made_up.record("export", merton.ods_code, str(folder / "log.json"))
    made_up.record("prove", "3", str(folder / "proof.json"))
    return made_up


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """The verifier's exit code and everything it says."""
    capsys.readouterr()
    code = verify_record.main([str(word) for word in words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_the_one_file_works_copied_away_from_an_empty_folder(kept: Kept) -> None:
    copyfile(ONE_FILE, kept.file("verify.py"))
    empty = kept.file("empty")
    empty.mkdir()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "../verify.py", *words]
        return subprocess.run(command, cwd=empty, env={}, capture_output=True, text=True, encoding="utf-8")

    good = run("../proof.json", "--checkpoint", "../newer.txt")
    assert (good.returncode, good.stderr) == (0, "")
    assert f"Entry 3 of the 6 in the log {kept.origin} " in good.stdout
    assert "decision.recorded, 2015-11-05T09:00:00.000000Z, by A Secretary (board secretary, " in good.stdout
    assert good.stdout.endswith("Its checkpoint is the one kept outside.\nEverything checked holds.\n")
    kept.file("proof.json").write_text(kept.file("proof.json").read_text().replace('"no": 2', '"no": 9'))
    bad = run("../proof.json")
    assert (bad.returncode, bad.stderr) == (1, "")
    assert bad.stdout.startswith("DOES NOT HOLD: The entry is not shown to be on record")
    assert run("../nothing").returncode == 2


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_runs_as_a_module_and_imports_nothing_of_the_project(kept: Kept) -> None:
    words = ["-X", "importtime", "-m", "verify_record", str(kept.file("log.json")), "--checkpoint"]
    done = subprocess.run(
        [sys.executable, *words, str(kept.file("older.txt"))], cwd=ONE_FILE.parent, capture_output=True, text=True
    )
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert imported & {"app", "workflows", "config", "flask", "sqlalchemy"} == set()


def test_a_log_handed_out_agrees_with_every_checkpoint_that_was_kept(
    kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    public = kept.record("key").strip()
    words = (kept.file("log.json"), "--checkpoint", kept.file("older.txt"), "--checkpoint", kept.file("newer.txt"))
    code, text = said(capsys, *words, "--key", public)
    assert code == 0
    assert f"All 6 entries of the log {kept.origin} " in text
    assert "The log holds the first 4 entries as the checkpoint kept outside has them." in text
    assert "The log holds the first 6 entries" in text
    assert "compare it with the one you were given" not in text
    code, text = said(capsys, kept.file("log.json"))
    assert code == 0
    assert f"The key that signs is {public}. It stands in the file itself" in text
    assert "a record that was rewritten whole and signed anew would pass too" in text


def leaves_of(lines: list[str]) -> list[bytes]:
    found = []
    for line in lines:
        value = json.loads(line)
        leaf = bytes.fromhex(value["leaf"]) if "leaf" in value else None
        found.append(leaf or verify_record.leaf_of(canonical(value["content"]), value["salt"]))
    return found


def altered(heading: str, lines: list[str]) -> list[str]:
    return [heading, *lines[:2], lines[2].replace('"no":2', '"no":7'), *lines[3:]]


def deleted(heading: str, lines: list[str]) -> list[str]:
    return [heading, *lines[:2], *lines[3:]]


def reordered(heading: str, lines: list[str]) -> list[str]:
    return [heading, lines[0], lines[2], lines[1], *lines[3:]]


def inserted(heading: str, lines: list[str]) -> list[str]:
    return [heading, *lines[:2], lines[1].replace('"no":1', '"no":8'), *lines[2:]]


def truncated(heading: str, lines: list[str]) -> list[str]:
    return [heading, *lines[:-3]]


TAMPERS = [altered, deleted, reordered, inserted, truncated]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tamper", TAMPERS)
@pytest.mark.parametrize("clever", ["by an editor", "with the places put right", "and signed anew by the key itself"])
def test_tampering_with_a_log_handed_out_is_found_from_a_checkpoint_kept_outside(
    kept: Kept, capsys: pytest.CaptureFixture[str], tamper: Callable[[str, list[str]], list[str]], clever: str
) -> None:
    heading, *lines = kept.file("log.json").read_text().splitlines(keepends=True)
    heading, *lines = tamper(heading, lines)
    if clever != "by an editor":
        numbered = [{**json.loads(line), "position": place} for place, line in enumerate(lines)]
        lines = [canonical(each).decode() + "\n" for each in numbered]
    if clever == "and signed anew by the key itself":
        value = json.loads(heading)
        before = checkpoints.read(value["checkpoint"])
        forged = Checkpoint(before.origin, len(lines), root_of_leaves(leaves_of(lines)))
        heading = canonical({**value, "checkpoint": checkpoints.signed(forged, kept.key)}).decode() + "\n"
    kept.file("tampered.json").write_text("".join([heading, *lines]))
    code, text = said(capsys, kept.file("tampered.json"), "--checkpoint", kept.file("older.txt"))
    assert code == 1
    assert text.startswith("DOES NOT HOLD: ")
    if clever == "and signed anew by the key itself":
        assert said(capsys, kept.file("tampered.json"))[0] == 0, "by itself it looks honest"
        assert "checkpoint kept outside" in text


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_an_older_copy_of_a_log_is_found_from_a_newer_checkpoint_kept_outside(
    kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, kept.file("older log.json"), "--checkpoint", kept.file("older.txt"))[0] == 0
    code, text = said(capsys, kept.file("older log.json"), "--checkpoint", kept.file("newer.txt"))
    assert code == 1
    assert "The file has 4 entries, and the checkpoint kept outside 6: entries were cut off, or this is an" in text


def flipped(text: bytes, bits: int) -> Iterator[bytes]:
    """The text with each byte changed in turn, in as many of its bits, one at a time."""
    for place in range(len(text)):
        for bit in range(bits):
            yield text[:place] + bytes([text[place] ^ 1 << (place + bit) % 8]) + text[place + 1 :]


def refused(file: Path, trust: verify_record.Trust) -> bool:
    try:
        list(verify_record.checked(file, trust))
    except (verify_record.DoesNotHoldError, verify_record.CannotBeCheckedError):
        return True
    return False


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("bits", [1, pytest.param(8, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", ["proof.json", "older log.json", "growth.json", "older.txt"])
def test_every_flipped_byte_of_what_is_handed_out_is_refused(kept: Kept, name: str, bits: int) -> None:
    if name == "growth.json":
        kept.record("growth", str(kept.file("older.txt")), str(kept.file(name)))
    trust = verify_record.Trust([verify_record.key_of(kept.record("key").strip())], "", [])
    text, file = kept.file(name).read_bytes(), kept.file("flipped")
    file.write_bytes(text)
    assert not refused(file, trust)
    for other in flipped(text, bits):
        file.write_bytes(other)
        assert refused(file, trust), other


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_every_flipped_byte_of_a_change_of_keys_is_refused(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = kept.record("key").strip()
    kept.record("rotate-key")
    changes, later = kept.record("key", "--changes"), kept.record("key").strip()
    kept.file("changes.txt").write_text(changes)
    for key in (earlier, later):
        words = (kept.file("older.txt"), "--key", key, "--key-changes", kept.file("changes.txt"))
        assert said(capsys, *words)[0] == 0
    assert said(capsys, kept.file("older.txt"), "--key", later)[0] == 1
    keys = [verify_record.key_of(later)]
    for other in flipped(changes.encode(), 1):
        with pytest.raises(verify_record.DoesNotHoldError):
            verify_record.related(keys, other.decode(errors="replace"))


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_proof_tells_its_own_entry_and_no_other(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    proof = kept.file("proof.json").read_text()
    entries = kept.session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id)).all()
    assert [entry.salt in proof for entry in entries if entry.salt] == [False, False, True, False, False, False]
    assert proof.count('"no"') == 1
    code, text = said(capsys, kept.file("proof.json"), "--checkpoint", kept.file("older.txt"))
    assert code == 2
    assert "The proof leads to a checkpoint of 6 entries; those kept outside have 4." in text


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_proof_can_be_made_against_the_checkpoint_that_somebody_keeps(
    kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    older = kept.file("older.txt")
    kept.record("prove", "3", str(kept.file("against.json")), "--against", str(older))
    code, text = said(capsys, kept.file("against.json"), "--checkpoint", older)
    assert (code, "Entry 3 of the 4" in text, "the one kept outside" in text) == (0, True, True)
    refused = kept.record("prove", "6", str(kept.file("late.json")), "--against", str(older), code=1)
    assert "came after the checkpoint kept, which has 4" in refused
    assert not kept.file("late.json").exists()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_growth_is_shown_without_telling_an_entry(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    older, grown = kept.file("older.txt"), kept.file("growth.json")
    kept.record("growth", str(older), str(grown))
    assert "A Secretary" not in grown.read_text()
    code, text = said(capsys, grown, "--checkpoint", older)
    assert code == 0
    assert "grew from 4 to 6 entries; the first 4 are what they were." in text
    forged = Checkpoint(checkpoints.read(older.read_text()).origin, 4, bytes(32))
    kept.file("other.txt").write_text(checkpoints.signed(forged, kept.key))
    code, text = said(capsys, grown, "--checkpoint", kept.file("other.txt"))
    assert (code, "two records were shown" in text) == (1, True)
    refused = kept.record("growth", str(kept.file("other.txt")), str(kept.file("no.json")), code=1)
    assert "are not those of the checkpoint" in refused


def changed(session: Session, entry_id: int, **values: object) -> None:
    """What somebody with the database's own password can do."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET session_replication_role = replica"))
    else:
        for name in session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(sa.text(f"DROP TRIGGER {name}"))
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == entry_id).values(**values))
    session.commit()


def test_of_an_entry_whose_text_is_destroyed_the_leaf_alone_is_handed_out(
    kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(kept.session):
        entry = kept.session.get_one(RecordEntry, 2)
        said_of = {"under": "the schedule", "reason": "Its time is over."}
        destroy(kept.session, entry, said_of, Doer(8, "A Second", "organisation administrator"), NOW)
    kept.record("export", kept.merton.ods_code, str(kept.file("destroyed.json")))
    leaf = kept.session.scalars(sa.select(RecordLeaf.hash).where(RecordLeaf.entry_id == 2)).one()
    assert kept.file("destroyed.json").read_text().splitlines()[2] == f'{{"leaf":"{leaf}","position":1}}'
    code, text = said(capsys, kept.file("destroyed.json"), "--checkpoint", kept.file("older.txt"))
    assert (code, "Of 1 the text is destroyed" in text) == (0, True)
    assert "Entry 2 (decision.recorded): Its time is over. (the schedule). entry.destroyed, 2015-11-05" in text
    assert "The text of entry 2 is destroyed" in kept.record("prove", "2", str(kept.file("no.json")), code=1)
    changed(kept.session, 4, payload=None, salt=None)
    kept.record("export", kept.merton.ods_code, str(kept.file("lost.json")))
    code, text = said(capsys, kept.file("lost.json"))
    assert (code, "The text of entry 4 is gone, and nothing on record says that it was" in text) == (1, True)
    changed(kept.session, 3, actor_name="Somebody Else")
    assert "is not what was written" in kept.record("prove", "3", str(kept.file("no.json")), code=1)
    refused = kept.record("export", kept.merton.ods_code, str(kept.file("no.json")), code=1)
    assert f"Leaf 2 of {kept.origin} " in refused
    assert sorted(path.name for path in kept.folder.iterdir() if path.name.startswith((".", "no"))) == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_is_handed_out_is_for_its_owner_and_never_written_over(kept: Kept) -> None:
    for name in ("proof.json", "log.json"):
        assert kept.file(name).stat().st_mode & 0o777 == 0o600
    before = kept.file("log.json").read_bytes()
    assert "exists already" in kept.record("export", kept.merton.ods_code, str(kept.file("log.json")), code=1)
    assert "exists already" in kept.record("prove", "1", str(kept.file("log.json")), code=1)
    assert kept.file("log.json").read_bytes() == before
    assert "There is no organisation X99" in kept.record("export", "X99", str(kept.file("x")), code=1)
    assert "There is no entry 99" in kept.record("prove", "99", str(kept.file("x")), code=1)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_another_key_than_the_one_given_is_refused(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = checkpoints.verifier_key(Ed25519PrivateKey.generate().public_key())
    for name in ("proof.json", "log.json"):
        code, text = said(capsys, kept.file(name), "--key", stranger)
        assert (code, "which is not the key you gave" in text) == (1, True)
    code, text = said(capsys, kept.file("older.txt"), "--key", stranger)
    assert (code, "signed by none of the keys that are trusted here" in text) == (1, True)
    code, text = said(capsys, kept.file("older.txt"))
    assert (code, "give --key" in text) == (2, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 2),
        (b"{}", 2),
        (b"[1]", 1),
        (b"\xff\xfe", 1),
        (b'{"format": "concord-proof/1"}', 1),
        (b'{"checkpoint":"x","format":"concord-log/1","key":"\\ud800"}\n', 1),
        (b'{"format": "concord-proof/1", "content": ' + b"[" * 100_000, 1),
        (b'{"format": "concord-growth/1", "key": ' + b"9" * 5_000 + b"}", 1),
    ],
    ids=range(8),
)
def test_what_is_none_of_the_forms_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: int
) -> None:
    (tmp_path / "file").write_bytes(content)
    given, text = said(capsys, tmp_path / "file")
    assert given == code
    assert text.startswith(("DOES NOT HOLD: ", "CANNOT BE CHECKED: "))


def test_a_text_from_the_record_gives_a_terminal_no_orders() -> None:
    assert verify_record.printable("by \x1b[31mA\u202e Name") == "by �[31mA� Name"
