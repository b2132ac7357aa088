"""What can be asked of documents: their versions, the clauses of one, and two side by side."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db.pages import Span
from app.documents.comparison import ClauseSide, ComparisonRow, compared
from app.documents.hashing import ClauseDraft
from app.documents.models import Clause, ClauseText, Document, DocumentVersion
from app.people.models import Collaborative
from app.permissions import Missing


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of the list of documents; `label` and what follows are of the newest issued version, if any."""

    code: str
    title: str
    summary: str
    demonstration: bool
    versions: int
    label: str | None
    dated: date | None
    issued_at: datetime | None
    hash: str | None


def found(collaborative_ids: Collection[int], text: str = "") -> sa.Select[int]:
    """The query for the documents of these collaboratives whose title or summary has all words of `text`."""
    query = sa.select(Document.id).where(Document.collaborative_id.in_(collaborative_ids))
    for word in text.split():
        query = query.where(
            sa.or_(Document.title.icontains(word, autoescape=True), Document.summary.icontains(word, autoescape=True))
        )
    return query


def documents(
    session: Session, collaborative_ids: Collection[int], text: str = "", shown: Span | None = None
) -> Sequence[DocumentRow]:
    """The documents of these collaboratives by title, those with the words of `text`: all, or those of one page."""
    chosen = found(collaborative_ids, text).order_by(Document.title, Document.id)
    of_these = (shown.cut(chosen) if shown else chosen).subquery()
    counted = (
        sa.select(
            DocumentVersion.document_id,
            sa.func.count().label("versions"),
            sa.func.max(sa.case((DocumentVersion.issued_at.is_not(None), DocumentVersion.position))).label("newest"),
        )
        .where(DocumentVersion.document_id.in_(sa.select(of_these.c.id)))
        .group_by(DocumentVersion.document_id)
        .subquery()
    )
    query = (
        sa.select(
            Document.code,
            Document.title,
            Document.summary,
            Document.demonstration,
            sa.func.coalesce(counted.c.versions, 0),
            DocumentVersion.label,
            DocumentVersion.dated,
            DocumentVersion.issued_at,
            DocumentVersion.hash,
        )
        .join(of_these, of_these.c.id == Document.id)
        .outerjoin(counted, counted.c.document_id == Document.id)
        .outerjoin(
            DocumentVersion,
            sa.and_(DocumentVersion.document_id == Document.id, DocumentVersion.position == counted.c.newest),
        )
        .order_by(Document.title, Document.id)
    )
    return [DocumentRow(*row) for row in session.execute(query)]


def documents_called(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The titles of documents by their codes."""
    rows = session.execute(sa.select(Document.code, Document.title).where(Document.code.in_(list(codes))))
    return {row.code: row.title for row in rows}


def document_by_code(session: Session, code: str) -> Document:
    """The document with this code, its versions and collaborative loaded; raises `Missing`."""
    document = session.scalar(
        sa.select(Document)
        .where(Document.code == code)
        .options(joinedload(Document.collaborative).joinedload(Collaborative.host), selectinload(Document.versions))
    )
    if document is None:
        raise Missing
    return document


def version(session: Session, code: str, label: str) -> DocumentVersion:
    """The version `label` of a document, its clauses loaded in order; raises `Missing`."""
    found = session.scalar(
        sa.select(DocumentVersion)
        .join(Document)
        .where(Document.code == code, DocumentVersion.label == label)
        .options(*_WHOLE)
    )
    if found is None:
        raise Missing
    return found


def version_by_id(session: Session, version_id: int) -> DocumentVersion:
    """The version with this id, its clauses loaded in order; raises `Missing`."""
    found = session.scalar(sa.select(DocumentVersion).where(DocumentVersion.id == version_id).options(*_WHOLE))
    if found is None:
        raise Missing
    return found


_WHOLE = (
    joinedload(DocumentVersion.document).joinedload(Document.collaborative).joinedload(Collaborative.host),
    selectinload(DocumentVersion.clauses).joinedload(ClauseText.clause),
)


def drafts_of(session: Session, version_id: int) -> list[ClauseDraft]:
    """The clauses of a version in their order, as they are hashed."""
    rows = session.execute(
        sa.select(Clause.code, ClauseText.number, ClauseText.heading, ClauseText.text)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(ClauseText.version_id == version_id)
        .order_by(ClauseText.position)
    )
    return [ClauseDraft(*row) for row in rows]


def comparison(session: Session, old: DocumentVersion, new: DocumentVersion) -> list[ComparisonRow]:
    """Both versions clause by clause: added, removed, changed with its words, moved, or the same."""
    return compared(_sides(session, old.id), _sides(session, new.id))


def _sides(session: Session, version_id: int) -> list[ClauseSide]:
    rows = session.execute(
        sa.select(Clause.code, ClauseText.number, ClauseText.heading, ClauseText.text, ClauseText.text_hash)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(ClauseText.version_id == version_id)
        .order_by(ClauseText.position)
    )
    return [ClauseSide(*row) for row in rows]
