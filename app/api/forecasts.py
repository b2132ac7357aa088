"""Whether a body is quorate for an item, seat by seat, and the ways out where it is not, as they are told."""

from collections.abc import Iterable

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.shapes import Out
from app.meetings.in_the_room import ItemQuorum
from app.meetings.models import Meeting
from app.meetings.ways import SETTLED, settled
from app.web import gate
from app.web.clock import now


class WayShape(Out):
    """Something that would bring the item to a decision."""

    kind: str = Field(
        description="deputy, name_deputy, attend, ruling, panel, another_meeting, members_vote or chairs_action"
    )
    sentence: str
    obstacle: str | None = Field(None, description="Why it cannot be done now")


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


def ways_shown(found: ItemQuorum, settled: str) -> list[WayShape]:
    """The ways out as they are told; `settled`: why an item stays on its agenda, where it does."""
    return [
        WayShape(
            kind=one.kind,
            sentence=one.sentence,
            obstacle=settled if settled and one.kind == "another_meeting" else None,
        )
        for one in found.ways
    ]


def settled_at(session: Session, meeting: Meeting, found: Iterable[ItemQuorum]) -> str:
    """Why no item leaves the agenda of a meeting to come, where a way out of one of these would be that it does."""
    asked = meeting.state == "planned" and any(way.kind == "another_meeting" for one in found for way in one.ways)
    why = settled(session, meeting, now()) if asked else ""
    return SETTLED if why and not gate.may("meeting.private", meeting.as_resource()) else why


def forecast(found: ItemQuorum, settled: str, *, own: bool) -> Forecast:
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
        ways_out=ways_shown(found, settled) if own or not verdict else [],
    )
