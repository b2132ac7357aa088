"""Sign-off from a terminal: its projections rebuilt from the record."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.db import change, db
from app.signoff.service import rebuild

group = AppGroup("signoff", help="Sign-off cases and where they stand.")


@group.command("rebuild")
def rebuild_projections() -> None:
    """Fold every case anew from the record and write what the listings read."""
    moment = current_app.extensions["concord.clock"].now(db.session)
    with change() as session:
        number = rebuild(session, moment)
    click.echo(f"{number} {'case' if number == 1 else 'cases'} folded anew from the record.")
