"""The seats of a body: a further one, a name corrected, another vote from a day on."""

from datetime import date

from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.keeping_bodies import keeps_a_body, seat_as_kept, the_body_kept, the_seat
from app.api.keeping_shapes import SeatKept, kind_of_seat
from app.api.shapes import Code, In, Line, exampled
from app.people import by_address, seats
from app.people.models import DecidingBody, Seat
from app.people.routes.saving import doer_for
from app.web.clock import now


class VoteSaid(In):
    """What kind of seat it is and whether it votes, from a day on."""

    model_config = exampled({"starts": "2016-04-01", "kind": "gp_member", "voting": True, "shares_with": None})

    starts: date
    kind: Code
    voting: bool
    shares_with: Code | None = Field(None, description="The seat of the same body with which it has one vote together")

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        return kind_of_seat(kind)


class SeatSaid(VoteSaid):
    """A further seat."""

    model_config = exampled(
        {"title": "GP member, south", "kind": "gp_member", "voting": True, "position": 12, "starts": "2016-04-01"}
    )

    title: Line = Field(min_length=1, max_length=200)
    position: int = Field(ge=1, le=999, description="Its place in the list")


@keeps_a_body("/bodies/<body>/seats", of=the_body_kept, body=SeatSaid, answers=SeatKept)
def add_seat(session: Session, body: DecidingBody, said: SeatSaid) -> SeatKept:
    """Give a body a further seat, from a day on. It is vacant until someone holds it."""
    added = seats.add_seat(
        session,
        body,
        title=said.title,
        kind=said.kind,
        voting=said.voting,
        shares_with=_shared(session, body, said.shares_with),
        position=said.position,
        starts=said.starts,
        doer=doer_for(body.organisation),
        now=now(),
    )
    return seat_as_kept(session, added)


class SeatCorrected(In):
    """A seat's name or place."""

    model_config = exampled({"title": "GP member, south", "position": 12, "seen": "0123456789abcdef"})

    title: Line = Field(min_length=1, max_length=200)
    position: int = Field(ge=1, le=999)
    seen: Code = Field(description="As it was read of the seat")


@keeps_a_body("/bodies/<body>/seats/<seat>/correction", of=the_seat, body=SeatCorrected, answers=SeatKept)
def correct_seat(session: Session, seat: Seat, said: SeatCorrected) -> SeatKept:
    """Correct a seat's name or its place in the list."""
    doer = doer_for(seat.body.organisation)
    seats.correct_seat(session, seat, title=said.title, position=said.position, seen=said.seen, doer=doer, now=now())
    return seat_as_kept(session, seat)


@keeps_a_body("/bodies/<body>/seats/<seat>/vote", of=the_seat, body=VoteSaid, answers=SeatKept)
def change_vote(session: Session, seat: Seat, said: VoteSaid) -> SeatKept:
    """Change what kind of seat it is or whether it votes, from a day on.

    The seat ends the day before, and who holds it goes on in the one that follows.
    """
    follows = seats.change_vote(
        session,
        seat,
        starts=said.starts,
        kind=said.kind,
        voting=said.voting,
        shares_with=_shared(session, seat.body, said.shares_with),
        doer=doer_for(seat.body.organisation),
        now=now(),
    )
    return seat_as_kept(session, follows)


def _shared(session: Session, body: DecidingBody, code: str | None) -> Seat | None:
    if code is None:
        return None
    for one in by_address.seats_ever(session, body.id):
        if one.code == code:
            return one
    raise Invalid(Wrong("#/shares_with", "No seat of this body has this code."))
