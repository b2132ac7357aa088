"""People come and go on a date: who they are, the roles they hold, and everything that ends when they leave."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.dated import Span, span_in_words, together
from app.people.holders import Held, ended, problems_of_ending
from app.people.invited import is_address
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
)
from app.people.models import DecidingBody, Organisation, Person, RoleHolding, Seat, SeatDeputy, SeatHolding
from app.people.queries import person_by_email
from app.permissions import Role
from app.permissions.facts import ROLE_NAMES
from workflows.facts import day_in_words


def values(person: Person) -> dict[str, object]:
    """What is said of a person."""
    return {"name": person.name, "email": person.email}


def add_person(
    session: Session,
    *,
    name: str,
    email: str,
    organisation: Organisation,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> Person:
    """Someone new, or known by this name and address at another organisation already.

    Raises `Contradiction` where the address is that of someone else.
    """
    known = person_by_email(session, email)
    if known is not None and known.name.casefold() == name.casefold():
        return known
    refuse(_address(session, email, None))
    person = Person(
        code=free_code(session, Person.code, name, limit=60), name=name, email=email, demonstration=demonstration
    )
    session.add(person)
    session.flush()
    append(session, [act(Tag.PERSON_ADDED, doer, organisation, "person", person.id, person=name)], now)
    return person


def change_person(
    session: Session,
    person: Person,
    *,
    name: str,
    email: str,
    organisation: Organisation,
    seen: str,
    may_move: bool,
    doer: Doer,
    now: datetime,
) -> None:
    """A name's spelling or an address was wrong. Raises `Stale`, `Contradiction`.

    Whoever reads someone's mail can open their account, so the address changes only with `may_move`.
    """
    locked(session, person)
    before = values(person)
    refuse_stale(seen, before, person.name)
    if email != person.email:
        refuse(_address(session, email, person.id))
        if not may_move:
            said = "Only an administrator may change the address of someone who has an account or acts elsewhere too."
            refuse([("email", said)])
    person.name, person.email = name, email
    changes = differing(before, values(person))
    if "email" in changes:
        changes["email"] = ["one address", "another"]  # the record is kept for good; addresses are not
    if changes:
        session.flush()
        said_of = act(Tag.PERSON_CHANGED, doer, organisation, "person", person.id, person=person.name, changes=changes)
        append(session, [said_of], now)


def give_role(
    session: Session,
    person: Person,
    *,
    role: Role,
    organisation: Organisation,
    programme_code: str | None,
    starts: date,
    ends: date | None,
    doer: Doer,
    now: datetime,
) -> RoleHolding:
    """A person acts in a role for an organisation, for dates. Raises `Contradiction`."""
    locked(session, person)
    mine = Span(starts, ends)
    problems = outside(mine, Span(organisation.opened, organisation.closed), organisation.name)
    for held in session.scalars(
        sa.select(RoleHolding).where(
            RoleHolding.person_id == person.id,
            RoleHolding.role == role.value,
            RoleHolding.organisation_id == organisation.id,
            RoleHolding.programme_code.is_not_distinct_from(programme_code),
        )
    ):
        theirs = Span(held.starts, held.ends)
        if together(mine, theirs):
            said = f"{person.name} is {ROLE_NAMES[role]} there {span_in_words(theirs)}."
            problems.append(("starts", f"{said} End that first, or choose other days."))
    refuse(problems)
    given = RoleHolding(
        person_id=person.id,
        person=person,
        role=role.value,
        organisation_id=organisation.id,
        organisation=organisation,
        programme_code=programme_code,
        starts=starts,
        ends=ends,
    )
    session.add(given)
    session.flush()
    append(session, [_on_role(Tag.ROLE_GIVEN, doer, given, starts=starts, ends=ends)], now)
    return given


def end_role(session: Session, held: RoleHolding, *, ends: date, doer: Doer, now: datetime) -> None:
    """The last day on which a person acts in a role. Raises `Contradiction`."""
    locked(session, held.person)
    session.refresh(held)
    refuse(problems_of_role(held, ends))
    refuse_last_administrator(session, [held], ends)
    append(session, ending_of_roles(session, [held], ends, doer), now)


def problems_of_role(held: RoleHolding, ends: date) -> list[Problem]:
    """What stands against this last day."""
    name = f"{held.person.name}’s time as {ROLE_NAMES[Role(held.role)]}"
    return [("ends", sentence) for _, sentence in outside(Span(ends), Span(held.starts, held.ends), name)]


def ending_of_roles(session: Session, roles: Sequence[RoleHolding], ends: date, doer: Doer) -> list[Act]:
    """End roles; one that has not begun by then is taken back. Gives the acts for the caller to put on record."""
    acts = []
    for held in roles:
        acts.append(_on_role(Tag.ROLE_ENDED, doer, held, ends=max(ends, held.starts - DAY)))
        if held.starts > ends:
            session.delete(held)
        else:
            held.ends = ends
    session.flush()
    return acts


def refuse_last_administrator(session: Session, ending: Sequence[RoleHolding], ends: date) -> None:
    """Raise `Contradiction` where nobody would be administrator after that day: nobody could make one again."""
    administrator = Role.ADMINISTRATOR.value
    if not any(held.role == administrator for held in ending):
        return
    stays = sa.select(RoleHolding.id).where(
        RoleHolding.role == administrator,
        RoleHolding.id.not_in([held.id for held in ending]),
        RoleHolding.starts <= ends + DAY,
        sa.or_(RoleHolding.ends.is_(None), RoleHolding.ends > ends),
    )
    if session.scalar(stays.limit(1)) is None:
        said = "Nobody would be administrator after that day. Make someone else administrator first."
        refuse([("ends", said)])


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a person still has after a day at some organisations, and whether they have anything elsewhere."""

    holdings: tuple[SeatHolding, ...]
    deputies: tuple[SeatDeputy, ...]
    roles: tuple[RoleHolding, ...]
    elsewhere: bool

    def __bool__(self) -> bool:
        return bool(self.holdings or self.deputies or self.roles)


