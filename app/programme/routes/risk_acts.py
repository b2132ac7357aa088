"""What is done with a risk: raise, change, assess, escalate, answer, close; each on a page of its own with a reason."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import Doer
from app.db import change, db
from app.people.models import Person
from app.permissions.facts import Role
from app.programme import escalation, register, risks
from app.programme.forms import put_errors
from app.programme.listing import workstreams_of
from app.programme.models import Programme, Workstream
from app.programme.owners import people_of
from app.programme.queries import programme_by_code
from app.programme.raid_models import Risk
from app.programme.risk_forms import AssessForm, ReasonForm, RiskForm, chosen
from app.programme.routes.places import blueprint, for_programme, pressed, the_programme
from app.web import gate
from app.web.clock import now, today
from workflows.risks import Score

Answer = str | BaseResponse | tuple[str, int]


def acting(risk: Risk) -> Doer:
    """The actor as the programme office knows them, else as the owner of the risk."""
    office = (Role.PROGRAMME_DIRECTOR, Role.PROGRAMME_MANAGER)
    host = risk.programme.collaborative.host_id
    if risk.owner_id == gate.actor().person_id and not any(gate.actor().holds(role, host) for role in office):
        return gate.doer(f"owner of the {risk.kind}")
    return for_programme(risk.programme)


def _found(code: str) -> Risk:
    found = register.risk_by_code(db.session, code)
    gate.permit(found.as_resource())
    return found


@blueprint.route("/risks/new", methods=["GET", "POST"])
def new_risk() -> Answer:
    """Put a risk or issue on the register with its first assessment."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    known = {one.code for one in workstreams_of(db.session, programme.id)}
    wanted = request.args.get("workstream", "")
    form = RiskForm(kind="risk", workstream=wanted if wanted in known else "")
    streams, people = _offered(form, programme)
    if request.method == "POST" and form.validate():
        wrong: dict[str, str] = {}
        current = chosen(form, "likelihood", "consequence", wrong, needed=True)
        text = form.text(wrong, streams, people)
        if not form.reason.data:
            wrong["reason"] = "Say what the score rests on"
        if text is not None and current is not None and not wrong:
            code, doer = programme.code, for_programme(programme)
            with change() as session:
                made = risks.raise_risk(
                    session,
                    programme_by_code(session, code),
                    text,
                    current=current,
                    why=form.reason.data or "",
                    doer=doer,
                    now=now(),
                )
                made_code, kind = made.code, made.kind
            flash(f"The {kind} is on the register as {made_code}.")
            return redirect(url_for("programme.risk", code=made_code), 303)
        put_errors(form, wrong)
    page = render_template("programme/risk_form.html", programme=programme, risk=None, form=form)
    return (page, 422) if form.errors else page


def _offered(form: RiskForm, programme: Programme, risk: Risk | None = None) -> tuple[list[Workstream], list[Person]]:
    streams = list(workstreams_of(db.session, programme.id))
    people = list(people_of(db.session, programme.collaborative_id, today()))
    if risk is not None and risk.owner is not None and risk.owner not in people:
        people.append(risk.owner)
    form.offer(streams, people)
    return streams, people


@blueprint.route("/risks/<code>/edit", methods=["GET", "POST"])
def edit_risk(code: str) -> Answer:
    """Change what a risk says, with a reason; how it is judged changes by an assessment."""
    found = _found(code)
    form = RiskForm(data=RiskForm.stored(found))
    streams, people = _offered(form, found.programme, found)
    if request.method == "POST" and form.validate():
        wrong: dict[str, str] = {}
        text = form.text(wrong, streams, people)
        if not form.reason.data:
            wrong["reason"] = "Say why it changes"
        if text is not None and not wrong:
            risk_id, doer, kind = found.id, for_programme(found.programme), found.kind
            with change() as session:
                risks.change_risk(
                    session, risk_id, text, reason=form.reason.data or "", seen=form.version, doer=doer, now=now()
                )
            flash(f"The {kind} was changed.")
            return redirect(url_for("programme.risk", code=code), 303)
        put_errors(form, wrong)
    page = render_template("programme/risk_form.html", programme=found.programme, risk=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/risks/<code>/assess", methods=["GET", "POST"])
def assess_risk(code: str) -> Answer:
    """How likely and how grave it is judged today, and why."""
    found = _found(code)
    newest = found.assessments[-1] if found.assessments else None
    form = AssessForm(
        seen=found.version,
        likelihood=str(newest.likelihood) if newest else "",
        consequence=str(newest.consequence) if newest else "",
    )
    if request.method == "POST" and form.validate():
        wrong: dict[str, str] = {}
        score = form.score(wrong)
        if not form.why.data:
            wrong["why"] = "Say what the score rests on"
        if score is not None and not wrong:
            risk_id, doer = found.id, acting(found)
            with change() as session:
                risks.assess_risk(
                    session, risk_id, score, why=form.why.data or "", seen=form.version, doer=doer, now=now()
                )
            flash(f"It is assessed at {score.sentence}.")
            return redirect(url_for("programme.risk", code=code), 303)
        put_errors(form, wrong)
    current = Score(newest.likelihood, newest.consequence) if newest else None
    page = render_template("programme/assess_risk.html", risk=found, newest=newest, current=current, form=form)
    return (page, 422) if form.errors else page


Verb = Callable[..., Risk]


def _with_a_reason(code: str, template: str, verbs: dict[str, tuple[Verb, str]]) -> Answer:
    """A page with a reason and a button for each of these verbs, each with what is said once it is done."""
    found = _found(code)
    form = ReasonForm(seen=found.version)
    if request.method == "POST":
        verb, done = verbs[pressed(*verbs)]
        if not form.reason.data:
            put_errors(form, {"reason": "Give a reason"})
        elif form.validate():
            risk_id, doer = found.id, for_programme(found.programme)
            with change() as session:
                came = _done(session, verb, risk_id, form, doer)
            flash(done.format(title=found.title))
            return redirect(url_for("programme.risk", code=came), 303)
    page = render_template(template, risk=found, form=form)
    return (page, 422) if form.errors else page


def _done(session: Session, verb: Verb, risk_id: int, form: ReasonForm, doer: Doer) -> str:
    return verb(session, risk_id, reason=form.reason.data or "", seen=form.version, doer=doer, now=now()).code


@blueprint.route("/risks/<code>/escalate", methods=["GET", "POST"])
def escalate_risk(code: str) -> Answer:
    """Ask that the programme takes it on."""
    return _with_a_reason(
        code,
        "programme/escalate_risk.html",
        {"escalate": (escalation.escalate, "“{title}” now waits for the programme director.")},
    )


@blueprint.route("/risks/<code>/escalation", methods=["GET", "POST"])
def answer_escalation(code: str) -> Answer:
    """The director takes it to programme level, returns it, or brings it down again."""
    return _with_a_reason(
        code,
        "programme/answer_escalation.html",
        {
            "accept": (escalation.accept_escalation, "“{title}” now stands at programme level."),
            "return": (escalation.return_escalation, "“{title}” was returned to its workstream."),
            "lower": (escalation.de_escalate, "“{title}” is back with its workstream."),
        },
    )


@blueprint.route("/risks/<code>/close", methods=["GET", "POST"])
def close_risk(code: str) -> Answer:
    """Close it, say that it has happened, or open it again."""
    return _with_a_reason(
        code,
        "programme/close_risk.html",
        {
            "close": (risks.close_risk, "“{title}” was closed."),
            "realise": (risks.realise_risk, "“{title}” has happened; this issue stands in its place."),
            "reopen": (risks.reopen_risk, "“{title}” is open again."),
        },
    )
