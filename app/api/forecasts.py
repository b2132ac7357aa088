"""Whether a body is quorate for an item, seat by seat, and the ways out where it is not, as they are told."""

from pydantic import Field

from app.api.shapes import Out
from app.meetings.in_the_room import ItemQuorum


class WayShape(Out):
    """Something that would bring the item to a decision."""

    kind: str
    sentence: str


class SeatCounted(Out):
    """Whether a seat counts as present for the item, and why."""

    seat: str
    counted: bool
    why: str


class Forecast(Out):
    """Whether the body is quorate for the item: before the meeting on what is known today, after it as it was."""

    quorate: bool
    sentence: str
    present: int
    of: int = Field(description="Of how many votes")
    needed: int
    seats: list[SeatCounted]
    awaited: list[str] = Field(description="Who declared an interest whose handling is awaited; for the body’s own")
    if_they_leave: str | None = Field(description="And the same if all of them have to leave, in a sentence")
    ways_out: list[WayShape] = Field(description="In the order in which they are best tried")


def ways_shown(found: ItemQuorum) -> list[WayShape]:
    """The ways out as they are told."""
    return [WayShape(kind=one.kind, sentence=one.sentence) for one in found.ways]


def forecast(found: ItemQuorum, *, own: bool) -> Forecast:
    """The whole of it; `own`: for the body’s own people, who may know of interests that nobody has ruled on."""
    verdict = found.verdict
    supposed = found.if_they_leave if own else None
    return Forecast(
        quorate=verdict.yes,
        sentence=verdict.sentence,
        present=verdict.present,
        of=verdict.denominator,
        needed=verdict.needed,
        seats=[SeatCounted(seat=row.seat.title, counted=row.counted, why=row.why) for row in verdict.rows],
        awaited=list(found.awaited) if own else [],
        if_they_leave=supposed.sentence if supposed is not None else None,
        ways_out=ways_shown(found) if own or not verdict else [],
    )
