"""Editions as they were told, the errors found in them, and who was sent a pack and its corrections.

They come in with the releases. Nothing of it is sent again: who was sent what elsewhere is kept as that.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.exchange.formats import Code, Moment, Text, Whole, YesNo
from app.exchange.kinds.acts import DONE, TO_PERSON
from app.exchange.kinds.kind import Column, Keys, Kind, Link, Values, in_order
from app.exchange.kinds.meetings import MEETING
from app.exchange.kinds.people import DEMONSTRATION, PERSON
from app.exchange.kinds.programme import WORKSTREAM
from app.exchange.kinds.releases import said_by
from app.packs.facts import told_otherwise
from app.packs.models import Circulation, Correction, CorrectionCirculation, ReportedError
from app.packs.told import released_editions

PERIOD = Column("period", "Code of the edition's period.", Code(40, example="2015-10"), True, None)
CORRECTION = Column("correction", "The correction's number.", Whole(1, 99), True, None)
MEETING_OF = Column("meeting", "Code of the pack's meeting.", MEETING, True, None)
TO_PERIOD = Link("", "periods", ("period",))
TO_MEETING = Link("", "meetings", ("meeting",))
SENT = (
    Column("person", "Code of who was sent it.", PERSON, True, None),
    Column("sent_at", "When it was sent.", Moment(), True, None),
    Column("opened_at", "When it was first opened by its link.", Moment(), False, None),
)
TO_READER = Link("", "people", ("person",))


def _told(session: Session, keys: Keys) -> Iterable[Values]:
    for edition in released_editions(session):
        for place, said in told_otherwise(session, edition):
            yield {
                "period": keys.key_of("periods", edition.period_id)[0],
                "number": edition.number,
                "place": place,
                "said": said,
            }


def _errors(session: Session, keys: Keys) -> Iterable[Values]:
    entries: dict[tuple[Any, ...], RecordEntry] = {}
    for entry in session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.ERROR_REPORTED.value)):
        said = entry.payload or {}
        entries[entry.thing_id, said.get("workstream"), said.get("reason"), entry.at] = entry
    rows = session.scalars(
        sa.select(ReportedError)
        .options(joinedload(ReportedError.correction), joinedload(ReportedError.workstream))
        .order_by(ReportedError.correction_id, ReportedError.id)
    )
    places: dict[int, int] = {}
    for row in rows:
        code = row.workstream.code if row.workstream else None
        entry_of = entries.get((row.correction_id, code, row.wrong, row.at))
        if entry_of is None:
            continue
        places[row.correction_id] = places.get(row.correction_id, 0) + 1
        yield {
            "period": keys.key_of("periods", row.correction.period_id)[0],
            "correction": row.correction.number,
            "place": places[row.correction_id],
            "workstream": code,
            "wrong": row.wrong,
            "reopened": bool((entry_of.payload or {}).get("reopened")),
            "at": row.at,
            "demonstration": row.demonstration,
            **said_by(entry_of, keys),
        }


def _circulations(session: Session, keys: Keys) -> Iterable[Values]:
    rows = session.scalars(sa.select(Circulation).options(joinedload(Circulation.pack)).order_by(Circulation.id))
    for row in rows:
        if row.pack.part == 1:
            yield {**_sent(row, row, keys), "version": row.pack.version}


def _correction_circulations(session: Session, keys: Keys) -> Iterable[Values]:
    rows = session.scalars(
        sa.select(CorrectionCirculation)
        .options(
            joinedload(CorrectionCirculation.circulation).joinedload(Circulation.pack),
            joinedload(CorrectionCirculation.correction).load_only(Correction.period_id, Correction.number),
        )
        .order_by(CorrectionCirculation.id)
    )
    for row in rows:
        yield {
            "period": keys.key_of("periods", row.correction.period_id)[0],
            "correction": row.correction.number,
            **_sent(row, row.circulation, keys),
        }


def _sent(row: Circulation | CorrectionCirculation, of: Circulation, keys: Keys) -> Mapping[str, Any]:
    return {
        "meeting": keys.key_of("meetings", of.pack.meeting_id)[0],
        "person": keys.key_of("people", of.person_id)[0],
        "sent_at": row.sent_at,
        "opened_at": row.opened_at,
    }


KINDS = (
    Kind(
        "editions_told",
        "What a released edition said otherwise than the facts say by now: the edition is made again with it, and the "
        "places stand on record.",
        None,
        ("period", "number", "place"),
        (
            PERIOD,
            Column("number", "The edition's number.", Whole(1, 99), True, None),
            Column(
                "place",
                "Where in the edition, as an export writes it.",
                Text(500, example="workstreams/patients-online/this/headline"),
                True,
                None,
            ),
            Column(
                "said",
                "What it said there, as JSON; empty where it had no such place.",
                Text(example='"Two of four localities live"'),
                False,
                None,
            ),
        ),
        links=(TO_PERIOD,),
        recorded=_told,
    ),
    Kind(
        "reported_errors",
        "What was found wrong in a released edition: the correction and the next edition are begun again with it. "
        "Those of a correction that was withdrawn before its release stand in withdrawn_errors.",
        None,
        ("period", "correction", "place"),
        (
            PERIOD,
            CORRECTION,
            Column("place", "Its place among the errors of the correction.", Whole(1, 9999), True, None),
            Column("workstream", "Code of the workstream; empty for the rest of the edition.", WORKSTREAM, False, None),
            Column("wrong", "What is wrong.", Text(example="The practices were counted twice"), True, None),
            Column(
                "reopened",
                "Whether the update was opened again for it. The update itself stands in updates as it is.",
                YesNo(),
                True,
                None,
            ),
            *DONE,
            DEMONSTRATION,
        ),
        links=(TO_PERIOD, Link("", "workstreams", ("workstream",)), TO_PERSON),
        recorded=_errors,
    ),
    Kind(
        "circulations",
        "Who was sent a released pack, and when they first opened it. It comes in with the pack's release as a fact "
        "recorded afterwards: nobody is sent a mail, and the links of then do not lead to the new installation. A pack "
        "of which nothing is told here is circulated anew when it is released.",
        None,
        ("meeting", "version", "person"),
        (MEETING_OF, Column("version", "The pack's version.", Whole(1, 99), True, None), *SENT),
        links=(TO_MEETING, TO_READER),
        checks=(in_order("sent_at", "opened_at"),),
        recorded=_circulations,
    ),
    Kind(
        "correction_circulations",
        "Who was sent a correction, and when they first opened it; each was sent the pack. As with circulations, "
        "nobody is sent a mail.",
        None,
        ("period", "correction", "meeting", "person"),
        (PERIOD, CORRECTION, MEETING_OF, *SENT),
        links=(TO_PERIOD, TO_MEETING, TO_READER),
        checks=(in_order("sent_at", "opened_at"),),
        recorded=_correction_circulations,
    ),
)
