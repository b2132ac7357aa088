"""One workstream: what it is, how it is going, what is next."""

from flask import render_template

from app.db import db
from app.programme import queries
from app.programme.dates import slip
from app.programme.listing import expected
from app.programme.models import Workstream
from app.programme.register import register
from app.programme.risk_scores import RiskFilters
from app.programme.routes.places import blueprint, the_period
from app.programme.silence import silence
from app.web import gate
from app.web.clock import today
from workflows.case_history import day_of
from workflows.risks import TREND_WORDS

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
    waiting = sorted((one for one in milestones if one.awaited), key=expected)
    heard = max((day_of(one.submitted_at or one.written_at) for one in formal), default=None)
    return render_template(
        "programme/workstream.html",
        workstream=found,
        period=period,
        closed=queries.closing_sentence(db.session, period, found.id) if period else None,
        update=next((one for one in history if period and one.period_id == period.id), None),
        current=formal[0] if formal else None,
        previous=formal[1] if len(formal) > 1 else None,
        trend=list(reversed(formal[:PERIODS_SHOWN])),
        history=history,
        next_milestones=waiting[:3],
        other_milestones=[one for one in milestones if one not in waiting[:3]],
        slip=slip,
        moved=queries.moved(db.session, period, found.id) if period else [],
        risks=register(db.session, found.programme_id, RiskFilters(workstream=found.code), today()),
        trend_words=TREND_WORDS,
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
