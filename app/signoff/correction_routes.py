"""The page on which a second person of the body corrects what was recorded of its decision, or marks it as an error."""

import json
from hashlib import sha256
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from app.db import change, db
from app.people.models import DecidingBody
from app.permissions import Missing, Refused, Role
from app.signoff import correcting, queries
from app.signoff.condition_forms import MOST as MOST_CONDITIONS
from app.signoff.deferral_forms import Deferrable
from app.signoff.folding import Folded
from app.signoff.forms import AnswerForm
from app.signoff.held_meetings import acts_for
from app.signoff.routes import clauses_asked
from app.signoff.withdrawal_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.clock import now, today
from app.web.forms import Text
from workflows.case_history import Act, day_of, day_said
from workflows.conditions import conditions_of
from workflows.corrected_votes import correctable_seats
from workflows.deferral import deferral_of
from workflows.facts import VOTES, AnswerFact, CaseEntry, VoteFact, day_read

IN_ERROR = "entered_in_error"
_VOTE = "vote_of_"


class CorrectionForm(AnswerForm):
    """What the record should say of a decision, and why."""

    why = Text("Why it is corrected", [InputRequired("Enter why it is corrected")], most=4000)
    looked_at = HiddenField()

    def corrected(self) -> AnswerFact | None:
        """The answer as it should have been recorded; nothing where nothing was decided."""
        return None if self.answer.data == IN_ERROR else self.fact()

    def vote_fields(self) -> list[SelectField]:
        """The votes by seat, where a meeting cast any that may be put right here."""
        return [one for one in self if isinstance(one, SelectField) and one.name.startswith(_VOTE)]

    def votes(self, act: Act) -> tuple[VoteFact, ...]:
        """The votes that are filled in otherwise than they stand."""
        stand = {one["seat_id"]: one["vote"] for one in act.said.get("votes") or ()}
        said = {int(one.name.removeprefix(_VOTE)): one.data for one in self.vote_fields()}
        return tuple(VoteFact(seat, vote) for seat, vote in said.items() if vote and vote != stand.get(seat))

    def fill(self, act: Act) -> None:
        """Put into a fresh form what stands of the decision."""
        said = act.said
        if not act.void:
            self.answer.data = said["answer"]
        if "reason" in self:
            self.reason.data = said.get("reason") or ""
        self.show_deferral(deferral_of(said))
        if "condition_1" in self:
            self.show_conditions(conditions_of(act.entry.id, said, act.later))
        varied = said.get("variation") or {}
        if "varied_text" in self:
            self.varied_text.data, self.varied_until.data = varied.get("text"), day_read(varied.get("expires"))
            place = self["varied_clause" if "varied_clause" in self else "varied_place"]
            place.data = varied.get("clause") or ""

    def digest(self) -> str:
        """What is filled in, so that no other correction is recorded than the one that was looked at."""
        fact, votes = self.corrected(), [one.data for one in self.vote_fields()]
        return sha256(json.dumps([repr(fact), self.why.data, votes]).encode()).hexdigest()


def form_for(act: Act) -> CorrectionForm:
    """The form for a decision, with a field for each vote that may be put right."""
    stand = {one["seat_id"]: one["vote"] for one in act.said.get("votes") or ()}
    votes = [(vote, vote.capitalize()) for vote in VOTES]
    fields = {
        f"{_VOTE}{seat.id}": SelectField(
            f"{seat.title}, {seat.person_name}",
            choices=votes if seat.id in stand else [("", "None recorded"), *votes],
            default=stand.get(seat.id, ""),
        )
        for seat in correctable_seats(act.said)
    }
    form: CorrectionForm = type("CorrectionForm", (CorrectionForm,), fields)()
    return form


