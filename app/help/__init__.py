"""Help: a page for each task, a first-day tour for each role, and the statements on accessibility and privacy."""

from typing import Any

from flask import Flask, request

from app.help.pages import shelf
from app.help.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application, and tell every page which help is its own."""
    app.register_blueprint(blueprint)
    helped = shelf().helped

    @app.context_processor
    def _help_with_this_page() -> dict[str, Any]:
        return {"help_page": helped.get(request.endpoint or "")}
