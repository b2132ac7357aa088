"""Risks and issues with their assessments, and the logs of a programme's actions and decisions."""

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import GivenDate, Instant
from app.people.models import Person
from app.permissions import Resource
from app.programme.models import Programme, Workstream


class Risk(Base):
    """What may happen, or an issue that has happened: cause, event and effect. `version` guards against two editors.

    Its current score is that of its newest assessment; `inherent` is without what is done about it, `target` what is
    aimed at. A risk of the programme as a whole has no workstream.
    """

    __tablename__ = "risk"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    workstream_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workstream.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    title: Mapped[str] = mapped_column(sa.String(300))
    cause: Mapped[str] = mapped_column(sa.Text, default="")
    event: Mapped[str] = mapped_column(sa.Text, default="")
    effect: Mapped[str] = mapped_column(sa.Text, default="")
    mitigation: Mapped[str] = mapped_column(sa.Text, default="")
    inherent_likelihood: Mapped[int]
    inherent_consequence: Mapped[int]
    target_likelihood: Mapped[int | None]
    target_consequence: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    proximity_words: Mapped[str | None] = mapped_column(sa.String(200))  # when it would happen
    proximity_earliest: Mapped[date | None]
    proximity_latest: Mapped[date | None]
    review_on: Mapped[date | None]
    raised_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(10))
    escalation: Mapped[str] = mapped_column(sa.String(10))
    became: Mapped[str] = mapped_column(sa.String(60), default="")  # code of the issue it became when it happened
    version: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    demonstration: Mapped[bool]
    programme: Mapped[Programme] = relationship()
    workstream: Mapped[Workstream | None] = relationship()
    owner: Mapped[Person | None] = relationship()
    assessments: Mapped[list["RiskAssessment"]] = relationship(
        order_by="(RiskAssessment.assessed_on, RiskAssessment.number)"
    )
    events: Mapped[list["RiskEvent"]] = relationship(order_by="(RiskEvent.at, RiskEvent.id)")

    KINDS = ("risk", "issue")
    STATES = ("open", "realised", "closed")
    ESCALATIONS = ("none", "asked", "accepted")

    __table_args__ = (
        sa.CheckConstraint("kind IN ('risk', 'issue')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'realised', 'closed')", name="state"),
        sa.CheckConstraint("escalation IN ('none', 'asked', 'accepted')", name="escalation"),
        sa.CheckConstraint(
            "inherent_likelihood BETWEEN 1 AND 5 AND inherent_consequence BETWEEN 1 AND 5", name="inherent"
        ),
        sa.CheckConstraint("target_likelihood BETWEEN 1 AND 5 AND target_consequence BETWEEN 1 AND 5", name="target"),
    )

    @property
    def proximity(self) -> GivenDate:
        """When it would happen, as precisely as that was given."""
        return GivenDate(self.proximity_words, self.proximity_earliest, self.proximity_latest)

    def as_resource(self) -> Resource:
        """The risk as the permission page knows it: shared by the collaborative, assessed by its owner too."""
        return replace(self.programme.as_resource("risk", self.title), owner_id=self.owner_id)


class RiskAssessment(Base):
    """How likely and how grave someone judged it on a day, and why. Never changed: the trend is derived."""

    __tablename__ = "risk_assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int] = mapped_column(sa.ForeignKey("risk.id"))
    number: Mapped[int]  # the first, the second … of its risk
    assessed_on: Mapped[date]
    likelihood: Mapped[int]
    consequence: Mapped[int]
    why: Mapped[str] = mapped_column(sa.Text, default="")
    by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        sa.UniqueConstraint("risk_id", "number"),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 5 AND consequence BETWEEN 1 AND 5", name="score"),
    )


class RiskEvent(Base):
    """What was done with a risk, and why: escalated, accepted by the programme, returned, closed…"""

    __tablename__ = "risk_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int] = mapped_column(sa.ForeignKey("risk.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    by: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)

    WHATS = ("changed", "escalated", "accepted", "returned", "de_escalated", "closed", "realised", "reopened")


class ProgrammeAction(Base):
    """Something somebody is to do by a date, and where that was agreed."""

    __tablename__ = "programme_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    workstream_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workstream.id"), index=True)
    risk_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    origin: Mapped[str] = mapped_column(sa.String(300), default="")  # the meeting or period at which it was agreed
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    due_words: Mapped[str] = mapped_column(sa.String(200))
    due_earliest: Mapped[date | None]
    due_latest: Mapped[date | None]
    raised_on: Mapped[date]
    done_on: Mapped[date | None]
    done_note: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(sa.String(200))
    version: Mapped[int]
    demonstration: Mapped[bool]
    programme: Mapped[Programme] = relationship()
    workstream: Mapped[Workstream | None] = relationship()
    risk: Mapped[Risk | None] = relationship()
    owner: Mapped[Person | None] = relationship()

    @property
    def due(self) -> GivenDate:
        """When it is due, as precisely as that was given."""
        return GivenDate(self.due_words, self.due_earliest, self.due_latest)

    def as_resource(self) -> Resource:
        """The action as the permission page knows it."""
        return replace(self.programme.as_resource("action", self.title), owner_id=self.owner_id)


class ProgrammeDecision(Base):
    """What a programme's board or officer decided, by what authority and why. Written once, corrected by another."""

    __tablename__ = "programme_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    workstream_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workstream.id"), index=True)
    risk_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk.id"), index=True)
    decided_on: Mapped[date]
    what: Mapped[str] = mapped_column(sa.Text)
    authority: Mapped[str] = mapped_column(sa.String(300))
    why: Mapped[str] = mapped_column(sa.Text, default="")
    corrects: Mapped[str] = mapped_column(sa.String(60), default="")  # code of the decision it takes the place of
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(sa.String(200))
    demonstration: Mapped[bool]
    programme: Mapped[Programme] = relationship()
    workstream: Mapped[Workstream | None] = relationship()
    risk: Mapped[Risk | None] = relationship()
