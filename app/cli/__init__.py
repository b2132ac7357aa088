"""The same services from a terminal: `flask --app wsgi …`."""

from flask import Flask

from app.cli import backup, database, demonstration, exchange, installation, people, record, signoff, worker, workflows
from config import Settings

COMMANDS = (
    backup.backup,
    demonstration.group,
    exchange.group,
    installation.group,
    people.group,
    record.group,
    signoff.group,
    worker.worker,
    worker.mail,
    workflows.group,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Register the command groups; whatever reads the database looks first whether it is set up."""
    for command in (*COMMANDS, app.cli.commands["db"]):
        name = command.name or ""
        app.cli.add_command(database.checked(command, name), name)
