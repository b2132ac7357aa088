"""Asking the bodies to agree a document's version: a page that says what will be asked of whom, and confirms it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.documents.queries import version as version_of
from app.documents.queries import version_by_id
from app.people.models import DecidingBody
from app.people.queries import bodies_of_collaborative
from app.permissions import Missing
from app.programme import queries, service
from app.programme.asking import asked_by_route, case_on, fitting, routes_for
from app.programme.forms import CaseForm
from app.programme.offers import asked_about
from app.programme.routes.places import blueprint, for_programme
from app.programme.ruling import to_rule_on
from app.web import gate
from app.web.clock import now, today
from workflows.stages import Definition
from workflows.verdict import Verdict


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
    routes = routes_for(db.session)
    form.offer(routes, bodies, asked_by_route(routes[0], bodies))
    chosen_bodies = [body for body in bodies if body.code in (form.bodies.data or ())]
    fits = {f"{one.name}:{one.version}": fitting(one, chosen_bodies) for one in routes}
    further = request.form.get("round_of", "")
    if request.method == "POST" and form.validate() and (further or standing or _may_ask(form, fits)):
        version_id, doer, title = version.id, for_programme(programmes[0]), form.title.data or ""
        body_ids = [body.id for body in chosen_bodies]
        with change() as session:
            asked = version_by_id(session, version_id)
            if further:
                case = service.open_round_on(session, asked, doer, now()).case
            else:
                chosen = form.definition()
                named = [session.get_one(DecidingBody, body_id) for body_id in body_ids]
                case = service.open_case_on(
                    session, asked, bodies=named, title=title, definition=chosen, doer=doer, now=now()
                )
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
        hints={f"{one.name}:{one.version}": _hint(one, fits[f"{one.name}:{one.version}"]) for one in routes},
        bodies=bodies,
    )
    return (page, 422) if form.errors else page


def _may_ask(form: CaseForm, fits: Mapping[str, Verdict]) -> bool:
    """Somebody is asked, and the chosen route can be gone with just those; else the fields say why not."""
    if not form.bodies.data:
        form.bodies.errors = ["Choose at least one body"]
        return False
    verdict = fits[form.route.data]
    if not verdict:
        form.route.errors = [f"{verdict.sentence} Needed: {'; '.join(verdict.needs)}."]
    return bool(verdict)


def _hint(route: Definition, verdict: Verdict) -> str:
    """The stages of a route, and why the bodies chosen could not go it."""
    stages = ", then ".join(stage.title for stage in route.stages)
    return stages if verdict else f"{stages}. Not with the bodies chosen: {verdict.sentence}"
