"""The plan on a page: a drawing of the milestones over time, with the same as a table beneath it."""

import sqlalchemy as sa
from flask import Response, render_template, request

from app.db import db
from app.db.by_words import named
from app.db.pages import span
from app.programme.listing import choices_of
from app.programme.models import Workstream
from app.programme.plan import plan as planned
from app.programme.plan_drawing import drawn
from app.programme.routes.places import blueprint, the_programme
from app.web.clock import today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from app.web.text import day, given

PAGE = 20


@blueprint.route("/plan")
def plan() -> str | Response:
    """Each workstream with its milestones: baseline, forecast, actual, slip; 20 workstreams a page."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    wanted = request.args.get("workstream", "")[:200].strip()
    narrowed = sa.select(Workstream).where(Workstream.programme_id == programme.id)
    every = span(db.session, narrowed, PAGE)
    if wanted:
        narrowed = narrowed.where(named(wanted, Workstream, "title"))
    shown = span(db.session, narrowed, PAGE, 0 if request.args.get("as") == "csv" else page_asked())
    chosen = db.session.scalars(shown.cut(narrowed.order_by(Workstream.position, Workstream.id))).all()
    if request.args.get("as") == "csv":
        found = planned(db.session, programme, chosen)
        rows = [
            (
                row.workstream.title,
                one.milestone.title,
                given(one.milestone.baseline),
                given(one.milestone.forecast),
                day(one.milestone.actual),
                day(one.milestone.withdrawn_on),
                one.slip.days,
                one.tolerance[1],
                "; ".join(one.needs),
            )
            for row in found.rows
            for one in row.milestones
        ]
        header = (
            "Workstream",
            "Milestone",
            "Baseline",
            "Forecast",
            "Actual",
            "Withdrawn",
            "Slip in days",
            "Tolerance",
            "Waits for",
        )
        return csv_answer("plan", header, rows)
    found = planned(db.session, programme, chosen)
    return render_template(
        "programme/plan.html",
        programme=programme,
        plan=found,
        drawing=drawn(found, today()),
        workstreams=choices_of(db.session, programme.id),
        wanted=wanted,
        every=every.total,
        shown=shown,
    )
