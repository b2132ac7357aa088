"""What the pages need to lead to the ways out of an item that would not be quorate: who holds which seat, by codes."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from app.meetings.models import Meeting
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


def init_app(app: Flask) -> None:
    """Offer them to the pages of items and of cases."""
    app.jinja_env.globals["places_at"] = lambda meeting: places(db.session, meeting)
