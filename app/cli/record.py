"""The record from a terminal: verify it, take checkpoints to keep outside, hand out proofs, change the key."""

from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit import checkpoints, keys, proofs, queries, whole_files
from app.audit.checkpoints import Checkpoint, CheckpointError
from app.audit.proofs import ProofError
from app.audit.sealing import sealed_logs
from app.db import db
from app.people.by_address import organisation_by_code
from app.permissions import Missing
from app.web.clock import real_now
from config import Settings

group = AppGroup("record", help="The append-only record and its logs.")

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITTEN = click.Path(dir_okay=False, path_type=Path)


def _instance() -> Path:
    settings: Settings = current_app.extensions["concord.settings"]
    return settings.instance


def _keys() -> keys.Keys:
    try:
        return keys.keys(_instance())
    except CheckpointError as error:
        raise click.ClickException(str(error)) from None


def _signing(own: keys.Keys) -> proofs.Signing:
    return lambda checkpoint: checkpoints.signed(checkpoint, own.now)


def _kept(files: Iterable[Path], own: keys.Keys) -> list[tuple[Checkpoint, str]]:
    """The checkpoints of these files, each with its note, signed by this installation."""
    kept = []
    for file in files:
        try:
            kept += [(checkpoints.read(note, *own.public), note) for note in checkpoints.notes_in(file)]
        except CheckpointError as error:
            raise click.ClickException(f"{file}: {error}" if str(file) not in str(error) else str(error)) from None
    return kept


def _write_new(file: Path, lines: Iterable[str]) -> None:
    """A file for its owner alone, whole or not at all, where none stands yet."""
    try:
        whole_files.new(file, lines)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already: name a file that does not.") from None
    except ProofError as error:
        raise click.ClickException(f"{error} Nothing was written.") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None


@group.command("checkpoint")
@click.argument("file", type=WRITTEN, required=False)
def checkpoint(file: Path | None) -> None:
    """Sign where every log stands now; keep FILE somewhere else, with another organisation.

    Checkpoints that FILE holds already stay in it, before the new ones. It is left as it is where one of them is
    not of this record: the record has fewer entries than it, or others.
    """
    own = _keys()
    try:
        notes = [checkpoints.signed(each, own.now) for each in queries.checkpoints(db.session)]
    except CheckpointError as error:
        raise click.ClickException(str(error)) from None
    if file is None:
        click.echo("\n".join(notes), nl=False)
        return
    older = _kept([file], own) if file.exists() else []
    try:
        proofs.refuse_contradiction(db.session, [each for each, _ in older])
        whole_files.replaced(file, "\n".join(dict.fromkeys([*(note for _, note in older), *notes])))
    except ProofError as error:
        raise click.ClickException(f"{file} holds checkpoints and is left as it is. {error}") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    if older:
        click.echo(f"The record grew from the {len(older)} checkpoints that {file} holds; they stay in it.")
    click.echo(f"Written to {file}. Keep it outside this machine.")


@group.command("key")
@click.option("--changes", is_flag=True, help="The signed notes of every change of keys, for whoever kept an earlier.")
def key(changes: bool) -> None:
    """The public key that checks this installation's checkpoints."""
    own = _keys()
    click.echo(own.changes if changes else checkpoints.verifier_key(own.now.public_key()), nl=not changes)


@group.command("rotate-key")
def rotate_key() -> None:
    """Sign with a new key from now on; earlier checkpoints are checked with the earlier public keys, which are kept."""
    try:
        own = keys.rotate(_instance(), real_now())
    except CheckpointError as error:
        raise click.ClickException(f"{error} No key was changed.") from None
    except OSError as error:
        raise click.ClickException(
            f"The change of keys was broken off: {error.strerror}. Once that is mended, ask again: it is finished then."
        ) from None
    click.echo(f"From now on checkpoints are signed by {checkpoints.verifier_key(own.now.public_key())}")
    click.echo(f"The earlier public keys, {len(own.earlier)} of them, stay in {_instance() / keys.CHANGES_FILE}.")
    click.echo("Give everyone who keeps checkpoints the new key and what `record key --changes` prints. Back up.")


@group.command("prove")
@click.argument("entry", type=int)
@click.argument("file", type=WRITTEN)
@click.option("--against", type=EXISTING, help="Lead to the newest checkpoint in this file instead of to one of now.")
def prove(entry: int, file: Path, against: Path | None) -> None:
    """Write into FILE what shows off line that the entry with the number ENTRY is on record.

    It tells this entry's text, also of Part 2, and of no other entry anything. `verify_record.py` checks it.
    """
    own = _keys()
    kept = _kept([against] if against else [], own)
    try:
        proof = proofs.prove(db.session, entry, _signing(own), checkpoints.verifier_key(own.now.public_key()), kept)
    except ProofError as error:
        raise click.ClickException(f"{error} Nothing was written.") from None
    _write_new(file, [proof])
    click.echo(f"Written to {file}. It tells this entry’s text; `python verify_record.py {file}` checks it.")


@group.command("export")
@click.argument("organisation")
@click.argument("file", type=WRITTEN)
def export(organisation: str, file: Path) -> None:
    """Write the whole log of ORGANISATION (its ODS code) into FILE, to be checked off line by `verify_record.py`.

    It holds every entry's text, of Part 2 too: it is the operator's, and goes to nobody who may not read all of it.
    Of an entry whose text is destroyed it holds the hash alone.
    """
    own = _keys()
    try:
        found = organisation_by_code(db.session, organisation)
    except Missing:
        raise click.ClickException(f"There is no organisation {organisation} here: give its ODS code.") from None
    _write_new(
        file,
        proofs.export(db.session, found.id, _signing(own), checkpoints.verifier_key(own.now.public_key())),
    )
    click.echo(f"Written to {file}, for you alone: it holds private papers’ text where entries tell it.")


@group.command("growth")
@click.argument("kept", type=EXISTING)
@click.argument("file", type=WRITTEN)
def growth(kept: Path, file: Path) -> None:
    """Write into FILE what shows off line that the logs grew from the older checkpoints in KEPT. It tells no entry."""
    own = _keys()
    older = _kept([kept], own)
    try:
        shown = proofs.growth(db.session, older, _signing(own), checkpoints.verifier_key(own.now.public_key()))
    except ProofError as error:
        raise click.ClickException(f"{error} Nothing was written.") from None
    _write_new(file, [shown])
    click.echo(f"Written to {file}, from {len(older)} checkpoints; `python verify_record.py {file}` checks it.")


@group.command("verify")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=EXISTING,
    help="Checkpoints kept outside; may be given more than once.",
)
def verify(files: tuple[Path, ...]) -> None:
    """Recompute every leaf and root; compare with checkpoints kept outside. Exit 1 where anything is wrong."""
    kept = [each for each, _ in _kept(files, _keys())]
    count, findings = queries.verify(db.session, kept)
    for finding in findings:
        click.echo(f"{finding.origin}: {finding.sentence}")
    if findings:
        raise click.ClickException(f"The record does not verify: {len(findings)} found in {count} entries.")
    against = f" and agrees with {len(kept)} checkpoints kept outside" if kept else ""
    click.echo(f"The record verifies: {count} entries{against}.")
    for log in sealed_logs(db.session):
        click.echo(f"{log.origin}, {log.organisation_name}: sealed on {log.sealed_on} at {log.size} entries.")
    if not kept:
        click.echo("Without a checkpoint kept outside, a record rewritten whole would verify too.")
