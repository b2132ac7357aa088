"""Organisations: the list, each with its codes, bodies, partners and successors, and keeping them."""

from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.people import by_address, listings, queries
from app.people import organisations as kept
from app.people.forms_kept import KIND_WORDS, ClosingForm, NewOrganisationForm, OrganisationForm, pairs
from app.people.history import history_of
from app.people.kept import mark, refuse
from app.people.models import Organisation
from app.people.resources import known_organisations, resource_of, resource_of_collaborative
from app.people.routes.places import blueprint
from app.people.routes.saving import Answer, Places, attempt, doer_for, done, ending, form_page
from app.people.what_ends import with_organisation
from app.permissions import Resource, Role
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.facts import day_in_words

STATES = {"open": "Open now", "closed": "Closed", "to come": "To come", "all": "All"}


def permitted(session: Session, ods_code: str, permission: str | None = None) -> Organisation:
    """The organisation with this ODS code, for what the route is for; raises `Missing`, `Refused`."""
    found = by_address.organisation_by_code(session, ods_code)
    gate.permit(resource_of(session, found, gate.actor(), today()), permission)
    return found


def own_organisation() -> int | None:
    """An organisation of the person asking, for pages that belong to none; None where they have none."""
    return min(gate.actor().organisation_ids, default=None)


def _places(found: Organisation) -> Places:
    return [
        ("Organisations", url_for("people.organisations")),
        (found.short_name, url_for("people.organisation", ods_code=found.ods_code)),
    ]


@blueprint.get("/organisations")
def organisations() -> Response | str:
    """The organisations one may know of: one's own and its partners, and all of them for an administrator."""
    known = known_organisations(db.session, gate.actor(), today())
    asked: dict[str, Any] = {
        "words": request.args.get("q", "").strip()[:100],
        "kind": request.args.get("kind", "") if request.args.get("kind") in KIND_WORDS else "",
        "state": request.args.get("state", "open") if request.args.get("state", "open") in STATES else "open",
    }
    everything = request.args.get("as") == "csv"
    found = listings.organisations(db.session, known, today(), page=page_asked(), everything=everything, **asked)
    if everything:
        header = ["Organisation", "ODS code", "ONS code", "Kind", "First day", "Last day", "Bodies", "Collaboratives"]
        rows = (
            [
                line.organisation.name,
                line.organisation.ods_code,
                line.organisation.ons_code,
                KIND_WORDS.get(line.organisation.kind, line.organisation.kind),
                line.organisation.opened,
                line.organisation.closed,
                line.bodies,
                "; ".join(one.name for one in line.collaboratives),
            ]
            for line in found.rows
        )
        return csv_answer("organisations", header, rows)
    return render_template(
        "people/organisations.html",
        found=found,
        asked=asked,
        kinds=KIND_WORDS,
        states=STATES,
        may_add=gate.actor().holds(Role.ADMINISTRATOR),
        may_open={
            one.id: gate.may("organisation.read", resource_of_collaborative(one))
            for one in {one.id: one for line in found.rows for one in line.collaboratives}.values()
        },
    )


@blueprint.get("/organisations/<ods_code>")
def organisation(ods_code: str) -> str:
    """Its codes and dates, the bodies that decide for it, its collaboratives, and who came before and after it."""
    found = permitted(db.session, ods_code)
    return render_template(
        "people/organisation.html",
        organisation=found,
        kind=KIND_WORDS.get(found.kind, found.kind),
        bodies=by_address.bodies_ever(db.session, found.id),
        memberships=by_address.memberships_of(db.session, found.id),
        successors=queries.successors_of(db.session, found.id),
        predecessors=by_address.predecessors_of(db.session, found.id),
        history=history_of(db.session, {"organisation": [found.id]}),
        resource=resource_of(db.session, found, gate.actor(), today()),
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
def new_organisation() -> Answer:
    """A further organisation."""
    gate.permit(Resource("organisation", organisation_id=own_organisation(), name="the service"))
    form = NewOrganisationForm()
    if form.validate_on_submit():

        def add(session: Session) -> None:
            kept.add_organisation(
                session,
                ods_code=form.ods_code.data or "",
                opened=form.opened.data or today(),
                given=form.given(),
                doer=gate.doer("administrator"),
                now=now(),
            )

        if attempt(form, add):
            address = url_for("people.organisation", ods_code=form.ods_code.data)
            return done("The organisation is added. Add the body that decides for it next.", address)
    return form_page(
        form,
        title="Add an organisation",
        caption="Organisations",
        places=[("Organisations", url_for("people.organisations"))],
        button="Add the organisation",
        fields=(
            *("ods_code", "name", "short_name", "kind", "opened", "ons_code"),
            *("registered_patients", "registered_patients_as_at", "source"),
        ),
    )


@blueprint.route("/organisations/<ods_code>/edit", methods=["GET", "POST"])
def edit_organisation(ods_code: str) -> Answer:
    """What is said of an organisation is corrected."""
    found = permitted(db.session, ods_code)
    values = kept.values(found)
    form = OrganisationForm(data={**values, "seen": mark(values)})
    if form.validate_on_submit():

        def save(session: Session) -> None:
            one = permitted(session, ods_code)
            kept.change_organisation(
                session, one, given=form.given(), seen=form.seen.data or "", doer=doer_for(one), now=now()
            )

        if attempt(form, save):
            return done("The organisation is changed.", url_for("people.organisation", ods_code=ods_code))
    found = by_address.organisation_by_code(db.session, ods_code)
    intro = ["Its ODS code and first day identify it and stay. Its last day is set where it closes."]
    return form_page(form, title="Change the organisation", caption=found.name, places=_places(found), intro=intro)


@blueprint.route("/organisations/<ods_code>/close", methods=["GET", "POST"])
def close_organisation(ods_code: str) -> Answer:
    """An organisation's last day, and who takes on its work."""
    found = permitted(db.session, ods_code)
    others = listings.organisations(db.session, None, today(), state="all", everything=True).rows
    form = ClosingForm()
    form.successor.choices = pairs(
        (
            (line.organisation.ods_code, f"{line.organisation.name} ({line.organisation.ods_code})")
            for line in others
            if line.organisation.id != found.id
        ),
        "None",
    )

    def successor(session: Session) -> Organisation | None:
        code = form.successor.data
        return by_address.organisation_by_code(session, code) if code else None

    def check(session: Session, ends: date) -> None:
        one = permitted(session, ods_code)
        refuse(kept.problems_of_closing_organisation(session, one, ends, successor(session)))

    def close(session: Session, ends: date) -> None:
        one = permitted(session, ods_code)
        kept.close_organisation(session, one, ends=ends, successor=successor(session), doer=doer_for(one), now=now())

    return ending(
        form,
        title="Close the organisation",
        caption=found.name,
        places=_places(found),
        button="Close the organisation",
        intro=["Its bodies, memberships and roles end with it. What they decided stays theirs."],
        depends=lambda session, ends: with_organisation(session, permitted(session, ods_code), ends),
        check=check,
        act=close,
        said=lambda ends: f"The organisation closes: its last day is {day_in_words(ends)}.",
    )
