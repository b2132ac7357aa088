"""Comments on the clauses of a version: what bodies said, and what became of each."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from app.api.operations import reads, writes
from app.api.places import Versioned, the_version, the_version_of_the_office
from app.api.shapes import Because, Code, In, Line, Listed, Out, Paged, Text, cut
from app.db import db
from app.documents import comments as kept
from app.documents import queries
from app.documents.models import ClauseComment, DocumentVersion
from app.documents.withdrawn_comments import withdraw_comment as withdraw_it
from app.people.models import DecidingBody
from app.people.queries import body_by_code
from app.permissions import Role
from app.programme.commenting import comment_for
from app.programme.routes.places import for_body, for_programme
from app.web import gate
from app.web.clock import now

COMMENT = "sign-off:comment"


class CommentsQuery(Paged):
    """How the comments are narrowed."""

    clause: Line = Field("", description="The code of a clause")
    body: Line = Field("", description="The code of a body")
    state: Literal["", "open", "accepted", "in_part", "not_accepted", "answered", "withdrawn"] = ""


class CommentShape(Out):
    """A comment of a body on a clause, and what became of it."""

    number: int
    clause: str
    body: str
    kind: str
    text: str = Field(description="Empty once it is withdrawn: its words stay in the record")
    by: str
    capacity: str
    written_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str | None
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
    shown, pages = cut(asked, rows)
    return Listed(items=[_comment(one) for one in shown], page=pages)


def _comment(one: ClauseComment) -> CommentShape:
    return CommentShape(
        number=one.number,
        clause=one.clause.code,
        body=one.body.code,
        kind=one.kind,
        text="" if one.withdrawn_at else one.text,
        by=one.author,
        capacity=one.capacity,
        written_at=one.written_at,
        withdrawn_at=one.withdrawn_at,
        withdrawn_because=one.withdrawn_because,
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


def the_own_comment(document: str, version: str, comment: int) -> ClauseComment:
    """A comment on a version, for who wrote it."""
    found = kept.comment_of(db.session, queries.version(db.session, document, version), comment)
    gate.permit(found.as_resource())
    return found


@writes(
    "/documents/<document>/versions/<version>/comments/<int:comment>/withdrawal",
    group="Comments",
    scope=COMMENT,
    of=the_own_comment,
    body=Because,
    answers=CommentShape,
)
def withdraw_comment(session: Session, comment: ClauseComment, said: Because) -> CommentShape:
    """Withdraw a comment that you wrote, until it is answered."""
    doer = gate.doer(comment.capacity)
    return _comment(withdraw_it(session, comment.id, reason=said.reason, doer=doer, now=now()))
