"""Deciding bodies as the rules know them on a day: seats and who holds them, quorum and lead time in force.

It is part of every decision, so it reads columns by statements that are built once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import BodyRule, DecidingBody, Organisation, Person, Seat, SeatHolding
from app.people.queries import in_force
from workflows.facts import BodyFact, BodyKind, LeadTime, PartyFact, QuorumNeed, QuorumRule, SeatFact, day_read


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
        chairs_action=stored.get("chairs_action", True),
        members_vote=stored.get("members_vote", False),
    )


_RULES, _SEATS, _HOLDINGS, _PEOPLE = (model.__table__.c for model in (BodyRule, Seat, SeatHolding, Person))
_BODIES, _ORGANISATIONS = DecidingBody.__table__.c, Organisation.__table__.c


def body_on(day: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """SQL: the rule and the seats of the body `body_id` in force on a day, with who holds them, for `body_fact_of`."""
    rule_on = (
        sa.select(_RULES.id)
        .where(_RULES.body_id == sa.bindparam("body_id"), in_force(_RULES.starts, _RULES.ends, day))
        .order_by(_RULES.starts.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            sa.cast(_RULES.quorum, sa.Text).label("quorum"),
            _RULES.lead_number,
            _RULES.lead_unit,
            _SEATS.id,
            _SEATS.title,
            _SEATS.kind,
            _SEATS.voting,
            _SEATS.shared_vote,
            _HOLDINGS.starts,
            _HOLDINGS.ends,
            _PEOPLE.id.label("person_id"),
            _PEOPLE.name.label("person_name"),
        )
        .select_from(DecidingBody.__table__)
        .outerjoin(BodyRule.__table__, _RULES.id == rule_on)
        .outerjoin(Seat.__table__, sa.and_(_SEATS.body_id == _BODIES.id, in_force(_SEATS.starts, _SEATS.ends, day)))
        .outerjoin(
            SeatHolding.__table__,
            sa.and_(_HOLDINGS.seat_id == _SEATS.id, in_force(_HOLDINGS.starts, _HOLDINGS.ends, day)),
        )
        .outerjoin(Person.__table__, _PEOPLE.id == _HOLDINGS.person_id)
        .where(_BODIES.id == sa.bindparam("body_id"))
        .order_by(_SEATS.position, _SEATS.id)
    )


_BODY_ON = body_on(sa.bindparam("on", type_=sa.Date))


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation's id and its name, and its national code where that is asked for."""

    id: int
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class AskedBody:
    """A deciding body as far as a decision needs it, with the organisation in whose log it is written."""

    id: int
    name: str
    short_name: str
    kind: BodyKind
    opened: date
    closed: date | None
    organisation: Named

    @classmethod
    def of(cls, body: DecidingBody) -> "AskedBody":
        """The same body, from its row."""
        owner = Named(body.organisation.id, body.organisation.name, body.organisation.ods_code)
        return cls(body.id, body.name, body.short_name, body.kind, body.opened, body.closed, owner)


def asked_bodies(rows: Iterable[Sequence[Any]]) -> tuple[AskedBody, ...]:
    """What a query that is `ASKED_BODY` found, in its order; days as text."""
    return tuple(
        AskedBody(
            id=id_,
            name=name,
            short_name=short_name,
            kind=kind,
            opened=date.fromisoformat(opened),
            closed=day_read(closed),
            organisation=Named(*organisation),
        )
        for id_, name, short_name, kind, opened, closed, *organisation in rows
    )


ASKED_BODY = (
    sa.select(
        *(_BODIES[name] for name in ("id", "name", "short_name", "kind", "opened", "closed")),
        _ORGANISATIONS.id.label("organisation_id"),
        _ORGANISATIONS.name.label("organisation_name"),
        _ORGANISATIONS.ods_code.label("organisation_code"),
    )
    .select_from(DecidingBody.__table__)
    .join(Organisation.__table__, _ORGANISATIONS.id == _BODIES.organisation_id)
)
"""The columns of an `AskedBody`; who asks joins, filters and sorts."""


def body_fact(session: Session, body: DecidingBody | AskedBody, on: date) -> BodyFact:
    """The body as the rules know it, with its seats, quorum and lead time in force on a day.

    It is part of every decision, so it reads columns by one statement that is built once.
    """
    session.flush()
    return body_fact_of(body, session.connection().execute(_BODY_ON, {"body_id": body.id, "on": on}).all())


def body_fact_of(body: DecidingBody | AskedBody, rows: Sequence[Sequence[Any]]) -> BodyFact:
    """The body as the rules know it, from what `body_on` found of it; a day may stand there as text."""
    quorum, lead_number, lead_unit, *_ = rows[0]
    return BodyFact(
        id=body.id,
        name=body.name,
        short_name=body.short_name,
        kind=body.kind,
        seats=tuple(
            SeatFact(
                id=seat_id,
                title=title,
                kind=kind,
                voting=bool(voting),
                person_id=person_id,
                person_name=person_name,
                shared_vote=shared_vote,
                since=day_read(since),
                until=day_read(until),
            )
            for _, _, _, seat_id, title, kind, voting, shared_vote, since, until, person_id, person_name in rows
            if seat_id is not None
        ),
        quorum=quorum_rule(json.loads(quorum)) if quorum is not None else None,
        lead_time=LeadTime(lead_number, lead_unit) if lead_number is not None else None,
        opened_on=body.opened,
        closed_on=body.closed,
    )


def lead_time(rule: Any) -> LeadTime | None:
    """The paper lead time of a rule, given as a `BodyRule` or as a row with its `lead_number` and `lead_unit`."""
    if rule is None or rule.lead_number is None or rule.lead_unit is None:
        return None
    return LeadTime(rule.lead_number, rule.lead_unit)


def party_fact(body: DecidingBody | AskedBody) -> PartyFact:
    """The body as a party to a case."""
    code = body.organisation.code if isinstance(body, AskedBody) else body.organisation.ods_code
    return PartyFact(body.id, body.name, body.short_name, body.kind, code)
