"""Workbooks that were uploaded and wait for who sent them to say whether they come in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.db.types import Instant


class Upload(Base):
    """An uploaded workbook, kept for a day for the one person who sent it. `at` is real time."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    hash: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(200))
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.UniqueConstraint("person_id", "hash"),)
