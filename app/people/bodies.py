"""Deciding bodies and the rules they set themselves: added, renamed and closed; a rule is in force from a day on."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.dated import Span
from app.people.kept import (
    DAY,
    Problem,
    act,
    differing,
    free_code,
    locked,
    outside,
    refuse,
    refuse_stale,
    rests_on,
)
from app.people.models import BodyRule, DecidingBody, Organisation, Seat
from app.people.seats import ending_of_seat
from workflows.facts import BodyKind, LeadUnit, day_in_words


def values(body: DecidingBody) -> dict[str, object]:
    """What of a body is corrected: its names. What it is and since when is not, once people know of it."""
    return {"name": body.name, "short_name": body.short_name}


def add_body(
    session: Session,
    organisation: Organisation,
    *,
    kind: BodyKind,
    name: str,
    short_name: str,
    opened: date,
    doer: Doer,
    now: datetime,
) -> DecidingBody:
    """A body that decides for an organisation; one that meets needs its rule before it can be quorate."""
    locked(session, organisation)
    wrong = outside(Span(opened), Span(organisation.opened, organisation.closed), organisation.name)
    refuse(("opened", sentence) for _, sentence in wrong)
    body = DecidingBody(
        code=free_code(session, DecidingBody.code, short_name, limit=40),
        organisation_id=organisation.id,
        organisation=organisation,
        kind=kind,
        name=name,
        short_name=short_name,
        opened=opened,
    )
    session.add(body)
    session.flush()
    append(session, [_on_body(Tag.BODY_ADDED, doer, body, starts=opened, body_kind=kind)], now)
    return body


def change_body(
    session: Session, body: DecidingBody, *, name: str, short_name: str, seen: str, doer: Doer, now: datetime
) -> None:
    """A body's names were wrong, or it took others. Raises `Stale`."""
    locked(session, body)
    before = values(body)
    refuse_stale(seen, before, body.name)
    body.name, body.short_name = name, short_name
    changes = differing(before, values(body))
    if changes:
        append(session, [_on_body(Tag.BODY_CHANGED, doer, body, changes=changes)], now)


def close_body(session: Session, body: DecidingBody, *, ends: date, doer: Doer, now: datetime) -> None:
    """The last day on which the body can decide; its seats end with it. Raises `Contradiction`."""
    locked(session, body)
    refuse(problems_of_closing(session, body, ends))
    append(session, closing_of_body(session, body, ends, doer), now)


def problems_of_closing(session: Session, body: DecidingBody, ends: date) -> list[Problem]:
    """What stands against this last day."""
    wrong = outside(Span(ends), Span(body.opened, body.closed), body.name)
    found = [("ends", sentence) for _, sentence in wrong]
    found += rests_on(session, body, ends + DAY, "ends")
    later = session.scalars(sa.select(Seat).where(Seat.body_id == body.id, Seat.starts > ends)).all()
    found += [
        ("ends", f"The seat {seat.title} begins on {day_in_words(seat.starts)}, after that day. Choose a later day.")
        for seat in later
    ]
    return found


def seats_reaching(session: Session, body: DecidingBody, day: date) -> list[Seat]:
    """The body's seats that are there on this day or later, in their order."""
    query = sa.select(Seat).where(Seat.body_id == body.id, sa.or_(Seat.ends.is_(None), Seat.ends >= day))
    return list(session.scalars(query.order_by(Seat.position, Seat.id)))


def closing_of_body(session: Session, body: DecidingBody, ends: date, doer: Doer) -> list[Act]:
    """Close a body with its seats and rule; gives the acts for the caller to put on record."""
    acts = [
        one for seat in seats_reaching(session, body, ends + DAY) for one in ending_of_seat(session, seat, ends, doer)
    ]
    body.closed = ends
    for rule in _rules(session, body):
        if rule.starts <= ends and (rule.ends is None or rule.ends > ends):
            rule.ends = ends
    session.flush()
    return [*acts, _on_body(Tag.BODY_CLOSED, doer, body, ends=ends)]


def set_rule(
    session: Session,
    body: DecidingBody,
    *,
    starts: date,
    quorum: dict[str, Any] | None,
    lead_number: int | None,
    lead_unit: LeadUnit | None,
    source: str | None,
    doer: Doer,
    now: datetime,
) -> BodyRule:
    """The body's quorum and paper deadline from a day on; the rule before ends the day before, so none is missing.

    Raises `Contradiction` where days would be left without a rule, or a meeting was held under another one.
    """
    locked(session, body)
    rules = _rules(session, body)
    wrong = outside(Span(starts), Span(body.opened, body.closed), body.name)
    refuse(
        [
            *wrong,
            *rests_on(session, body, starts, "starts"),
            *rule_incomplete(body.kind, quorum, lead_number, lead_unit),
        ]
    )
    earlier = [rule for rule in rules if rule.starts < starts]
    later = [rule for rule in rules if rule.starts > starts]
    same = next((rule for rule in rules if rule.starts == starts), None)
    since = earlier[-1].ends + DAY if earlier and earlier[-1].ends else None if earlier else body.opened
    if same is None and since is not None and since < starts:
        gap = f"From {day_in_words(since)} to {day_in_words(starts - DAY)} no rule would be in force."
        refuse([("starts", f"{gap} Enter {day_in_words(since)}, or set a rule for those days first.")])
    before = _said(earlier[-1]) if earlier else None
    if same is not None:
        before, rule = _said(same), same
    else:
        if earlier:
            earlier[-1].ends = starts - DAY
        rule = BodyRule(body_id=body.id, starts=starts, ends=later[0].starts - DAY if later else body.closed)
        session.add(rule)
    rule.quorum, rule.lead_number, rule.lead_unit, rule.source = quorum, lead_number, lead_unit, source
    session.flush()
    append(session, [_on_body(Tag.RULE_SET, doer, body, starts=starts, before=before, after=_said(rule))], now)
    return rule


def rule_incomplete(kind: str, quorum: object, lead_number: int | None, lead_unit: str | None) -> list[Problem]:
    """What a rule lacks: a body that meets has a quorum, and a number of days says of what kind they are."""
    found: list[Problem] = []
    if (lead_number is None) != (lead_unit is None):
        found.append(("lead_unit", "A number of days and their kind belong together: give both, or neither."))
    if kind != "officer" and quorum is None:
        found.append(("quorum", "A body that meets has a quorum: give the share of its voting seats."))
    return found


def _rules(session: Session, body: DecidingBody) -> list[BodyRule]:
    return list(session.scalars(sa.select(BodyRule).where(BodyRule.body_id == body.id).order_by(BodyRule.starts)))


def _said(rule: BodyRule) -> dict[str, Any]:
    return {"quorum": rule.quorum, "lead_number": rule.lead_number, "lead_unit": rule.lead_unit, "source": rule.source}


def _on_body(tag: Tag, doer: Doer, body: DecidingBody, **said: object) -> Act:
    return act(tag, doer, body.organisation, "body", body.id, body=body.name, body_id=body.id, **said)
