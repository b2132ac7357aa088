"""Asking the bodies to agree a document's version: a page that says what will be asked of whom, and confirms it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.documents.queries import version as version_of
from app.documents.queries import version_by_id
from app.people.queries import bodies_of_collaborative
from app.permissions import Missing
from app.programme import queries, service
from app.programme.asking import STANDARDS, case_on, routes_for
from app.programme.forms import CaseForm
from app.programme.offers import asked_about
from app.programme.routes.places import blueprint, for_programme
from app.programme.ruling import to_rule_on
from app.web import gate
from app.web.clock import now, today


@blueprint.route("/documents/<code>/versions/<label>/case", methods=["GET", "POST"])
def open_case(code: str, label: str) -> str | BaseResponse | tuple[str, int]:
    """Open a case on a version, or put it to the bodies as a further round of the case that stands."""
    version = version_of(db.session, code, label)
    programmes = queries.programmes_of(db.session, {version.document.collaborative_id})
    if not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    standing = case_on(db.session, version.document_id)
    form = CaseForm(title=f"{version.document.title}, version {version.label}")
    bodies = bodies_of_collaborative(db.session, version.document.collaborative_id, today())
    routes = routes_for(db.session, bodies)
    form.offer(routes, STANDARDS)
    if request.method == "POST" and form.validate():
        version_id, doer, title = version.id, for_programme(programmes[0]), form.title.data or ""
        further = request.form.get("round_of", "")
        with change() as session:
            asked = version_by_id(session, version_id)
            if further:
                case = service.open_round_on(session, asked, doer, now()).case
            else:
                chosen = form.definition()
                case = service.open_case_on(session, asked, title=title, definition=chosen, doer=doer, now=now())
            case_code, case_title = case.code, case.title
        flash(f"The bodies are now asked: {case_title}.")
        return redirect(url_for("signoff.case", code=case_code), 303)
    page = render_template(
        "programme/open_case.html",
        version=version,
        document=version.document,
        standing=standing,
        to_rule=to_rule_on(db.session, version, now()) if standing else None,
        asked_now=[one for one in asked_about(db.session, version) if one.now and standing],
        form=form,
        stages={f"{one.name}:{one.version}": ", then ".join(stage.title for stage in one.stages) for one in routes},
        bodies=bodies,
    )
    return (page, 422) if form.errors else page
