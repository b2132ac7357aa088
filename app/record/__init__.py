"""An organisation's record as its own people read it, and the destruction of what need not be kept any longer."""

from flask import Flask

from app.record.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the pages of the record to the application."""
    app.register_blueprint(blueprint)
