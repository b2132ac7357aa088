"""Sessions kept on the server: the cookie is a random token, its row can be ended at once, and is at sign-out."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from app.db import db, writing
from app.web import problems
from app.web.clock import real_now
from app.web.models import ACCOUNT, PENDING, WebSession
from config import Settings

_STORED = WebSession.__table__.c
_OF_TOKEN = sa.select(_STORED.data, _STORED.began_at, _STORED.seen_at).where(  # part of every request
    _STORED.token_hash == sa.bindparam("of_token")
)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The session of one request; `renew()` gives it a new token, as every sign-in must."""

    def __init__(self, data: dict[str, Any], token: str | None) -> None:
        def changed(_self: Any) -> None:
            self.modified = True

        super().__init__(data, changed)
        self.token = token
        self.new = token is None
        self.modified = False
        self.replaced: str | None = None
        self.goes_on = False

    def renew(self) -> None:
        """Drop the old token and whatever it held; the answer carries a new one."""
        self.replaced, self.token = self.token, None
        self.clear()
        self.modified = True

    def change_token(self) -> None:
        """Go on under a new token, with all that the session holds: after a further proof of who is there."""
        self.replaced, self.token = self.token, None
        self.goes_on = True
        self.modified = True


def hashed(token: str) -> str:
    """SHA-256 of a token, as it is kept."""
    return sha256(token.encode()).hexdigest()


def cookie_name(settings: Settings) -> str:
    """`__Host-` where the cookie is Secure, as that prefix demands."""
    return "__Host-concord" if settings.secure_cookies else "concord"


def current() -> ServerSession:
    """The session of this request."""
    assert isinstance(session, ServerSession)
    return session


class ServerSessions(SessionInterface):
    """Flask's session interface over the `web_session` table. Only a session with something in it is stored."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(cookie_name(self.settings))
        if token and request.endpoint != "static" and not problems.wanted():
            row = db.session.connection().execute(_OF_TOKEN, {"of_token": hashed(token)}).first()
            real = real_now()
            if (
                row is not None
                and real - row.began_at < timedelta(hours=self.settings.session_hours)
                and real - row.seen_at < timedelta(minutes=self.settings.session_idle_minutes)
            ):
                session = ServerSession(dict(row.data), token)
                # one write a minute is enough to know that a session is alive
                session.modified = real - row.seen_at > timedelta(minutes=1)
                return session
        return ServerSession({}, None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        name = cookie_name(self.settings)
        response.vary.add("Cookie")
        if not session.modified or response.status_code >= 500:
            return  # what failed may be the database itself
        real = real_now()
        with writing(db.session) as writer:
            if session.replaced:
                before = writer.get(WebSession, hashed(session.replaced))
                if before is not None:
                    writer.delete(before)
                elif session.goes_on:
                    return  # ended elsewhere while this request ran: it does not go on under another token
            if session.token and not session:
                writer.execute(sa.delete(WebSession).where(WebSession.token_hash == hashed(session.token)))
            elif session:
                token = session.token or secrets.token_urlsafe(32)
                row = writer.get(WebSession, hashed(token))
                if row is None and session.token is not None:
                    return  # ended elsewhere while this request ran: it stays ended
                if row is None:
                    row = WebSession(token_hash=hashed(token), began_at=real)
                    writer.add(row)
                row.data, row.seen_at = dict(session), real
                owner = session.get(ACCOUNT) or session.get(PENDING)
                row.account_id = int(owner) if owner else None
                session.token = token
        if session:
            response.set_cookie(
                name,
                session.token or "",
                httponly=True,
                secure=self.settings.secure_cookies,
                samesite="Lax",
                path="/",
            )
        elif session.replaced or session.token or not session.new:
            response.delete_cookie(name, secure=self.settings.secure_cookies, httponly=True, samesite="Lax", path="/")
