"""Everything that a case is folded from, in one statement; for a decision, what it needs of its body beside that.

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
from app.db.types import instant_read
from app.meetings.models import Meeting
from app.meetings.queries import MEETINGS_ABOUT, meetings_about
from app.people.body_facts import ASKED_BODY, AskedBody, asked_bodies, body_fact_of, body_on
from app.people.models import DecidingBody
from app.permissions import Missing
from app.signoff.models import Case, Party
from app.signoff.subject import AskedCase
from workflows.facts import BodyFact, CaseEntry, MeetingFact


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The entries of a case in the order of their ids, whom it asks, and the meetings that have it on their agenda."""

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


_ASKED_CASE = (
    sa.select(*(Case.__table__.c[field.name] for field in fields(AskedCase)))
    .where(Case.__table__.c.id == sa.bindparam("case_id"))
    .with_for_update()
)
_ASKED_CASE_AND_DAY = _ASKED_CASE.add_columns(
    sa.select(Meeting.__table__.c.held_on)
    .where(Meeting.__table__.c.id == sa.bindparam("meeting_id", type_=sa.Integer))
    .scalar_subquery()
)
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
_CASE = [all_rows(query) for query in (_ENTRIES, _PARTIES, MEETINGS_ABOUT)]
_LOG, _BODY = RecordLog.__table__.c, DecidingBody.__table__.c
_END = sa.select(_LOG.organisation_id, _LOG.size, _LOG.frontier).where(
    _LOG.organisation_id
    == sa.select(_BODY.organisation_id).where(_BODY.id == sa.bindparam("body_id")).scalar_subquery(),
    _LOG.sealed_on.is_(None),
)
_OF_CASE = sa.select(*_CASE)
_OF_CASE_AND_BESIDE = sa.select(*_CASE, all_rows(body_on(sa.bindparam("on", type_=sa.Date))), all_rows(_END))


def asked_case(session: Session, case_id: int) -> AskedCase:
    """The case, its row held as by `locked_case`, where a decision is all that is done to it; raises `Missing`."""
    row = session.connection().execute(_ASKED_CASE, {"case_id": case_id}).first()
    if row is None:
        raise Missing
    return AskedCase(*row)


def case_to_decide(session: Session, case_id: int, meeting_id: int | None) -> tuple[Case | AskedCase, date | None]:
    """As `asked_case`, with the day of that meeting."""
    asked = {"case_id": case_id, "meeting_id": meeting_id}
    row = session.connection().execute(_ASKED_CASE_AND_DAY, asked).first()
    if row is None:
        raise Missing
    *found, held_on = row
    return AskedCase(*found), held_on


def case_facts(connection: sa.Connection, case: Case | AskedCase) -> CaseFacts:
    """What the case is folded from."""
    return _facts(*connection.execute(_OF_CASE, _asked(case)).one())


def facts_to_decide(
    connection: sa.Connection, case: Case | AskedCase, body_id: int, on: date
) -> tuple[CaseFacts, BesideCase]:
    """The same, with what one of the bodies needs to decide on a day."""
    *found, rows, ends = connection.execute(_OF_CASE_AND_BESIDE, {**_asked(case), "body_id": body_id, "on": on}).one()
    return _facts(*found), BesideCase(on, rows, ReadEnd(*ends[0]) if ends else None)


def case_entries(connection: sa.Connection, case_id: int) -> list[CaseEntry]:
    """The case's entries as the rules know them, in the order of their ids."""
    rows = connection.execute(_ENTRIES, {"case_id": case_id})
    return [CaseEntry(row.id, row.tag, row.at, row.organisation_id, row.payload or {}) for row in rows]


def _asked(case: Case | AskedCase) -> dict[str, Any]:
    return {"case_id": case.id, "subject_kind": "case", "subject_id": case.id, "part": case.part}


def _facts(
    entries: Sequence[Sequence[Any]], bodies: Sequence[Sequence[Any]], meetings: Sequence[Sequence[Any]]
) -> CaseFacts:
    return CaseFacts(
        tuple(
            CaseEntry(id_, tag, instant_read(at), organisation_id, payload or {})
            for id_, tag, at, organisation_id, payload in entries
        ),
        asked_bodies(bodies),
        meetings_about(meetings),
    )
