"""Documents: the list, one document, one version with its exact text, and two versions side by side."""

from flask import Blueprint, Response, render_template, request

from app.db import db
from app.db.pages import span
from app.documents import queries
from app.documents.comments import comments_led_to, comments_on
from app.documents.forms import CompareForm
from app.documents.models import ClauseComment
from app.permissions import Missing, Resource
from app.web import gate
from app.web.pages import page_asked
from app.web.tables import csv_answer
from app.web.text import day

blueprint = Blueprint("documents", __name__)
PAGE = 20
"""Documents on one page of their list."""


@blueprint.route("/documents")
def index() -> str | Response:
    """The documents of the actor's collaboratives."""
    ids = gate.actor().collaborative_ids
    gate.permit(Resource("documents", collaborative_id=min(ids, default=None)))
    text = request.args.get("q", "")[:200].strip()
    if request.args.get("as") == "csv":
        header = ("Document", "Newest issued version", "Dated", "Issued", "SHA-256", "Demonstration content")
        rows = queries.documents(db.session, ids, text)
        return csv_answer(
            "documents",
            header,
            [(r.title, r.label, r.dated, day(r.issued_at), r.hash, "yes" if r.demonstration else "no") for r in rows],
        )
    shown = span(db.session, queries.found(ids, text), PAGE, page_asked())
    return render_template(
        "documents/index.html",
        rows=queries.documents(db.session, ids, text, shown),
        shown=shown,
        every=span(db.session, queries.found(ids), PAGE).total,
        text=text,
    )


@blueprint.route("/documents/<code>")
def document(code: str) -> str:
    """One document: its versions, newest first."""
    found = queries.document_by_code(db.session, code)
    gate.permit(found.as_resource())
    versions = list(reversed(found.versions))
    return render_template("documents/document.html", document=found, versions=versions)


@blueprint.route("/documents/<code>/versions/<label>")
def version(code: str, label: str) -> str:
    """One version: its clauses with their numbers, its hash, and where the bodies stand on it."""
    found = queries.version(db.session, code, label)
    gate.permit(found.document.as_resource())
    others = [other for other in reversed(found.document.versions) if other.id != found.id]
    said: dict[int, list[ClauseComment]] = {}
    led: dict[int, list[ClauseComment]] = {}
    for one in comments_on(db.session, found.id):
        said.setdefault(one.clause_id, []).append(one)
    for one in comments_led_to(db.session, found.id):
        led.setdefault(one.landed_clause_id or 0, []).append(one)
    return render_template(
        "documents/version.html", version=found, document=found.document, others=others, said=said, led=led
    )


@blueprint.route("/documents/<code>/compare")
def compare(code: str) -> str | tuple[str, int]:
    """Two versions, clause by clause; the last two where none are chosen."""
    found = queries.document_by_code(db.session, code)
    gate.permit(found.as_resource())
    if not found.versions:
        raise Missing
    last_two = [found.versions[max(0, len(found.versions) - 2)], found.versions[-1]]
    chosen = {name: request.args.get(name, last.label) for name, last in zip(("from", "to"), last_two, strict=True)}
    form = CompareForm.of(found.versions, chosen)
    if not form.validate():
        page = render_template("documents/compare.html", document=found, form=form, rows=None)
        return page, 422
    old, new = (queries.version(db.session, code, chosen[name]) for name in ("from", "to"))
    rows = queries.comparison(db.session, old, new)
    led: dict[str, list[ClauseComment]] = {}
    for one in comments_led_to(db.session, new.id):
        if one.version_id == old.id and one.landed_clause is not None:
            led.setdefault(one.landed_clause.code, []).append(one)
    return render_template("documents/compare.html", document=found, form=form, rows=rows, old=old, new=new, led=led)
