"""The page on which a vote of members that was opened by mistake is stopped."""

import secrets

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.db import change
from app.permissions import Refused
from app.signoff import voting
from app.signoff.voting_routes import blueprint as blueprint  # the room's own, with this page on it
from app.signoff.voting_routes import of_body, open_window
from app.web import gate
from app.web.clock import now
from app.web.forms import BaseForm, Text


class StopForm(BaseForm):
    """Why the window is stopped, bound to the one that was shown."""

    token = HiddenField(default=lambda: secrets.token_urlsafe(24))
    seen_voting = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    reason = Text("Why is it stopped?", [InputRequired("Say why the voting is stopped")], most=2000)


@blueprint.route("/sign-offs/<code>/<body_code>/voting/stop", methods=["GET", "POST"])
def stop_voting(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Stop the vote of the members, with a reason: what was signed counts for nothing."""
    found, asked, as_it_is = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    form = StopForm()
    if form.is_submitted() and form.validate():
        try:
            with change() as session:
                voting.stop(
                    session,
                    case_id=found.id,
                    body_id=asked.id,
                    voting_id=form.seen_voting.data or 0,
                    reason=form.reason.data or "",
                    token=form.token.data or "",
                    doer=gate.doer(f"board secretary, {asked.organisation.name}"),
                    now=now(),
                )
            flash(f"The vote of the members of {asked.short_name} is stopped. They can be asked again.")
            return redirect(url_for("signoff.body", code=code, body_code=body_code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, asked, as_it_is = of_body(code, body_code)
    window = open_window(as_it_is, asked)
    if not form.is_submitted():
        form.seen_voting.data = window.entry_id
    page = render_template(
        "signoff/stop_voting.html", case=found, body=asked, folded=as_it_is, window=window, form=form
    )
    return (page, 422) if form.errors else page
