"""Signing in and out, opening an invited account; bodies with their seats and rules."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from app.db import change, db
from app.people import service
from app.people.forms import SignInForm
from app.people.login import SignedIn
from app.people.models import Account
from app.people.queries import actor_for, demonstration_accounts
from app.web import gate, throttle
from app.web.clock import now, real_now, today
from config import Settings

blueprint = Blueprint("people", __name__)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["concord.settings"]
    return settings


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Sign in, with the same answer whether the address is unknown or the password wrong."""
    form = SignInForm()
    if form.validate_on_submit():
        address, email = request.remote_addr or "", (form.email.data or "").lower()
        key = throttle.throttle_key("sign-in", address, email)
        settings = _settings()
        with change() as writer:
            window = timedelta(minutes=settings.throttle_minutes)
            admitted = throttle.admitted(writer, key, settings.throttle_attempts, window, real_now())
        if not admitted:
            raise TooManyRequests(
                f"Too many failed sign-ins. Wait {settings.throttle_minutes} minutes, then try again.",
                retry_after=settings.throttle_minutes * 60,
            )
        with change() as writer:
            account = service.sign_in(writer, email, form.password.data or "")
            if account is not None:
                throttle.forget(writer, key)
                service.note_visit(account, now())
        if account is not None:
            return _begin(account)
        form.password.errors = ["The email address or the password is not right"]
    accounts = demonstration_accounts(db.session) if _settings().demonstration else []
    page = render_template("people/sign_in.html", form=form, accounts=accounts)
    return (page, 422) if form.errors else page


def _begin(account: Account) -> Response:
    """A new session for a new sign-in; the one before is ended."""
    target = gate.safe_next(session.get(gate.NEXT))
    session.renew()  # type: ignore[attr-defined]  # our own session class
    login_user(SignedIn(account.id, actor_for(db.session, account, today())))
    return redirect(target)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session on the server; its cookie is dead from here on."""
    logout_user()
    session.renew()  # type: ignore[attr-defined]  # our own session class
    flash("You have signed out.")
    return redirect(url_for("people.sign_in"))
