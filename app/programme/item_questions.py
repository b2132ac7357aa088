"""What this room knows of questions on agenda items: who answers for a workstream, and what was asked on a clause.

A question on a clause of the version that a case asks about is a comment on that clause: it is kept there alone, and
the item of the body's agenda shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.documents.comments import comments_on
from app.documents.models import DocumentVersion
from app.meetings.models import AgendaItem
from app.programme.asking import SUBJECT
from app.programme.commenting import open_to
from app.programme.models import Workstream
from app.signoff.models import Case, Round
from app.web import gate
from app.web.clock import now
from workflows.questions import Answerer


@dataclass(frozen=True, slots=True)
class OnClause:
    """A question on a clause, with its answer, and where it stands."""

    clause: str
    address: str
    text: str
    author: str
    capacity: str
    written_at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    demonstration: bool


@dataclass(frozen=True, slots=True)
class OnClauses:
    """What a body asked on the clauses of what an item is about, and where it asks now ("" where it cannot)."""

    asked: tuple[OnClause, ...] = ()
    ask: str = ""


def clause_questions(item: AgendaItem) -> OnClauses:
    """The questions of an item's body on the clauses of the version that its case asks about."""
    if item.subject_kind != "case" or item.subject_id is None:
        return OnClauses()
    version = _version_asked(db.session, item.subject_id)
    if version is None or version.hash is None:
        return OnClauses()
    body = item.meeting.body
    document, label = version.document.code, version.label
    numbers = {text.clause_id: f"{text.number} {text.heading}".strip() for text in version.clauses}
    asked = tuple(
        OnClause(
            numbers.get(one.clause_id, one.clause.code),
            url_for("documents.comments", code=document, label=label, _anchor=f"comment-{one.number}"),
            *(one.text, one.author, one.capacity, one.written_at),
            *(one.answer, one.answered_by, one.answered_at, one.demonstration),
        )
        for one in comments_on(db.session, version.id)
        if one.kind == "question" and one.body_id == body.id and one.withdrawn_at is None
    )
    mine = gate.may("comment.write", version.document.as_resource(body))
    ask = mine and bool(open_to(db.session, version, body, now()))
    address = url_for("programme.write_comment", code=document, label=label, body_code=body.code) if ask else ""
    return OnClauses(asked, address)


def _version_asked(session: Session, case_id: int) -> DocumentVersion | None:
    """The version that a shared case asks about in its latest round, where it is a document's."""
    return session.scalar(
        sa.select(DocumentVersion)
        .join(Round, Round.version_id == DocumentVersion.id)
        .join(Case, Case.id == Round.case_id)
        .where(Case.id == case_id, Case.subject_kind == SUBJECT, Case.part == 1)
        .order_by(Round.number.desc())
        .limit(1)
    )


def lead_of(session: Session, workstream_id: int) -> Sequence[Answerer]:
    """Who leads a workstream, then who is responsible for it."""
    found = session.get(Workstream, workstream_id)
    named = ((found.lead, "leads the workstream"), (found.sro, "is its senior responsible owner")) if found else ()
    return tuple(Answerer(person.id, person.name, ground) for person, ground in named if person is not None)


def init_app(app: Flask) -> None:
    """Say who answers, and offer the clauses' questions to the pages of items."""
    app.extensions.setdefault("concord.item_owners", {})["workstream"] = lead_of
    app.jinja_env.globals["clause_questions"] = clause_questions
