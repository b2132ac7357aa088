"""What can be asked of sign-off: cases and their matrix from the projections, one case folded from the record."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.models import RecordEntry, RecordLeaf
from app.meetings.in_common_models import Joined
from app.meetings.in_the_room import attendance_facts, attendance_rows, exclusions
from app.meetings.models import Meeting
from app.meetings.queries import item_about
from app.people.body_facts import body_fact, party_fact
from app.people.models import DecidingBody, Organisation
from app.permissions import Missing
from app.signoff.definitions import pinned as pinned  # asked here, like everything about a case
from app.signoff.folding import Folded
from app.signoff.folding import folded as folded
from app.signoff.models import Case, CaseState, Party, PartyState, Receipt, Round
from app.signoff.reading import case_entries
from app.signoff.subject import Seen
from workflows.case_history import fold
from workflows.facts import AttendanceFact, BodyFact, ExclusionFact, MeetingFact
from workflows.rounds import may_take_up
from workflows.ruling_again import last_entry_about
from workflows.standing import CaseStanding


def case_by_code(session: Session, code: str) -> Case:
    """The case with this code; raises `Missing`."""
    case = session.scalar(sa.select(Case).where(Case.code == code))
    if case is None:
        raise Missing
    return case


def party_of(session: Session, case: Case, body_code: str) -> DecidingBody:
    """A body that the case asks, by its code; raises `Missing`."""
    body = session.scalar(
        sa.select(DecidingBody)
        .join(Party, Party.body_id == DecidingBody.id)
        .options(joinedload(DecidingBody.organisation))
        .where(Party.case_id == case.id, DecidingBody.code == body_code)
    )
    if body is None:
        raise Missing
    return body


def parties_of(session: Session, case_id: int) -> Sequence[DecidingBody]:
    """The bodies that the case asks, in their order."""
    return session.scalars(
        sa.select(DecidingBody)
        .join(Party, Party.body_id == DecidingBody.id)
        .options(joinedload(DecidingBody.organisation))
        .where(Party.case_id == case_id)
        .order_by(Party.position)
    ).all()


def matrix(session: Session, case_ids: Collection[int]) -> Sequence[Any]:
    """One Core row for each case × body in the case's present round: standing, meeting, date, conditions, minute.

    In the order of the cases' ids and the bodies' places in the case. A meeting's day is read from the calendar, so
    that a meeting that was moved shows its new day.
    """
    return session.execute(
        sa.select(
            PartyState.case_id,
            PartyState.body_id,
            DecidingBody.code.label("body_code"),
            DecidingBody.short_name.label("body"),
            DecidingBody.kind.label("body_kind"),
            PartyState.standing,
            PartyState.waiting,
            PartyState.on,
            PartyState.conditions,
            PartyState.minute_reference,
            PartyState.sentence,
            PartyState.meeting_id,
            Meeting.held_on,
            Meeting.state.label("meeting_state"),
        )
        .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
        .join(Party, sa.and_(Party.case_id == PartyState.case_id, Party.body_id == PartyState.body_id))
        .join(DecidingBody, DecidingBody.id == PartyState.body_id)
        .outerjoin(Meeting, Meeting.id == PartyState.meeting_id)
        .where(PartyState.case_id.in_(case_ids))
        .order_by(PartyState.case_id, Party.position)
    ).all()


_CELLS = (
    sa.select(
        PartyState.case_id,
        PartyState.body_id,
        PartyState.standing,
        PartyState.waiting,
        PartyState.on,
        PartyState.tally,
        PartyState.minute_reference,
        Meeting.held_on,
        Meeting.state.label("meeting_state"),
        PartyState.expires,
        PartyState.through,
        Joined.in_common_id,
    )
    .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
    .outerjoin(Meeting, Meeting.id == PartyState.meeting_id)
    .outerjoin(Joined, Joined.meeting_id == PartyState.meeting_id)
    .where(PartyState.case_id.in_(sa.bindparam("case_ids", expanding=True)))
)


def cells(session: Session, case_ids: Collection[int], body_ids: Collection[int] | None = None) -> Sequence[Any]:
    """What a cell of the matrix page needs of each case × body (all of them, or these)."""
    query = _CELLS if body_ids is None else _CELLS.where(PartyState.body_id.in_(list(body_ids)))
    return session.execute(query, {"case_ids": list(case_ids)}).all()


def still_asked(session: Session, case_ids: Collection[int]) -> Sequence[Any]:
    """Who is still asked in the cases' present rounds: case_id, body_id, its meeting's held_on and state, standing."""
    return session.execute(_STILL_ASKED, {"case_ids": list(case_ids)}).all()


_STILL_ASKED = (
    sa.select(PartyState.case_id, PartyState.body_id, Meeting.held_on, Meeting.state, PartyState.standing)
    .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
    .outerjoin(Meeting, Meeting.id == PartyState.meeting_id)
    .where(PartyState.case_id.in_(sa.bindparam("case_ids", expanding=True)), PartyState.waiting.is_(True))
)


def names_asked(session: Session, case_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The bodies that these cases ask, by their ids: short name and kind; governing bodies first, then by name."""
    rows = session.execute(_NAMES_ASKED, {"case_ids": list(case_ids)})
    return {body_id: (name, kind) for body_id, name, kind in rows}


