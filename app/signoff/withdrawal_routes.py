"""The page on which a body withdraws what it agreed."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from app.db import change, db
from app.meetings.models import Meeting
from app.people.models import DecidingBody
from app.permissions import Refused, Role
from app.signoff import queries, withdrawing
from app.signoff.certificate_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.signoff.checked_first import check_or_record
from app.signoff.folding import Folded
from app.signoff.held_meetings import acts_for, meeting_or_latest
from app.signoff.models import Case
from app.signoff.seat_forms import SeatsForm, SeenForm, seats_form
from app.signoff.successors import heir_of
from app.web import gate
from app.web.clock import now
from app.web.forms import Text
from workflows.eligibility import role_in_words
from workflows.quorum import QuorumVerdict
from workflows.verdict import Verdict
from workflows.withdrawal import carries_withdrawal

REASON = "Why the agreement is withdrawn"


class WithdrawalForm(SeenForm):
    """One officer withdraws what they agreed."""

    reason = Text(REASON, [InputRequired("Enter the reason")], most=4000)


class MeetingWithdrawalForm(SeatsForm):
    """A meeting withdraws what the body agreed: who was there, how each seat voted, and why."""

    reason = Text(REASON, [InputRequired("Enter the reason")], most=4000)


@blueprint.route("/sign-offs/<code>/<body_code>/withdrawal", methods=["GET", "POST"])
def withdraw_agreement(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Record that the body withdraws its agreement."""
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    gate.permit(found.as_resource(asked))
    as_it_is = queries.folded(db.session, found, now())
    held = withdrawing.held_by(as_it_is, asked.id)
    if held.rule.meets:
        gate.permit(found.as_resource(asked), "decision.follow")
        return _at_a_meeting(found, asked, held)
    return _by_its_officer(found, asked, held)


def _by_its_officer(found: Case, asked: DecidingBody, held: withdrawing.Held) -> Response | str | tuple[str, int]:
    form = WithdrawalForm()
    role = held.rule.role or "officer"
    if not form.is_submitted():
        form.show(queries.seen_for(db.session, found, asked))
    elif form.validate():
        with change() as session:
            withdrawing.withdraw_as_officer(
                session,
                case_id=found.id,
                body_id=asked.id,
                reason=form.reason.data or "",
                seen=form.seen(),
                doer=gate.doer(f"{role_in_words(role)}, {_at(asked, role)}"),
                now=now(),
                role=role,
            )
        return _done(found, asked)
    page = render_template("signoff/withdrawal.html", case=found, body=asked, held=held, form=form, meeting=None)
    return (page, 422) if form.errors else page


def _at_a_meeting(found: Case, asked: DecidingBody, held: withdrawing.Held) -> Response | str | tuple[str, int]:
    meetings = [one for one in _later_meetings(held.found, asked, held) if one.id != held.party.meeting_id]
    decider = heir_of(db.session, asked, held.found.today) or asked
    none_yet = Refused(
        f"{decider.short_name} has held no meeting since {asked.short_name} agreed that could withdraw it.",
        f"a later meeting of {decider.short_name}",
    )
    meeting = meeting_or_latest(decider, meetings, none_yet)
    fact, excluded, attended = queries.before_the_body(db.session, found, decider, meeting)
    form = seats_form(MeetingWithdrawalForm, fact, excluded, attended)

    def outcome(quorum: QuorumVerdict) -> Verdict:
        there, votes, presiding = form.attendance(), form.votes(), form.presiding.data or None
        return carries_withdrawal(fact, there, excluded, votes, quorum, presiding_seat_id=presiding)

    def record() -> Response:
        with change() as session:
            withdrawing.withdraw_at_meeting(
                session,
                case_id=found.id,
                body_id=asked.id,
                meeting_id=meeting.id,
                attendance=form.attendance(),
                exclusions=excluded,
                votes=form.votes(),
                reason=form.reason.data or "",
                seen=form.seen(),
                doer=gate.doer(f"board secretary, {acts_for(asked, Role.SECRETARY)}"),
                now=now(),
                presiding_seat_id=form.presiding.data or None,
            )
        return _done(found, asked)

    seen = partial(queries.seen_for, db.session, found, asked)
    sent = check_or_record(form, excluded, seen=seen, outcome=outcome, record=record)
    if sent.answer is not None:
        return sent.answer
    page = render_template(
        "signoff/withdrawal.html",
        case=found,
        body=asked,
        decider=decider,
        held=held,
        form=form,
        fact=fact,
        meeting=meeting,
        meetings=meetings,
        excluded=excluded,
        checked=sent.checked,
    )
    return (page, sent.wrong) if form.errors else page


def _at(asked: DecidingBody, role: str) -> str:
    """At which organisation who withdraws alone acts; a chair is always of the body itself."""
    return asked.organisation.name if role == "chair" else acts_for(asked, Role(role))


def _done(found: Case, asked: DecidingBody) -> Response:
    flash(f"It is recorded that {asked.short_name} withdrew its agreement. What it agreed stays in the history.")
    return redirect(url_for("signoff.body", code=found.code, body_code=asked.code), 303)


def _later_meetings(as_it_is: Folded, asked: DecidingBody, held: withdrawing.Held) -> list[Meeting]:
    """The meetings from the day of its agreement to today, the latest first: the body's, or of who succeeded it."""
    decider = heir_of(db.session, asked, as_it_is.today) or asked
    return list(queries.meetings_held(db.session, decider.id, held.agreed_on, as_it_is.today))
