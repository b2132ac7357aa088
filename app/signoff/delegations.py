"""Delegations are given and ended on record, and found when a case or a round of it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.documents.models import Document
from app.people.body_facts import party_fact
from app.people.models import DecidingBody, Organisation
from app.people.queries import in_force
from app.permissions import Missing, Refused
from app.signoff.delegation_models import Delegation
from app.signoff.folding import Folded, act_of, folded, locked_case, settle
from app.signoff.models import CaseState, Party
from app.signoff.refusals import refuse
from workflows.case_history import day_of
from workflows.delegation import DelegationFact, asked_through, held_beside, may_delegate
from workflows.facts import day_in_words
from workflows.standing_in import stand_ins
from workflows.verdict import in_words


def delegate(
    session: Session,
    body: DecidingBody,
    to: DecidingBody,
    *,
    documents: Sequence[str],
    starts: date,
    ends: date | None,
    decided: str,
    doer: Doer,
    now: datetime,
    workstreams: Sequence[str] = (),
) -> Delegation:
    """A body delegates what is decided on these documents and workstreams (by code), for dates. Raises `Refused`."""
    session.execute(sa.select(DecidingBody.id).where(DecidingBody.id == body.id).with_for_update())
    others = [one.as_fact() for one in delegations_of(session, [body.id])]
    today = day_of(now)
    refuse(may_delegate(party_fact(body), party_fact(to), documents, starts, ends, decided, others, today, workstreams))
    if to.opened > starts or (to.closed is not None and to.closed < starts):
        raise Refused(f"{to.short_name} is not open on {day_in_words(starts)}.", "a day on which it is")
    given = Delegation(
        body_id=body.id,
        body=body,
        to_id=to.id,
        to=to,
        documents=sorted(documents),
        workstreams=sorted(workstreams),
        starts=starts,
        ends=ends,
        decided=decided.strip(),
    )
    session.add(given)
    session.flush()
    append(session, [_on(Tag.DELEGATION_GIVEN, given, doer)], now)
    return given


def end_delegation(
    session: Session, delegation_id: int, *, ends: date, decided: str, doer: Doer, now: datetime
) -> None:
    """The last day of a delegation; cases give the question back after it. Raises `Refused`, `Missing`.

    An agreed case too: should what was agreed for the body lapse, it is asked itself.
    What the joint committee has decided by then stays decided for the body.
    """
    given = session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if given is None:
        raise Missing
    today = day_of(now)
    if ends < today:
        raise Refused(f"{day_in_words(ends)} is past.", f"a day from {day_in_words(today)}")
    if ends < given.starts or (given.ends is not None and ends > given.ends):
        raise Refused("That is outside the days of the delegation.", "one of its days")
    if not decided.strip():
        raise Refused("A body ends a delegation by its own decision.", "the minute of that decision")
    cases = session.scalars(
        sa.select(Party.case_id)
        .join(CaseState, CaseState.case_id == Party.case_id)
        .where(Party.body_id == given.body_id, CaseState.state.in_(("open", "between rounds", "agreed")))
        .order_by(Party.case_id)
    ).all()
    for case_id in cases:
        found = folded(session, locked_case(session, case_id), now)
        places = stand_ins(found.standing.folded.standing_in)
        by_this = (given.body_id, given.to_id, given.starts, given.decided)
        if not any(one.delegated and (one.body_id, one.to_id, one.since, one.decided) == by_this for one in places):
            continue
        goes_on = [
            one
            for one in places
            if one.delegated
            and (one.body_id, one.to_id) == (given.body_id, given.to_id)
            and (one.since, one.decided) != (given.starts, given.decided)
            and (one.until is None or one.until > ends)
        ]
        after = (
            f"It goes on by {in_words(one.decided for one in goes_on)}."
            if goes_on
            else f"What {given.to.short_name} has not decided by then, {given.body.short_name} is asked itself."
        )
        ended = {
            "body_id": given.body_id,
            "body": given.body.short_name,
            "since": given.starts.isoformat(),
            "until": ends.isoformat(),
            "decided": given.decided,
        }
        said: dict[str, object] = {
            "body_id": given.to_id,
            "body": given.to.short_name,
            "parties": [ended],
            "sentence": (
                f"{given.body.short_name} delegates this to {given.to.short_name} by "
                f"{given.decided} until {day_in_words(ends)} only. {after}"
            ),
        }
        settle(session, found, [act_of(found, Tag.PARTY_DELEGATION_ENDED, doer, given.body.organisation, said)])
    given.ends = ends
    session.flush()
    append(session, [_on(Tag.DELEGATION_ENDED, given, doer, ended_by=decided.strip())], now)


def delegations_of(session: Session, body_ids: Sequence[int]) -> Sequence[Delegation]:
    """What these bodies ever delegated, the latest first."""
    return session.scalars(
        sa.select(Delegation)
        .options(joinedload(Delegation.to), joinedload(Delegation.body))
        .where(Delegation.body_id.in_(body_ids))
        .order_by(Delegation.starts.desc(), Delegation.id.desc())
    ).all()


def delegated_to(session: Session, body_id: int) -> Sequence[Delegation]:
    """What was ever delegated to this body, the latest first."""
    return session.scalars(
        sa.select(Delegation)
        .options(joinedload(Delegation.to), joinedload(Delegation.body))
        .where(Delegation.to_id == body_id)
        .order_by(Delegation.starts.desc(), Delegation.id.desc())
    ).all()


def committees(session: Session, collaborative_bodies: Sequence[DecidingBody], on: date) -> list[DecidingBody]:
    """The joint committees among these bodies, open on a day."""
    ids = [body.id for body in collaborative_bodies if body.kind == "joint_committee"]
    query = sa.select(DecidingBody).where(
        DecidingBody.id.in_(ids), in_force(DecidingBody.opened, DecidingBody.closed, on)
    )
    return list(session.scalars(query.order_by(DecidingBody.name)))


@dataclass(frozen=True, slots=True)
class Through:
    """Parties of a case for whom a joint committee is asked, each with its delegation, or with each of several."""

    committee: DecidingBody
    parties: tuple[tuple[DecidingBody, DelegationFact], ...]


def through_whom(
    session: Session, subject: tuple[str, int], parties: Sequence[DecidingBody], on: date
) -> list[Through]:
    """For which of the parties a joint committee is asked about this subject on a day.

    Only about a document: delegated itself, or with the workstream that it belongs to.
    """
    held = delegations_of(session, [body.id for body in parties])
    if not held or subject[0] != "document":
        return []
    about = session.execute(sa.select(Document.code, Document.workstream).where(Document.id == subject[1])).first()
    if about is None:
        return []
    facts = [party_fact(body) for body in parties]
    given = [one.as_fact() for one in held]
    found = asked_through(about.code, facts, given, on, about.workstream)
    together: dict[int, list[tuple[DecidingBody, DelegationFact]]] = {}
    for body in parties:
        if body.id in found:
            each_of = held_beside(found[body.id], about.code, given, on, about.workstream)
            together.setdefault(found[body.id].to_id, []).extend((body, one) for one in each_of)
    return [Through(session.get_one(DecidingBody, to_id), tuple(each)) for to_id, each in together.items()]


def delegating_acts(
    found: Folded, through: Sequence[Through], asked: Sequence[int], number: int, doer: Doer, owner: Organisation
) -> list[Act]:
    """The entries that say for whom a joint committee is asked from this round on; `asked` are asked themselves."""
    acts = []
    for one in through:
        names = in_words(dict.fromkeys(body.short_name for body, _ in one.parties))
        minutes = in_words(f"{body.short_name} by {fact.decided}" for body, fact in one.parties)
        said: dict[str, object] = {
            "body_id": one.committee.id,
            "body": one.committee.short_name,
            "own": one.committee.id in asked,
            "from_round": number,
            "parties": [
                {
                    "body_id": body.id,
                    "body": body.short_name,
                    "since": fact.starts.isoformat(),
                    "until": fact.ends.isoformat() if fact.ends else None,
                    "decided": fact.decided,
                }
                for body, fact in one.parties
            ],
            "sentence": f"{one.committee.short_name} is asked for {names}, which delegated this to it: {minutes}.",
        }
        acts.append(act_of(found, Tag.PARTY_DELEGATED, doer, owner, said))
    return acts


def _on(tag: Tag, given: Delegation, doer: Doer, **more: object) -> Act:
    owner = given.body.organisation
    said = {
        "body_id": given.body_id,
        "body": given.body.short_name,
        "to_id": given.to_id,
        "to": given.to.name,
        "documents": list(given.documents),
        "workstreams": list(given.workstreams or ()),
        "starts": given.starts.isoformat(),
        "ends": given.ends.isoformat() if given.ends else None,
        "decided": given.decided,
        **more,
    }
    return Act(tag, doer, owner.id, owner.name, "body", given.body_id, said)
