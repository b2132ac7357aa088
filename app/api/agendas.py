"""Agendas: a meeting with its items and who is expected; an item taken off, moved to another place or meeting."""

from collections.abc import Sequence
from datetime import date, time
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.forecasts import WayShape, settled_at, ways_shown
from app.api.operations import reads, writes
from app.api.places import own_meeting, the_item, the_meeting
from app.api.shapes import Because, Code, In, Line, Out, Reason, exampled
from app.db import db
from app.meetings import apologies, queries, service
from app.meetings.in_the_room import quorum_of_items
from app.meetings.models import AgendaItem, Meeting
from app.meetings.moving_pages import move_it
from app.meetings.order import tabled
from app.meetings.order_pages import take_it_off
from app.signoff.delegation_routes import secretary_of
from app.signoff.models import Case
from app.web import gate
from app.web.clock import now, today

GROUP = "Agendas"
ATTEND = "sign-off:attend"
changes_an_item = partial(writes, group=GROUP, scope=ATTEND, of=the_item)


class MeetingLine(Out):
    """A meeting of a body."""

    meeting: str
    title: str
    body: str
    held_on: date
    begins: time | None
    place: str
    state: str = Field(description="planned, held or cancelled")
    papers_due: date | None
    demonstration: bool


class ItemShape(Out):
    """An item of an agenda."""

    meeting: str
    item: int = Field(description="By which it is asked for")
    number: str = Field(description="As the agenda numbers it")
    part: int
    title: str
    purpose: str
    paper: str = Field(description="in, late, to follow, overdue or none needed")
    sign_off: str | None = Field(description="The code of the sign-off that it is about")
    taken_off: str | None = Field(description="Why it was taken off the agenda")
    quorum: str | None = Field(description="Whether the body is quorate for it, in a sentence")
    at_risk: bool = Field(description="Whether it is not quorate, or would not be if who declared an interest leaves")
    ways_out: list[WayShape]


class ExpectedShape(Out):
    """What is recorded of a seat: who attends or does not, for whom."""

    seat: str
    person: str
    words: str
    note: str = Field(description="Of a part: which items")


class AgendaShape(MeetingLine):
    """A meeting with its agenda; items of Part 2 are shown to those only who may know of them."""

    items: list[ItemShape]
    attendance: list[ExpectedShape]
    seen: list[int] = Field(
        description="The items as they stand in order: what placing one, or moving the meeting, has to send back"
    )


@reads("/meetings/<meeting>", group=GROUP, of=the_meeting, answers=AgendaShape)
def agenda(found: Meeting, _asked: None) -> AgendaShape:
    """Read the agenda of a meeting, and who has sent apologies."""
    return agenda_shape(db.session, found)


def meeting_line(found: Meeting, due: date | None) -> dict[str, Any]:
    """What a list says of a meeting."""
    return {
        "meeting": found.code,
        "title": found.title,
        "body": found.body.code,
        "held_on": found.held_on,
        "begins": found.begins,
        "place": found.place,
        "state": found.state,
        "papers_due": due,
        "demonstration": found.demonstration,
    }


def agenda_shape(session: Session, found: Meeting) -> AgendaShape:
    """A meeting with what of its agenda the asker may know of."""
    parts = (1, 2) if gate.may("meeting.private", found.as_resource()) else (1,)
    items = queries.agenda(session, found, parts)
    return AgendaShape(
        **meeting_line(found, queries.papers_due(session, found)),
        items=item_shapes(session, found, [*items, *queries.taken_off(session, found, parts)]),
        attendance=[
            ExpectedShape(seat=one.seat, person=one.person, words=one.words, note=one.note)
            for one in apologies.recorded(session, found)
        ],
        seen=[one.id for one in items],
    )


def item_shapes(session: Session, meeting: Meeting, items: Sequence[AgendaItem]) -> list[ItemShape]:
    """Items as they are told: a fixed number of statements."""
    cases = {one.subject_id for one in items if one.subject_kind == "case"}
    rows = session.execute(sa.select(Case.id, Case.code).where(Case.id.in_(cases)))
    codes = {row.id: row.code for row in rows}
    standing = [one for one in items if one.taken_off_at is None]
    quorum = quorum_of_items(session, meeting, standing, today())
    due = queries.papers_due(session, meeting)
    settled = settled_at(session, meeting, quorum.values())
    return [
        ItemShape(
            meeting=meeting.code,
            item=one.id,
            number=one.number,
            part=one.part,
            title=one.title,
            purpose=one.purpose,
            paper=queries.paper_state(one, due, today()).word,
            sign_off=codes.get(one.subject_id or 0) if one.subject_kind == "case" else None,
            taken_off=one.taken_off_because if one.taken_off_at else None,
            quorum=quorum[one.id].verdict.sentence if one.id in quorum else None,
            at_risk=one.id in quorum and quorum[one.id].at_risk,
            ways_out=ways_shown(quorum[one.id], settled) if one.id in quorum else [],
        )
        for one in items
    ]


def item_shape(session: Session, item: AgendaItem) -> ItemShape:
    """One item as it is told."""
    return item_shapes(session, item.meeting, [item])[0]


class ItemPlaced(ItemShape):
    """An item that came onto an agenda."""

    tabled: str | None = Field(description="Where the meeting’s pack is out without it: what becomes of its paper")


def item_placed(session: Session, item: AgendaItem) -> ItemPlaced:
    """An item that came onto an agenda, as it is told."""
    return ItemPlaced(**item_shape(session, item).model_dump(), tabled=tabled(session, item) or None)


@changes_an_item("/meetings/<meeting>/items/<int:item>/take-off", body=Because, answers=ItemShape)
def take_item_off(session: Session, item: AgendaItem, said: Because) -> ItemShape:
    """Take an item off the agenda, with a reason. Of one about a sign-off the sign-off says so too."""
    take_it_off(session, item, said.reason)
    return item_shape(session, item)


class MoveSaid(In):
    """To which meeting, and why."""

    model_config = exampled({"meeting": "merton-2016-01-14", "reason": "The paper is not ready."})

    meeting: Code
    reason: Reason


@changes_an_item("/meetings/<meeting>/items/<int:item>/another-meeting", body=MoveSaid, answers=ItemPlaced)
def move_item(session: Session, item: AgendaItem, said: MoveSaid) -> ItemPlaced:
    """Move an item to another meeting of the body. Of one about a sign-off the sign-off says so too."""
    return item_placed(session, move_it(session, item, own_meeting(item.meeting.body, said.meeting), said.reason))


class PlaceSaid(In):
    """Where an item goes: behind another one, or first in a part."""

    model_config = exampled({"part": 1, "after": 3, "seen": [1, 2, 3, 4]})

    part: Literal[1, 2]
    after: int | None = Field(None, description="The item that it goes behind; null: first in its part")
    private_ground: Line = Field("", description="For an item that goes into Part 2: why it is private")
    private_review_on: date | None = Field(None, description="For such an item: when that is looked at again")
    seen: list[int] = Field(max_length=1000, description="`seen` of the agenda, as it was read")


@changes_an_item("/meetings/<meeting>/items/<int:item>/place", body=PlaceSaid, answers=ItemShape)
def place_item(session: Session, item: AgendaItem, said: PlaceSaid) -> ItemShape:
    """Put an item in another place on the agenda; the items are numbered again."""
    moved = service.place_item(
        session,
        item,
        part=said.part,
        after=said.after,
        seen=said.seen,
        private_ground=said.private_ground,
        private_review_on=said.private_review_on,
        doer=secretary_of(item.meeting.body),
        now=now(),
    )
    return item_shape(session, moved)
