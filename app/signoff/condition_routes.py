"""The pages of conditions: those of the collaborative in one list, and the form that says what became of one."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import change, db
from app.db.by_words import MOST
from app.people.models import DecidingBody
from app.permissions import Refused, Resource, Role
from app.signoff import condition_queries, queries, tracking
from app.signoff.condition_forms import ConditionForm
from app.signoff.definition_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.facts import day_in_words

PAGE = 50


@blueprint.get("/sign-offs/conditions")
def conditions() -> Response | str:
    """The conditions on which the bodies of the collaborative agreed, and which of them are open."""
    shared = sorted(gate.actor().collaborative_ids)
    gate.permit(Resource("case", collaborative_id=shared[0] if shared else None))
    asked = request.args.get("state", "open")
    filters = condition_queries.Filters(
        state=asked if asked in condition_queries.STATES else "open",
        words=request.args.get("q", "")[:200],
        body=request.args.get("body", "")[:200],
        owner=request.args.get("owner", "")[:200],
    )
    as_file = request.args.get("as") == "csv"
    page = 0 if as_file else page_asked()
    span, found = condition_queries.listed(db.session, shared, filters, today(), PAGE, page)
    rows = [(row, condition_queries.as_rule(row.ConditionRow)) for row in found]
    if as_file:
        header = ("Body", "Condition", "Case", "Who sees to it", "Due", "State", "Overdue", "In words")
        return csv_answer(
            "conditions",
            header,
            [
                (
                    row.body,
                    one.text,
                    row.case_title,
                    one.owner,
                    day_in_words(one.due) if one.due else None,
                    one.state,
                    "yes" if one.overdue(today()) else "no",
                    one.in_words(today()),
                )
                for row, one in rows
            ],
        )
    bodies = condition_queries.bodies_with(db.session, shared)
    return render_template(
        "signoff/conditions.html",
        rows=rows,
        span=span,
        filters=filters,
        states=condition_queries.STATES,
        bodies=[(code, name) for code, name in bodies] if len(bodies) <= MOST else None,
        any_at_all=bool(bodies),
        keeps=lambda organisation_id: gate.may(
            "condition.keep", Resource("case", organisation_id=organisation_id, collaborative_id=shared[0], part=1)
        ),
    )


@blueprint.route("/sign-offs/<code>/<body_code>/conditions/<int:decision_id>/<int:position>", methods=["GET", "POST"])
def condition(code: str, body_code: str, decision_id: int, position: int) -> Response | str | tuple[str, int]:
    """Say what became of one condition of a body: an owner, met, waived, open again."""
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    gate.permit(found.as_resource(asked))
    which = tracking.Which(found.id, asked.id, decision_id, position)
    known = tracking.tracked(queries.folded(db.session, found, now()), which)
    form = ConditionForm()
    if form.is_submitted():
        tracking.refuse_as_settled(known.condition, form.seen.data or "", today())
    form.offer(known.condition, today())
    if form.validate_on_submit():
        try:
            _record(form, which, capacity_for(asked))
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
        else:
            flash(f"It is recorded what became of {asked.short_name}’s condition.")
            return redirect(url_for("signoff.body", code=code, body_code=body_code, _anchor="conditions"), 303)
    page = render_template("signoff/condition.html", case=found, body=asked, known=known, form=form)
    return (page, 422) if form.errors else page


def capacity_for(asked: DecidingBody) -> str:
    """In what capacity the person acts for this body: as its board secretary, else as the officer who answers."""
    own = asked.organisation
    secretary = gate.actor().holds(Role.SECRETARY, own.id)
    return f"{'board secretary' if secretary else 'officer who answers for the organisation'}, {own.name}"


def _record(form: ConditionForm, which: tracking.Which, capacity: str) -> None:
    seen, doer, at = form.seen.data or "", gate.doer(capacity), now()
    with change() as session:
        if form.what.data == "assigned":
            owner, due = form.owner.data or "", form.due.data
            tracking.assign_condition(session, which, owner=owner, due=due, seen=seen, doer=doer, now=at)
        elif form.what.data == "met":
            evidence, on = form.evidence.data or "", form.day(today())
            tracking.meet_condition(session, which, evidence=evidence, on=on, seen=seen, doer=doer, now=at)
        elif form.what.data == "waived":
            reason, by, on = form.reason.data or "", form.decided_by.data or "", form.day(today())
            tracking.waive_condition(session, which, reason=reason, decided_by=by, on=on, seen=seen, doer=doer, now=at)
        else:
            reason = form.reason.data or ""
            tracking.reopen_condition(session, which, reason=reason, seen=seen, doer=doer, now=at)
