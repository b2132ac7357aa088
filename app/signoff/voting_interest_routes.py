"""The pages on which a member declares an interest in what is voted on, and its secretary notes the ruling on it."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.db import change, db
from app.meetings.forms import NEW, ConflictForm, ForItemForm
from app.meetings.question_pages import post
from app.people import interests
from app.people.body_facts import body_fact
from app.people.models import Interest, Person
from app.people.register import own_interests
from app.permissions import Refused
from app.signoff import voting_interests
from app.signoff.voting_interests import Ruling
from app.signoff.voting_routes import of_body, open_window
from app.signoff.voting_stop_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.clock import now, today
from app.web.forms import BaseForm
from workflows.facts import BodyFact
from workflows.members_voting import Window
from workflows.voting_interests import who_rules


class InWindow(BaseForm):
    """What every form about an open window carries: its own token, and the window that was shown."""

    token = HiddenField(default=lambda: secrets.token_urlsafe(24))
    seen_voting = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class RulingForm(ConflictForm, InWindow):
    """How an interest in what is voted on is handled, of one person or of several who share it."""


class DeclareForm(ForItemForm, InWindow):
    """An interest in what is voted on: one that stands in the register, or a new one."""


@blueprint.route("/sign-offs/<code>/<body_code>/voting/interest", methods=["GET", "POST"])
def rule_in_voting(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Note how an interest in what the members vote on is handled, as the chair or who presides decided."""
    found, asked, as_it_is = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    window = open_window(as_it_is, asked)
    fact = body_fact(db.session, asked, as_it_is.today)
    voters = [seat for seat in fact.seats if seat.voting and not seat.vacant]
    form = RulingForm(data=_begun(window, fact))
    form.seats.choices = [(seat.id, f"{seat.person_name}, {seat.title}") for seat in voters]
    chosen = [seat.person_id for seat in voters if seat.id in (form.seats.data or []) and seat.person_id is not None]
    form.handled_by.choices = [("", "Choose"), *_rightful(fact, window, chosen)]
    if form.is_submitted() and form.validate():
        ruling = Ruling(
            tuple(form.seats.data or ()),
            form.interest_kind.data,
            form.handling.data,
            form.reason.data or "",
            form.handled_by.data or "",
        )
        try:
            with change() as session:
                voting_interests.handle(
                    session,
                    case_id=found.id,
                    body_id=asked.id,
                    voting_id=form.seen_voting.data or 0,
                    ruling=ruling,
                    token=form.token.data or "",
                    doer=gate.doer(f"board secretary, {asked.organisation.name}"),
                    now=now(),
                )
            flash("The ruling is noted, and quorum and votes are counted by it.")
            return redirect(url_for("signoff.voting_of_members", code=code, body_code=body_code) + "#interests", 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, asked, as_it_is = of_body(code, body_code)
    page = render_template(
        "signoff/voting_ruling.html",
        case=found,
        body=asked,
        form=form,
        window=window,
        rules=who_rules(fact, window.excluded, window.awaited),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/sign-offs/<code>/<body_code>/voting/declare", methods=["GET", "POST"])
def declare_in_voting(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """A member declares an interest in what is voted on, which then waits for the chair's ruling."""
    found, asked, as_it_is = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    window = open_window(as_it_is, asked)
    me = gate.actor().person_id
    fact = body_fact(db.session, asked, as_it_is.today)
    seat = next((one for one in fact.seats if one.voting and one.person_id is not None and one.person_id == me), None)
    if seat is None:
        raise Refused(
            f"You hold no seat of {asked.short_name} with a vote today, so nothing is declared for you.",
            "a seat of the body with a vote",
        )
    own = own_interests(db.session, me, today())
    form = DeclareForm(data={"interest": NEW if not own else None, "seen_voting": window.entry_id})
    form.interest.choices = [(mine.code, mine.description) for mine in own] + [(NEW, "Another one, not yet declared")]
    if form.is_submitted() and form.validate():
        try:
            with change() as session:
                voting_interests.declare(
                    session,
                    case_id=found.id,
                    body_id=asked.id,
                    voting_id=form.seen_voting.data or 0,
                    seat_id=seat.id,
                    interest=_interest(session, form, me),
                    token=form.token.data or "",
                    doer=gate.doer(f"{seat.title}, {asked.name}"),
                    now=now(),
                    post=post(),
                )
            flash("Your interest is declared. You can sign once the chair, or who presides, has decided on it.")
            return redirect(url_for("signoff.voting_of_members", code=code, body_code=body_code) + "#interests", 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, asked, as_it_is = of_body(code, body_code)
    page = render_template("signoff/voting_declare.html", case=found, body=asked, form=form)
    return (page, 422) if form.errors else page


def _begun(window: Window, fact: BodyFact) -> dict[str, object]:
    """What the form begins with: an interest of the register, or what a member declared."""
    begun: dict[str, object] = {"seen_voting": window.entry_id}
    code = request.args.get("interest", "")
    found = db.session.query(Interest).filter_by(code=code).one_or_none() if code else None
    if found is not None and not found.withheld:
        seats = [seat.id for seat in fact.seats if seat.voting and seat.person_id == found.person_id]
        begun |= {"seats": seats, "interest_kind": found.kind, "reason": found.description} if seats else {}
    return begun


def _rightful(fact: BodyFact, window: Window, chosen: list[int]) -> list[tuple[str, str]]:
    """Who may rule: as things stand and, while nobody is chosen, in case it is the chair whose interest it is."""
    offered = list(who_rules(fact, window.excluded, window.awaited, chosen).seats)
    if not chosen:
        chairs = [seat.person_id for seat in fact.seats if seat.presides and seat.person_id is not None]
        offered += who_rules(fact, window.excluded, window.awaited, chairs).seats
    named = dict.fromkeys(f"{seat.person_name}, {seat.title}"[:200] for seat in offered)
    return [(name, name) for name in named]


def _interest(session: Session, form: DeclareForm, me: int | None) -> Interest:
    standing = {mine.code: mine for mine in own_interests(session, me, today())}
    stands = standing.get(form.interest.data)
    if stands is not None:
        return stands
    said = interests.Declaration(form.kind.data, form.description.data or "", form.concerns.data or "")
    return interests.declare(session, session.get_one(Person, me), said, doer=gate.doer(), now=now())
