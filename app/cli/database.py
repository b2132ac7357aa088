"""Before a command reads the database: it is one, it can be reached, and it has the tables this version works with."""

from collections.abc import Callable
from copy import copy
from functools import update_wrapper
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app.audit.service import RecordDamagedError
from app.db import db
from config import Settings

WITHOUT_DATABASE = {"api operations", "api show", "workflows check", "exchange template", "record key"}
WITHOUT_TABLES = {"installation kind"}
MIGRATE = "run `flask --app wsgi db upgrade`."


def checked(command: click.Command, path: str) -> click.Command:
    """This command, or every command of this group, asked only once the database has been looked at.

    A copy: the commands themselves are shared by every application that is made in a process.
    """
    made = copy(command)
    runs = True
    if isinstance(made, click.Group):
        made.commands = {name: checked(one, f"{path} {name}") for name, one in made.commands.items()}
        runs = made.invoke_without_command
    if runs and made.callback is not None and path not in WITHOUT_DATABASE:
        migrates = path.startswith("db ")
        made.callback = _looking_first(made.callback, tables=not migrates and path not in WITHOUT_TABLES)
    return made


def _looking_first(callback: Callable[..., Any], *, tables: bool) -> Callable[..., Any]:
    def look_first(*arguments: Any, **options: Any) -> Any:
        _refuse_what_is_no_database()
        if tables:
            _refuse_other_tables()
        try:
            return callback(*arguments, **options)
        except RecordDamagedError as damaged:
            raise click.ClickException(str(damaged)) from None

    return with_appcontext(update_wrapper(look_first, callback))


def _refuse_what_is_no_database() -> None:
    settings: Settings = current_app.extensions["concord.settings"]
    url = make_url(settings.url)
    try:
        with db.engine.connect():
            return
    except sa.exc.DBAPIError as error:
        said = str(error.orig).strip().split("\n")[0]
    if url.get_backend_name() == "sqlite":
        raise click.ClickException(f"{url.database} cannot be opened as an SQLite database: {said}.")
    raise click.ClickException(f"The database {url.render_as_string()} cannot be reached: {said}")


def _refuse_other_tables() -> None:
    scripts = current_app.extensions["alembic"].script_directory
    newest = set(scripts.get_heads())
    with db.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            raise click.ClickException(f"The database is not set up: {MIGRATE}")
        found = set(connection.scalars(sa.text("SELECT version_num FROM alembic_version")))
    if not found:
        raise click.ClickException(f"The database is not set up: {MIGRATE}")
    if found == newest:
        return
    if found <= {script.revision for script in scripts.walk_revisions()}:
        raise click.ClickException(f"The database is of an earlier version of Concord: {MIGRATE}")
    raise click.ClickException("The database is of a later version of Concord than this: run that version on it.")
