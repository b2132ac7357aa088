"""The yearly reminder: who has an interest that nobody confirmed for a year gets one mail for each such year."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.jobs.outbox import queue_mail
from app.people.models import DecidingBody, Interest, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import in_force
from config import Settings
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.interests import last_reminder, review_on

NAME = "interests.review"


def remind(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """Queue the mails that are due today; the same year's mail is never queued twice, whoever runs this."""
    today = day_of(now)
    for person, due in due_reviews(session, today):
        queue_mail(
            session,
            once=f"interests-{person.id}-{last_reminder(due, today).isoformat()}",
            recipient=person.email,
            recipient_name=person.name,
            subject="Confirm your interests in the register",
            body=_words(person.name, due, f"{settings.public_url.rstrip('/')}/interests/review"),
            now=real_now,
        )


def due_reviews(session: Session, today: date) -> list[tuple[Person, date]]:
    """Who acts somewhere today and has an open interest to confirm, each with the earliest day it was due."""
    earliest: dict[int, tuple[Person, date]] = {}
    acting = _acting(today)
    for interest in session.scalars(
        sa.select(Interest)
        .options(joinedload(Interest.person))
        .where(Interest.ended.is_(None), Interest.declared <= today, Interest.person_id.in_(acting))
        .order_by(Interest.person_id, Interest.id)
    ):
        due = review_on(interest.as_fact())
        if due is None or due > today:
            continue
        known = earliest.get(interest.person_id)
        if known is None or due < known[1]:
            earliest[interest.person_id] = (interest.person, due)
    return list(earliest.values())


def _acting(today: date) -> sa.CompoundSelect[tuple[int]]:
    seated = (
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(
            in_force(SeatHolding.starts, SeatHolding.ends, today),
            in_force(Seat.starts, Seat.ends, today),
            in_force(DecidingBody.opened, DecidingBody.closed, today),
        )
    )
    in_role = sa.select(RoleHolding.person_id).where(in_force(RoleHolding.starts, RoleHolding.ends, today))
    return sa.union(seated, in_role)


def _words(name: str, due: date, address: str) -> str:
    return (
        f"Dear {name},\n\n"
        f"What you declared in the register of interests was to be confirmed by {day_in_words(due)}. Read it, change "
        "or close what is no longer true, declare what is missing, and confirm the rest:\n\n"
        f"{address}\n\nConcord\n"
    )
