"""Meetings in common: those to come, the one agenda of one; setting, joining and leaving one, taking up its items."""

from datetime import date, time
from functools import partial
from typing import Any

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.agendas import ATTEND, ItemPlaced, item_placed
from app.api.answering import Invalid, Wrong
from app.api.operations import reads, writes
from app.api.places import the_meeting, the_meeting_in_common
from app.api.shapes import Because, Code, In, Line, Listed, Out, Paged, Pages, exampled, span_of
from app.api.sign_offs import shared
from app.db import db
from app.db.pages import span
from app.meetings import in_common, in_common_agenda, in_common_pages
from app.meetings.in_common_agenda import Cell, in_common_by_code
from app.meetings.in_common_models import InCommon
from app.meetings.models import Meeting
from app.permissions import Missing
from app.signoff.models import Case
from app.web import gate
from app.web.clock import now, today

GROUP = "Meetings in common"
in_common_writes = partial(writes, group=GROUP, of=the_meeting)


class JoinedShape(Out):
    """A body that has joined, and its own meeting there."""

    body: str
    meeting: str


class MeetingInCommonLine(Out):
    """A meeting in common: several bodies at one place and time, each deciding for itself."""

    in_common: str
    title: str
    collaborative: str
    set_by: str = Field(description="The body that set it")
    held_on: date
    begins: time | None
    place: str
    joined: list[JoinedShape]
    demonstration: bool


class BodyAtItem(Out):
    """One body's place in an item of the one agenda."""

    body: str
    item: int | None = Field(description="Its own item, by which it is asked for; null: not on its agenda")
    number: str | None = Field(description="As its own agenda numbers it")
    quorum: str | None = Field(description="Whether this body is quorate for it, in a sentence")
    standing: str | None = Field(description="Of a sign-off: where this body stands; its decision is its own")
    note: str = Field(description="Besides: the day, the conditions, the minute reference")
    take_up: int | None = Field(description="The item that you may take up for this body, if you may")


class ItemInCommon(Out):
    """An item of the one agenda, with each body's place in it."""

    number: int
    title: str
    purpose: str
    sign_off: str | None = Field(description="The code of the sign-off that it is about")
    result: str | None = Field(description="Where that sign-off stands as a whole")
    bodies: list[BodyAtItem]


class MeetingInCommonShape(MeetingInCommonLine):
    """A meeting in common with its one agenda; what a body takes in Part 2 is its own and never here."""

    items: list[ItemInCommon] = Field(description="For partners that have not joined: the sign-offs alone")
    you_may_join_with: list[str] = Field(description="Meetings of your bodies that day which have not joined")


class InCommonQuery(Paged):
    """From what day on."""

    since: date | None = Field(None, description="From this day on; else from today")


@reads("/meetings-in-common", group=GROUP, of=shared, query=InCommonQuery, answers=Listed[MeetingInCommonLine])
def meetings_in_common(mine: list[int], asked: InCommonQuery) -> Listed[MeetingInCommonLine]:
    """List the meetings in common of your collaboratives, the soonest first."""
    query = in_common_agenda.open_to(mine, asked.since or today())
    total = span(db.session, query, asked.size).total
    pages = Pages.of(asked, total)
    found = db.session.scalars(span_of(asked, total).cut(query)).all()
    joined = in_common_agenda.joined_to(db.session, [one.id for one in found])
    return Listed(items=[MeetingInCommonLine(**_line(one, joined[one.id])) for one in found], page=pages)


@reads("/meetings-in-common/<in_common>", group=GROUP, of=the_meeting_in_common, answers=MeetingInCommonShape)
def meeting_in_common(found: InCommon, _asked: None) -> MeetingInCommonShape:
    """Read a meeting in common with its one agenda.

    Each item stands once, with what every body that has joined makes of it, side by side.
    """
    return _shape(db.session, found)


def _line(found: InCommon, joined: list[Meeting]) -> dict[str, Any]:
    return {
        "in_common": found.code,
        "title": found.title,
        "collaborative": found.collaborative.code,
        "set_by": found.set_by.code,
        "held_on": found.held_on,
        "begins": found.begins,
        "place": found.place,
        "joined": [JoinedShape(body=one.body.code, meeting=one.code) for one in joined],
        "demonstration": found.demonstration,
    }


def _shape(session: Session, found: InCommon) -> MeetingInCommonShape:
    joined = in_common_agenda.meetings_joined(session, found.id)
    lines = in_common_pages.lines_of(joined, everything=in_common_agenda.is_of(joined, gate.actor()))
    cases = {id(line): _about(line) for line in lines}
    rows = session.execute(sa.select(Case.id, Case.code).where(Case.id.in_([one for one in cases.values() if one])))
    codes = {row.id: row.code for row in rows}
    return MeetingInCommonShape(
        **_line(found, joined),
        items=[
            ItemInCommon(
                number=line.number,
                title=line.title,
                purpose=line.purpose,
                sign_off=codes.get(cases[id(line)] or 0),
                result=line.about.sentence if line.about else None,
                bodies=[_at(cell) for cell in line.cells],
            )
            for line in lines
        ],
        you_may_join_with=[one.code for one in in_common_pages.may_join(found, joined)],
    )


