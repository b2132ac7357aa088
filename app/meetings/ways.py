"""What the pages need to lead to the ways out of an item that would not be quorate: who holds which seat, by codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from app.meetings.in_the_room import ItemQuorum
from app.meetings.models import AgendaItem, Meeting
from app.meetings.order import refuse_settled
from app.people.queries import seats_of
from app.permissions import Refused
from app.web.clock import now

SETTLED = "Its agenda is settled, so nothing leaves it any more."
"""What is said of that to others than the body's own people: when its packs were released is theirs."""


@dataclass(frozen=True, slots=True)
class Place:
    """A seat and who holds it on the day of a meeting, as addresses call them."""

    seat: str
    holder: str
    holder_id: int


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the ways out lead: the seats held on the day of a meeting, and why its items stay, where they do."""

    places: Mapping[int, Place]
    settled: str


def leads(session: Session, meeting: Meeting, now: datetime) -> Leads:
    """The same for a meeting, in a fixed number of statements."""
    return Leads(_places(session, meeting), settled(session, meeting, now))


def settled(session: Session, meeting: Meeting, now: datetime) -> str:
    """Why no item of this agenda is moved or taken off; empty where they may be."""
    try:
        refuse_settled(session, meeting, now)
    except Refused as refusal:
        return refusal.sentence
    return ""


def _places(session: Session, meeting: Meeting) -> dict[int, Place]:
    return {
        seat.id: Place(seat.code, person.code, person.id)
        for seat, _, person in seats_of(session, meeting.body_id, meeting.held_on)
        if person is not None
    }


def same_ways(items: Sequence[AgendaItem], found: Mapping[int, ItemQuorum]) -> list[list[AgendaItem]]:
    """The items in groups of which the very same is said, each group in the order of the agenda."""
    groups: dict[tuple[object, ...], list[AgendaItem]] = {}
    for item in items:
        one = found[item.id]
        groups.setdefault((one.verdict.sentence, one.awaited, one.ways), []).append(item)
    return list(groups.values())


def init_app(app: Flask) -> None:
    """Offer them to the pages of items and of cases."""
    app.jinja_env.globals.update(same_ways=same_ways, settled_in_short=SETTLED)
    app.jinja_env.globals["leads_at"] = lambda meeting: leads(db.session, meeting, now())
