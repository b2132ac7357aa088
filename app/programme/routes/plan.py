"""The plan on a page: a drawing of the milestones over time, with the same as a table beneath it."""

from flask import Response, render_template, request

from app.db import db
from app.programme.listing import workstreams_of
from app.programme.plan import plan as planned
from app.programme.plan_drawing import drawn
from app.programme.routes.places import blueprint, the_programme
from app.web.clock import today
from app.web.tables import csv_answer
from app.web.text import day, given

PAGE = 25


@blueprint.route("/plan")
def plan() -> str | Response:
    """Each workstream with its milestones: baseline, forecast, actual, slip; 25 workstreams a page."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    every = workstreams_of(db.session, programme.id)
    wanted = request.args.get("workstream", "")
    chosen = [one for one in every if one.code == wanted] if wanted else list(every)
    pages = (len(chosen) + PAGE - 1) // PAGE
    if request.args.get("as") == "csv":
        found = planned(db.session, programme, chosen)
        rows = [
            (
                row.workstream.title,
                one.milestone.title,
                given(one.milestone.baseline),
                given(one.milestone.forecast),
                day(one.milestone.actual),
                one.slip.days,
                one.tolerance[1],
                "; ".join(one.needs),
            )
            for row in found.rows
            for one in row.milestones
        ]
        header = ("Workstream", "Milestone", "Baseline", "Forecast", "Actual", "Slip in days", "Tolerance", "Waits for")
        return csv_answer("plan", header, rows)
    page = max(1, min(request.args.get("page", 1, type=int), pages or 1))
    found = planned(db.session, programme, chosen[(page - 1) * PAGE : page * PAGE])
    return render_template(
        "programme/plan.html",
        programme=programme,
        plan=found,
        drawing=drawn(found, today()),
        workstreams=every,
        wanted=wanted,
        found=len(chosen),
        page=page,
        pages=pages,
    )
