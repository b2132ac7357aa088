"""The register of interests: read as its organisation keeps it; declared, changed, confirmed and closed."""

from datetime import date
from functools import partial
from typing import Any

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.keeping_bodies import GROUP
from app.api.operations import reads, writes
from app.api.shapes import Code, In, Line, Listed, NothingMore, Out, Paged, Text, cut, exampled
from app.db import db
from app.people import interests, queries, register
from app.people.interests import Declaration
from app.people.models import ClassInterest, DecidingBody, Interest, Organisation, Person
from app.people.routes.interests import may_read, on_behalf, one_interest, own_organisation
from app.people.routes.registers import kept_by_body, one_class
from app.permissions import Role
from app.web import gate
from app.web.clock import now, today
from workflows.facts import InterestKind

ATTEND = "sign-off:attend"
of_the_register = partial(writes, group=GROUP, scope=ATTEND)


class InterestKept(Out):
    """An interest of the register. The words of one that is withheld are for few, and null for everybody else."""

    interest: str = Field(description="By which it is asked for")
    person: str = Field(description="Whose it is, by name; of a class in words")
    kind: str
    description: str | None
    concerns: str | None
    arose: date | None
    mitigation: str | None = Field(description="What is done about it in general")
    declared: date
    ended: date | None
    confirmed: date | None = Field(description="When it was last said to be still true")
    withheld: str | None = Field(description="Why it is kept out of the published register")
    of_class: bool = Field(description="Whether it is declared for every holder of a kind of seat")
    demonstration: bool


class InterestOpen(InterestKept):
    """An interest by itself."""

    seen: str = Field(description="What changing it has to send back; empty for who may not read it")


class RegisterAsked(Paged):
    """Which organisation's register, and which page of it."""

    organisation: str = Field("", max_length=20, description="Its ODS code, of one of yours; empty: the first of yours")


def the_register() -> None:
    """The register of one's own organisation."""
    own_organisation()


@reads("/interests", group=GROUP, of=the_register, query=RegisterAsked, answers=Listed[InterestKept])
def register_of_interests(_of: None, asked: RegisterAsked) -> Listed[InterestKept]:
    """List the register of interests of an organisation of yours."""
    organisation: Organisation = own_organisation(asked.organisation)
    keeps = gate.actor().holds(Role.SECRETARY, organisation.id)
    shown, pages = cut(asked, register.register_of(db.session, [organisation.id], today()))
    items = [
        InterestKept(**_told(one.interest, one.person.name, readable=may_read(one.interest, keeps))) for one in shown
    ]
    return Listed(items=items, page=pages)


def the_interest(interest: str) -> Interest:
    """An interest of a register that the asker may know of."""
    return one_interest(interest)[0]


@reads("/interests/<interest>", group=GROUP, of=the_interest, answers=InterestOpen)
def interest(found: Interest, _asked: None) -> InterestOpen:
    """Read an interest."""
    return _open(found)


class DeclaredSaid(In):
    """An interest, in the words in which the register prints it."""

    model_config = exampled({"kind": "financial", "description": "A partner in a practice that would be paid for it."})

    kind: InterestKind
    description: Text = Field(min_length=1, max_length=2000)
    concerns: Line = Field("", description="The organisation or business")
    arose: date | None = None
    mitigation: Text = Field("", max_length=2000, description="What is done about it in general")

    def declaration(self) -> Declaration:
        """As the service takes it."""
        return Declaration(self.kind, self.description, self.concerns, self.arose, self.mitigation)


class InterestSaid(DeclaredSaid):
    """Whose interest, and what it is."""

    person: Code | None = Field(None, description="Whose it is, by code, for their board secretary; else your own")


@of_the_register("/interests", of=the_register, body=InterestSaid, answers=InterestOpen)
def declare_interest(session: Session, _of: None, said: InterestSaid) -> InterestOpen:
    """Declare an interest of yours; a board secretary may do so for someone of the organisation."""
    person = session.get_one(Person, gate.actor().person_id)
    if said.person not in (None, person.code):
        named = next((one for one in on_behalf() if one.code == said.person), None)
        if named is None:
            raise Invalid(Wrong("#/person", "Nobody for whom you may declare has this code."))
        person = named
    return _open(interests.declare(session, person, said.declaration(), doer=gate.doer(), now=now()))


class ChangeSaid(DeclaredSaid):
    """What an interest says now."""

    model_config = exampled(
        {"kind": "financial", "description": "A partner until March 2016.", "seen": "0123456789abcdef"}
    )

    withheld: Text | None = Field(None, max_length=2000, description="Why it is not published, for the board secretary")
    seen: Code = Field(description="As it was read of the interest")


@of_the_register("/interests/<interest>/change", of=the_interest, body=ChangeSaid, answers=InterestOpen)
def change_interest(session: Session, found: Interest, said: ChangeSaid) -> InterestOpen:
    """Change what an interest says. Whether it is withheld from publication, only the board secretary says."""
    fields = {name: getattr(said, name) for name in interests.WORDS}
    if said.withheld is not None:
        if not _keeps(found):
            raise Invalid(Wrong("#/withheld", "Only the board secretary says whether it is withheld."))
        fields["withheld"] = said.withheld
    return _open(interests.change(session, found, fields, seen=said.seen, doer=gate.doer(), now=now()))


