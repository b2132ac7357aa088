"""A meeting in common: several bodies' meetings at one place and time with one agenda; each decides for itself."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.meetings.models import Meeting
from app.people.models import Collaborative, DecidingBody
from app.permissions import Resource


class InCommon(Base):
    """When and where bodies of a collaborative meet in common. It is no meeting of its own, and decides nothing."""

    __tablename__ = "meeting_in_common"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)  # "in-common-2015-11-24"
    collaborative_id: Mapped[int] = mapped_column(sa.ForeignKey("collaborative.id"), index=True)
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    held_on: Mapped[date]
    begins: Mapped[time | None]
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    collaborative: Mapped[Collaborative] = relationship()
    set_by: Mapped[DecidingBody] = relationship()

    def as_resource(self) -> Resource:
        """The meeting in common as the permission page knows it: shared by the members of the collaborative."""
        return Resource(
            "in_common",
            collaborative_id=self.collaborative_id,
            host_id=self.collaborative.host_id,
            name=self.collaborative.name,
        )


class Joined(Base):
    """A body's own meeting that is held in common: put there by its own secretary, and taken out by nobody else."""

    __tablename__ = "meeting_joined"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    in_common_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_in_common.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(sa.String(400))  # by name and capacity, as they were
    meeting: Mapped[Meeting] = relationship()
    in_common: Mapped[InCommon] = relationship()
