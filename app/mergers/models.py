"""Which organisations end by merging into which one, on what day; what comes of it stands in the record."""

from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.people.models import Organisation

State = Literal["planned", "done", "cancelled"]


class Merger(Base):
    """On `from_on` the predecessors have ended and `successor` has their work. `problem`: why it has not come about."""

    __tablename__ = "merger"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[State] = mapped_column(sa.String(20))
    planned_at: Mapped[datetime] = mapped_column(Instant)
    planned_by: Mapped[str] = mapped_column(sa.String(200))
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str] = mapped_column(sa.Text, default="", server_default=sa.text("''"))
    successor: Mapped[Organisation] = relationship()
    predecessors: Mapped[list["MergerPredecessor"]] = relationship(order_by="MergerPredecessor.position")

    __table_args__ = (sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name="state"),)


class MergerPredecessor(Base):
    """One of the organisations that end."""

    __tablename__ = "merger_predecessor"

    merger_id: Mapped[int] = mapped_column(sa.ForeignKey("merger.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    position: Mapped[int]
    organisation: Mapped[Organisation] = relationship()