@of_the_register("/interests/<interest>/confirmation", of=the_interest, body=NothingMore, answers=InterestOpen)
def confirm_interest(session: Session, found: Interest, _said: NothingMore) -> InterestOpen:
    """Confirm that an interest is still true."""
    interests.review(session, [found], doer=gate.doer(), now=now())
    return _open(found)


class CloseSaid(In):
    """The day on which an interest ended."""

    model_config = exampled({"ended": "2015-11-01"})

    ended: date


@of_the_register("/interests/<interest>/close", of=the_interest, body=CloseSaid, answers=InterestOpen)
def close_interest(session: Session, found: Interest, said: CloseSaid) -> InterestOpen:
    """Say that an interest has ended. It is kept, and cannot be opened again."""
    return _open(interests.close(session, found, said.ended, doer=gate.doer(), now=now()))


class Confirmed(Out):
    """How many interests were confirmed."""

    confirmed: int = Field(description="Of how many that was not said today already")


@of_the_register("/my-interests/confirmation", of=the_register, body=NothingMore, answers=Confirmed)
def review_interests(session: Session, _of: None, _said: NothingMore) -> Confirmed:
    """Confirm that everything you have declared is still true, and that you have no other interest to declare."""
    mine = register.own_interests(session, gate.actor().person_id, today())
    return Confirmed(confirmed=interests.review(session, mine, doer=gate.doer(), now=now()))


class ClassSaid(DeclaredSaid):
    """An interest that every holder of a kind of seat has."""

    model_config = exampled(
        {"seat_kind": "gp_member", "kind": "financial", "description": "A practice that would be paid for it."}
    )

    seat_kind: Code


def the_class_of(body: str) -> DecidingBody:
    """A body, for what is declared for a class of its seats."""
    found = queries.body_by_code(db.session, body)
    gate.permit(kept_by_body(found))
    return found


def the_class(interest: str) -> ClassInterest:
    """An interest declared for a class."""
    return one_class(interest)


@reads("/interests/classes/<interest>", group=GROUP, of=the_class, answers=InterestKept)
def class_interest(found: ClassInterest, _asked: None) -> InterestKept:
    """Read an interest that is declared for every holder of a kind of seat."""
    return _of_class(found)


@of_the_register("/bodies/<body>/class-interests", of=the_class_of, body=ClassSaid, answers=InterestKept)
def declare_class(session: Session, body: DecidingBody, said: ClassSaid) -> InterestKept:
    """Declare one interest for every holder of a kind of seat of a body, whoever joins them later included."""
    doer = gate.doer(f"board secretary, {body.organisation.name}")
    return _of_class(interests.declare_class(session, body, said.seat_kind, said.declaration(), doer=doer, now=now()))


@of_the_register("/interests/classes/<interest>/confirmation", of=the_class, body=NothingMore, answers=InterestKept)
def confirm_class(session: Session, found: ClassInterest, _said: NothingMore) -> InterestKept:
    """Confirm that the interest of a class is still true."""
    doer = gate.doer(f"board secretary, {found.body.organisation.name}")
    return _of_class(interests.review_class(session, found, doer=doer, now=now()))


@of_the_register("/interests/classes/<interest>/close", of=the_class, body=CloseSaid, answers=InterestKept)
def close_class(session: Session, found: ClassInterest, said: CloseSaid) -> InterestKept:
    """Say that the interest of a class has ended."""
    doer = gate.doer(f"board secretary, {found.body.organisation.name}")
    return _of_class(interests.close_class(session, found, said.ended, doer=doer, now=now()))


def _keeps(found: Interest) -> bool:
    return any(gate.actor().holds(Role.SECRETARY, one) for one in register.organisations_for(db.session, found))


def _open(found: Interest) -> InterestOpen:
    readable = may_read(found, _keeps(found))
    return InterestOpen(
        **_told(found, found.person.name, readable=readable), seen=interests.mark(found) if readable else ""
    )


def _of_class(found: ClassInterest) -> InterestKept:
    return InterestKept(**_told(found, register.class_words(found), readable=True))


def _told(one: Interest | ClassInterest, person: str, *, readable: bool) -> dict[str, Any]:
    """What is told of an interest; nothing of its words to who may not read them."""
    return {
        "interest": one.code,
        "person": person,
        "kind": one.kind,
        "description": one.description if readable else None,
        "concerns": one.concerns if readable else None,
        "arose": one.arose if readable else None,
        "mitigation": one.mitigation if readable else None,
        "declared": one.declared,
        "ended": one.ended,
        "confirmed": one.reviewed_on,
        "withheld": (getattr(one, "withheld", "") or None) if readable else None,
        "of_class": isinstance(one, ClassInterest),
        "demonstration": one.demonstration,
    }
