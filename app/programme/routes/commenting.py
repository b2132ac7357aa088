"""Commenting on a clause for a body, and answering a comment for the programme office."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.documents.comments import answer_comment as answer_it
from app.documents.comments import comment_of, next_version
from app.documents.models import ClauseComment
from app.documents.queries import version as version_of
from app.documents.queries import version_by_id
from app.people.queries import body_by_code
from app.permissions import Missing, Refused, Role
from app.programme import queries
from app.programme.comment_forms import AnswerCommentForm, CommentForm
from app.programme.commenting import comment_for, open_to
from app.programme.routes.places import blueprint, for_body, for_programme
from app.web import gate
from app.web.clock import now

Answer = str | BaseResponse | tuple[str, int]


@blueprint.route("/documents/<code>/versions/<label>/comments/new/<body_code>", methods=["GET", "POST"])
def write_comment(code: str, label: str, body_code: str) -> Answer:
    """Comment on a clause of a version, for a body."""
    version = version_of(db.session, code, label)
    body = body_by_code(db.session, body_code)
    gate.permit(version.document.as_resource(body))
    verdict = open_to(db.session, version, body, now())
    form = CommentForm(clause=request.args.get("clause", ""))
    form.offer(version.clauses)
    if form.validate_on_submit():
        doer, ids = for_body(body, Role.SECRETARY, Role.OFFICER), (version.id, body.code)
        clause, kind, text = form.clause.data, form.kind.data, form.text.data or ""
        try:
            with change() as session:
                written = version_by_id(session, ids[0])
                asked = body_by_code(session, ids[1])
                number = comment_for(session, written, clause, asked, kind=kind, text=text, doer=doer, now=now()).number
            flash(f"Comment {number} is with the programme office.")
            return redirect(url_for("documents.comments", code=code, label=label, _anchor=f"comment-{number}"), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            version, body = version_of(db.session, code, label), body_by_code(db.session, body_code)
    page = render_template(
        "programme/write_comment.html",
        version=version,
        document=version.document,
        body=body,
        form=form,
        verdict=verdict,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/documents/<code>/versions/<label>/comments/<int:number>/answer", methods=["GET", "POST"])
def answer_comment(code: str, label: str, number: int) -> Answer:
    """Say what became of a comment."""
    version = version_of(db.session, code, label)
    programmes = queries.programmes_of(db.session, {version.document.collaborative_id})
    if not programmes:
        raise Missing
    comment = comment_of(db.session, version, number)
    gate.permit(programmes[0].as_resource())
    later = next_version(db.session, version)
    form = AnswerCommentForm(
        seen=comment.answered_at.isoformat() if comment.answered_at else "",
        outcome=comment.outcome,
        answer=comment.answer,
        landed=_landed(comment),
    )
    form.offer(version_by_id(db.session, later.id).clauses if later else ())
    if form.validate_on_submit():
        doer, comment_id = for_programme(programmes[0]), comment.id
        outcome, answer, landed, seen = form.outcome.data, form.answer.data or "", form.landed.data, form.seen_at()
        with change() as session:
            answer_it(
                session, comment_id, outcome=outcome, answer=answer, landed=landed, seen=seen, doer=doer, now=now()
            )
        flash(f"What became of comment {number} is recorded.")
        return redirect(url_for("documents.comments", code=code, label=label, _anchor=f"comment-{number}"), 303)
    page = render_template(
        "programme/answer_comment.html",
        version=version,
        document=version.document,
        comment=comment,
        clause=next((one for one in version.clauses if one.clause_id == comment.clause_id), None),
        later=later,
        form=form,
    )
    return (page, 422) if form.errors else page


def _landed(comment: ClauseComment) -> str:
    """Where it is said to be read; before an answer, the same clause is the likeliest."""
    if comment.landed_clause is not None:
        return comment.landed_clause.code
    return "" if comment.outcome else comment.clause.code
