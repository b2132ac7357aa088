"""Documents, their versions with the exact text that is signed, and two versions side by side."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.api.operations import reads
from app.api.places import the_document, the_version
from app.api.shapes import Code, In, Line, Listed, Out, Paged, Pages, span_of
from app.db import db
from app.db.pages import span
from app.documents import queries
from app.documents.comparison import ClauseSide, ComparisonRow
from app.documents.models import Document, DocumentVersion
from app.permissions import Missing, Resource
from app.web import gate

GROUP = "Documents"


class DocumentsQuery(Paged):
    """How the list is narrowed."""

    q: Line = Field("", description="Words of the title or summary")


class DocumentLine(Out):
    """A document with its newest issued version."""

    code: str
    title: str
    summary: str
    versions: int
    newest: str | None
    dated: date | None
    hash: str | None
    demonstration: bool


class VersionLine(Out):
    """A version of a document; a draft has no hash."""

    label: str
    title: str
    note: str
    dated: date
    issued_at: datetime | None
    hash: str | None = Field(description="SHA-256 of its clauses in their order: what a signature is bound to")


class DocumentShape(Out):
    """A document and its versions, the newest first."""

    code: str
    title: str
    summary: str
    versions: list[VersionLine]
    demonstration: bool


class ClauseShape(Out):
    """A clause as it stands in a version."""

    code: str
    number: str
    heading: str
    text: str


class VersionShape(VersionLine):
    """A version, whole."""

    document: str
    clauses: list[ClauseShape]


def my_documents() -> list[int]:
    """The collaboratives of who asks, once it is asked whether they may read there at all."""
    ids = gate.actor().collaborative_ids
    gate.permit(Resource("documents", collaborative_id=min(ids, default=None)))
    return sorted(ids)


@reads("/documents", group=GROUP, of=my_documents, query=DocumentsQuery, answers=Listed[DocumentLine])
def documents(mine: list[int], asked: DocumentsQuery) -> Listed[DocumentLine]:
    """List documents by title."""
    total = span(db.session, queries.found(mine, asked.q), asked.size).total
    pages = Pages.of(asked, total)
    rows = queries.documents(db.session, mine, asked.q, span_of(asked, total))
    lines = [
        DocumentLine(
            code=row.code,
            title=row.title,
            summary=row.summary,
            versions=row.versions,
            newest=row.label,
            dated=row.dated,
            hash=row.hash,
            demonstration=row.demonstration,
        )
        for row in rows
    ]
    return Listed(items=lines, page=pages)


@reads("/documents/<document>", group=GROUP, of=the_document, answers=DocumentShape)
def document(found: Document, _asked: None) -> DocumentShape:
    """Read a document and its versions."""
    return DocumentShape(
        code=found.code,
        title=found.title,
        summary=found.summary,
        versions=[VersionLine.model_validate(_version(one)) for one in reversed(found.versions)],
        demonstration=found.demonstration,
    )


def _version(one: DocumentVersion) -> dict[str, object]:
    return {name: getattr(one, name) for name in VersionLine.model_fields}


@reads("/documents/<document>/versions/<version>", group=GROUP, of=the_version, answers=VersionShape)
def document_version(found: DocumentVersion, _asked: None) -> VersionShape:
    """Read a version, with the exact text that is signed."""
    return version_shape(found)


def version_shape(found: DocumentVersion) -> VersionShape:
    """A version as it is told, whole."""
    clauses = [
        ClauseShape(code=one.clause.code, number=one.number, heading=one.heading, text=one.text)
        for one in found.clauses
    ]
    return VersionShape.model_validate({**_version(found), "document": found.document.code, "clauses": clauses})


class CompareQuery(In):
    """Which two versions."""

    older: Code = Field(description="The label of the older version")
    newer: Code = Field(description="The label of the newer version")


class RunShape(Out):
    """A stretch of words that both have, or one alone."""

    kind: Literal["same", "added", "removed"]
    text: str


class RowShape(Out):
    """A clause in both versions; `words` are of a changed one."""

    kind: Literal["added", "removed", "changed", "moved", "same"]
    code: str
    moved: bool
    renumbered: bool
    older: ClauseShape | None
    newer: ClauseShape | None
    words: list[RunShape]


class ComparisonShape(Out):
    """Two versions clause by clause."""

    document: str
    older: str
    newer: str
    rows: list[RowShape]


@reads("/documents/<document>/comparison", group=GROUP, of=the_document, query=CompareQuery, answers=ComparisonShape)
def comparison(found: Document, asked: CompareQuery) -> ComparisonShape:
    """Compare two versions of a document.

    Clause by clause, with the words that were added and removed, and what only moved said so.
    """
    labels = {one.label: one for one in found.versions}
    if asked.older not in labels or asked.newer not in labels:
        raise Missing
    rows = queries.comparison(db.session, labels[asked.older], labels[asked.newer])
    return ComparisonShape(
        document=found.code, older=asked.older, newer=asked.newer, rows=[row_shape(one) for one in rows]
    )


def row_shape(one: ComparisonRow) -> RowShape:
    """A row of a comparison, as it is told."""
    return RowShape(
        kind=one.kind,
        code=one.code,
        moved=one.moved,
        renumbered=one.renumbered,
        older=_side(one.old),
        newer=_side(one.new),
        words=[RunShape(kind=run.kind, text=run.text) for run in one.text],
    )


def _side(side: ClauseSide | None) -> ClauseShape | None:
    if side is None:
        return None
    return ClauseShape(code=side.code, number=side.number, heading=side.heading, text=side.text)
