"""Who is signed in: Flask-Login over our own server-side session."""

import sqlalchemy as sa
from flask import Flask, Request
from flask_login import LoginManager, UserMixin

from app.db import db
from app.people import bearers
from app.people.models import Account, Person
from app.people.queries import actor_of
from app.permissions import Actor
from app.web.clock import today


class SignedIn(UserMixin):
    """The person behind this request, with everything they hold today."""

    def __init__(self, account_id: int, actor: Actor) -> None:
        self.id = str(account_id)
        self.actor = actor


_ACCOUNTS, _PERSONS = Account.__table__.c, Person.__table__.c
_ACCOUNT = (  # built once and read as columns: it is part of every request
    sa.select(_ACCOUNTS.id.label("account_id"), _ACCOUNTS.disabled, _PERSONS.id, _PERSONS.name)
    .join(Person.__table__, _PERSONS.id == _ACCOUNTS.person_id)
    .where(_ACCOUNTS.id == sa.bindparam("of_account"))
)


def load(account_id: str) -> SignedIn | None:
    """The signed-in person of a session; None where the account is gone or disabled, which ends the session."""
    found = db.session.connection().execute(_ACCOUNT, {"of_account": int(account_id)}).first()
    if found is None or found.disabled:
        return None
    return SignedIn(found.account_id, actor_of(db.session, found, today(), found.account_id))


def load_from_token(asked: Request) -> SignedIn | None:
    """Who asks the API, by the token of this request; nobody on pages, where no token counts."""
    account_id = bearers.at_terminal(asked)
    if account_id is not None:
        return load(str(account_id))
    found = bearers.of_request(asked)
    if found is None:
        return None
    person = found.account.person
    return SignedIn(found.account_id, actor_of(db.session, person, today(), found.account_id))


def init_app(app: Flask) -> None:
    """Join Flask-Login to the application."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows: a stolen signed cookie is not a thing here
    manager.user_loader(load)
    manager.request_loader(load_from_token)
    manager.init_app(app)
