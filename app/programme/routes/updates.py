"""Writing the common update, with last period beside it, and reviewing it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.permissions import Missing
from app.programme import queries, service
from app.programme.content import LABELS, TEXTS, missing
from app.programme.forms import ReviewForm, UpdateForm, put_errors
from app.programme.models import DIMENSIONS, Period, Update, Workstream
from app.programme.routes.merging import autosaved, autosaves, not_autosaved, say_taken
from app.programme.routes.places import blueprint, for_programme, pressed, the_period
from app.programme.updates import rolled_forward
from app.web import gate
from app.web.clock import now, today
from app.web.merging import Clash


@blueprint.route("/workstreams/<code>/update", methods=["GET", "POST"])
def update(code: str) -> str | BaseResponse | tuple[str, int]:
    """Last period beside this one, field by field: roll forward, save, preview, submit.

    Every button is of the same form, so that none of them loses what is typed.
    """
    found = queries.workstream_by_code(db.session, code)
    gate.permit(found.as_resource())
    period, _ = the_period(found.programme)
    standing = queries.update_of(db.session, found.id, period.id)
    form = UpdateForm.of(standing)
    clash: Clash | None = None
    if request.method == "POST":
        form.taking()
        action = pressed("save", "roll", "preview", "submit")
        if form.validate() and _complete(form, action):
            try:
                return _saved(found, period, form, action)
            except Clash as raised:
                clash = raised
                form.show_clash(clash)
                found = queries.workstream_by_code(db.session, code)
                standing = queries.update_of(db.session, found.id, period.id)
    if autosaves() and (clash or form.errors):
        return not_autosaved(clash)
    last = queries.last_update(db.session, found.id, period)
    page = render_template(
        "programme/update.html",
        workstream=found,
        period=period,
        update=standing,
        last=last,
        rolls=last is not None and bool(form.text().differs_from(rolled_forward(last, form.text()))),
        form=form,
        clash=clash,
        clashes=form.clashes(),
        closed=queries.closing_sentence(db.session, period, found.id),
        days_left=queries.days_left(period, today()),
        dimensions=DIMENSIONS,
        texts=TEXTS,
        labels=LABELS,
    )
    return (page, 409 if clash else 422) if clash or form.errors else page


def _complete(form: UpdateForm, action: str) -> bool:
    """What is to be submitted lacks nothing; else each thing missing stands beside its field, and nothing is saved."""
    needed = missing(form.text()) if action == "submit" else {}
    put_errors(form, needed)
    return not needed


def _saved(found: Workstream, period: Period, form: UpdateForm, action: str) -> BaseResponse:
    workstream_id, period_id, doer = found.id, period.id, for_programme(found.programme)
    code, period_code, title = found.code, period.code, found.title
    verbs = {"submit": service.save_and_submit, "roll": service.roll_forward}
    with change() as session:
        told = service.beside_theirs(session, workstream_id, period_id, form.text(), form.base(), form.version)
        if told.taken and action == "submit":
            action = "merge"  # nobody submits words they have not read
        verb = verbs.get(action, service.save_update)
        version = told.seen
        if not told.stands or action in verbs:
            version = verb(session, workstream_id, period_id, told.text, told.seen, doer, now()).version
    if autosaves():
        return autosaved(version, told, LABELS)
    say_taken(told, LABELS)
    if action == "preview":
        return redirect(url_for("packs.update_preview", code=code, period=period_code), 303)
    if action == "submit":
        flash(f"The update of {title} was submitted. The programme director approves it or returns it.")
        return redirect(url_for("programme.workstream", code=code, period=period_code), 303)
    if action == "roll":
        flash("Last period was rolled forward into what was empty, and saved as a draft. What you had typed stands.")
    elif action == "merge":
        flash("The draft was saved and is not submitted yet: read what the other wrote, then submit it.")
    else:
        flash("The draft was saved.")
    return redirect(url_for("programme.update", code=code, period=period_code), 303)


@blueprint.route("/workstreams/<code>/update/review", methods=["GET", "POST"])
def review_update(code: str) -> str | BaseResponse | tuple[str, int]:
    """The submitted update as it stands: approve it, or return it with a comment."""
    found = queries.workstream_by_code(db.session, code)
    gate.permit(found.as_resource())
    period, _ = the_period(found.programme)
    standing = queries.update_of(db.session, found.id, period.id)
    if standing is None:
        raise Missing
    form = ReviewForm(seen=standing.version)
    if request.method == "POST":
        action = pressed("approve", "return")
        if form.validate() and _said_why(form, action):
            return _reviewed(found, standing.id, period.code, form, action)
    page = render_template(
        "programme/review_update.html",
        workstream=found,
        period=period,
        update=standing,
        last=queries.last_update(db.session, found.id, period),
        form=form,
        closed=queries.closing_sentence(db.session, period, found.id),
        own=standing.written_by_id == gate.actor().person_id,
        dimensions=DIMENSIONS,
        labels=LABELS,
        texts=TEXTS,
    )
    return (page, 422) if form.errors else page


def _said_why(form: ReviewForm, action: str) -> bool:
    if action == "return" and not form.comment.data:
        put_errors(form, {"comment": "Say what is to be changed"})
        return False
    return True


def _reviewed(found: Workstream, update_id: int, period_code: str, form: ReviewForm, action: str) -> BaseResponse:
    doer, code, title = for_programme(found.programme), found.code, found.title
    if action == "return":
        with change() as session:
            service.return_update(session, update_id, form.comment.data or "", form.version, doer, now())
        flash(f"The update of {title} was returned to its writer with your comment.")
        return redirect(url_for("programme.workstream", code=code, period=period_code), 303)
    with change() as session:
        service.approve_update(session, update_id, form.version, doer, now())
    with change() as session:
        approved = session.get_one(Update, update_id)
        asked = [item.meeting.body.short_name for item in service.propose_decisions(session, approved, doer, now())]
    flash(f"The update of {title} was approved: its text is what the edition takes.")
    if asked:
        flash(f"The decisions it needs are on the agenda of the next meeting of {', '.join(asked)}.")
    return redirect(url_for("programme.workstream", code=code, period=period_code), 303)
