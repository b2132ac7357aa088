"""The register of interests, as an organisation keeps it and as the public may read it, on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.people.models import ClassInterest, DecidingBody, Interest, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import in_force
from app.permissions import Actor, Missing, Resource, Role
from app.permissions.facts import ROLE_NAMES
from workflows.facts import day_in_words
from workflows.interests import (
    declared_late,
    is_decision_maker,
    published_on,
    review_due,
    review_on,
)
from workflows.verdict import Verdict

SEAT_KIND_WORDS = {
    "chair": "chairs",
    "deputy_chair": "deputy chairs",
    "accountable_officer": "accountable officers",
    "chief_finance_officer": "chief finance officers",
    "gp_member": "GP members",
    "registered_nurse": "registered nurses",
    "secondary_care_doctor": "secondary care doctors",
    "lay_member": "lay members",
    "officer": "officers",
    "in_attendance": "people in attendance",
}
Declared = Interest | ClassInterest


@dataclass(frozen=True, slots=True)
class Place:
    """A seat or role a person held for dates; `body_id` and a vote where it is a seat with one."""

    words: str
    starts: date
    ends: date | None
    body_id: int | None = None
    seat_kind: str | None = None
    voting: bool = False

    def held_while(self, declared: Declared, today: date) -> bool:
        """Whether it was held at any time from the declaration on, until the interest ended."""
        last = min(declared.ended or today, today)
        return self.starts <= max(last, declared.declared) and (self.ends is None or self.ends >= declared.declared)


@dataclass(frozen=True, slots=True)
class Line:
    """One interest of one person in an organisation's register; of a class, where it was declared for all of them."""

    person: Person
    interest: Declared
    places: tuple[str, ...]
    body_ids: frozenset[int]
    published: Verdict
    late: Verdict
    review_on: date | None
    review_due: bool

    @property
    def of_class(self) -> str:
        """The class that declared it, in words; nothing where the person did."""
        return class_words(self.interest) if isinstance(self.interest, ClassInterest) else ""

    @property
    def withheld(self) -> str:
        return self.interest.withheld if isinstance(self.interest, Interest) else ""


def class_words(declared: ClassInterest) -> str:
    """Whose interest a class declaration is: "all GP members of Merton"."""
    kind = SEAT_KIND_WORDS.get(declared.seat_kind, declared.seat_kind.replace("_", " "))
    return f"all {kind} of {declared.body.short_name}"


def register_of(session: Session, organisation_ids: Iterable[int], today: date) -> list[Line]:
    """Every interest that whoever held a seat or role there had declared by then, by name: four statements."""
    owners = sorted(organisation_ids)
    bodies = {
        body.id: body
        for body in session.scalars(sa.select(DecidingBody).where(DecidingBody.organisation_id.in_(owners)))
    }
    people, places = _seats(session, bodies)
    for holding in session.scalars(
        sa.select(RoleHolding)
        .options(joinedload(RoleHolding.person), joinedload(RoleHolding.organisation))
        .where(RoleHolding.organisation_id.in_(owners))
        .order_by(RoleHolding.id)
    ):
        words = f"{ROLE_NAMES[Role(holding.role)].capitalize()}, {holding.organisation.short_name}"
        people[holding.person_id] = holding.person
        places.setdefault(holding.person_id, []).append(Place(words, holding.starts, holding.ends))
    return _lines(session, people, places, list(bodies), today)


def published_register(session: Session, body: DecidingBody, today: date) -> list[Line]:
    """What the public may read: interests of who decides there, or did so within six months, as the rule says."""
    people, places = _seats(session, {body.id: body})
    deciding = {
        person_id: held
        for person_id, all_held in places.items()
        if (held := [place for place in all_held if place.voting]) and is_decision_maker(_spans(held), today)
    }
    return [line for line in _lines(session, people, deciding, [body.id], today) if line.published]