@blueprint.route("/sign-offs/<code>/<body_code>/correction", methods=["GET", "POST"])
def correct_decision(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Correct what was recorded of the body's latest decision; what will stand is shown before it is recorded."""
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    gate.permit(found.as_resource(asked))
    as_it_is = queries.folded(db.session, found, now())
    decision = correcting.latest_decision(as_it_is, asked)
    if decision is None:
        raise Refused(f"No decision of {asked.short_name} on this is recorded, so there is none to correct.")
    doer = gate.doer(capacity_of(asked))
    act = correcting.as_it_stands(as_it_is, decision)
    blocked = _blocked(as_it_is, asked, decision)
    form = form_for(act)
    stage = as_it_is.definition.stage(str(decision.payload["stage"]))
    rule = stage.rule_for(asked.kind)
    if rule is None:
        raise Missing
    clauses = clauses_asked(found, int(decision.payload["round"]))
    on = day_said(decision.payload, "held_on") or day_of(decision.at)
    deferrable = Deferrable.of(db.session, asked, on, today(), deferral_of(act.said))
    form.offer(stage, rule, at_meeting=False, clauses=clauses, deferrable=deferrable)
    many = len(act.said.get("conditions") or ()) > MOST_CONDITIONS
    offered: Any = form.answer.choices
    answers: dict[str, str] = {} if many else dict(offered)
    form.answer.choices = {**answers, IN_ERROR: "It was entered in error: nothing was decided"}
    if "comments" in form:
        del form.comments
    foreseen = None
    if not form.is_submitted():
        form.show(queries.seen_for(db.session, found, asked))
        form.fill(act)
    elif form.validate() and blocked is None:
        try:
            answer, why, votes = form.corrected(), form.why.data or "", form.votes(act)
            foreseen = correcting.foresee(db.session, as_it_is, asked, decision.id, why, answer, doer, votes)
            if request.form.get("step") == "record" and form.looked_at.data == form.digest():
                with change() as session:
                    correcting.correct_decision(
                        session,
                        case_id=found.id,
                        body_id=asked.id,
                        entry_id=decision.id,
                        reason=why,
                        answer=answer,
                        doer=doer,
                        now=now(),
                        seen_entry=form.seen_entry.data or 0,
                        votes=votes,
                    )
                flash(f"What was recorded of {asked.short_name}’s decision is corrected. The first entry stays.")
                return redirect(url_for("signoff.body", code=code, body_code=body_code), 303)
            form.looked_at.data = form.digest()
        except Refused as refusal:
            foreseen = None
            needs = f" What would make it possible: {'; '.join(refusal.needs)}." if refusal.needs else ""
            form.form_errors.append(f"{refusal.sentence}{needs}")
    page = render_template(
        "signoff/correction.html",
        case=found,
        body=asked,
        form=form,
        folded=as_it_is,
        now_stands=_stands(as_it_is, asked, int(decision.payload["round"])),
        entry=queries.entry_of(db.session, found, decision.id),
        blocked=blocked,
        foreseen=foreseen,
        many=many,
    )
    return (page, 422) if form.errors else page


def capacity_of(asked: DecidingBody) -> str:
    """In what capacity the person acts for this body: board secretary, officer, else chair."""
    actor, own = gate.actor(), asked.organisation
    if actor.holds(Role.SECRETARY, own.id) or actor.holds_at_successor(Role.SECRETARY, own.id):
        return f"board secretary, {acts_for(asked, Role.SECRETARY)}"
    if actor.holds_at_successor(Role.OFFICER, own.id):
        return f"officer who answers for the organisation, {acts_for(asked, Role.OFFICER)}"
    return f"{'officer who answers for the organisation' if actor.holds(Role.OFFICER, own.id) else 'chair'}, {own.name}"


def _blocked(as_it_is: Folded, asked: DecidingBody, decision: CaseEntry) -> Refused | None:
    """Why the person here may not correct it, and who may; nothing where they may."""
    try:
        correcting.refuse_first_person(db.session, as_it_is, asked, decision, gate.doer())
    except Refused as refusal:
        return refusal
    return None


def _stands(as_it_is: Folded, asked: DecidingBody, number: int) -> str:
    rounds = (one for one in as_it_is.standing.rounds if one.number == number)
    return next(party.sentence for one in rounds for party in one.parties if party.party.body_id == asked.id)
