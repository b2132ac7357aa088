"""What is one's own: what one holds here, where one is signed in, the password and the second factor."""

from datetime import timedelta

import segno
from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.people import new_passwords, second_factor, service
from app.people.forms import ChangePasswordForm, CodeForm, ProofForm
from app.people.invitations import list_resource
from app.people.models import Account
from app.people.routes.places import blueprint
from app.people.routes.proving import admit, begin_anew, code_asked, factor_key, origin, proved, settings
from app.permissions import Refused
from app.permissions.facts import ROLE_NAMES
from app.web import gate, sessions, throttle
from app.web.clock import now, real_now
from app.web.service import sessions_of

OFFERED = "factor_offered"


def _account() -> Account:
    return db.session.get_one(Account, gate.actor().account_id)


@blueprint.get("/account")
def my_account() -> str:
    """Who I am here, what I hold, and how I sign in."""
    account, actor = _account(), gate.actor()
    hours, idle = timedelta(hours=settings().session_hours), timedelta(minutes=settings().session_idle_minutes)
    return render_template(
        "people/my_account.html",
        account=account,
        roles=[(ROLE_NAMES[held.role], held.organisation_name) for held in actor.roles],
        seats=[held.title for held in actor.seats],
        factor=second_factor.find(db.session, account.id),
        codes_left=second_factor.codes_left(db.session, account.id),
        sessions=sessions_of(db.session, account.id, real_now() - hours, real_now() - idle),
        may_invite=gate.may("account.invite", list_resource(actor)),
        this_one=sessions.hashed(sessions.current().token or ""),
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
def change_password() -> BaseResponse | str | tuple[str, int]:
    """Change my password by giving the one I have."""
    account = _account()
    if account.demonstration:
        raise Refused(new_passwords.DEMONSTRATION)
    form = ChangePasswordForm()
    if form.validate_on_submit():
        password = form.password.data or ""
        if not form.problem(service.password_problem(password, account.person.email)) and proved(form):
            with change() as writer:
                new_passwords.change(writer, gate.actor().account_id or 0, password, gate.doer(), now(), real_now())
            begin_anew()
            flash("Your password is changed. Every other session has ended.")
            return redirect(url_for("people.my_account"), 303)
    page = render_template("people/change_password.html", form=form, account=account, code_asked=code_asked())
    return (page, 422) if form.errors else page


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> BaseResponse:
    """End every session of mine, this one as well."""
    with change() as writer:
        service.sign_out_everywhere(writer, gate.actor().account_id or 0, gate.doer(), now())
    sessions.current().renew()
    flash("You have signed out everywhere.")
    return redirect(url_for("people.sign_in"), 303)


@blueprint.route("/account/second-factor", endpoint="second_factor", methods=["GET", "POST"])
def second_factor_set_up() -> BaseResponse | str | tuple[str, int]:
    """Set up an authenticator app: its key as a picture and to type, confirmed by a code it shows."""
    account = _account()
    if code_asked():
        flash("Your second factor is set up. Turn it off first to use another app.")
        return redirect(url_for("people.my_account"), 303)
    if OFFERED not in session:
        session[OFFERED] = second_factor.sealed(second_factor.new_secret(), factor_key(), account.id)
    secret = second_factor.unsealed(session[OFFERED], factor_key(), account.id)
    form = CodeForm()
    if form.validate_on_submit():
        key = throttle.throttle_key("factor", origin(), str(account.id))
        admit("Too many codes were wrong", (key, settings().throttle_attempts, "for this account"))
        step = second_factor.step_of(secret, form.one_time_code.data or "", real_now())
        if step is not None:
            with change() as writer:
                codes = second_factor.turn_on(
                    writer, gate.actor().account_id or 0, secret, step, factor_key(), gate.doer(), now(), real_now()
                )
            begin_anew()
            return render_template("people/recovery_codes.html", codes=codes, begun=True)
        form.one_time_code.errors = ["The code is not right. Check that your phone’s clock is right, and type the next"]
    picture = segno.make(second_factor.address_of(secret, account.person.email), error="m")
    page = render_template(
        "people/second_factor.html",
        form=form,
        picture=picture.svg_data_uri(scale=5, border=4, light="white"),
        key=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/account/second-factor/off", methods=["GET", "POST"])
def turn_off_second_factor() -> BaseResponse | str | tuple[str, int]:
    """Stop asking for a code, with the password and a last code."""
    if not code_asked():
        flash("You have no second factor, so there is nothing to turn off.")
        return redirect(url_for("people.my_account"), 303)
    form = ProofForm()
    if form.validate_on_submit() and proved(form):
        with change() as writer:
            second_factor.turn_off(writer, gate.actor().account_id or 0, gate.doer(), now(), real_now())
        flash("Your second factor is off.")
        return redirect(url_for("people.my_account"), 303)
    page = render_template("people/turn_off_second_factor.html", form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
def recovery_codes() -> BaseResponse | str | tuple[str, int]:
    """Other recovery codes in place of those I have."""
    if request.method == "POST":
        with change() as writer:
            codes = second_factor.new_recovery_codes(writer, gate.actor().account_id or 0, gate.doer(), now())
        return render_template("people/recovery_codes.html", codes=codes, begun=False)
    if not code_asked():
        return redirect(url_for("people.my_account"), 303)
    left = second_factor.codes_left(db.session, gate.actor().account_id or 0)
    return render_template("people/new_recovery_codes.html", left=left)
