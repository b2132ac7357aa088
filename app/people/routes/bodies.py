"""The deciding bodies, each with its seats and rules; a body is corrected, closed, and given a rule from a day."""

from datetime import date, timedelta

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.db.pages import span
from app.people import bodies as kept
from app.people import by_address, queries, rules_in_words
from app.people.forms_kept import BodyForm, EndForm, NewBodyForm, RuleForm
from app.people.history import history_of
from app.people.kept import mark, refuse
from app.people.models import BodyRule, DecidingBody
from app.people.resources import resource_of, resource_of_body
from app.people.routes.places import blueprint
from app.people.routes.saving import Answer, Places, attempt, doer_for, done, ending, form_page
from app.people.what_ends import with_body
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.facts import day_in_words

PAGE = 20
"""Bodies on one page of their list."""


def permitted(session: Session, code: str, permission: str | None = None) -> DecidingBody:
    """The body with this code, for what the route (or `permission`) is for; raises `Missing`, `Refused`."""
    found = queries.body_by_code(session, code)
    gate.permit(resource_of_body(session, found, gate.actor(), today()), permission)
    return found


def places_of(body: DecidingBody) -> Places:
    """The pages above one of a body's."""
    return [
        ("Deciding bodies", url_for("people.bodies")),
        (body.short_name, url_for("people.body", code=body.code)),
    ]


@blueprint.get("/bodies")
def bodies() -> Response | str:
    """The deciding bodies of the collaborative, each with its seats, quorum and paper deadline."""
    words = request.args.get("q", "")[:100].strip()
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
                for line in queries.bodies_seen_by(db.session, gate.actor(), today(), words)
            ],
        )
    shown = span(db.session, queries.seen_by(gate.actor(), today(), words), PAGE, page_asked())
    return render_template(
        "people/bodies.html",
        lines=queries.bodies_seen_by(db.session, gate.actor(), today(), words, shown),
        shown=shown,
        words=words,
        lead=rules_in_words.lead_of_rule,
    )


@blueprint.get("/bodies/<code>")
def body(code: str) -> str:
    """Who sits on this body, what it needs to decide, and when its papers are due."""
    found = permitted(db.session, code)
    rules = queries.rules_of(db.session, found.id)
    ever = by_address.seats_ever(db.session, found.id)
    deputies: dict[int, list[str]] = {}
    for deputy in by_address.deputies_on(db.session, found.id, today()):
        deputies.setdefault(deputy.seat_id, []).append(deputy.person.name)
    return render_template(
        "people/body.html",
        body=found,
        seats=queries.seats_of(db.session, found.id, today()),
        deputies=deputies,
        other_seats=[seat for seat in ever if seat.starts > today() or (seat.ends and seat.ends < today())],
        rule=queries.rule_of(db.session, found.id, today()),
        past=[rule for rule in rules if rule.ends is not None and rule.ends < today()],
        coming=[rule for rule in rules if rule.starts > today()],
        successors=queries.successors_of(db.session, found.organisation_id),
        quorum=rules_in_words.quorum_of_rule,
        lead=rules_in_words.lead_of_rule,
        history=history_of(db.session, {"body": [found.id], "seat": [seat.id for seat in ever]}),
        resource=resource_of_body(db.session, found, gate.actor(), today()),
    )


@blueprint.route("/organisations/<ods_code>/bodies/new", methods=["GET", "POST"])
def new_body(ods_code: str) -> Answer:
    """A further body decides for an organisation."""
    organisation = by_address.organisation_by_code(db.session, ods_code)
    gate.permit(resource_of(db.session, organisation, gate.actor(), today()))
    form, made = NewBodyForm(), []
    if form.validate_on_submit():

        def add(session: Session) -> None:
            owner = by_address.organisation_by_code(session, ods_code)
            added = kept.add_body(
                session,
                owner,
                kind=form.kind.data,
                name=form.name.data or "",
                short_name=form.short_name.data or "",
                opened=form.opened.data or today(),
                doer=doer_for(owner),
                now=now(),
            )
            made.append((added.code, added.kind))

        if attempt(form, add):
            code, kind = made[0]
            if kind == "officer":
                return done("The body is added.", url_for("people.body", code=code))
            return done("The body is added. Set its quorum next.", url_for("people.set_rule", code=code))
    organisation = by_address.organisation_by_code(db.session, ods_code)
    places = [
        ("Organisations", url_for("people.organisations")),
        (organisation.short_name, url_for("people.organisation", ods_code=ods_code)),
    ]
    return form_page(form, title="Add a body", caption=organisation.name, places=places, button="Add the body")


