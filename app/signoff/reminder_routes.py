"""The pages of reminders: who was told what of a case and who is told next; and what one person was told, and why."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from app.db import db
from app.permissions import Resource
from app.signoff import queries, reminder_queries
from app.signoff.route_pages import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.clock import now
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.case_history import day_of
from workflows.facts import day_in_words

PAGE = 50


@blueprint.get("/sign-offs/<code>/reminders")
def reminders(code: str) -> Response | str:
    """What was said of the case, and what comes."""
    found = queries.case_by_code(db.session, code)
    gate.permit(found.as_resource())
    times = reminder_queries.times_shown(db.session, queries.folded(db.session, found, now()))
    if request.args.get("as") == "csv":
        header = ["Sent", "Kind", "Body", "Step", "Of the day", "Told", "Why"]
        rows: list[list[Any]] = [
            [
                day_in_words(day_of(one.at)),
                reminder_queries.KINDS[one.kind],
                one.body.short_name if one.body else "all who had not answered",
                one.step,
                day_in_words(one.due),
                "; ".join(dict.fromkeys(to.role for to in one.told)),
                one.why,
            ]
            for one in times.sent
        ]
        return csv_answer(f"reminders-{found.code}", header, rows)
    return render_template("signoff/reminders.html", case=found, times=times, kinds=reminder_queries.KINDS)


@blueprint.get("/my-reminders")
def my_reminders() -> Response | str:
    """What this person was mailed about sign-off, in which capacity and why."""
    gate.permit(Resource("account", owner_id=gate.actor().person_id))
    as_file = request.args.get("as") == "csv"
    span, found = reminder_queries.told_to(db.session, gate.actor(), PAGE, 0 if as_file else page_asked())
    if as_file:
        header = ["Sent", "About", "Body", "Told as", "Step", "Why"]
        rows: list[list[Any]] = [
            [
                day_in_words(day_of(one.reminder.at)),
                one.reminder.case.title if one.seen else "",
                one.reminder.body.short_name if one.reminder.body else "",
                one.role,
                one.reminder.step,
                one.reminder.why if one.seen else "",
            ]
            for one in found
        ]
        return csv_answer("my-reminders", header, rows)
    return render_template("signoff/my_reminders.html", span=span, found=found, kinds=reminder_queries.KINDS)
