"""The pages on which members vote on line: the window, one seat's vote, and the outcome."""

import secrets
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, TimeField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.db import change, db
from app.meetings.question_pages import post
from app.people.body_facts import body_fact
from app.people.models import DecidingBody
from app.permissions import Refused
from app.signoff import queries, voting, voting_queries
from app.signoff.chairs_action_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.signoff.chairs_action_routes import pressed_before
from app.signoff.condition_forms import ConditionsForm
from app.signoff.folding import Folded
from app.signoff.forms import ANSWER_WORDS
from app.signoff.known_interests import rulings_known
from app.signoff.models import Case
from app.signoff.routes import version_link
from app.signoff.seat_forms import SeenForm
from app.signoff.voting import Ballot
from app.signoff.voting_interests import register_of_voters
from app.web import gate
from app.web.clock import now
from app.web.forms import BaseForm
from workflows.facts import INTEREST_KINDS
from workflows.members_counting import count
from workflows.members_voting import Window, may_be_recorded, may_sign
from workflows.quorum import INTEREST_IN_WORDS
from workflows.voting_begun import motions, offered
from workflows.voting_interests import latest

LONDON = ZoneInfo("Europe/London")
INTEREST = "interest"


class WindowForm(SeenForm, ConditionsForm):
    """From when to when the members vote, and on what."""

    answer = RadioField("What is put to the members?", [InputRequired("Choose what is put to them")])
    opens_on = DateField("Voting opens on", [InputRequired("Enter the day")])
    opens_at = TimeField("at", [InputRequired("Enter the time")], default=time(9))
    closes_on = DateField("Voting closes on", [InputRequired("Enter the day")])
    closes_at = TimeField("at", [InputRequired("Enter the time")], default=time(17))

    def validate(self, extra_validators: Any = None) -> bool:
        """Every condition has its text."""
        fine = bool(super().validate(extra_validators))
        return self.conditions_fit() and fine

    def moments(self) -> tuple[datetime, datetime]:
        """The window, in London."""
        opens = datetime.combine(self.opens_on.data or now().date(), self.opens_at.data or time(), LONDON)
        return opens, datetime.combine(self.closes_on.data or opens.date(), self.closes_at.data or time(), LONDON)


