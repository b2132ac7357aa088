"""The pages on which a chair decides alone, and on which a meeting ratifies that or does not."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from app.db import change, db
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import meeting_fact
from app.people.body_facts import body_fact
from app.people.models import DecidingBody
from app.permissions import Refused
from app.signoff import chairs_action, queries
from app.signoff.chairs_action import Awaiting, Grounds, ToRatify
from app.signoff.checked_first import check_or_record
from app.signoff.correction_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.signoff.folding import Folded
from app.signoff.forms import AnswerForm
from app.signoff.held_meetings import meeting_or_latest
from app.signoff.known_interests import conflicted
from app.signoff.models import Case
from app.signoff.receipts import receipt_with
from app.signoff.routes import clauses_asked, version_link
from app.signoff.seat_forms import SeatsForm, seats_form
from app.web import gate
from app.web.clock import now
from app.web.forms import Text
from workflows.chairs_action import answers_alone, consulted_among, joined_by, may_ratify, offered, who_acts
from workflows.facts import BodyFact, SeatFact
from workflows.quorum import QuorumVerdict
from workflows.stages import PartyRule
from workflows.verdict import Verdict

NOBODY = (0, "Choose")


class ChairsActionForm(AnswerForm):
    """A chair's answer, with why it cannot wait and who took part."""

    urgent = Text("Why it cannot wait for a meeting", [InputRequired("Say why it cannot wait")], most=4000)
    officer = SelectField("Decided with the accountable officer", coerce=int, default=0)
    lay = SelectField("Lay member consulted", coerce=int, default=0)

    def choose(self, officers: tuple[SeatFact, ...], lay: tuple[SeatFact, ...]) -> None:
        """Offer the people who can take part; a body without such a seat asks for none."""
        for name, seats in (("officer", officers), ("lay", lay)):
            if seats:
                self[name].choices = dict([NOBODY, *((seat.id, f"{seat.person_name}, {seat.title}") for seat in seats)])
            else:
                del self[name]

    def grounds(self) -> Grounds:
        """What was filled in beside the answer."""
        chosen = {name: self[name].data or None if name in self else None for name in ("officer", "lay")}
        return Grounds(self.urgent.data or "", chosen["officer"], chosen["lay"])


class RatificationForm(SeatsForm):
    """A meeting says whether it ratifies: who was there, how each seat voted."""

    ratified = RadioField(
        "Did the meeting ratify it?",
        [InputRequired("Say whether the meeting ratified it")],
        choices=[("yes", "Ratified"), ("no", "Not ratified")],
    )
    reason = Text("Why it was not ratified", description="Needed where it was not.", most=4000)


