"""The seats of a body: each with who holds it and who may stand in, from when to when, and what changed."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.people import by_address, holders
from app.people import seats as kept
from app.people.forms_kept import DeputyForm, EndForm, HolderForm, NewSeatForm, SeatForm, VoteForm, pairs
from app.people.history import history_of
from app.people.holders import Held
from app.people.kept import mark, refuse
from app.people.models import DecidingBody, Person, Seat
from app.people.resources import resource_of_body
from app.people.routes.bodies import permitted, places_of
from app.people.routes.places import blueprint
from app.people.routes.saving import Answer, Places, attempt, doer_for, done, ending, form_page
from app.people.routes.touched import ahead_of_body
from app.people.what_ends import with_holding, with_seat
from app.web import gate
from app.web.clock import now, today
from workflows.facts import day_in_words


def _seat(session: Session, code: str, seat_code: str) -> Seat:
    """The seat of this body, for what the route is for; raises `Missing`, `Refused`."""
    body = permitted(session, code)
    return by_address.seat_of_body(session, body, seat_code)


def _address(seat: Seat) -> str:
    return url_for("people.seat", code=seat.body.code, seat_code=seat.code)


def _places(seat: Seat) -> Places:
    return [*places_of(seat.body), (seat.title, _address(seat))]


def _partners(body: DecidingBody, own: Seat | None = None) -> dict[str, str]:
    """The seats that a seat of this body could share its vote with."""
    voting = [
        (seat.code, seat.title)
        for seat in by_address.seats_ever(db.session, body.id)
        if seat.voting and seat is not own and (seat.ends is None or seat.ends >= today())
    ]
    return pairs(voting, "No other seat")


def _chosen(session: Session, code: str | None) -> Seat | None:
    return by_address.seat_by_code(session, code) if code else None


@blueprint.get("/bodies/<code>/seats/<seat_code>")
def seat(code: str, seat_code: str) -> str:
    """Who holds this seat and who may stand in, now, before and to come."""
    found = _seat(db.session, code, seat_code)
    return render_template(
        "people/seat.html",
        seat=found,
        holdings=by_address.holdings_of_seat(db.session, found.id),
        deputies=by_address.deputies_of(db.session, [found.id]),
        history=history_of(db.session, {"seat": [found.id]}),
        others=by_address.seats_ever(db.session, found.body_id),
        places=places_of(found.body),
        resource=resource_of_body(db.session, found.body, gate.actor(), today()),
    )


@blueprint.route("/bodies/<code>/seats/new", methods=["GET", "POST"])
def new_seat(code: str) -> Answer:
    """A body has a further seat from a day on."""
    body = permitted(db.session, code)
    form = NewSeatForm(data={"voting": True, "starts": today(), "position": _next_place(body)})
    form.shares_with.choices = _partners(body)
    if form.validate_on_submit():

        def add(session: Session) -> None:
            owner = permitted(session, code)
            kept.add_seat(
                session,
                owner,
                title=form.title.data or "",
                kind=form.kind.data,
                voting=form.voting.data,
                shares_with=_chosen(session, form.shares_with.data),
                position=form.position.data or 1,
                starts=form.starts.data or today(),
                doer=doer_for(owner.organisation),
                now=now(),
            )

        if attempt(form, add):
            return done("The seat is added. It is vacant until someone holds it.", url_for("people.body", code=code))
    body = permitted(db.session, code)
    return form_page(
        form,
        title="Add a seat",
        caption=body.name,
        places=places_of(body),
        button="Add the seat",
        fields=("title", "kind", "voting", "shares_with", "position", "starts"),
    )


def _next_place(body: DecidingBody) -> int:
    return max((seat.position for seat in by_address.seats_ever(db.session, body.id)), default=0) + 1


@blueprint.route("/bodies/<code>/seats/<seat_code>/edit", methods=["GET", "POST"])
def edit_seat(code: str, seat_code: str) -> Answer:
    """A seat's name or place is corrected; its kind or vote changes from a day on."""
    found = _seat(db.session, code, seat_code)
    values = kept.values(found)
    voting = request.form.get("what") == "vote"
    correct = SeatForm(request.form if not voting and request.form else None, data={**values, "seen": mark(values)})
    vote = VoteForm(request.form if voting else None, prefix="", data={**values, "shares_with": _partner(found)})
    vote.shares_with.choices = _partners(found.body, found)
    form = vote if voting else correct
    if form.validate_on_submit():

        def save(session: Session) -> None:
            seat = _seat(session, code, seat_code)
            doer = doer_for(seat.body.organisation)
            if isinstance(form, VoteForm):
                kept.change_vote(
                    session,
                    seat,
                    starts=form.starts.data or today(),
                    kind=form.kind.data,
                    voting=form.voting.data,
                    shares_with=_chosen(session, form.shares_with.data),
                    doer=doer,
                    now=now(),
                )
            else:
                title, position = form.title.data or "", form.position.data or 1
                seen = form.seen.data or ""
                kept.correct_seat(session, seat, title=title, position=position, seen=seen, doer=doer, now=now())

        if attempt(form, save):
            return done("The seat is changed.", url_for("people.body", code=code))
    found = _seat(db.session, code, seat_code)
    return form_page(
        form,
        title="Change the seat",
        caption=f"{found.title}, {found.body.name}",
        places=_places(found),
        template="people/edit_seat.html",
        correct=correct,
        vote=vote,
    )


def _partner(seat: Seat) -> str:
    """The code of the seat this one shares its vote with, if any."""
    return next(
        (
            other.code
            for other in by_address.seats_ever(db.session, seat.body_id)
            if seat.shared_vote and other.shared_vote == seat.shared_vote and other.id != seat.id
        ),
        "",
    )