def decision_makers(session: Session, body: DecidingBody, today: date) -> list[tuple[Person, tuple[str, ...]]]:
    """Whoever holds a seat with a vote there, or did so within six months, each with their seats, in order."""
    people, places = _seats(session, {body.id: body})
    found = []
    for person_id, all_held in places.items():
        held = [place for place in all_held if place.voting]
        if is_decision_maker(_spans(held), today):
            found.append((people[person_id], _shown(held, today)))
    return found


def _seats(session: Session, bodies: Mapping[int, DecidingBody]) -> tuple[dict[int, Person], dict[int, list[Place]]]:
    """Who ever held which seat of these bodies, in the order of the seats."""
    people: dict[int, Person] = {}
    places: dict[int, list[Place]] = {}
    rows = session.execute(
        sa.select(Seat, SeatHolding, Person)
        .join(SeatHolding, SeatHolding.seat_id == Seat.id)
        .join(Person, Person.id == SeatHolding.person_id)
        .where(Seat.body_id.in_(bodies))
        .order_by(Seat.body_id, Seat.position, Seat.id, SeatHolding.starts)
    )
    for seat, holding, person in rows:
        ends = min((day for day in (holding.ends, seat.ends) if day is not None), default=None)
        people[person.id] = person
        places.setdefault(person.id, []).append(
            Place(
                f"{seat.title}, {bodies[seat.body_id].short_name}",
                holding.starts,
                ends,
                seat.body_id,
                seat.kind,
                seat.voting,
            )
        )
    return people, places


def _lines(
    session: Session,
    people: Mapping[int, Person],
    places: Mapping[int, Sequence[Place]],
    body_ids: Sequence[int],
    today: date,
) -> list[Line]:
    declared: list[tuple[int, Declared]] = [
        (interest.person_id, interest)
        for interest in session.scalars(
            sa.select(Interest)
            .where(Interest.person_id.in_(places), Interest.declared <= today)
            .order_by(Interest.declared, Interest.id)
        )
    ]
    for shared in session.scalars(
        sa.select(ClassInterest)
        .options(joinedload(ClassInterest.body))
        .where(ClassInterest.body_id.in_(body_ids), ClassInterest.declared <= today)
        .order_by(ClassInterest.declared, ClassInterest.id)
    ):
        declared += [
            (person_id, shared)
            for person_id, held in places.items()
            if any(
                place.body_id == shared.body_id
                and place.seat_kind == shared.seat_kind
                and place.held_while(shared, today)
                for place in held
            )
        ]
    order = {person_id: number for number, person_id in enumerate(places)}
    found = []
    for person_id, interest in sorted(declared, key=lambda pair: order[pair[0]]):
        held = places[person_id]
        if not any(place.held_while(interest, today) for place in held):
            continue
        fact = interest.as_fact()
        decides = is_decision_maker(_spans([place for place in held if place.voting]), today)
        found.append(
            Line(
                people[person_id],
                interest,
                _shown(held, today),
                frozenset(place.body_id for place in held if place.body_id is not None),
                published_on(fact, decides, today),
                declared_late(fact),
                review_on(fact),
                review_due(fact, today),
            )
        )
    return found


def _spans(held: Iterable[Place]) -> list[tuple[date, date | None]]:
    return [(place.starts, place.ends) for place in held]


def _shown(held: Sequence[Place], today: date) -> tuple[str, ...]:
    """The seats and roles held today; where there is none any more, the last ones with the day on which they ended."""
    now = [place.words for place in held if place.starts <= today and (place.ends is None or place.ends >= today)]
    if now:
        return tuple(dict.fromkeys(now))
    over = [place for place in held if place.ends is not None and place.ends < today]
    return tuple(
        dict.fromkeys(f"{place.words}, until {day_in_words(place.ends)}" for place in over if place.ends is not None)
    )


def interest_by_code(session: Session, code: str) -> Interest:
    """The interest with this code; raises `Missing`."""
    found = session.scalar(sa.select(Interest).options(joinedload(Interest.person)).where(Interest.code == code))
    if found is None:
        raise Missing
    return found