def _about(line: in_common_agenda.Line) -> int | None:
    """The case in public that the items of a line are about."""
    if line.about is None:
        return None
    return next((one.item.subject_id for one in line.cells if one.item and one.item.subject_kind == "case"), None)


def _at(cell: Cell) -> BodyAtItem:
    return BodyAtItem(
        body=cell.meeting.body.code,
        item=cell.item.id if cell.item else None,
        number=cell.item.number if cell.item else None,
        quorum=cell.quorum.verdict.sentence if cell.quorum else None,
        standing=cell.decided.word if cell.decided else None,
        note=cell.decided.note if cell.decided else "",
        take_up=cell.from_item.id if cell.from_item and in_common_pages.may_take_up(cell) else None,
    )


class BeforeInCommon(Out):
    """How a body's meeting is held, and what it could join."""

    meeting: str
    in_common: str | None = Field(description="The meeting in common that it is held in")
    held: str = Field(description="With whom it is held in common, in a sentence; empty where it is held by itself")
    can_join: list[str] = Field(description="The meetings in common that are set for its day")
    collaboratives: list[str] = Field(description="With whose bodies a new one can be set")


@reads("/meetings/<meeting>/in-common", group=GROUP, of=the_meeting, answers=BeforeInCommon)
def before_in_common(meeting: Meeting, _asked: None) -> BeforeInCommon:
    """Read what a body's meeting is held in common with, or what it could join."""
    return _before(meeting)


def _before(meeting: Meeting) -> BeforeInCommon:
    held = in_common_pages.held_in_common(meeting)
    with_whom = in_common.may_hold(db.session, meeting)
    return BeforeInCommon(
        meeting=meeting.code,
        in_common=held.code if held else None,
        held=held.sentence if held else "",
        can_join=[] if held else [one.code for one in in_common_pages.offered_to(meeting, with_whom)],
        collaboratives=[one.code for one in with_whom],
    )


class InCommonSaid(In):
    """With the bodies of which collaborative, under what title."""

    model_config = exampled({"collaborative": "swlcc", "title": "Committees in common"})

    collaborative: Code
    title: Line = Field(min_length=1, max_length=200)


@in_common_writes("/meetings/<meeting>/in-common", scope=ATTEND, body=InCommonSaid, answers=MeetingInCommonShape)
def set_in_common(session: Session, meeting: Meeting, said: InCommonSaid) -> MeetingInCommonShape:
    """Set a meeting in common at the day, time and place of your body's own; the other bodies' secretaries are told."""
    if all(one.code != said.collaborative for one in in_common.may_hold(session, meeting)):
        raise Invalid(Wrong("#/collaborative", "The body is in no collaborative with this code on that day."))
    return _shape(session, in_common_pages.set_it(session, meeting, said.collaborative, said.title))


class JoinSaid(In):
    """Which meeting in common."""

    model_config = exampled({"in_common": "in-common-2015-11-24"})

    in_common: Code


@in_common_writes("/meetings/<meeting>/in-common/join", scope=ATTEND, body=JoinSaid, answers=MeetingInCommonShape)
def join_in_common(session: Session, meeting: Meeting, said: JoinSaid) -> MeetingInCommonShape:
    """Have your body's meeting join one in common; it takes its time and place."""
    found = _known(session, said.in_common)
    return _shape(
        session,
        in_common.join(session, found.id, meeting, doer=in_common_pages.secretary_of(meeting), now=now()),
    )


def _known(session: Session, code: str) -> InCommon:
    """The meeting in common that a request names; raises `Missing` for one that the asker may not know of."""
    found = in_common_by_code(session, code)
    if not gate.may("meeting-in-common.read", found.as_resource()):
        raise Missing
    return found


@in_common_writes("/meetings/<meeting>/in-common/leave", scope=ATTEND, body=Because, answers=BeforeInCommon)
def leave_in_common(session: Session, meeting: Meeting, said: Because) -> BeforeInCommon:
    """Have your body's meeting held by itself again, with a reason; the others go on."""
    in_common.leave(session, meeting, reason=said.reason, doer=in_common_pages.secretary_of(meeting), now=now())
    return _before(meeting)


class TakeUpSaid(In):
    """Which item."""

    model_config = exampled({"in_common": "in-common-2015-11-24", "item": 7})

    in_common: Code
    item: int = Field(description="`take_up` of the body, from where the meeting in common is read")


@in_common_writes("/meetings/<meeting>/in-common/take-up", scope="sign-off:ask", body=TakeUpSaid, answers=ItemPlaced)
def take_up_item(session: Session, meeting: Meeting, said: TakeUpSaid) -> ItemPlaced:
    """Put an item of another body on your own body's agenda; the others' stay as they are."""
    return item_placed(
        session, in_common_pages.take_it_up(session, _known(session, said.in_common), said.item, meeting)
    )
