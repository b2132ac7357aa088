"""The places every page leads to: those that exist in this service and that this person may enter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from app.permissions import Actor, Role
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
    ("Workbook", "exchange.index", "exchange", "administrator"),
)
ELSEWHERE = {
    # a page drawn by one room that people look for in another
    "packs.update_preview": "programme",
    "programme.open_case": "documents",
    "programme.rule_on_changes": "documents",
    "programme.write_version": "documents",
    "programme.write_comment": "documents",
    "programme.answer_comment": "documents",
    "programme.withdraw_comment": "documents",
    "programme.withdraw_sign_off": "signoff",
    "programme.rule_on_changes_again": "signoff",
}


def _for(actor: Actor, whom: str) -> bool:
    return (
        whom == "all"
        or (whom == "collaborative" and bool(actor.collaborative_ids))
        or (whom == "organisation" and bool(actor.organisation_ids))
        or (whom == "administrator" and actor.holds(Role.ADMINISTRATOR))
    )


def menu(actor: Actor) -> list[Place]:
    """The menu of a signed-in person; nobody else has one."""
    if not actor.signed_in:
        return []
    return [
        Place(name, url_for(endpoint), ELSEWHERE.get(request.endpoint or "", request.blueprint) == room)
        for name, endpoint, room, whom in MENU
        if endpoint in current_app.view_functions and _for(actor, whom)
    ]


def footer(actor: Actor) -> list[Place]:
    """The links at the foot of every page."""
    places = [("Released packs", "packs.public")]
    if actor.signed_in:
        places.append(("Deciding bodies", "people.bodies"))
        places.append(("How cases are decided", "signoff.definitions"))
        if actor.holds(Role.ADMINISTRATOR) or actor.holds(Role.ORGANISATION_ADMINISTRATOR):
            places.append(("Invitations", "people.invitations"))
        places.append(("My account", "people.my_account"))
        if actor.organisation_ids:
            places.append(("Register of interests", "people.interests"))
            places.append(("People", "people.persons"))
        places.append(("Organisations", "people.organisations"))
    else:
        places.append(("Sign in", "people.sign_in"))
    places += [("Help", "help.index"), ("Accessibility", "help.accessibility"), ("Privacy", "help.privacy")]
    known = current_app.view_functions
    return [Place(name, url_for(endpoint), False) for name, endpoint in places if endpoint in known]


def address_of(endpoint: str | None, values: Mapping[str, Any] | None = None) -> str | None:
    """The address of a page by its endpoint, for rooms that link to one another by name; None where there is none."""
    if endpoint is None or endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **(values or {}))


def init_app(app: Flask) -> None:
    """Offer these to the templates."""
    app.jinja_env.globals["address_of"] = address_of

    @app.context_processor
    def _places() -> dict[str, Any]:
        return {"navigation": menu(gate.actor()), "footer_places": footer(gate.actor())}
