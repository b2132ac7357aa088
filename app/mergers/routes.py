"""The pages of mergers: those planned and done, one with what it ends and passes, and planning one."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.as_stored import frontier
from app.audit.merkle import root_of
from app.audit.models import RecordLog
from app.db import change, db
from app.mergers import queries, service
from app.mergers.forms import CancelForm, MergerForm
from app.mergers.models import Merger
from app.mergers.plan import Plan, planned
from app.people import listings
from app.people.by_address import organisation_by_code
from app.people.forms_kept import pairs, show
from app.people.kept import Contradiction, mark, refuse
from app.people.models import Organisation
from app.people.routes.saving import Answer
from app.permissions import Refused, Resource
from app.web import gate
from app.web.clock import now, today
from app.web.tables import csv_answer
from workflows.facts import day_in_words

blueprint = Blueprint("mergers", __name__)

SERVICE = Resource("merger", name="the service")
CAPACITY = "administrator"


@blueprint.get("/mergers")
def index() -> Response | str:
    """Every merger: what is planned, and what has taken effect."""
    gate.permit(SERVICE)
    found = queries.mergers(db.session)
    if request.args.get("as") == "csv":
        header = ["From", "Organisations that end", "Into", "State", "Decided by"]
        rows = ((one.from_on, _names(one), one.successor.name, one.state, one.reason) for one in found)
        return csv_answer("mergers", header, rows)
    return render_template("mergers/index.html", mergers=found)


@blueprint.route("/mergers/new", methods=["GET", "POST"])
def new() -> Answer:
    """A merger is planned: what it ends and what it passes is shown, then it is confirmed."""
    gate.permit(SERVICE)
    form = MergerForm()
    lines = listings.organisations(db.session, None, today(), state="all", everything=True).rows
    form.successor.choices = pairs(
        ((one.organisation.ods_code, f"{one.organisation.name} ({one.organisation.ods_code})") for one in lines),
        "Choose an organisation",
    )
    if form.validate_on_submit():
        try:
            plan = plan_of(db.session, _wanted(form))
        except Contradiction as refusal:
            show(form, refusal)
        else:
            token = seen_of(plan)
            if form.confirmed.data != token:
                form.confirmed.data = token
                return render_template("mergers/confirm.html", form=form, plan=plan, at_once=plan.from_on == today())
            try:
                with change() as session:
                    merger = plan_it(session, _wanted(form), form.reason.data or "")
                    code, done = merger.code, merger.state == "done"
            except Contradiction as refusal:
                show(form, refusal)
            else:
                flash(
                    "The merger has taken effect."
                    if done
                    else f"The merger is planned: it takes effect on {day_in_words(plan.from_on)} by itself."
                )
                return redirect(url_for("mergers.merger", code=code), 303)
    page = render_template("mergers/new.html", form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/mergers/<code>")
def merger(code: str) -> str:
    """One merger: what it ends and passes, or what it has; and where the sealed records stand."""
    gate.permit(SERVICE)
    found = queries.merger_by_code(db.session, code)
    plan = None
    if found.state == "planned":
        ending = [one.organisation for one in found.predecessors]
        plan = planned(db.session, found.successor, ending, found.from_on, found.id)
    return render_template(
        "mergers/merger.html",
        merger=found,
        plan=plan,
        did=queries.what_it_did(db.session, found) if found.state == "done" else None,
        due=found.state == "planned" and found.from_on <= today(),
        final=[(log, _root(log)) for log in queries.final_logs(db.session, found)],
    )


@blueprint.route("/mergers/<code>/take-effect", methods=["POST"])
def take_effect(code: str) -> Response:
    """Its day has come and something stood against it, which is mended: it takes effect now."""
    gate.permit(SERVICE)
    found = queries.merger_by_code(db.session, code)
    try:
        with change() as session:
            service.take_effect(session, found.id, doer=gate.doer(CAPACITY), now=now())
        flash("The merger has taken effect.")
    except Refused as refusal:
        flash(f"Nothing was changed. {refusal.sentence}")
    return redirect(url_for("mergers.merger", code=code), 303)


@blueprint.route("/mergers/<code>/cancel", methods=["GET", "POST"])
def cancel(code: str) -> Answer:
    """What was planned is not to happen."""
    gate.permit(SERVICE)
    found = queries.merger_by_code(db.session, code)
    if found.state != "planned":
        raise Refused(f"The merger is {found.state}, so there is nothing to call off.", "a merger that is planned")
    form = CancelForm()
    if form.validate_on_submit():
        with change() as session:
            service.cancel_merger(session, found.id, reason=form.reason.data or "", doer=gate.doer(CAPACITY), now=now())
        flash("The merger is called off. The organisations go on as they are.")
        return redirect(url_for("mergers.merger", code=code), 303)
    page = render_template("mergers/cancel.html", merger=found, form=form)
    return (page, 422) if form.errors else page


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which merger is thought of: the ODS codes of who has the work and of those that end, and the first day."""

    successor: str
    predecessors: Sequence[str]
    from_on: date


def plan_of(session: Session, wanted: Wanted) -> Plan:
    """What would follow; raises `Contradiction` where a code is nobody's, or something stands against it."""
    if wanted.from_on < today():
        refuse([("from_on", f"{day_in_words(wanted.from_on)} is past. Enter today’s date or a later one.")])
    plan = planned(session, *_organisations(session, wanted), wanted.from_on)
    refuse(plan.problems)
    return plan


def seen_of(plan: Plan) -> str:
    """What was shown of a plan, by which it is told whether it is the same still when it is confirmed."""
    codes = [one.ods_code for one in plan.predecessors]
    return mark({"from_on": plan.from_on, "codes": codes, "lines": plan.lines})


def plan_it(session: Session, wanted: Wanted, reason: str) -> Merger:
    """The person here plans it; raises `Contradiction`."""
    successor, predecessors = _organisations(session, wanted)
    return service.plan_merger(
        session,
        successor=successor,
        predecessors=predecessors,
        from_on=wanted.from_on,
        reason=reason,
        doer=gate.doer(CAPACITY),
        now=now(),
    )


def _wanted(form: MergerForm) -> Wanted:
    assert form.from_on.data is not None  # the form asks for it
    return Wanted(form.successor.data, form.codes(), form.from_on.data)


def _organisations(session: Session, wanted: Wanted) -> tuple[Organisation, list[Organisation]]:
    found, unknown = queries.by_codes(session, wanted.predecessors)
    refuse(("predecessors", f"{code} is no organisation’s ODS code here. Check it.") for code in unknown)
    return organisation_by_code(session, wanted.successor), found


def _names(merger: Merger) -> str:
    return "; ".join(each.organisation.name for each in merger.predecessors)


def _root(log: RecordLog) -> str:
    """The root of a sealed log as its final checkpoint has it."""
    return base64.b64encode(root_of(frontier(log.frontier) or ())).decode()
