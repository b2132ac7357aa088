"""One's own tokens: the list, making one, letting one sign, revoking one."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.people import tokens as kept
from app.people.routes.places import blueprint
from app.people.routes.proving import code_asked, settings
from app.people.token_forms import TokenForm
from app.permissions import Refused
from app.permissions.scopes import SCOPES, SIGNING
from app.web import gate
from app.web.clock import now, real_now
from app.web.forms import BaseForm


@blueprint.get("/account/tokens")
def tokens() -> str:
    """My tokens: what each may be used for, when it was last used, when it expires."""
    found = kept.tokens_of(db.session, _mine(), real_now())
    return render_template(
        "people/tokens.html",
        tokens=[(one, _state(one.ended, one.open_at(real_now()))) for one in found],
        scopes=SCOPES,
        signing=SIGNING,
        code_asked=code_asked(),
        minutes=settings().step_up_minutes,
    )


def _state(ended: str, is_open: bool) -> tuple[str, str]:
    if is_open:
        return "Can be used", "green"
    return (f"Ended: {ended}", "grey") if ended else ("Expired", "grey")


@blueprint.route("/account/tokens/new", methods=["GET", "POST"])
def new_token() -> BaseResponse | str | tuple[str, int]:
    """Make a token. Its secret is shown on the page that answers, and never again."""
    longest = settings().api_token_days
    form = TokenForm()
    form.offer(longest)
    if form.validate_on_submit():
        try:
            with change() as session:
                secret = kept.make(
                    session,
                    _mine(),
                    name=form.name.data or "",
                    scopes=form.scopes.data or [],
                    expires_at=real_now() + timedelta(days=form.days.data),
                    longest=timedelta(days=longest),
                    doer=gate.doer(),
                    now=now(),
                    real_now=real_now(),
                )
            return render_template("people/token_made.html", secret=secret, name=form.name.data)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    page = render_template("people/new_token.html", form=form, minutes=settings().step_up_minutes)
    return (page, 422) if form.errors else page


@blueprint.route("/account/tokens/<int:token_id>/revoke", methods=["GET", "POST"])
def revoke_token(token_id: int) -> BaseResponse | str:
    """End a token of mine at once."""
    token = kept.token_of(db.session, _mine(), token_id, real_now())
    if BaseForm().validate_on_submit():
        name = token.name
        with change() as session:
            kept.revoke(session, _mine(), token_id, gate.doer(), now(), real_now())
        flash(f"The token “{name}” opens nothing any more.")
        return redirect(url_for("people.tokens"), 303)
    return render_template("people/revoke_token.html", token=token)


@blueprint.route("/account/tokens/<int:token_id>/sign", methods=["GET", "POST"])
def let_token_sign(token_id: int) -> BaseResponse | str:
    """Let a token of mine sign for a while, as I have just proved who I am."""
    token = kept.token_of(db.session, _mine(), token_id, real_now())
    if SIGNING not in token.scopes:
        raise Refused(f"The token “{token.name}” was not made to sign with.", "a token that was")
    minutes = settings().step_up_minutes
    if BaseForm().validate_on_submit():
        name = token.name
        with change() as session:
            kept.prove(session, _mine(), token_id, real_now())
        flash(f"The token “{name}” can sign for the next {minutes} minutes.")
        return redirect(url_for("people.tokens"), 303)
    return render_template("people/let_token_sign.html", token=token, minutes=minutes)


def _mine() -> int:
    return gate.actor().account_id or 0
