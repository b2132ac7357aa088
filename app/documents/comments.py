"""Comments on clauses: what each body's people said of a version, and what became of it in the next.

A comment belongs to one clause of one version. The programme office answers each, and says in which clause of a later
version it can be read; the earlier answer stays in the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.documents.models import Clause, ClauseComment, ClauseText, Document, DocumentVersion
from app.people.models import DecidingBody
from app.permissions import Missing, Refused, Stale

KINDS = {"comment": "Comment", "question": "Question", "wording": "Proposed wording"}
OUTCOMES = {
    "accepted": "Accepted",
    "in_part": "Accepted in part",
    "not_accepted": "Not accepted",
    "answered": "Answered",
}
OPEN = "open"
COMMENT_TEXT = 10_000
"""The longest comment, and the longest answer, in characters."""


@dataclass(frozen=True, slots=True)
class CommentFilters:
    """How the comments on a version are narrowed: a clause's code, a body's code, a kind, open or an outcome."""

    clause: str = ""
    body: str = ""
    kind: str = ""
    state: str = ""
    landed: str = ""  # the code of the clause of the next version in which they can be read

    def __bool__(self) -> bool:
        return bool(self.clause or self.body or self.kind or self.state or self.landed)

    def fits(self, one: ClauseComment) -> bool:
        """Whether a comment is among those asked for."""
        return (
            self.clause in ("", one.clause.code)
            and self.body in ("", one.body.code)
            and self.kind in ("", one.kind)
            and self.state in ("", one.state)
            and (not self.landed or (one.landed_clause is not None and one.landed_clause.code == self.landed))
        )


def comments_on(session: Session, version_id: int) -> Sequence[ClauseComment]:
    """Every comment on a version: by the place of its clause, then as they were written."""
    return session.scalars(
        _WITH_NAMES.outerjoin(
            ClauseText,
            sa.and_(ClauseText.version_id == ClauseComment.version_id, ClauseText.clause_id == ClauseComment.clause_id),
        )
        .where(ClauseComment.version_id == version_id)
        .order_by(ClauseText.position.is_(None), ClauseText.position, ClauseComment.number)
    ).all()


def comments_led_to(session: Session, version_id: int) -> Sequence[ClauseComment]:
    """The comments on earlier versions that can be read in a clause of this one."""
    return session.scalars(
        _WITH_NAMES.where(ClauseComment.landed_version_id == version_id).order_by(
            ClauseComment.version_id, ClauseComment.number
        )
    ).all()


def comments_to_consolidate(session: Session, document_id: int) -> Sequence[ClauseComment]:
    """What the next version has to look at: comments nobody answered, and those accepted that stand nowhere yet."""
    accepted = sa.and_(ClauseComment.outcome.in_(("accepted", "in_part")), ClauseComment.landed_version_id.is_(None))
    return session.scalars(
        _WITH_NAMES.join(DocumentVersion, DocumentVersion.id == ClauseComment.version_id)
        .where(
            DocumentVersion.document_id == document_id,
            ClauseComment.withdrawn_at.is_(None),
            sa.or_(ClauseComment.outcome.is_(None), accepted),
        )
        .order_by(DocumentVersion.position, ClauseComment.number)
    ).all()


def comment_of(session: Session, version: DocumentVersion, number: int) -> ClauseComment:
    """One comment on a version by its number; raises `Missing`."""
    found = session.scalar(_WITH_NAMES.where(ClauseComment.version_id == version.id, ClauseComment.number == number))
    if found is None:
        raise Missing
    return found


_WITH_NAMES = sa.select(ClauseComment).options(
    joinedload(ClauseComment.clause),
    joinedload(ClauseComment.body).joinedload(DecidingBody.organisation),
    joinedload(ClauseComment.version),
    joinedload(ClauseComment.landed_version),
    joinedload(ClauseComment.landed_clause),
)


def next_version(session: Session, version: DocumentVersion) -> DocumentVersion | None:
    """The version written after this one, a draft or issued; none where there is none yet."""
    return session.scalar(
        sa.select(DocumentVersion)
        .where(DocumentVersion.document_id == version.document_id, DocumentVersion.position > version.position)
        .order_by(DocumentVersion.position)
        .limit(1)
    )


def write_comment(
    session: Session,
    version: DocumentVersion,
    clause_code: str,
    body: DecidingBody,
    *,
    kind: str,
    text: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> ClauseComment:
    """Write a comment on a clause of an issued version, for a body; raises `Refused` without words or such a clause."""
    session.get(Document, version.document_id, with_for_update=True)  # so that no two comments get one number
    clause = session.scalar(
        sa.select(Clause)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(ClauseText.version_id == version.id, Clause.code == clause_code)
    )
    if clause is None:
        raise Refused(f"Version {version.label} has no such clause.", "one of its clauses")
    if version.issued_at is None:
        raise Refused(f"Version {version.label} is a draft, and can still change.", "an issued version")
    if kind not in KINDS:
        raise Refused("A comment is a comment, a question or proposed wording.", "one of the three")
    if not text.strip() or len(text) > COMMENT_TEXT:
        raise Refused(f"A comment has 1 to {COMMENT_TEXT:,} characters.", "its words")
    last = session.scalar(sa.select(sa.func.max(ClauseComment.number)).where(ClauseComment.version_id == version.id))
    comment = ClauseComment(
        version_id=version.id,
        number=(last or 0) + 1,
        clause_id=clause.id,
        body_id=body.id,
        person_id=doer.person_id,
        author=doer.name,
        capacity=doer.capacity,
        kind=kind,
        text=text.strip(),
        written_at=now,
        demonstration=demonstration,
    )
    session.add(comment)
    session.flush()
    document = version.document
    said = {
        "document": document.code,
        "title": document.title,
        "version": version.label,
        "comment": comment.number,
        "clause": clause.code,
        "body": body.short_name,
        "kind": kind,
        "text": comment.text,
    }
    owner = body.organisation
    append(session, [Act(Tag.COMMENT_MADE, doer, owner.id, owner.name, "document", document.id, said)], now)
    return comment


def answer_comment(
    session: Session,
    comment_id: int,
    *,
    outcome: str,
    answer: str,
    landed: str,
    seen: datetime | None,
    doer: Doer,
    now: datetime,
) -> ClauseComment:
    """Say what became of a comment; `landed` is a clause's code in the next version, "" where it has none there.

    `seen` is when it had been answered as the page showed it: raises `Stale` where it was answered since.
    """
    comment = session.scalars(
        sa.select(ClauseComment)
        .where(ClauseComment.id == comment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if comment.answered_at != seen:
        raise Stale(
            f"Comment {comment.number} was answered since this page was shown. Nothing was recorded now.",
            f"{comment.answered_by}: {OUTCOMES.get(comment.outcome or '', '')}. {comment.answer}",
        )
    if comment.withdrawn_at is not None:
        raise Refused(f"Comment {comment.number} was withdrawn by who wrote it, so nothing is to be said of it.")
    if outcome not in OUTCOMES:
        raise Refused("An answer says what became of the comment.", "accepted, in part, not accepted or answered")
    if not answer.strip() or len(answer) > COMMENT_TEXT:
        raise Refused(f"An answer has 1 to {COMMENT_TEXT:,} characters.", "its words")
    version, document = comment.version, comment.version.document
    later = next_version(session, version)
    clause = None
    if landed:
        clause = session.scalar(
            sa.select(Clause)
            .join(ClauseText, ClauseText.clause_id == Clause.id)
            .where(ClauseText.version_id == (later.id if later else None), Clause.code == landed)
        )
        if clause is None:
            raise Refused(
                f"No version after version {version.label} has that clause.", "a clause of the version after it"
            )
    comment.outcome, comment.answer = outcome, answer.strip()
    comment.answered_by, comment.answered_at = doer.name, now
    comment.landed_version_id = later.id if later and clause else None
    comment.landed_clause_id = clause.id if clause else None
    said = {
        "document": document.code,
        "title": document.title,
        "version": version.label,
        "comment": comment.number,
        "body": comment.body.short_name,
        "outcome": outcome,
        "answer": comment.answer,
        "landed_version": later.label if later and clause else None,
        "landed_clause": clause.code if clause else None,
    }
    host = document.collaborative.host
    append(session, [Act(Tag.COMMENT_ANSWERED, doer, host.id, host.name, "document", document.id, said)], now)
    session.flush()
    return comment
