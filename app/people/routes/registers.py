"""Interests that a class of seats shares, and the published edition of each body's register."""

from datetime import date

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.people import interests, queries, register
from app.people.interest_forms import KIND_HINTS, KIND_WORDS, ClassForm, CloseForm
from app.people.models import ClassInterest, DecidingBody, Seat
from app.people.routes.interests import history_of
from app.people.routes.places import blueprint
from app.permissions import Refused, Resource
from app.web import gate
from app.web.clock import now, today
from app.web.tables import csv_answer
from workflows.interests import kept_until, review_due, review_on


def kept_by_body(body: DecidingBody) -> Resource:
    """The register of a body's organisation, as the permission page asks about what is declared for a class."""
    return Resource("register", organisation_id=body.organisation_id, body_id=body.id, name=body.short_name)


@blueprint.route("/bodies/<code>/class-interest", methods=["GET", "POST"])
def declare_class(code: str) -> BaseResponse | str | tuple[str, int]:
    """Declare one interest that every holder of a kind of seat shares."""
    body = queries.body_by_code(db.session, code)
    gate.permit(kept_by_body(body))
    form = ClassForm()
    kinds = db.session.scalars(sa.select(Seat.kind).where(Seat.body_id == body.id).order_by(Seat.position)).all()
    form.seat_kind.choices = {kind: f"All {register.SEAT_KIND_WORDS.get(kind, kind)}" for kind in dict.fromkeys(kinds)}
    if "gp_member" in form.seat_kind.choices and not form.is_submitted():
        form.seat_kind.data = "gp_member"
    if form.validate_on_submit():
        try:
            with change() as session:
                locked = queries.body_by_code(session, code)
                made = interests.declare_class(
                    session,
                    locked,
                    form.seat_kind.data,
                    form.declaration(),
                    doer=gate.doer(f"board secretary, {locked.organisation.name}"),
                    now=now(),
                )
                made_code = made.code
            flash("The interest is declared for all of them, and for whoever joins them.")
            return redirect(url_for("people.class_interest", code=made_code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            body = queries.body_by_code(db.session, code)
    page = render_template("people/declare_class.html", form=form, body=body, hints=KIND_HINTS)
    return (page, 422) if form.errors else page


def one_class(code: str) -> ClassInterest:
    """An interest declared for a class, for what the route is for."""
    found = register.class_by_code(db.session, code)
    gate.permit(kept_by_body(found.body))
    return found


@blueprint.post("/interests/classes/<code>/confirm")
def confirm_class(code: str) -> BaseResponse:
    """Confirm that the interest of a class is still true."""
    one_class(code)
    with change() as session:
        kept = register.class_by_code(session, code)
        capacity = f"board secretary, {kept.body.organisation.name}"
        interests.review_class(session, kept, doer=gate.doer(capacity), now=now())
    flash("It is confirmed as still true.")
    return redirect(url_for("people.class_interest", code=code), 303)


@blueprint.get("/interests/classes/<code>")
def class_interest(code: str) -> str:
    """An interest declared for a class, and whom it covers."""
    found = one_class(code)
    fact = found.as_fact()
    lines = register.register_of(db.session, [found.body.organisation_id], today())
    return render_template(
        "people/class_interest.html",
        declared=found,
        words=register.class_words(found),
        covered=[line for line in lines if line.interest is found],
        kind=KIND_WORDS[found.kind],
        due=review_on(fact),
        overdue=review_due(fact, today()),
        kept=kept_until(fact),
        may_keep=gate.may("interest.keep", kept_by_body(found.body)),
        history=history_of("class_interest", found.id, found.body.organisation_id),
    )


@blueprint.route("/interests/classes/<code>/close", methods=["GET", "POST"])
def close_class(code: str) -> BaseResponse | str | tuple[str, int]:
    """Say that the interest of a class has ended."""
    found = one_class(code)
    form = CloseForm(data={"ended": today()})
    if form.validate_on_submit():
        try:
            with change() as session:
                kept = register.class_by_code(session, code)
                doer = gate.doer(f"board secretary, {kept.body.organisation.name}")
                interests.close_class(session, kept, form.ended.data or date.min, doer=doer, now=now())
            flash("The interest is closed.")
            return redirect(url_for("people.class_interest", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found = one_class(code)
    page = render_template(
        "people/close_interest.html",
        form=form,
        heading=register.class_words(found).capitalize(),
        description=found.description,
        demonstration=found.demonstration,
        back=url_for("people.class_interest", code=code),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/registers/<code>", endpoint="register")
def published(code: str) -> Response | str:
    """The published edition of a body's register: its decision-makers, and what they have declared."""
    body = queries.body_by_code(db.session, code)
    gate.permit(Resource("register", organisation_id=body.organisation_id, body_id=body.id, published=True))
    lines = register.published_register(db.session, body, today())
    if request.args.get("as") == "csv":
        header = ["Person", "Seat", "Kind", "Interest", "Concerns", "Arose", "Declared", "Ended", "In general"]
        return csv_answer(
            f"register-of-interests-{body.code}",
            [*header, "Declared for", "Demonstration content"],
            (
                (
                    line.person.name,
                    "; ".join(line.places),
                    KIND_WORDS[line.interest.kind],
                    line.interest.description,
                    line.interest.concerns,
                    line.interest.arose,
                    line.interest.declared,
                    line.interest.ended,
                    line.interest.mitigation,
                    line.of_class,
                    "yes" if line.interest.demonstration else "",
                )
                for line in lines
            ),
        )
    members = register.decision_makers(db.session, body, today())
    return render_template(
        "people/register.html",
        body=body,
        lines=lines,
        members=[
            (person, places, [line for line in lines if line.person.id == person.id]) for person, places in members
        ],
        kinds=KIND_WORDS,
    )
