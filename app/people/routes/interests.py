"""The register of interests as its organisation keeps it: reading, declaring, changing, closing, confirming."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.audit.models import RecordEntry
from app.db import change, db
from app.people import interests, register
from app.people.interest_forms import (
    KIND_HINTS,
    KIND_WORDS,
    ChangeForm,
    CloseForm,
    DeclareForm,
    ReviewForm,
)
from app.people.models import DecidingBody, Interest, Organisation, Person
from app.people.register import Line
from app.people.routes.places import blueprint
from app.permissions import Missing, Refused, Resource, Role, Stale
from app.web import gate
from app.web.clock import now, today
from app.web.tables import csv_answer
from workflows.interests import declared_late, kept_until, review_due, review_on

STATES = {"open": "Open", "closed": "Closed", "review": "To be confirmed", "all": "All"}
CSV_HEADER = (
    *("Person", "Seat or role", "Kind", "Interest", "Concerns", "Arose", "Declared", "Declared late", "Ended"),
    *("In general", "Declared for", "Confirmed", "To be confirmed by", "Published", "Demonstration content"),
)


def own_organisation(chosen: str = "") -> Organisation:
    """The organisation whose register someone asks for: one of their own, the first where they name none."""
    own = db.session.scalars(
        sa.select(Organisation).where(Organisation.id.in_(gate.actor().organisation_ids)).order_by(Organisation.id)
    ).all()
    gate.permit(Resource("register", organisation_id=own[0].id if own else None))
    found = next((one for one in own if one.ods_code == chosen), own[0] if not chosen else None)
    if found is None:
        raise Missing
    return found


@blueprint.get("/interests", endpoint="interests")
def interests_page() -> Response | str:
    """The register of one's organisation: who has declared what, and what is to be confirmed."""
    organisation = own_organisation(request.args.get("organisation", ""))
    keeps = gate.actor().holds(Role.SECRETARY, organisation.id)
    every = register.register_of(db.session, [organisation.id], today())
    bodies = db.session.scalars(
        sa.select(DecidingBody).where(DecidingBody.organisation_id == organisation.id).order_by(DecidingBody.id)
    ).all()
    chosen = {name: request.args.get(name, "").strip() for name in ("body", "person", "kind", "state", "q")}
    chosen["state"] = chosen["state"] if chosen["state"] in STATES else "open"
    lines = _chosen(every, chosen, bodies, keeps)
    if request.args.get("as") == "csv":
        return csv_answer("register-of-interests", CSV_HEADER, (_cells(line, keeps) for line in lines))
    me = gate.actor().person_id
    return render_template(
        "people/interests.html",
        organisation=organisation,
        organisations=db.session.scalars(
            sa.select(Organisation).where(Organisation.id.in_(gate.actor().organisation_ids)).order_by(Organisation.id)
        ).all(),
        keeps=keeps,
        lines=lines,
        every=len(every),
        bodies=bodies,
        body_choices=[(body.code, body.name) for body in bodies],
        people=sorted({line.person.code: line.person.name for line in every}.items(), key=lambda pair: pair[1]),
        chosen=chosen,
        kinds=KIND_WORDS,
        states=STATES,
        readable=lambda line: may_read(line.interest, keeps),  # asked of each row
        due=sum(review_due(one.as_fact(), today()) for one in register.own_interests(db.session, me, today())),
        overdue=sum(line.review_due for line in every),
    )


def may_read(interest: Any, keeps: bool) -> bool:
    """Whether the words of an interest are for this reader: those of one that is withheld are for few."""
    return keeps or not getattr(interest, "withheld", "") or interest.person_id == gate.actor().person_id


