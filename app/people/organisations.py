"""Organisations: added, corrected, and closed with what belongs to them, their work passing to a successor."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.bodies import closing_of_body, problems_of_closing, seats_reaching
from app.people.dated import Span
from app.people.joiners_and_leavers import ending_of_roles, refuse_last_administrator
from app.people.kept import DAY, Problem, act, differing, locked, outside, refuse, refuse_stale
from app.people.models import (
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    OrganisationSuccessor,
    RoleHolding,
)
from app.people.seats import ending_of_seat
from workflows.facts import day_in_words

CORRECTED = ("name", "short_name", "kind", "ons_code", "registered_patients", "registered_patients_as_at", "source")


def values(organisation: Organisation) -> dict[str, object]:
    """What of an organisation is corrected. Its ODS code and first day identify it and stay."""
    return {name: getattr(organisation, name) for name in CORRECTED}


def add_organisation(
    session: Session, *, ods_code: str, opened: date, given: Mapping[str, Any], doer: Doer, now: datetime
) -> Organisation:
    """An organisation with its national codes; `given` has the columns of `CORRECTED`. Raises `Contradiction`."""
    problems = _taken(session, given.get("ons_code"), None)
    if session.scalar(sa.select(Organisation.id).where(Organisation.ods_code == ods_code)) is not None:
        problems.append(("ods_code", f"{ods_code} is another organisation’s code. Look for it in the list."))
    refuse(problems)
    organisation = Organisation(ods_code=ods_code, opened=opened, **given)
    session.add(organisation)
    session.flush()
    said = {"starts": opened, "ods_code": ods_code, "after": values(organisation)}
    append(session, [_on_organisation(Tag.ORGANISATION_ADDED, doer, organisation, **said)], now)
    return organisation


def change_organisation(
    session: Session, organisation: Organisation, *, given: Mapping[str, Any], seen: str, doer: Doer, now: datetime
) -> None:
    """Something said of the organisation was wrong or is newer. Raises `Stale`, `Contradiction`."""
    locked(session, organisation)
    before = values(organisation)
    refuse_stale(seen, before, organisation.name)
    refuse(_taken(session, given.get("ons_code"), organisation.id))
    for name, value in given.items():
        setattr(organisation, name, value)
    changes = differing(before, values(organisation))
    if changes:
        append(session, [_on_organisation(Tag.ORGANISATION_CHANGED, doer, organisation, changes=changes)], now)


def close_organisation(
    session: Session,
    organisation: Organisation,
    *,
    ends: date,
    successor: Organisation | None,
    doer: Doer,
    now: datetime,
) -> None:
    """The organisation's last day: its bodies, memberships and roles end with it. Raises `Contradiction`."""
    locked(session, organisation)
    refuse(problems_of_closing_organisation(session, organisation, ends, successor))
    append(session, ending_of_organisation(session, organisation, ends, successor, doer), now)


def ending_of_organisation(
    session: Session, organisation: Organisation, ends: date, successor: Organisation | None, doer: Doer
) -> list[Act]:
    """End an organisation with what belongs to it; gives the acts for the caller to put on record.

    Where some of it is known to end on that day already, the rest is ended.
    """
    acts: list[Act] = []
    for body in open_bodies(session, organisation, ends - DAY):
        if body.closed == ends:
            for seat in seats_reaching(session, body, ends + DAY):
                acts += ending_of_seat(session, seat, ends, doer)
        else:
            acts += closing_of_body(session, body, ends, doer)
    acts += ending_of_roles(session, open_roles(session, organisation, ends), ends, doer)
    for member in open_memberships(session, organisation, ends):
        member.ends = ends
    organisation.closed = ends
    if successor is not None and _succession(session, organisation, successor) is None:
        session.add(
            OrganisationSuccessor(predecessor_id=organisation.id, successor_id=successor.id, from_on=ends + DAY)
        )
    session.flush()
    said = {"ends": ends, "successor": successor.name if successor else None}
    return [*acts, _on_organisation(Tag.ORGANISATION_CLOSED, doer, organisation, **said)]


def problems_of_closing_organisation(
    session: Session,
    organisation: Organisation,
    ends: date,
    successor: Organisation | None,
    *,
    hosting_passes: bool = False,
) -> list[Problem]:
    """What stands against this last day, or this successor; `hosting_passes`: what it hosts goes to the successor."""
    wrong = outside(Span(ends), Span(organisation.opened, organisation.closed), organisation.name)
    found = [("ends", sentence) for _, sentence in wrong]
    for body in open_bodies(session, organisation, ends):
        if body.opened > ends:
            said = f"{body.name} opens on {day_in_words(body.opened)}, after that day. Choose a later day."
            found.append(("ends", said))
        else:
            found += problems_of_closing(session, body, ends)
    hosts = sa.select(Collaborative).where(Collaborative.host_id == organisation.id)
    for hosted in [] if hosting_passes else session.scalars(hosts):
        others = sa.select(CollaborativeMember.id).where(
            CollaborativeMember.collaborative_id == hosted.id,
            CollaborativeMember.organisation_id != organisation.id,
            sa.or_(CollaborativeMember.ends.is_(None), CollaborativeMember.ends > ends),
        )
        if session.scalar(others.limit(1)) is not None:
            found.append(("ends", f"It hosts {hosted.name}, whose members go on. Name another host first."))
    refuse_last_administrator(session, open_roles(session, organisation, ends), ends)
    if successor is not None:
        if successor.id == organisation.id:
            found.append(("successor", "An organisation does not succeed itself. Choose another."))
        elif successor.closed and successor.closed <= ends:
            said = f"{successor.name} closed on {day_in_words(successor.closed)}."
            found.append(("successor", f"{said} Choose one that is open after that day."))
    return found


def open_bodies(session: Session, organisation: Organisation, after: date) -> list[DecidingBody]:
    """The bodies that could still decide after a day."""
    query = sa.select(DecidingBody).where(
        DecidingBody.organisation_id == organisation.id,
        sa.or_(DecidingBody.closed.is_(None), DecidingBody.closed > after),
    )
    return list(session.scalars(query.order_by(DecidingBody.name)))


def open_roles(session: Session, organisation: Organisation, after: date) -> list[RoleHolding]:
    """The roles held for it after a day."""
    query = sa.select(RoleHolding).where(
        RoleHolding.organisation_id == organisation.id,
        sa.or_(RoleHolding.ends.is_(None), RoleHolding.ends > after),
    )
    return list(session.scalars(query.order_by(RoleHolding.id)))


def open_memberships(session: Session, organisation: Organisation, after: date) -> list[CollaborativeMember]:
    """Its memberships that go on after a day."""
    query = sa.select(CollaborativeMember).where(
        CollaborativeMember.organisation_id == organisation.id,
        sa.or_(CollaborativeMember.ends.is_(None), CollaborativeMember.ends > after),
    )
    return list(session.scalars(query.order_by(CollaborativeMember.id)))


def _succession(session: Session, before: Organisation, after: Organisation) -> OrganisationSuccessor | None:
    return session.get(OrganisationSuccessor, (before.id, after.id))


def _taken(session: Session, ons_code: str | None, own: int | None) -> list[Problem]:
    if not ons_code:
        return []
    other = session.scalar(sa.select(Organisation).where(Organisation.ons_code == ons_code, Organisation.id != own))
    return [("ons_code", f"{ons_code} is the code of {other.name}. Check it.")] if other else []


def _on_organisation(tag: Tag, doer: Doer, organisation: Organisation, **said: object) -> Act:
    return act(tag, doer, organisation, "organisation", organisation.id, organisation_named=organisation.name, **said)
