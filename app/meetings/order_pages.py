"""The pages on which a secretary moves an item of an agenda to another place, and takes one off with a reason."""

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import change, db
from app.meetings import order, queries, service
from app.meetings.forms import PlaceForm, TakeOffForm
from app.meetings.models import AgendaItem
from app.meetings.routes import blueprint, item_of
from app.permissions import Refused
from app.web import gate
from app.web.clock import now

Answer = Response | str | tuple[str, int]


@blueprint.route("/meetings/<code>/items/<int:item_id>/place", methods=["GET", "POST"])
def place_item(code: str, item_id: int) -> Answer:
    """Put an item behind another one; where its part is free, into the other part too."""
    found, one = item_of(code, item_id, "meeting.write")
    on_agenda = queries.agenda(db.session, found, (1, 2))
    kept = _refusal(order.refuse_other_part, one)
    form = PlaceForm(seen=",".join(str(each.id) for each in on_agenda))
    form.offer(one, on_agenda, (one.part,) if kept else (1, 2))
    if form.validate_on_submit():
        part, after = form.chosen()
        try:
            with change() as session:
                locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                service.place_item(
                    session,
                    locked,
                    part=part,
                    after=after,
                    seen=form.as_shown(),
                    private_ground=form.private_ground.data or "",
                    private_review_on=form.private_review_on.data,
                    doer=gate.doer(f"board secretary, {locked.meeting.body.organisation.name}"),
                    now=now(),
                )
                number = locked.number
            flash(f"It is item {number} of the agenda now.")
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "meeting.write")
    page = render_template(
        "meetings/place_item.html",
        meeting=found,
        item=one,
        form=form,
        kept=kept,
        settled=_refusal(lambda item: order.refuse_moving(db.session, item, now()), one),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/meetings/<code>/items/<int:item_id>/take-off", methods=["GET", "POST"])
def take_off(code: str, item_id: int) -> Answer:
    """Take an item off the agenda; of one that is about a sign-off case the case says so too."""
    found, one = item_of(code, item_id, "meeting.write")
    form = TakeOffForm()
    if form.validate_on_submit():
        try:
            with change() as session:
                locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                take_it_off(session, locked, form.reason.data or "")
                title = locked.title
            flash(f"“{title}” is off the agenda, and the items behind it are numbered again.")
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "meeting.write")
    refused = _refusal(lambda item: order.refuse_moving(db.session, item, now()), one)
    page = render_template(
        "meetings/take_off.html",
        meeting=found,
        item=one,
        form=form,
        refused=refused or _refusal(order.refuse_standing, one),
    )
    return (page, 422) if form.errors else page


def take_it_off(session: Session, item: AgendaItem, reason: str) -> None:
    """Its secretary takes an item off; what it is about may have more to say, by the room that proposed it."""
    act = current_app.extensions.get("concord.agenda_taken_off", {}).get(item.subject_kind, service.take_off)
    doer = gate.doer(f"board secretary, {item.meeting.body.organisation.name}")
    act(session, item, reason=reason, doer=doer, now=now())


def _refusal(asked: order.Asked, item: AgendaItem) -> Refused | None:
    """Why something is not done with an item; None where it may be."""
    try:
        asked(item)
    except Refused as refusal:
        return refusal
    return None
