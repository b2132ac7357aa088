"""The yearly question to those in whose name no interest stands: declare what there is. One mail a year, on record."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.people.models import DecidingBody, Interest, Organisation, Person, Seat, SeatHolding
from app.people.queries import in_force
from config import Settings
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.interests import REVIEW_EVERY_MONTHS, last_reminder, months_after

NAME = "interests.none"
SERVICE = Doer(None, "Concord", "the yearly reminder")


@dataclass(frozen=True, slots=True)
class Undeclared:
    """Someone who sits on a body, since when without a break in the register's sight, and for which organisation."""

    person: Person
    organisation: Organisation
    since: date


def ask(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """Queue the mails that are due today, each on record; the same year's mail is never queued twice."""
    today, acts = day_of(now), []
    for one in undeclared(session, today):
        due = months_after(one.since, REVIEW_EVERY_MONTHS)
        if due > today:
            continue
        year = last_reminder(due, today)
        queued = queue_mail(
            session,
            once=f"no-interests-{one.person.id}-{year.isoformat()}",
            recipient=one.person.email,
            recipient_name=one.person.name,
            subject="No interest of yours stands in the register",
            body=_words(one, f"{settings.public_url.rstrip('/')}/interests/declare"),
            now=real_now,
        )
        if queued:
            said = {"person": one.person.name, "since": one.since.isoformat()}
            acts.append(
                Act(
                    Tag.INTERESTS_ASKED,
                    SERVICE,
                    one.organisation.id,
                    one.organisation.name,
                    "person",
                    one.person.id,
                    said,
                )
            )
    if acts:
        append(session, acts, now)


def undeclared(session: Session, today: date) -> list[Undeclared]:
    """Who holds a seat today and has no interest that stands in their own name, each with their earliest seat."""
    rows = session.execute(
        sa.select(Person, Organisation, SeatHolding.starts)
        .join(SeatHolding, SeatHolding.person_id == Person.id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .join(Organisation, Organisation.id == DecidingBody.organisation_id)
        .where(
            in_force(SeatHolding.starts, SeatHolding.ends, today),
            in_force(Seat.starts, Seat.ends, today),
            in_force(DecidingBody.opened, DecidingBody.closed, today),
            Person.id.not_in(sa.select(Interest.person_id).where(Interest.ended.is_(None), Interest.declared <= today)),
        )
        .order_by(SeatHolding.starts, SeatHolding.id)
    )
    found: dict[int, Undeclared] = {}
    for person, organisation, starts in rows:
        found.setdefault(person.id, Undeclared(person, organisation, starts))
    return sorted(found.values(), key=lambda one: one.person.id)


def _words(one: Undeclared, address: str) -> str:
    return (
        f"Dear {one.person.name},\n\n"
        f"You have held a seat at {one.organisation.name} since {day_in_words(one.since)}, and no interest of yours "
        "stands in its register. If there is one, declare it; one that is shared by everybody who holds such a seat "
        "need not be declared again:\n\n"
        f"{address}\n\n"
        "If there is none, nothing needs to be done. You are asked once a year.\n\nConcord\n"
    )
