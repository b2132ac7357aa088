"""The pages of people and bodies, each kind in a module of its own; importing them joins them to the blueprint."""

from app.people.routes import bodies, sign_in
from app.people.routes.places import blueprint

__all__ = ["blueprint", "bodies", "sign_in"]
