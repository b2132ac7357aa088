"""Who asked withdraws a case: what was decided stays in its history, and the agendas ahead let go of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Doer
from app.meetings.agenda import locked
from app.meetings.models import AgendaItem, Meeting
from app.meetings.order import refuse_moving, take_off
from app.people.models import DecidingBody
from app.permissions import Refused, Stale
from app.signoff.folding import CLOSED_STATES, Folded, folded, locked_case, project
from app.signoff.models import Case, CaseState
from app.signoff.opening import withdraw
from workflows.case_history import day_of
from workflows.verdict import in_words


@dataclass(frozen=True, slots=True)
class Follows:
    """What withdrawing a case would bring about, said before it is done.

    `off`: the items that come off an agenda. `stay`: those that stay, each with why; they say that it is withdrawn.
    """

    found: Folded
    off: tuple[AgendaItem, ...]
    stay: tuple[tuple[AgendaItem, str], ...]

    @property
    def answered(self) -> str:
        """The bodies whose answer stays in the history."""
        return in_words(party.party.short_name for party in self.found.standing.parties if party.answer is not None)

    @property
    def no_longer_asked(self) -> str:
        """The bodies that are asked nothing any more."""
        standing = self.found.standing
        return in_words(party.party.short_name for party in standing.parties if standing.asks(party))

    @property
    def last_entry(self) -> int:
        """The case's last entry, by which a page tells whether anything was recorded since."""
        return self.found.entries[-1].id


def what_follows(session: Session, case: Case, now: datetime) -> Follows:
    """What withdrawing the case now would bring about. Raises `Refused` where it is closed already."""
    found = folded(session, case, now)
    if found.standing.state in CLOSED_STATES:
        raise Refused(f"The case is closed, so there is nothing to withdraw. {found.standing.result}")
    off, stay = [], []
    for item in _items_ahead(session, case, day_of(now)):
        try:
            refuse_moving(session, item, now)
            off.append(item)
        except Refused as refusal:
            stay.append((item, refusal.sentence))
    return Follows(found, tuple(off), tuple(stay))


def withdraw_case(session: Session, *, case_id: int, reason: str, seen: int, doer: Doer, now: datetime) -> Follows:
    """Withdraw the case and take it off the agendas ahead, but for those whose pack is out; gives what followed.

    `seen` is the last entry of the case as the page showed it: raises `Stale` where something was recorded since,
    `Refused` where the case is closed or no reason is given.
    """
    case = locked_case(session, case_id)
    asked = session.get_one(Case, case.id)
    for item in sorted(_items_ahead(session, asked, day_of(now)), key=lambda one: one.meeting_id):
        locked(session, item.meeting)
    follows = what_follows(session, asked, now)
    if follows.last_entry != seen:
        raise Stale(
            "Something was recorded of this case since the page was shown. Nothing was withdrawn.",
            follows.found.standing.result,
        )
    because = f"“{asked.title}” was withdrawn by who asked. {reason.strip()}"
    # each log is written once, in the order of the organisations' ids: no two who write several wait for each other
    by_log = sorted(follows.off, key=lambda one: one.meeting.body.organisation_id)
    before = [one for one in by_log if one.meeting.body.organisation_id <= asked.asked_by_id]
    for item in before if reason.strip() else ():
        take_off(session, item, reason=because, doer=doer, now=now)
    withdraw(session, case_id=case_id, reason=reason, doer=doer, now=now)
    for item in by_log[len(before) :]:
        take_off(session, item, reason=because, doer=doer, now=now)
    project(session, folded(session, case, now))
    return follows


def withdrawn_since(session: Session, items: Sequence[AgendaItem]) -> set[int]:
    """The ids of those items that are about a case which who asked has withdrawn."""
    ids = {item.subject_id for item in items if item.subject_kind == "case"}
    if not ids:
        return set()
    query = sa.select(CaseState.case_id).where(CaseState.case_id.in_(ids), CaseState.state == "withdrawn")
    gone = set(session.scalars(query))
    return {item.id for item in items if item.subject_kind == "case" and item.subject_id in gone}


def _items_ahead(session: Session, case: Case, on: date) -> Sequence[AgendaItem]:
    return session.scalars(
        sa.select(AgendaItem)
        .join(Meeting)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body).joinedload(DecidingBody.organisation))
        .where(
            AgendaItem.subject_kind == "case",
            AgendaItem.subject_id == case.id,
            AgendaItem.part == case.part,
            AgendaItem.taken_off_at.is_(None),
            Meeting.state == "planned",
            Meeting.held_on >= on,
        )
        .order_by(Meeting.held_on, AgendaItem.id)
    ).all()
