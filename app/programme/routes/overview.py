"""How everything is going: the list of workstreams, and the grid of what is owed."""

from flask import Response, render_template, request

from app.db import db
from app.db.pages import span
from app.programme import queries
from app.programme.grid import GridFilters
from app.programme.models import BRAG, Workstream
from app.programme.routes.places import blueprint, the_period, the_programme
from app.programme.silence import SILENT_DAYS
from app.web import gate
from app.web.clock import today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from app.web.text import day, given


def _filters() -> queries.Filters:
    """The filters in the address; what is not one of the choices narrows nothing."""

    def one_of(name: str, known: tuple[str, ...]) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    return queries.Filters(
        kind=one_of("kind", Workstream.KINDS),
        brag=one_of("brag", (*BRAG, "none")),
        body=request.args.get("body", "")[:60],
        silent=request.args.get("silent") in ("1", "yes"),
        slipped=request.args.get("slipped") == "1",
        text=request.args.get("q", "")[:200].strip(),
        sort=one_of("sort", queries.SORTS) or "order",
    )


PAGE = 25
"""Workstreams on one page of their list."""


@blueprint.route("/workstreams")
def workstreams() -> str | Response:
    """Every workstream with its rating now and before, its next milestone, and how long it has been silent."""
    programme = the_programme()
    if programme is None or not queries.periods(db.session, programme.id):
        return render_template("programme/none.html", programme=programme)
    period, periods = the_period(programme)
    filters = _filters()
    narrowed = queries.found(programme.id, period, filters, programme.silent_days, today())
    shown = span(db.session, narrowed, PAGE, page_asked())
    if request.args.get("as") == "csv":
        return _as_csv(queries.workstreams(db.session, programme.id, period, filters, today()))
    return render_template(
        "programme/workstreams.html",
        programme=programme,
        period=period,
        periods=periods,
        closed=queries.closing_sentence(db.session, period),
        days_left=queries.days_left(period, today()),
        rows=queries.workstreams(db.session, programme.id, period, filters, today(), shown),
        shown=shown,
        tally=queries.tally(db.session, programme.id, period),
        filters=filters,
        kinds=Workstream.KINDS,
        silent_limit=programme.silent_days or SILENT_DAYS,
        bodies=queries.choices_of_bodies(db.session, programme.collaborative_id, today()),
    )


def _as_csv(rows: list[queries.WorkstreamRow]) -> Response:
    header = (
        "Workstream",
        "Kind",
        "BRAG",
        "BRAG before",
        "Update this period",
        "Next milestone",
        "Due",
        "Slip in days",
        "Last update",
        "Days silent",
    )
    return csv_answer(
        "workstreams",
        header,
        [
            (
                row.title,
                row.kind.replace("_", " "),
                row.brag,
                row.was,
                row.state,
                row.milestone,
                given(row.milestone_due),
                row.milestone_slip.days if row.milestone_slip else None,
                day(row.updated_on),
                row.silent_days,
            )
            for row in rows
        ],
    )


@blueprint.route("/workstream-grid")
def grid() -> str | Response:
    """Workstream × body: what each body owes, and who can be chased for it."""
    programme = the_programme()
    if programme is None or not queries.periods(db.session, programme.id):
        return render_template("programme/none.html", programme=programme)
    period, periods = the_period(programme)
    narrowed = GridFilters(
        body=request.args.get("body", "")[:60],
        owing=request.args.get("owing") == "yes",
        silent=request.args.get("silent") == "yes",
    )
    as_file = request.args.get("as") == "csv"
    found = queries.grid(
        db.session,
        period,
        today(),
        narrowed,
        page=0 if as_file else page_asked(),
        columns=page_asked("columns"),
        count_all=request.args.get("tally") == "all",
    )
    if as_file:
        rows = [
            (row.title, row.common, *(row.cells.get(body.id, "not_needed").replace("_", " ") for body in found.bodies))
            for row in found.rows
        ]
        return csv_answer(
            "local-positions", ("Workstream", "Common update", *(b.short_name for b in found.bodies)), rows
        )
    return render_template(
        "programme/grid.html",
        programme=programme,
        period=period,
        periods=periods,
        grid=found,
        filters=narrowed,
        moved=queries.moved(db.session, period),
        chases=gate.may("update.chase", programme.as_resource()),
        silent_limit=programme.silent_days or SILENT_DAYS,
        days_left=queries.days_left(period, today()),
    )
