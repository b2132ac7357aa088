"""Documents, their versions with the exact text that is signed, two versions side by side, and comments on clauses."""

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from app.api.operations import reads, writes
from app.api.places import Versioned, the_document, the_version, the_version_of_the_office
from app.api.shapes import Code, In, Line, Listed, Out, Paged, Pages, Text, span_of
from app.db import db
from app.db.pages import span
from app.documents import comments as kept
from app.documents import queries
from app.documents.comparison import ClauseSide, ComparisonRow
from app.documents.models import ClauseComment, Document, DocumentVersion
from app.people.models import DecidingBody
from app.people.queries import body_by_code
from app.permissions import Missing, Resource, Role
from app.programme.commenting import comment_for
from app.programme.routes.places import for_body, for_programme
from app.web import gate
from app.web.clock import now

GROUP = "Documents"
COMMENT = "sign-off:comment"


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
    return ComparisonShape(document=found.code, older=asked.older, newer=asked.newer, rows=[_row(one) for one in rows])


def _row(one: ComparisonRow) -> RowShape:
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


class CommentsQuery(Paged):
    """How the comments are narrowed."""

    clause: Line = Field("", description="The code of a clause")
    body: Line = Field("", description="The code of a body")
    state: Literal["", "open", "accepted", "in_part", "not_accepted", "answered"] = ""


class CommentShape(Out):
    """A comment of a body on a clause, and what became of it."""

    number: int
    clause: str
    body: str
    kind: str
    text: str
    by: str
    capacity: str
    written_at: datetime
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    landed_version: str | None = Field(description="The version in which it can be read, and the clause there")
    landed_clause: str | None


@reads(
    "/documents/<document>/versions/<version>/comments",
    group="Comments",
    of=the_version,
    query=CommentsQuery,
    answers=Listed[CommentShape],
)
def comments(found: DocumentVersion, asked: CommentsQuery) -> Listed[CommentShape]:
    """List the comments on a version, clause by clause."""
    filters = kept.CommentFilters(clause=asked.clause, body=asked.body, state=asked.state)
    rows = [one for one in kept.comments_on(db.session, found.id) if filters.fits(one)]
    pages = Pages.of(asked, len(rows))
    start = (asked.page - 1) * asked.size
    return Listed(items=[_comment(one) for one in rows[start : start + asked.size]], page=pages)


def _comment(one: ClauseComment) -> CommentShape:
    return CommentShape(
        number=one.number,
        clause=one.clause.code,
        body=one.body.code,
        kind=one.kind,
        text=one.text,
        by=one.author,
        capacity=one.capacity,
        written_at=one.written_at,
        outcome=one.outcome,
        answer=one.answer,
        answered_by=one.answered_by,
        answered_at=one.answered_at,
        landed_version=one.landed_version.label if one.landed_version else None,
        landed_clause=one.landed_clause.code if one.landed_clause else None,
    )


class CommentSaid(In):
    """A comment on a clause."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"clause": "access", "kind": "question", "text": "From which day is this to be met?"}]
        }
    )

    clause: Code
    kind: Literal["comment", "question", "wording"]
    text: Text


def the_version_for_a_body(document: str, version: str, body: str) -> tuple[DocumentVersion, DecidingBody]:
    """A version of a document, and the body that is spoken for."""
    found, asked = queries.version(db.session, document, version), body_by_code(db.session, body)
    gate.permit(found.document.as_resource(asked))
    return found, asked


@writes(
    "/documents/<document>/versions/<version>/comments/of/<body>",
    group="Comments",
    scope=COMMENT,
    of=the_version_for_a_body,
    body=CommentSaid,
    answers=CommentShape,
)
def write_comment(session: Session, of: tuple[DocumentVersion, DecidingBody], said: CommentSaid) -> CommentShape:
    """Comment on a clause of a version, for a body that is asked for its response."""
    found, body = of
    doer = for_body(body, Role.SECRETARY, Role.OFFICER)
    made = comment_for(session, found, said.clause, body, kind=said.kind, text=said.text, doer=doer, now=now())
    return _comment(kept.comment_of(session, found, made.number))


class CommentAnswerSaid(In):
    """What became of a comment."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"outcome": "accepted", "answer": "From April 2016, as it says now.", "landed": "access"}]
        }
    )

    outcome: Literal["accepted", "in_part", "not_accepted", "answered"]
    answer: Text
    landed: Line = Field("", description="The clause of the next version in which it can be read")
    answered_at: datetime | None = Field(None, description="As it was before you; null where it was open")


def the_comment(document: str, version: str, comment: int) -> tuple[Versioned, ClauseComment]:
    """A comment on a version, for the programme office."""
    of = the_version_of_the_office(document, version)
    return of, kept.comment_of(db.session, of.version, comment)


@writes(
    "/documents/<document>/versions/<version>/comments/<int:comment>/answer",
    group="Comments",
    scope=COMMENT,
    of=the_comment,
    body=CommentAnswerSaid,
    answers=CommentShape,
)
def answer_comment(session: Session, of: tuple[Versioned, ClauseComment], said: CommentAnswerSaid) -> CommentShape:
    """Say what became of a comment."""
    place, comment = of
    answered = kept.answer_comment(
        session,
        comment.id,
        outcome=said.outcome,
        answer=said.answer,
        landed=said.landed,
        seen=said.answered_at,
        doer=for_programme(place.programme),
        now=now(),
    )
    return _comment(answered)
