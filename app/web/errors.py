"""Errors in plain words, shown in one place; what was typed is given back so that nothing is lost."""

import logging

import sqlalchemy.exc
from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from app.db import db
from app.permissions import Missing, Refused, Stale

log = logging.getLogger(__name__)

TITLES = {
    400: "That did not reach us in a form we can use",
    403: "You cannot do this",
    404: "Page not found",
    405: "That address does not take this",
    409: "This has changed since you opened it",
    413: "That is too large",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "The service is busy",
}
NOT_SHOWN = (
    {"csrf_token", "password", "password_again", "token"}
    # the button that was pressed, and what was before the person: nobody typed these
    | {"action", "step", "seen", "seen_round", "seen_stage", "seen_hash", "seen_entry", "seen_room"}
)


def _typed() -> list[tuple[str, str]]:
    """What the person had typed, so that it can be copied from the error page."""
    if request.method != "POST":
        return []
    try:
        items = [(k, v) for k, values in request.form.lists() for v in values]
    except HTTPException:
        return []
    return [(k.replace("_", " ").replace("-", " "), v) for k, v in items if k not in NOT_SHOWN and v.strip()]


def answer(status: int, sentence: str, details: tuple[str, ...] = (), title: str | None = None) -> Response:
    """The error page with `status`: a title, the sentence why, what would make it possible or what changed."""
    db.session.rollback()
    try:
        page = render_template(
            "errors/error.html",
            status=status,
            title=title or TITLES.get(status, TITLES[400]),
            sentence=sentence,
            details=details,
            typed=_typed(),
        )
    except sqlalchemy.exc.SQLAlchemyError:
        log.exception("the error page itself needed the database")
        page = plain(title or TITLES.get(status, TITLES[500]), sentence)
    return make_response(page, status)


def plain(title: str, sentence: str) -> str:
    """The error page that asks nothing of database, session or addresses."""
    template = current_app.jinja_env.get_template("errors/plain.html")
    return template.render(title=title, sentence=sentence, typed=_typed())


def init_app(app: Flask) -> None:
    """Register one handler for each way a request can fail."""

    @app.errorhandler(Refused)
    def _refused(error: Refused) -> Response:
        return answer(403, error.sentence, error.needs)

    @app.errorhandler(Stale)
    def _stale(error: Stale) -> Response:
        return answer(409, error.sentence, error.changes)

    @app.errorhandler(Missing)
    def _missing(_error: Missing) -> Response:
        return answer(
            404,
            "There is no such page, or it is not one you can see. Check the address, or go back to the start.",
        )

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        return answer(
            400,
            "The page you sent this from had been open too long, or you signed in or out since. Nothing was saved.",
            ("Go back, reload the page and send it again. What you typed is below, to copy.",),
        )

    @app.errorhandler(RequestEntityTooLarge)
    def _large(_error: RequestEntityTooLarge) -> Response:
        limit = app.config["MAX_CONTENT_LENGTH"] or 0
        return answer(413, f"It is larger than {limit // 1_000_000} MB, the most this page takes. Nothing was saved.")

    @app.errorhandler(SecurityError)
    def _host(_error: SecurityError) -> Response:
        return make_response(plain(TITLES[400], "This service does not answer under that address."), 400)

    @app.errorhandler(sqlalchemy.exc.OperationalError)
    def _busy(error: sqlalchemy.exc.OperationalError) -> Response:
        log.error("the database did not answer: %s", error.orig)
        return answer(503, "The database did not answer in time. Nothing was recorded; please send it again.")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        if status == 404:
            return _missing(Missing())
        shown = answer(status, error.description or "That request could not be answered.")
        for name, value in error.get_headers():
            if name.lower() in ("retry-after", "allow", "location"):
                shown.headers[name] = value
        return shown

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> Response:
        if app.testing:
            raise error
        log.exception("unhandled error at %s", request.path, exc_info=error)
        return answer(
            500,
            "Nothing was recorded. Please try again; if it happens again, tell your administrator the time.",
        )
