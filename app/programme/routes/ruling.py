"""Ruling on what a new version changes, clause by clause, at the moment it is put to bodies that agreed an earlier."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.documents.queries import version as version_of
from app.documents.queries import version_by_id
from app.permissions import Missing
from app.programme import queries, service
from app.programme.routes.places import blueprint, for_programme
from app.programme.ruling import foreseen_on, to_rule_on
from app.programme.ruling_forms import ruling_form
from app.signoff.matrix import COLOURS
from app.web import gate
from app.web.clock import now


@blueprint.route("/documents/<code>/versions/<label>/ruling", methods=["GET", "POST"])
def rule_on_changes(code: str, label: str) -> str | BaseResponse | tuple[str, int]:
    """Rule on each changed clause, see what follows, and put the version to the bodies."""
    version = version_of(db.session, code, label)
    programmes = queries.programmes_of(db.session, {version.document.collaborative_id})
    if not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    found = to_rule_on(db.session, version, now())
    form = ruling_form(found.changes if found else (), found.at_stake.round.content_hash if found else "")
    foreseen = None
    if found is not None and form.validate_on_submit():
        doer, version_id, said = for_programme(programmes[0]), version.id, form.said()
        if request.form.get("step") == "check":
            foreseen = foreseen_on(db.session, version, found, said, doer, now())
        else:
            with change() as session:
                case = service.open_round_on(session, version_by_id(session, version_id), doer, now(), said).case
                case_code, case_title = case.code, case.title
            flash(f"The ruling is recorded, and the bodies are asked: {case_title}.")
            return redirect(url_for("signoff.case", code=case_code), 303)
    page = render_template(
        "programme/ruling.html",
        version=version,
        document=version.document,
        found=found,
        form=form,
        rows={row.code: row for row in found.rows} if found else {},
        renumbered=[row for row in found.rows if row.kind == "same" and row.renumbered] if found else [],
        foreseen=foreseen,
        colours=COLOURS,
    )
    return (page, 422) if form.errors else page
