"""The pages of people and bodies, each kind in a module of its own; importing them joins them to the blueprint."""

from app.people.routes import (
    accounts,
    bodies,
    collaboratives,
    confirming,
    forgotten,
    interests,
    my_account,
    organisations,
    persons,
    registers,
    seats,
    sign_in,
    tokens,
)
from app.people.routes.places import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "bodies",
    "collaboratives",
    "confirming",
    "forgotten",
    "interests",
    "my_account",
    "organisations",
    "persons",
    "registers",
    "seats",
    "sign_in",
    "tokens",
]
