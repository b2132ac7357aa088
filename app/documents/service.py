"""What can be done with a document: a version is written while it is a draft, then issued, and never changes again."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.documents.hashing import ClauseDraft, text_hash, version_hash
from app.documents.models import Clause, ClauseText, Document, DocumentVersion
from app.documents.queries import drafts_of
from app.permissions import Refused
from workflows.case_history import day_of
from workflows.facts import day_in_words

__all__ = ["CLAUSE_TEXT", "ClauseDraft", "check_clauses", "issue_version", "write_document", "write_version"]

CLAUSE_TEXT = 200_000
"""The longest text of one clause, in characters."""


def write_document(
    session: Session, *, code: str, collaborative_id: int, title: str, summary: str, demonstration: bool = False
) -> Document:
    """A new document, or the one with this code with its title and summary brought up to date."""
    document = session.scalar(sa.select(Document).where(Document.code == code).with_for_update())
    if document is None:
        document = Document(code=code, collaborative_id=collaborative_id, demonstration=demonstration)
        session.add(document)
    document.title, document.summary = title, summary
    session.flush()
    return document


def write_version(
    session: Session,
    document: Document,
    *,
    label: str,
    title: str,
    note: str,
    dated: date,
    clauses: Sequence[ClauseDraft],
    doer: Doer,
    now: datetime,
) -> DocumentVersion:
    """Write the draft `label` with these clauses in this order; a draft with that label is replaced.

    A clause code that an earlier version has is the same clause. Refuses to touch an issued version.
    """
    check_clauses(clauses)
    session.get(Document, document.id, with_for_update=True)
    version = session.scalar(
        sa.select(DocumentVersion).where(DocumentVersion.document_id == document.id, DocumentVersion.label == label)
    )
    if version is None:
        last = session.scalar(
            sa.select(sa.func.max(DocumentVersion.position)).where(DocumentVersion.document_id == document.id)
        )
        version = DocumentVersion(document_id=document.id, label=label, position=(last or 0) + 1)
        session.add(version)
    elif version.issued_at is not None:
        raise Refused(
            f"Version {label} of {document.title} was issued on {day_in_words(day_of(version.issued_at))}: an issued "
            "version never changes, because signatures are bound to its content.",
            "Write a new version with a label of its own.",
        )
    version.title, version.note, version.dated = title, note, dated
    session.flush()
    session.execute(sa.delete(ClauseText).where(ClauseText.version_id == version.id))
    known = _clauses_by_code(session, document, [clause.code for clause in clauses])
    session.add_all(
        ClauseText(
            version_id=version.id,
            clause_id=known[clause.code],
            position=position,
            number=clause.number,
            heading=clause.heading,
            text=clause.text,
            text_hash=text_hash(clause.heading, clause.text),
        )
        for position, clause in enumerate(clauses, start=1)
    )
    session.flush()
    session.expire(version, ["clauses"])
    session.expire(document, ["versions"])
    return version


def issue_version(session: Session, version: DocumentVersion, doer: Doer, now: datetime) -> DocumentVersion:
    """Issue a draft: its hash is set and it never changes again. Issuing it a second time changes nothing."""
    document = session.scalars(
        sa.select(Document)
        .where(Document.id == version.document_id)
        .options(joinedload(Document.collaborative))
        .with_for_update(of=Document)
        .execution_options(populate_existing=True)
    ).one()
    session.refresh(version)
    if version.issued_at is not None:
        return version
    drafts = drafts_of(session, version.id)
    if not drafts:
        raise Refused(
            f"Version {version.label} of {document.title} has no clauses, so there is nothing to issue.",
            "Write at least one clause.",
        )
    version.hash, version.issued_at, version.answers_begun = version_hash(drafts), now, None
    host = document.collaborative.host
    payload = {
        "document": document.code,
        "title": document.title,
        "version": version.label,
        "dated": version.dated.isoformat(),
        "clauses": len(drafts),
        "hash": version.hash,
    }
    append(session, [Act(Tag.VERSION_ISSUED, doer, host.id, host.name, "document", document.id, payload)], now)
    return version


def check_clauses(clauses: Sequence[ClauseDraft]) -> None:
    """Refuses clauses that could not be told apart, shown or kept; the sentence names the clause."""
    seen: dict[str, str] = {}
    for clause in clauses:
        called = f"Clause {clause.number or clause.code}"
        if not clause.code.strip() or len(clause.code) > 60:
            raise Refused(f"{called} has no usable code.", "A code of 1 to 60 characters, the same in every version.")
        if clause.code in seen:
            raise Refused(
                f"{called} has the code “{clause.code}”, and so has clause {seen[clause.code] or 'before it'}.",
                "A code of its own for each clause.",
            )
        seen[clause.code] = clause.number
        if not clause.text.strip():
            raise Refused(f"{called} has no text.", "Write its text, or leave the clause out.")
        if len(clause.text) > CLAUSE_TEXT:
            raise Refused(
                f"{called} has {len(clause.text):,} characters; a clause can have {CLAUSE_TEXT:,}.",
                "Split it into several clauses.",
            )
        if len(clause.heading) > 300 or len(clause.number) > 20:
            raise Refused(f"{called} has a heading or number that is too long.", "300 and 20 characters at most.")
        if "\x00" in clause.text + clause.heading + clause.number + clause.code:
            raise Refused(f"{called} holds a NUL character, which no text can.", "Remove the character.")


def _clauses_by_code(session: Session, document: Document, codes: Sequence[str]) -> dict[str, int]:
    """The ids of the document's clauses, those that are new made."""
    rows = session.execute(sa.select(Clause.code, Clause.id).where(Clause.document_id == document.id)).all()
    known = {row.code: row.id for row in rows}
    new = [Clause(document_id=document.id, code=code) for code in codes if code not in known]
    session.add_all(new)
    session.flush()
    return known | {clause.code: clause.id for clause in new}
