"""Errors in plain words, shown in one place; what was typed is given back so that nothing is lost."""

import logging
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit

import sqlalchemy.exc
from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, SecurityError
from wtforms.fields import Field
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import HiddenInput

from app.audit.service import RecordDamagedError
from app.db import db
from app.permissions import Missing, Refused, Stale
from app.web import gate, problems
from app.web.text import capitalize_first, words

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
    {"csrf_token", "password", "password_again", "token", "current_password", "one_time_code"}
    | {"proof_password", "proof_code", "proof_address"}
    # the button that was pressed, and what was before the person: nobody typed these
    | {"action", "step", "seen", "seen_round", "seen_stage", "seen_hash", "seen_entry", "seen_room"}
    | {"began", "before", "take"}
)


CHOSEN = ("attended_", "voted_", "deputy_", "presiding", "answer", "how_voted")
"""Names of fields whose values are chosen, not typed: shown in words, and not at all where nothing was chosen."""


def _typed() -> list[tuple[str, str]]:
    """What the person had typed or chosen, by label, so that it can be copied from the error page."""
    if request.method != "POST":
        return []
    try:
        items = [(k, v) for k, values in request.form.lists() for v in values]
    except HTTPException:
        return []
    fields = {field.name: field for form in g.get("forms", []) for field in form}
    shown = [_in_words(fields.get(k), k, v) for k, v in items if k not in NOT_SHOWN and v.strip()]
    return [pair for pair in shown if pair is not None]


def _in_words(field: Field | None, name: str, value: str) -> tuple[str, str] | None:
    """A field's label and its value as the page showed them; None for what nobody typed or chose.

    Where no form was reached the name itself has to do.
    """
    if field is not None and isinstance(field.widget, HiddenInput):
        return None
    label = field.label.text if field is not None else ""
    if isinstance(field, SelectFieldBase) and getattr(field, "choices", None):
        for choice in cast(Iterable[Any], field.iter_choices()):
            if str(choice.value) == value:
                return label, str(choice.label)
    if name.startswith(CHOSEN):
        if value == "0":
            return None
        value = words(value)
    return label or capitalize_first(name.replace("_", " ").replace("-", " ")), value


def _leads_to(status: int) -> tuple[str, str] | None:
    """Where the error page leads: its words and the address."""
    if not gate.actor().signed_in and (status == 403 or (status == 400 and not gate.open_to_anyone())):
        return "Sign in", url_for("people.sign_in")
    if status == 403 and (back := _sent_from()) is not None and urlsplit(back).path != request.path:
        return "Back to the page you came from", back
    if status in (403, 404, 405):
        return "Go to the start", url_for("home.index")
    if status == 409:
        return "Open the page as it stands now", _of_the_form()
    if request.method == "POST":
        return "Open the form again", _of_the_form()
    return None


def _of_the_form() -> str:
    """The page that sent this: the address itself where it can be opened, else the one it was sent from."""
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.full_path.rstrip("?")
    return _sent_from() or url_for("home.index")


def _sent_from() -> str | None:
    """The page of ours that led here, where the browser says so."""
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc != request.host:
        return None
    return gate.safe_next(sent_from._replace(scheme="", netloc="", fragment="").geturl())


def answer(status: int, sentence: str, details: tuple[str, ...] = (), title: str | None = None) -> Response:
    """The error page with `status`: a title, the sentence why, what would make it possible or what changed.

    Whoever asks under /api is a program, and gets the same sentence as a problem.
    """
    db.session.rollback()
    if problems.wanted():
        return problems.problem(status, title or TITLES.get(status, TITLES[400]), sentence, details)
    try:
        page = render_template(
            "errors/error.html",
            status=status,
            title=title or TITLES.get(status, TITLES[400]),
            sentence=sentence,
            details=details,
            typed=_typed(),
            leads_to=_leads_to(status),
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

    @app.errorhandler(gate.NotAuthenticated)
    def _not_authenticated(error: gate.NotAuthenticated) -> Response:
        shown = answer(401, error.sentence, error.needs, "Not authenticated")
        said = f', error="{error.error}"' if error.error else ""
        shown.headers["WWW-Authenticate"] = f'Bearer realm="Concord"{said}'
        return shown

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        if not gate.actor().signed_in and not gate.open_to_anyone():
            gate.remember()
            return answer(
                400,
                "You are signed out, so nothing was saved.",
                ("Copy what you typed, which is below. Then sign in, and send it again.",)
                if _typed()
                else ("Sign in, and send it again.",),
                "You are signed out",
            )
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
        if problems.wanted():
            return problems.problem(400, TITLES[400], "This service does not answer under that address.")
        return make_response(plain(TITLES[400], "This service does not answer under that address."), 400)

    @app.errorhandler(sqlalchemy.exc.OperationalError)
    def _busy(error: sqlalchemy.exc.OperationalError) -> Response:
        log.error("the database did not answer: %s", error.orig)
        return answer(503, "The database did not answer in time. Nothing was recorded; please send it again.")

    @app.errorhandler(RecordDamagedError)
    def _damaged(error: RecordDamagedError) -> Response:
        log.error("an act was refused: %s", error)
        return answer(503, error.sentence, error.needs, "Nothing can be recorded at the moment")

    @app.errorhandler(MethodNotAllowed)
    def _method(error: MethodNotAllowed) -> Response:
        shown = answer(405, "This address takes nothing in that way. Nothing was saved.")
        shown.headers["Allow"] = ", ".join(error.valid_methods or ())
        return shown

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
