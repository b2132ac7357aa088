"""The register of risks and issues: the list, the heat map, and a risk's own page."""

from flask import Response, render_template, request
from werkzeug.datastructures import MultiDict

from app.db import db
from app.db.pages import Span
from app.programme import register, risk_drawing
from app.programme.listing import choices_of
from app.programme.raid_models import Risk
from app.programme.register import RiskRow
from app.programme.risk_scores import PROGRAMME_LEVEL, SORTS, STANDINGS, RiskFilters, every_risk, scores_of
from app.programme.routes.places import blueprint, the_programme
from app.web import gate
from app.web.clock import today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from app.web.text import day
from workflows.risks import BANDS, CONSEQUENCES, LIKELIHOODS, TREND_WORDS, Score, in_words, trend

PAGE = 20


def _filters(args: MultiDict[str, str]) -> RiskFilters:
    """The filters in the address; what is not one of the choices narrows nothing."""

    def one_of(name: str, known: tuple[str, ...], otherwise: str = "") -> str:
        value = args.get(name, "")
        return value if value in known else otherwise

    return RiskFilters(
        kind=one_of("kind", Risk.KINDS),
        workstream=args.get("workstream", "")[:60],
        state=one_of("state", STANDINGS, "open"),
        band=one_of("band", BANDS),
        escalated=args.get("escalated") == "1",
        owner=args.get("owner", "")[:60],
        text=args.get("q", "")[:200].strip(),
        likelihood=int(one_of("likelihood", ("1", "2", "3", "4", "5"), "0")),
        consequence=int(one_of("consequence", ("1", "2", "3", "4", "5"), "0")),
        sort=one_of("sort", SORTS, "score"),
    )


@blueprint.route("/risks")
def risks() -> str | Response:
    """Every risk and issue with its score, trend, owner and whether the programme took it on."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    filters = _filters(request.args)
    if request.args.get("as") == "csv":
        return _as_csv(register.register(db.session, programme.id, filters, today()))
    scores = scores_of(db.session, programme.id, filters)
    shown = Span.of(scores.total, PAGE, page_asked())
    return render_template(
        "programme/risks.html",
        programme=programme,
        filters=filters,
        rows=register.register(db.session, programme.id, filters, today(), shown),
        shown=shown,
        every=every_risk(db.session, programme.id),
        bands=scores.bands,
        workstreams=choices_of(db.session, programme.id),
        owners=register.owners_of(db.session, programme.id),
        programme_level=PROGRAMME_LEVEL,
        trend_words=TREND_WORDS,
    )


def _as_csv(rows: list[RiskRow]) -> Response:
    header = (
        *("Code", "Kind", "Title", "Workstream", "Score", "Band", "Likelihood", "Consequence", "Trend", "If nothing"),
        *("Aimed at", "Owner", "State", "Escalation", "Raised", "Assessed", "Review", "What is done", "Demonstration"),
    )
    return csv_answer(
        "risks",
        header,
        [
            (
                row.code,
                row.kind,
                row.title,
                row.workstream or "The programme as a whole",
                row.score.number if row.score else None,
                row.score.band if row.score else None,
                row.score.likelihood if row.score else None,
                row.score.consequence if row.score else None,
                row.trend,
                row.inherent.number,
                row.target.number if row.target else None,
                row.owner,
                row.state,
                row.escalation,
                day(row.raised_on),
                day(row.assessed_on),
                day(row.review_on),
                row.mitigation,
                "yes" if row.demonstration else "no",
            )
            for row in rows
        ],
    )


@blueprint.route("/risks/heat-map")
def heat_map() -> str | Response:
    """Likelihood by consequence: how many stand where, each number leading to those risks."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    filters = _filters(request.args)
    scores = scores_of(db.session, programme.id, filters)
    cells = scores.heat_map
    if request.args.get("as") == "csv":
        named = [(LIKELIHOODS[line[0].score.likelihood - 1], *(cell.count for cell in line)) for line in cells]
        return csv_answer("heat-map", ("Likelihood", *CONSEQUENCES), named)
    return render_template(
        "programme/heat_map.html",
        programme=programme,
        filters=filters,
        cells=cells,
        found=scores.total,
        unscored=scores.unscored,
        bands=scores.bands,
        likelihoods=LIKELIHOODS,
        consequences=CONSEQUENCES,
        workstreams=choices_of(db.session, programme.id),
        programme_level=PROGRAMME_LEVEL,
    )


@blueprint.route("/risks/<code>")
def risk(code: str) -> str:
    """What it is, how it is judged now, before and aimed at, who owns it, what is done, and all that happened to it."""
    found = register.risk_by_code(db.session, code)
    gate.permit(found.as_resource())
    assessed = register.assessed_of(found)
    ends = register.last_period_ends(db.session, found.programme_id, today())
    return render_template(
        "programme/risk.html",
        risk=found,
        current=assessed[-1] if assessed else None,
        inherent=Score(found.inherent_likelihood, found.inherent_consequence),
        target=register.target_of(found),
        trend=trend(assessed, ends),
        trend_words=TREND_WORDS,
        line=risk_drawing.line(assessed),
        said=in_words(assessed),
        score_of=Score,
        realised_from=register.realised_from(db.session, found),
        actions=register.actions_about(db.session, found.id),
        decisions=register.decisions_about(db.session, found.id),
    )
