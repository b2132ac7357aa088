"""The same services from a terminal: `flask --app wsgi …`."""

from flask import Flask

from app.cli import installation
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Register the command groups."""
    app.cli.add_command(installation.group)