def what_ends(session: Session, person: Person, ends: date, organisations: Collection[int] | None) -> Leaving:
    """What ends when a person leaves these organisations, or all of them where none are named."""
    seats = [_seats_after(session, model, person, ends) for model in (SeatHolding, SeatDeputy)]
    roles = list(
        session.scalars(
            sa.select(RoleHolding)
            .where(RoleHolding.person_id == person.id, sa.or_(RoleHolding.ends.is_(None), RoleHolding.ends > ends))
            .options(joinedload(RoleHolding.organisation))
            .order_by(RoleHolding.id)
        )
    )

    def here(organisation_id: int) -> bool:
        return organisations is None or organisation_id in organisations

    held = [one for one in seats[0] if isinstance(one, SeatHolding) and here(one.seat.body.organisation_id)]
    stands_in = [one for one in seats[1] if isinstance(one, SeatDeputy) and here(one.seat.body.organisation_id)]
    ending = [one for one in roles if here(one.organisation_id)]
    return Leaving(
        tuple(held),
        tuple(stands_in),
        tuple(ending),
        elsewhere=len(held) + len(ending) < len(seats[0]) + len(roles),
    )


def _seats_after(session: Session, model: type[Held], person: Person, ends: date) -> list[Held]:
    query = (
        sa.select(model)
        .where(model.person_id == person.id, sa.or_(model.ends.is_(None), model.ends > ends))
        .options(joinedload(model.seat).joinedload(Seat.body).joinedload(DecidingBody.organisation))
        .order_by(model.id)
    )
    return list(session.scalars(query))


def leave(
    session: Session,
    person: Person,
    *,
    ends: date,
    organisations: Collection[int] | None,
    doer: Doer,
    now: datetime,
) -> Leaving:
    """Everything the person has at these organisations ends on a day, or is taken back where it had not begun.

    Raises `Contradiction`.
    """
    locked(session, person)
    found = what_ends(session, person, ends, organisations)
    refuse(problems_of_leaving(session, found, person, ends))
    acts: list[Act] = []
    seated: list[Held] = [*found.holdings, *found.deputies]
    for held in seated:
        acts.append(ended(held, max(ends, held.starts - DAY), doer))
        if held.starts > ends:
            session.delete(held)
    session.flush()
    append(session, [*acts, *ending_of_roles(session, found.roles, ends, doer)], now)
    return found


def problems_of_leaving(session: Session, found: Leaving, person: Person, ends: date) -> list[Problem]:
    """What stands against this last day."""
    if not found:
        return [("ends", f"{person.name} has no seat and no role after {day_in_words(ends)}. Nothing is left to end.")]
    problems: list[Problem] = []
    for held in found.holdings:
        if held.starts <= ends:
            problems += problems_of_ending(session, held, ends)
    refuse_last_administrator(session, found.roles, ends)
    return problems


def _address(session: Session, email: str, own: int | None) -> list[Problem]:
    if not is_address(email):
        return [("email", "Enter an email address in the right form, such as name@nhs.example.")]
    other = person_by_email(session, email)
    if other is not None and other.id != own:
        return [("email", "Someone of another name has this address. Check both, or ask an administrator.")]
    return []


def _on_role(tag: Tag, doer: Doer, held: RoleHolding, **said: object) -> Act:
    named = {"person": held.person.name, "role": held.role, "programme": held.programme_code, **said}
    return act(tag, doer, held.organisation, "person", held.person_id, **named)
