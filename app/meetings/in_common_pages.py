"""The pages of meetings in common: their one agenda, setting or joining one, leaving it, taking up an item."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from app.audit.service import Doer
from app.db import change, db
from app.meetings import in_common, in_common_agenda, in_common_history, queries
from app.meetings.agenda import COVER
from app.meetings.apologies import Post
from app.meetings.forms import PURPOSE_WORDS
from app.meetings.in_common_agenda import TAKES_UP, TELLS, Cell, TakesUp, Tells, Together
from app.meetings.in_common_models import InCommon
from app.meetings.models import AgendaItem, Meeting
from app.meetings.moving import on_another_agenda
from app.meetings.order import tabled
from app.meetings.routes import blueprint
from app.people.models import Collaborative
from app.permissions import Missing, Refused, Role
from app.web import gate
from app.web.clock import now, real_now, today
from app.web.forms import BaseForm, Line
from app.web.tables import csv_answer
from config import Settings

Answer = Response | str | tuple[str, int]
NEW = "new/"


class HoldForm(BaseForm):
    """Which meeting in common this one joins, or a new one."""

    which = RadioField("With whom?", [InputRequired("Choose the meeting in common")])
    title = Line("Title, if it is new", most=200, description="For example: Committees in common.")


class LeaveForm(BaseForm):
    """Why a body leaves."""

    reason = Line("Why does it leave?", [InputRequired("Say why it leaves")])


@blueprint.get("/meetings-in-common/<code>")
def in_common_meeting(code: str) -> Response | str:
    """One agenda, and of each item what every body makes of it, side by side."""
    found = in_common_agenda.in_common_by_code(db.session, code)
    gate.permit(found.as_resource())
    joined = in_common_agenda.meetings_joined(db.session, found.id)
    everything = in_common_agenda.is_of(joined, gate.actor())
    lines = lines_of(joined, everything=everything)
    if request.args.get("as") == "csv":
        header = ["Item", "Title", "Purpose", *(meeting.body.short_name for meeting in joined)]
        rows = ([one.number, one.title, one.purpose, *(_text(cell) for cell in one.cells)] for one in lines)
        return csv_answer(found.code, header, rows)
    return render_template(
        "meetings/in_common.html",
        found=found,
        joined=joined,
        everything=everything,
        lines=lines,
        may_join=may_join(found, joined),
        may_take_up=may_take_up,
        history=in_common_history.history_of(db.session, found.id),
        purposes=PURPOSE_WORDS,
    )


@blueprint.post("/meetings-in-common/<code>/take-up")
def take_up(code: str) -> Response:
    """A body's secretary puts an item of the one agenda on its own: the others' agendas are theirs."""
    own = queries.meeting_by_code(db.session, request.form.get("meeting", ""))
    gate.permit(own.as_resource())
    item_id = request.form.get("item", type=int) or 0
    with change() as session:
        meeting = queries.meeting_by_code(session, own.code)
        made = in_common_agenda.in_common_by_code(session, code)
        taken = take_it_up(session, made, item_id, meeting)
        said = f"“{taken.title}” is item {taken.number} of {meeting.body.short_name}’s agenda."
        without = tabled(session, taken)
    flash(f"{said} {without}".strip())
    return redirect(url_for("meetings.in_common_meeting", code=code), 303)


@blueprint.route("/meetings/<code>/in-common", methods=["GET", "POST"])
def hold_in_common(code: str) -> Answer:
    """A body's secretary has its meeting held in common with those of others: a new one, or one that is set."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource())
    held = held_in_common(found)
    with_whom = in_common.may_hold(db.session, found)
    offered = offered_to(found, with_whom)
    form = HoldForm()
    new = {f"{NEW}{one.code}": f"A new one, open to the bodies of {one.name}" for one in with_whom}
    form.which.choices = {one.code: _words(one) for one in offered} | new
    if form.which.data is None and len(form.which.choices) == 1:
        form.which.data = next(iter(form.which.choices))
    if form.validate_on_submit():
        try:
            with change() as session:
                meeting = queries.meeting_by_code(session, code)
                if form.which.data.startswith(NEW):
                    made = set_it(session, meeting, form.which.data.removeprefix(NEW), form.title.data or "")
                    said = "It is set. The board secretaries of the other bodies are told that they may join it."
                else:
                    made = in_common_agenda.in_common_by_code(session, form.which.data)
                    in_common.join(session, made.id, meeting, doer=secretary_of(meeting), now=now())
                    said = f"{meeting.body.short_name} has joined."
                made_code = made.code
            flash(said)
            return redirect(url_for("meetings.in_common_meeting", code=made_code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found = queries.meeting_by_code(db.session, code)
    page = render_template(
        "meetings/hold_in_common.html", meeting=found, form=form, held=held, offered=offered, with_whom=with_whom
    )
    return (page, 422) if form.errors else page


@blueprint.route("/meetings/<code>/in-common/leave", methods=["GET", "POST"])
def leave_in_common(code: str) -> Answer:
    """A body's meeting is held in common no more; the others go on."""
    found = queries.meeting_by_code(db.session, code)
    gate.permit(found.as_resource())
    held = held_in_common(found)
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            with change() as session:
                meeting = queries.meeting_by_code(session, code)
                in_common.leave(session, meeting, reason=form.reason.data or "", doer=secretary_of(meeting), now=now())
            flash("The meeting is held by itself again, with its own agenda as it was. The others go on.")
            return redirect(url_for("meetings.meeting", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found = queries.meeting_by_code(db.session, code)
    page = render_template("meetings/leave_in_common.html", meeting=found, form=form, held=held)
    return (page, 422) if form.errors else page


def lines_of(joined: Sequence[Meeting], *, everything: bool) -> list[in_common_agenda.Line]:
    """The one agenda of these meetings, as of today."""
    tells: Mapping[str, Tells] = current_app.extensions.get(TELLS, {})
    return in_common_agenda.one_agenda(db.session, joined, tells, today(), everything=everything)


def offered_to(meeting: Meeting, with_whom: Sequence[Collaborative]) -> list[InCommon]:
    """The meetings in common that are set for the day of this meeting, while it is to come."""
    on_or_after = in_common_agenda.open_to([one.id for one in with_whom], today())
    return list(db.session.scalars(on_or_after.where(InCommon.held_on == meeting.held_on)))


def secretary_of(meeting: Meeting) -> Doer:
    """Who acts for the body of a meeting, as the record names them."""
    return gate.doer(f"board secretary, {meeting.body.organisation.name}")


def set_it(session: Session, meeting: Meeting, collaborative: str, title: str) -> InCommon:
    """A secretary sets a meeting in common with the bodies of this collaborative; theirs are told by mail."""
    settings: Settings = current_app.extensions["concord.settings"]
    found = next((one for one in in_common.may_hold(session, meeting) if one.code == collaborative), None)
    if found is None:
        raise Missing
    return in_common.set_in_common(
        session,
        meeting,
        found,
        title=title or "Meeting in common",
        doer=secretary_of(meeting),
        now=now(),
        post=Post(real_now(), settings.public_url),
    )


def take_it_up(session: Session, made: InCommon, item_id: int, meeting: Meeting) -> AgendaItem:
    """A secretary puts an item of the one agenda on that of a meeting which has joined; raises `Missing`."""
    if all(one.id != meeting.id for one in in_common_agenda.meetings_joined(session, made.id)):
        raise Missing
    item = in_common_agenda.taken_up_from(session, made.id, item_id)
    act: TakesUp = current_app.extensions.get(TAKES_UP, {}).get(item.subject_kind, _copied)
    return act(session, item, meeting, secretary_of(meeting), now())


def may_take_up(cell: Cell) -> bool:
    """Whether who asks may put an item of another body on this one's agenda."""
    own = cell.meeting
    planned = own.state == "planned" and own.held_on >= today()
    return cell.from_item is not None and planned and gate.may("meeting.write", own.as_resource())


def held_in_common(meeting: Meeting) -> Together | None:
    """With whom this meeting is held in common; None where it is held by itself."""
    return in_common_agenda.held_with(db.session, [meeting.id]).get(meeting.id)


def to_come() -> list[tuple[InCommon, list[Meeting]]]:
    """The meetings in common to come of the collaboratives of who asks, each with the meetings that joined."""
    found = db.session.scalars(in_common_agenda.open_to(gate.actor().collaborative_ids, today())).all()
    joined = in_common_agenda.joined_to(db.session, [one.id for one in found])
    return [(one, joined[one.id]) for one in found]


def init_app(app: Flask) -> None:
    """Offer it to the pages of meetings and of cases."""
    app.jinja_env.globals.update(
        held_in_common=held_in_common,
        in_common_to_come=to_come,
        in_common_of=lambda ids: in_common_agenda.held_with(db.session, [one for one in ids if one]),
        in_common_of_codes=lambda codes: in_common_agenda.held_with_by_code(db.session, codes),
    )


def _copied(session: Session, item: AgendaItem, meeting: Meeting, doer: Doer, at: datetime) -> AgendaItem:
    """An item of another body's agenda on this one's, with its cover sheet and its paper as they are."""
    if item.origin not in ("request", "workstream"):
        raise Refused("This item belongs to the agenda it is on.", "an item of its own")
    kept = COVER - {"reference", "private_ground", "private_review_on"}
    return on_another_agenda(session, item, meeting, kept, part=1, doer=doer, now=at)


def may_join(found: InCommon, joined: Sequence[Meeting]) -> list[Meeting]:
    """The meetings of that day of the bodies whose secretary asks, which have not joined."""
    actor = gate.actor()
    mine = [one for one in actor.organisation_ids if actor.holds(Role.SECRETARY, one)]
    if found.held_on < today():
        return []
    there = {one.id for one in joined}
    return [
        one
        for one in queries.meetings_of(db.session, mine, since=found.held_on)
        if one.held_on == found.held_on and one.state == "planned" and one.id not in there
    ]


def _words(one: InCommon) -> str:
    begins = f", {one.begins.strftime('%H:%M')}" if one.begins else ""
    return f"{one.title}, set by {one.set_by.short_name}{begins}{', ' + one.place if one.place else ''}"


def _text(cell: Cell) -> str:
    if cell.item is None:
        return cell.decided.word if cell.decided and cell.decided.answered else "not on its agenda"
    said = [f"item {cell.item.number}"]
    if cell.decided:
        said += [cell.decided.word, cell.decided.note]
    elif cell.quorum:
        said.append("quorate" if cell.quorum.verdict.yes else "not quorate")
    return " · ".join(one for one in said if one)
