"""What this installation is (empty, demonstration or real), and the clock that follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base
from app.db.types import Instant

Kind = Literal["empty", "demonstration", "real"]

IN_WORDS = {"demonstration": "a demonstration", "real": "a real one"}

DEMONSTRATION_BEGINS = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)


class Installation(Base):
    """One row: the kind, chosen once, and where the demonstration's clock stands against real time."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    shown_at: Mapped[datetime | None] = mapped_column(Instant)
    real_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.CheckConstraint("kind IN ('demonstration', 'real')", name="kind"),
    )


class InstallationError(ValueError):
    """The installation is not of the kind this act needs; the text says why."""


def kind_of(session: Session) -> Kind:
    """What the database holds: nothing yet, a demonstration, or a real installation."""
    found = session.scalar(sa.select(Installation.kind))
    if found is None:
        return "empty"
    return "demonstration" if found == "demonstration" else "real"


def become(session: Session, kind: Literal["demonstration", "real"], real_now: datetime) -> None:
    """Make an empty installation what it will always be; a change of kind is refused."""
    found = kind_of(session)
    if found == kind:
        return
    if found != "empty":
        raise InstallationError(f"This installation is {IN_WORDS[found]}; it cannot become {IN_WORDS[kind]}.")
    shown = DEMONSTRATION_BEGINS if kind == "demonstration" else None
    session.add(Installation(id=1, kind=kind, shown_at=shown, real_at=real_now if shown else None))
    session.flush()


def set_demonstration_clock(session: Session, shown: datetime, real_now: datetime) -> None:
    """Set the demonstration's clock to `shown`, from where it runs on. Never backwards: the record is in order."""
    row = session.get(Installation, 1)
    if row is None or row.kind != "demonstration" or row.shown_at is None or row.real_at is None:
        raise InstallationError("Only a demonstration has a clock that can be set.")
    if shown < row.shown_at + (real_now - row.real_at):
        raise InstallationError("The demonstration's clock only goes forward: the record is in order of time.")
    row.shown_at, row.real_at = shown, real_now


def real_time() -> datetime:
    """The machine's clock, in UTC: the only place that reads it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time for sessions and throttling, and the time decisions are recorded at.

    `real` can be given by a test; `fixed`, when given, is the time of decisions.
    """

    real: Callable[[], datetime] = real_time
    fixed: Callable[[], datetime] | None = None
    demonstration: bool = False

    def now(self, session: Session) -> datetime:
        """The time of decisions: real time, or the demonstration's own."""
        if self.fixed is not None:
            return self.fixed()
        if self.demonstration:
            row = session.execute(sa.select(Installation.shown_at, Installation.real_at)).one_or_none()
            if row is not None and row.shown_at is not None and row.real_at is not None:
                shown: datetime = row.shown_at + (self.real() - row.real_at)
                return shown
        return self.real()