class BallotForm(BaseForm):
    """One seat's vote, bound to the window and the content that were shown."""

    token = HiddenField(default=lambda: secrets.token_urlsafe(24))
    seen_voting = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    seen_hash = HiddenField(validators=[InputRequired()])
    vote = RadioField(
        "Your vote",
        [InputRequired("Choose how you vote")],
        choices=[
            ("for", "For"),
            ("against", "Against"),
            ("abstain", "Abstain"),
            (INTEREST, "I have an interest in this, and take no part"),
        ],
    )
    interest_kind = SelectField(
        "Which kind of interest?",
        choices=[
            ("", "None"),
            *(
                (kind, INTEREST_IN_WORDS[kind].removeprefix("a ").removeprefix("an ").capitalize())
                for kind in INTEREST_KINDS
            ),
        ],
        default="",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """An interest says of which kind it is."""
        fine = bool(super().validate(extra_validators))
        if self.vote.data == INTEREST and not self.interest_kind.data:
            self.interest_kind.errors = ["Say which kind of interest it is"]
            return False
        return fine

    def ballot(self, seat_id: int) -> Ballot:
        """What is signed."""
        declared: Any = self.interest_kind.data if self.vote.data == INTEREST else None
        chosen: Any = "recused" if declared else self.vote.data
        return Ballot(self.seen_voting.data or 0, self.seen_hash.data or "", seat_id, chosen, declared)


@blueprint.route("/sign-offs/<code>/<body_code>/voting/open", methods=["GET", "POST"])
def open_voting(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Put what is asked to the vote of the body's members."""
    found, asked, as_it_is = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    if (before := pressed_before(found, asked)) is not None:
        return redirect(url_for("signoff.voting_of_members", code=code, body_code=body_code), before.status_code)
    rule, party = as_it_is.stage.rule_for(asked.kind), as_it_is.party(asked.id)
    allowed = offered(rule, body_fact(db.session, asked, as_it_is.today))
    if not allowed or rule is None:
        raise Refused(allowed.sentence, *allowed.needs)
    if party is None or not as_it_is.standing.asks(party):
        raise Refused(f"Nothing is asked of {asked.short_name} now. {party.sentence if party else ''}".strip())
    form = WindowForm()
    form.answer.choices = {answer: ANSWER_WORDS[answer] for answer in motions(rule)}
    if "agree_with_conditions" not in form.answer.choices:
        form.without_conditions()
    if not form.is_submitted():
        form.show(queries.seen_for(db.session, found, asked))
        form.opens_on.data = as_it_is.today
    elif form.validate():
        opens, closes = form.moments()
        conditions, keepers = form.conditions_given()
        try:
            with change() as session:
                voting.open_voting(
                    session,
                    case_id=found.id,
                    body_id=asked.id,
                    opens=opens,
                    closes=closes,
                    answer=form.answer.data,
                    conditions=conditions,
                    keepers=keepers,
                    seen=form.seen(),
                    token=form.token.data or "",
                    doer=gate.doer(f"board secretary, {asked.organisation.name}"),
                    now=now(),
                    post=post(),
                )
            flash(f"The members of {asked.short_name} are asked to vote on “{found.title}”, and told by mail.")
            return redirect(url_for("signoff.voting_of_members", code=code, body_code=body_code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, asked, as_it_is = of_body(code, body_code)
    fact = body_fact(db.session, asked, as_it_is.today)
    page = render_template(
        "signoff/open_voting.html",
        case=found,
        body=asked,
        folded=as_it_is,
        form=form,
        excluded=latest(rulings_known(db.session, found.id, asked.id, as_it_is.now)),
        interests=INTEREST_IN_WORDS,
        register=register_of_voters(db.session, asked, fact, as_it_is),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/sign-offs/<code>/<body_code>/voting")
def voting_of_members(code: str, body_code: str) -> str:
    """Who has signed and who has not, what quorum still needs, and when the result can no longer change."""
    found, asked, as_it_is = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    window = open_window(as_it_is, asked)
    fact = body_fact(db.session, asked, as_it_is.today)
    person = gate.actor()
    mine = voting_queries.signable(db.session, window, fact, person.person_id or 0, person.name, now())
    return render_template(
        "signoff/voting.html",
        case=found,
        body=asked,
        folded=as_it_is,
        party=as_it_is.party(asked.id),
        window=window,
        counted=count(fact, window),
        fact=fact,
        mine={seat.id for seat in mine},
        closed=bool(may_be_recorded(window, now())),
        put=ANSWER_WORDS[window.answer],
        link=version_link(found, as_it_is.round.number),
        interests=INTEREST_IN_WORDS,
        register=register_of_voters(db.session, asked, fact, as_it_is),
    )


@blueprint.route("/sign-offs/<code>/<body_code>/voting/<int:seat_id>", methods=["GET", "POST"])
def sign_vote(code: str, body_code: str, seat_id: int) -> Response | str | tuple[str, int]:
    """Sign for one seat."""
    found, asked, as_it_is = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    page_of = url_for("signoff.voting_of_members", code=code, body_code=body_code)
    form = BallotForm()
    if form.is_submitted() and form.validate():
        with change() as session:
            voting.sign(
                session,
                case_id=found.id,
                body_id=asked.id,
                ballot=form.ballot(seat_id),
                token=form.token.data or "",
                doer=gate.doer(f"member, {asked.organisation.name}"),
                now=now(),
            )
        flash("Your vote is signed. It stands, and shows with everyone’s once the outcome is recorded.")
        return redirect(page_of, 303)
    window = open_window(as_it_is, asked)
    fact = body_fact(db.session, asked, as_it_is.today)
    person = gate.actor()
    deputies = voting.deputies_of(db.session, seat_id, as_it_is.today)
    allowed = may_sign(
        window, fact, seat_id, person_id=person.person_id or 0, person_name=person.name, deputies=deputies, now=now()
    )
    if not allowed:
        raise Refused(allowed.sentence, *allowed.needs)
    if not form.is_submitted():
        form.seen_voting.data, form.seen_hash.data = window.entry_id, window.content_hash
    page = render_template(
        "signoff/sign_vote.html",
        case=found,
        body=asked,
        folded=as_it_is,
        window=window,
        seat=next(one for one in fact.seats if one.id == seat_id),
        form=form,
        put=ANSWER_WORDS[window.answer],
        link=version_link(found, as_it_is.round.number),
    )
    return (page, 422) if form.errors else page


@blueprint.post("/sign-offs/<code>/<body_code>/voting/outcome")
def record_outcome(code: str, body_code: str) -> Response:
    """Record what the members decided, once voting is closed."""
    found, asked, _ = of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    with change() as session:
        entry_id = voting.record_outcome(
            session,
            case_id=found.id,
            body_id=asked.id,
            voting_id=request.form.get("voting", 0, int),
            doer=gate.doer(f"board secretary, {asked.organisation.name}"),
            now=now(),
        )
    return redirect(url_for("signoff.receipt", code=code, entry_id=entry_id), 303)


def may_open_voting_now(found: Case, as_it_is: Folded, asked: DecidingBody) -> bool:
    """Whether the person here may put it to the vote of the body's members: for templates."""
    if not gate.may("decision.record", found.as_resource(asked)):
        return False
    return bool(offered(as_it_is.stage.rule_for(asked.kind), body_fact(db.session, asked, as_it_is.today)))


def open_window(as_it_is: Folded, asked: DecidingBody) -> Window:
    """The window in which the body’s members vote; raises `Refused`, saying where it stands, where there is none."""
    window = voting.window_known(db.session, as_it_is, asked.id)
    if window is None:
        party = as_it_is.party(asked.id)
        said = party.sentence if party else f"“{as_it_is.round.title}” does not ask it."
        raise Refused(f"The members of {asked.short_name} are not voting on this now. {said}")
    return window


def of_body(code: str, body_code: str) -> tuple[Case, DecidingBody, Folded]:
    """The case, the body that it asks, and the case as it stands now."""
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    return found, asked, queries.folded(db.session, found, now())
