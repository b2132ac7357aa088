"""What the pages need to lead to the ways out of an item that would not be quorate: who holds which seat, by codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from app.meetings.in_the_room import ItemQuorum
from app.meetings.models import AgendaItem, Meeting
from app.people.queries import seats_of


@dataclass(frozen=True, slots=True)
class Place:
    """A seat and who holds it on the day of a meeting, as addresses call them."""

    seat: str
    holder: str
    holder_id: int


def places(session: Session, meeting: Meeting) -> dict[int, Place]:
    """The seats that are held on the day of a meeting, by their ids."""
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
    app.jinja_env.globals["same_ways"] = same_ways
    app.jinja_env.globals["places_at"] = lambda meeting: places(db.session, meeting)
