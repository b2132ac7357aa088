"""Ruling again on what a version changes, until a body has acted on it: the page of the programme office."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms.validators import InputRequired

from app.db import change, db
from app.permissions import Missing, Refused
from app.programme import queries
from app.programme.routes.places import blueprint, for_programme
from app.programme.ruling_forms import RulingForm, ruling_form
from app.signoff.folding import folded
from app.signoff.matrix import COLOURS
from app.signoff.queries import case_by_code
from app.signoff.ruling_again import foreseen_again, rule_again, ruling_to_make_again
from app.web import gate
from app.web.clock import now
from app.web.forms import Text
from workflows.materiality import RuledClause, Ruling


@blueprint.route("/sign-offs/<code>/ruling", methods=["GET", "POST"])
def rule_on_changes_again(code: str) -> str | BaseResponse | tuple[str, int]:
    """Make the ruling on the version asked about now again, and see what follows."""
    case = case_by_code(db.session, code)
    programmes = queries.programmes_of(db.session, {case.collaborative_id} if case.collaborative_id else set())
    if case.part != 1 or not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    try:
        ruling = ruling_to_make_again(folded(db.session, case, now()))
    except Refused as refusal:
        return render_template("programme/ruling_again.html", case=case, ruling=None, refusal=refusal)
    form = _form(ruling)
    foreseen = None
    if form.validate_on_submit():
        doer, case_id, reason = for_programme(programmes[0]), case.id, form["again"].data or ""
        said = form.said()
        clauses = tuple(RuledClause(one.change, *said.clauses[one.change.code]) for one in ruling.clauses)
        seen = int(said.beside) if said.beside.isdecimal() else 0
        try:
            if request.form.get("step") == "check":
                foreseen = foreseen_again(db.session, case, clauses, reason, doer, now())
            else:
                with change() as session:
                    rule_again(
                        session, case_id=case_id, clauses=clauses, reason=reason, seen=seen, doer=doer, now=now()
                    )
                flash("It is ruled on again. What was ruled before stays in the history.")
                return redirect(url_for("signoff.case", code=code, _anchor="rulings"), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            case = case_by_code(db.session, code)
    page = render_template(
        "programme/ruling_again.html", case=case, ruling=ruling, form=form, foreseen=foreseen, colours=COLOURS
    )
    return (page, 422) if form.errors else page


def _form(ruling: Ruling) -> RulingForm:
    """The form of a ruling as it stands, with why it is made again."""
    changes = [clause.change for clause in ruling.clauses]
    words: dict[str, str | None] = {}
    for number, clause in enumerate(ruling.clauses, start=1):
        words[f"ruling_{number}"], words[f"reason_{number}"] = clause.ruling, clause.reason
    again = Text("Why it is ruled on again", [InputRequired("Say why it is ruled on again")], most=2_000)
    return ruling_form(changes, str(ruling.entry_id), data=words, again=again)
