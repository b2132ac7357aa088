"""Members before a meeting: apologies with who comes instead, questions on items, interests declared for them."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from app.api.agendas import ATTEND, ItemShape, item_shape
from app.api.answering import Invalid, Wrong
from app.api.operations import reads, writes
from app.api.places import the_item, the_meeting
from app.api.shapes import Code, In, Line, Listed, Out, Paged, Text, cut, exampled
from app.db import db
from app.meetings import apologies, apology_pages, question_pages
from app.meetings.apologies import Expected
from app.meetings.conflict_pages import declare_new, declare_standing
from app.meetings.models import AgendaItem, ItemQuestion, Meeting
from app.people.interests import Declaration
from app.people.models import Interest, Person
from app.people.register import own_interests
from app.permissions import Resource
from app.web import gate
from app.web.clock import now, today
from workflows.facts import InterestKind

GROUP = "Taking part in a meeting"
taking_part = partial(writes, group=GROUP, scope=ATTEND)


class PlaceAtMeeting(Out):
    """A seat before a meeting: whether who holds it comes, who comes instead, and who could."""

    seat: str
    title: str
    person: str = Field(description="The code of who holds it")
    name: str
    away: bool
    deputy: str | None = Field(description="Who attends instead, by name")
    deputies: list[str] = Field(description="Who may stand in on that day, by name")


class Places(Out):
    """The seats at a meeting that you may send apologies for: your own, and as its board secretary everyone’s."""

    items: list[PlaceAtMeeting]


@reads("/meetings/<meeting>/apologies", group=GROUP, of=the_meeting, answers=Places)
def before_apologies(meeting: Meeting, _asked: None) -> Places:
    """Read who comes to a meeting, of those you may send apologies for, and who may stand in."""
    found = apologies.expected(db.session, meeting)
    if not gate.may("meeting.write", meeting.as_resource()):
        found = [one for one in found if one.holder.id == gate.actor().person_id]
    return _places(found)


def _places(found: Sequence[Expected]) -> Places:
    return Places(
        items=[
            PlaceAtMeeting(
                seat=one.seat.code,
                title=one.seat.title,
                person=one.holder.code,
                name=one.holder.name,
                away=one.away,
                deputy=one.deputy.name if one.deputy else None,
                deputies=[deputy.name for deputy in one.deputies],
            )
            for one in found
        ]
    )


class Instead(In):
    """Who attends instead, in one seat."""

    seat: Code
    deputy: Line = Field(description="One of `deputies` of that seat, by name")


class Whose(In):
    """Whose apologies."""

    model_config = exampled({})

    person: Code | None = Field(None, description="Whose they are, by code, for their board secretary; else your own")


class ApologiesSaid(Whose):
    """Whose apologies, and who attends instead."""

    model_config = exampled({"deputies": [{"seat": "merton-gp-1", "deputy": "Dr Example"}]})

    deputies: list[Instead] = Field(default=[], max_length=50)


@taking_part("/meetings/<meeting>/apologies", of=the_meeting, body=ApologiesSaid, answers=Places)
def send_apologies(session: Session, meeting: Meeting, said: ApologiesSaid) -> Places:
    """Send apologies for every seat that a person holds, and name who attends instead."""
    person, seats = _whose(session, meeting, said)
    by_code = {one.seat.code: one for one in seats}
    deputies: dict[int, int] = {}
    for place, instead in enumerate(said.deputies):
        named = by_code.get(instead.seat)
        who = [one.person_id for one in named.deputies if one.name == instead.deputy] if named else []
        if named is None or not who:
            what = "deputy" if named else "seat"
            sentence = "Nobody of that name may stand in for it on the day." if named else "They hold no such seat."
            raise Invalid(Wrong(f"#/deputies/{place}/{what}", sentence))
        deputies[named.seat.id] = who[0]
    doer = gate.doer(apology_pages.capacity(meeting, seats, person))
    post = question_pages.post()
    apologies.send_apologies(session, meeting, person=person, deputies=deputies, doer=doer, now=now(), post=post)
    return _places(apologies.held_by(session, meeting, person.id))


@taking_part("/meetings/<meeting>/apologies/withdrawal", of=the_meeting, body=Whose, answers=Places)
def take_back_apologies(session: Session, meeting: Meeting, said: Whose) -> Places:
    """Take apologies back: the person comes after all."""
    person, seats = _whose(session, meeting, said)
    doer = gate.doer(apology_pages.capacity(meeting, seats, person))
    apologies.take_back(session, meeting, person=person, doer=doer, now=now())
    return _places(apologies.held_by(session, meeting, person.id))


def _whose(session: Session, meeting: Meeting, said: Whose) -> tuple[Person, list[Expected]]:
    person = apology_pages.for_whom(meeting, said.person)
    return person, apologies.held_by(session, meeting, person.id)


class QuestionShape(Out):
    """A question on an item, and its answer."""

    question: int = Field(description="Its number on that item")
    text: str
    asker: str
    capacity: str
    to: str
    asked_at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


def question_shape(one: ItemQuestion) -> QuestionShape:
    return QuestionShape(
        question=one.number,
        text=one.text,
        asker=one.asker,
        capacity=one.capacity,
        to=one.to_name,
        asked_at=one.asked_at,
        answer=one.answer,
        answered_by=one.answered_by,
        answered_at=one.answered_at,
    )


class QuestionSaid(In):
    """A question."""

    model_config = exampled({"text": "Who pays for it after the first year?"})

    text: Text


@taking_part("/meetings/<meeting>/items/<int:item>/questions", of=the_item, body=QuestionSaid, answers=QuestionShape)
def ask_question(session: Session, item: AgendaItem, said: QuestionSaid) -> QuestionShape:
    """Ask a question on an item, of who answers for its paper."""
    question_pages.refuse_withheld(item, gate.actor().person_id)
    return question_shape(question_pages.ask_on(session, item, said.text))


class AnswerToQuestion(In):
    """The answer to a question."""

    model_config = exampled({"text": "The body itself, from its own budget.", "answered_at": None})

    text: Text
    answered_at: datetime | None = Field(None, description="As it was before you; null where it was not answered")


def the_question(meeting: str, item: int, question: int) -> ItemQuestion:
    """A question on an item, for who was asked and the board secretary."""
    return question_pages.question_for(meeting, item, question)


@taking_part(
    "/meetings/<meeting>/items/<int:item>/questions/<int:question>/answer",
    of=the_question,
    body=AnswerToQuestion,
    answers=QuestionShape,
)
def answer_question(session: Session, question: ItemQuestion, said: AnswerToQuestion) -> QuestionShape:
    """Answer a question on an item, or answer it again."""
    return question_shape(question_pages.answer_on(session, question, said.text, said.answered_at))


class InterestShape(Out):
    """An interest of yours that stands in the register."""

    interest: str = Field(description="By which it is declared for an item")
    kind: str
    description: str
    concerns: str
    declared: date


def of_oneself() -> None:
    """What is one's own."""
    gate.permit(Resource("account", owner_id=gate.actor().person_id))


