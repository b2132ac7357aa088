"""What can be asked of organisations, bodies, seats and people, as they stood on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.people.models import (
    Account,
    BodyRule,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.permissions import Actor, HeldRole, HeldSeat, Missing, Role
from workflows.facts import CHAIR_KINDS, BodyFact, LeadTime, PartyFact, QuorumNeed, QuorumRule, SeatFact


def in_force(starts: Any, ends: Any, on: date) -> sa.ColumnElement[bool]:
    """SQL: the dates include `on`; an end is the last day included."""
    return sa.and_(starts <= on, sa.or_(ends.is_(None), ends >= on))


def actor_for(session: Session, account: Account, on: date) -> Actor:
    """Everything the account's person holds on a day: roles, seats, and the collaboratives of their organisations."""
    roles = session.scalars(
        sa.select(RoleHolding)
        .options(joinedload(RoleHolding.organisation))
        .where(RoleHolding.person_id == account.person_id, in_force(RoleHolding.starts, RoleHolding.ends, on))
        .order_by(RoleHolding.id)
    ).all()
    holdings = session.scalars(
        sa.select(SeatHolding)
        .join(Seat)
        .options(joinedload(SeatHolding.seat).joinedload(Seat.body))
        .where(
            SeatHolding.person_id == account.person_id,
            in_force(SeatHolding.starts, SeatHolding.ends, on),
            in_force(Seat.starts, Seat.ends, on),
        )
        .order_by(SeatHolding.id)
    ).all()
    organisations = {r.organisation_id for r in roles} | {h.seat.body.organisation_id for h in holdings}
    collaboratives = session.scalars(
        sa.select(CollaborativeMember.collaborative_id).where(
            CollaborativeMember.organisation_id.in_(organisations),
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
        )
    ).all()
    return Actor(
        person_id=account.person_id,
        account_id=account.id,
        name=account.person.name,
        roles=tuple(HeldRole(Role(r.role), r.organisation_id, r.organisation.name, r.programme_code) for r in roles),
        seats=tuple(
            HeldSeat(
                h.seat_id,
                h.seat.body_id,
                h.seat.body.organisation_id,
                f"{h.seat.title}, {h.seat.body.name}",
                h.seat.kind,
                h.seat.voting,
                h.seat.kind in CHAIR_KINDS,
            )
            for h in holdings
        ),
        collaborative_ids=frozenset(collaboratives),
    )


def body_by_code(session: Session, code: str) -> DecidingBody:
    """The body with this code; raises `Missing`."""
    body = session.scalar(
        sa.select(DecidingBody).options(joinedload(DecidingBody.organisation)).where(DecidingBody.code == code)
    )
    if body is None:
        raise Missing
    return body


def bodies_of_collaborative(session: Session, collaborative_id: int, on: date) -> Sequence[DecidingBody]:
    """The deciding bodies of the members on a day, governing bodies first, then by name."""
    return session.scalars(
        sa.select(DecidingBody)
        .join(Organisation)
        .join(CollaborativeMember, CollaborativeMember.organisation_id == Organisation.id)
        .options(joinedload(DecidingBody.organisation))
        .where(
            CollaborativeMember.collaborative_id == collaborative_id,
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
            in_force(DecidingBody.opened, DecidingBody.closed, on),
        )
        .order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name)
    ).all()


def rule_of(session: Session, body_id: int, on: date) -> BodyRule | None:
    """The body's rule in force on a day."""
    return session.scalar(
        sa.select(BodyRule)
        .where(BodyRule.body_id == body_id, in_force(BodyRule.starts, BodyRule.ends, on))
        .order_by(BodyRule.starts.desc())
        .limit(1)
    )


def quorum_rule(stored: dict[str, Any] | None) -> QuorumRule | None:
    """The quorum rule as the rules know it, from its stored JSON."""
    if stored is None:
        return None
    return QuorumRule(
        share_numerator=stored["share_numerator"],
        share_denominator=stored["share_denominator"],
        needs=tuple(QuorumNeed(frozenset(need["kinds"]), need["count"], need["label"]) for need in stored["needs"]),
        excluded_in_denominator=stored.get("excluded_in_denominator", True),
        vacant_in_denominator=stored.get("vacant_in_denominator", True),
        handlings_that_count=frozenset(stored.get("handlings_that_count", ["note_only"])),
        casting_vote=stored.get("casting_vote", True),
        count_person_once=stored.get("count_person_once", True),
        deputy_carries_kind=stored.get("deputy_carries_kind", True),
    )


def seats_of(session: Session, body_id: int, on: date) -> Sequence[tuple[Seat, SeatHolding | None, Person | None]]:
    """The body's seats on a day in their order, each with who holds it then, if anyone."""
    rows = session.execute(
        sa.select(Seat, SeatHolding, Person)
        .outerjoin(
            SeatHolding,
            sa.and_(SeatHolding.seat_id == Seat.id, in_force(SeatHolding.starts, SeatHolding.ends, on)),
        )
        .outerjoin(Person, Person.id == SeatHolding.person_id)
        .where(Seat.body_id == body_id, in_force(Seat.starts, Seat.ends, on))
        .order_by(Seat.position, Seat.id)
    ).all()
    return [(seat, holding, person) for seat, holding, person in rows]


def body_fact(session: Session, body: DecidingBody, on: date) -> BodyFact:
    """The body as the rules know it, with its seats, quorum and lead time in force on a day."""
    rule = rule_of(session, body.id, on)
    return BodyFact(
        id=body.id,
        name=body.name,
        short_name=body.short_name,
        kind=body.kind,  # type: ignore[arg-type]  # a text column checked by the exchange against BODY_KINDS
        seats=tuple(
            SeatFact(
                id=seat.id,
                title=seat.title,
                kind=seat.kind,
                voting=seat.voting,
                person_id=person.id if person else None,
                person_name=person.name if person else None,
                shared_vote=seat.shared_vote,
                since=holding.starts if holding else None,
                until=holding.ends if holding else None,
            )
            for seat, holding, person in seats_of(session, body.id, on)
        ),
        quorum=quorum_rule(rule.quorum) if rule else None,
        lead_time=lead_time(rule),
        opened_on=body.opened,
        closed_on=body.closed,
    )


def lead_time(rule: BodyRule | None) -> LeadTime | None:
    """The paper lead time of a rule."""
    if rule is None or rule.lead_number is None or rule.lead_unit is None:
        return None
    return LeadTime(rule.lead_number, rule.lead_unit)  # type: ignore[arg-type]  # checked by the exchange


def party_fact(body: DecidingBody) -> PartyFact:
    """The body as a party to a case."""
    return PartyFact(body.id, body.name, body.short_name, body.kind)  # type: ignore[arg-type]  # as above


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of the person with this address, whatever its case."""
    return session.scalar(
        sa.select(Account)
        .join(Person)
        .options(joinedload(Account.person))
        .where(sa.func.lower(Person.email) == email.strip().lower())
    )


def demonstration_accounts(session: Session) -> Sequence[Account]:
    """The demonstration's accounts, in the order they were made: none in a real installation."""
    return session.scalars(
        sa.select(Account)
        .options(joinedload(Account.person))
        .where(Account.demonstration.is_(True))
        .order_by(Account.id)
    ).all()
