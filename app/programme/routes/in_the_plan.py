"""A milestone comes into the plan of its workstream, and is withdrawn from it or put back, each with a reason."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.programme import queries, service
from app.programme.consequences import consequences
from app.programme.dates import DateNotUnderstood, parse_given
from app.programme.forms import NewMilestoneForm, WithdrawForm, put_errors
from app.programme.routes.places import blueprint, for_programme
from app.web import gate
from app.web.clock import now, today

Answer = str | BaseResponse | tuple[str, int]


@blueprint.route("/workstreams/<code>/milestones/new", methods=["GET", "POST"])
def new_milestone(code: str) -> Answer:
    """A milestone of this workstream: what is reached, when as precisely as that is known, and why it is added."""
    found = queries.workstream_by_code(db.session, code)
    gate.permit(found.as_resource())
    form = NewMilestoneForm()
    if request.method == "POST" and form.validate():
        wrong = {
            name: sentence
            for name, sentence in (
                ("title", "Say in a line what is reached with it"),
                ("reason", "Say why it is added"),
            )
            if not form[name].data
        }
        try:
            when = parse_given(form.became.data or "", form.earliest.data or "", form.latest.data or "")
        except DateNotUnderstood as error:
            wrong["became"] = str(error)
        put_errors(form, wrong)
        if not wrong:
            workstream_id, doer = found.id, for_programme(found.programme)
            with change() as session:
                made = service.add_milestone(
                    session,
                    workstream_id,
                    title=form.title.data or "",
                    when=when,
                    reason=form.reason.data or "",
                    doer=doer,
                    now=now(),
                )
                made_code = made.code
            flash("The milestone is in the plan.")
            return redirect(url_for("programme.milestone", code=made_code), 303)
    page = render_template(
        "programme/new_milestone.html",
        workstream=found,
        form=form,
        milestones=queries.milestones_of(db.session, found.id),
        period=queries.open_period(db.session, found.programme_id, today()),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/milestones/<code>/withdraw", methods=["GET", "POST"])
def withdraw_milestone(code: str) -> Answer:
    """Say that it is no longer wanted, or of one that was withdrawn that it is wanted after all."""
    found = queries.milestone_by_code(db.session, code)
    gate.permit(found.workstream.as_resource())
    form = WithdrawForm(seen=len(found.changes))
    stands = found.withdrawn_on is None
    if request.method == "POST" and form.validate():
        wrong = {} if form.reason.data else {"reason": f"Say why it is {'withdrawn' if stands else 'put back'}"}
        put_errors(form, wrong)
        if not wrong:
            milestone_id, doer = found.id, for_programme(found.workstream.programme)
            act = service.withdraw_milestone if stands else service.put_back_milestone
            with change() as session:
                act(session, milestone_id, reason=form.reason.data or "", seen=form.version, doer=doer, now=now())
            flash(f"“{found.title}” is {'withdrawn; it stays to be seen.' if stands else 'in the plan again.'}")
            return redirect(url_for("programme.milestone", code=code), 303)
    page = render_template(
        "programme/withdraw_milestone.html",
        milestone=found,
        form=form,
        stands=stands,
        follows=consequences(db.session, found, None, now()),
    )
    return (page, 422) if form.errors else page
