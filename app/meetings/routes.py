"""The pages of meetings: the list, an agenda, an item with its cover sheet, conflicts, attendance."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import change, db
from app.meetings import apologies, in_the_room, order, queries, questions, service
from app.meetings.attendance import AttendanceRow
from app.meetings.forms import (
    PURPOSE_WORDS,
    ItemForm,
    NewItemForm,
    attendance_form,
)
from app.meetings.models import AgendaItem, Meeting
from app.people.by_address import deputies_on
from app.people.queries import seats_of
from app.permissions import Refused, Resource, Role, Stale
from app.web import gate
from app.web.clock import now, today
from app.web.tables import csv_answer

blueprint = Blueprint("meetings", __name__)

DECIDING = ("approval", "decision", "ratification")
ITEM_FIELDS = (
    "title",
    "purpose",
    "minutes",
    "reference",
    "author",
    "lead_director",
    "seen_by",
    "summary",
    "key_points",
    "recommendation",
    "financial_implications",
    "paper",
    "private_ground",
    "private_review_on",
)


@blueprint.get("/meetings")
def index() -> Response | str:
    """The meetings of my organisations' bodies: those to come, then those held."""
    mine = sorted(gate.actor().organisation_ids | gate.actor().succeeded_ids)
    gate.permit(Resource("meeting", organisation_id=mine[0] if mine else None))
    chosen = request.args.get("body", "")
    found = queries.meetings_of(db.session, mine, body_code=chosen)
    due = queries.deadlines(db.session, found)
    if request.args.get("as") == "csv":
        header = ["Meeting", "Body", "Day", "Begins", "Place", "Papers due", "State"]
        rows = ([m.title, m.body.short_name, m.held_on, m.begins, m.place, due[m.id], m.state] for m in found)
        return csv_answer("meetings", header, rows)
    bodies = queries.bodies_that_meet(db.session, mine)
    return render_template(
        "meetings/index.html",
        coming=[meeting for meeting in found if meeting.held_on >= today()],
        past=[meeting for meeting in reversed(found) if meeting.held_on < today()],
        due=due,
        bodies=bodies,
        chosen=chosen,
        may_set=any(gate.actor().holds(Role.SECRETARY, body.organisation_id) for body in bodies),
    )


@blueprint.get("/meetings/<code>")
def meeting(code: str) -> str:
    """What is on, and is it ready: the agenda with times, papers and quorum."""
    found = queries.meeting_by_code(db.session, code)
    resource = found.as_resource()
    gate.permit(resource)
    items = queries.agenda(db.session, found, _parts(resource))
    quorum = in_the_room.quorum_of_items(db.session, found, items, today())
    due = queries.papers_due(db.session, found)
    papers = {item.id: queries.paper_state(item, due, today()) for item in items}
    return render_template(
        "meetings/meeting.html",
        meeting=found,
        resource=resource,
        parts=[(part, [item for item in items if item.part == part]) for part in _parts(resource)],
        times=_times(found, items),
        due=due,
        papers=papers,
        quorum=quorum,
        at_risk=[item for item in items if quorum[item.id].at_risk and item.purpose in DECIDING],
        awaited=[item for item in items if papers[item.id].word in ("to follow", "overdue")],
        taken_off=queries.taken_off(db.session, found, _parts(resource)),
        rows=apologies.recorded(db.session, found),
        purposes=PURPOSE_WORDS,
        # the room of packs stands above this one: it may be left out
        pack_address=url_for("packs.pack", code=code) if "packs.pack" in current_app.view_functions else None,
    )


@blueprint.get("/meetings/<code>/items/<int:item_id>")
def item(code: str, item_id: int) -> str:
    """One item: its cover sheet, its paper, its conflicts, whether it is quorate."""
    found, one = item_of(code, item_id)
    due = queries.papers_due(db.session, found)
    conflicts = in_the_room.conflicts(db.session, one)
    me = gate.actor().person_id
    finder = current_app.extensions.get("concord.agenda_subjects", {}).get(one.subject_kind)
    return render_template(
        "meetings/item.html",
        meeting=found,
        item=one,
        due=due,
        paper=queries.paper_state(one, due, today()),
        quorum=in_the_room.quorum_of_items(db.session, found, [one], today())[one.id],
        conflicts=conflicts,
        questions=questions.questions_on(db.session, one),
        awaited=in_the_room.awaited(db.session, [one]),
        may_declare=gate.may("item.declare", found.as_resource()),
        withheld=any(c.person_id == me and c.handling == "paper_withheld" for c in conflicts),
        settled=_settled(one) if gate.may("meeting.write", found.as_resource()) else "",
        link=finder(db.session, one.subject_id, found) if finder else None,
        purposes=PURPOSE_WORDS,
    )


