"""Signing in and out, and opening an invited account."""

from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import Doer
from app.db import change, db
from app.people import queries, second_factor, service
from app.people.forms import AcceptForm, CodeForm, SignInForm
from app.people.login import SignedIn
from app.people.models import Account
from app.people.routes.places import blueprint
from app.people.routes.proving import admit, begin_session, code_taken, origin, settings
from app.permissions import Actor, Missing
from app.web import gate, sessions, throttle
from app.web.clock import now, real_now, today
from app.web.models import PENDING
from app.web.service import sweep_sessions

SINCE = "code_asked_since"
CODE_WITHIN = timedelta(minutes=10)
"""How long a right password waits for its code."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> BaseResponse | str | tuple[str, int]:
    """Sign in, with the same answer whether the address is unknown or the password wrong."""
    form = SignInForm()
    if form.validate_on_submit():
        email, password = (form.email.data or "").lower(), form.password.data or ""
        keys = throttle.throttle_key("sign-in", origin(), email), throttle.throttle_key("sign-in", origin())
        _admit(*keys)
        account_id = service.verified(db.session, email, password)
        if account_id is not None and (answer := _begin(account_id, password, *keys)) is not None:
            return answer
        with change() as writer:
            service.note_refusal(writer, email, now())
        form.password.errors = ["The email address or the password is not right"]
    elif gate.actor().signed_in and request.method == "GET":
        return redirect(url_for("home.index"))
    shown = queries.demonstration_sign_ins(db.session, today()) if settings().demonstration else []
    page = render_template(
        "people/sign_in.html", form=form, sign_ins=shown, demonstration_password=service.DEMONSTRATION_PASSWORD
    )
    return (page, 422) if form.errors else page


def _admit(account_key: str, origin_key: str) -> None:
    """Counted twice: for the account, and for the origin over all accounts, where one password is tried on many."""
    admit(
        "Too many sign-ins failed",
        (account_key, settings().throttle_attempts, "for this email address"),
        (origin_key, settings().throttle_origin_attempts, "from where you are"),
    )


def _begin(account_id: int, password: str, account_key: str, origin_key: str) -> BaseResponse | None:
    """Someone whose password is right is signed in, or asked for a code. None where the account closed meanwhile."""
    with_code = second_factor.find(db.session, account_id) is not None
    signed_in = None if with_code else _signed_in(account_id, password)
    if signed_in is None and not with_code:
        return None
    with change() as writer:
        throttle.forget(writer, account_key)
        throttle.give_back(writer, origin_key)
        sweep_sessions(writer, timedelta(minutes=settings().session_idle_minutes), real_now())
    target = session.get(gate.NEXT)
    if signed_in is not None:
        begin_session(signed_in)
        return redirect(gate.safe_next(target), 303)
    sessions.current().renew()
    session[PENDING], session[SINCE] = account_id, real_now().isoformat()
    if target:
        session[gate.NEXT] = target
    return redirect(url_for("people.sign_in_code"), 303)


def _signed_in(account_id: int, password: str | None) -> SignedIn | None:
    """The sign-in on record; None where the account closed meanwhile."""
    found = db.session.get(Account, account_id)
    actor = queries.actor_of(db.session, found.person, today(), found.id) if found else Actor()
    with change() as writer:
        account = service.begin_visit(
            writer, account_id, password, Doer(actor.person_id, actor.name, actor.capacity()), now()
        )
    return SignedIn(account_id, actor) if account is not None else None


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def sign_in_code() -> BaseResponse | str | tuple[str, int]:
    """The code of someone whose password was right: nobody is signed in before it is."""
    account = _asked_for_code()
    if account is None:
        if request.method == "POST":
            flash("That took too long, so nobody is signed in. Begin again.")
        return redirect(url_for("people.sign_in"), 303)
    account_id, name, email = account.id, account.person.name, account.person.email
    form = CodeForm()
    if form.validate_on_submit():
        if code_taken(account_id, form.one_time_code.data or "", name):
            target, signed_in = gate.safe_next(session.get(gate.NEXT)), _signed_in(account_id, None)
            if signed_in is None:
                sessions.current().renew()
                return redirect(url_for("people.sign_in"), 303)
            begin_session(signed_in)
            return redirect(target, 303)
        with change() as writer:
            service.note_refusal(writer, email, now())
        form.one_time_code.errors = ["The code is not right, or was used already. Wait for the next one"]
    page = render_template("people/sign_in_code.html", form=form)
    return (page, 422) if form.errors else page


def _asked_for_code() -> Account | None:
    """Whose code this session waits for; None where it waits for none, or no longer."""
    account_id, since = session.get(PENDING), session.get(SINCE)
    if not account_id or not since or real_now() - datetime.fromisoformat(since) >= CODE_WITHIN:
        return None
    account = db.session.get(Account, account_id)
    return account if account is not None and not account.disabled else None


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session on the server; its cookie is dead from here on."""
    actor = gate.actor()
    if actor.account_id is not None:
        with change() as writer:
            service.end_visit(writer, actor.account_id, gate.doer(), now())
    logout_user()
    sessions.current().renew()
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
