"""Who wrote a comment withdraws it while nobody has answered it; its words go from the pages and stay in the record."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.documents.models import ClauseComment
from app.permissions import Refused

LONGEST = 2_000
"""The longest reason, in characters."""


def withdraw_comment(session: Session, comment_id: int, *, reason: str, doer: Doer, now: datetime) -> ClauseComment:
    """Withdraw a comment of one's own, with a reason.

    Raises `Refused` where somebody else wrote it, it was answered or is withdrawn already, or without a reason.
    """
    comment = session.scalars(
        sa.select(ClauseComment)
        .where(ClauseComment.id == comment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if comment.person_id is None or comment.person_id != doer.person_id:
        raise Refused("Only who wrote a comment may withdraw it.", f"{comment.author}, who wrote it")
    refuse_settled(comment)
    if not reason.strip() or len(reason) > LONGEST:
        raise Refused("A comment is withdrawn with a reason.", "the reason")
    comment.withdrawn_at, comment.withdrawn_because = now, reason.strip()
    document, owner = comment.version.document, comment.body.organisation
    said = {
        "document": document.code,
        "title": document.title,
        "version": comment.version.label,
        "comment": comment.number,
        "clause": comment.clause.code,
        "body": comment.body.short_name,
        "reason": reason.strip(),
    }
    append(session, [Act(Tag.COMMENT_WITHDRAWN, doer, owner.id, owner.name, "document", document.id, said)], now)
    session.flush()
    return comment


def refuse_settled(comment: ClauseComment) -> None:
    """Raise `Refused` where a comment was answered, or is withdrawn already."""
    if comment.answered_at is not None:
        raise Refused(
            f"Comment {comment.number} was answered by {comment.answered_by}, so it stays with its answer.",
            "a further comment",
        )
    if comment.withdrawn_at is not None:
        raise Refused(f"Comment {comment.number} is withdrawn already.")
