"""The comments on a version by clause, with what became of each: a page and a file."""

from collections import Counter
from collections.abc import Mapping

from flask import Response, render_template, request

from app.db import db
from app.documents import queries
from app.documents.comments import KINDS, OPEN, OUTCOMES, CommentFilters, comments_on, next_version
from app.documents.models import ClauseComment, ClauseText
from app.documents.routes import blueprint as blueprint  # with every page of the room joined to it
from app.web import gate
from app.web.tables import csv_answer
from app.web.text import day

STATES = {OPEN: "Open", **OUTCOMES, "withdrawn": "Withdrawn"}


@blueprint.route("/documents/<code>/versions/<label>/comments")
def comments(code: str, label: str) -> str | Response:
    """Every comment on a version, clause by clause."""
    found = queries.version(db.session, code, label)
    gate.permit(found.document.as_resource())
    names = ("clause", "body", "kind", "state", "landed")
    filters = CommentFilters(**{name: request.args.get(name, "")[:60] for name in names})
    every = comments_on(db.session, found.id)
    rows = [one for one in every if filters.fits(one)]
    clauses = {text.clause.code: text for text in found.clauses}
    if request.args.get("as") == "csv":
        return csv_answer(
            f"comments-{code}-v{label}",
            (
                *("Number", "Clause", "Heading", "Kind", "Comment", "Body", "By", "Capacity", "Written", "State"),
                *("Answer", "Answered by", "Answered", "Version it led to", "Clause there", "Demonstration content"),
            ),
            [_line(one, clauses) for one in rows],
        )
    return render_template(
        "documents/comments.html",
        version=found,
        document=found.document,
        rows=rows,
        every=every,
        clauses=clauses,
        clause_choices=[(named, f"{text.number} {text.heading}".strip()) for named, text in clauses.items()],
        filters=filters,
        kinds=KINDS,
        states=STATES,
        counts=Counter(one.state for one in every),
        bodies=sorted({(one.body.code, one.body.short_name) for one in every}, key=lambda pair: pair[1]),
        later=next_version(db.session, found),
    )


def _line(one: ClauseComment, clauses: Mapping[str, ClauseText]) -> tuple[object, ...]:
    clause = clauses.get(one.clause.code)
    return (
        one.number,
        clause.number if clause else "",
        clause.heading if clause else one.clause.code,
        KINDS[one.kind],
        "" if one.withdrawn_at else one.text,
        one.body.short_name,
        one.author,
        one.capacity,
        day(one.written_at),
        STATES[one.state],
        one.answer,
        one.answered_by,
        day(one.answered_at),
        one.landed_version.label if one.landed_version else None,
        one.landed_clause.code if one.landed_clause else None,
        "yes" if one.demonstration else "no",
    )
