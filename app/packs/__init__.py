"""Update editions and packs: facts to sections to editions, released and circulated."""

from flask import Flask

from app.packs import build, wording
from app.packs.routes import blueprint
from app.packs.routes.places import enclosed_address
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages, its words and its work to the application."""
    wording.offer(app.jinja_env)
    build.init_app(app)
    app.extensions.setdefault("concord.agenda_subjects", {})["edition"] = enclosed_address
    app.register_blueprint(blueprint)
