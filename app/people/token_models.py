"""Personal tokens: what a program of one person asks the API with."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.people.models import Account


class PersonalToken(Base):
    """A token of an account. Only its SHA-256 is kept: it is 32 random bytes, so nobody finds it from that.

    All times are real time. `proved_at`: when its owner last proved who they are, for acts that sign. `ended` says how
    it ended before its time; empty while it did not.
    """

    __tablename__ = "personal_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hint: Mapped[str] = mapped_column(sa.String(20))  # its first characters, by which its owner knows it again
    name: Mapped[str] = mapped_column(sa.String(100))
    scopes: Mapped[list[str]] = mapped_column(sa.JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)
    ended: Mapped[str] = mapped_column(sa.String(60), default="")
    account: Mapped[Account] = relationship()

    def open_at(self, real_now: datetime) -> bool:
        """Whether it can be used at this moment of real time."""
        return not self.ended and real_now < self.expires_at
