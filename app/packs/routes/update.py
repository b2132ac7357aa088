"""A workstream's update as it will stand in the pack, while it is still being written."""

from flask import current_app, render_template, request

from app.db import db
from app.packs import facts, sections
from app.packs.routes.places import blueprint
from app.permissions import Missing
from app.programme.queries import moved, open_period, period_by_code, workstream_by_code
from app.web import gate
from app.web.clock import today


@blueprint.get("/workstreams/<code>/update/preview")
def update_preview(code: str) -> str:
    """The very section that will stand in the edition and in every body's pack."""
    workstream = workstream_by_code(db.session, code)
    gate.permit(workstream.as_resource())
    named = request.args.get("period", "")
    period = period_by_code(db.session, named) if named else open_period(db.session, workstream.programme_id, today())
    if period is None or period.programme_id != workstream.programme_id:
        raise Missing
    told = facts.update_preview(db.session, workstream, period)
    there = told["workstreams"][0]["this"] if told["workstreams"] else None
    return render_template(
        "packs/update_preview.html",
        workstream=workstream,
        period=period,
        moved=moved(db.session, period, workstream.id),
        state=there["state"] if there else None,
        piece=sections.workstream_piece(current_app.jinja_env, f"workstream-{code}", told, code) if there else None,
    )