@blueprint.route("/meetings/<code>/items/new", methods=["GET", "POST"])
def new_item(code: str) -> Response | str | tuple[str, int]:
    """Put an item of one's own on the agenda."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource())
    form = NewItemForm()
    if form.validate_on_submit():
        try:
            with change() as session:
                locked = queries.meeting_by_code(session, code)
                told = {name: _value(form, name) for name in ITEM_FIELDS}
                added = service.propose_item(
                    session,
                    locked,
                    origin="request",
                    subject_kind=None,
                    subject_id=None,
                    part=int(form.part.data),
                    doer=gate.doer(f"board secretary, {locked.body.organisation.name}"),
                    now=now(),
                    **told,
                )
                number, without = added.number, order.tabled(session, added)
            flash(f"It is item {number} of the agenda. {without}".strip())
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    page = render_template(
        "meetings/edit_item.html", meeting=queries.meeting_by_code(db.session, code), item=None, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.route("/meetings/<code>/items/<int:item_id>/edit", methods=["GET", "POST"])
def edit_item(code: str, item_id: int) -> Response | str | tuple[str, int]:
    """Change an item's cover sheet or its paper."""
    found, one = item_of(code, item_id, "meeting.write")
    form = ItemForm(data={name: getattr(one, name) for name in ITEM_FIELDS})
    if one.part == 1:
        del form.private_ground, form.private_review_on
    if one.origin == "standing":
        del form.purpose
    status = 422
    if not form.is_submitted():
        form.show(one)
    elif form.validate():
        try:
            with change() as session:
                locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                told = {name: _value(form, name) for name in ITEM_FIELDS if name in form}
                service.edit_item(
                    session,
                    locked,
                    doer=gate.doer(f"board secretary, {locked.meeting.body.organisation.name}"),
                    now=now(),
                    seen=form.shown(),
                    **told,
                )
            flash("The item is saved.")
            return redirect(url_for("meetings.item", code=code, item_id=item_id), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "meeting.write")
        except Stale as stale:
            form.form_errors += [stale.sentence, *stale.changes]
            found, one = item_of(code, item_id, "meeting.write")
            form.show(one)
            status = 409
    page = render_template("meetings/edit_item.html", meeting=found, item=one, form=form)
    return (page, status) if form.errors else page


@blueprint.route("/meetings/<code>/attendance", methods=["GET", "POST"])
def attendance(code: str) -> Response | str | tuple[str, int]:
    """Who came for each seat; before the day, apologies and deputies."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource())
    recorded = {row.seat_id: row for row in in_the_room.attendance_rows(db.session, found)}
    seats = [
        (seat, person, recorded.get(seat.id)) for seat, _, person in seats_of(db.session, found.body_id, found.held_on)
    ]
    form = attendance_form(seats, before=found.held_on > today())
    people = queries.who_could_come(db.session, found)
    named = {(one.seat_id, one.person_id) for one in deputies_on(db.session, found.body_id, found.held_on)}
    for seat, holder, _ in seats:
        if holder is not None:
            deputies = [(one.id, f"{one.name}, named deputy") for one in people if (seat.id, one.id) in named]
            others = [(one.id, one.name) for one in people if (seat.id, one.id) not in named]
            form[f"person_{seat.id}"].choices = [*deputies, *others]
    if form.validate_on_submit():
        rows = [
            AttendanceRow(
                seat.id, form[f"person_{seat.id}"].data, form[f"status_{seat.id}"].data, form[f"note_{seat.id}"].data
            )
            for seat, holder, _ in seats
            if holder is not None and form[f"status_{seat.id}"].data
        ]
        try:
            with change() as session:
                locked = queries.meeting_by_code(session, code)
                doer = gate.doer(f"board secretary, {locked.body.organisation.name}")
                service.record_attendance(session, locked, rows, doer, now())
            flash("The attendance is recorded, and the quorum of every item worked out again.")
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    found = queries.meeting_by_code(db.session, code)
    page = render_template(
        "meetings/attendance.html",
        meeting=found,
        form=form,
        seats=[(seat, holder) for seat, holder, _ in seats],
        before=found.held_on > today(),
    )
    return (page, 422) if form.errors else page


def _parts(resource: Resource) -> tuple[int, ...]:
    return (1, 2) if gate.may("meeting.private", resource) else (1,)


def item_of(code: str, item_id: int, permission: str | None = None) -> tuple[Meeting, AgendaItem]:
    """An item that this person may know of: one of Part 2 only as secretary or member of the body."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource(), permission)
    one = queries.item_on(db.session, found, item_id)
    if one.part == 2:
        gate.permit(found.as_resource(), "meeting.private")
    return found, one


def _settled(one: AgendaItem) -> str:
    """Why the item's place on the agenda is settled; empty where its secretary may still move it."""
    try:
        order.refuse_moving(db.session, one, now())
    except Refused as refusal:
        return refusal.sentence
    return ""


def _times(found: Meeting, items: Sequence[AgendaItem]) -> dict[int, time]:
    """When each item begins, as long as every item before it says how long it takes."""
    times: dict[int, time] = {}
    if found.begins is None:
        return times
    at = datetime.combine(found.held_on, found.begins)
    for one in items:
        times[one.id] = at.time()
        if one.minutes is None:
            break
        at += timedelta(minutes=one.minutes)
    return times


def _value(form: ItemForm, name: str) -> Any:
    value = form[name].data
    return value if name in ("minutes", "private_review_on") else (value or (None if name == "reference" else ""))
