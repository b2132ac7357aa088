"""Is the service ready, and the logo of whoever runs it."""

from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify

from app.db import db
from app.db.installation import kind_of
from app.permissions import Missing
from config import Settings

blueprint = Blueprint("web", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 with JSON once the database answers and is migrated."""
    db.session.execute(sa.text("SELECT 1"))
    return jsonify(status="ok", installation=kind_of(db.session))


@blueprint.get("/logo")
def logo() -> Response:
    """The operator's own logo; raises `Missing` where none is set."""
    settings: Settings = current_app.extensions["concord.settings"]
    if not settings.logo:
        raise Missing
    path = Path(settings.logo)
    response = Response(path.read_bytes(), mimetype="image/svg+xml" if path.suffix == ".svg" else "image/png")
    response.cache_control.max_age = 3600
    return response
