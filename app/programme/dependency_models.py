"""What a milestone hangs together with: earlier baselines, the milestones it waits for, the sign-offs that need it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import GivenDate, Instant
from app.documents.models import Document
from app.programme.models import Milestone


class MilestoneBaseline(Base):
    """A baseline that was replaced, by which authority and why; the present one stands on the milestone."""

    __tablename__ = "milestone_baseline"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone.id"), index=True)
    was_words: Mapped[str] = mapped_column(sa.String(200))
    was_earliest: Mapped[date | None]
    was_latest: Mapped[date | None]
    became: Mapped[str] = mapped_column(sa.String(200))
    authority: Mapped[str] = mapped_column(sa.String(300))
    authorised_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    milestone: Mapped[Milestone] = relationship()

    @property
    def was(self) -> GivenDate:
        """The baseline that was replaced, as precisely as it was given."""
        return GivenDate(self.was_words, self.was_earliest, self.was_latest)


class MilestoneDependency(Base):
    """`milestone` cannot be reached before `needs` is: finish to start."""

    __tablename__ = "milestone_dependency"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone.id"))
    needs_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    milestone: Mapped[Milestone] = relationship(foreign_keys=[milestone_id])
    needs: Mapped[Milestone] = relationship(foreign_keys=[needs_id])

    __table_args__ = (sa.UniqueConstraint("milestone_id", "needs_id"),)


class MilestoneSignOff(Base):
    """The sign-off of a document needs this milestone: its papers cannot go out before it is reached."""

    __tablename__ = "milestone_sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    milestone: Mapped[Milestone] = relationship()
    document: Mapped[Document] = relationship()

    __table_args__ = (sa.UniqueConstraint("milestone_id", "document_id"),)
