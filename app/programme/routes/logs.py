"""The action log and the decision log: lists, an action's own page, and the pages that write to them."""

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import Doer
from app.db import change, db
from app.permissions.facts import Role
from app.programme import logs
from app.programme.dates import DateNotUnderstood, parse_day
from app.programme.forms import put_errors
from app.programme.listing import choices_of, workstreams_of
from app.programme.log_forms import ActionForm, DecisionForm, ReportForm
from app.programme.logs import LogFilters
from app.programme.models import Programme
from app.programme.owners import people_of
from app.programme.queries import programme_by_code
from app.programme.raid_models import ProgrammeAction
from app.programme.routes.places import blueprint, for_programme, pressed, the_programme
from app.web import gate
from app.web.clock import now, today
from app.web.tables import csv_answer
from app.web.text import day, given

Answer = str | BaseResponse | tuple[str, int]
PAGE = 50


def _filters() -> LogFilters:
    state = request.args.get("state", "")
    return LogFilters(
        workstream=request.args.get("workstream", "")[:60],
        owner=request.args.get("owner", "")[:60],
        text=request.args.get("q", "")[:200].strip(),
        state=state if state in ("open", "overdue", "done", "all") else "open",
    )


def _page(count: int) -> tuple[int, int]:
    """The page that is asked for, and how many there are."""
    pages = (count + PAGE - 1) // PAGE
    return max(1, min(request.args.get("page", 1, type=int), pages or 1)), pages


