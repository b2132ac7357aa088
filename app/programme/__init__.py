"""Programmes: workstreams, reporting periods, updates and local positions."""

from flask import Flask

from app.jobs import daily
from app.people.history import NAMED_BY
from app.programme import item_questions, offers
from app.programme.called import programmes_called, workstreams_called
from app.programme.chasing import DAILY, chase_by_calendar
from app.programme.finding import titles_of
from app.programme.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application."""
    app.register_blueprint(blueprint)
    offers.init_app(app)
    item_questions.init_app(app)
    app.extensions["concord.workstreams"] = titles_of
    NAMED_BY.update(programme=programmes_called, workstream=workstreams_called)
    daily.register(app, DAILY, chase_by_calendar)
