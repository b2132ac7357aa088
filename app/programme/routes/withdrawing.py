"""Withdrawing a sign-off case for the programme office that asked: what follows is said before it is done."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.db import change, db
from app.permissions import Missing, Refused
from app.programme import queries
from app.programme.routes.places import blueprint, for_programme
from app.signoff.queries import asker_of, case_by_code
from app.signoff.withdrawing_cases import what_follows, withdraw_case
from app.web import gate
from app.web.clock import now
from app.web.forms import BaseForm, Text


class WithdrawCaseForm(BaseForm):
    """Why a case is withdrawn."""

    seen = HiddenField()
    reason = Text("Why it is withdrawn", [InputRequired("Say why it is withdrawn")], most=4_000)


@blueprint.route("/sign-offs/<code>/withdraw-case", methods=["GET", "POST"])
def withdraw_sign_off(code: str) -> str | BaseResponse | tuple[str, int]:
    """Withdraw a case: nobody is asked any more, and the agendas ahead let go of it."""
    case = case_by_code(db.session, code)
    programmes = queries.programmes_of(db.session, {case.collaborative_id} if case.collaborative_id else set())
    if case.part != 1 or not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    follows = what_follows(db.session, case, now())
    form = WithdrawCaseForm(seen=str(follows.last_entry))
    if form.validate_on_submit():
        doer, case_id, title = for_programme(programmes[0]), case.id, case.title
        shown = form.seen.data or ""
        seen = int(shown) if shown.isdecimal() else 0
        try:
            with change() as session:
                done = withdraw_case(
                    session, case_id=case_id, reason=form.reason.data or "", seen=seen, doer=doer, now=now()
                )
                count = len(done.off)
            came = f" It came off {count} agenda{'' if count == 1 else 's'}." if count else ""
            flash(f"“{title}” is withdrawn, and nobody is asked any more.{came} What was decided stays in its history.")
            return redirect(url_for("signoff.case", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            case = case_by_code(db.session, code)
            follows = what_follows(db.session, case, now())
    page = render_template(
        "programme/withdraw_case.html", case=case, follows=follows, form=form, asker=asker_of(db.session, case)
    )
    return (page, 422) if form.errors else page
