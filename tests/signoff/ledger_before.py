"""Before a meeting, as a ledger keeps it: who does not come, who declared an interest, and whether it would be quorate.

What is foreseen decides nothing: a decision is made by who is recorded as there. It shares nothing with the service.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tests.signoff.ledger import Ledger
from tests.signoff.ledger_facts import Body, Chair, Place, quorate


@dataclass(frozen=True)
class Foreseen:
    """Whether a body would be quorate for the case at a meeting; `awaited`: whose interest awaits a ruling."""

    quorate: bool
    awaited: frozenset[str]
    if_they_leave: bool

    @property
    def at_risk(self) -> bool:
        return not (self.quorate and self.if_they_leave)


def seats_of(body: Body, person: str, on: date) -> list[Chair]:
    """Those that somebody holds on a day."""
    return [chair for chair in body.chairs if chair.holder == person and chair.held(on)]


def why_not_said(body: Body, person: str, meeting: str, today: date, *, themselves: bool = True) -> str:
    """Why nothing can be said for this person before this meeting; nothing where it can."""
    on = body.meetings[meeting][1]
    if themselves and not seats_of(body, person, today):
        return "no member"
    if not seats_of(body, person, on):
        return "no seat then"
    return "over" if on < today else ""


def why_not_away(
    body: Body, person: str, meeting: str, today: date, instead: Mapping[int, str], *, themselves: bool
) -> str:
    """Why apologies cannot be sent so; nothing where they can. `instead`: who attends, by the seat."""
    why = why_not_said(body, person, meeting, today, themselves=themselves)
    if why:
        return why
    on = body.meetings[meeting][1]
    for seat_id, deputy in instead.items():
        starts, ends = body.deputies.get((seat_id, deputy), (date.max, date.min))
        if deputy and not starts <= on <= ends:
            return "no deputy of the seat on that day"
    return ""


def send_apologies(body: Body, person: str, meeting: str, instead: Mapping[int, str]) -> None:
    """They hold for every seat of theirs, and replace what was said before."""
    for chair in seats_of(body, person, body.meetings[meeting][1]):
        body.away.setdefault(meeting, {})[chair.id] = instead.get(chair.id, "")


def take_back(body: Body, person: str, meeting: str) -> bool:
    """They come after all, where they had sent apologies."""
    away = body.away.get(meeting, {})
    seats = [chair.id for chair in seats_of(body, person, body.meetings[meeting][1]) if chair.id in away]
    for seat_id in seats:
        del away[seat_id]
    return bool(seats)


def declare(body: Body, person: str, meeting: str) -> None:
    """An interest of theirs is declared for the case at a meeting; twice is once."""
    body.declared.setdefault(meeting, set()).add(person)


def expected(body: Body, meeting: str) -> list[Place]:
    """Who would be there: every holder who has not said otherwise, and who comes for those who have."""
    on, away = body.meetings[meeting][1], body.away.get(meeting, {})
    places = [
        Place(chair, away.get(chair.id, chair.holder), chair.id in away) for chair in body.chairs if chair.held(on)
    ]
    return [place for place in places if place.person]


def foreseen(body: Body, meeting: str) -> Foreseen:
    """Whether it would be quorate, by what is known today, and if everyone whose interest awaits a ruling left."""
    on, handled = body.meetings[meeting][1], body.handled.get(meeting, {})
    awaited = frozenset(body.declared.get(meeting, ())) - frozenset(handled)
    places = expected(body, meeting)
    leaving = {**handled, **dict.fromkeys(awaited, "leave")}
    return Foreseen(quorate(body, on, places, handled), awaited, quorate(body, on, places, leaving))


def ahead(ledger: Ledger, body: Body) -> str:
    """The soonest meeting to come at which the body has the case before it, while it is asked; or none."""
    if ledger.state != "open" or not ledger.asked(body.code):
        return ""
    coming = [meeting for meeting, (_, on) in body.meetings.items() if on >= ledger.today]
    return next((meeting for meeting in coming if (body.code, meeting) in ledger.items), "")
