"""Who sits in a seat and who may stand in: people come and go on a day, one at a time, and the past stays as it was."""

from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.dated import Span, span_in_words, together
from app.people.kept import DAY, Problem, act, locked, outside, refuse, rests_on
from app.people.models import Person, Seat, SeatDeputy, SeatHolding
from workflows.facts import day_in_words

Held = SeatHolding | SeatDeputy
T = TypeVar("T", SeatHolding, SeatDeputy)


def join(
    session: Session,
    seat: Seat,
    person: Person,
    *,
    starts: date,
    ends: date | None,
    takes_over: bool,
    doer: Doer,
    now: datetime,
) -> SeatHolding:
    """A person holds the seat from a day on; with `takes_over` whoever holds it then leaves it the day before.

    Raises `Contradiction`, also where someone else holds it on one of the days.
    """
    body = seat.body
    locked(session, body)
    session.refresh(seat)
    problems = [*_outside_seat(seat, Span(starts, ends)), *rests_on(session, body, starts, "starts")]
    acts, mine = [], Span(starts, ends)
    for held in _of_seat(session, SeatHolding, seat):
        theirs = Span(held.starts, held.ends)
        if not together(mine, theirs):
            continue
        if takes_over and held.starts < starts and held.person_id != person.id:
            acts.append((held, starts - DAY))
            continue
        said = f"{held.person.name} holds this seat {span_in_words(theirs)}."
        remedy = "End that first, or choose other days. Two people who share one vote have a seat each."
        problems.append(("starts", f"{said} {remedy}"))
    for deputy in _of_seat(session, SeatDeputy, seat):
        if deputy.person_id == person.id and together(mine, Span(deputy.starts, deputy.ends)):
            said = f"{person.name} is named as deputy for this seat {span_in_words(Span(deputy.starts, deputy.ends))}."
            problems.append(("person", f"{said} End that first: nobody stands in for themselves."))
    refuse(problems)
    written = [ended(held, last, doer) for held, last in acts]
    holding = SeatHolding(seat_id=seat.id, seat=seat, person_id=person.id, person=person, starts=starts, ends=ends)
    session.add(holding)
    session.flush()
    append(session, [*written, _on_held(Tag.HOLDER_JOINED, doer, holding, starts=starts, ends=ends)], now)
    return holding


def name_deputy(
    session: Session,
    seat: Seat,
    person: Person,
    *,
    starts: date,
    ends: date | None,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> SeatDeputy:
    """A person may stand in for whoever holds the seat, for dates. Raises `Contradiction`."""
    locked(session, seat.body)
    session.refresh(seat)
    mine, problems = Span(starts, ends), _outside_seat(seat, Span(starts, ends))
    for held in _of_seat(session, SeatHolding, seat):
        if held.person_id == person.id and together(mine, Span(held.starts, held.ends)):
            said = f"{person.name} holds this seat {span_in_words(Span(held.starts, held.ends))}."
            problems.append(("person", f"{said} Name someone else: nobody stands in for themselves."))
    for deputy in _of_seat(session, SeatDeputy, seat):
        if deputy.person_id == person.id and together(mine, Span(deputy.starts, deputy.ends)):
            said = f"{person.name} is named already {span_in_words(Span(deputy.starts, deputy.ends))}."
            problems.append(("starts", f"{said} End that first, or choose other days."))
    refuse(problems)
    named = SeatDeputy(
        seat_id=seat.id,
        seat=seat,
        person_id=person.id,
        person=person,
        starts=starts,
        ends=ends,
        demonstration=demonstration,
    )
    session.add(named)
    session.flush()
    append(session, [_on_held(Tag.DEPUTY_NAMED, doer, named, starts=starts, ends=ends)], now)
    return named


def end_held(session: Session, held: Held, *, ends: date, doer: Doer, now: datetime) -> None:
    """The last day on which a person holds a seat, or stands in for it. Raises `Contradiction`."""
    locked(session, held.seat.body)
    session.refresh(held)
    refuse(problems_of_ending(session, held, ends))
    append(session, [ended(held, ends, doer)], now)


def problems_of_ending(session: Session, held: Held, ends: date) -> list[Problem]:
    """What stands against this last day."""
    name = f"{held.person.name}’s time in this seat"
    found = [("ends", sentence) for _, sentence in outside(Span(ends), Span(held.starts, held.ends), name)]
    if isinstance(held, SeatHolding):
        found += rests_on(session, held.seat.body, ends + DAY, "ends")
    return found


def _of_seat(session: Session, model: type[T], seat: Seat) -> list[T]:
    return list(session.scalars(sa.select(model).where(model.seat_id == seat.id).order_by(model.starts)))


def reaching(session: Session, seat: Seat, day: date) -> list[Held]:
    """Who holds the seat or stands in for it on this day or later."""
    both: list[Held] = [*_of_seat(session, SeatHolding, seat), *_of_seat(session, SeatDeputy, seat)]
    return [held for held in both if held.ends is None or held.ends >= day]


def still_to_begin(session: Session, seat: Seat, ends: date) -> list[Problem]:
    """Who would come to the seat only after this last day of it."""
    return [
        (
            "ends",
            f"{held.person.name} comes to {seat.title} on {day_in_words(held.starts)}, after that day. "
            "End that first, or choose a later day.",
        )
        for held in reaching(session, seat, ends + DAY)
        if held.starts > ends
    ]


def _outside_seat(seat: Seat, span: Span) -> list[Problem]:
    found = outside(span, Span(seat.starts, seat.ends), f"the seat {seat.title}")
    bounds = outside(Span(span.starts), Span(seat.body.opened, seat.body.closed), seat.body.name)
    if seat.body.closed and span.ends and span.ends > seat.body.closed:
        bounds = outside(span, Span(seat.body.opened, seat.body.closed), seat.body.name)
    return (found or bounds)[:1]


def ended(held: Held, ends: date, doer: Doer) -> Act:
    """End it on this day; gives the act for the caller to put on record."""
    held.ends = ends
    tag = Tag.HOLDER_LEFT if isinstance(held, SeatHolding) else Tag.DEPUTY_ENDED
    return _on_held(tag, doer, held, ends=ends)


def on_seat(tag: Tag, doer: Doer, seat: Seat, **said: object) -> Act:
    """An act on a seat, in the log of its body's organisation."""
    body = seat.body
    return act(tag, doer, body.organisation, "seat", seat.id, body=body.name, body_id=body.id, seat=seat.title, **said)


def _on_held(tag: Tag, doer: Doer, held: Held, **said: object) -> Act:
    return on_seat(tag, doer, held.seat, person=held.person.name, person_id=held.person_id, **said)
