"""What a body delegated to a joint committee, by its own decision: for dates, of workstreams and documents named."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.people.models import DecidingBody
from workflows.delegation import DelegationFact


class Delegation(Base):
    """`decided` is the reference of the minute by which the body delegated; `documents` and `workstreams` are codes."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"))
    documents: Mapped[list[Any]] = mapped_column(sa.JSON)
    workstreams: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    starts: Mapped[date]
    ends: Mapped[date | None]
    decided: Mapped[str] = mapped_column(sa.String(100))
    body: Mapped[DecidingBody] = relationship(foreign_keys=[body_id])
    to: Mapped[DecidingBody] = relationship(foreign_keys=[to_id])

    __table_args__ = (sa.UniqueConstraint("body_id", "to_id", "starts", "decided"),)

    def as_fact(self) -> DelegationFact:
        """The delegation as the rule knows it."""
        documents = frozenset(str(one) for one in self.documents)
        workstreams = frozenset(str(one) for one in self.workstreams or ())
        return DelegationFact(
            self.id, self.body_id, self.to_id, documents, self.starts, self.ends, self.decided, workstreams
        )
