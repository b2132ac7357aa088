"""Programmes, workstreams and their reporting: one common text each period, a local position per body."""

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import GivenDate, Instant
from app.people.models import Collaborative, DecidingBody, Person
from app.permissions import Resource


class Programme(Base):
    """A programme of work of one collaborative."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    collaborative_id: Mapped[int] = mapped_column(sa.ForeignKey("collaborative.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    strapline: Mapped[str] = mapped_column(sa.String(300), default="")
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    tolerance_days: Mapped[int | None]  # a slip of so many days is within tolerance; this programme's setting
    # the programme's own settings; empty is the default of `chase_days` and `silence`
    chase_before: Mapped[str | None] = mapped_column(sa.String(60))
    chase_after: Mapped[str | None] = mapped_column(sa.String(60))
    chase_unit: Mapped[str | None] = mapped_column(sa.String(10))
    silent_days: Mapped[int | None]
    collaborative: Mapped[Collaborative] = relationship()

    def as_resource(self, kind: str = "programme", name: str = "") -> Resource:
        """The programme, or a thing of it, as the permission page knows it."""
        return Resource(
            kind,
            collaborative_id=self.collaborative_id,
            host_id=self.collaborative.host_id,
            programme_code=self.code,
            name=name or self.name,
        )


class Segment(Base):
    """A part of the system architecture: a sector it goes from, or a segment it goes to."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))  # sector (from here), segment (to here)
    name: Mapped[str] = mapped_column(sa.String(100))
    what_works: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    version: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))


class SegmentLink(Base):
    """A risk or resource link between two segments, or a sector's link into the segment that it goes into.

    `reconstructed`: the source shows it, but not what it joins.
    """

    __tablename__ = "segment_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("segment.id"))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("segment.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))  # risk, resource, sector
    reconstructed: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    source: Mapped[str] = mapped_column(sa.String(300), default="", server_default=sa.text("''"))
    demonstration: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    version: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
    from_segment: Mapped[Segment] = relationship(foreign_keys=[from_id])
    to_segment: Mapped[Segment] = relationship(foreign_keys=[to_id])


class Workstream(Base):
    """A line of work: what it is in a sentence, who leads it, what is in and out of its remit."""

    __tablename__ = "workstream"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    sentence: Mapped[str] = mapped_column(sa.String(400))
    kind: Mapped[str] = mapped_column(sa.String(40))
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"))
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    sro_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    in_remit: Mapped[str] = mapped_column(sa.Text, default="")
    out_of_remit: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int]
    starts: Mapped[date]
    ends: Mapped[date | None]
    runs_words: Mapped[str | None] = mapped_column(sa.String(200))  # "through the autumn and into January 2016"
    runs_earliest: Mapped[date | None]
    runs_latest: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    programme: Mapped[Programme] = relationship()
    segment: Mapped[Segment | None] = relationship()
    lead: Mapped[Person | None] = relationship(foreign_keys=[lead_id])
    sro: Mapped[Person | None] = relationship(foreign_keys=[sro_id])

    KINDS = (
        "architecture",
        "workforce",
        "service_model",
        "contract",
        "standards",
        "pilot",
        "digital",
        "engagement",
    )

    @property
    def runs(self) -> GivenDate:
        """When it runs, as precisely as that was given."""
        return GivenDate(self.runs_words, self.runs_earliest, self.runs_latest)

    def as_resource(self) -> Resource:
        """The workstream as the permission page knows it: shared by the collaborative."""
        return self.programme.as_resource("workstream", self.title)

    def local_resource(self, body: DecidingBody) -> Resource:
        """A body's local position on this workstream: the body's own."""
        return replace(
            self.as_resource(),
            kind="local_position",
            organisation_id=body.organisation_id,
            body_id=body.id,
            name=body.short_name,
        )


class WorkstreamBody(Base):
    """A body takes part in a workstream, so it owes a local position each period."""

    __tablename__ = "workstream_body"

    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"), primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), primary_key=True)
    body: Mapped[DecidingBody] = relationship()


class Deliverable(Base):
    """Something a workstream is to deliver."""

    __tablename__ = "deliverable"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int]
    due_words: Mapped[str | None] = mapped_column(sa.String(200))
    due_earliest: Mapped[date | None]
    due_latest: Mapped[date | None]
    accepted_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300), default="")

    @property
    def due(self) -> GivenDate:
        """When it is due, as precisely as that was given."""
        return GivenDate(self.due_words, self.due_earliest, self.due_latest)


class Period(Base):
    """A reporting period of a programme: October/November 2015. Released when its update edition is."""

    __tablename__ = "period"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"))
    title: Mapped[str] = mapped_column(sa.String(100))
    starts: Mapped[date]
    ends: Mapped[date]
    updates_due: Mapped[date]
    released_at: Mapped[datetime | None] = mapped_column(Instant)  # set with its update edition; closed from then on
    programme: Mapped[Programme] = relationship()

    __table_args__ = (sa.UniqueConstraint("programme_id", "starts"),)


class Highlight(Base):
    """A heading of the period's highlights list, as it is to be printed; it may name a workstream with no update."""

    __tablename__ = "highlight"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"))
    source: Mapped[str] = mapped_column(sa.String(300), default="")

    __table_args__ = (
        sa.UniqueConstraint("period_id", "position"),
        sa.UniqueConstraint("period_id", "workstream_id"),
    )


