"""Update editions and packs: the facts they were frozen from, the files by their hashes, who holds them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.meetings.models import Meeting
from app.people.models import Person
from app.programme.models import Period, Workstream


class Edition(Base):
    """A numbered update edition of one period: the common paper every body's pack takes as an enclosure."""

    __tablename__ = "update_edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(20))  # draft, built, released
    facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    facts_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pdf_hash: Mapped[str | None] = mapped_column(sa.String(64))
    web_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pdf_bytes: Mapped[int | None]
    pages: Mapped[int | None]
    page_of: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # a section's page in the PDF
    slides_hash: Mapped[str | None] = mapped_column(sa.String(64))
    slides_bytes: Mapped[int | None]
    slides_count: Mapped[int | None]
    built_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[str] = mapped_column(sa.String(200), default="")
    told: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # came in with it; see `packs.told`
    period: Mapped[Period] = relationship()

    __table_args__ = (sa.UniqueConstraint("period_id", "number"),)


class Pack(Base):
    """The pack of one part of one meeting. `facts` are frozen when it is built; released files never change."""

    __tablename__ = "pack"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    part: Mapped[int]
    version: Mapped[int]
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("update_edition.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signoff_case.id"))  # its pack-release case
    state: Mapped[str] = mapped_column(sa.String(20))  # draft, built, put_forward, released
    facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    facts_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pdf_hash: Mapped[str | None] = mapped_column(sa.String(64))
    web_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pdf_bytes: Mapped[int | None]
    pages: Mapped[int | None]
    page_of: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # a section's page in the PDF
    slides_hash: Mapped[str | None] = mapped_column(sa.String(64))
    slides_bytes: Mapped[int | None]
    slides_count: Mapped[int | None]
    built_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[str] = mapped_column(sa.String(200), default="")
    told: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # came in with it; see `packs.told`
    meeting: Mapped[Meeting] = relationship()
    edition: Mapped[Edition | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "part", "version"),
        sa.CheckConstraint("part IN (1, 2)", name="part"),
    )


class GapAcceptance(Base):
    """A named person accepted that something is missing, with a reason."""

    __tablename__ = "gap_acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    thing_kind: Mapped[str] = mapped_column(sa.String(20))  # edition, pack
    thing_id: Mapped[int]
    gap_key: Mapped[str] = mapped_column(sa.String(200))
    sentence: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    person_name: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    demonstration: Mapped[bool]

    __table_args__ = (sa.UniqueConstraint("thing_kind", "thing_id", "gap_key"),)


class Circulation(Base):
    """A released pack was sent to one person by a personal link; only the link's SHA-256 is kept."""

    __tablename__ = "circulation"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(sa.ForeignKey("pack.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    pack: Mapped[Pack] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("pack_id", "person_id"),)


class Correction(Base):
    """The numbered correction from one edition of a period to the next, for those who hold an earlier one."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    number: Mapped[int]
    from_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("update_edition.id"))
    to_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("update_edition.id"), unique=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    facts_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pdf_hash: Mapped[str | None] = mapped_column(sa.String(64))
    web_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pdf_bytes: Mapped[int | None]
    pages: Mapped[int | None]
    built_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[str] = mapped_column(sa.String(200), default="")
    period: Mapped[Period] = relationship()
    from_edition: Mapped[Edition] = relationship(foreign_keys=[from_edition_id])
    to_edition: Mapped[Edition] = relationship(foreign_keys=[to_edition_id])
    errors: Mapped[list["ReportedError"]] = relationship(order_by="ReportedError.id", back_populates="correction")

    __table_args__ = (sa.UniqueConstraint("period_id", "number"),)


class ReportedError(Base):
    """What a named person found wrong in a released edition; of one workstream, or (none) of the rest of it."""

    __tablename__ = "reported_error"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(sa.ForeignKey("correction.id"), index=True)
    workstream_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workstream.id"))
    wrong: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    demonstration: Mapped[bool]
    correction: Mapped[Correction] = relationship(back_populates="errors")
    workstream: Mapped[Workstream | None] = relationship()


class CorrectionCirculation(Base):
    """A correction was sent to someone who had been sent a pack with an earlier edition; see `Circulation`."""

    __tablename__ = "correction_circulation"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(sa.ForeignKey("correction.id"))
    circulation_id: Mapped[int] = mapped_column(sa.ForeignKey("circulation.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    correction: Mapped[Correction] = relationship()
    circulation: Mapped[Circulation] = relationship()

    __table_args__ = (sa.UniqueConstraint("correction_id", "circulation_id"),)
