"""The route finder: when each body can decide, when all of it can be complete, who sets that day, and what if."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import db
from app.signoff import queries
from app.signoff.condition_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.signoff.route_facts import route_facts, supposed
from app.web import gate
from app.web.clock import now, today
from app.web.tables import csv_answer
from workflows.route import Leg, compared, shift
from workflows.route_drawing import drawn
from workflows.stages import DONE


@blueprint.get("/sign-offs/<code>/route")
def route(code: str) -> Response | str | tuple[str, int]:
    """The way to full sign-off as things stand, and side by side with it what is supposed in the address."""
    found = queries.case_by_code(db.session, code)
    gate.permit(found.as_resource())
    as_it_is = queries.folded(db.session, found, now())
    standing = as_it_is.standing
    if standing.state != "open" or not standing.can_still_complete:
        return render_template("signoff/route.html", case=found, folded=as_it_is, standing=standing, facts=None)
    facts = route_facts(db.session, as_it_is)
    asked = supposed(db.session, facts, request.args)
    as_stands = facts.route(today())
    then = facts.route(asked.released, asked.moved) if asked.any and not asked.errors else None
    legs = [(one, then.leg_of(one.stop.party.body_id) if then else None) for one in as_stands.legs]
    if request.args.get("as") == "csv":
        header = ["Body", "Papers due", "Earliest decision", "In words"]
        supposing = ["Papers due, as supposed", "Earliest decision, as supposed", "In words, as supposed"]
        rows = ([one.stop.party.short_name, *_cells(one), *(_cells(other) if other else ())] for one, other in legs)
        return csv_answer(f"route-{found.code}", [*header, *(supposing if then else ())], rows)
    current = as_it_is.definition.stage(as_it_is.round.stage)
    in_file: dict[str, Any] = {**(asked.typed if then else {}), "as": "csv"}
    page = render_template(
        "signoff/route.html",
        case=found,
        folded=as_it_is,
        standing=standing,
        facts=facts,
        asked=asked,
        as_stands=as_stands,
        then=then,
        legs=legs,
        difference=compared(as_stands, then) if then else "",
        shift=shift,
        drawing=drawn(as_stands, then, today()),
        as_file=url_for("signoff.route", code=code, **in_file),
        last=current.then.complete == DONE and not current.then.branches,
    )
    return (page, 422) if asked.errors else page


def _cells(one: Leg) -> tuple[date | None, date | None, str]:
    return (one.sitting.papers_due if one.sitting else None, one.on, one.sentence)