BRAG = ("blue", "green", "amber", "red")
DIMENSIONS = ("overall", "time", "cost", "scope", "quality", "benefits", "risk")


class Update(Base):
    """The common text of one workstream for one period. `version` guards against two people saving over each other."""

    __tablename__ = "workstream_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"), index=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    state: Mapped[str] = mapped_column(sa.String(20))  # draft, submitted, returned, approved
    version: Mapped[int]
    overall: Mapped[str | None] = mapped_column(sa.String(10))
    time: Mapped[str | None] = mapped_column(sa.String(10))
    cost: Mapped[str | None] = mapped_column(sa.String(10))
    scope: Mapped[str | None] = mapped_column(sa.String(10))
    quality: Mapped[str | None] = mapped_column(sa.String(10))
    benefits: Mapped[str | None] = mapped_column(sa.String(10))
    risk: Mapped[str | None] = mapped_column(sa.String(10))
    headline: Mapped[str] = mapped_column(sa.String(300), default="")
    done: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    next: Mapped[str] = mapped_column(sa.Text, default="")
    decisions: Mapped[str] = mapped_column(sa.Text, default="")
    path_to_green: Mapped[str] = mapped_column(sa.Text, default="")
    comment: Mapped[str] = mapped_column(sa.Text, default="")  # with which it was returned
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)  # for a correction, until that is released
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    workstream: Mapped[Workstream] = relationship()
    period: Mapped[Period] = relationship()
    written_by: Mapped[Person | None] = relationship(foreign_keys=[written_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    __table_args__ = (
        sa.UniqueConstraint("workstream_id", "period_id"),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'approved')", name="state"),
    )


class LocalPosition(Base):
    """What one body says of one workstream for one period: its own words, approved by it, outside the common hash.

    `nothing_local` is an answer too: the body says there is nothing to add.
    """

    __tablename__ = "local_position"

    id: Mapped[int] = mapped_column(primary_key=True)
    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"))
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20))  # draft, nothing_local, submitted, returned, approved
    version: Mapped[int]
    brag: Mapped[str | None] = mapped_column(sa.String(10))
    position: Mapped[str] = mapped_column(sa.String(300), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)  # set with the body's own pack
    demonstration: Mapped[bool]
    workstream: Mapped[Workstream] = relationship()
    period: Mapped[Period] = relationship()
    body: Mapped[DecidingBody] = relationship()
    written_by: Mapped[Person | None] = relationship(foreign_keys=[written_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    __table_args__ = (
        sa.UniqueConstraint("workstream_id", "period_id", "body_id"),
        sa.Index("ix_local_position_counted", "period_id", "body_id", "state", "workstream_id"),
        sa.CheckConstraint("state IN ('draft', 'nothing_local', 'submitted', 'returned', 'approved')", name="state"),
    )


class Chase(Base):
    """Someone was asked by mail for a common update (no body) or a body's local position. `once` is unique.

    It names the period, the workstream, the body and the step of the calendar, or the day of a chase by hand.
    """

    __tablename__ = "chase"

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(sa.String(250), unique=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"), index=True)
    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deciding_body.id"))
    step: Mapped[str] = mapped_column(sa.String(60))
    by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)


class Milestone(Base):
    """A milestone with its baseline, forecast and actual, each as precise as it was given."""

    __tablename__ = "milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    workstream_id: Mapped[int] = mapped_column(sa.ForeignKey("workstream.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    position: Mapped[int]
    baseline_words: Mapped[str] = mapped_column(sa.String(200))
    baseline_earliest: Mapped[date | None]
    baseline_latest: Mapped[date | None]
    forecast_words: Mapped[str | None] = mapped_column(sa.String(200))
    forecast_earliest: Mapped[date | None]
    forecast_latest: Mapped[date | None]
    actual: Mapped[date | None]
    added_on: Mapped[date | None]  # when it came into the plan; None where it was there from the start
    withdrawn_on: Mapped[date | None]  # no longer wanted since then; kept, with its reason among the changes
    tolerance_days: Mapped[int | None]  # its own, in the place of the programme's
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    workstream: Mapped[Workstream] = relationship()
    changes: Mapped[list["MilestoneChange"]] = relationship(order_by="(MilestoneChange.at, MilestoneChange.id)")

    @property
    def baseline(self) -> GivenDate:
        """The date agreed: the first one, or the one that a named authority put in its place."""
        return GivenDate(self.baseline_words, self.baseline_earliest, self.baseline_latest)

    @property
    def forecast(self) -> GivenDate:
        """The date now expected."""
        return GivenDate(self.forecast_words, self.forecast_earliest, self.forecast_latest)

    @property
    def awaited(self) -> bool:
        """Whether it is still to be reached."""
        return self.actual is None and self.withdrawn_on is None


class MilestoneChange(Base):
    """A change of a milestone's forecast or actual, or its coming into the plan and leaving it, with the reason."""

    __tablename__ = "milestone_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(20))  # forecast, actual, added, withdrawn, put back
    was: Mapped[str] = mapped_column(sa.String(200))
    was_earliest: Mapped[date | None]  # None where it was written down in words only
    was_latest: Mapped[date | None]
    became: Mapped[str] = mapped_column(sa.String(200))
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)  # by an import, where that was only afterwards
