"""Everything that a case is folded from, in one statement; for a decision, what it needs of its body beside that.

Where a body deferred to a meeting that does not have it on its agenda, that meeting is read by one more.

It is sent after the case's row is held: on PostgreSQL a statement that had to wait for a row sees that row alone as it
is now, and everything else as it was before the waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLog
from app.audit.service import ReadEnd
from app.db.as_one import all_rows
from app.db.prepared import Prepared
from app.db.types import instant_read
from app.meetings.models import Meeting
from app.meetings.queries import meetings_about, meetings_named, meetings_with
from app.people.body_facts import ASKED_BODY, AskedBody, asked_bodies, body_fact_of, body_on
from app.people.models import DecidingBody
from app.permissions import Missing
from app.signoff.models import Case, Party
from app.signoff.subject import AskedCase
from workflows.deferral import MEETING as DEFERRED_TO
from workflows.facts import BodyFact, CaseEntry, MeetingFact


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The entries of a case in the order of their ids, whom it asks, and the meetings that have it on their agenda.

    With those that a body deferred it to, though it is not on theirs.
    """

    entries: tuple[CaseEntry, ...]
    bodies: tuple[AskedBody, ...]
    meetings: tuple[MeetingFact, ...]


@dataclass(frozen=True, slots=True)
class BesideCase:
    """What a decision of one body needs: its rule and seats on a day, and where its organisation's log ends.

    The log is not held: who appends to it finds out whether it still ends there.
    """

    on: date
    rows: Sequence[Sequence[Any]]
    end: ReadEnd | None

    def fact(self, body: AskedBody) -> BodyFact:
        """The body as the rules know it on that day."""
        return body_fact_of(body, self.rows)


_CASES, _MEETINGS = Case.__table__.c, Meeting.__table__.c
_THIS = _CASES.id == sa.bindparam("case_id")
_AS_ASKED = [_CASES[field.name] for field in fields(AskedCase)]
_ASKED_CASE = sa.select(*_AS_ASKED).where(_THIS).with_for_update()
_HELD = Prepared(sa.select(_CASES.id).where(_THIS).with_for_update())
_ENTRY = RecordEntry.__table__.c
_ENTRIES = (
    sa.select(_ENTRY.id, _ENTRY.tag, _ENTRY.at, _ENTRY.organisation_id, _ENTRY.payload)
    .where(_ENTRY.thing_kind == "case", _ENTRY.thing_id == sa.bindparam("case_id"), _ENTRY.salt.is_not(None))
    .order_by(_ENTRY.id)
)
_PARTY = Party.__table__.c
_PARTIES = (
    ASKED_BODY.join(Party.__table__, _PARTY.body_id == DecidingBody.__table__.c.id)
    .where(_PARTY.case_id == sa.bindparam("case_id"))
    .order_by(_PARTY.position)
)
_PART = sa.select(_CASES.part).where(_THIS).scalar_subquery()
_OF_CASE = [all_rows(query) for query in (_ENTRIES, _PARTIES, meetings_with("case", sa.bindparam("case_id"), _PART))]
_DAY = sa.func.coalesce(
    sa.select(_MEETINGS.held_on).where(_MEETINGS.id == sa.bindparam("meeting_id", type_=sa.Integer)).scalar_subquery(),
    sa.bindparam("today", type_=sa.Date),
)
_LOG, _BODY = RecordLog.__table__.c, DecidingBody.__table__.c
_END = sa.select(_LOG.organisation_id, _LOG.size, _LOG.frontier).where(
    _LOG.organisation_id
    == sa.select(_BODY.organisation_id).where(_BODY.id == sa.bindparam("body_id")).scalar_subquery(),
    _LOG.sealed_on.is_(None),
)
_FACTS = sa.select(*_OF_CASE)
_TO_DECIDE = Prepared(sa.select(*_AS_ASKED, _DAY, all_rows(body_on(_DAY)), all_rows(_END), *_OF_CASE).where(_THIS))


def asked_case(session: Session, case_id: int) -> AskedCase:
    """The case, its row held as by `locked_case`, where a decision is all that is done to it; raises `Missing`."""
    row = session.connection().execute(_ASKED_CASE, {"case_id": case_id}).first()
    if row is None:
        raise Missing
    return AskedCase(*row)


def case_facts(connection: sa.Connection, case_id: int) -> CaseFacts:
    """What the case is folded from."""
    return _facts(connection, *connection.execute(_FACTS, {"case_id": case_id}).one())


def held_to_decide(
    connection: sa.Connection, case_id: int, body_id: int, meeting_id: int | None, today: date
) -> tuple[AskedCase, CaseFacts, BesideCase]:
    """The case as by `asked_case`, what it is folded from, and what one of the bodies needs to decide.

    That is on the day of the meeting, or today where there is none.
    """
    hold(connection, case_id)
    asked = {"case_id": case_id, "body_id": body_id, "meeting_id": meeting_id, "today": today}
    row = _TO_DECIDE.first(connection, asked)
    if row is None:
        raise Missing
    *case, on, seats, ends, entries, bodies, meetings = row
    beside = BesideCase(on, seats, ReadEnd(*ends[0]) if ends else None)
    return AskedCase(*case), _facts(connection, entries, bodies, meetings), beside


def hold(connection: sa.Connection, case_id: int) -> None:
    """Hold the case's row to the end of the transaction. Who writes to SQLite holds all of it from its beginning on."""
    if connection.dialect.name == "postgresql":
        _HELD.send(connection, {"case_id": case_id})


def case_entries(connection: sa.Connection, case_id: int) -> list[CaseEntry]:
    """The case's entries as the rules know them, in the order of their ids."""
    rows = connection.execute(_ENTRIES, {"case_id": case_id})
    return [CaseEntry(row.id, row.tag, row.at, row.organisation_id, row.payload or {}) for row in rows]


def _facts(
    connection: sa.Connection,
    entries: Sequence[Sequence[Any]],
    bodies: Sequence[Sequence[Any]],
    meetings: Sequence[Sequence[Any]],
) -> CaseFacts:
    read = tuple(
        CaseEntry(id_, tag, instant_read(at), organisation_id, payload or {})
        for id_, tag, at, organisation_id, payload in entries
    )
    with_case = meetings_about(meetings)
    deferred_to = {one.payload[DEFERRED_TO] for one in read if one.payload.get(DEFERRED_TO)}
    deferred_to -= {one.id for one in with_case}
    # few cases have any, so it is asked by itself and only then
    others = meetings_named(connection, deferred_to) if deferred_to else ()
    return CaseFacts(read, asked_bodies(bodies), (*with_case, *others))
