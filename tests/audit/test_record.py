"""The record keeps what happened: appended in the act's own transaction, and found out when it is touched."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy.orm import Session

from app.audit import checkpoints, queries
from app.audit.checkpoints import Checkpoint, CheckpointError
from app.audit.merkle import appended
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.naming import like
from app.audit.service import Act, Doer, append, canonical
from app.audit.tags import Tag
from app.db import db, writing
from config import Settings

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
SECRETARY = Doer(7, "A Secretary", "board secretary, NHS Merton CCG")
MERTON, SUTTON = (1, "NHS Merton CCG"), (2, "NHS Sutton CCG")


def act(organisation: tuple[int, str], **payload: object) -> Act:
    return Act(Tag.DECISION_RECORDED, SECRETARY, *organisation, "case", 1, payload)


def written(session: Session, *acts: Act) -> list[int]:
    with writing(session):
        return append(session, acts, NOW)


@pytest.fixture
def kept(session: Session) -> list[Checkpoint]:
    """Five entries in Merton's log, three in Sutton's, and the checkpoints that somebody keeps outside."""
    for number in range(3):
        written(session, act(MERTON, number=number), act(SUTTON, number=number))
    written(session, act(MERTON, number=3), act(MERTON, number=4))
    return queries.checkpoints(session)


def without_triggers(session: Session) -> None:
    """What somebody with the database's own password can do: the triggers are no defence against them."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET session_replication_role = replica"))
        return
    names = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in names:
        session.execute(sa.text(f"DROP TRIGGER {name}"))


def test_each_entry_is_a_leaf_in_the_log_of_its_organisation(session: Session, kept: list[Checkpoint]) -> None:
    first, second = (c.origin.removesuffix(f"/organisation/{number}") for number, c in enumerate(kept, start=1))
    assert first == second
    assert re.fullmatch("concord/[0-9a-f]{8}", first), "no other installation’s logs are called so"
    assert [c.size for c in kept] == [5, 3]
    assert queries.verify(session, kept) == (8, [])


def test_an_entry_that_is_rolled_back_leaves_no_leaf(session: Session, kept: list[Checkpoint]) -> None:
    with pytest.raises(ZeroDivisionError), writing(session):
        append(session, [act(MERTON, number=9)], NOW)
        raise ZeroDivisionError
    assert queries.checkpoints(session) == kept


def test_the_database_itself_refuses_to_change_or_delete_an_entry(session: Session, kept: list[Checkpoint]) -> None:
    for statement in (
        sa.update(RecordEntry).values(tag="case.agreed"),
        sa.delete(RecordLeaf),
        sa.update(RecordLeaf).values(hash="00"),
        sa.delete(RecordEntry),
        sa.update(RecordEntry).values(payload=None, salt=None),
    ):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"):
            session.execute(statement)
        session.rollback()


def altered(session: Session) -> None:
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == 2).values(payload={"number": 99}))


def altered_name(session: Session) -> None:
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == 2).values(actor_name="Somebody Else"))


def emptied(session: Session) -> None:
    session.execute(sa.update(RecordEntry).where(RecordEntry.id == 2).values(payload=None, salt=None))


def deleted(session: Session) -> None:
    session.execute(sa.delete(RecordLeaf).where(RecordLeaf.entry_id == 3))
    session.execute(sa.delete(RecordEntry).where(RecordEntry.id == 3))


def reordered(session: Session) -> None:
    first, second = (session.get_one(RecordEntry, number) for number in (1, 3))
    first.payload, second.payload = second.payload, first.payload
    first.salt, second.salt = second.salt, first.salt


def inserted(session: Session) -> None:
    entry = session.get_one(RecordEntry, 1)
    values = {c.key: getattr(entry, c.key) for c in sa.inspect(RecordEntry).column_attrs if c.key != "id"}
    session.add(RecordEntry(**values))


def truncated(session: Session) -> None:
    session.execute(sa.delete(RecordLeaf).where(RecordLeaf.entry_id == 8))
    session.execute(sa.delete(RecordEntry).where(RecordEntry.id == 8))


