"""The pages of the definitions: how cases are decided, drawn, in sentences, and as the file says it."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from app.db import db
from app.permissions import Resource
from app.signoff import definition_queries as queries
from app.signoff.routes import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.case_history import day_of
from workflows.definition_drawing import WAYS, drawn
from workflows.reading import reading

CASES = 50
"""Cases on one page of a definition."""


@blueprint.get("/definitions")
def definitions() -> Response | str:
    """Every definition, with where it comes from and how many cases are decided under it."""
    gate.permit(Resource("definition"))
    found = queries.listed(db.session, gate.actor().collaborative_ids)
    if request.args.get("as") == "csv":
        header = ["Definition", "Name", "Version", "Stages", "From", "Cases", "SHA-256"]
        rows: list[list[Any]] = [
            [
                one.definition.title,
                one.definition.name,
                one.definition.version,
                len(one.definition.stages),
                one.origin,
                one.cases,
                one.definition.hash,
            ]
            for one in found
        ]
        return csv_answer("definitions", header, rows)
    return render_template("signoff/definitions.html", found=found)


@blueprint.get("/definitions/<name>/<int:version>")
def definition(name: str, version: int) -> Response | str:
    """One definition: its drawing, its sentences, its cases and its file. `?hash=` asks for a text that cases keep."""
    gate.permit(Resource("definition"))
    mine = gate.actor().collaborative_ids
    found, origin = queries.one_of(db.session, mine, name, version, request.args.get("hash", "")[:64])
    as_file = request.args.get("as") == "csv"
    span, cases = queries.cases_under(db.session, mine, found, None if as_file else CASES, page_asked())
    if not cases and span.number > 1:
        span, cases = queries.cases_under(db.session, mine, found, CASES)
    if as_file:
        header = ["Case", "State", "Result", "Opened"]
        rows = ([one.title, one.state, one.sentence, day_of(one.opened_at)] for one in cases)
        return csv_answer(f"cases-under-{found.name}-{found.version}", header, rows)
    return render_template(
        "signoff/definition.html",
        definition=found,
        origin=origin,
        kept=origin == queries.KEPT,
        read=reading(found),
        drawing=drawn(found),
        ways=WAYS,
        span=span,
        cases=cases,
    )
