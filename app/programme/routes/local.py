"""A body's own position: written by its manager or secretary, approved by its secretary or chair."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.people.models import DecidingBody
from app.people.queries import body_by_code, may_see_body
from app.permissions import Missing, Role
from app.programme import queries, service
from app.programme.beside import Beside
from app.programme.forms import LocalForm, ReviewForm, put_errors
from app.programme.local_positions import LABELS, LocalText, in_the_way, missing_locally
from app.programme.models import Period, Workstream
from app.programme.routes.merging import autosaved, autosaves, not_autosaved, say_taken
from app.programme.routes.places import blueprint, for_body, pressed, the_period
from app.web import gate
from app.web.clock import now, today
from app.web.merging import Clash


def _found(code: str, body_code: str) -> tuple[Workstream, DecidingBody]:
    workstream = queries.workstream_by_code(db.session, code)
    body = body_by_code(db.session, body_code)
    if not may_see_body(db.session, body, gate.actor(), today()):
        raise Missing
    gate.permit(workstream.local_resource(body))
    return workstream, body


@blueprint.route("/workstreams/<code>/local/<body>", methods=["GET", "POST"])
def local_position(code: str, body: str) -> str | BaseResponse | tuple[str, int]:
    """What this body says of the workstream, or that it has nothing to add."""
    workstream, found = _found(code, body)
    period, periods = the_period(workstream.programme)
    standing = queries.local_position(db.session, workstream.id, period.id, found.id)
    form = LocalForm.of(standing)
    clash: Clash | None = None
    if request.method == "POST":
        form.taking()
        action = pressed("save", "submit", "nothing")
        check = {"submit": missing_locally, "nothing": in_the_way}.get(action)
        needed = check(form.text()) if check else {}
        if form.validate() and not needed:
            try:
                return _answered(workstream, found, period, form, action)
            except Clash as raised:
                clash = raised
                form.show_clash(clash)
                standing = queries.local_position(db.session, workstream.id, period.id, found.id)
        put_errors(form, needed)
    if autosaves() and (clash or form.errors):
        return not_autosaved(clash)
    before = next((one for one in periods if one.starts < period.starts), None)
    page = render_template(
        "programme/local_position.html",
        workstream=workstream,
        body=found,
        period=period,
        local=standing,
        last=queries.local_position(db.session, workstream.id, before.id, found.id) if before else None,
        before=before,
        closed=queries.local_positions_closed(db.session, period.id, found.id),
        takes_part=queries.local_state(db.session, workstream.id, period.id, found.id) != "not_needed",
        common=queries.update_of(db.session, workstream.id, period.id),
        form=form,
        clash=clash,
        clashes=form.clashes(),
        labels=LABELS,
    )
    return (page, 409 if clash else 422) if clash or form.errors else page


def _answered(workstream: Workstream, body: DecidingBody, period: Period, form: LocalForm, action: str) -> BaseResponse:
    workstream_id, period_id, body_id = workstream.id, period.id, body.id
    doer, name = for_body(body, Role.PROGRAMME_MANAGER, Role.SECRETARY), body.short_name
    here = url_for("programme.local_position", code=workstream.code, body=body.code, period=period.code)
    back = url_for("programme.workstream", code=workstream.code, period=period.code)
    told: Beside[LocalText] = Beside(form.text(), form.version)
    with change() as session:
        if action != "nothing":
            told = service.beside_theirs_locally(
                session, workstream_id, period_id, body_id, told.text, form.base(), told.seen
            )
        if told.taken and action == "submit":
            action = "merge"  # nobody submits words they have not read
        version = told.seen
        if action in ("submit", "nothing"):
            service.submit_local_position(
                session,
                workstream_id=workstream_id,
                period_id=period_id,
                body_id=body_id,
                text=told.text,
                nothing_local=action == "nothing",
                seen=told.seen,
                doer=doer,
                now=now(),
            )
        elif not told.stands:
            version = service.save_local_position(
                session,
                workstream_id=workstream_id,
                period_id=period_id,
                body_id=body_id,
                text=told.text,
                seen=told.seen,
                doer=doer,
                now=now(),
            ).version
    if autosaves():
        return autosaved(version, told, LABELS)
    say_taken(told, LABELS)
    if action == "merge":
        flash("The draft was saved and is not submitted yet: read what the other wrote, then submit it.")
        return redirect(here, 303)
    if action == "save":
        flash("The draft was saved.")
        return redirect(here, 303)
    said = "answered that it has nothing local to add" if action == "nothing" else "submitted its local position"
    flash(f"{name} {said}.")
    return redirect(back, 303)


@blueprint.route("/workstreams/<code>/local/<body>/review", methods=["GET", "POST"])
def review_local_position(code: str, body: str) -> str | BaseResponse | tuple[str, int]:
    """Approve the body's position on its behalf, or return it with a comment."""
    workstream, found = _found(code, body)
    period, _ = the_period(workstream.programme)
    standing = queries.local_position(db.session, workstream.id, period.id, found.id)
    if standing is None:
        raise Missing
    form = ReviewForm(seen=standing.version)
    if request.method == "POST":
        action = pressed("approve", "return")
        if action == "return" and not form.comment.data:
            put_errors(form, {"comment": "Say what is to be changed"})
        elif form.validate():
            local_id, doer, name = standing.id, for_body(found, Role.SECRETARY), found.short_name
            back = url_for("programme.workstream", code=workstream.code, period=period.code)
            with change() as session:
                if action == "approve":
                    service.approve_local_position(session, local_id, form.version, doer, now())
                else:
                    service.return_local_position(session, local_id, form.comment.data or "", form.version, doer, now())
            flash(f"{name}’s local position was {'approved' if action == 'approve' else 'returned to its writer'}.")
            return redirect(back, 303)
    page = render_template(
        "programme/review_local_position.html",
        workstream=workstream,
        body=found,
        period=period,
        local=standing,
        closed=queries.local_positions_closed(db.session, period.id, found.id),
        form=form,
    )
    return (page, 422) if form.errors else page
