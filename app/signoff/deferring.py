"""A body defers to a meeting of its own: which there are to choose from, and whether it may be this one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.meetings.models import Meeting
from app.meetings.queries import meetings_named
from app.people.body_facts import AskedBody
from app.people.models import DecidingBody
from app.signoff.models import CaseState, PartyState
from app.signoff.refusals import refuse, refuse_dates
from workflows.case_history import DECISION_CORRECTED, DECISION_RECORDED, day_of
from workflows.deferral import MEETING, Deferral, deferral_of, may_defer_to
from workflows.facts import AnswerFact, MeetingFact
from workflows.verdict import Verdict


def meetings_ahead(session: Session, body: DecidingBody, on: date, today: date) -> Sequence[Meeting]:
    """The meetings of the body to which what it decides on a day can be deferred, soonest first."""
    return session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.body_id == body.id,
            Meeting.state != "cancelled",
            Meeting.held_on > on,
            Meeting.held_on >= today,
        )
        .order_by(Meeting.held_on, Meeting.id)
    ).all()


def may_be_to(meeting: Meeting | None, body: DecidingBody | AskedBody, on: date, today: date) -> Verdict:
    """May what this body decides on a day be deferred to that meeting?"""
    return may_defer_to(_fact(meeting) if meeting else None, body.id, body.short_name, on, today)


def deferred_as_it_may_be(
    session: Session,
    body: DecidingBody | AskedBody,
    answer: AnswerFact,
    on: date,
    today: date,
    stands: Deferral | None = None,
) -> AnswerFact:
    """The answer, with the day of the meeting that it defers to; raises `Refused` where its dates do not fit.

    An answer that says that day already is told afterwards: the meeting may be moved, held or cancelled since, and is
    taken as it was then. `stands` is what is recorded and stays so where it is the same meeting.
    """
    refuse_dates(answer, on)
    if answer.answer != "defer" or answer.meeting_id is None:
        return answer
    if stands is not None and stands.meeting_id == answer.meeting_id:
        return replace(answer, meeting_on=stands.meant)
    meeting = session.get(Meeting, answer.meeting_id)
    fact = _fact(meeting) if meeting else None
    if fact is not None and answer.meeting_on is not None:
        fact = replace(fact, held_on=answer.meeting_on, cancelled=False)
    refuse(may_defer_to(fact, body.id, body.short_name, on, today))
    return replace(answer, meeting_on=fact.held_on if fact else None)


@dataclass(frozen=True, slots=True)
class Deferred:
    """What stands of a body that deferred: on which day it did, and until when."""

    on: date
    deferral: Deferral

    @property
    def since(self) -> date:
        """From when the body can decide: never on the day on which it deferred."""
        later = self.on + timedelta(days=1)
        return max(self.deferral.day or later, later)


def deferred_in(session: Session, case_ids: Collection[int]) -> dict[tuple[int, int], Deferred]:
    """Which bodies deferred in the cases' present rounds, by case and body, as the calendar has it now."""
    if not case_ids:
        return {}
    rows = session.execute(
        sa.select(PartyState.case_id, PartyState.body_id, PartyState.on, PartyState.entry_id, RecordEntry)
        .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
        .join(
            RecordEntry,
            sa.and_(
                RecordEntry.thing_kind == "case",
                RecordEntry.thing_id == PartyState.case_id,
                RecordEntry.id >= PartyState.entry_id,
                RecordEntry.tag.in_((DECISION_RECORDED, DECISION_CORRECTED)),
            ),
        )
        .where(
            PartyState.case_id.in_(case_ids),
            PartyState.waiting.is_(True),
            PartyState.standing == "deferred",
        )
        .order_by(RecordEntry.id)
    ).all()
    days: dict[tuple[int, int], date] = {}
    said: dict[tuple[int, int], dict[str, Any]] = {}
    for case_id, body_id, on, entry_id, entry in rows:
        payload = entry.payload or {}
        if entry_id in (entry.id, payload.get("corrects")):
            days[case_id, body_id] = on or day_of(entry.at)
            said.setdefault((case_id, body_id), {}).update(payload)
    ids = {one[MEETING] for one in said.values() if one.get(MEETING)}
    meetings = meetings_named(session.connection(), ids) if ids else ()
    found = {key: deferral_of(one, meetings) for key, one in said.items()}
    return {key: Deferred(days[key], one) for key, one in found.items() if one is not None}


def _fact(meeting: Meeting) -> MeetingFact:
    return MeetingFact(
        meeting.id,
        meeting.body_id,
        meeting.title,
        meeting.held_on,
        papers_due=meeting.held_on,
        cancelled=meeting.state == "cancelled",
    )
