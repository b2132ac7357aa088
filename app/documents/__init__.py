"""Documents, versions, clauses, and two versions side by side."""

from flask import Flask

from app.documents.address import address_of
from app.documents.queries import documents_called
from app.documents.text_routes import blueprint
from app.people.history import NAMED_BY
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application."""
    app.register_blueprint(blueprint)
    app.extensions.setdefault("concord.subjects", {})["document"] = address_of
    NAMED_BY["document"] = documents_called
