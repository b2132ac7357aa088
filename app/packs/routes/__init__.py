"""The pages of packs, each kind in a module of its own; importing them joins them to the blueprint."""

from app.packs.routes import corrections, editions, packs, progress, published, update
from app.packs.routes.places import blueprint

__all__ = ["blueprint", "corrections", "editions", "packs", "progress", "published", "update"]
