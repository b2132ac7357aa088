"""Sign-off from a terminal: its projections rebuilt from the record, the reminders of a day."""

from datetime import UTC, datetime, time

import click
from flask import current_app
from flask.cli import AppGroup

from app.db import change, db
from app.signoff import reminding
from app.signoff.roll_up import rolled_up
from app.signoff.service import rebuild
from workflows.case_history import day_of
from workflows.facts import day_in_words

group = AppGroup("signoff", help="Sign-off cases and where they stand.")


@group.command("rebuild")
def rebuild_projections() -> None:
    """Fold every case anew from the record and write what the listings read."""
    moment = current_app.extensions["concord.clock"].now(db.session)
    with change() as session:
        number = rebuild(session, moment)
    click.echo(f"{number} {'case' if number == 1 else 'cases'} folded anew from the record.")


@group.command("reminders")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2015-11-23; today without it.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and send nothing.")
def reminders(day: datetime | None, dry_run: bool) -> None:
    """Say what is due to be said of the cases on a day; the worker sends today’s by itself.

    Of another day than today only what would go can be asked for, by --dry-run.
    """
    clock = current_app.extensions["concord.clock"]
    moment = clock.now(db.session)
    if day is not None and day.date() != day_of(moment):
        if not dry_run:
            raise click.UsageError("Only today’s are sent. Add --dry-run to see those of another day.")
        moment = datetime.combine(day.date(), time(12, 0), UTC)
    found = reminding.letters(db.session, moment)
    for letter in found:
        whose = letter.body.short_name if letter.body else "all who had not answered"
        click.echo(f"{letter.case.code}, {whose}: {letter.planned.step}")
        for one in letter.to:
            click.echo(f"  to {one.name}, {one.role}")
        if not letter.to:
            click.echo("  to nobody: no one in that role can sign in and may see it")
    number = sum(letter.goes for letter in found)
    on = day_in_words(day_of(moment))
    if dry_run:
        click.echo(f"{number} would go on {on}; nothing was sent.")
        return
    db.session.rollback()
    with change() as session:
        reminding.every_day(session, moment, clock.real(), current_app.extensions["concord.settings"])
    click.echo(f"{number} went on {on}.")


@group.command("roll-up")
def roll_up() -> None:
    """Print how many cases of each collaborative are in which state, from what the listings read."""
    rows = rolled_up(db.session)
    for row in rows:
        click.echo(f"{row.collaborative}: {row.cases:,} {row.state}")
    if not rows:
        click.echo("There is no sign-off case yet.")
