"""The pages of people and bodies, each kind in a module of its own; importing them joins them to the blueprint."""

from app.people.routes import accounts, bodies, confirming, forgotten, interests, my_account, registers, sign_in
from app.people.routes.places import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "bodies",
    "confirming",
    "forgotten",
    "interests",
    "my_account",
    "registers",
    "sign_in",
]
