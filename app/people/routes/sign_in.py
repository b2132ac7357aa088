"""Signing in and out, and opening an invited account."""

from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import Doer
from app.db import change, db
from app.people import queries, service
from app.people.forms import AcceptForm, SignInForm
from app.people.login import SignedIn
from app.people.models import Account
from app.people.routes.places import blueprint
from app.permissions import Actor, Missing
from app.web import gate, throttle
from app.web.clock import now, real_now, today
from app.web.service import sweep_sessions
from config import Settings


def _settings() -> Settings:
    settings: Settings = current_app.extensions["concord.settings"]
    return settings


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> BaseResponse | str | tuple[str, int]:
    """Sign in, with the same answer whether the address is unknown or the password wrong."""
    form = SignInForm()
    if form.validate_on_submit():
        email, password = (form.email.data or "").lower(), form.password.data or ""
        origin = throttle.origin(request.remote_addr or "")
        keys = throttle.throttle_key("sign-in", origin, email), throttle.throttle_key("sign-in", origin)
        _admit(*keys)
        account_id = service.verified(db.session, email, password)
        if account_id is not None and (answer := _begin(account_id, password, *keys)) is not None:
            return answer
        with change() as writer:
            service.note_refusal(writer, email, now())
        form.password.errors = ["The email address or the password is not right"]
    elif gate.actor().signed_in and request.method == "GET":
        return redirect(url_for("home.index"))
    shown = queries.demonstration_sign_ins(db.session, today()) if _settings().demonstration else []
    page = render_template(
        "people/sign_in.html", form=form, sign_ins=shown, demonstration_password=service.DEMONSTRATION_PASSWORD
    )
    return (page, 422) if form.errors else page


def _admit(account_key: str, origin_key: str) -> None:
    """Count this attempt before anything is verified; raises 429 once the attempts are used up.

    Counted twice: for the account, and for the address over all accounts, where one password could be tried on many.
    An attempt that is refused by either counts for neither.
    """
    settings = _settings()
    window = timedelta(minutes=settings.throttle_minutes)
    limits = (
        (account_key, settings.throttle_attempts, "for this email address"),
        (origin_key, settings.throttle_origin_attempts, "from where you are"),
    )
    with change() as writer:
        for key, limit, what in limits:
            if not throttle.admitted(writer, key, limit, window, real_now()):
                raise TooManyRequests(
                    f"Too many sign-ins failed {what}. Wait {settings.throttle_minutes} minutes, then try again.",
                    retry_after=settings.throttle_minutes * 60,
                )


def _begin(account_id: int, password: str, account_key: str, origin_key: str) -> BaseResponse | None:
    """A new session for a new sign-in; the one before is ended. None where the account closed meanwhile."""
    found = db.session.get(Account, account_id)
    actor = queries.actor_for(db.session, found, today()) if found else Actor()
    doer = Doer(actor.person_id, actor.name, actor.capacity())
    with change() as writer:
        account = service.begin_visit(writer, account_id, password, doer, now())
        if account is None:
            return None
        throttle.forget(writer, account_key)
        throttle.give_back(writer, origin_key)
        sweep_sessions(writer, timedelta(minutes=_settings().session_idle_minutes), real_now())
    target = gate.safe_next(session.get(gate.NEXT))
    session.renew()  # type: ignore[attr-defined]  # our own session class
    login_user(SignedIn(account_id, actor))
    return redirect(target, 303)


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session on the server; its cookie is dead from here on."""
    actor = gate.actor()
    if actor.account_id is not None:
        with change() as writer:
            service.end_visit(writer, actor.account_id, gate.doer(), now())
    logout_user()
    session.renew()  # type: ignore[attr-defined]  # our own session class
    flash("You have signed out.")
    return redirect(url_for("people.sign_in"), 303)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> BaseResponse | str | tuple[str, int]:
    """Open an account from a personal link, with a password of one's own."""
    try:
        person = service.open_invitation(db.session, token, now()).person
    except Missing:
        return render_template("people/invitation_over.html", days=service.INVITATION_DAYS), 404
    form = AcceptForm()
    if form.validate_on_submit():
        password = form.password.data or ""
        if not form.problem(service.password_problem(password, person.email)):
            with change() as writer:
                service.accept_invitation(writer, token, password, now())
            flash("Your account is open. Sign in with your new password.")
            return redirect(url_for("people.sign_in"), 303)
    page = render_template("people/accept_invitation.html", form=form, person=person)
    return (page, 422) if form.errors else page