@blueprint.route("/actions")
def actions() -> str | Response:
    """Who is to do what by when, what is overdue, what was done."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    filters = _filters()
    rows = logs.actions(db.session, programme.id, filters, today())
    if request.args.get("as") == "csv":
        header = (
            *("Code", "Action", "Workstream", "Owner", "Due", "Overdue", "Done", "What came of it", "Agreed", "On"),
            "Recorded afterwards",
        )
        return csv_answer(
            "actions",
            header,
            [
                (
                    one.code,
                    one.title,
                    one.workstream.title if one.workstream else "The programme as a whole",
                    one.owner.name if one.owner else None,
                    given(one.due),
                    "yes" if logs.overdue(one, today()) else "no",
                    day(one.done_on),
                    one.done_note,
                    one.origin,
                    day(one.raised_on),
                    "yes" if logs.recorded_afterwards(one) else "no",
                )
                for one in rows
            ],
        )
    page, pages = _page(len(rows))
    every = logs.actions(db.session, programme.id, LogFilters(state="all"), today())
    return render_template(
        "programme/actions.html",
        programme=programme,
        filters=filters,
        rows=rows[(page - 1) * PAGE : page * PAGE],
        found=len(rows),
        every=len(every),
        page=page,
        pages=pages,
        overdue=logs.overdue,
        overdue_count=sum(logs.overdue(one, today()) for one in every),
        recorded_afterwards=logs.recorded_afterwards,
        workstreams=choices_of(db.session, programme.id),
        owners=sorted({(one.owner.name, one.owner.code) for one in every if one.owner}),
    )


def _found(code: str) -> ProgrammeAction:
    found = logs.action_by_code(db.session, code)
    gate.permit(found.as_resource())
    return found


@blueprint.route("/actions/<code>")
def action(code: str) -> str:
    """What is to be done, by whom, by when, where that was agreed, and what came of it."""
    found = _found(code)
    return render_template(
        "programme/action.html",
        action=found,
        overdue=logs.overdue(found, today()),
        afterwards=logs.recorded_afterwards(found),
    )


def _offered(form: ActionForm, programme: Programme, action: ProgrammeAction | None = None) -> dict[str, int]:
    """Give the form its choices; the ids behind them by kind and code."""
    streams, risks = workstreams_of(db.session, programme.id), list(logs.risks_of(db.session, programme.id))
    people = list(people_of(db.session, programme.collaborative_id, today()))
    if action is not None and action.risk is not None and action.risk not in risks:
        risks.append(action.risk)
    if action is not None and action.owner is not None and action.owner not in people:
        people.append(action.owner)
    form.offer(streams, risks, people)
    return (
        {f"workstream {one.code}": one.id for one in streams}
        | {f"risk {one.code}": one.id for one in risks}
        | {f"person {one.code}": one.id for one in people}
    )


@blueprint.route("/actions/new", methods=["GET", "POST"])
def new_action() -> Answer:
    """Write an action down."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    form = ActionForm(raised_on=day(today()))
    ids = _offered(form, programme)
    if request.method == "POST" and form.validate():
        wrong: dict[str, str] = {}
        text = form.text(wrong, ids)
        if text is not None:
            code, doer = programme.code, for_programme(programme)
            with change() as session:
                made = logs.log_action(session, programme_by_code(session, code), text, doer, now()).code
            flash(f"The action is on the log as {made}.")
            return redirect(url_for("programme.action", code=made), 303)
        put_errors(form, wrong)
    page = render_template("programme/action_form.html", programme=programme, action=None, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/actions/<code>/edit", methods=["GET", "POST"])
def edit_action(code: str) -> Answer:
    """Change what an action says, with a reason."""
    found = _found(code)
    exact = found.due.earliest == found.due.latest
    form = ActionForm(
        title=found.title,
        origin=found.origin,
        raised_on=day(found.raised_on),
        due=found.due_words,
        due_earliest="" if exact else day(found.due.earliest),
        due_latest="" if exact else day(found.due.latest),
        owner=found.owner.code if found.owner else "",
        workstream=found.workstream.code if found.workstream else "",
        risk=found.risk.code if found.risk else "",
        seen=found.version,
    )
    ids = _offered(form, found.programme, found)
    if request.method == "POST" and form.validate():
        wrong = {} if form.reason.data else {"reason": "Say why it changes"}
        text = form.text(wrong, ids)
        if text is not None:
            action_id, doer, reason = found.id, for_programme(found.programme), form.reason.data or ""
            with change() as session:
                logs.change_action(session, action_id, text, reason=reason, seen=form.version, doer=doer, now=now())
            flash("The action was changed.")
            return redirect(url_for("programme.action", code=code), 303)
        put_errors(form, wrong)
    page = render_template("programme/action_form.html", programme=found.programme, action=found, form=form)
    return (page, 422) if form.errors else page


def _reporting(found: ProgrammeAction) -> Doer:
    """The actor as the programme office knows them, else as who was to do it."""
    host = found.programme.collaborative.host_id
    office = any(gate.actor().holds(role, host) for role in (Role.PROGRAMME_DIRECTOR, Role.PROGRAMME_MANAGER))
    if found.owner_id == gate.actor().person_id and not office:
        return gate.doer("owner of the action")
    return for_programme(found.programme)


@blueprint.route("/actions/<code>/report", methods=["GET", "POST"])
def report_action(code: str) -> Answer:
    """Say that it is done and what came of it, or open it again."""
    found = _found(code)
    form = ReportForm(seen=found.version, done_on=day(today()))
    if request.method == "POST" and form.validate():
        done = pressed("done", "reopen") == "done"
        wrong = {} if form.note.data else {"note": "Say what came of it" if done else "Say what is still to be done"}
        done_on = today()
        try:
            done_on = parse_day(form.done_on.data or "") if done else done_on
        except DateNotUnderstood as error:
            wrong["done_on"] = str(error)
        put_errors(form, wrong)
        if not wrong:
            action_id, doer, note = found.id, _reporting(found), form.note.data or ""
            with change() as session:
                if done:
                    logs.report_done(
                        session, action_id, done_on=done_on, note=note, seen=form.version, doer=doer, now=now()
                    )
                else:
                    logs.reopen_action(session, action_id, reason=note, seen=form.version, doer=doer, now=now())
            flash("The action is done." if done else "The action is open again.")
            return redirect(url_for("programme.action", code=code), 303)
    page = render_template("programme/report_action.html", action=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/decisions")
def decisions() -> str | Response:
    """What the programme's board or an officer decided, by what authority and why."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    filters = _filters()
    rows = logs.decisions(db.session, programme.id, filters)
    if request.args.get("as") == "csv":
        header = ("Code", "Decided on", "What", "Who decided", "Why", "Workstream", "Takes the place of", "Recorded")
        return csv_answer(
            "decisions",
            header,
            [
                (
                    one.code,
                    day(one.decided_on),
                    one.what,
                    one.authority,
                    one.why,
                    one.workstream.title if one.workstream else "The programme as a whole",
                    one.corrects,
                    "afterwards" if logs.recorded_afterwards(one) else "on the day",
                )
                for one in rows
            ],
        )
    page, pages = _page(len(rows))
    every = logs.decisions(db.session, programme.id, LogFilters())
    return render_template(
        "programme/decisions.html",
        programme=programme,
        filters=filters,
        rows=rows[(page - 1) * PAGE : page * PAGE],
        found=len(rows),
        every=len(every),
        replaced={one.corrects: one.code for one in every if one.corrects},
        page=page,
        pages=pages,
        recorded_afterwards=logs.recorded_afterwards,
        workstreams=choices_of(db.session, programme.id),
    )


@blueprint.route("/decisions/new", methods=["GET", "POST"])
def new_decision() -> Answer:
    """Write a decision down; it is never changed, but another can take its place."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    form = DecisionForm(decided_on=day(today()))
    streams, risks = workstreams_of(db.session, programme.id), logs.risks_of(db.session, programme.id)
    form.offer_subjects(streams, risks)
    earlier = logs.decisions(db.session, programme.id, LogFilters())
    form.corrects.choices = {"": "None"} | {one.code: f"{day(one.decided_on)}: {one.what[:80]}" for one in earlier}
    ids = {f"workstream {one.code}": one.id for one in streams} | {f"risk {one.code}": one.id for one in risks}
    if request.method == "POST" and form.validate():
        wrong: dict[str, str] = {}
        text = form.text(wrong, ids)
        if text is not None:
            code, doer = programme.code, for_programme(programme)
            with change() as session:
                made = logs.log_decision(session, programme_by_code(session, code), text, doer, now()).code
            flash(f"The decision is on the log as {made}.")
            return redirect(url_for("programme.decisions"), 303)
        put_errors(form, wrong)
    page = render_template("programme/decision_form.html", programme=programme, form=form)
    return (page, 422) if form.errors else page
