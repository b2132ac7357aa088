"""Meetings of deciding bodies, their agenda items with an opaque subject, conflicts handled and attendance."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from app.people.models import DecidingBody, Interest, Person, Seat
from app.permissions import Resource
from workflows.facts import AttendanceStatus, Handling, InterestKind

OFF_THE_AGENDA = 500
"""Items that were taken off keep a position of their own, above this."""


def numbered(part: int, position: int) -> str:
    """How an agenda numbers the item in this place: "7", in Part 2 "P2-1"."""
    return str(position) if part == 1 else f"P2-{position}"


class Meeting(Base):
    """One meeting of one body. Part 1 is in public, Part 2 in private; both have items here."""

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)  # "croydon-2015-11-24"
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    held_on: Mapped[date] = mapped_column(index=True)
    begins: Mapped[time | None]
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[str] = mapped_column(sa.String(20))  # planned, held, cancelled
    demonstration: Mapped[bool]
    body: Mapped[DecidingBody] = relationship()

    __table_args__ = (sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),)

    def as_resource(self) -> Resource:
        """The meeting as the permission page knows it: its organisation's own."""
        return Resource(
            "meeting",
            organisation_id=self.body.organisation_id,
            body_id=self.body_id,
            name=self.body.short_name,
        )


class AgendaItem(Base):
    """An item. What it is about is opaque here: `subject_kind` and `subject_id` belong to the room that proposed it."""

    __tablename__ = "agenda_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    part: Mapped[int]
    position: Mapped[int]
    origin: Mapped[str] = mapped_column(sa.String(20))  # standing, workstream, case, edition, request
    standing_kind: Mapped[str | None] = mapped_column(sa.String(40))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(300))
    purpose: Mapped[str] = mapped_column(sa.String(20))
    minutes: Mapped[int | None]
    reference: Mapped[str | None] = mapped_column(sa.String(40))  # GBP/1516/041
    # cover sheet
    author: Mapped[str] = mapped_column(sa.String(200), default="")
    lead_director: Mapped[str] = mapped_column(sa.String(200), default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    key_points: Mapped[str] = mapped_column(sa.Text, default="")
    recommendation: Mapped[str] = mapped_column(sa.Text, default="")  # "The Governing Body is asked to …"
    seen_by: Mapped[str] = mapped_column(sa.String(300), default="")
    financial_implications: Mapped[str] = mapped_column(sa.Text, default="")
    # the paper itself, written here; empty means "to follow" where the purpose needs one
    paper: Mapped[str] = mapped_column(sa.Text, default="")
    paper_on: Mapped[date | None]  # the day the paper came in
    # Part 2 only
    private_ground: Mapped[str] = mapped_column(sa.String(300), default="")
    private_review_on: Mapped[date | None]
    # off the agenda: kept to be seen, with a position above `OFF_THE_AGENDA`
    taken_off_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_off_by: Mapped[str | None] = mapped_column(sa.String(200))
    taken_off_because: Mapped[str | None] = mapped_column(sa.Text)
    demonstration: Mapped[bool]
    meeting: Mapped[Meeting] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "part", "position"),
        sa.CheckConstraint("part IN (1, 2)", name="part"),
        sa.Index("ix_agenda_item_subject", "subject_kind", "subject_id"),
    )

    PURPOSES = ("approval", "decision", "discussion", "assurance", "information", "noting", "ratification")

    @property
    def number(self) -> str:
        """How the agenda numbers it: "7", in Part 2 "P2-1"."""
        return numbered(self.part, self.position)


class ItemConflict(Base):
    """A conflict of interest in one item, and how the chair (or a named deputy) handled it."""

    __tablename__ = "item_conflict"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id"), index=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    interest_kind: Mapped[InterestKind] = mapped_column(sa.String(40))
    handling: Mapped[Handling] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text)
    handled_by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    demonstration: Mapped[bool]
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("item_id", "seat_id", "person_id"),)


class ItemDeclaration(Base):
    """A member's interest declared for one item. Until there is a conflict of theirs in it, its handling is awaited."""

    __tablename__ = "item_declaration"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id"), index=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    interest_id: Mapped[int] = mapped_column(sa.ForeignKey("interest.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person] = relationship()
    interest: Mapped[Interest] = relationship()

    __table_args__ = (sa.UniqueConstraint("item_id", "person_id", "interest_id"),)


class ItemQuestion(Base):
    """A question on an item, and its answer. `to_id` is who is asked for the paper; None: the board secretary.

    `asker`, `capacity` and `to_name` are as they were.
    """

    __tablename__ = "item_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id"), index=True)
    number: Mapped[int]  # among the questions on the item
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asker: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[str] = mapped_column(sa.String(200))
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    to_name: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_by: Mapped[str | None] = mapped_column(sa.String(200))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    demonstration: Mapped[bool]
    item: Mapped[AgendaItem] = relationship()

    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)

    def as_resource(self) -> Resource:
        """The question as the permission page knows it: its body's own, answered by who was asked."""
        body = self.item.meeting.body
        return Resource(
            "question",
            organisation_id=body.organisation_id,
            body_id=body.id,
            owner_id=self.to_id,
            part=self.item.part,
            name=body.short_name,
        )


class Attendance(Base):
    """A seat at a meeting: who attended for it, or apologies, or absence."""

    __tablename__ = "attendance"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    status: Mapped[AttendanceStatus] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.String(300), default="")  # "item 7 only"
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("meeting_id", "seat_id"),)