_NAMES_ASKED = (
    sa.select(DecidingBody.id, DecidingBody.short_name, DecidingBody.kind)
    .where(
        DecidingBody.id.in_(sa.select(Party.body_id).where(Party.case_id.in_(sa.bindparam("case_ids", expanding=True))))
    )
    .order_by(DecidingBody.kind != "governing_body", DecidingBody.short_name, DecidingBody.id)
)


def waiting_for(session: Session, body_ids: Collection[int]) -> Sequence[Any]:
    """What waits for a decision of these bodies, soonest meeting first, those without a meeting last."""
    return session.execute(
        sa.select(
            Case.code,
            Case.title,
            Case.subject_kind,
            Case.subject_id,
            Case.definition_name,
            Case.demonstration,
            PartyState.body_id,
            DecidingBody.code.label("body_code"),
            DecidingBody.short_name.label("body"),
            PartyState.stage,
            PartyState.round,
            PartyState.standing,
            PartyState.sentence,
            PartyState.on,
            Meeting.code.label("meeting_code"),
            Meeting.held_on,
            Meeting.state.label("meeting_state"),
        )
        .join(Case, Case.id == PartyState.case_id)
        .join(DecidingBody, DecidingBody.id == PartyState.body_id)
        .outerjoin(Meeting, Meeting.id == PartyState.meeting_id)
        .where(PartyState.body_id.in_(body_ids), PartyState.waiting.is_(True))
        .order_by(Meeting.held_on.is_(None), Meeting.held_on, Case.opened_at, Case.id)
    ).all()


def cases_about(session: Session, subject_kind: str, subject_ids: Collection[int]) -> Sequence[Case]:
    """The cases about these subjects, oldest first."""
    return session.scalars(
        sa.select(Case)
        .where(Case.subject_kind == subject_kind, Case.subject_id.in_(subject_ids))
        .order_by(Case.opened_at, Case.id)
    ).all()


def standing_of(session: Session, case: Case, now: datetime) -> CaseStanding:
    """Where the case stands, folded from the record and the calendar."""
    return folded(session, case, now).standing


def seen_for(session: Session, case: Case, body: DecidingBody) -> Seen:
    """What a form for this body's answer is made from, to be sent back with it."""
    entries = case_entries(session.connection(), case.id)
    found = fold(entries)
    current = found.rounds[-1]
    last = last_entry_about(found, entries, body.id)
    return Seen(current.number, current.stage, current.content_hash, last)


def history(session: Session, case: Case) -> Sequence[RecordEntry]:
    """The case's entries in the record, oldest first."""
    return session.scalars(
        sa.select(RecordEntry)
        .where(RecordEntry.thing_kind == "case", RecordEntry.thing_id == case.id)
        .order_by(RecordEntry.id)
    ).all()


