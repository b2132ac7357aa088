"""A backup taken while the service runs: the database through SQLite's backup API, then the packs and keys."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app.audit import checkpoints, keys, queries
from app.db import db
from config import Settings

OWNER_ONLY = 0o700
KEYS = (keys.KEY_FILE, keys.CHANGES_FILE, "secret.key", "second-factor.key")


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy everything this installation holds into FOLDER, which must not exist yet."""
    settings: Settings = current_app.extensions["concord.settings"]
    _refuse_place(folder, settings)
    aside = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir(mode=OWNER_ONLY)
        _copy(settings, aside)
        _close_to_others(aside)
        aside.rename(folder)
    except (OSError, sqlite3.Error, checkpoints.CheckpointError) as error:
        raise click.ClickException(f"{folder} cannot be made: {_said(error)}. Nothing is backed up.") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    click.echo(f"Backed up to {folder}.")
    if make_url(settings.url).get_backend_name() == "postgresql":
        click.echo("The database is PostgreSQL’s: take it with pg_dump, as docs/operating.md says.")


def _refuse_place(folder: Path, settings: Settings) -> None:
    """A backup stands where nothing stands yet, and outside what it is a copy of."""
    if folder.exists() or folder.is_symlink():
        raise click.ClickException(f"{folder} exists already: name a folder that does not.")
    wanted = folder.resolve()
    for kept in (settings.instance.resolve(), settings.packs.resolve()):
        if wanted.is_relative_to(kept):
            raise click.ClickException(
                f"{folder} is inside {kept}, which is what is backed up: name a folder outside it, "
                "best on another machine."
            )


def _said(error: Exception) -> str:
    """What went wrong, without Python's own brackets; of several files the first."""
    if isinstance(error, shutil.Error):
        source, _, reason = error.args[0][0]
        return f"{source}: {reason}"
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def _copy(settings: Settings, aside: Path) -> None:
    """Everything, into a folder that nobody else can open."""
    # The checkpoint first: whatever comes after it only adds entries, so it holds for the copy too.
    key = keys.keys(settings.instance).now
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
            raise sqlite3.DatabaseError(f"the copy of the database is damaged: {problem}")
    # The packs after the database: a file is written before its row, so every row's file is there.
    if settings.packs.is_dir():
        shutil.copytree(settings.packs, aside / "packs")
    for name in KEYS:
        if (settings.instance / name).is_file():
            shutil.copy2(settings.instance / name, aside / name)


def _close_to_others(folder: Path) -> None:
    """Folders 0700 and files 0600: keys, password hashes and private papers are in them."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(OWNER_ONLY if path.is_dir() else OWNER_ONLY & 0o666)
