"""What is wrong in a released edition, said by its director; and who holds which edition and which correction."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.packs import corrections, holders, queries, service, withdrawing
from app.packs.forms import ErrorForm, WithdrawForm
from app.packs.routes.places import blueprint, edition_at, for_programme, settings, stored_edition
from app.programme.listing import workstreams_of
from app.programme.models import Workstream
from app.programme.queries import period_by_code
from app.programme.reopened import reopened_updates
from app.web import gate
from app.web.clock import now, real_now
from app.web.tables import csv_answer
from workflows.case_history import day_of

ELSEWHERE = "elsewhere"


@blueprint.route("/editions/<code>/correct", methods=["GET", "POST"])
def report_error(code: str) -> str | BaseResponse | tuple[str, int]:
    """Say what is wrong in the released edition; the next edition and its correction begin with it."""
    found = stored_edition(code)
    form = ErrorForm()
    streams = workstreams_of(db.session, found.period.programme_id)
    form.workstream.choices = {
        "": "Choose a section",
        **{one.code: one.title for one in streams},
        ELSEWHERE: corrections.ELSEWHERE,
    }
    if form.validate_on_submit():
        wrong, reopen, doer = form.wrong.data or "", bool(form.reopen.data), for_programme(found)
        chosen = next((one.id for one in streams if one.code == form.workstream.data), None)
        stream_code = form.workstream.data
        with change() as session:
            service.report_error(
                session,
                period_by_code(session, code),
                workstream=session.get_one(Workstream, chosen) if chosen is not None else None,
                wrong=wrong,
                reopen=reopen,
                doer=doer,
                now=now(),
                demonstration=settings().demonstration,
            )
        if reopen and chosen is not None:
            flash("What is wrong is on record. The update is open again: put it right, submit it, approve it.")
            return redirect(url_for("programme.update", code=stream_code, period=code), 303)
        flash("What is wrong is on record.")
        return redirect(url_for("packs.edition", code=code), 303)
    page = render_template("packs/report_error.html", form=form, edition=found, period=found.period)
    return (page, 422) if form.errors else page


@blueprint.route("/editions/<code>/correct/withdraw", methods=["GET", "POST"])
def withdraw_correction(code: str) -> str | BaseResponse | tuple[str, int]:
    """Withdraw a correction that was begun; nothing of it has gone out."""
    found = stored_edition(code)
    form = WithdrawForm()
    if form.validate_on_submit():
        reason, doer = form.reason.data or "", for_programme(found)
        with change() as session:
            number = service.withdraw_correction(
                session, period_by_code(session, code), reason=reason, doer=doer, now=now(), real_now=real_now()
            )
        flash(f"Correction {number} is withdrawn. Nothing of it was sent.")
        return redirect(url_for("packs.edition", code=code), 303)
    page = render_template(
        "packs/withdraw_correction.html",
        form=form,
        period=found.period,
        correction=withdrawing.under_way(db.session, found.period),
        reopened=reopened_updates(db.session, found.period.id),
    )
    return (page, 422) if form.errors else page


HEAD = ("Body", "Meeting", "Holds", "Pack sent", "To", "Opened by", "Correction", "Sent", "To", "Opened by")


@blueprint.get("/editions/<code>/holders", endpoint="holders")
def who_holds(code: str) -> str | BaseResponse:
    """Which edition each body's pack carries, who was sent which correction, and how many opened it.

    Names stand for the reader's own organisations only; of the others there are counts.
    """
    found = edition_at(code)
    every = holders.holders(db.session, found) if found.id else []
    if request.args.get("as") == "csv":
        return csv_answer(f"holders-{code}", HEAD, _rows(every))
    own = [
        one.pack.id
        for one in every
        if one.pack is not None and one.body.organisation_id in gate.actor().organisation_ids
    ]
    return render_template(
        "packs/holders.html",
        edition=found,
        period=found.period,
        resource=queries.edition_resource(found.period),
        holders=every,
        told=holders.in_words(every),
        people=holders.people(db.session, own),
        editions=holders.editions_of(db.session, found.period),
        corrections=holders.released_corrections(db.session, [found.period_id]),
    )


def _rows(every: list[holders.Holder]) -> list[list[object]]:
    rows: list[list[object]] = []
    for one in every:
        base: list[object] = [
            one.body.name,
            one.pack.meeting.held_on.isoformat() if one.pack else "",
            one.holds,
            _day(one.sent),
            one.sent.people if one.sent else "",
            one.sent.opened if one.sent else "",
        ]
        rows += [[*base, number, _day(sent), sent.people, sent.opened] for number, sent in one.corrections.items()] or [
            [*base, "", "", "", ""]
        ]
    return rows


def _day(sent: holders.Sent | None) -> str:
    return day_of(sent.at).isoformat() if sent and sent.at else ""
