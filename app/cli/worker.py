"""The worker process, and a look at the outbox."""

import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask.globals import app_ctx

from app.db import db
from app.jobs.daily import run_due
from app.jobs.queries import outbox
from app.jobs.worker import run_until, run_waiting

mail = AppGroup("mail", help="Mail that waits or went.")


@click.group("worker", cls=AppGroup, invoke_without_command=True)
@click.option("--once", is_flag=True, help="Do what waits, then end.")
@click.pass_context
@with_appcontext
def worker(context: click.Context, once: bool) -> None:
    """Do background work until told to stop (SIGTERM or Ctrl-C)."""
    if context.invoked_subcommand is not None:
        return
    app = app_ctx.app  # the application itself, for threads
    if once:
        click.echo(f"{run_waiting(app)} done")
        return
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    run_until(app, stopping)


@worker.command("daily")
def daily() -> None:
    """Do what is done once a day and was not done yet today, then end; a running worker does it by itself."""
    done = run_due(current_app)
    click.echo(", ".join(done) or "nothing is left to do today")


@mail.command("list")
def list_mail() -> None:
    """The latest hundred mails: when queued, whether sent, to whom, about what."""
    for each in outbox(db.session):
        state = "sent" if each.sent_at else f"waiting ({each.problem or 'no mail server yet'})"
        click.echo(f"{each.queued_at:%Y-%m-%d %H:%M}  {state}  {each.recipient}  {each.subject}")


@mail.command("show")
@click.argument("recipient")
def show_mail(recipient: str) -> None:
    """The text of the latest mails to one address."""
    for each in outbox(db.session):
        if each.recipient == recipient:
            click.echo(f"{each.subject}\n\n{each.body}\n")
