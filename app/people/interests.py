"""What can be done with declared interests: declare, change, confirm and close them, for oneself or for a class."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.people.models import (
    ClassInterest,
    DecidingBody,
    Interest,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.people.queries import in_force
from app.people.register import class_words, organisations_for
from app.permissions import Refused, Stale
from workflows.case_history import day_of
from workflows.facts import INTEREST_KINDS, InterestKind, day_in_words
from workflows.interests import is_decision_maker, published_on

WORDS = ("kind", "description", "concerns", "arose", "mitigation")
"""What a declaration says, and a change may change."""
CHANGEABLE = (*WORDS, "withheld")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared: `kind` one of the four, `concerns` the organisation, `arose` the first day of the interest."""

    kind: InterestKind
    description: str
    concerns: str = ""
    arose: date | None = None
    mitigation: str = ""


def declare(
    session: Session, person: Person, said: Declaration, *, doer: Doer, now: datetime, demonstration: bool = False
) -> Interest:
    """Put an interest of a person on the register; the same words while it stands are the same interest.

    Raises `Refused` where the person acts for no organisation, the interest arose in days to come, or says nothing.
    """
    session.refresh(person, with_for_update=True)
    today = day_of(now)
    _refuse_words(said, today)
    owners = _organisations_of(session, person, today)
    if not owners:
        raise Refused(
            f"{person.name} holds no seat and no role today, so no register would hold the interest.",
            "a seat or a role at an organisation",
        )
    of_person = sa.select(Interest).where(Interest.person_id == person.id, Interest.ended.is_(None))
    for there in session.scalars(of_person):
        if (there.kind, there.description, there.concerns) == (said.kind, said.description, said.concerns):
            return there
    interest = Interest(
        code=_free_code(session, Interest, person.code),
        person_id=person.id,
        person=person,
        declared=today,
        demonstration=demonstration,
        withheld="",
        **_attributes(said),
    )
    session.add(interest)
    session.flush()
    _record(session, Tag.INTEREST_DECLARED, [interest], doer, now)
    return interest


def change(
    session: Session,
    interest: Interest,
    fields: Mapping[str, Any],
    *,
    seen: str,
    doer: Doer,
    now: datetime,
) -> Interest:
    """Change what an interest says; `fields` by the names of `CHANGEABLE`, `seen` the `mark` its form was made with.

    Raises `Stale` where it was changed meanwhile, `Refused` where it was closed or would be impossible.
    """
    session.refresh(interest, with_for_update={"of": Interest})
    if seen != mark(interest):
        raise Stale(
            "This interest was changed after you opened the page. Nothing of yours was saved yet: save again to put it "
            "in the place of what stands.",
            f"It now says: “{interest.description}”",
        )
    _refuse_closed(interest)
    _refuse_words(Declaration(**{name: fields.get(name, getattr(interest, name)) for name in WORDS}), interest.declared)
    changed = sorted(name for name, value in fields.items() if getattr(interest, name) != value)
    if not changed:
        return interest
    for name in changed:
        setattr(interest, name, fields[name])
    _record(session, Tag.INTEREST_CHANGED, [interest], doer, now, {"changed": changed})
    return interest


def close(session: Session, interest: Interest, ended: date, *, doer: Doer, now: datetime) -> Interest:
    """Say on which day an interest ended. It is kept, and published for six months more."""
    session.refresh(interest, with_for_update={"of": Interest})
    _refuse_closed(interest)
    _refuse_end(interest.declared, ended, day_of(now))
    interest.ended = ended
    _record(session, Tag.INTEREST_CLOSED, [interest], doer, now)
    return interest


def review(session: Session, interests: Sequence[Interest], *, doer: Doer, now: datetime) -> int:
    """Confirm that these interests are still true; returns of how many it was not confirmed today already."""
    today = day_of(now)
    still = []
    for interest in sorted(interests, key=lambda one: one.id):
        session.refresh(interest, with_for_update={"of": Interest})
        if interest.ended is None and interest.reviewed_on != today:
            interest.reviewed_on = today
            still.append(interest)
    _record(session, Tag.INTEREST_REVIEWED, still, doer, now)
    return len(still)


