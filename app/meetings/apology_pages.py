"""The page on which a member sends apologies for a meeting, or its secretary does for them, and takes them back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField

from app.db import change, db
from app.meetings import apologies, queries
from app.meetings.apologies import Expected
from app.meetings.models import AgendaItem, Meeting
from app.meetings.question_pages import post
from app.meetings.routes import blueprint, item_of
from app.people.by_address import person_by_code
from app.people.models import Person
from app.permissions import Missing, Refused
from app.web import gate
from app.web.clock import now, today
from app.web.forms import BaseForm
from workflows.apologies import apologies_open

Answer = Response | str | tuple[str, int]


def apologies_form(seats: list[Expected]) -> BaseForm:
    """A form with, for each seat that has deputies, who attends instead."""
    fields: dict[str, Any] = {
        f"deputy_{one.seat.id}": SelectField(
            f"Who attends for {one.seat.title}",
            coerce=int,
            default=one.deputy.id if one.deputy else 0,
            choices=[(0, "Nobody"), *((deputy.person_id, deputy.name) for deputy in one.deputies)],
        )
        for one in seats
        if one.deputies
    }
    form: BaseForm = type("ApologiesForm", (BaseForm,), fields)()
    return form


@blueprint.route("/meetings/<code>/apologies", methods=["GET", "POST"])
def send_apologies(code: str) -> Answer:
    """Send apologies, name a deputy, take them back; the secretary chooses first for whom."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource())
    item = _item(code)
    for_others = gate.may("meeting.write", found.as_resource())
    still = apologies_open(found.state, found.held_on, today())
    if "for" not in request.args and for_others:
        everyone = apologies.people_expected(db.session, found)
        return render_template("meetings/apologies.html", meeting=found, item=item, everyone=everyone, still=still)
    person = for_whom(found, request.args.get("for"))
    seats = apologies.held_by(db.session, found, person.id)
    form = apologies_form(seats)
    if form.validate_on_submit():
        taken_back = request.form.get("what") == "take-back"
        named = {} if taken_back else {one.seat.id: form[f"deputy_{one.seat.id}"].data for one in seats if one.deputies}
        person_id = person.id
        try:
            with change() as session:
                locked = queries.meeting_by_code(session, code)
                who = session.get_one(Person, person_id)
                doer = gate.doer(capacity(locked, seats, who))
                if taken_back:
                    apologies.take_back(session, locked, person=who, doer=doer, now=now())
                else:
                    deputies = {seat: deputy for seat, deputy in named.items() if deputy}
                    apologies.send_apologies(
                        session, locked, person=who, deputies=deputies, doer=doer, now=now(), post=post()
                    )
                name = who.name
            flash(
                f"The apologies of {name} are taken back. The quorum of every item is worked out again."
                if taken_back
                else f"The apologies of {name} are sent. The quorum of every item is worked out again."
            )
            if item is not None:
                return redirect(url_for("meetings.item", code=code, item_id=item.id), 303)
            return redirect(url_for("meetings.meeting", code=code, _anchor="attendance"), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found = queries.meeting_by_code(db.session, code)
            person = db.session.get_one(Person, person_id)
            seats = apologies.held_by(db.session, found, person_id)
    page = render_template(
        "meetings/send_apologies.html", meeting=found, item=item, person=person, seats=seats, form=form, still=still
    )
    return (page, 422) if form.errors else page


def _item(code: str) -> AgendaItem | None:
    """The item from whose page someone came, where they may know of it."""
    item_id = request.args.get("item", type=int)
    return item_of(code, item_id, "apologies.send")[1] if item_id is not None else None


def for_whom(meeting: Meeting, asked: str | None) -> Person:
    """Whose apologies, by the code of a person: the secretary says whose, everyone else sends their own."""
    me = gate.actor().person_id
    if asked is None:
        return db.session.get_one(Person, me)
    person = person_by_code(db.session, asked)
    if person.id != me and not gate.may("meeting.write", meeting.as_resource()):
        raise Refused("You send apologies for yourself only.", f"the board secretary of {meeting.body.short_name}")
    if not any(one.holder.id == person.id for one in apologies.expected(db.session, meeting)):
        raise Missing
    return person


def capacity(meeting: Meeting, seats: list[Expected], person: Person) -> str:
    """In what capacity the person here sends apologies: of their own seat, else as board secretary."""
    if gate.actor().person_id == person.id:
        return f"{seats[0].seat.title}, {meeting.body.name}"
    return f"board secretary, {meeting.body.organisation.name}"
