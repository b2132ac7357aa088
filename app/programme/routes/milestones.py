"""A milestone: its dates and what hangs together with them; the pages that move it, re-set it and tie it to others."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.programme import queries, service
from app.programme.baselines import rebaseline as put_baseline
from app.programme.baselines import set_tolerance, tolerance_of
from app.programme.consequences import (
    baselines_of,
    consequences,
    documents_of,
    milestones_in,
    needed_by,
    sign_offs_of,
)
from app.programme.dates import DateNotUnderstood, parse_day, parse_given, slip
from app.programme.dependencies import add_dependency, add_sign_off, remove_dependency, remove_sign_off
from app.programme.forms import MilestoneForm, put_errors
from app.programme.milestone_forms import BaselineForm, DependencyForm, ToleranceForm
from app.programme.models import Milestone
from app.programme.routes.places import blueprint, for_programme, pressed
from app.web import gate
from app.web.clock import now
from workflows.slippage import days_late, tolerated

Answer = str | BaseResponse | tuple[str, int]


def _found(code: str) -> Milestone:
    found = queries.milestone_by_code(db.session, code)
    gate.permit(found.workstream.as_resource())
    return found


@blueprint.route("/milestones/<code>")
def milestone(code: str) -> str:
    """Its dates and slip, what it waits for, what depends on it, which sign-off dates it threatens, how it changed."""
    found = _found(code)
    late = days_late(found.baseline, found.forecast or found.baseline)
    if found.actual:
        late = (found.actual - found.baseline.latest).days if found.baseline.latest else None
    return render_template(
        "programme/milestone.html",
        milestone=found,
        slip=slip(found.baseline, found.forecast, found.actual),
        tolerance=tolerated(late, tolerance_of(found)),
        allowed=tolerance_of(found),
        needs=needed_by(db.session, found.id),
        sign_offs=sign_offs_of(db.session, [found.id]),
        follows=consequences(db.session, found, None, now()),
        baselines=baselines_of(db.session, found.id),
    )


@blueprint.route("/milestones/<code>/date", methods=["GET", "POST"])
def move_milestone(code: str) -> Answer:
    """A new forecast or the day it was done, with a reason; what the slip does is shown before it is confirmed."""
    found = _found(code)
    done = request.args.get("done") is not None
    form = MilestoneForm(seen=len(found.changes), what="actual" if done or found.actual else "forecast")
    follows = None
    if request.method == "POST" and form.validate():
        action = pressed("change", "preview")
        wrong = {} if form.reason.data else {"reason": "Say why the date changes"}
        try:
            became = parse_given(form.became.data or "", form.earliest.data or "", form.latest.data or "")
        except DateNotUnderstood as error:
            wrong["became"] = str(error)
        put_errors(form, wrong)
        if not wrong and action == "preview":
            follows = consequences(db.session, found, became, now())
        elif not wrong:
            milestone_id, doer = found.id, for_programme(found.workstream.programme)
            with change() as session:
                service.move_milestone(
                    session,
                    milestone_id,
                    what=form.what.data,
                    became=became,
                    reason=form.reason.data or "",
                    seen=form.version,
                    doer=doer,
                    now=now(),
                )
            flash(f"The {form.what.data} of “{found.title}” was changed. Its baseline stays as it was.")
            return redirect(url_for("programme.milestone", code=code), 303)
    page = render_template(
        "programme/move_milestone.html",
        milestone=found,
        form=form,
        slip=slip(found.baseline, found.forecast, found.actual),
        follows=follows,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/milestones/<code>/baseline", methods=["GET", "POST"])
def rebaseline(code: str) -> Answer:
    """Re-set the baseline, by a named authority and with a reason; the old one is kept."""
    found = _found(code)
    form = BaselineForm(shown=found.baseline_words)
    if request.method == "POST" and form.validate():
        wrong = {
            name: sentence
            for name, sentence in (("authority", "Say who authorised it"), ("reason", "Say why it is re-set"))
            if not form[name].data
        }
        try:
            became = parse_given(form.became.data or "", form.earliest.data or "", form.latest.data or "")
        except DateNotUnderstood as error:
            wrong["became"] = str(error)
        try:
            authorised_on = parse_day(form.authorised_on.data or "")
        except DateNotUnderstood as error:
            wrong["authorised_on"] = str(error)
        put_errors(form, wrong)
        if not wrong:
            milestone_id, doer = found.id, for_programme(found.workstream.programme)
            with change() as session:
                put_baseline(
                    session,
                    milestone_id,
                    became=became,
                    authority=form.authority.data or "",
                    authorised_on=authorised_on,
                    reason=form.reason.data or "",
                    shown=form.shown.data or "",
                    doer=doer,
                    now=now(),
                )
            flash(f"The baseline of “{found.title}” was re-set. The old one is kept.")
            return redirect(url_for("programme.milestone", code=code), 303)
    page = render_template("programme/rebaseline.html", milestone=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/milestones/<code>/tolerance", methods=["GET", "POST"])
def tolerance(code: str) -> Answer:
    """How many days it may slip before that is beyond tolerance, where that is not the programme's setting."""
    found = _found(code)
    form = ToleranceForm(days="" if found.tolerance_days is None else str(found.tolerance_days))
    if request.method == "POST" and form.validate():
        typed = form.days.data or ""
        wrong = {} if form.reason.data else {"reason": "Say why it changes"}
        if typed and not (typed.isascii() and typed.isdecimal() and int(typed) <= 999):
            wrong["days"] = "Enter a whole number of days from 0 to 999, or nothing for the programme’s setting"
        put_errors(form, wrong)
        if not wrong:
            milestone_id, doer = found.id, for_programme(found.workstream.programme)
            with change() as session:
                set_tolerance(
                    session,
                    milestone_id,
                    int(typed) if typed else None,
                    reason=form.reason.data or "",
                    doer=doer,
                    now=now(),
                )
            flash(f"The tolerance of “{found.title}” was changed.")
            return redirect(url_for("programme.milestone", code=code), 303)
    page = render_template("programme/tolerance.html", milestone=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/milestones/<code>/dependencies", methods=["GET", "POST"])
def dependencies(code: str) -> Answer:
    """What it waits for and which sign-offs need it: add one or take one away, with a reason."""
    found = _found(code)
    programme = found.workstream.programme
    others = {
        one.code: one
        for one in milestones_in(db.session, programme.id)
        if one.id != found.id and one.withdrawn_on is None
    }
    documents = {one.code: one for one in documents_of(db.session, programme.collaborative_id)}
    form = DependencyForm()
    form.offer(
        {one.code: f"{one.workstream.title}: {one.title}" for one in others.values()},
        {one.code: one.title for one in documents.values()},
    )
    if request.method == "POST" and form.validate():
        adds = pressed("add", "remove") == "add"
        wrong = {} if form.reason.data else {"reason": "Say why"}
        if bool(form.needs.data) == bool(form.document.data):
            wrong["needs"] = "Choose a milestone it waits for, or a document whose sign-off needs it, and not both"
        put_errors(form, wrong)
        if not wrong:
            milestone_id, doer, reason = found.id, for_programme(programme), form.reason.data or ""
            needs_id = others[form.needs.data].id if form.needs.data else 0
            document_id = documents[form.document.data].id if form.document.data else 0

            def act(session: Session) -> None:
                if adds and needs_id:
                    add_dependency(session, milestone_id, needs_id, note=reason, doer=doer, now=now())
                elif adds:
                    add_sign_off(session, milestone_id, document_id, note=reason, doer=doer, now=now())
                elif needs_id:
                    remove_dependency(session, milestone_id, needs_id, reason=reason, doer=doer, now=now())
                else:
                    remove_sign_off(session, milestone_id, document_id, reason=reason, doer=doer, now=now())

            with change() as session:
                act(session)
            flash("The dependency was added." if adds else "The dependency was taken away.")
            return redirect(url_for("programme.dependencies", code=code), 303)
    page = render_template(
        "programme/dependencies.html",
        milestone=found,
        form=form,
        needs=needed_by(db.session, found.id),
        sign_offs=sign_offs_of(db.session, [found.id]),
    )
    return (page, 422) if form.errors else page
