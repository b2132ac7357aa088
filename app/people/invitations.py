"""Invitations by mail: whom they went to, by whom, and what became of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.people.models import Account, DecidingBody, Invitation, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import first_organisation
from app.people.service import INVITATION_DAYS, end_invitations, invite
from app.permissions import Actor, Refused, Resource, Role

LASTS = timedelta(days=INVITATION_DAYS)
STATES = ("waiting", "opened", "expired", "withdrawn", "replaced")


@dataclass(frozen=True, slots=True)
class Line:
    """One invitation in the list; `state` is one of `STATES`."""

    person: Person
    sent_at: datetime
    sent_by: str
    expires_at: datetime
    used_at: datetime | None
    state: str
    newest: bool  # of this person's
    has_account: bool


def send(
    session: Session, person: Person, link: Callable[[str], str], doer: Doer, now: datetime, real_now: datetime
) -> None:
    """Mail a person a link to open an account with; the links before it open nothing. Raises `Refused` as `invite`."""
    token = invite(session, person.email, now, doer)
    newest = session.scalars(
        sa.select(Invitation.id).where(Invitation.person_id == person.id).order_by(Invitation.id.desc()).limit(1)
    ).one()
    queue_mail(
        session,
        once=f"invitation-{newest}",
        recipient=person.email,
        recipient_name=person.name,
        subject="Your invitation to Concord",
        body=(
            f"Dear {person.name},\n\n{doer.name}, {doer.capacity}, invites you to Concord, where NHS organisations "
            f"that commission care together keep their work and decide in their own right.\n\nOpen your account here "
            f"within {INVITATION_DAYS} days; the link is yours alone and works once:\n\n{link(token)}\n\nConcord\n"
        ),
        now=real_now,
    )


def withdraw(session: Session, person: Person, doer: Doer, now: datetime) -> None:
    """End a person's link. Raises `Refused` where none is open."""
    if end_invitations(session, person.id, "withdrawn") == 0:
        raise Refused(f"{person.name} has no invitation that is still open, so there is nothing to withdraw.")
    organisation = first_organisation(session, person.id, now.date())
    if organisation is not None:
        said = {"name": person.name}
        act = Act(Tag.INVITATION_WITHDRAWN, doer, organisation.id, organisation.name, "person", person.id, said)
        append(session, [act], now)


def organisations_of(session: Session, person_id: int, on: date) -> list[int]:
    """The organisations a person acts for on a day or is to act for, by role or seat."""
    by_role = sa.select(RoleHolding.organisation_id).where(
        RoleHolding.person_id == person_id, sa.or_(RoleHolding.ends.is_(None), RoleHolding.ends >= on)
    )
    by_seat = (
        sa.select(DecidingBody.organisation_id)
        .join(Seat, Seat.body_id == DecidingBody.id)
        .join(SeatHolding, SeatHolding.seat_id == Seat.id)
        .where(SeatHolding.person_id == person_id, sa.or_(SeatHolding.ends.is_(None), SeatHolding.ends >= on))
    )
    return sorted({*session.scalars(by_role), *session.scalars(by_seat)})


def resource_of(session: Session, person: Person, actor: Actor, on: date) -> Resource:
    """A person's account as permission sees it: of the organisation by which the actor has to do with them."""
    theirs = organisations_of(session, person.id, on)
    administered = [one for one in theirs if actor.holds(Role.ORGANISATION_ADMINISTRATOR, one)]
    shared = [one for one in theirs if one in actor.organisation_ids]
    chosen = [*administered, *shared, *theirs]
    return Resource("account", organisation_id=chosen[0] if chosen else None, name="the person’s organisation")


def list_resource(actor: Actor) -> Resource:
    """The list of invitations: of an organisation the actor administers, else of one they act for."""
    administered = sorted(one for one in actor.organisation_ids if actor.holds(Role.ORGANISATION_ADMINISTRATOR, one))
    chosen = [*administered, *sorted(actor.organisation_ids)]
    return Resource("account", organisation_id=chosen[0] if chosen else None, name="the organisation")


def listed(session: Session, actor: Actor, now: datetime, state: str = "") -> tuple[list[Line], int]:
    """Who was invited, the newest first, of the organisations the actor administers; and how many without a filter."""
    query = (
        sa.select(Invitation, Account.id)
        .options(joinedload(Invitation.person))
        .outerjoin(Account, Account.person_id == Invitation.person_id)
        .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
    )
    people = _administered(actor, now.date())
    if people is not None:
        query = query.where(Invitation.person_id.in_(people))
    lines, seen = [], set()
    for invitation, account_id in session.execute(query):
        newest = invitation.person_id not in seen
        seen.add(invitation.person_id)
        lines.append(
            Line(
                invitation.person,
                invitation.sent_at,
                invitation.sent_by,
                invitation.sent_at + LASTS,
                invitation.used_at,
                _state(invitation, now),
                newest,
                account_id is not None,
            )
        )
    return [line for line in lines if state in ("", line.state)], len(lines)


def not_invited(session: Session, actor: Actor, now: datetime) -> list[Person]:
    """Who of the organisations the actor administers has neither an account nor an invitation that waits, by name."""
    waiting = sa.select(Invitation.person_id).where(
        Invitation.used_at.is_(None), Invitation.ended == "", Invitation.sent_at >= now - LASTS
    )
    query = sa.select(Person).where(
        Person.id.not_in(sa.select(Account.person_id)), Person.id.not_in(waiting), Person.demonstration.is_(False)
    )
    people = _administered(actor, now.date())
    if people is not None:
        query = query.where(Person.id.in_(people))
    return list(session.scalars(query.order_by(Person.name, Person.id)))


def _administered(actor: Actor, on: date) -> sa.CompoundSelect[tuple[int]] | None:
    """The ids of the people of the organisations an actor administers, now or to come; None means everyone."""
    if actor.holds(Role.ADMINISTRATOR):
        return None
    own = [one for one in actor.organisation_ids if actor.holds(Role.ORGANISATION_ADMINISTRATOR, one)]
    by_role = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id.in_(own), sa.or_(RoleHolding.ends.is_(None), RoleHolding.ends >= on)
    )
    by_seat = (
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(DecidingBody.organisation_id.in_(own), sa.or_(SeatHolding.ends.is_(None), SeatHolding.ends >= on))
    )
    return sa.union(by_role, by_seat)


def _state(invitation: Invitation, now: datetime) -> str:
    if invitation.used_at is not None:
        return "opened"
    if invitation.ended:
        return invitation.ended
    return "expired" if now - invitation.sent_at > LASTS else "waiting"
