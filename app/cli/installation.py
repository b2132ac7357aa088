"""What this installation is."""

import click
from flask.cli import AppGroup
from sqlalchemy import inspect

from app.db import db
from app.db.installation import kind_of

group = AppGroup("installation", help="What this installation is.")


@group.command("kind")
def kind() -> None:
    """Print `empty`, `demonstration` or `real`."""
    if not inspect(db.engine).has_table("installation"):
        click.echo("empty")
        return
    click.echo(kind_of(db.session))
