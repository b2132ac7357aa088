"""Is the service ready?"""

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from app.db import db
from app.db.installation import kind_of

blueprint = Blueprint("web", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 with JSON once the database answers and is migrated."""
    db.session.execute(sa.text("SELECT 1"))
    return jsonify(status="ok", installation=kind_of(db.session))