def entry_of(session: Session, case: Case, entry_id: int) -> RecordEntry:
    """One entry of the case; raises `Missing`."""
    entry = session.get(RecordEntry, entry_id)
    if entry is None or (entry.thing_kind, entry.thing_id) != ("case", case.id):
        raise Missing
    return entry


def receipt_of(session: Session, entry_id: int) -> Receipt | None:
    """The receipt of an entry."""
    return session.scalar(sa.select(Receipt).where(Receipt.entry_id == entry_id))


def asker_of(session: Session, case: Case) -> Organisation:
    """The organisation that asks, in whose log the collective result stands."""
    return session.get_one(Organisation, case.asked_by_id)


def round_of(session: Session, case: Case, number: int) -> Round:
    """The row of one round, with the id of the version it pinned."""
    return round_by_number(session, case.id, number)


def round_by_number(session: Session, case_id: int, number: int) -> Round:
    """The same, by the id of the case."""
    return session.scalars(sa.select(Round).where(Round.case_id == case_id, Round.number == number)).one()


def before_the_body(
    session: Session, case: Case, body: DecidingBody, meeting: Meeting
) -> tuple[BodyFact, tuple[ExclusionFact, ...], tuple[AttendanceFact, ...]]:
    """The body on the day of the meeting, the conflicts handled for the case's item, and the attendance recorded."""
    fact = body_fact(session, body, meeting.held_on)
    item = item_about(session, meeting.id, "case", case.id, case.part)
    excluded = exclusions(session, item) if item else ()
    return fact, excluded, attendance_facts(fact, attendance_rows(session, meeting), item)


def meetings_to_record(session: Session, found: Folded, body: DecidingBody) -> Sequence[Meeting]:
    """The body's meetings on which it can have decided: from the round's opening to today, the latest first."""
    meetings = session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.body_id == body.id,
            Meeting.state != "cancelled",
            Meeting.held_on >= found.round.opened_on,
            Meeting.held_on <= found.today,
        )
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
    )
    return [meeting for meeting in meetings if _may_take_up(found, body, meeting)]


def meetings_held(session: Session, body_id: int, since: date, until: date) -> Sequence[Meeting]:
    """The body's meetings in these days, both included, that were not cancelled, the latest first."""
    return session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.body_id == body_id,
            Meeting.state != "cancelled",
            Meeting.held_on >= since,
            Meeting.held_on <= until,
        )
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
    ).all()


def meetings_to_schedule(session: Session, found: Folded, body: DecidingBody) -> Sequence[Meeting]:
    """The body's meetings still planned that can take the case up and do not have it yet, soonest first."""
    with_case = {meeting.id for meeting in found.meetings if meeting.agenda_has_case}
    meetings = session.scalars(
        sa.select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.state == "planned", Meeting.held_on >= found.today)
        .order_by(Meeting.held_on, Meeting.id)
    )
    return [
        meeting
        for meeting in meetings
        if meeting.id not in with_case and _may_take_up(found, body, meeting, planned=True)
    ]


def _may_take_up(found: Folded, body: DecidingBody, meeting: Meeting, *, planned: bool = False) -> bool:
    return may_take_up_at(found, body, meeting.held_on, meeting.id, planned=planned)


def may_take_up_at(found: Folded, body: DecidingBody, held_on: date, meeting_id: int, *, planned: bool) -> bool:
    """Whether a meeting of the body on that day may take up what is asked of it; id 0: a meeting that nobody has set.

    `planned`: for putting it on the agenda, so not before the day it was deferred to.
    """
    fact = MeetingFact(meeting_id, body.id, body.short_name, held_on, papers_due=held_on)
    history, number = found.rounds.folded, found.round.number
    return bool(may_take_up(history, number, party_fact(body), fact, planned=planned, meetings=found.meetings))


def leaf_of(session: Session, entry_id: int) -> RecordLeaf | None:
    """Where an entry stands in its organisation's log."""
    return session.scalar(sa.select(RecordLeaf).where(RecordLeaf.entry_id == entry_id))
