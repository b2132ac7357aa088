"""One workstream: what it is, how it is going, what is next; and the page where a milestone moves."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.programme import queries, service
from app.programme.dates import DateNotUnderstood, parse_given, slip
from app.programme.forms import MilestoneForm, put_errors
from app.programme.listing import expected
from app.programme.models import Milestone, Workstream
from app.programme.routes.places import blueprint, for_programme, the_period
from app.programme.silence import silence
from app.web import gate
from app.web.clock import now, today
from workflows.case_history import day_of

PERIODS_SHOWN = 6


@blueprint.route("/workstreams/<code>")
def workstream(code: str) -> str:
    """One sentence, the rating with its trend, the next three milestones, decisions needed, links, history."""
    found = queries.workstream_by_code(db.session, code)
    gate.permit(found.as_resource())
    periods = queries.periods(db.session, found.programme_id)
    period = the_period(found.programme)[0] if periods else None
    history = queries.history(db.session, found.id)
    formal = [one for one in history if one.state in ("approved", "submitted")]
    milestones = queries.milestones_of(db.session, found.id)
    waiting = sorted((one for one in milestones if one.actual is None), key=expected)
    heard = max((day_of(one.submitted_at or one.written_at) for one in formal), default=None)
    return render_template(
        "programme/workstream.html",
        workstream=found,
        period=period,
        closed=queries.closing_sentence(db.session, period) if period else None,
        update=next((one for one in history if period and one.period_id == period.id), None),
        current=formal[0] if formal else None,
        previous=formal[1] if len(formal) > 1 else None,
        trend=list(reversed(formal[:PERIODS_SHOWN])),
        history=history,
        next_milestones=waiting[:3],
        other_milestones=[one for one in milestones if one not in waiting[:3]],
        slip=slip,
        deliverables=queries.deliverables_of(db.session, found.id),
        links=_links(found),
        bodies=queries.bodies_of(db.session, found.id),
        local=queries.local_positions(db.session, found.id, period.id) if period else {},
        heard=heard,
        silence=silence(heard, found.starts, today(), found.programme.silent_days),
    )


def _links(found: Workstream) -> list[tuple[str, str, bool]]:
    """The links of its segment: kind, the segment at the other end, whether that is reconstructed."""
    if found.segment_id is None:
        return []
    return [
        (
            link.kind,
            (link.to_segment if link.from_id == found.segment_id else link.from_segment).name,
            link.reconstructed,
        )
        for link in queries.links_of(db.session, found.programme_id)
        if found.segment_id in (link.from_id, link.to_id)
    ]


@blueprint.route("/milestones/<code>", methods=["GET", "POST"])
def milestone(code: str) -> str | BaseResponse | tuple[str, int]:
    """A milestone's dates and how they changed; a new forecast or the day it was done, with a reason."""
    found = queries.milestone_by_code(db.session, code)
    gate.permit(found.workstream.as_resource())
    form = MilestoneForm(seen=len(found.changes), what="forecast")
    if request.method == "POST" and form.validate() and _moved(found, form):
        flash(f"The {form.what.data} of “{found.title}” was changed. Its baseline stays as it was.")
        return redirect(url_for("programme.workstream", code=found.workstream.code), 303)
    page = render_template(
        "programme/milestone.html",
        milestone=found,
        form=form,
        slip=slip(found.baseline, found.forecast, found.actual),
    )
    return (page, 422) if form.errors else page


def _moved(found: Milestone, form: MilestoneForm) -> bool:
    """Move it; where the date or the reason cannot be used say so beside the field."""
    wrong = {} if form.reason.data else {"reason": "Say why the date changes"}
    try:
        became = parse_given(form.became.data or "", form.earliest.data or "", form.latest.data or "")
    except DateNotUnderstood as error:
        wrong["became"] = str(error)
    if wrong:
        put_errors(form, wrong)
        return False
    milestone_id, doer = found.id, for_programme(found.workstream.programme)
    with change() as session:
        service.move_milestone(
            session,
            milestone_id,
            what=form.what.data,
            became=became,
            reason=form.reason.data or "",
            seen=form.version,
            doer=doer,
            now=now(),
        )
    return True
