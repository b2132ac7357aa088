"""Seats, added, changed and ended from a day on; what a decision rests on stays as it was."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.dated import Span
from app.people.holders import Held, ended, on_seat, reaching, still_to_begin
from app.people.kept import (
    DAY,
    Problem,
    differing,
    free_code,
    locked,
    outside,
    refuse,
    refuse_stale,
    rests_on,
)
from app.people.models import DecidingBody, Seat, SeatDeputy


def values(seat: Seat) -> dict[str, object]:
    """What can be said of a seat: its name and place are corrected, its vote changes from a day."""
    return {
        "title": seat.title,
        "position": seat.position,
        "kind": seat.kind,
        "voting": seat.voting,
        "shared_vote": seat.shared_vote,
    }


def add_seat(
    session: Session,
    body: DecidingBody,
    *,
    title: str,
    kind: str,
    voting: bool,
    shares_with: Seat | None,
    position: int,
    starts: date,
    doer: Doer,
    now: datetime,
) -> Seat:
    """A further seat of a body. Raises `Contradiction`."""
    locked(session, body)
    refuse(
        [
            *outside(Span(starts), Span(body.opened, body.closed), body.name),
            *rests_on(session, body, starts, "starts"),
            *_shared_wrongly(body, voting, shares_with),
        ]
    )
    seat = Seat(
        code=free_code(session, Seat.code, body.code, title, limit=60),
        body_id=body.id,
        body=body,
        title=title,
        kind=kind,
        voting=voting,
        shared_vote=_shared(shares_with),
        position=position,
        starts=starts,
    )
    session.add(seat)
    session.flush()
    append(session, [on_seat(Tag.SEAT_ADDED, doer, seat, starts=starts, after=values(seat))], now)
    return seat


def correct_seat(
    session: Session, seat: Seat, *, title: str, position: int, seen: str, doer: Doer, now: datetime
) -> None:
    """The seat's name or place in the list was wrong. Raises `Stale`."""
    locked(session, seat)
    before = values(seat)
    refuse_stale(seen, before, seat.title)
    seat.title, seat.position = title, position
    changes = differing(before, values(seat))
    if changes:
        append(session, [on_seat(Tag.SEAT_CHANGED, doer, seat, changes=changes)], now)


def change_vote(
    session: Session,
    seat: Seat,
    *,
    starts: date,
    kind: str,
    voting: bool,
    shares_with: Seat | None,
    doer: Doer,
    now: datetime,
) -> Seat:
    """From a day on the seat is of another kind or has another vote: it ends the day before, and a new one begins.

    Whoever holds it or stands in for it then does so in the new seat. Raises `Contradiction`.
    """
    body = seat.body
    locked(session, body)
    session.refresh(seat)
    refuse(
        [
            *outside(Span(starts), Span(seat.starts, seat.ends), seat.title),
            *rests_on(session, body, starts, "starts"),
            *_shared_wrongly(body, voting, shares_with, seat),
        ]
    )
    before = values(seat)
    after = {**before, "kind": kind, "voting": voting, "shared_vote": _shared(shares_with)}
    changes = differing(before, after)
    if not changes:
        refuse([("starts", "Nothing is different from this day on. Change the kind of seat or its vote.")])
    if starts == seat.starts:  # it never was otherwise on a day that counts
        seat.kind, seat.voting, seat.shared_vote = kind, voting, _shared(shares_with)
        append(session, [on_seat(Tag.SEAT_CHANGED, doer, seat, starts=starts, changes=changes)], now)
        return seat
    follows = Seat(
        code=free_code(session, Seat.code, seat.code, limit=60),
        body_id=body.id,
        body=body,
        title=seat.title,
        kind=kind,
        voting=voting,
        shared_vote=_shared(shares_with),
        position=seat.position,
        starts=starts,
        ends=seat.ends,
    )
    session.add(follows)
    session.flush()
    seat.ends = starts - DAY
    for held in reaching(session, seat, starts):
        _carry_over(session, held, follows, starts)
    session.flush()
    ended = on_seat(Tag.SEAT_ENDED, doer, seat, ends=seat.ends, followed_by=follows.id)
    begun = on_seat(Tag.SEAT_CHANGED, doer, follows, starts=starts, changes=changes, follows=seat.id)
    append(session, [ended, begun], now)
    return follows


def end_seat(session: Session, seat: Seat, *, ends: date, doer: Doer, now: datetime) -> None:
    """The seat's last day; who holds it leaves it that day. Raises `Contradiction`."""
    locked(session, seat.body)
    session.refresh(seat)
    refuse(problems_of_ending(session, seat, ends))
    append(session, ending_of_seat(session, seat, ends, doer), now)


def problems_of_ending(session: Session, seat: Seat, ends: date) -> list[Problem]:
    """What stands against this last day."""
    wrong = outside(Span(ends), Span(seat.starts, seat.ends), seat.title)
    found = [("ends", sentence) for _, sentence in wrong]
    return [*found, *rests_on(session, seat.body, ends + DAY, "ends"), *still_to_begin(session, seat, ends)]


def ending_of_seat(session: Session, seat: Seat, ends: date, doer: Doer) -> list[Act]:
    """End a seat with all that hangs on it; gives the acts for the caller to put on record."""
    refuse(still_to_begin(session, seat, ends))
    acts = [ended(held, ends, doer) for held in reaching(session, seat, ends + DAY)]
    seat.ends = ends
    session.flush()
    return [*acts, on_seat(Tag.SEAT_ENDED, doer, seat, ends=ends)]


def _carry_over(session: Session, held: Held, follows: Seat, starts: date) -> None:
    """Let a holding or deputyship go on in the seat that follows."""
    if held.starts >= starts:
        held.seat_id = follows.id
        return
    kept = type(held)(seat_id=follows.id, person_id=held.person_id, starts=starts, ends=held.ends)
    if isinstance(held, SeatDeputy) and isinstance(kept, SeatDeputy):
        kept.demonstration = held.demonstration
    session.add(kept)
    held.ends = starts - DAY


def _shared(shares_with: Seat | None) -> str | None:
    """The word by which seats share a vote; the other seat gets one where it has none."""
    if shares_with is None:
        return None
    shares_with.shared_vote = shares_with.shared_vote or shares_with.code[:40]
    return shares_with.shared_vote


def _shared_wrongly(
    body: DecidingBody, voting: bool, shares_with: Seat | None, seat: Seat | None = None
) -> list[Problem]:
    if shares_with is None:
        return []
    if shares_with.body_id != body.id:
        return [("shares_with", f"{shares_with.title} is a seat of another body. A vote is shared within one body.")]
    if seat is not None and shares_with.id == seat.id:
        return [("shares_with", "A seat does not share a vote with itself. Choose another seat.")]
    if not voting or not shares_with.voting:
        return [("shares_with", "A seat without a vote has none to share. Choose a seat that votes.")]
    return []
