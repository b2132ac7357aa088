"""The pages on which a secretary sets a meeting of a body, moves it to another day, or cancels it."""

from datetime import date, time

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.service import Doer
from app.db import change, db
from app.meetings import queries, service
from app.meetings.agenda import locked
from app.meetings.as_seen import last_moved, refuse_another
from app.meetings.forms import MeetingForm, MoveForm
from app.meetings.models import Meeting
from app.meetings.routes import blueprint
from app.people.queries import body_by_code
from app.permissions import Refused, Resource, Role, Stale
from app.web import gate
from app.web.clock import now


@blueprint.route("/meetings/new", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    """Set a meeting."""
    form = MeetingForm()
    form.body.choices = [(body.code, body.name) for body in queries.bodies_that_meet(db.session, who_sets_meetings())]
    if form.validate_on_submit() and form.held_on.data is not None:
        try:
            with change() as session:
                code = set_it(
                    session,
                    form.body.data,
                    title=form.title.data or "",
                    held_on=form.held_on.data,
                    begins=form.begins.data,
                    place=form.place.data or "",
                ).code
            flash("The meeting is set, with the items every meeting opens with.")
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    page = render_template("meetings/new.html", form=form)
    return (page, 422) if form.errors else page


def who_sets_meetings() -> list[int]:
    """The organisations for which who asks may set meetings, once it is asked whether there is any."""
    mine = sorted(gate.actor().organisation_ids)
    own = [one for one in mine if gate.actor().holds(Role.SECRETARY, one)] or mine
    gate.permit(Resource("meeting", organisation_id=own[0] if own else None, name="the body"))
    return own


def set_it(session: Session, body_code: str, *, title: str, held_on: date, begins: time | None, place: str) -> Meeting:
    """A secretary sets a meeting of the body of this code, once it is asked whether it is theirs to set."""
    body = body_by_code(session, body_code)
    gate.permit(Resource("meeting", organisation_id=body.organisation_id, name=body.short_name))
    return service.set_meeting(
        session,
        body=body,
        code=f"{body_code}-{held_on.isoformat()}",
        title=title,
        held_on=held_on,
        begins=begins,
        place=place,
        doer=gate.doer(f"board secretary, {body.organisation.name}"),
        now=now(),
    )


@blueprint.route("/meetings/<code>/move", methods=["GET", "POST"])
def move(code: str) -> Response | str | tuple[str, int]:
    """Move or cancel a planned meeting."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource())
    form = MoveForm(held_on=found.held_on, begins=found.begins)
    stale = False
    if not form.is_submitted():
        form.show(found, queries.agenda(db.session, found, (1, 2)))
    elif form.validate():
        try:
            with change() as session:
                meeting = queries.meeting_by_code(session, code)
                locked(session, meeting)  # who presses twice at once: the second finds what the first recorded
                doer = gate.doer(f"board secretary, {meeting.body.organisation.name}")
                if _pressed_before(session, meeting, form, doer):
                    return redirect(url_for("meetings.meeting", code=code), 303)
                refuse_another(session, meeting, form.seen())
                reason = form.reason.data or ""
                if form.what.data == "cancel":
                    service.cancel_meeting(session, meeting, reason=reason, doer=doer, now=now())
                else:
                    service.move_meeting(
                        session,
                        meeting,
                        held_on=form.held_on.data or meeting.held_on,
                        begins=form.begins.data,
                        reason=reason,
                        doer=doer,
                        now=now(),
                    )
            flash("The meeting is cancelled." if form.what.data == "cancel" else "The meeting is moved.")
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Stale as changed:
            stale = True
            again = "What you typed is still here: look at it once more, then record it."
            form.form_errors += [changed.sentence, *changed.changes, again]
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
        found = queries.meeting_by_code(db.session, code)
        if stale:
            form.show(found, queries.agenda(db.session, found, (1, 2)))
    page = render_template("meetings/move.html", meeting=found, form=form)
    return (page, 409 if stale else 422) if form.errors else page


def _pressed_before(session: Session, meeting: Meeting, form: MoveForm, doer: Doer) -> bool:
    """Whether this very form was recorded a moment ago: it was pressed twice, and is done once."""
    last = last_moved(session, meeting)
    said = (last.payload or {}) if last is not None and last.actor_id == doer.person_id else {}
    if said.get("reason") != (form.reason.data or "").strip():
        return False
    seen = form.seen()
    if form.what.data == "cancel":
        return bool(said.get("cancelled")) and said.get("held_on") == seen.was.isoformat()
    asked = (form.held_on.data or seen.was, form.begins.data)
    stands = (meeting.held_on, meeting.begins)
    return "was" in said and said["was"] == seen.was.isoformat() and asked == stands
