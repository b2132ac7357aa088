"""Organisations that end: several merge into one on a day; what is open passes, and their records are sealed."""

from flask import Flask

from app.jobs import daily
from app.mergers.on_the_day import NAME, every_day
from app.mergers.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages and its daily work to the application."""
    app.register_blueprint(blueprint)
    daily.register(app, NAME, every_day)
