"""A backup taken while the service runs: the database through SQLite's backup API, then the packs and keys."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app.audit import checkpoints, queries
from app.db import db
from config import Settings

KEYS = ("log-signing.key", "secret.key")


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy everything this installation holds into FOLDER, which must not exist yet."""
    settings: Settings = current_app.extensions["concord.settings"]
    if folder.exists():
        raise click.ClickException(f"{folder} exists already: name a folder that does not.")
    aside = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    # The checkpoint first: whatever comes after it only adds entries, so it holds for the copy too.
    key = checkpoints.signing_key(settings.instance)
    notes = "\n".join(checkpoints.signed(each, key) for each in queries.checkpoints(db.session))
    (aside / "checkpoint.txt").write_text(notes, encoding="utf-8")
    db.session.rollback()
    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite":
        # Copying the file of a WAL database loses its newest rows; the backup API does not.
        target = aside / "concord.sqlite"
        with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            problem = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if problem != "ok":
            raise click.ClickException(f"The copy of the database is damaged: {problem}")
    # The packs after the database: a file is written before its row, so every row's file is there.
    if settings.packs.is_dir():
        shutil.copytree(settings.packs, aside / "packs")
    for name in KEYS:
        if (settings.instance / name).is_file():
            shutil.copy2(settings.instance / name, aside / name)
    aside.rename(folder)
    click.echo(f"Backed up to {folder}.")
    if url.get_backend_name() == "postgresql":
        click.echo("The database is PostgreSQL’s: take it with pg_dump, as docs/operating.md says.")