@pytest.mark.parametrize("tamper", [altered, altered_name, emptied, deleted, reordered, inserted, truncated])
def test_tampering_is_found(session: Session, kept: list[Checkpoint], tamper: Callable[[Session], None]) -> None:
    without_triggers(session)
    tamper(session)
    session.commit()
    session.expire_all()
    _, findings = queries.verify(session, kept)
    assert findings, tamper.__name__


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE record_entry SET salt = 'zz' WHERE id = 2",
            "Entry 2 (decision.recorded) at leaf 0 is not what was written: it",
        ),
        ("UPDATE record_leaf SET hash = 'zz' WHERE entry_id = 2", "Entry 2 (decision.recorded) at leaf 0 is not what"),
        (
            "UPDATE record_log SET frontier = 'nonsense' WHERE organisation_id = 2",
            "The log’s own hashes cannot be read",
        ),
        ("UPDATE record_log SET origin = 'another' WHERE organisation_id = 2", "The log calls itself “another”, which"),
        (
            "UPDATE record_log SET organisation_name = 'X' WHERE organisation_id = 2",
            "The log is named “X”, a name that no",
        ),
        ("DELETE FROM record_log WHERE organisation_id = 2", "The log’s own row is gone; 3 leaves of it remain."),
    ],
)
def test_tampering_becomes_a_finding_and_the_other_logs_are_verified_too(
    session: Session, kept: list[Checkpoint], statement: str, sentence: str
) -> None:
    without_triggers(session)
    session.execute(sa.text(statement))
    session.execute(sa.text("UPDATE record_entry SET capacity = 'chair' WHERE id = 1"))
    session.commit()
    count, findings = queries.verify(session)
    assert count == 8
    assert findings[0] == queries.Finding(
        kept[0].origin, f"Entry 1 ({Tag.DECISION_RECORDED.value}) at leaf 0 is not what was written."
    )
    assert findings[1].origin == kept[1].origin
    assert findings[1].sentence.startswith(sentence)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("payload", "'{broken'", "its payload cannot be read."),
        ("payload", "'NaN'", "it cannot be read."),
        ("at", "'yesterday'", "its time cannot be read."),
        ("actor_name", "x'ff'", "it cannot be read."),
    ],
)
def test_a_value_that_only_sqlite_keeps_is_found_and_names_its_entry(
    session: Session, kept: list[Checkpoint], column: str, value: str, sentence: str
) -> None:
    without_triggers(session)
    session.execute(sa.text(f"UPDATE record_entry SET {column} = {value} WHERE id = 2"))
    session.commit()
    expected = f"Entry 2 (decision.recorded) at leaf 0 is not what was written: {sentence}"
    assert queries.verify(session, kept) == (8, [queries.Finding(kept[1].origin, expected)])


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_text_that_is_none_does_not_keep_the_other_logs_from_being_verified(
    session: Session, kept: list[Checkpoint]
) -> None:
    without_triggers(session)
    session.execute(sa.text("UPDATE record_entry SET tag = CAST(x'ff' AS TEXT) WHERE id = 1"))
    session.commit()
    count, findings = queries.verify(session)
    assert count == 3
    assert [finding.origin for finding in findings] == [kept[0].origin]
    assert findings[0].sentence.startswith("This log cannot be read")


def test_a_log_that_begins_later_is_named_as_those_that_are_there(session: Session, kept: list[Checkpoint]) -> None:
    """So it is in an installation whose logs began before each had a name of its own, too."""
    without_triggers(session)
    session.execute(
        sa.update(RecordLog).values(origin="concord/organisation/" + sa.cast(RecordLog.organisation_id, sa.Text))
    )
    session.commit()
    written(session, act((3, "NHS Croydon CCG")))
    assert [one.origin for one in queries.checkpoints(session)] == [f"concord/organisation/{n}" for n in (1, 2, 3)]
    assert queries.verify(session) == (9, [])
    gone = "This log is gone: a checkpoint of it is kept outside."
    assert queries.verify(session, kept) == (9, [queries.Finding(one.origin, gone) for one in kept]), "another record"


def test_every_checkpoint_of_one_size_is_compared_and_two_that_differ_are_found(
    session: Session, kept: list[Checkpoint]
) -> None:
    other = Checkpoint(kept[0].origin, kept[0].size, bytes(32))
    expected = [
        queries.Finding(other.origin, "The first 5 entries are not those of the checkpoint kept outside."),
        queries.Finding(
            other.origin,
            "2 checkpoints kept outside are of the first 5 entries and have different roots: "
            "at least one was taken of another record.",
        ),
    ]
    assert queries.verify(session, [*kept, other])[1] == expected
    assert queries.verify(session, [other, *kept])[1] == expected


def rewritten(session: Session, keep: int) -> None:
    """Somebody clever: the entries after `keep` go, and leaves and logs are made anew, whole, under the old names."""
    without_triggers(session)
    contents = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id)).all()[:keep]
    acts = [
        act((entry.organisation_id, entry.organisation_name), **{**(entry.payload or {}), "forged": True})
        for entry in contents
    ]
    named = session.scalar(sa.select(RecordLog.origin).order_by(RecordLog.organisation_id)) or ""
    for model in (RecordLeaf, RecordLog, RecordEntry):
        session.execute(sa.delete(model))
    append(session, acts, NOW)
    for log in session.scalars(sa.select(RecordLog)):
        log.origin = like(named, log.organisation_id)
    session.commit()


@pytest.mark.parametrize("keep", [8, 5, 0])
def test_a_record_rewritten_whole_is_found_from_a_checkpoint_kept_outside(
    session: Session, kept: list[Checkpoint], keep: int
) -> None:
    rewritten(session, keep)
    assert queries.verify(session)[1] == [], "by itself it looks honest"
    assert queries.verify(session, kept)[1]


