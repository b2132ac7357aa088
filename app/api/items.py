"""The items of agendas: one with its cover sheet and paper, one of a meeting's own added, one changed."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from app.api.agendas import ATTEND, GROUP, ItemPlaced, ItemShape, item_placed, item_shape
from app.api.decision_shapes import ConflictShape
from app.api.forecasts import Forecast, forecast, settled_at
from app.api.operations import reads, writes
from app.api.places import the_item, the_meeting
from app.api.shapes import In, Line, Out, Text, exampled
from app.api.taking_part import QuestionShape, question_shape
from app.db import db
from app.meetings import in_the_room, question_pages, questions, service
from app.meetings.agenda import marks
from app.meetings.models import AgendaItem, Meeting
from app.signoff.delegation_routes import secretary_of
from app.web import gate
from app.web.clock import now, today
from app.web.forms import LINE, clean

keeping = partial(writes, group=GROUP, scope=ATTEND)

Purpose = Literal["approval", "decision", "discussion", "assurance", "information", "noting", "ratification"]
Paper = Annotated[str, BeforeValidator(clean), Field(max_length=200_000)]
Title = Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=LINE)]


class DeclaredShape(Out):
    """Who has declared an interest for the item, whose handling is awaited."""

    person: str
    seat: str
    declared_at: datetime


class ConflictAtItem(ConflictShape):
    """A conflict of interest in the item, and who decided how it is handled."""

    handled_by: str
    at: datetime


class CoverShape(Out):
    """The cover sheet of an item, and its paper."""

    minutes: int | None
    reference: str | None
    author: str
    lead_director: str
    seen_by: str
    summary: str
    key_points: str
    recommendation: str
    financial_implications: str
    paper: str = Field(description="In Markdown; empty while it is awaited, or where the item is about something else")
    paper_on: date | None = Field(description="The day on which it came")
    private_ground: str = Field(description="Of Part 2: why it is private")
    private_review_on: date | None


class ItemWhole(ItemShape):
    """An item whole: its cover sheet and paper, the questions on it, who has an interest in it, its quorum."""

    cover: CoverShape | None = Field(description="Null where it is withheld from you because of your interest")
    forecast: Forecast | None = Field(description="Whether the body is quorate for it; null once it is taken off")
    conflicts: list[ConflictAtItem]
    awaited: list[DeclaredShape]
    questions: list[QuestionShape] = Field(description="Empty where the item’s paper is withheld from you")
    seen: dict[str, str] = Field(description="For its secretary: what changing it has to send back")


@reads("/meetings/<meeting>/items/<int:item>", group=GROUP, of=the_item, answers=ItemWhole)
def agenda_item(item: AgendaItem, _asked: None) -> ItemWhole:
    """Read an item of an agenda."""
    meeting = item.meeting
    kept = question_pages.withheld(item, gate.actor().person_id)
    off = item.taken_off_at is not None
    quorum = in_the_room.quorum_of_items(db.session, meeting, [] if off else [item], today())
    return ItemWhole(
        **item_shape(db.session, item).model_dump(),
        cover=None if kept else CoverShape(**{name: getattr(item, name) for name in CoverShape.model_fields}),
        forecast=(
            None if off else forecast(quorum[item.id], settled_at(db.session, meeting, quorum.values()), own=True)
        ),
        conflicts=[
            ConflictAtItem(
                person=one.person.name,
                interest=one.interest_kind,
                handling=one.handling,
                reason=one.reason,
                handled_by=one.handled_by,
                at=one.at,
            )
            for one in in_the_room.conflicts(db.session, item)
        ],
        awaited=[
            DeclaredShape(person=one.person.name, seat=one.seat.title, declared_at=one.at)
            for one in in_the_room.awaited(db.session, [item])
        ],
        questions=[] if kept else [question_shape(one) for one in questions.questions_on(db.session, item)],
        seen=marks(item) if gate.may("meeting.write", meeting.as_resource()) and not kept else {},
    )


class Cover(In):
    """A cover sheet and a paper."""

    minutes: int | None = Field(None, ge=1, le=600)
    reference: Annotated[str, BeforeValidator(clean), Field(max_length=40)] | None = None
    author: Line = Field("", max_length=200)
    lead_director: Line = Field("", max_length=200)
    seen_by: Line = Field("", description="Committees that have seen it")
    summary: Text = ""
    key_points: Text = ""
    recommendation: Text = Field("", description="“The Governing Body is asked to …”")
    financial_implications: Text = ""
    paper: Paper = Field("", description="In Markdown; empty while it is awaited: it stands as “to follow”")
    private_ground: Line = Field("", description="Of Part 2, which needs it: why it is private")
    private_review_on: date | None = Field(None, description="Of Part 2, which needs it: when that is looked at again")


class ItemSaid(Cover):
    """An item that is about no sign-off."""

    model_config = exampled({"title": "Winter resilience", "purpose": "discussion", "minutes": 20, "part": 1})

    title: Title
    purpose: Purpose
    part: Literal[1, 2] = 1


@keeping("/meetings/<meeting>/items", of=the_meeting, body=ItemSaid, answers=ItemPlaced)
def add_item(session: Session, meeting: Meeting, said: ItemSaid) -> ItemPlaced:
    """Put an item that is about no sign-off on the agenda of a meeting, last in its part.

    One that is about a sign-off is put there from the sign-off.
    """
    added = service.propose_item(
        session,
        meeting,
        origin="request",
        subject_kind=None,
        subject_id=None,
        doer=secretary_of(meeting.body),
        now=now(),
        **_told(said, ItemSaid.model_fields),
    )
    return item_placed(session, added)


class ItemChanged(Cover):
    """What is changed of an item: what is not said stays as it is."""

    model_config = exampled(
        {"summary": "Beds, and who opens them.", "minutes": 15, "seen": {"summary": "e3b0c44298fc"}}
    )

    title: Title | None = None
    purpose: Purpose | None = Field(None, description="A standing item keeps its own")
    seen: dict[Line, Line] = Field(max_length=50, description="`seen` of the item, as it was read")


@keeping("/meetings/<meeting>/items/<int:item>/cover", of=the_item, body=ItemChanged, answers=ItemShape)
def edit_item(session: Session, item: AgendaItem, said: ItemChanged) -> ItemShape:
    """Change an item’s title, purpose, cover sheet or paper."""
    empty = {name for name in ("title", "purpose") if getattr(said, name) is None}
    changed = _told(said, said.model_fields_set - {"seen"} - empty)
    doer = secretary_of(item.meeting.body)
    service.edit_item(session, item, doer=doer, now=now(), seen=said.seen, **changed)
    return item_shape(session, item)


def _told(said: Cover, names: Any) -> dict[str, Any]:
    told = {name: getattr(said, name) for name in names}
    if "reference" in told:
        told["reference"] = told["reference"] or None
    return told
