"""The page on which a secretary moves an item from one meeting's agenda to that of another."""

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from app.db import change, db
from app.meetings import moving, order, queries
from app.meetings.models import AgendaItem, Meeting
from app.meetings.routes import blueprint, item_of
from app.permissions import Refused
from app.web import gate
from app.web.clock import now, today
from app.web.forms import BaseForm, Text
from workflows.facts import day_in_words


class MoveItemForm(BaseForm):
    """To which meeting an item goes, and why."""

    meeting = SelectField("To which meeting?", [InputRequired("Choose the meeting")])
    reason = Text("Why it is moved", [InputRequired("Say why it is moved")], most=2_000)


@blueprint.route("/meetings/<code>/items/<int:item_id>/another-meeting", methods=["GET", "POST"])
def move_item(code: str, item_id: int) -> Response | str | tuple[str, int]:
    """Move an item to another meeting; of one about a sign-off case the case says so too."""
    found, one = item_of(code, item_id, "meeting.write")
    others = moving.other_meetings(db.session, found, today())
    form = MoveItemForm()
    form.meeting.choices = {meeting.code: f"{meeting.title}, {day_in_words(meeting.held_on)}" for meeting in others}
    if form.validate_on_submit():
        try:
            with change() as session:
                item = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                to = queries.meeting_by_code(session, form.meeting.data)
                moved = move_it(session, item, to, form.reason.data or "")
                number, when, to_code, moved_id = moved.number, to.held_on, to.code, moved.id
                without = order.tabled(session, moved)
            flash(f"It is item {number} of the meeting of {day_in_words(when)} now. {without}".strip())
            return redirect(url_for("meetings.item", code=to_code, item_id=moved_id), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "meeting.write")
    page = render_template(
        "meetings/move_item.html", meeting=found, item=one, form=form, others=others, refused=_refused(one)
    )
    return (page, 422) if form.errors else page


def move_it(session: Session, item: AgendaItem, to: Meeting, reason: str) -> AgendaItem:
    """Its secretary moves an item; what it is about may have more to say, by the room that proposed it."""
    act = current_app.extensions.get("concord.agenda_moved", {}).get(item.subject_kind, moving.move_item)
    doer = gate.doer(f"board secretary, {to.body.organisation.name}")
    moved: AgendaItem = act(session, item, to, reason=reason, doer=doer, now=now())
    return moved


def _refused(item: AgendaItem) -> Refused | None:
    try:
        order.refuse_moving(db.session, item, now())
        order.refuse_standing(item)
    except Refused as refusal:
        return refusal
    return None