def test_an_old_backup_is_found_from_a_checkpoint_kept_outside(session: Session, kept: list[Checkpoint]) -> None:
    written(session, act(MERTON, number=5))
    newer = queries.checkpoints(session)
    without_triggers(session)
    session.execute(sa.delete(RecordLeaf).where(RecordLeaf.entry_id == 9))
    session.execute(sa.delete(RecordEntry).where(RecordEntry.id == 9))
    log = session.get_one(RecordLog, 1)
    leaves = session.scalars(
        sa.select(RecordLeaf.hash).where(RecordLeaf.organisation_id == 1).order_by(RecordLeaf.position)
    ).all()
    log.size, log.frontier = 5, ""
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        frontier = appended(frontier, size, bytes.fromhex(leaf))
    log.frontier = " ".join(part.hex() for part in frontier)
    session.commit()
    assert queries.verify(session, kept)[1] == [], "the older checkpoint still agrees"
    assert [f.sentence for f in queries.verify(session, newer)[1]] == [
        "The log has 5 entries, but a checkpoint kept outside has 6: "
        "entries were cut off, or an old backup was restored."
    ]


def test_a_log_that_grew_still_agrees_with_every_older_checkpoint(session: Session, kept: list[Checkpoint]) -> None:
    written(session, act(MERTON, number=5))
    assert queries.verify(session, [*kept, *queries.checkpoints(session)])[1] == []


def test_a_checkpoint_is_read_again_as_it_was_signed_and_no_other(session: Session, kept: list[Checkpoint]) -> None:
    key = Ed25519PrivateKey.generate()
    notes = "\n".join(checkpoints.signed(each, key) for each in kept)
    assert [checkpoints.read(note, key.public_key()) for note in checkpoints.split(notes)] == kept
    forged = checkpoints.signed(kept[0], key).replace("\n5\n", "\n4\n")
    with pytest.raises(CheckpointError, match="not signed by this installation"):
        checkpoints.read(forged, key.public_key())
    with pytest.raises(CheckpointError, match="expected origin, size and root"):
        checkpoints.read("hello")


def test_the_command_verifies_against_checkpoints_in_a_file(
    app: Flask, session: Session, kept: list[Checkpoint], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("kept") / "kept outside.txt"
    runner = app.test_cli_runner()
    assert runner.invoke(args=["record", "checkpoint", str(file)]).exit_code == 0
    good = runner.invoke(args=["record", "verify", "--checkpoint", str(file)])
    assert good.exit_code == 0
    assert "The record verifies: 8 entries and agrees with 2 checkpoints kept outside." in good.output
    rewritten(session, 8)
    bad = runner.invoke(args=["record", "verify", "--checkpoint", str(file)])
    assert bad.exit_code == 1
    assert "are not those of the checkpoint kept outside" in bad.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty: there is no checkpoint in it"),
        (b"\n \n", "is empty: there is no checkpoint in it"),
        (b"\x89PNG\r\n\xff\xfe", "is not a file of checkpoints: it is not UTF-8 text."),
        (b"\xef\xbb\xbfhello", "This is not a checkpoint: expected origin"),
    ],
)
def test_a_file_without_a_checkpoint_is_refused_in_a_sentence(
    app: Flask, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "kept").write_bytes(content)
    result = app.test_cli_runner().invoke(args=["record", "verify", "--checkpoint", str(tmp_path / "kept")])
    assert result.exit_code == 1
    assert sentence in result.output
    assert isinstance(result.exception, SystemExit)


def test_a_byte_order_mark_before_a_checkpoint_changes_nothing(
    app: Flask, session: Session, kept: list[Checkpoint], tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    notes = runner.invoke(args=["record", "checkpoint"]).output
    (tmp_path / "kept").write_bytes(b"\xef\xbb\xbf" + notes.encode())
    assert runner.invoke(args=["record", "verify", "--checkpoint", str(tmp_path / "kept")]).exit_code == 0


def test_a_checkpoint_that_cannot_be_written_or_signed_is_refused_in_a_sentence(
    app: Flask, settings: Settings, session: Session, kept: list[Checkpoint], tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["record", "checkpoint", str(tmp_path / "no such folder" / "x")])
    assert (refused.exit_code, "cannot be written: No such file" in refused.output) == (1, True)
    session.execute(sa.update(RecordLog).where(RecordLog.organisation_id == 1).values(frontier="nonsense"))
    session.commit()
    refused = runner.invoke(args=["record", "checkpoint"])
    assert (refused.exit_code, "where this log stands cannot be read" in refused.output) == (1, True)
    (settings.instance / "log-signing.key").write_bytes(b"short")
    for command in (["record", "checkpoint"], ["record", "key"], ["record", "verify"]):
        refused = runner.invoke(args=command)
        assert (refused.exit_code, "it has to be a file of 32 bytes" in refused.output) == (1, True)


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_acts_on_several_logs_from_two_sides_do_not_deadlock(app: Flask) -> None:
    """Locks are taken in the order of the organisations' ids, whatever the order of the acts."""
    problems: list[BaseException] = []

    def work(acts: list[Act]) -> None:
        try:
            with app.app_context():
                for _ in range(15):
                    with writing(db.session) as session:
                        append(session, acts, NOW)
        except BaseException as error:
            problems.append(error)

    both = [act(MERTON), act(SUTTON)]
    threads = [Thread(target=work, args=(acts,)) for acts in (both, both[::-1], both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert problems == []
        assert queries.verify(db.session) == (120, [])
