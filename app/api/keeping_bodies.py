"""A deciding body is kept: its names, its rule from a day on, and its seats with who holds them and stands in."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import cast

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, joinedload

from app.api.answering import Invalid, Wrong
from app.api.keeping_shapes import BodyKept, PersonNamed, QuorumShape, RuleShape, SeatKept, TimeInSeat
from app.api.operations import reads, writes
from app.api.shapes import Code, In, Line, Listed, Paged, cut, exampled
from app.db import db
from app.people import bodies as kept
from app.people import by_address, queries, seats
from app.people.holders import Held
from app.people.kept import mark
from app.people.models import BodyRule, DecidingBody, Person, Seat, SeatDeputy, SeatHolding
from app.people.routes.bodies import permitted
from app.people.routes.saving import doer_for
from app.web.clock import now
from workflows.facts import LeadUnit

GROUP = "Bodies and interests"
KEEP_BODY = "body:keep"
keeps_a_body = partial(writes, group=GROUP, scope=KEEP_BODY)


def the_body_kept(body: str) -> DecidingBody:
    """A deciding body, for who keeps it."""
    return permitted(db.session, body)


def the_seat(body: str, seat: str) -> Seat:
    """A seat of a body, for who keeps it."""
    return by_address.seat_of_body(db.session, the_body_kept(body), seat)


@reads("/bodies/<body>/keeping", group=GROUP, of=the_body_kept, answers=BodyKept)
def body_kept(body: DecidingBody, _asked: None) -> BodyKept:
    """Read a body as its secretary keeps it: its rules, and its seats with everybody's time in them."""
    return body_as_kept(db.session, body)


def body_as_kept(session: Session, body: DecidingBody) -> BodyKept:
    """The same, in a fixed number of statements."""
    return BodyKept(
        body=body.code,
        name=body.name,
        short_name=body.short_name,
        seen=mark(kept.values(body)),
        rules=[rule_shape(one) for one in queries.rules_of(session, body.id)],
        seats=seats_as_kept(session, by_address.seats_ever(session, body.id)),
    )


def rule_shape(one: BodyRule) -> RuleShape:
    """A rule as it is told."""
    return RuleShape(
        starts=one.starts,
        ends=one.ends,
        quorum=one.quorum,
        lead_number=one.lead_number,
        lead_unit=one.lead_unit,
        source=one.source,
    )


def seats_as_kept(session: Session, found: Sequence[Seat]) -> list[SeatKept]:
    """Seats with everybody's time in them."""
    holders, deputies = _times(session, SeatHolding, found), _times(session, SeatDeputy, found)
    return [
        SeatKept(
            seat=one.code,
            title=one.title,
            kind=one.kind,
            voting=one.voting,
            shared_vote=one.shared_vote,
            position=one.position,
            starts=one.starts,
            ends=one.ends,
            holders=holders.get(one.id, []),
            deputies=deputies.get(one.id, []),
            seen=mark(seats.values(one)),
        )
        for one in found
    ]


def _times(
    session: Session, model: type[SeatHolding] | type[SeatDeputy], found: Sequence[Seat]
) -> dict[int, list[TimeInSeat]]:
    """Everybody's times of this kind, by seat."""
    rows = sa.select(model).options(joinedload(model.person)).where(model.seat_id.in_([one.id for one in found]))
    held = cast(Sequence[Held], session.scalars(rows.order_by(model.starts, model.id)).all())
    times: dict[int, list[TimeInSeat]] = {}
    for one in held:
        who = one.person
        told = TimeInSeat(number=one.id, person=who.code, name=who.name, starts=one.starts, ends=one.ends)
        times.setdefault(one.seat_id, []).append(told)
    return times


def seat_as_kept(session: Session, seat: Seat) -> SeatKept:
    """One seat with everybody's time in it."""
    return seats_as_kept(session, [seat])[0]


@reads("/bodies/<body>/people", group=GROUP, of=the_body_kept, query=Paged, answers=Listed[PersonNamed])
def people_for_seats(body: DecidingBody, asked: Paged) -> Listed[PersonNamed]:
    """List who can be given a seat of a body, or be named as a deputy: everyone known to its organisation."""
    shown, pages = cut(asked, by_address.people_at(db.session, body.organisation_id))
    return Listed(items=[PersonNamed(person=one.code, name=one.name) for one in shown], page=pages)


def person_for(session: Session, seat: Seat, code: str) -> Person:
    """Somebody known to the seat's organisation; raises `Invalid` for anybody else."""
    for one in by_address.people_at(session, seat.body.organisation_id):
        if one.code == code:
            return one
    raise Invalid(Wrong("#/person", "Nobody known to the body’s organisation has this code."))


class NamesSaid(In):
    """The names of a body, corrected."""

    model_config = exampled({"name": "A CCG’s Governing Body", "short_name": "A CCG", "seen": "0123456789abcdef"})

    name: Line = Field(min_length=1, max_length=200)
    short_name: Line = Field(min_length=1, max_length=60)
    seen: Code


@keeps_a_body("/bodies/<body>/names", of=the_body_kept, body=NamesSaid, answers=BodyKept)
def correct_body(session: Session, body: DecidingBody, said: NamesSaid) -> BodyKept:
    """Correct the names of a body. What is printed or decided keeps the old words."""
    kept.change_body(
        session,
        body,
        name=said.name,
        short_name=said.short_name,
        seen=said.seen,
        doer=doer_for(body.organisation),
        now=now(),
    )
    return body_as_kept(session, body)


class RuleSaid(In):
    """A body's quorum and paper deadline, from a day on."""

    model_config = exampled(
        {
            "starts": "2016-04-01",
            "quorum": {
                "share": "1/2",
                "needs": [{"count": 1, "label": "lay member", "kinds": ["lay_member"]}],
                "handlings_that_count": ["note_only"],
                "excluded_in_denominator": True,
                "vacant_in_denominator": True,
                "casting_vote": True,
                "count_person_once": True,
                "deputy_carries_kind": True,
                "chairs_action": True,
                "members_vote": False,
            },
            "lead_number": 5,
            "lead_unit": "working",
            "source": "Section 3.6 of the constitution",
        }
    )

    starts: date
    quorum: QuorumShape | None = Field(description="Null for a body of one officer")
    lead_number: int | None = Field(ge=0, le=365, description="So many days before a meeting its papers are due")
    lead_unit: LeadUnit | None
    source: Line = Field("", max_length=300, description="Where it stands")


@keeps_a_body("/bodies/<body>/rule", of=the_body_kept, body=RuleSaid, answers=RuleShape)
def set_rule(session: Session, body: DecidingBody, said: RuleSaid) -> RuleShape:
    """Set what a body needs to decide and when its papers are due, from a day on. The rule before ends the day before.

    The rule in force on the day of a meeting applies to it, and is copied into each decision.
    """
    if said.quorum is not None and body.kind == "officer":
        raise Invalid(Wrong("#/quorum", "One officer has no quorum."))
    rule = kept.set_rule(
        session,
        body,
        starts=said.starts,
        quorum=said.quorum.as_stored() if said.quorum else None,
        lead_number=said.lead_number,
        lead_unit=said.lead_unit,
        source=said.source or None,
        doer=doer_for(body.organisation),
        now=now(),
    )
    return rule_shape(rule)
