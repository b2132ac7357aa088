"""Who holds a seat and who stands in for it, from a day on; and the last day of a seat, or of somebody's time in it.

What hangs on an end is read first: the end brings back that it was, as the page asks whether it was seen.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.keeping_bodies import GROUP, KEEP_BODY, keeps_a_body, person_for, seat_as_kept, the_seat
from app.api.keeping_shapes import SeatKept
from app.api.operations import works_out
from app.api.shapes import Code, In, Out, exampled
from app.db import db
from app.people import by_address, holders, seats
from app.people.holders import Held
from app.people.kept import mark, refuse
from app.people.models import Seat
from app.people.routes.saving import doer_for
from app.people.routes.seats import what_hangs_on_seat, what_hangs_on_time
from app.permissions import Stale
from app.web.clock import now

foresees = partial(works_out, group=GROUP, scope=KEEP_BODY)


class ForDates(In):
    """Who, and for which days."""

    model_config = exampled({"person": "merton-gp-2", "starts": "2015-12-01", "ends": None})

    person: Code
    starts: date
    ends: date | None = Field(None, description="The last day, where it is known")


class HolderSaid(ForDates):
    """Who holds a seat, for which days."""

    takes_over: bool = Field(False, description="Whoever holds it then leaves it the day before")


@keeps_a_body("/bodies/<body>/seats/<seat>/holders", of=the_seat, body=HolderSaid, answers=SeatKept)
def seat_holder(session: Session, seat: Seat, said: HolderSaid) -> SeatKept:
    """Say who holds a seat from a day on."""
    holders.join(
        session,
        seat,
        person_for(session, seat, said.person),
        starts=said.starts,
        ends=said.ends,
        takes_over=said.takes_over,
        doer=doer_for(seat.body.organisation),
        now=now(),
    )
    return seat_as_kept(session, seat)


@keeps_a_body("/bodies/<body>/seats/<seat>/deputies", of=the_seat, body=ForDates, answers=SeatKept)
def name_deputy(session: Session, seat: Seat, said: ForDates) -> SeatKept:
    """Name who may stand in for whoever holds a seat, for dates."""
    person = person_for(session, seat, said.person)
    holders.name_deputy(
        session,
        seat,
        person,
        starts=said.starts,
        ends=said.ends,
        doer=doer_for(seat.body.organisation),
        now=now(),
        demonstration=person.demonstration,
    )
    return seat_as_kept(session, seat)


class EndAsked(In):
    """The last day that is thought of."""

    model_config = exampled({"ends": "2016-03-31"})

    ends: date


class EndForeseen(Out):
    """What hangs on an end, in sentences."""

    hangs_on_it: list[str]
    seen: str = Field(description="What the end has to send back")


class EndSaid(EndAsked):
    """The last day, and that what hangs on it was seen."""

    model_config = exampled({"ends": "2016-03-31", "seen": "0123456789abcdef"})

    seen: Code = Field(description="As the end was foreseen for this day")


def the_holding(body: str, seat: str, holding: int) -> Held:
    """Somebody's time in a seat."""
    return by_address.holding_of_seat(db.session, the_seat(body, seat), holding)


def the_deputy(body: str, seat: str, deputy: int) -> Held:
    """Somebody's time as a deputy for a seat."""
    return by_address.deputy_of_seat(db.session, the_seat(body, seat), deputy)


def _time(held: Held, asked: EndAsked) -> EndForeseen:
    refuse(holders.problems_of_ending(db.session, held, asked.ends))
    return _foreseen(asked.ends, what_hangs_on_time(db.session, held, asked.ends))


def _end_time(session: Session, held: Held, said: EndSaid) -> SeatKept:
    _refuse_unseen(said, _time(held, said))
    doer = doer_for(held.seat.body.organisation)
    holders.end_held(session, held, ends=said.ends, doer=doer, now=now())
    return seat_as_kept(session, held.seat)


@foresees(
    "/bodies/<body>/seats/<seat>/holders/<int:holding>/end-foreseen",
    of=the_holding,
    body=EndAsked,
    answers=EndForeseen,
)
def foresee_end_of_holding(held: Held, asked: EndAsked) -> EndForeseen:
    """Read what follows where someone leaves a seat."""
    return _time(held, asked)


@keeps_a_body("/bodies/<body>/seats/<seat>/holders/<int:holding>/end", of=the_holding, body=EndSaid, answers=SeatKept)
def end_holding(session: Session, held: Held, said: EndSaid) -> SeatKept:
    """Say the last day on which someone holds a seat."""
    return _end_time(session, held, said)


@foresees(
    "/bodies/<body>/seats/<seat>/deputies/<int:deputy>/end-foreseen",
    of=the_deputy,
    body=EndAsked,
    answers=EndForeseen,
)
def foresee_end_of_deputy(held: Held, asked: EndAsked) -> EndForeseen:
    """Read what follows where someone no longer stands in for a seat."""
    return _time(held, asked)


@keeps_a_body("/bodies/<body>/seats/<seat>/deputies/<int:deputy>/end", of=the_deputy, body=EndSaid, answers=SeatKept)
def end_deputy(session: Session, held: Held, said: EndSaid) -> SeatKept:
    """Say the last day on which someone may stand in for a seat."""
    return _end_time(session, held, said)


@foresees("/bodies/<body>/seats/<seat>/end-foreseen", of=the_seat, body=EndAsked, answers=EndForeseen)
def foresee_end_of_seat(seat: Seat, asked: EndAsked) -> EndForeseen:
    """Read what ends with a seat, and what the quorum is without it."""
    refuse(seats.problems_of_ending(db.session, seat, asked.ends))
    return _foreseen(asked.ends, what_hangs_on_seat(db.session, seat, asked.ends))


@keeps_a_body("/bodies/<body>/seats/<seat>/end", of=the_seat, body=EndSaid, answers=SeatKept)
def end_seat(session: Session, seat: Seat, said: EndSaid) -> SeatKept:
    """Say the last day of a seat. Who holds it leaves it that day."""
    _refuse_unseen(said, foresee_end_of_seat(seat, said))
    seats.end_seat(session, seat, ends=said.ends, doer=doer_for(seat.body.organisation), now=now())
    return seat_as_kept(session, seat)


def _foreseen(ends: date, lines: Sequence[str]) -> EndForeseen:
    return EndForeseen(hangs_on_it=list(lines), seen=mark({"ends": ends, "lines": list(lines)}))


def _refuse_unseen(said: EndSaid, found: EndForeseen) -> None:
    """What was seen is what ends: where it is otherwise by now, it is read again."""
    if said.seen != found.seen:
        sentence = "What hangs on this end was not read, or is otherwise by now. Nothing was recorded."
        raise Stale(sentence, *found.hangs_on_it)
