"""The pages on which a member declares an interest in an item, and its secretary notes the ruling on it."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import change, db
from app.meetings import in_the_room, queries, service
from app.meetings.forms import NEW, ConflictForm, ForItemForm
from app.meetings.models import AgendaItem, ItemDeclaration
from app.meetings.question_pages import post
from app.meetings.routes import blueprint, item_of
from app.people import interests
from app.people.models import Interest, Person, Seat
from app.people.queries import seats_of
from app.people.register import own_interests
from app.permissions import Refused
from app.web import gate
from app.web.clock import now, today


@blueprint.route("/meetings/<code>/items/<int:item_id>/conflict", methods=["GET", "POST"])
def conflict(code: str, item_id: int) -> Response | str | tuple[str, int]:
    """Note how a conflict of interest is handled for one item, of one person or a whole class."""
    found, one = item_of(code, item_id, "meeting.write")
    held = [(seat, person) for seat, _, person in seats_of(db.session, found.body_id, found.held_on) if person]
    waiting = in_the_room.awaited(db.session, [one])
    form = ConflictForm(data=_from(waiting, request.args.get("declaration", type=int)))
    form.seats.choices = [(seat.id, f"{person.name}, {seat.title}") for seat, person in held]
    chosen = [(seat.id, person.id) for seat, person in held if seat.id in (form.seats.data or [])]
    form.handled_by.choices = [("", "Choose"), *_rightful(one, held, [person for _, person in chosen])]
    if form.validate_on_submit():
        try:
            with change() as session:
                locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                places = [(session.get_one(Seat, seat), session.get_one(Person, person)) for seat, person in chosen]
                service.handle_class(
                    session,
                    locked,
                    places=places,
                    interest_kind=form.interest_kind.data,
                    handling=form.handling.data,
                    reason=form.reason.data or "",
                    handled_by=form.handled_by.data or "",
                    doer=gate.doer(f"board secretary, {locked.meeting.body.organisation.name}"),
                    now=now(),
                )
            flash("The conflict is noted, and the quorum of this item is worked out again.")
            return redirect(url_for("meetings.item", code=code, item_id=item_id), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "meeting.write")
    page = render_template(
        "meetings/conflict.html",
        meeting=found,
        item=one,
        form=form,
        conflicts=in_the_room.conflicts(db.session, one),
        awaited=in_the_room.awaited(db.session, [one]),
        rules=in_the_room.who_rules(db.session, one),
    )
    return (page, 422) if form.errors else page


def _from(waiting: Sequence[ItemDeclaration], declaration: int | None) -> dict[str, object]:
    """What a member declared, as the form begins with it."""
    for one in waiting:
        if one.id == declaration:
            words = one.interest.description
            return {"seats": [one.seat_id], "interest_kind": one.interest.kind, "reason": words}
    return {}


def _rightful(item: AgendaItem, held: Sequence[tuple[Seat, Person]], chosen: Sequence[int]) -> list[tuple[str, str]]:
    """Who may rule: as things stand and, while nobody is chosen, in case it is the chair whose interest it is."""
    offered = list(in_the_room.who_rules(db.session, item, chosen).seats)
    if not chosen:
        chairs = [person.id for seat, person in held if any(seat.id == one.id and one.presides for one in offered)]
        offered += in_the_room.who_rules(db.session, item, chairs).seats if chairs else ()
    named = dict.fromkeys(f"{seat.person_name}, {seat.title}"[:200] for seat in offered)
    return [(name, name) for name in named]


@blueprint.route("/meetings/<code>/items/<int:item_id>/declare", methods=["GET", "POST"])
def declare(code: str, item_id: int) -> Response | str | tuple[str, int]:
    """A member declares an interest of theirs for this item, which then waits for the chair's ruling."""
    found, one = item_of(code, item_id, "item.declare")
    me = gate.actor().person_id
    own = own_interests(db.session, me, today())
    form = ForItemForm(data={"interest": NEW if not own else None})
    form.interest.choices = [(mine.code, mine.description) for mine in own] + [(NEW, "Another one, not yet declared")]
    if form.validate_on_submit():
        try:
            with change() as session:
                locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                standing = {mine.code: mine for mine in own_interests(session, me, today())}
                stands = standing.get(form.interest.data)
                if stands is None:
                    said = interests.Declaration(form.kind.data, form.description.data or "", form.concerns.data or "")
                    declare_new(session, locked, said)
                else:
                    declare_standing(session, locked, stands)
            flash("Your interest is declared for this item. The chair, or who presides, decides how it is handled.")
            return redirect(url_for("meetings.item", code=code, item_id=item_id) + "#conflicts", 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "item.declare")
    page = render_template("meetings/declare.html", meeting=found, item=one, form=form)
    return (page, 422) if form.errors else page


def declare_standing(session: Session, item: AgendaItem, interest: Interest) -> ItemDeclaration:
    """The person here declares an interest of theirs that stands in the register for this item."""
    seat = _my_seat(session, item)
    doer = gate.doer(f"{seat.title}, {item.meeting.body.name}")
    return service.declare_for_item(session, item, seat=seat, interest=interest, doer=doer, now=now(), post=post())


def declare_new(session: Session, item: AgendaItem, said: interests.Declaration) -> ItemDeclaration:
    """The same of an interest that they have not declared yet."""
    _my_seat(session, item)
    person = session.get_one(Person, gate.actor().person_id)
    return declare_standing(session, item, interests.declare(session, person, said, doer=gate.doer(), now=now()))


def _my_seat(session: Session, item: AgendaItem) -> Seat:
    meeting, me = item.meeting, gate.actor().person_id
    for seat, _, person in seats_of(session, meeting.body_id, meeting.held_on):
        if person is not None and person.id == me:
            return seat
    raise Refused(
        "You hold no seat of this body on the day of the meeting, so nothing is declared for you.",
        "a seat of the body on that day",
    )