def declare_class(
    session: Session,
    body: DecidingBody,
    seat_kind: str,
    said: Declaration,
    *,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> ClassInterest:
    """Declare one interest for every holder of a kind of seat on a body, whoever joins them later included."""
    session.refresh(body, with_for_update={"of": DecidingBody})
    today = day_of(now)
    _refuse_words(said, today)
    kinds = set(session.scalars(sa.select(Seat.kind).where(Seat.body_id == body.id)))
    if seat_kind not in kinds:
        raise Refused(f"{body.short_name} has no seat of that kind, so nobody would be covered.", "a kind of its seats")
    of_body = sa.select(ClassInterest).where(
        ClassInterest.body_id == body.id, ClassInterest.seat_kind == seat_kind, ClassInterest.ended.is_(None)
    )
    for there in session.scalars(of_body):
        if (there.kind, there.description, there.concerns) == (said.kind, said.description, said.concerns):
            return there
    declared = ClassInterest(
        code=_free_code(session, ClassInterest, f"{body.code}-{seat_kind.replace('_', '-')}"),
        body_id=body.id,
        body=body,
        seat_kind=seat_kind,
        declared=today,
        declared_by=doer.name,
        demonstration=demonstration,
        **_attributes(said),
    )
    session.add(declared)
    session.flush()
    _record_class(session, Tag.CLASS_INTEREST_DECLARED, declared, doer, now)
    return declared


def close_class(session: Session, declared: ClassInterest, ended: date, *, doer: Doer, now: datetime) -> ClassInterest:
    """Say on which day an interest declared for a class ended."""
    session.refresh(declared, with_for_update={"of": ClassInterest})
    _refuse_closed(declared)
    _refuse_end(declared.declared, ended, day_of(now))
    declared.ended = ended
    _record_class(session, Tag.INTEREST_CLOSED, declared, doer, now)
    return declared


def review_class(session: Session, declared: ClassInterest, *, doer: Doer, now: datetime) -> ClassInterest:
    """Confirm that the interest of a class is still true."""
    session.refresh(declared, with_for_update={"of": ClassInterest})
    _refuse_closed(declared)
    if declared.reviewed_on != day_of(now):
        declared.reviewed_on = day_of(now)
        _record_class(session, Tag.INTEREST_REVIEWED, declared, doer, now)
    return declared


def mark(interest: Interest) -> str:
    """A short hash of what may change, by which a form later tells that something has."""
    said = [str(getattr(interest, name) or "") for name in (*CHANGEABLE, "ended")]
    return sha256("\n".join(said).encode()).hexdigest()[:16]


def _attributes(said: Declaration) -> dict[str, Any]:
    return {name: getattr(said, name) for name in WORDS}


def _refuse_words(said: Declaration, latest: date) -> None:
    wrong = []
    if said.kind not in INTEREST_KINDS:
        wrong.append(f"“{said.kind}” is not a kind of interest.")
    if not said.description.strip():
        wrong.append("Say what the interest is.")
    if said.arose is not None and said.arose > latest:
        wrong.append(f"It cannot have arisen on {day_in_words(said.arose)}, after it is declared.")
    if wrong:
        raise Refused(f"The interest was not saved. {' '.join(wrong)}")


def _refuse_closed(interest: Interest | ClassInterest) -> None:
    if interest.ended is not None:
        raise Refused(
            f"This interest ended on {day_in_words(interest.ended)}, so it stays as it is.",
            "a new declaration where it has come back",
        )


def _refuse_end(declared: date, ended: date, today: date) -> None:
    if ended > today:
        raise Refused(
            f"{day_in_words(ended)} is still to come; an interest is closed once it has ended.",
            f"a day up to {day_in_words(today)}",
        )
    if ended < declared:
        raise Refused(
            f"It was declared on {day_in_words(declared)}, so it cannot have ended on {day_in_words(ended)}.",
            f"a day from {day_in_words(declared)}",
        )


def _free_code(session: Session, model: type[Interest] | type[ClassInterest], stem: str) -> str:
    """`stem`-1, -2 … the first that is not taken."""
    stem = re.sub(r"[\s/;|]+", "-", stem)[:52]
    taken = set(session.scalars(sa.select(model.code).where(model.code.startswith(stem, autoescape=True))))
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _organisations_of(session: Session, person: Person, on: date) -> list[int]:
    """The organisations a person acts for on a day, by seat or role."""
    by_seat = (
        sa.select(DecidingBody.organisation_id)
        .join(Seat, Seat.body_id == DecidingBody.id)
        .join(SeatHolding, SeatHolding.seat_id == Seat.id)
        .where(SeatHolding.person_id == person.id, in_force(SeatHolding.starts, SeatHolding.ends, on))
    )
    by_role = sa.select(RoleHolding.organisation_id).where(
        RoleHolding.person_id == person.id, in_force(RoleHolding.starts, RoleHolding.ends, on)
    )
    return sorted({*session.scalars(by_seat), *session.scalars(by_role)})


def _record(
    session: Session,
    tag: Tag,
    interests: Sequence[Interest],
    doer: Doer,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """An entry for each interest in the log of every organisation whose register holds it.

    It stands in Part 1 only where that organisation publishes the interest: nothing confidential is in a public file.
    """
    today = day_of(now)
    acts = []
    for interest in interests:
        for owner_id in organisations_for(session, interest):
            owner = session.get_one(Organisation, owner_id)
            decides = is_decision_maker(_votes_held(session, interest.person_id, owner_id), today)
            part = 1 if published_on(interest.as_fact(), decides, today) else 2
            said = {"person": interest.person.name, **_said(interest), **(more or {})}
            acts.append(Act(tag, doer, owner.id, owner.name, "interest", interest.id, said, part))
    if acts:
        append_or_continue(session, acts, now)


def _record_class(session: Session, tag: Tag, declared: ClassInterest, doer: Doer, now: datetime) -> None:
    """An entry in the log of the body's organisation: in Part 1 where the class has votes."""
    owner, today = declared.body.organisation, day_of(now)
    votes = sa.select(Seat.starts, Seat.ends).where(
        Seat.body_id == declared.body_id, Seat.kind == declared.seat_kind, Seat.voting
    )
    decides = is_decision_maker([(starts, ends) for starts, ends in session.execute(votes)], today)
    part = 1 if published_on(declared.as_fact(), decides, today) else 2
    said = {"person": class_words(declared), "seat_kind": declared.seat_kind, **_said(declared)}
    append_or_continue(session, [Act(tag, doer, owner.id, owner.name, "class_interest", declared.id, said, part)], now)


def _said(interest: Interest | ClassInterest) -> dict[str, Any]:
    days = {name: getattr(interest, name) for name in ("arose", "declared", "ended", "reviewed_on")}
    return {
        "code": interest.code,
        **{name: getattr(interest, name) for name in ("kind", "description", "concerns", "mitigation")},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def _votes_held(session: Session, person_id: int, organisation_id: int) -> list[tuple[date, date | None]]:
    rows = session.execute(
        sa.select(SeatHolding.starts, SeatHolding.ends)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(SeatHolding.person_id == person_id, DecidingBody.organisation_id == organisation_id, Seat.voting)
    )
    return [(starts, ends) for starts, ends in rows]
