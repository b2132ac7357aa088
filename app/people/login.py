"""Who is signed in: Flask-Login over our own server-side session."""

import sqlalchemy as sa
from flask import Flask
from flask_login import LoginManager, UserMixin
from sqlalchemy.orm import joinedload

from app.db import db
from app.people.models import Account
from app.people.queries import actor_for
from app.permissions import Actor
from app.web.clock import today


class SignedIn(UserMixin):
    """The person behind this request, with everything they hold today."""

    def __init__(self, account_id: int, actor: Actor) -> None:
        self.id = str(account_id)
        self.actor = actor


_ACCOUNT = (
    sa.select(Account).options(joinedload(Account.person)).where(Account.id == sa.bindparam("account_id"))
)  # built once: it is part of every request


def load(account_id: str) -> SignedIn | None:
    """The signed-in person of a session; None where the account is gone or disabled, which ends the session."""
    account = db.session.scalar(_ACCOUNT, {"account_id": int(account_id)})
    if account is None or account.disabled:
        return None
    return SignedIn(account.id, actor_for(db.session, account, today()))


def init_app(app: Flask) -> None:
    """Join Flask-Login to the application."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows: a stolen signed cookie is not a thing here
    manager.user_loader(load)
    manager.init_app(app)
