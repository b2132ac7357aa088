"""The forms of comments: one for a body's people, one for the programme office that answers them."""

from collections.abc import Sequence
from datetime import datetime

from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.documents.comments import COMMENT_TEXT, KINDS, OUTCOMES
from app.documents.models import ClauseText
from app.web.forms import BaseForm, Text


class CommentForm(BaseForm):
    """A comment on one clause."""

    clause = SelectField("Clause", validate_choice=True)
    kind = RadioField("What is it?", [InputRequired("Choose what it is")], choices=tuple(KINDS.items()))
    text = Text("Your words", [InputRequired("Write your comment")], most=COMMENT_TEXT)

    def offer(self, clauses: Sequence[ClauseText]) -> None:
        """Give the clauses of the version."""
        self.clause.choices = {one.clause.code: called(one) for one in clauses}


class AnswerCommentForm(BaseForm):
    """What became of a comment, and where it can be read in the next version."""

    seen = HiddenField()
    outcome = RadioField(
        "What became of it?", [InputRequired("Choose what became of it")], choices=tuple(OUTCOMES.items())
    )
    answer = Text("Answer", [InputRequired("Write the answer")], most=COMMENT_TEXT)
    landed = SelectField("Where it can be read", validate_choice=True)

    def offer(self, clauses: Sequence[ClauseText]) -> None:
        """Give the clauses of the next version; none while there is no such version."""
        self.landed.choices = {"": "Nowhere, or not yet"} | {one.clause.code: called(one) for one in clauses}

    def seen_at(self) -> datetime | None:
        """When the comment had been answered, as the page showed it."""
        try:
            return datetime.fromisoformat(self.seen.data) if self.seen.data else None
        except ValueError:
            return None


def called(clause: ClauseText) -> str:
    """ "2.1 One point of access"."""
    return f"{clause.number} {clause.heading}".strip() or clause.clause.code
