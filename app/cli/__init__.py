"""The same services from a terminal: `flask --app wsgi …`."""

from flask import Flask

from app.cli import (
    api,
    backup,
    database,
    demonstration,
    destruction,
    exchange,
    installation,
    mergers,
    signoff,
    worker,
    workflows,
)
from config import Settings

PEOPLE = mergers.group
"""Merging is one of the commands about people and organisations; its module adds it to their group."""
RECORD = destruction.group
"""So is destroying what entries say, among those of the record."""

COMMANDS = (
    api.group,
    backup.backup,
    demonstration.group,
    exchange.group,
    installation.group,
    PEOPLE,
    RECORD,
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