@blueprint.route("/bodies/<code>/seats/<seat_code>/end", methods=["GET", "POST"])
def end_seat(code: str, seat_code: str) -> Answer:
    """A seat's last day."""
    found = _seat(db.session, code, seat_code)

    def end(session: Session, ends: date) -> None:
        seat = _seat(session, code, seat_code)
        kept.end_seat(session, seat, ends=ends, doer=doer_for(seat.body.organisation), now=now())

    return ending(
        EndForm(),
        title="End the seat",
        caption=f"{found.title}, {found.body.name}",
        places=_places(found),
        button="End the seat",
        depends=lambda session, ends: what_hangs_on_seat(session, _seat(session, code, seat_code), ends),
        check=lambda session, ends: refuse(kept.problems_of_ending(session, _seat(session, code, seat_code), ends)),
        act=end,
        said=lambda ends: f"The seat ends: its last day is {day_in_words(ends)}.",
    )


def what_hangs_on_seat(session: Session, seat: Seat, ends: date) -> list[str]:
    """What ends with a seat, in sentences, and what lies ahead of its body."""
    return [*ahead_of_body(session, seat.body, ends), *with_seat(session, seat, ends)]


def what_hangs_on_time(session: Session, held: Held, ends: date) -> list[str]:
    """What follows where someone leaves a seat or no longer stands in, and what lies ahead of its body."""
    return [*ahead_of_body(session, held.seat.body, ends), *with_holding(session, held, ends)]


def _people(seat: Seat) -> dict[str, str]:
    """Who could sit here, by code: everyone known to the organisation."""
    known: Sequence[Person] = by_address.people_at(db.session, seat.body.organisation_id)
    return pairs(((person.code, person.name) for person in known), "Choose a person")


@blueprint.route("/bodies/<code>/seats/<seat_code>/holder", methods=["GET", "POST"])
def new_holder(code: str, seat_code: str) -> Answer:
    """Someone holds the seat from a day on."""
    found = _seat(db.session, code, seat_code)
    form = HolderForm()
    form.person.choices = _people(found)
    if form.validate_on_submit():

        def join(session: Session) -> None:
            seat = _seat(session, code, seat_code)
            holders.join(
                session,
                seat,
                by_address.person_by_code(session, form.person.data),
                starts=form.starts.data or today(),
                ends=form.ends.data,
                takes_over=form.takes_over.data,
                doer=doer_for(seat.body.organisation),
                now=now(),
            )

        if attempt(form, join):
            return done("The seat has its holder.", url_for("people.seat", code=code, seat_code=seat_code))
    found = _seat(db.session, code, seat_code)
    return form_page(
        form,
        title="Who holds it from a day on",
        caption=f"{found.title}, {found.body.name}",
        places=_places(found),
    )


@blueprint.route("/bodies/<code>/seats/<seat_code>/deputy", methods=["GET", "POST"])
def name_deputy(code: str, seat_code: str) -> Answer:
    """Someone may stand in for whoever holds the seat, for dates."""
    found = _seat(db.session, code, seat_code)
    form = DeputyForm()
    form.person.choices = _people(found)
    if form.validate_on_submit():

        def name(session: Session) -> None:
            seat = _seat(session, code, seat_code)
            person = by_address.person_by_code(session, form.person.data)
            holders.name_deputy(
                session,
                seat,
                person,
                starts=form.starts.data or today(),
                ends=form.ends.data,
                doer=doer_for(seat.body.organisation),
                now=now(),
                demonstration=person.demonstration,
            )

        if attempt(form, name):
            return done("The deputy is named.", url_for("people.seat", code=code, seat_code=seat_code))
    found = _seat(db.session, code, seat_code)
    intro = ["A deputy is named for this one seat, and is offered where attendance is noted."]
    return form_page(
        form,
        title="Name a deputy",
        caption=f"{found.title}, {found.body.name}",
        places=_places(found),
        button="Name the deputy",
        intro=intro,
    )


@blueprint.route("/bodies/<code>/seats/<seat_code>/holders/<int:holding_id>/end", methods=["GET", "POST"])
def end_holding(code: str, seat_code: str, holding_id: int) -> Answer:
    """The last day on which someone holds the seat."""

    def held(session: Session) -> Held:
        return by_address.holding_of_seat(session, _seat(session, code, seat_code), holding_id)

    return _end_held(held, "leaves the seat")


@blueprint.route("/bodies/<code>/seats/<seat_code>/deputies/<int:deputy_id>/end", methods=["GET", "POST"])
def end_deputy(code: str, seat_code: str, deputy_id: int) -> Answer:
    """The last day on which someone may stand in."""

    def held(session: Session) -> Held:
        return by_address.deputy_of_seat(session, _seat(session, code, seat_code), deputy_id)

    return _end_held(held, "no longer stands in")


def _end_held(held: Callable[[Session], Held], what: str) -> Answer:
    found = held(db.session)

    def end(session: Session, ends: date) -> None:
        one = held(session)
        holders.end_held(session, one, ends=ends, doer=doer_for(one.seat.body.organisation), now=now())

    name = found.person.name
    return ending(
        EndForm(),
        title=f"{name} {what}",
        caption=f"{found.seat.title}, {found.seat.body.name}",
        places=_places(found.seat),
        button="End it",
        depends=lambda session, ends: what_hangs_on_time(session, held(session), ends),
        check=lambda session, ends: refuse(holders.problems_of_ending(session, held(session), ends)),
        act=end,
        said=lambda ends: f"{name} {what} after {day_in_words(ends)}.",
    )
