"""The places every page leads to: those that exist in this service and that this person may enter."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from app.permissions import Actor
from app.web import gate


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the navigation."""

    name: str
    address: str
    current: bool


MENU = (
    # name, endpoint, room, who it is for
    ("Home", "home.index", "home", "all"),
    ("Workstreams", "programme.workstreams", "programme", "collaborative"),
    ("Documents", "documents.index", "documents", "collaborative"),
    ("Sign-offs", "signoff.index", "signoff", "collaborative"),
    ("Meetings", "meetings.index", "meetings", "organisation"),
    ("Packs", "packs.public", "packs", "all"),
)


def _for(actor: Actor, whom: str) -> bool:
    return (
        whom == "all"
        or (whom == "collaborative" and bool(actor.collaborative_ids))
        or (whom == "organisation" and bool(actor.organisation_ids))
    )


def menu(actor: Actor) -> list[Place]:
    """The menu of a signed-in person; nobody else has one."""
    if not actor.signed_in:
        return []
    return [
        Place(name, url_for(endpoint), request.blueprint == room)
        for name, endpoint, room, whom in MENU
        if endpoint in current_app.view_functions and _for(actor, whom)
    ]


def footer(actor: Actor) -> list[Place]:
    """The links at the foot of every page."""
    places = [("Released packs", "packs.public")]
    if actor.signed_in:
        places.append(("Deciding bodies", "people.bodies"))
    else:
        places.append(("Sign in", "people.sign_in"))
    known = current_app.view_functions
    return [Place(name, url_for(endpoint), False) for name, endpoint in places if endpoint in known]


def init_app(app: Flask) -> None:
    """Offer both to the layout."""

    @app.context_processor
    def _places() -> dict[str, Any]:
        return {"navigation": menu(gate.actor()), "footer_places": footer(gate.actor())}