@reads("/my-interests", group=GROUP, of=of_oneself, query=Paged, answers=Listed[InterestShape])
def my_interests(_of: None, asked: Paged) -> Listed[InterestShape]:
    """List the interests of yours that stand in the register, to be declared for an item."""
    shown, pages = cut(asked, own_interests(db.session, gate.actor().person_id, today()))
    return Listed(
        items=[
            InterestShape(
                interest=one.code,
                kind=one.kind,
                description=one.description,
                concerns=one.concerns,
                declared=one.declared,
            )
            for one in shown
        ],
        page=pages,
    )


class NewInterest(In):
    """An interest that does not stand in the register yet."""

    kind: InterestKind
    description: Text = Field(description="In the words in which the register prints it")
    concerns: Line = Field("", description="The organisation or business")


class DeclarationSaid(In):
    """An interest for an item: one of yours in the register, or a new one."""

    model_config = exampled({"new": {"kind": "financial", "description": "A partner in a practice that is paid."}})

    interest: Code | None = Field(None, description="The code of an interest of yours that stands in the register")
    new: NewInterest | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "DeclarationSaid":
        if (self.interest is None) == (self.new is None):
            raise ValueError("Name an interest of yours, or describe a new one: one of the two.")
        return self


@taking_part("/meetings/<meeting>/items/<int:item>/declarations", of=the_item, body=DeclarationSaid, answers=ItemShape)
def declare_for_item(session: Session, item: AgendaItem, said: DeclarationSaid) -> ItemShape:
    """Declare an interest of yours for an item. The chair, or who presides, rules how it is handled."""
    if said.new is not None:
        declare_new(session, item, Declaration(said.new.kind, said.new.description, said.new.concerns))
        return item_shape(session, item)
    declare_standing(session, item, own_interest(session, said))
    return item_shape(session, item)


def own_interest(session: Session, said: DeclarationSaid) -> Interest:
    """The interest of theirs that somebody named; raises `Invalid` where none that stands has this code."""
    for one in own_interests(session, gate.actor().person_id, today()):
        if one.code == said.interest:
            return one
    raise Invalid(Wrong("#/interest", "No interest of yours that stands has this code."))
