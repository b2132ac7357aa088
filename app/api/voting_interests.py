"""Interests in what members vote on: a member declares one, and its secretary notes how it is handled."""

from functools import partial

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.agendas import ATTEND
from app.api.answering import Invalid, Wrong
from app.api.at_meetings import seat_codes
from app.api.conflicts import ConflictSaid
from app.api.decisions import ASK, recorded
from app.api.once import form_token
from app.api.operations import writes
from app.api.places import Asked, the_body
from app.api.shapes import Recorded, exampled
from app.api.taking_part import DeclarationSaid, own_interest
from app.api.voting import GROUP
from app.meetings.question_pages import post
from app.people.body_facts import body_fact
from app.people.interests import Declaration
from app.people.interests import declare as declare_interest
from app.people.models import Person
from app.permissions import Refused
from app.signoff import voting_interests as kept
from app.web import gate
from app.web.clock import now, today

in_voting = partial(writes, group=GROUP, of=the_body, answers=Recorded)


class VotingConflictSaid(ConflictSaid):
    """Whose interest it is, of what kind, how it is handled, who ruled so, and in which window."""

    model_config = exampled(
        {
            "voting": 341,
            "seats": ["merton-gp-1"],
            "interest": "financial",
            "handling": "leave",
            "reason": "The practice would be paid for it.",
            "handled_by": "Dr Example, Clinical chair",
        }
    )

    voting: int = Field(description="As it was read")


@in_voting("/sign-offs/<sign_off>/bodies/<body>/voting/interests", scope=ASK, body=VotingConflictSaid)
def rule_in_voting(session: Session, asked: Asked, said: VotingConflictSaid) -> Recorded:
    """Note how an interest in what the members vote on is handled, as the chair or who presides decided."""
    ids = {code: seat_id for seat_id, code in seat_codes(session, asked.body).items()}
    unknown = [place for place, code in enumerate(said.seats) if code not in ids]
    if unknown:
        raise Invalid(*(Wrong(f"#/seats/{place}", "The body has no seat of that code.") for place in unknown))
    seats = tuple(ids[code] for code in said.seats)
    entry_id = kept.handle(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        voting_id=said.voting,
        ruling=kept.Ruling(seats, said.interest, said.handling, said.reason, said.handled_by),
        token=form_token(),
        doer=gate.doer(asked.as_secretary),
        now=now(),
    )
    return recorded(session, asked.case, asked.body, entry_id)


class VotingDeclarationSaid(DeclarationSaid):
    """An interest in what is voted on: one of yours in the register, or a new one; and in which window."""

    model_config = exampled(
        {"voting": 341, "new": {"kind": "financial", "description": "A partner in a practice that is paid."}}
    )

    voting: int = Field(description="As it was read")


@in_voting("/sign-offs/<sign_off>/bodies/<body>/voting/declarations", scope=ATTEND, body=VotingDeclarationSaid)
def declare_in_voting(session: Session, asked: Asked, said: VotingDeclarationSaid) -> Recorded:
    """Declare an interest of yours in what is voted on. You can sign once the chair, or who presides, has ruled."""
    me = gate.actor().person_id
    seats = body_fact(session, asked.body, today()).seats
    seat = next((one for one in seats if one.voting and one.person_id is not None and one.person_id == me), None)
    if seat is None:
        raise Refused(
            f"You hold no seat of {asked.body.short_name} with a vote today, so nothing is declared for you.",
            "a seat of the body with a vote",
        )
    if said.new is None:
        interest = own_interest(session, said)
    else:
        told = Declaration(said.new.kind, said.new.description, said.new.concerns)
        interest = declare_interest(session, session.get_one(Person, me), told, doer=gate.doer(), now=now())
    entry_id = kept.declare(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        voting_id=said.voting,
        seat_id=seat.id,
        interest=interest,
        token=form_token(),
        doer=gate.doer(f"{seat.title}, {asked.body.name}"),
        now=now(),
        post=post(),
    )
    return recorded(session, asked.case, asked.body, entry_id)
