"""Every request passes here: a route that the permission page does not list is refused, and so is a forgotten check."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import Doer
from app.permissions import (
    ANONYMOUS,
    PERMISSIONS,
    ROUTES,
    STEP_UP,
    Actor,
    Refused,
    Resource,
    allowed,
    anyone,
    check,
)
from app.web.clock import real_now
from config import Settings

NEXT = "next"
PROVED = "proved_at"
MOST = 200
"""Characters of a capacity on record."""
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*\Z")


class ForgottenCheck(RuntimeError):
    """A route answered without asking whether this person may see this thing."""


class NotAuthenticated(Exception):
    """The API was asked without a token that opens anything: answered 401, with the sentence why."""

    def __init__(self, sentence: str, *needs: str, error: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.needs = needs
        self.error = error  # its name in RFC 6750; empty where no token came at all


@dataclass(frozen=True, slots=True)
class Bearer:
    """The token that this request came with: what it may be used for, and its owner's last proof of who they are.

    `by` is of a request made at a terminal, for somebody: the record says so with every act.
    """

    token_id: int
    scopes: frozenset[str]
    proved_at: datetime | None
    by: str = ""


class ProofNeeded(Exception):
    """This needs a fresh proof of who is there; the room of people asks for it, and loses nothing that was sent."""


def actor() -> Actor:
    """Who is asking: everything they hold today."""
    found: Actor = getattr(current_user, "actor", ANONYMOUS)
    return found


def doer(capacity: str | None = None) -> Doer:
    """Who is asking, as the record names them; `capacity` as in "board secretary, NHS Croydon CCG"."""
    person, bearer = actor(), g.get("bearer")
    told = capacity or person.capacity()
    if bearer is not None and bearer.by and not told.endswith(bearer.by):
        told = f"{told[: MOST - len(bearer.by) - 2]}, {bearer.by}"
    return Doer(person.person_id, person.name, told)


def permit(resource: Resource, permission: str | None = None) -> None:
    """Ask the permission page whether this person may do what the route (or `permission`) is for."""
    check(permission or g.permission, actor(), resource)
    g.permitted = True
    _prove()


def note_proof() -> None:
    """This session's person has just proved who they are."""
    session[PROVED] = real_now().isoformat()


def _prove() -> None:
    """Raise `ProofNeeded` where the route needs a proof and this session's or token's last one is too long ago.

    It is asked of those only who may do the act: others are told so, or nothing.
    """
    if request.endpoint not in STEP_UP:
        return
    settings: Settings = current_app.extensions["concord.settings"]
    at = _proved_at()
    age = real_now() - at if at else None
    if age is None or not timedelta(0) <= age < timedelta(minutes=settings.step_up_minutes):
        raise ProofNeeded


def _proved_at() -> datetime | None:
    bearer: Bearer | None = g.get("bearer")
    if bearer is not None:
        return bearer.proved_at
    at = session.get(PROVED)
    return datetime.fromisoformat(at) if at else None


def may(permission: str, resource: Resource) -> bool:
    """Whether to offer something: for templates."""
    return allowed(permission, actor(), resource)


def safe_next(path: str | None) -> str:
    """`path` where it is a path of this service, else the home page."""
    return path if path and OWN_PATH.match(path) else url_for("home.index")


def open_to_anyone() -> bool:
    """Whether this address answers someone who is not signed in."""
    name = ROUTES.get(request.endpoint or "", "public")
    return anyone in PERMISSIONS[name].may or name == "pack.published"


def remember() -> None:
    """Go on here after signing in, where this is a page that can be opened."""
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        session[NEXT] = request.full_path.rstrip("?")


def _ask() -> BaseResponse | None:
    if request.endpoint is None:
        return None
    name = ROUTES.get(request.endpoint)
    if name is None:
        raise Refused("This address is not listed on the permission page, so nobody may use it.")
    g.permission = name
    if not open_to_anyone() and not actor().signed_in:
        remember()
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("people.sign_in"))
        raise Refused("You are not signed in, so nothing was saved.", "Sign in, and send it again.")
    g.permitted = name in ("public", "signed-in")
    if g.permitted:
        _prove()
    return None


def _asked(response: Response) -> Response:
    if response.status_code < 300 and "permission" in g and not g.permitted:
        raise ForgottenCheck(request.endpoint)
    return response


def init_app(app: Flask) -> None:
    """Put the gate before every request and the check behind it."""
    app.before_request(_ask)
    app.after_request(_asked)

    @app.context_processor
    def _offered() -> dict[str, Any]:
        return {"may": may, "actor": actor()}
