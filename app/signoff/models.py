"""Cases and their rounds; what was decided is folded from the record, with one projection for the listings."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.people.models import DecidingBody
from app.permissions import Resource
from workflows.conditions import ConditionState


class Case(Base):
    """Asks parties to decide on an opaque subject, under one pinned version of a workflow definition."""

    __tablename__ = "signoff_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    part: Mapped[int]
    definition_name: Mapped[str] = mapped_column(sa.String(60))
    definition_version: Mapped[int]
    definition_hash: Mapped[str] = mapped_column(sa.String(64))
    definition_text: Mapped[str] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    collaborative_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collaborative.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    demonstration: Mapped[bool]
    rounds: Mapped[list["Round"]] = relationship(order_by="Round.number", back_populates="case")
    parties: Mapped[list["Party"]] = relationship(order_by="Party.position")

    __table_args__ = (
        sa.Index("ix_signoff_case_subject", "subject_kind", "subject_id"),
        # the order of the list, and the words it is searched by: counting a group's cases reads this alone
        sa.Index("ix_signoff_case_listed", "collaborative_id", "part", "opened_at", "id", "title"),
    )

    def as_resource(self, body: DecidingBody | None = None) -> Resource:
        """The case as the permission page knows it; with a body, that body's own decision on it."""
        return Resource(
            "case",
            organisation_id=body.organisation_id if body else None,
            body_id=body.id if body else None,
            collaborative_id=self.collaborative_id,
            part=self.part,
            name=body.short_name if body else self.title,
        )


class Round(Base):
    """Pins one version of the subject: its id, its label and the SHA-256 of its content."""

    __tablename__ = "signoff_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"))
    number: Mapped[int]
    version_id: Mapped[int]
    version_label: Mapped[str] = mapped_column(sa.String(40))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    case: Mapped[Case] = relationship(back_populates="rounds")

    __table_args__ = (sa.UniqueConstraint("case_id", "number"),)


class Party(Base):
    """A deciding body that is asked. `listed_in_id` is as of its case, so that a list knows at once whom it asks."""

    __tablename__ = "signoff_party"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"), primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), primary_key=True)
    position: Mapped[int]
    listed_in_id: Mapped[int | None]
    body: Mapped[DecidingBody] = relationship()

    __table_args__ = (sa.Index("ix_signoff_party_listed", "listed_in_id", "body_id"),)


class Receipt(Base):
    """One form, one decision: a second press of the same button gets the first receipt again."""

    __tablename__ = "signoff_receipt"

    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"))
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("record_entry.id"))


class CaseState(Base):
    """Projection: where a case stands as a whole, and its place in a list. Rebuilt by `flask signoff rebuild`."""

    __tablename__ = "signoff_case_state"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(20))  # see workflows.standing.State
    round: Mapped[int]
    stage: Mapped[str] = mapped_column(sa.String(40))
    sentence: Mapped[str] = mapped_column(sa.Text)
    listed_in_id: Mapped[int | None]  # see app.signoff.subject.listed_in
    opened_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.Index("ix_signoff_case_state_listed", "listed_in_id", "state", "opened_at", "case_id"),)


# the few of a long record, each kind in an index of its own: one of all would grow, and SQLite read by it all of a body
_OPEN: dict[str, Any] = {"sqlite_where": sa.text("state = 'open'"), "postgresql_where": sa.text("state = 'open'")}
_WAITING: dict[str, Any] = {"sqlite_where": sa.text("waiting IS 1"), "postgresql_where": sa.text("waiting IS true")}
_TO_RATIFY: dict[str, Any] = {name: sa.text("standing = 'to be ratified'") for name in _WAITING}


class PartyState(Base):
    """Projection: a party's standing at one stage of one round. Rebuilt by `flask signoff rebuild`."""

    __tablename__ = "signoff_party_state"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), primary_key=True)
    standing: Mapped[str] = mapped_column(sa.String(40))
    waiting: Mapped[bool]  # whether this party is asked now and has not finally answered
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"))
    on: Mapped[date | None] = mapped_column("decided_on")
    conditions: Mapped[list[Any]] = mapped_column(sa.JSON)
    tally: Mapped[str] = mapped_column(sa.String(80), default="", server_default=sa.text("''"))  # "1 of 2 met"
    expires: Mapped[date | None]  # the last day of a local variation
    through: Mapped[str] = mapped_column(sa.String(60), default="", server_default=sa.text("''"))  # who answers for it
    minute_reference: Mapped[str] = mapped_column(sa.String(100), default="")
    entry_id: Mapped[int | None]
    sentence: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_signoff_party_state_waiting", "body_id", **_WAITING),
        sa.Index("ix_signoff_party_state_to_ratify", "body_id", **_TO_RATIFY),
    )


class ConditionRow(Base):
    """Projection: a condition of an agreement that stands. Rebuilt by `flask signoff rebuild`."""

    __tablename__ = "signoff_condition"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"), primary_key=True)
    decision_id: Mapped[int] = mapped_column(primary_key=True)  # the entry of its decision
    position: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    owner: Mapped[str] = mapped_column(sa.Text)
    due: Mapped[date | None]
    state: Mapped[ConditionState] = mapped_column(sa.String(10))
    on: Mapped[date | None] = mapped_column("settled_on")
    said: Mapped[str] = mapped_column(sa.Text)
    decided_by: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_signoff_condition_state", "state", "due"),
        sa.Index("ix_signoff_condition_of_body", "body_id", **_OPEN),
        sa.Index("ix_signoff_condition_with", "owner", **_OPEN),
    )


class Reminder(Base):
    """What was said of a case on a day, so that it is said once: `once` is unique and names the occasion.

    It tells of what this installation sent. `body_id` is nothing where it was said of all who had not answered.
    """

    __tablename__ = "signoff_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(sa.String(300), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_case.id"), index=True)
    round: Mapped[int]
    stage: Mapped[str] = mapped_column(sa.String(60))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deciding_body.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))  # see workflows.reminders.Kind
    step: Mapped[str] = mapped_column(sa.String(100))
    due: Mapped[date]
    why: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(Instant)
    entry_id: Mapped[int]
    told: Mapped[list["ReminderTo"]] = relationship(order_by="ReminderTo.role, ReminderTo.person_id")
    case: Mapped[Case] = relationship()
    body: Mapped[DecidingBody | None] = relationship()


class ReminderTo(Base):
    """To whom a reminder was sent, and in which capacity they were told."""

    __tablename__ = "signoff_reminder_to"

    reminder_id: Mapped[int] = mapped_column(sa.ForeignKey("signoff_reminder.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(300))

    __table_args__ = (sa.Index("ix_signoff_reminder_to_person", "person_id", "reminder_id"),)
