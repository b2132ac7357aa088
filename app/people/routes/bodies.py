"""The deciding bodies, each with its seats and rules."""

from flask import Response, render_template, request

from app.db import db
from app.people import queries, rules_in_words
from app.people.routes.places import blueprint
from app.permissions import Missing
from app.web import gate
from app.web.clock import today
from app.web.tables import csv_answer


@blueprint.get("/bodies")
def bodies() -> Response | str:
    """The deciding bodies of the collaborative, each with its seats, quorum and paper deadline."""
    lines = queries.bodies_seen_by(db.session, gate.actor(), today())
    if request.args.get("as") == "csv":
        return csv_answer(
            "deciding-bodies",
            [
                "Body",
                "Organisation",
                "ODS code",
                "Voting seats",
                "Vacant",
                "Registered patients",
                "As at",
                "Papers due",
            ],
            [
                (
                    line.body.name,
                    line.body.organisation.name,
                    line.body.organisation.ods_code,
                    line.voting,
                    line.vacant,
                    line.body.organisation.registered_patients,
                    line.body.organisation.registered_patients_as_at,
                    rules_in_words.lead_of_rule(line.rule),
                )
                for line in lines
            ],
        )
    return render_template("people/bodies.html", lines=lines, lead=rules_in_words.lead_of_rule)


@blueprint.get("/bodies/<code>")
def body(code: str) -> str:
    """Who sits on this body, what it needs to decide, and when its papers are due."""
    found = queries.body_by_code(db.session, code)
    if not queries.may_see_body(db.session, found, gate.actor(), today()):
        raise Missing
    rules = queries.rules_of(db.session, found.id)
    in_force = queries.rule_of(db.session, found.id, today())
    return render_template(
        "people/body.html",
        body=found,
        seats=queries.seats_of(db.session, found.id, today()),
        rule=in_force,
        past=[rule for rule in rules if rule.ends is not None and rule.ends < today()],
        coming=[rule for rule in rules if rule.starts > today()],
        successors=queries.successors_of(db.session, found.organisation_id),
        quorum=rules_in_words.quorum_of_rule,
        lead=rules_in_words.lead_of_rule,
    )
