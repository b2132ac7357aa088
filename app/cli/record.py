"""The record from a terminal: verify it, take checkpoints to keep outside, show the key to check them with."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from flask.cli import AppGroup

from app.audit import checkpoints, queries
from app.db import db
from config import Settings

group = AppGroup("record", help="The append-only record and its logs.")


def _key() -> Ed25519PrivateKey:
    settings: Settings = current_app.extensions["concord.settings"]
    try:
        return checkpoints.signing_key(settings.instance)
    except checkpoints.CheckpointError as error:
        raise click.ClickException(str(error)) from None


@group.command("checkpoint")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def checkpoint(file: Path | None) -> None:
    """Sign where every log stands now; keep FILE somewhere else, with another organisation."""
    key = _key()
    try:
        notes = "\n".join(checkpoints.signed(each, key) for each in queries.checkpoints(db.session))
    except checkpoints.CheckpointError as error:
        raise click.ClickException(str(error)) from None
    if file is None:
        click.echo(notes, nl=False)
    else:
        try:
            file.write_text(notes, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
        click.echo(f"Written to {file}. Keep it outside this machine.")


@group.command("key")
def key() -> None:
    """The public key that checks this installation's checkpoints."""
    click.echo(checkpoints.verifier_key(_key().public_key()))


@group.command("verify")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Checkpoints kept outside; may be given more than once.",
)
def verify(files: tuple[Path, ...]) -> None:
    """Recompute every leaf and root; compare with checkpoints kept outside. Exit 1 where anything is wrong."""
    public = _key().public_key()
    kept = []
    for file in files:
        try:
            kept += [checkpoints.read(note, public) for note in checkpoints.notes_in(file)]
        except checkpoints.CheckpointError as error:
            raise click.ClickException(f"{file}: {error}" if str(file) not in str(error) else str(error)) from None
    count, findings = queries.verify(db.session, kept)
    for finding in findings:
        click.echo(f"{finding.origin}: {finding.sentence}")
    if findings:
        raise click.ClickException(f"The record does not verify: {len(findings)} found in {count} entries.")
    against = f" and agrees with {len(kept)} checkpoints kept outside" if kept else ""
    click.echo(f"The record verifies: {count} entries{against}.")
    if not kept:
        click.echo("Without a checkpoint kept outside, a record rewritten whole would verify too.")
