"""Votes on line that wait for someone: for a person to sign, by seat, and closed ones for their outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.body_facts import AskedBody, body_fact
from app.people.models import Seat, SeatDeputy
from app.people.queries import in_force
from app.signoff.folding import COMPUTED, folded
from app.signoff.models import Case, PartyState
from app.signoff.queries import parties_of
from app.signoff.reading import asked_case
from app.signoff.voting import deputies_of, record_outcome, window_known, window_now
from config import Settings
from workflows.case_history import day_of
from workflows.facts import BodyFact, SeatFact
from workflows.members_voting import Window, may_be_recorded, may_sign, may_sign_now
from workflows.party_standing import VOTING

NAME = "signoff.voting"


def record_closed(session: Session, now: datetime) -> int:
    """Record the outcome of every voting that has closed; gives how many. The daily work does it."""
    rows = session.execute(
        sa.select(PartyState.case_id, PartyState.body_id)
        .where(PartyState.standing == VOTING, PartyState.waiting.is_(True), PartyState.on <= day_of(now))
        .order_by(PartyState.case_id, PartyState.body_id)
    ).all()
    recorded = 0
    for case_id, body_id in rows:
        window = window_now(folded(session, asked_case(session, case_id), now), body_id)
        if window is not None and may_be_recorded(window, now):
            record_outcome(session, case_id=case_id, body_id=body_id, voting_id=window.entry_id, doer=COMPUTED, now=now)
            recorded += 1
    return recorded


def every_day(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """The same as daily work."""
    record_closed(session, now)


@dataclass(frozen=True, slots=True)
class ToSign:
    """A vote that waits for a person: for which seat, of which body, by when, and in whose place."""

    case: Case
    body: AskedBody
    body_code: str
    seat: SeatFact
    window: Window
    deputises: bool


def to_sign(session: Session, person_id: int, seat_ids: Sequence[int], now: datetime) -> list[ToSign]:
    """What this person can sign now, by seat, soonest close first: one indexed query, then the few cases it finds.

    `seat_ids` are the seats they hold today; those they may stand in for are found here.
    """
    on = day_of(now)
    standing_in = session.scalars(
        sa.select(SeatDeputy.seat_id).where(
            SeatDeputy.person_id == person_id, in_force(SeatDeputy.starts, SeatDeputy.ends, on)
        )
    ).all()
    own = {*seat_ids, *standing_in}
    if not own:
        return []
    cases = session.scalars(
        sa.select(Case)
        .join(PartyState, PartyState.case_id == Case.id)
        .where(
            PartyState.body_id.in_(sa.select(Seat.body_id).where(Seat.id.in_(own))),
            PartyState.waiting.is_(True),
            PartyState.standing == VOTING,
            Case.part == 1,
        )
        .distinct()
    ).all()
    found = [one for case in cases for one in _to_sign(session, case, person_id, own, now)]
    return sorted(found, key=lambda one: (one.window.closes, one.case.id, one.seat.id))


def signable(
    session: Session, window: Window, fact: BodyFact, person_id: int, name: str, now: datetime
) -> list[SeatFact]:
    """The seats of a body for which a person can sign now."""
    on = day_of(now)
    return [
        seat
        for seat in fact.seats
        if may_sign(
            window,
            fact,
            seat.id,
            person_id=person_id,
            person_name=name,
            deputies=deputies_of(session, seat.id, on) if seat.person_id != person_id else (),
            now=now,
        )
    ]


def _to_sign(session: Session, case: Case, person_id: int, own: set[int], now: datetime) -> list[ToSign]:
    as_it_is = folded(session, case, now)
    found = []
    codes = {body.id: body.code for body in parties_of(session, case.id)}
    for body in as_it_is.bodies:
        window = window_known(session, as_it_is, body.id)
        if window is None or not may_sign_now(window, now):
            continue
        fact = body_fact(session, body, as_it_is.today)
        for seat in signable(session, window, fact, person_id, "", now):
            if seat.id in own:
                found.append(ToSign(case, body, codes[body.id], seat, window, seat.person_id != person_id))
    return found