def _chosen(every: Sequence[Line], chosen: dict[str, str], bodies: Sequence[DecidingBody], keeps: bool) -> list[Line]:
    body = next((one.id for one in bodies if one.code == chosen["body"]), None)
    words = chosen["q"].casefold()

    def fits(line: Line) -> bool:
        one = line.interest
        said = f"{line.person.name} {one.description} {one.concerns} {' '.join(line.places)}"
        if not may_read(one, keeps):
            said = line.person.name
        over = one.ended is not None and one.ended < today()
        state = chosen["state"]
        return (
            (not chosen["body"] or body in line.body_ids)
            and (not chosen["person"] or line.person.code == chosen["person"])
            and (not chosen["kind"] or one.kind == chosen["kind"])
            and (state == "all" or (state == "closed") is over)
            and (state != "review" or line.review_due)
            and words in said.casefold()
        )

    return [line for line in every if fits(line)]


def _cells(line: Line, keeps: bool) -> tuple[object, ...]:
    one = line.interest
    readable = may_read(one, keeps)
    return (
        line.person.name,
        "; ".join(line.places),
        KIND_WORDS[one.kind],
        one.description if readable else "Withheld",
        one.concerns if readable else "",
        one.arose,
        one.declared,
        "yes" if line.late else "",
        one.ended,
        one.mitigation if readable else "",
        line.of_class,
        one.reviewed_on,
        line.review_on,
        "yes" if line.published else "no",
        "yes" if one.demonstration else "",
    )