@blueprint.route("/sign-offs/<code>/<body_code>/chairs-action", methods=["GET", "POST"])
def take_chairs_action(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """The chair decides alone, between meetings."""
    found, asked, as_it_is = _of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    if (before := pressed_before(found, asked)) is not None:
        return before
    rule, fact, barred = _offered(as_it_is, asked)
    form = ChairsActionForm()
    alone = rule.model_copy(update={"answers": answers_alone(rule)})
    form.offer(as_it_is.stage, alone, at_meeting=False, clauses=clauses_asked(found, as_it_is.round.number))
    if "reason" in form and not as_it_is.stage.answers_of_its_own:
        form.reason.description = "Needed for “not agree”."
    person_id = gate.actor().person_id
    form.choose(joined_by(fact, barred, person_id), consulted_among(fact, barred, person_id))
    if not form.is_submitted():
        form.show(queries.seen_for(db.session, found, asked))
    elif form.validate():
        try:
            with change() as session:
                entry_id = chairs_action.act_alone(
                    session,
                    case_id=found.id,
                    body_id=asked.id,
                    answer=form.fact(),
                    grounds=form.grounds(),
                    seen=form.seen(),
                    token=form.token.data or "",
                    doer=gate.doer(f"chair, {asked.organisation.name}"),
                    now=now(),
                )
            return redirect(url_for("signoff.receipt", code=code, entry_id=entry_id), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, asked, as_it_is = _of_body(code, body_code)
    page = render_template(
        "signoff/chairs_action.html",
        case=found,
        body=asked,
        folded=as_it_is,
        party=as_it_is.party(asked.id),
        form=form,
        link=version_link(found, as_it_is.round.number),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/sign-offs/<code>/<body_code>/ratification", methods=["GET", "POST"])
def ratify(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Record whether a meeting ratified what the chair had decided alone."""
    found, asked, as_it_is = _of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    if (before := pressed_before(found, asked)) is not None:
        return before
    held = chairs_action.to_ratify(as_it_is, asked.id)
    meetings = _meetings_since(held, asked)
    none_yet = Refused(
        f"{asked.short_name} has held no meeting since its chair decided this that could ratify it.",
        f"the next meeting of {asked.short_name}",
    )
    meeting = meeting_or_latest(asked, meetings, none_yet)
    fact, excluded, attended = chairs_action.before_ratifying(db.session, found.id, asked, meeting)
    form = seats_form(RatificationForm, fact, excluded, attended)

    def common() -> dict[str, Any]:
        return {
            "exclusions": excluded,
            "votes": form.votes(),
            "ratified": form.ratified.data == "yes",
            "reason": form.reason.data or "",
            "presiding_seat_id": form.presiding.data or None,
        }

    def outcome(quorum: QuorumVerdict) -> Verdict:
        assert held.party.on is not None  # the day on which the chair decided
        return may_ratify(
            fact,
            meeting_fact(db.session, meeting),
            decided_on=held.party.on,
            today=as_it_is.today,
            attending=form.attendance(),
            quorum=quorum,
            **common(),
        )

    def record() -> Response:
        with change() as session:
            entry_id = chairs_action.ratify(
                session,
                case_id=found.id,
                body_id=asked.id,
                meeting_id=meeting.id,
                attendance=form.attendance(),
                decision_id=held.party.entry_id or 0,
                last_entry_id=form.seen().last_entry_id,
                token=form.token.data or "",
                doer=gate.doer(f"board secretary, {asked.organisation.name}"),
                now=now(),
                **common(),
            )
        done = "ratified" if form.ratified.data == "yes" else "did not ratify"
        flash(f"It is recorded that {asked.short_name} {done} it.")
        return redirect(url_for("signoff.receipt", code=code, entry_id=entry_id), 303)

    seen = partial(queries.seen_for, db.session, found, asked)
    sent = check_or_record(form, excluded, seen=seen, outcome=outcome, record=record)
    if sent.answer is not None:
        return sent.answer
    if sent.refused:
        found, asked, as_it_is = _of_body(code, body_code)
        meeting = meeting_or_latest(asked, meetings, none_yet)
    page = render_template(
        "signoff/ratification.html",
        case=found,
        body=asked,
        held=held,
        form=form,
        fact=fact,
        meeting=meeting,
        meetings=meetings,
        excluded=excluded,
        checked=sent.checked,
    )
    return (page, sent.wrong) if form.errors else page


def pressed_before(found: Case, asked: DecidingBody) -> Response | None:
    """The way to the receipt of a form that was sent already: what it was about is no longer asked by then."""
    before = receipt_with(db.session, request.form.get("token", "")) if request.method == "POST" else None
    if before is None or (before.case_id, before.body_id) != (found.id, asked.id):
        return None
    return redirect(url_for("signoff.receipt", code=found.code, entry_id=before.entry_id), 303)


def _offered(as_it_is: Folded, asked: DecidingBody) -> tuple[PartyRule, BodyFact, frozenset[int]]:
    """How the body decides here, and who has an interest; raises `Refused` where its chair may not decide alone now."""
    fact = body_fact(db.session, asked, as_it_is.today)
    rule = as_it_is.stage.rule_for(asked.kind)
    party = as_it_is.party(asked.id)
    allowed = offered(rule, fact)
    if not allowed or rule is None:
        raise Refused(allowed.sentence, *allowed.needs)
    if party is None or not as_it_is.standing.asks(party):
        raise Refused(f"Nothing is asked of {asked.short_name} now. {party.sentence if party else ''}".strip())
    barred = conflicted(db.session, as_it_is.case.id, asked.id)
    acting = who_acts(fact, barred)
    if not any(seat.person_id == gate.actor().person_id for seat in acting):
        who = acting[0].person_name if acting else "nobody, as every member has an interest in it"
        raise Refused(f"By chair’s action {who} decides for {asked.short_name}.", f"chair’s action by {who}")
    return rule, fact, barred


def _of_body(code: str, body_code: str) -> tuple[Case, DecidingBody, Folded]:
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    return found, asked, queries.folded(db.session, found, now())


def _meetings_since(held: ToRatify, asked: DecidingBody) -> list[Meeting]:
    """The body's meetings from the day of the chair's action to today, the latest first."""
    assert held.party.on is not None  # the day on which the chair decided
    return list(queries.meetings_held(db.session, asked.id, held.party.on, held.found.today))


def may_act_alone_now(found: Case, as_it_is: Folded, asked: DecidingBody) -> bool:
    """Whether the person here may decide it by chair's action: for templates."""
    if not gate.may("chairs-action.take", found.as_resource(asked)):
        return False
    try:
        _offered(as_it_is, asked)
    except Refused:
        return False
    return True


def actions_to_ratify(meeting: Meeting, item: AgendaItem) -> list[Awaiting]:
    """What stands under the item at which a meeting ratifies chairs' actions: for templates."""
    if item.standing_kind != chairs_action.STANDING_KIND or meeting.state == "cancelled":
        return []
    return chairs_action.awaiting(db.session, [meeting.body_id])
