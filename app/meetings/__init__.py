"""Meetings of deciding bodies: agendas, conflicts, attendance."""

from flask import Flask

from app.meetings import (
    apology_pages,
    conflict_pages,
    in_common_pages,
    moving_pages,
    order_pages,
    question_pages,
    setting_pages,
    ways,
)
from app.meetings.ahead import meetings_ahead
from app.meetings.routes import blueprint
from config import Settings

__all__ = [
    "apology_pages",
    "blueprint",
    "conflict_pages",
    "in_common_pages",
    "init_app",
    "moving_pages",
    "order_pages",
    "question_pages",
    "setting_pages",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application."""
    app.extensions.setdefault("concord.ahead", []).append(meetings_ahead)
    ways.init_app(app)
    in_common_pages.init_app(app)
    app.register_blueprint(blueprint)
