"""What bodies that have ended left open of a case passes to the body that succeeds them: asked once, for all of it.

How their answers count is `workflows.standing_in`'s; here the entry is written that says who passed to whom, and why.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.people.models import DecidingBody
from app.signoff.folding import act_of, folded, locked_case, settle
from app.signoff.models import Case, CaseState, Party, PartyState
from app.signoff.subject import listed_in
from workflows.facts import day_in_words
from workflows.standing_in import stand_ins
from workflows.verdict import in_words


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case in which something is open, with those of the bodies it may ask; `waiting` are asked now."""

    id: int
    code: str
    title: str
    part: int
    asked_by_id: int
    stage: str
    bodies: tuple[DecidingBody, ...]
    waiting: frozenset[int]


def open_cases(session: Session, body_ids: Collection[int]) -> list[OpenCase]:
    """The cases that can still ask something of these bodies, in the order of their ids.

    Those open or between rounds; and those agreed by a local variation of one of them, which will expire. Not what a
    body asks itself alone (the release of its pack): that ends with it.
    """
    expiring = sa.select(PartyState.case_id).where(PartyState.body_id.in_(body_ids), PartyState.expires.is_not(None))
    rows = session.execute(
        sa.select(Case, CaseState.stage, DecidingBody, PartyState.waiting)
        .join(CaseState, CaseState.case_id == Case.id)
        .join(Party, Party.case_id == Case.id)
        .join(DecidingBody, DecidingBody.id == Party.body_id)
        .outerjoin(
            PartyState,
            sa.and_(
                PartyState.case_id == Case.id,
                PartyState.round == CaseState.round,
                PartyState.body_id == Party.body_id,
            ),
        )
        .where(
            Party.body_id.in_(body_ids),
            Case.collaborative_id.is_not(None),
            sa.or_(
                CaseState.state.in_(("open", "between rounds")),
                sa.and_(CaseState.state == "agreed", Case.id.in_(expiring)),
            ),
        )
        .order_by(Case.id, Party.position)
    ).all()
    found: dict[int, OpenCase] = {}
    for case, stage, body, waiting in rows:
        before = found.get(case.id)
        bodies = (*before.bodies, body) if before else (body,)
        asked = (before.waiting if before else frozenset()) | ({body.id} if waiting else frozenset())
        found[case.id] = OpenCase(case.id, case.code, case.title, case.part, case.asked_by_id, stage, bodies, asked)
    return list(found.values())


def pass_on(
    session: Session,
    case_id: int,
    heirs: Mapping[int, DecidingBody],
    *,
    on: date,
    reason: str,
    doer: Doer,
    now: datetime,
) -> None:
    """Pass the parts of a case's bodies (by id) to those that succeed them from that day on.

    Bodies that go to the same one are passed in one entry. What was answered stays as it was answered.
    """
    case = locked_case(session, case_id)
    parties = session.scalars(sa.select(Party).where(Party.case_id == case_id).order_by(Party.position)).all()
    asked = {party.body_id for party in parties}
    together: dict[int, list[DecidingBody]] = {}
    by_id: dict[int, DecidingBody] = {}
    for party in parties:
        heir = heirs.get(party.body_id)
        if heir is not None:
            together.setdefault(heir.id, []).append(party.body)
            by_id[heir.id] = heir
    position = max((party.position for party in parties), default=0)
    listed = listed_in(case.collaborative_id, case.part)
    for heir_id in together:
        if heir_id not in asked:
            position += 1
            session.add(Party(case_id=case_id, body_id=heir_id, position=position, listed_in_id=listed))
    session.flush()
    for heir_id, bodies in together.items():
        _pass(session, case, bodies, by_id[heir_id], heir_id in asked, on, reason, doer, now)


def _pass(
    session: Session,
    case: Case,
    bodies: Sequence[DecidingBody],
    heir: DecidingBody,
    asked_before: bool,
    on: date,
    reason: str,
    doer: Doer,
    now: datetime,
) -> None:
    found = folded(session, case, now)
    guest = any(one.to_id == heir.id and not one.own for one in stand_ins(found.standing.folded.standing_in))
    answered = {party.party.body_id for party in found.standing.parties if party.answer and not party.to_ratify}
    open_still = [body.short_name for body in bodies if body.id not in answered]
    kept = [body.short_name for body in bodies if body.id in answered]
    when, names = day_in_words(on), in_words(body.short_name for body in bodies)
    sentence = f"The {'part' if len(bodies) == 1 else 'parts'} of {names} passed to {heir.short_name} on {when}"
    said: dict[str, object] = {
        "body_id": heir.id,
        "body": heir.short_name,
        "own": asked_before and not guest,
        "from_round": found.round.number,
        "since": on.isoformat(),
        "parties": [
            {
                "body_id": body.id,
                "body": body.short_name,
                "organisation": body.organisation.name,
                "answered": body.id in answered,
            }
            for body in bodies
        ],
        "reason": reason,
        "sentence": (
            f"{sentence}: {reason.rstrip('.')}. "
            + (f"What {in_words(kept)} answered stands as it was given. " if kept else "")
            + (
                f"{heir.short_name} is asked once, for {in_words(open_still)}."
                if open_still
                else f"Nothing is asked of {heir.short_name} on {found.round.version_label}."
            )
        ),
    }
    settle(session, found, [act_of(found, Tag.PARTY_PASSED, doer, heir.organisation, said)])
