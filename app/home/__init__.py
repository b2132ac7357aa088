"""The home page of each role."""

from flask import Flask

from app.home.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application."""
    app.register_blueprint(blueprint)
