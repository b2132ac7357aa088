"""Chasing what is owed by hand, and the programme's calendar by which it is chased without anyone pressing a button."""

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.programme import queries, service
from app.programme.chase_days import AFTER, BEFORE, DaysNotUnderstood, numbers
from app.programme.chasing import Plan, by_hand, settings_shown
from app.programme.forms import CalendarForm, put_errors
from app.programme.models import Period
from app.programme.routes.places import blueprint, for_programme
from app.programme.silence import SILENT_DAYS
from app.web import gate
from app.web.clock import now, real_now, today
from app.web.text import count
from config import Settings


@blueprint.route("/periods/<code>/chase", methods=["GET", "POST"])
def chase(code: str) -> str | BaseResponse:
    """Everything owed, or one body's, or one thing: who would be sent what, then sent. Once a day each."""
    period = queries.period_by_code(db.session, code)
    gate.permit(period.programme.as_resource())
    workstream, body = request.values.get("workstream") or None, request.values.get("body") or None
    step = by_hand(today())
    if request.method == "POST":
        doer = for_programme(period.programme)
        settings: Settings = current_app.extensions["concord.settings"]
        with change() as session:
            period = queries.period_by_code(session, code)
            things = queries.owed(session, period, today(), workstream=workstream, body=body)
            sent = service.chase(
                session,
                period,
                things,
                step=step,
                doer=doer,
                now=now(),
                real_now=real_now(),
                public_url=settings.public_url,
            )
        flash(_said(sent))
        return redirect(url_for("programme.grid", period=code, programme=period.programme.code), 303)
    things = queries.owed(db.session, period, today(), workstream=workstream, body=body)
    return render_template(
        "programme/chase.html",
        period=period,
        days_left=queries.days_left(period, today()),
        plan=queries.plan(db.session, period, things, step, today()),
        workstream=workstream,
        body=body,
    )


def _said(sent: Plan) -> str:
    if not sent.letters:
        return "Nobody was sent anything: it was chased today already, or nothing is owed."
    things = len({thing for letter in sent.letters for thing in letter.things})
    return f"{count(len(sent.letters), 'mail').capitalize()} went out, for {count(things, 'thing')} owed."


@blueprint.route("/periods/<code>/calendar", methods=["GET", "POST"])
def calendar(code: str) -> str | BaseResponse | tuple[str, int]:
    """When owners are chased, which days that is in this period, and after how long silence is shown."""
    period = queries.period_by_code(db.session, code)
    programme = period.programme
    gate.permit(programme.as_resource())
    form = CalendarForm(
        seen=settings_shown(programme),
        before=programme.chase_before or BEFORE,
        after=programme.chase_after or AFTER,
        unit=programme.chase_unit or "working",
        silent_days=programme.silent_days or SILENT_DAYS,
    )
    if request.method == "POST" and form.validate() and _understood(form):
        return _set(period, form)
    page = render_template(
        "programme/calendar.html", period=period, form=form, steps=queries.planned_steps(programme, period)
    )
    return (page, 422) if form.errors else page


def _understood(form: CalendarForm) -> bool:
    wrong = {}
    for name in ("before", "after"):
        try:
            numbers(form[name].data or "")
        except DaysNotUnderstood as error:
            wrong[name] = str(error)
    put_errors(form, wrong)
    return not wrong


def _set(period: Period, form: CalendarForm) -> BaseResponse:
    programme_id, code, doer = period.programme_id, period.code, for_programme(period.programme)
    with change() as session:
        service.set_calendar(
            session,
            programme_id,
            before=form.before.data or "",
            after=form.after.data or "",
            unit=form.unit.data,
            silent_days=form.silent_days.data or SILENT_DAYS,
            seen=form.seen.data or "",
            doer=doer,
            now=now(),
        )
    flash("The calendar was saved.")
    return redirect(url_for("programme.calendar", code=code), 303)
