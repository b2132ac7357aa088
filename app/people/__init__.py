"""Organisations, deciding bodies, seats, people, and signing in."""

from flask import Flask

from app.jobs import daily
from app.people import login, nothing_declared, reminders, witnesses
from app.people.routes import blueprint
from app.people.routes.confirming import ask_for_proof
from app.web import gate
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages, the sign-in, the yearly reminders and the daily witness to the application."""
    login.init_app(app)
    app.register_blueprint(blueprint)
    app.register_error_handler(gate.ProofNeeded, ask_for_proof)
    daily.register(app, reminders.NAME, reminders.remind)
    daily.register(app, nothing_declared.NAME, nothing_declared.ask)
    daily.register(app, witnesses.NAME, witnesses.every_day)
