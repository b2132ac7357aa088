"""What hangs on a seat, a body, an organisation or a membership: told in sentences before it is ended."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.people import organisations
from app.people.bodies import seats_reaching
from app.people.body_facts import body_fact
from app.people.holders import Held, reaching
from app.people.joiners_and_leavers import Leaving
from app.people.kept import DAY
from app.people.models import CollaborativeMember, DecidingBody, Organisation, Person, Seat, SeatHolding
from app.permissions import Role
from app.permissions.facts import ROLE_NAMES
from workflows.facts import day_in_words
from workflows.quorum import forecast
from workflows.verdict import in_words

KEPT = "What was decided, attended and recorded until then stays as it is."


def with_seat(session: Session, seat: Seat, ends: date) -> list[str]:
    """What ends with a seat, and what quorum is without it."""
    return [
        *(_of_held(held) for held in reaching(session, seat, ends + DAY)),
        *quorum_without(session, seat.body, {seat.id}, ends + DAY),
        "Meetings after that day have no such seat: attendance noted for it beforehand no longer counts.",
        KEPT,
    ]


def quorum_without(
    session: Session, body: DecidingBody, seat_ids: set[int], on: date, emptied: frozenset[int] = frozenset()
) -> list[str]:
    """What the body needs from a day on without these seats, or with those emptied, if everyone else came."""
    fact = body_fact(session, body, on)
    if body.kind == "officer" or fact.quorum is None:
        return []
    left = tuple(
        replace(seat, person_id=None, person_name=None) if seat.id in emptied else seat
        for seat in fact.seats
        if seat.id not in seat_ids
    )
    verdict = forecast(replace(fact, seats=left), (), ())
    said = (
        f"From {day_in_words(on)}, {verdict.needed} of {body.short_name}’s {verdict.denominator} voting seats "
        "must be present."
    )
    if verdict:
        return [f"{said} With all who hold one then, it can be quorate."]
    return [f"{said} Even with all who hold one then, it cannot be quorate: {in_words(verdict.needs)} needed."]


def with_holding(session: Session, held: Held, ends: date) -> list[str]:
    """What follows where someone leaves a seat, or no longer stands in for it."""
    seat = held.seat
    if not isinstance(held, SeatHolding):
        return [f"{held.person.name} no longer stands in for {seat.title} after {day_in_words(ends)}.", KEPT]
    others = [
        one
        for one in reaching(session, seat, ends + DAY)
        if isinstance(one, SeatHolding) and one.id != held.id and one.starts == ends + DAY
    ]
    if others:
        return [f"{others[0].person.name} holds {seat.title} from the next day.", KEPT]
    return [
        f"{seat.title} is vacant from {day_in_words(ends + DAY)}, until someone else holds it.",
        *quorum_without(session, seat.body, set(), ends + DAY, frozenset({seat.id})),
        KEPT,
    ]


def with_body(session: Session, body: DecidingBody, ends: date) -> list[str]:
    """What ends with a body."""
    found = []
    for seat in seats_reaching(session, body, ends + DAY):
        names = [held.person.name for held in reaching(session, seat, ends + DAY)]
        found.append(f"The seat {seat.title} ends{f', and with it the time of {in_words(names)}' if names else ''}.")
    return [
        *found,
        f"It cannot decide after {day_in_words(ends)}: cases that still wait for it need its successor, "
        "and its meetings after that day have to be cancelled.",
        KEPT,
    ]


def with_organisation(session: Session, organisation: Organisation, ends: date) -> list[str]:
    """What ends with an organisation."""
    found = []
    for body in organisations.open_bodies(session, organisation, ends):
        seats = len(seats_reaching(session, body, ends + DAY))
        found.append(f"{body.name} closes, with {seats} {'seat' if seats == 1 else 'seats'} and whoever holds them.")
    found += [
        f"{held.person.name} is no longer {ROLE_NAMES[Role(held.role)]}."
        for held in organisations.open_roles(session, organisation, ends)
    ]
    memberships = len(organisations.open_memberships(session, organisation, ends))
    if memberships:
        found.append("Its membership of its collaborative ends." if memberships == 1 else "Its memberships end.")
    return [*found, KEPT]


def with_member(member: CollaborativeMember, ends: date) -> list[str]:
    """What follows where an organisation leaves a collaborative."""
    name = member.organisation.name
    return [
        f"After {day_in_words(ends)} the people of {name} no longer see what the collaborative shares, "
        "and are asked for no update and no decision.",
        "Open sign-off cases keep it as a party: they are withdrawn or answered, each on its own page.",
        KEPT,
    ]


def with_leaver(session: Session, person: Person, leaving: Leaving, ends: date) -> list[str]:
    """Everything that ends where a person leaves, which seats become vacant, and whether they keep any access."""
    found = []
    for held in leaving.holdings:
        name = f"{held.seat.title}, {held.seat.body.name}"
        if held.starts > ends:
            found.append(f"{person.name} does not come to {name}, as was planned for {day_in_words(held.starts)}.")
        else:
            vacant, *quorum = with_holding(session, held, ends)
            found += [f"{person.name} leaves the seat {name}. {vacant}", *(one for one in quorum if one != KEPT)]
    found += [
        f"{person.name} no longer stands in for {held.seat.title}, {held.seat.body.name}." for held in leaving.deputies
    ]
    for role in leaving.roles:
        programme = f" for the programme {role.programme_code}" if role.programme_code else ""
        found.append(
            f"{person.name} is no longer {ROLE_NAMES[Role(role.role)]} of {role.organisation.name}{programme}."
        )
    if leaving.elsewhere:
        found.append("They keep what they hold at other organisations, and can still sign in for it.")
    else:
        found.append(f"After {day_in_words(ends)} their account opens nothing of the service any more.")
    return [*found, KEPT]


def _of_held(held: Held) -> str:
    if isinstance(held, SeatHolding):
        return f"{held.person.name} leaves it."
    return f"{held.person.name} no longer stands in for it."
