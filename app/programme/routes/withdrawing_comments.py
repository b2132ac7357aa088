"""Withdrawing a comment on a clause that one wrote oneself."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms.validators import InputRequired

from app.db import change, db
from app.documents.comments import comment_of
from app.documents.queries import version as version_of
from app.documents.withdrawn_comments import LONGEST, refuse_settled
from app.documents.withdrawn_comments import withdraw_comment as withdraw_it
from app.permissions import Refused
from app.programme.routes.places import blueprint
from app.web import gate
from app.web.clock import now
from app.web.forms import BaseForm, Text


class WithdrawCommentForm(BaseForm):
    """Why a comment is withdrawn."""

    reason = Text("Why you withdraw it", [InputRequired("Say why you withdraw it")], most=LONGEST)


@blueprint.route("/documents/<code>/versions/<label>/comments/<int:number>/withdraw", methods=["GET", "POST"])
def withdraw_comment(code: str, label: str, number: int) -> str | BaseResponse | tuple[str, int]:
    """Withdraw a comment of one's own, until it is answered."""
    comment = comment_of(db.session, version_of(db.session, code, label), number)
    gate.permit(comment.as_resource())
    refuse_settled(comment)
    form = WithdrawCommentForm()
    if form.validate_on_submit():
        comment_id, capacity = comment.id, comment.capacity
        try:
            with change() as session:
                withdraw_it(session, comment_id, reason=form.reason.data or "", doer=gate.doer(capacity), now=now())
            flash(f"Comment {number} is withdrawn. Its words stay in the record.")
            return redirect(url_for("documents.comments", code=code, label=label, _anchor=f"comment-{number}"), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            comment = comment_of(db.session, version_of(db.session, code, label), number)
    page = render_template(
        "programme/withdraw_comment.html",
        version=comment.version,
        document=comment.version.document,
        comment=comment,
        form=form,
    )
    return (page, 422) if form.errors else page
