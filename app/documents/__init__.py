"""Documents, versions, clauses, and two versions side by side."""

from flask import Flask

from app.documents.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application."""
    app.register_blueprint(blueprint)
