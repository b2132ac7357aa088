"""Collaboratives: which organisations commission together, from when to when, and which of them hosts the staff."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.dated import Span, span_in_words, together
from app.people.kept import Problem, act, differing, free_code, locked, outside, refuse, refuse_stale
from app.people.models import Collaborative, CollaborativeMember, Organisation
from workflows.facts import day_in_words


def values(collaborative: Collaborative) -> dict[str, object]:
    """What of a collaborative changes: its name and its host."""
    return {"name": collaborative.name, "host": collaborative.host.name}


def add_collaborative(
    session: Session, *, name: str, host: Organisation, starts: date, doer: Doer, now: datetime
) -> Collaborative:
    """A collaborative whose first member is its host. Raises `Contradiction`."""
    locked(session, host)
    refuse(outside(Span(starts), Span(host.opened, host.closed), host.name))
    made = Collaborative(
        code=free_code(session, Collaborative.code, name, limit=40), name=name, host_id=host.id, host=host
    )
    session.add(made)
    session.flush()
    session.add(CollaborativeMember(collaborative_id=made.id, organisation_id=host.id, starts=starts))
    session.flush()
    append(session, [_on(Tag.COLLABORATIVE_ADDED, doer, made, starts=starts, after=values(made))], now)
    return made


def change_collaborative(
    session: Session,
    collaborative: Collaborative,
    *,
    name: str,
    host: Organisation,
    on: date,
    seen: str,
    doer: Doer,
    now: datetime,
) -> None:
    """Another name, or another host from now on, which is a member. Raises `Stale`, `Contradiction`."""
    locked(session, collaborative)
    before = values(collaborative)
    refuse_stale(seen, before, collaborative.name)
    memberships = members(session, collaborative)
    if not any(one.organisation_id == host.id and Span(one.starts, one.ends).has(on) for one in memberships):
        said = f"{host.name} is no member on {day_in_words(on)}. Choose a member, or let it join first."
        refuse([("host", said)])
    written_in = collaborative.host
    collaborative.name, collaborative.host_id, collaborative.host = name, host.id, host
    changes = differing(before, values(collaborative))
    if changes:
        said_of = _on(Tag.COLLABORATIVE_CHANGED, doer, collaborative, written_in, changes=changes)
        append(session, [said_of], now)


def let_join(
    session: Session,
    collaborative: Collaborative,
    organisation: Organisation,
    *,
    starts: date,
    doer: Doer,
    now: datetime,
) -> CollaborativeMember:
    """An organisation is a member from a day on. Raises `Contradiction`."""
    locked(session, collaborative)
    mine = Span(starts)
    problems = outside(mine, Span(organisation.opened, organisation.closed), organisation.name)
    for one in members(session, collaborative):
        theirs = Span(one.starts, one.ends)
        if one.organisation_id == organisation.id and together(mine, theirs):
            said = f"{organisation.name} is a member {span_in_words(theirs)}."
            problems.append(("organisation", f"{said} Choose another organisation, or a later day."))
    refuse(problems)
    member = CollaborativeMember(
        collaborative_id=collaborative.id, organisation_id=organisation.id, organisation=organisation, starts=starts
    )
    session.add(member)
    session.flush()
    append(session, [_of_member(Tag.COLLABORATIVE_JOINED, doer, collaborative, member, starts=starts)], now)
    return member


def let_leave(
    session: Session,
    collaborative: Collaborative,
    member: CollaborativeMember,
    *,
    ends: date,
    doer: Doer,
    now: datetime,
) -> None:
    """A member's last day. Raises `Contradiction`."""
    locked(session, collaborative)
    session.refresh(member)
    refuse(problems_of_leaving(session, collaborative, member, ends))
    member.ends = ends
    session.flush()
    append(session, [_of_member(Tag.COLLABORATIVE_LEFT, doer, collaborative, member, ends=ends)], now)


def problems_of_leaving(
    session: Session, collaborative: Collaborative, member: CollaborativeMember, ends: date
) -> list[Problem]:
    """What stands against this last day."""
    name = f"the membership of {member.organisation.name}"
    found = [("ends", sentence) for _, sentence in outside(Span(ends), Span(member.starts, member.ends), name)]
    go_on = [
        one
        for one in members(session, collaborative)
        if one.organisation_id != collaborative.host_id and (one.ends is None or one.ends > ends)
    ]
    if member.organisation_id == collaborative.host_id and go_on:
        found.append(("ends", f"{member.organisation.name} hosts {collaborative.name}. Name another host first."))
    return found


def members(session: Session, collaborative: Collaborative) -> list[CollaborativeMember]:
    """Every membership there ever was, by the members' names."""
    query = (
        sa.select(CollaborativeMember)
        .join(Organisation)
        .options(sa.orm.contains_eager(CollaborativeMember.organisation))
        .where(CollaborativeMember.collaborative_id == collaborative.id)
        .order_by(Organisation.name, CollaborativeMember.starts)
    )
    return list(session.scalars(query))


def _on(tag: Tag, doer: Doer, collaborative: Collaborative, owner: Organisation | None = None, **said: object) -> Act:
    """In the log of the host, or of the one that was host until this act."""
    named = {"collaborative": collaborative.name, **said}
    return act(tag, doer, owner or collaborative.host, "collaborative", collaborative.id, **named)


def _of_member(tag: Tag, doer: Doer, collaborative: Collaborative, member: CollaborativeMember, **said: object) -> Act:
    owner = member.organisation
    return _on(tag, doer, collaborative, None, member=owner.name, member_id=owner.id, **said)
