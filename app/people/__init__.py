"""Organisations, deciding bodies, seats, people, and signing in."""

from flask import Flask

from app.people import login
from app.people.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages and the sign-in to the application."""
    login.init_app(app)
    app.register_blueprint(blueprint)