def class_by_code(session: Session, code: str) -> ClassInterest:
    """The class declaration with this code; raises `Missing`."""
    found = session.scalar(
        sa.select(ClassInterest)
        .options(joinedload(ClassInterest.body).joinedload(DecidingBody.organisation))
        .where(ClassInterest.code == code)
    )
    if found is None:
        raise Missing
    return found


def line_of(session: Session, interest: Interest, organisation_id: int | None, today: date) -> Line | None:
    """The interest as it stands in an organisation's register."""
    if organisation_id is None:
        return None
    return next((line for line in register_of(session, [organisation_id], today) if line.interest is interest), None)


def people_of(session: Session, organisation_ids: Iterable[int], on: date) -> Sequence[Person]:
    """Who holds a seat or a role at these organisations on a day, by name."""
    owners = sorted(organisation_ids)
    seated = (
        sa.select(SeatHolding.person_id)
        .join(Seat)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(DecidingBody.organisation_id.in_(owners), in_force(SeatHolding.starts, SeatHolding.ends, on))
    )
    acting = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id.in_(owners), in_force(RoleHolding.starts, RoleHolding.ends, on)
    )
    return session.scalars(
        sa.select(Person).where(sa.or_(Person.id.in_(seated), Person.id.in_(acting))).order_by(Person.name, Person.id)
    ).all()


def own_interests(session: Session, person_id: int | None, today: date, *, still: bool = True) -> Sequence[Interest]:
    """What a person declared, the oldest first; only what has not ended, unless `still` is False."""
    query = sa.select(Interest).where(Interest.person_id == person_id, Interest.declared <= today)
    if still:
        query = query.where(Interest.ended.is_(None))
    return session.scalars(query.order_by(Interest.declared, Interest.id)).all()


def classes_covering(session: Session, actor: Actor, today: date) -> Sequence[ClassInterest]:
    """The class declarations in force that cover the seats someone holds today."""
    held = {(seat.body_id, seat.kind) for seat in actor.seats}
    found = session.scalars(
        sa.select(ClassInterest)
        .options(joinedload(ClassInterest.body))
        .where(
            ClassInterest.body_id.in_({body_id for body_id, _ in held}),
            in_force(ClassInterest.declared, ClassInterest.ended, today),
        )
        .order_by(ClassInterest.id)
    ).all()
    return [one for one in found if (one.body_id, one.seat_kind) in held]


def organisations_for(session: Session, interest: Interest) -> list[int]:
    """The organisations whose register holds an interest: its person held a seat or role there once it was declared."""

    def then(held: type[SeatHolding] | type[RoleHolding]) -> sa.ColumnElement[bool]:
        begun = held.starts <= interest.ended if interest.ended else sa.true()
        lasted = sa.or_(held.ends.is_(None), held.ends >= interest.declared)
        return sa.and_(held.person_id == interest.person_id, begun, lasted)

    by_seat = (
        sa.select(DecidingBody.organisation_id)
        .join(Seat, Seat.body_id == DecidingBody.id)
        .join(SeatHolding, SeatHolding.seat_id == Seat.id)
        .where(then(SeatHolding))
    )
    by_role = sa.select(RoleHolding.organisation_id).where(then(RoleHolding))
    return sorted({*session.scalars(by_seat), *session.scalars(by_role)})


def as_resource(session: Session, interest: Interest, actor: Actor) -> Resource:
    """The interest as the permission page knows it, at the organisation of whoever asks where it is kept there."""
    kept = organisations_for(session, interest)
    keeps = [one for one in kept if actor.holds(Role.SECRETARY, one)]
    own = keeps or [one for one in kept if one in actor.organisation_ids] or kept
    return Resource(
        "interest",
        organisation_id=own[0] if own else None,
        owner_id=interest.person_id,
        name="the organisation",
    )
