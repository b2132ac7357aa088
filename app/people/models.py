"""Organisations and their deciding bodies; seats hold votes, people hold seats, for dates; accounts to sign in with."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.db.types import Instant
from workflows.facts import BodyKind, InterestKind, LeadUnit
from workflows.interests import InterestFact


class Organisation(Base):
    """An organisation with its national codes, and the dates between which it exists."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    ods_code: Mapped[str] = mapped_column(sa.String(10), unique=True)
    ons_code: Mapped[str | None] = mapped_column(sa.String(12), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str] = mapped_column(sa.String(40))  # see KINDS
    opened: Mapped[date]
    closed: Mapped[date | None]
    registered_patients: Mapped[int | None]
    registered_patients_as_at: Mapped[str | None] = mapped_column(sa.String(60))
    source: Mapped[str | None] = mapped_column(sa.String(300))

    KINDS = ("ccg", "nhs_england", "acute_trust", "mental_health_trust", "community_trust", "council", "icb")


class OrganisationSuccessor(Base):
    """On `from_on` the predecessor's work passed to the successor."""

    __tablename__ = "organisation_successor"

    predecessor_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    from_on: Mapped[date]


class Collaborative(Base):
    """Organisations working together. It is not an organisation and decides nothing; one member hosts it."""

    __tablename__ = "collaborative"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    host: Mapped[Organisation] = relationship()


class CollaborativeMember(Base):
    """An organisation's membership of a collaborative, for dates."""

    __tablename__ = "collaborative_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    collaborative_id: Mapped[int] = mapped_column(sa.ForeignKey("collaborative.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    starts: Mapped[date]
    ends: Mapped[date | None]
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (sa.UniqueConstraint("collaborative_id", "organisation_id", "starts"),)


class DecidingBody(Base):
    """A body that decides in its own right: a governing body, a committee, a board, or one officer."""

    __tablename__ = "deciding_body"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[BodyKind] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(60))
    opened: Mapped[date]
    closed: Mapped[date | None]
    organisation: Mapped[Organisation] = relationship()


class BodyRule(Base):
    """How a body decides and when its papers are due, between dates. The rule on the day of the meeting applies.

    `quorum` holds the fields of `workflows.facts.QuorumRule` as JSON; None where the body is one officer.
    """

    __tablename__ = "body_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"))
    starts: Mapped[date]
    ends: Mapped[date | None]
    quorum: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    lead_number: Mapped[int | None]
    lead_unit: Mapped[LeadUnit | None] = mapped_column(sa.String(10))
    source: Mapped[str | None] = mapped_column(sa.String(300))
    body: Mapped[DecidingBody] = relationship()

    __table_args__ = (sa.UniqueConstraint("body_id", "starts"),)


class Seat(Base):
    """A place on a body, with or without a vote. Seats with the same `shared_vote` cast one vote between them."""

    __tablename__ = "seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(40))
    voting: Mapped[bool]
    shared_vote: Mapped[str | None] = mapped_column(sa.String(40))
    position: Mapped[int]
    starts: Mapped[date]
    ends: Mapped[date | None]
    body: Mapped[DecidingBody] = relationship()

    KINDS = (
        "chair",
        "deputy_chair",
        "accountable_officer",
        "chief_finance_officer",
        "gp_member",
        "registered_nurse",
        "secondary_care_doctor",
        "lay_member",
        "officer",
        "in_attendance",
    )


class Person(Base):
    """A person. `demonstration` marks people who do not exist outside the demonstration."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    demonstration: Mapped[bool]


class SeatHolding(Base):
    """A person holds a seat, for dates."""

    __tablename__ = "seat_holding"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("seat_id", "person_id", "starts"),)


class SeatDeputy(Base):
    """A person may stand in for whoever holds a seat, for dates. `demonstration` marks what was made up."""

    __tablename__ = "seat_deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    demonstration: Mapped[bool]
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("seat_id", "person_id", "starts"),)


class RoleHolding(Base):
    """A person acts in a role for an organisation and, where given, for one programme, for dates."""

    __tablename__ = "role_holding"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))  # a value of permissions.Role
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    programme_code: Mapped[str | None] = mapped_column(sa.String(40))
    starts: Mapped[date]
    ends: Mapped[date | None]
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (sa.UniqueConstraint("person_id", "role", "organisation_id", "programme_code", "starts"),)


class Interest(Base):
    """A declared interest of a person, of one of the four kinds of the 2016/17 guidance.

    `withheld` is the reason for which the entry is kept out of the published register; empty where it is not.
    """

    __tablename__ = "interest"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(sa.String(40))
    description: Mapped[str] = mapped_column(sa.Text)
    concerns: Mapped[str] = mapped_column(sa.String(300), default="", server_default=sa.text("''"))
    arose: Mapped[date | None]
    declared: Mapped[date]
    ended: Mapped[date | None]
    mitigation: Mapped[str] = mapped_column(sa.Text, default="", server_default=sa.text("''"))
    reviewed_on: Mapped[date | None]
    withheld: Mapped[str] = mapped_column(sa.Text, default="", server_default=sa.text("''"))
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)  # by an import, where that was only afterwards
    demonstration: Mapped[bool]
    person: Mapped[Person] = relationship()

    def as_fact(self) -> InterestFact:
        """The interest as the rules know it."""
        return InterestFact(self.declared, self.arose, self.ended, self.reviewed_on, bool(self.withheld))


class ClassInterest(Base):
    """One interest that every holder of a kind of seat on a body shares, whoever joins while it stands included."""

    __tablename__ = "class_interest"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("deciding_body.id"), index=True)
    seat_kind: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[InterestKind] = mapped_column(sa.String(40))
    description: Mapped[str] = mapped_column(sa.Text)
    concerns: Mapped[str] = mapped_column(sa.String(300), default="")
    arose: Mapped[date | None]
    declared: Mapped[date]
    declared_by: Mapped[str] = mapped_column(sa.String(200))
    ended: Mapped[date | None]
    mitigation: Mapped[str] = mapped_column(sa.Text, default="")
    reviewed_on: Mapped[date | None]
    demonstration: Mapped[bool]
    body: Mapped[DecidingBody] = relationship()

    def as_fact(self) -> InterestFact:
        """The interest as the rules know it."""
        return InterestFact(self.declared, self.arose, self.ended, self.reviewed_on)


class Account(Base):
    """What a person signs in with. `visited_at` and `visit_before`, in the time of decisions, say since when."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(300))
    demonstration: Mapped[bool]
    disabled: Mapped[bool] = mapped_column(default=False)
    visited_at: Mapped[datetime | None] = mapped_column(Instant)
    visit_before: Mapped[datetime | None] = mapped_column(Instant)
    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A personal link to open an account with: used once, within its days. Only the token's SHA-256 is kept.

    `ended` says how a link ended that was never used: replaced by a newer one, or withdrawn.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(sa.String(200), default="", server_default=sa.text("''"))
    ended: Mapped[str] = mapped_column(sa.String(20), default="", server_default=sa.text("''"))
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.Index("ix_invitation_person_id", "person_id"),)


class PasswordReset(Base):
    """A link to choose a new password with, mailed to the account's owner. All its times are real time."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    account: Mapped[Account] = relationship()


class SecondFactor(Base):
    """The one-time codes of an account: their secret, sealed, and the last 30 seconds a code was taken for."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(sa.String(300))
    on_since: Mapped[datetime] = mapped_column(Instant)  # real time
    last_step: Mapped[int]


class RecoveryCode(Base):
    """One of the codes to sign in with when the app is lost: each works once. Only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)  # real time
