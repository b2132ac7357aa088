"""Who asks with a token: the header of a request under /api, and the account it is of. Sessions mean nothing there.

A request that the operator makes at a terminal comes through no server: it names the account itself, for which it is.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from re import compile as pattern

import sqlalchemy as sa
from flask import Request, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from app.db import change, db, writing
from app.people.ending_tokens import PREFIX
from app.people.models import Account
from app.people.token_models import PersonalToken
from app.permissions.scopes import SCOPES
from app.web import gate, problems, throttle
from app.web.clock import real_now
from app.web.text import day
from config import Settings

_FORM = pattern(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
OFTEN = timedelta(minutes=1)
"""That a token was used is written no more often than this."""

TERMINAL = "concord.terminal"
OPERATOR = "by the operator at a terminal"
NO_TOKEN = 0

MAKE_ONE = "a token of your own, made at My account, Your tokens"


def hash_of(secret: str) -> str:
    """What is kept of a token."""
    return sha256(secret.encode()).hexdigest()


def at_terminal(asked: Request) -> int | None:
    """The account for which the operator asks the API at a terminal; nothing for any request that came to a server.

    What a request brings stands in the environment under names of its own (`HTTP_…`), so none can bring this one.
    """
    account_id: int | None = asked.environ.get(TERMINAL)
    if account_id is None or not problems.wanted():
        return None
    g.bearer = gate.Bearer(NO_TOKEN, frozenset(SCOPES), None, OPERATOR)
    return account_id


def of_request(asked: Request) -> PersonalToken | None:
    """The token of a request to the API, its account loaded; nothing for any other request.

    Raises `gate.NotAuthenticated` where there is none that opens anything, 429 where too many were tried from there.
    """
    if not problems.wanted():
        return None
    scheme, _, secret = asked.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise gate.NotAuthenticated(
            "This needs a personal token, sent as “Authorization: Bearer …”. A signed-in page opens nothing here.",
            MAKE_ONE,
        )
    secret = secret.strip()
    found = _known(db.session, secret) if _FORM.fullmatch(secret) else None
    problem = _problem(found)
    if found is None or problem:
        if found is None:
            _count_failure()
        raise gate.NotAuthenticated(problem, MAKE_ONE, error="invalid_token")
    _note_use(found)
    g.bearer = gate.Bearer(found.id, frozenset(found.scopes), found.proved_at)
    return found


def _known(session: Session, secret: str) -> PersonalToken | None:
    return session.scalar(sa.select(PersonalToken).where(PersonalToken.token_hash == hash_of(secret)))


def _problem(found: PersonalToken | None) -> str:
    """Why a token opens nothing. Who has its secret may know what became of it; of others there is nothing to tell."""
    if found is None:
        return "That is not a token of this service."
    if found.ended:
        return f"The token “{found.name}” opens nothing any more: {found.ended}."
    if not found.open_at(real_now()):
        return f"The token “{found.name}” expired on {day(found.expires_at)}."
    if db.session.get_one(Account, found.account_id).disabled:
        return "The account of this token is disabled."
    return ""


def _count_failure() -> None:
    """Count a token that nobody has for where it came from; raises 429 once these are used up. What is right is not."""
    settings: Settings = current_app.extensions["concord.settings"]
    minutes = settings.throttle_minutes
    key = throttle.throttle_key("token", throttle.origin(request.remote_addr or ""))
    with change() as session:
        within = throttle.admitted(
            session, key, settings.throttle_origin_attempts, timedelta(minutes=minutes), real_now()
        )
    if not within:
        raise TooManyRequests(
            f"Too many tokens were wrong from where you are. Wait {minutes} minutes, then try again.",
            retry_after=minutes * 60,
        )


def _note_use(found: PersonalToken) -> None:
    at = real_now()
    if found.used_at is not None and at - found.used_at < OFTEN:
        return
    token_id = found.id
    with writing(db.session) as session:
        session.execute(sa.update(PersonalToken).where(PersonalToken.id == token_id).values(used_at=at))


def note_proof(token_id: int, at: datetime) -> None:
    """Who holds this token has just proved who they are: on this request, and for a while on those that follow."""
    with change() as session:
        session.execute(sa.update(PersonalToken).where(PersonalToken.id == token_id).values(proved_at=at))
    g.bearer = replace(g.bearer, proved_at=at)
