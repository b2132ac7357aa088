"""The words of an entry that the rooms hold too, for their pages: they go when the entry's text is destroyed."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.tags import Tag
from app.documents.models import ClauseComment, DocumentVersion
from app.meetings.models import ItemQuestion

Said = Mapping[str, Any]


def destroy_copies(session: Session, tag: str, said: Said, thing_id: int | None, instead: str) -> int:
    """Put `instead` in the place of the same words on the pages; gives how many places there were.

    Words that were changed since stay: they are another entry's.
    """
    attribute = _OF_COMMENTS.get(tag)
    if attribute is not None:
        comment = session.scalar(
            sa.select(ClauseComment)
            .join(DocumentVersion, DocumentVersion.id == ClauseComment.version_id)
            .where(
                DocumentVersion.document_id == thing_id,
                DocumentVersion.label == said.get("version"),
                ClauseComment.number == said.get("comment"),
            )
        )
        return _replaced(session, comment, *attribute, said, instead)
    attribute = _OF_QUESTIONS.get(tag)
    if attribute is not None:
        question = session.scalar(
            sa.select(ItemQuestion).where(ItemQuestion.item_id == thing_id, ItemQuestion.number == said.get("question"))
        )
        return _replaced(session, question, *attribute, said, instead)
    return 0


_OF_COMMENTS = {
    Tag.COMMENT_MADE.value: ("text", "text"),
    Tag.COMMENT_ANSWERED.value: ("answer", "answer"),
    Tag.COMMENT_WITHDRAWN.value: ("withdrawn_because", "reason"),
}
_OF_QUESTIONS = {Tag.QUESTION_ASKED.value: ("text", "text"), Tag.QUESTION_ANSWERED.value: ("answer", "answer")}


def _replaced(session: Session, row: Any, attribute: str, name: str, said: Said, instead: str) -> int:
    if row is None or getattr(row, attribute) != said.get(name):
        return 0
    setattr(row, attribute, instead)
    session.flush()
    return 1