@blueprint.route("/bodies/<code>/edit", methods=["GET", "POST"])
def edit_body(code: str) -> Answer:
    """A body's names are corrected."""
    found = permitted(db.session, code)
    values = kept.values(found)
    form = BodyForm(data={**values, "seen": mark(values)})
    if form.validate_on_submit():

        def save(session: Session) -> None:
            body = permitted(session, code)
            kept.change_body(
                session,
                body,
                name=form.name.data or "",
                short_name=form.short_name.data or "",
                seen=form.seen.data or "",
                doer=doer_for(body.organisation),
                now=now(),
            )

        if attempt(form, save):
            return done("The body is changed.", url_for("people.body", code=code))
    found = queries.body_by_code(db.session, code)
    return form_page(form, title="Correct its names", caption=found.name, places=places_of(found))


@blueprint.route("/bodies/<code>/close", methods=["GET", "POST"])
def close_body(code: str) -> Answer:
    """A body's last day."""
    found = permitted(db.session, code)

    def close(session: Session, ends: date) -> None:
        body = permitted(session, code)
        kept.close_body(session, body, ends=ends, doer=doer_for(body.organisation), now=now())

    return ending(
        EndForm(),
        title="Close the body",
        caption=found.name,
        places=places_of(found),
        button="Close the body",
        intro=["Its seats end with it, and nobody decides for it after its last day."],
        depends=lambda session, ends: with_body(session, permitted(session, code), ends),
        check=lambda session, ends: refuse(kept.problems_of_closing(session, permitted(session, code), ends)),
        act=close,
        said=lambda ends: f"The body closes: its last day is {day_in_words(ends)}.",
    )


@blueprint.route("/bodies/<code>/rule", methods=["GET", "POST"])
def set_rule(code: str) -> Answer:
    """The body's quorum and paper deadline from a day on."""
    found = permitted(db.session, code)
    form, officer = RuleForm(), found.kind == "officer"
    if officer:
        form.without_quorum()
    if not form.is_submitted():
        _show(form, next(iter(queries.rules_of(db.session, found.id)), None), found, officer)
    elif form.validate_on_submit():

        def save(session: Session) -> None:
            body = permitted(session, code)
            kept.set_rule(
                session,
                body,
                starts=form.starts.data or today(),
                quorum=None if officer else form.rule(),
                lead_number=form.lead_number.data,
                lead_unit=form.lead_unit.data or None,
                source=form.source.data or None,
                doer=doer_for(body.organisation),
                now=now(),
            )

        if attempt(form, save):
            return done("The rule is set.", url_for("people.body", code=code))
    found = queries.body_by_code(db.session, code)
    intro = [
        "The rule in force on the day of a meeting applies to it, and is copied into each decision.",
        "The rule before this one ends the day before it begins, so that no day is without one.",
    ]
    return form_page(
        form,
        title="Set the rule from a day",
        caption=found.name,
        places=places_of(found),
        intro=intro,
        fields=form.in_order(),
    )


def _show(form: RuleForm, newest: BodyRule | None, found: DecidingBody, officer: bool) -> None:
    """Fill the form with the newest rule, to begin tomorrow; with the body's first day where it has none."""
    form.starts.data = today() + timedelta(days=1) if newest else found.opened
    if not officer:
        form.show_rule(newest.quorum if newest else None)
    if newest:
        form.lead_number.data, form.lead_unit.data = newest.lead_number, newest.lead_unit or ""