@blueprint.route("/interests/declare", methods=["GET", "POST"])
def declare_interest() -> BaseResponse | str | tuple[str, int]:
    """Declare an interest of one's own; a board secretary may do so on behalf of someone of the organisation."""
    organisation = own_organisation()
    me = gate.actor().person_id
    form = DeclareForm(data={"person": me, "description": request.args.get("about", "")[:300]})
    behalf = on_behalf()
    if behalf:
        form.person.choices = [(me, f"{gate.actor().name} (mine)"), *((one.id, one.name) for one in behalf)]
    else:
        del form.person
    if form.validate_on_submit():
        whose = form.person.data if "person" in form else me
        try:
            with change() as session:
                person = session.get_one(Person, whose)
                made = interests.declare(session, person, form.declaration(), doer=gate.doer(), now=now())
                code = made.code
            flash("The interest is declared and stands in the register.")
            return redirect(url_for("people.interest", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    page = render_template("people/declare_interest.html", form=form, organisation=organisation, hints=KIND_HINTS)
    return (page, 422) if form.errors else page


def on_behalf() -> list[Person]:
    """Whom a board secretary may declare for: who holds a seat or role at their organisation today."""
    kept = [one for one in gate.actor().organisation_ids if gate.actor().holds(Role.SECRETARY, one)]
    people = register.people_of(db.session, kept, today()) if kept else []
    return [person for person in people if person.id != gate.actor().person_id]


@blueprint.route("/interests/review", methods=["GET", "POST"])
def review_interests() -> BaseResponse | str | tuple[str, int]:
    """Confirm once a year that everything one has declared is still true."""
    own_organisation()
    me = gate.actor().person_id
    form = ReviewForm()
    if form.validate_on_submit():
        with change() as session:
            mine = register.own_interests(session, me, today())
            interests.review(session, mine, doer=gate.doer(), now=now())
        flash("You have confirmed that everything you declared is still true.")
        return redirect(url_for("people.review_interests"), 303)
    mine = register.own_interests(db.session, me, today(), still=False)
    page = render_template(
        "people/review_interests.html",
        form=form,
        mine=[one for one in mine if one.ended is None],
        ended=[one for one in mine if one.ended is not None],
        classes=register.classes_covering(db.session, gate.actor(), today()),
        class_words=register.class_words,
        kinds=KIND_WORDS,
        next_by={one.id: review_on(one.as_fact()) for one in mine},
        due=[one for one in mine if review_due(one.as_fact(), today())],
    )
    return (page, 422) if form.errors else page


def one_interest(code: str) -> tuple[Interest, Resource]:
    """An interest of someone whose register this reader may know of."""
    found = register.interest_by_code(db.session, code)
    resource = register.as_resource(db.session, found, gate.actor())
    gate.permit(resource)
    return found, resource


@blueprint.post("/interests/<code>/confirm")
def confirm_interest(code: str) -> BaseResponse:
    """Confirm that one interest is still true."""
    one_interest(code)
    with change() as session:
        interests.review(session, [register.interest_by_code(session, code)], doer=gate.doer(), now=now())
    flash("It is confirmed as still true.")
    return redirect(url_for("people.interest", code=code), 303)


@blueprint.get("/interests/<code>")
def interest(code: str) -> str:
    """One interest: what it says, what becomes of it and what happened to it."""
    found, resource = one_interest(code)
    fact = found.as_fact()
    own = resource.owner_id == gate.actor().person_id
    keeps = any(gate.actor().holds(Role.SECRETARY, one) for one in register.organisations_for(db.session, found))
    line = register.line_of(db.session, found, resource.organisation_id, today())
    return render_template(
        "people/interest.html",
        interest=found,
        resource=resource,
        readable=keeps or own or not found.withheld,
        line=line,
        kind=KIND_WORDS[found.kind],
        late=declared_late(fact),
        due=review_on(fact),
        overdue=review_due(fact, today()),
        kept=kept_until(fact),
        history=history_of("interest", found.id, resource.organisation_id),
    )


def history_of(kind: str, thing_id: int, organisation_id: int | None) -> Sequence[RecordEntry]:
    """What the organisation's record says of a declaration, the latest first."""
    return db.session.scalars(
        sa.select(RecordEntry)
        .where(
            RecordEntry.thing_kind == kind,
            RecordEntry.thing_id == thing_id,
            RecordEntry.organisation_id == organisation_id,
        )
        .order_by(RecordEntry.id.desc())
    ).all()


@blueprint.route("/interests/<code>/change", methods=["GET", "POST"])
def change_interest(code: str) -> BaseResponse | str | tuple[str, int]:
    """Change what an interest says; whether it is withheld from publication, only the board secretary says."""
    found, resource = one_interest(code)
    names = (*interests.WORDS, "withheld")
    form = ChangeForm(data={**{name: getattr(found, name) for name in names}, "seen": interests.mark(found)})
    if not (resource.organisation_id and gate.actor().holds(Role.SECRETARY, resource.organisation_id)):
        del form.withheld
    status = 422
    if form.validate_on_submit():
        fields: dict[str, Any] = {name: form[name].data for name in names if name in form}
        fields |= {name: fields[name] or "" for name in ("concerns", "mitigation", "withheld") if name in fields}
        try:
            with change() as session:
                kept = register.interest_by_code(session, code)
                interests.change(session, kept, fields, seen=form.seen.data or "", doer=gate.doer(), now=now())
            flash("The interest is changed.")
            return redirect(url_for("people.interest", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
        except Stale as stale:
            form.form_errors += [stale.sentence, *stale.changes]
            form.seen.data = interests.mark(register.interest_by_code(db.session, code))
            status = 409
    found, resource = one_interest(code)
    page = render_template("people/change_interest.html", form=form, interest=found, hints=KIND_HINTS)
    return (page, status) if form.errors else page


@blueprint.route("/interests/<code>/close", methods=["GET", "POST"])
def close_interest(code: str) -> BaseResponse | str | tuple[str, int]:
    """Say that an interest has ended: it cannot be opened again, so this page asks first."""
    found, _ = one_interest(code)
    form = CloseForm(data={"ended": today()})
    if form.validate_on_submit():
        try:
            with change() as session:
                kept = register.interest_by_code(session, code)
                interests.close(session, kept, form.ended.data or date.min, doer=gate.doer(), now=now())
            flash("The interest is closed.")
            return redirect(url_for("people.interest", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    found, _ = one_interest(code)
    page = render_template(
        "people/close_interest.html",
        form=form,
        heading=found.person.name,
        description=found.description,
        demonstration=found.demonstration,
        back=url_for("people.interest", code=code),
    )
    return (page, 422) if form.errors else page
