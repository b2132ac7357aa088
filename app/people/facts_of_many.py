"""Many deciding bodies as the rules know them, each on a day of its own, in two statements whatever their number."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.body_facts import lead_time, quorum_rule
from app.people.models import BodyRule, DecidingBody, Person, Seat, SeatHolding
from workflows.facts import BodyFact, SeatFact


def body_facts(session: Session, asked: Sequence[tuple[DecidingBody, date]]) -> dict[int, BodyFact]:
    """By their ids the bodies as `body_fact` has each of them on its day; a body is asked for on one day."""
    session.flush()
    ids = [body.id for body, _ in asked]
    rules: dict[int, list[Any]] = {}
    for rule in session.execute(
        sa.select(
            BodyRule.body_id,
            BodyRule.starts,
            BodyRule.ends,
            BodyRule.quorum,
            BodyRule.lead_number,
            BodyRule.lead_unit,
        )
        .where(BodyRule.body_id.in_(ids))
        .order_by(BodyRule.starts.desc())
    ):
        rules.setdefault(rule.body_id, []).append(rule)
    rows: dict[int, dict[int, list[Any]]] = {}
    for row in session.execute(
        sa.select(
            Seat.body_id,
            Seat.id,
            Seat.title,
            Seat.kind,
            Seat.voting,
            Seat.shared_vote,
            Seat.starts.label("seat_starts"),
            Seat.ends.label("seat_ends"),
            SeatHolding.starts,
            SeatHolding.ends,
            Person.id.label("person_id"),
            Person.name.label("person_name"),
        )
        .outerjoin(SeatHolding, SeatHolding.seat_id == Seat.id)
        .outerjoin(Person, Person.id == SeatHolding.person_id)
        .where(Seat.body_id.in_(ids))
        .order_by(Seat.position, Seat.id)
    ):
        rows.setdefault(row.body_id, {}).setdefault(row.id, []).append(row)
    return {body.id: _fact(body, on, rules.get(body.id, []), rows.get(body.id, {})) for body, on in asked}


def _fact(body: DecidingBody, on: date, rules: Sequence[Any], seats: dict[int, list[Any]]) -> BodyFact:
    rule = next((one for one in rules if _in_force(one.starts, one.ends, on)), None)
    found = []
    for rows in seats.values():
        seat = rows[0]
        if not _in_force(seat.seat_starts, seat.seat_ends, on):
            continue
        held = [row for row in rows if row.starts is not None and _in_force(row.starts, row.ends, on)]
        found += [
            SeatFact(
                id=seat.id,
                title=seat.title,
                kind=seat.kind,
                voting=seat.voting,
                person_id=row.person_id if row else None,
                person_name=row.person_name if row else None,
                shared_vote=seat.shared_vote,
                since=row.starts if row else None,
                until=row.ends if row else None,
            )
            for row in held or [None]
        ]
    return BodyFact(
        id=body.id,
        name=body.name,
        short_name=body.short_name,
        kind=body.kind,
        seats=tuple(found),
        quorum=quorum_rule(rule.quorum) if rule is not None else None,
        lead_time=lead_time(rule),
        opened_on=body.opened,
        closed_on=body.closed,
    )


def _in_force(starts: date, ends: date | None, on: date) -> bool:
    return starts <= on and (ends is None or on <= ends)
