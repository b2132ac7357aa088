"""Organisations merge into one: planned and shown first, then done on the day, all of it or nothing, and only once.

What belongs to the old organisations ends in their own records, which are then sealed; everything that goes on is
written in the successor's, which begins by naming where those stood.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.sealing import hold, seal
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.meetings.service import cancel_meeting
from app.mergers.models import Merger, MergerPredecessor
from app.mergers.plan import Plan, planned
from app.people.collaboratives import let_join
from app.people.kept import DAY, act, free_code, locked, refuse
from app.people.models import Collaborative, CollaborativeMember, Organisation
from app.people.organisations import ending_of_organisation, open_memberships
from app.people.queries import in_force
from app.permissions import Refused
from app.programme.passing_positions import pass_positions, passing
from app.signoff.folding import locked_case
from app.signoff.passing import pass_on
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.verdict import in_words

WITNESSES = 6
"""How many others keep the final checkpoint of a log that is sealed, as `people.witnesses` does day by day."""


def plan_merger(
    session: Session,
    *,
    successor: Organisation,
    predecessors: Sequence[Organisation],
    from_on: date,
    reason: str,
    doer: Doer,
    now: datetime,
) -> Merger:
    """Keep what is to happen on a day; on that very day it happens at once. Raises `Contradiction`, by field."""
    today = day_of(now)
    if from_on < today:
        refuse([("from_on", f"{day_in_words(from_on)} is past. Enter {day_in_words(today)} or a later day.")])
    if not reason.strip():
        refuse([("reason", "Say by what the merger was decided.")])
    for organisation in sorted([successor, *predecessors], key=lambda one: one.id):
        locked(session, organisation)
    refuse(planned(session, successor, predecessors, from_on).problems)
    merger = Merger(
        code=free_code(session, Merger.code, successor.ods_code, from_on.isoformat(), limit=60),
        successor_id=successor.id,
        successor=successor,
        from_on=from_on,
        reason=reason.strip(),
        state="planned",
        planned_at=now,
        planned_by=f"{doer.name}, {doer.capacity}",
        predecessors=[
            MergerPredecessor(organisation_id=one.id, organisation=one, position=position)
            for position, one in enumerate(predecessors, start=1)
        ],
    )
    session.add(merger)
    session.flush()
    append(session, _on_each(Tag.MERGER_PLANNED, merger, doer), now)
    if from_on == today:
        take_effect(session, merger.id, doer=doer, now=now)
    return merger


def cancel_merger(session: Session, merger_id: int, *, reason: str, doer: Doer, now: datetime) -> None:
    """What was planned is not to happen. Raises `Refused` once it has."""
    merger = _locked(session, merger_id)
    if merger.state != "planned":
        raise Refused(f"The merger is {merger.state} and cannot be cancelled.", "a merger that is still planned")
    if not reason.strip():
        raise Refused("Cancelling a merger needs its reason.", "the reason")
    merger.state = "cancelled"
    append(session, _on_each(Tag.MERGER_CANCELLED, merger, doer, reason=reason.strip()), now)


def take_effect(session: Session, merger_id: int, *, doer: Doer, now: datetime) -> None:
    """Do everything that the merger brings about, in the caller's transaction; a second time does nothing.

    Raises `Refused` (or `Contradiction`) where something stands against it: then nothing is to be kept of it.
    """
    merger = _locked(session, merger_id)
    if merger.state == "done":
        return
    if merger.state != "planned":
        raise Refused("The merger was cancelled.", "a merger that is planned")
    today = day_of(now)
    if merger.from_on > today:
        raise Refused(
            f"The merger takes effect on {day_in_words(merger.from_on)}, and it is {day_in_words(today)}.", "that day"
        )
    predecessors, successor = [one.organisation for one in merger.predecessors], merger.successor
    for organisation in sorted([successor, *predecessors], key=lambda one: one.id):
        locked(session, organisation)
    plan = planned(session, successor, predecessors, merger.from_on, merger.id)
    refuse(plan.problems)
    for one in plan.cases:
        locked_case(session, one.id)
    passing(session, plan.heirs, merger.from_on, lock=True)
    together = _collaboratives(session, predecessors, plan.last_day)
    keepers = _keepers(session, together, plan)
    everyone = {one.id: one.name for one in (successor, *predecessors)} | dict(keepers)
    for one in plan.cases:
        everyone.setdefault(one.asked_by_id, session.get_one(Organisation, one.asked_by_id).name)
    hold(session, everyone)
    _end(session, plan, doer, now)
    ended = [(one.id, one.name) for one in predecessors]
    seal(session, ended, (successor.id, successor.name), keepers[:WITNESSES], on=merger.from_on, doer=doer, now=now)
    merger.state, merger.done_at, merger.problem = "done", now, ""
    names = in_words(one.name for one in predecessors)
    did = {"ends": list(plan.ends), "passes": list(plan.passes), "access": list(plan.access)}
    took_effect = act(
        Tag.MERGER_TOOK_EFFECT,
        doer,
        successor,
        "organisation",
        successor.id,
        **_said(merger),
        **_said_of(successor),
        **did,
    )
    append(session, [took_effect], now)
    _join(session, plan, together, doer, now)
    verb = "has" if len(predecessors) == 1 else "have"
    reason = f"{names} {verb} ended, and {successor.name} succeeds: {merger.reason}"
    for one in plan.cases:
        pass_on(session, one.id, plan.heirs, on=merger.from_on, reason=reason, doer=doer, now=now)
    pass_positions(session, plan.heirs, on=merger.from_on, reason=reason, doer=doer, now=now)


def _end(session: Session, plan: Plan, doer: Doer, now: datetime) -> None:
    """Meetings after the last day, then the organisations with what belongs to them, in their own records."""
    for meeting in plan.meetings:
        why = f"{meeting.body.organisation.name} has ended; {plan.successor.name} has its work"
        cancel_meeting(session, meeting, reason=why, doer=doer, now=now)
    acts: list[Act] = []
    for organisation in plan.predecessors:
        acts += ending_of_organisation(session, organisation, plan.last_day, plan.successor, doer)
    append(session, acts, now)


def _collaboratives(session: Session, predecessors: Sequence[Organisation], last_day: date) -> list[Collaborative]:
    """Those that they are members of to the end, or host."""
    ids = {one.collaborative_id for each in predecessors for one in open_memberships(session, each, last_day - DAY)}
    hosted = Collaborative.host_id.in_([each.id for each in predecessors])
    query = sa.select(Collaborative).where(sa.or_(Collaborative.id.in_(ids), hosted)).order_by(Collaborative.id)
    return list(session.scalars(query.with_for_update()))


def _keepers(session: Session, together: Sequence[Collaborative], plan: Plan) -> list[tuple[int, str]]:
    """The other members of their collaboratives: they keep the final checkpoints."""
    ended = {one.id for one in plan.predecessors} | {plan.successor.id}
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .join(CollaborativeMember, CollaborativeMember.organisation_id == Organisation.id)
        .where(
            CollaborativeMember.collaborative_id.in_([one.id for one in together]),
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, plan.from_on),
            Organisation.id.not_in(ended),
        )
        .distinct()
        .order_by(Organisation.id)
    )
    return [(organisation_id, name) for organisation_id, name in rows]


def _join(session: Session, plan: Plan, together: Sequence[Collaborative], doer: Doer, now: datetime) -> None:
    """The successor takes the places in the collaboratives, and hosts what they hosted."""
    ended = {one.id for one in plan.predecessors}
    for collaborative in together:
        if collaborative.host_id in ended:
            before = session.get_one(Organisation, collaborative.host_id)
            collaborative.host_id, collaborative.host = plan.successor.id, plan.successor
            session.flush()
            changes = {"host": [before.name, plan.successor.name]}
            named = {"collaborative": collaborative.name, "changes": changes}
            changed = act(Tag.COLLABORATIVE_CHANGED, doer, plan.successor, "collaborative", collaborative.id, **named)
            append(session, [changed], now)
        there = sa.select(CollaborativeMember.id).where(
            CollaborativeMember.collaborative_id == collaborative.id,
            CollaborativeMember.organisation_id == plan.successor.id,
            sa.or_(CollaborativeMember.ends.is_(None), CollaborativeMember.ends >= plan.from_on),
        )
        if session.scalar(there.limit(1)) is None:
            let_join(session, collaborative, plan.successor, starts=plan.from_on, doer=doer, now=now)


def _locked(session: Session, merger_id: int) -> Merger:
    query = sa.select(Merger).where(Merger.id == merger_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _on_each(tag: Tag, merger: Merger, doer: Doer, **more: object) -> list[Act]:
    """An entry in the record of each organisation that is to end."""
    ending = [one.organisation for one in merger.predecessors]
    return [act(tag, doer, one, "organisation", one.id, **_said(merger), **_said_of(one), **more) for one in ending]


def _said_of(organisation: Organisation) -> dict[str, object]:
    return {"organisation_named": organisation.name}


def _said(merger: Merger) -> dict[str, object]:
    return {
        "merger": merger.code,
        "successor_id": merger.successor_id,
        "successor": merger.successor.name,
        "predecessors": [
            {"organisation_id": one.organisation_id, "name": one.organisation.name} for one in merger.predecessors
        ],
        "from_on": merger.from_on,
        "why": merger.reason,
    }
