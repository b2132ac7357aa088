"""What every page shares: sessions, the gate, CSRF, headers, errors, and how facts are written."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import clock, errors, gate, headers, navigation, text
from app.web.routes import blueprint
from app.web.sessions import ServerSessions
from config import Settings

csrf = CSRFProtect()


def init_app(app: Flask, settings: Settings) -> None:
    """Join the shared parts to the application."""
    address = urlsplit(settings.public_url)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.upload_bytes,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        TRUSTED_HOSTS=[address.hostname, "127.0.0.1", "localhost"],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        PROVIDE_AUTOMATIC_OPTIONS=False,  # Flask would answer OPTIONS itself, past every question who may ask
    )
    app.session_interface = ServerSessions(settings)
    csrf.init_app(app)
    gate.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    navigation.init_app(app)
    text.init_app(app)
    app.register_blueprint(blueprint)

    @app.context_processor
    def _shared() -> dict[str, Any]:
        return {"settings": settings, "now": clock.now, "today": clock.today}
