"""The same services from a terminal: `flask --app wsgi …`."""

from flask import Flask

from app.cli import backup, demonstration, exchange, installation, people, record, signoff, worker, workflows
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Register the command groups."""
    app.cli.add_command(backup.backup)
    app.cli.add_command(demonstration.group)
    app.cli.add_command(exchange.group)
    app.cli.add_command(installation.group)
    app.cli.add_command(people.group)
    app.cli.add_command(record.group)
    app.cli.add_command(signoff.group)
    app.cli.add_command(worker.worker)
    app.cli.add_command(worker.mail)
    app.cli.add_command(workflows.group)
