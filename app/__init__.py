"""Concord: `create_app`, nothing else."""

from dataclasses import replace
from inspect import iscoroutinefunction
from typing import Any

import jinja2
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app import (
    api,
    cli,
    documents,
    exchange,
    help,
    home,
    jobs,
    meetings,
    mergers,
    packs,
    people,
    programme,
    record,
    signoff,
    web,
)
from app.db import Base, db, prepare_engine
from app.db.durability import weaknesses
from app.db.installation import Clock, InstallationError, kind_of
from config import ROOT, Settings, kept_secret


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """The service with these settings; a test may hand in its own clock."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "app" / "static"),
        instance_path=str(settings.instance.resolve()),
    )
    app.testing = settings.testing
    app.config.update(
        SECRET_KEY=_secret(settings),
        SQLALCHEMY_ENGINES={"default": _engine_options(settings)},
        ALEMBIC={"script_location": str(ROOT / "migrations")},
    )
    # Flask escapes only by a template's ending; the NHS macros end in .jinja, and they ask for parameters not given
    app.jinja_options = {
        **app.jinja_options,
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "undefined": jinja2.ChainableUndefined,
    }
    app.jinja_loader = jinja2.ChoiceLoader(
        [jinja2.FileSystemLoader(ROOT / "templates"), jinja2.PackageLoader("nhsuk_frontend_jinja")]
    )
    db.init_app(app)
    # Flask-SQLAlchemy-Lite also closes async sessions, which we have none of: an event loop, 0.9 ms, for every request
    app.teardown_appcontext_funcs = [end for end in app.teardown_appcontext_funcs if not iscoroutinefunction(end)]
    Alembic(app, metadatas=Base.metadata, run_mkdir=False)
    with app.app_context():
        prepare_engine(db.engine)
        settings = _as_its_kind(settings)
    app.extensions["concord.settings"] = settings
    app.extensions["concord.clock"] = clock or Clock(demonstration=settings.demonstration)
    rooms = (web, jobs, people, documents, meetings, signoff, programme, packs, mergers)
    for room in (*rooms, home, help, exchange, record, api, cli):
        room.init_app(app, settings)
    server: Any = app.wsgi_app
    server = WhiteNoise(server, root=str(ROOT / "app" / "static"), prefix="static/", max_age=3600)
    if settings.trusted_proxies:
        server = ProxyFix(server, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)
    setattr(app, "wsgi_app", server)  # noqa: B010  # Flask's documented place for middleware is typed as a method
    return app


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.url.startswith("sqlite"):
        return {"url": settings.url, "connect_args": {"timeout": 30}}
    return {"url": settings.url, "pool_pre_ping": True}


def _secret(settings: Settings) -> bytes:
    """The key that signs CSRF tokens: made once, kept in the instance folder, readable by its owner only."""
    return kept_secret(settings.instance / "secret.key")


def _refuse_to_forget() -> None:
    """Raises `InstallationError` where the database would answer before a commit is on disk."""
    with db.engine.connect() as connection:
        weak = weaknesses(connection)
    if weak:
        raise InstallationError("\n".join(weak))


def _as_its_kind(settings: Settings) -> Settings:
    """A real installation refuses the demonstration's setting; a demonstration is one also where it is not set.

    Its record is in its own time: a single act at real time would stand eleven years after the one before.
    """
    try:
        if not settings.testing:  # a test's data need not survive a power cut
            _refuse_to_forget()
        if not inspect(db.engine).has_table("installation"):
            return settings
        with db.sessionmaker() as session:
            kind = kind_of(session)
    except DBAPIError:
        return settings  # no database, or none that can be read: whoever asks it first says so
    finally:
        db.engine.dispose()  # no process that is forked from here on shares a connection
    if kind == "real" and settings.demonstration:
        raise InstallationError(
            "CONCORD_DEMONSTRATION is set, but this installation is a real one: its time is real time, and "
            "demonstration sign-ins cannot exist in it. Unset CONCORD_DEMONSTRATION."
        )
    return replace(settings, demonstration=settings.demonstration or kind == "demonstration")
