"""Documents, their versions, and clauses whose identity survives from version to version."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.people.models import Collaborative, DecidingBody, Person
from app.permissions import Resource


class Document(Base):
    """A document shared by the members of a collaborative."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    collaborative_id: Mapped[int] = mapped_column(sa.ForeignKey("collaborative.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text)
    workstream: Mapped[str | None] = mapped_column(sa.String(60))  # code of the one it belongs to: no key upward
    demonstration: Mapped[bool]
    collaborative: Mapped[Collaborative] = relationship()
    versions: Mapped[list["DocumentVersion"]] = relationship(
        back_populates="document", order_by="DocumentVersion.position"
    )

    def as_resource(self, body: DecidingBody | None = None) -> Resource:
        """The document as the permission page knows it: shared; with a body, what that body says of it."""
        return Resource(
            "document",
            organisation_id=body.organisation_id if body else None,
            body_id=body.id if body else None,
            collaborative_id=self.collaborative_id,
            host_id=self.collaborative.host_id,
            name=body.short_name if body else self.title,
        )


class DocumentVersion(Base):
    """One version. Once issued its clauses never change; `hash` covers their texts, order and numbers."""

    __tablename__ = "document_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    label: Mapped[str] = mapped_column(sa.String(20))  # "1", "2", "2.1"
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.Text)  # what this version is for, in a sentence
    dated: Mapped[date]
    issued_at: Mapped[datetime | None] = mapped_column(Instant)  # None while it is a draft
    hash: Mapped[str | None] = mapped_column(sa.String(64))
    answers_begun: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # of a draft: see `keep_draft`
    document: Mapped[Document] = relationship(back_populates="versions")
    clauses: Mapped[list["ClauseText"]] = relationship(order_by="ClauseText.position")

    __table_args__ = (
        sa.UniqueConstraint("document_id", "label"),
        sa.UniqueConstraint("document_id", "position"),
    )


class Clause(Base):
    """The identity of a clause, whatever its number or words are in one version."""

    __tablename__ = "clause"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    code: Mapped[str] = mapped_column(sa.String(60))

    __table_args__ = (sa.UniqueConstraint("document_id", "code"),)


class ClauseText(Base):
    """A clause as it stands in one version. `text_hash` leaves the number out, so a move is not a change."""

    __tablename__ = "clause_text"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("document_version.id"), primary_key=True)
    clause_id: Mapped[int] = mapped_column(sa.ForeignKey("clause.id"), primary_key=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(20))
    heading: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    clause: Mapped[Clause] = relationship()

    __table_args__ = (sa.UniqueConstraint("version_id", "position"),)


class ClauseComment(Base):
    """What a body's member, secretary or officer said of a clause of one version, and what became of it.

    `author` and `capacity` are as they were. `landed_…`: the clause of a later version in which it can be read.
    """

    __tablename__ = "clause_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("document_version.id"))
    number: Mapped[int]  # among the comments on the version
    clause_id: Mapped[int] = mapped_column(sa.ForeignKey("clause.id"))
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    author: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(20))  # see `comments.KINDS`
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(sa.String(20))  # see `comments.OUTCOMES`; None while it is open
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_by: Mapped[str | None] = mapped_column(sa.String(200))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    landed_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document_version.id"))
    landed_clause_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clause.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)  # by who wrote it, before it was answered
    withdrawn_because: Mapped[str | None] = mapped_column(sa.Text)
    demonstration: Mapped[bool]
    version: Mapped[DocumentVersion] = relationship(foreign_keys=[version_id])
    clause: Mapped[Clause] = relationship(foreign_keys=[clause_id])
    body: Mapped[DecidingBody] = relationship()
    person: Mapped[Person | None] = relationship()
    landed_version: Mapped[DocumentVersion | None] = relationship(foreign_keys=[landed_version_id])
    landed_clause: Mapped[Clause | None] = relationship(foreign_keys=[landed_clause_id])

    __table_args__ = (
        sa.UniqueConstraint("version_id", "number"),
        sa.Index("ix_clause_comment_landed", "landed_version_id"),
    )

    @property
    def state(self) -> str:
        """ "withdrawn", what became of it, or "open"."""
        return "withdrawn" if self.withdrawn_at else self.outcome or "open"

    def as_resource(self) -> Resource:
        """The comment as the permission page knows it: shared, and its writer's own."""
        return replace(self.version.document.as_resource(self.body), owner_id=self.person_id)
