"""A forgotten password: a link by mail, the same answer whether or not the address has an account."""

from urllib.parse import urljoin

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.people import new_passwords, service
from app.people.forms import AcceptForm, ForgottenForm
from app.people.routes.places import blueprint
from app.people.routes.proving import admit, origin, settings
from app.permissions import Missing, Refused
from app.web import throttle
from app.web.clock import now, real_now


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def forgotten() -> str | tuple[str, int]:
    """Ask for a link to choose a new password with. Nobody learns here who has an account."""
    form = ForgottenForm()
    if settings().demonstration:
        if request.method == "POST":
            raise Refused(new_passwords.DEMONSTRATION)
        return render_template("people/forgotten.html", form=None)
    if form.validate_on_submit():
        email = (form.email.data or "").lower()
        admit(
            "Too many new passwords were asked",
            (throttle.throttle_key("forgotten", origin(), email), settings().throttle_attempts, "for this address"),
            (throttle.throttle_key("forgotten", origin()), settings().throttle_origin_attempts, "from where you are"),
        )
        service.verify_nothing(email)  # beside it, what a known address costs more is not to be measured
        with change() as writer:
            new_passwords.ask(writer, email, _link, now(), real_now())
        return render_template("people/forgotten_sent.html", email=email)
    page = render_template("people/forgotten.html", form=form)
    return (page, 422) if form.errors else page


def _link(token: str) -> str:
    return urljoin(settings().public_url, url_for("people.new_password", token=token))


@blueprint.route("/new-password/<token>", methods=["GET", "POST"])
def new_password(token: str) -> BaseResponse | str | tuple[str, int]:
    """Choose a new password, once, within the hour of the mailed link."""
    try:
        person = new_passwords.open_reset(db.session, token, real_now()).account.person
        form = AcceptForm()
        if form.validate_on_submit():
            password = form.password.data or ""
            if not form.problem(service.password_problem(password, person.email)):
                with change() as writer:
                    new_passwords.choose(writer, token, password, now(), real_now())
                flash("Your password is changed, and every session has ended. Sign in with the new one.")
                return redirect(url_for("people.sign_in"), 303)
    except Missing:
        return render_template("people/new_password_over.html"), 404
    page = render_template("people/new_password.html", form=form, person=person)
    return (page, 422) if form.errors else page
