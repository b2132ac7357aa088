"""Packs as they were told, and corrections that were withdrawn: what is released or called off stays as it was.

They come in with the releases, in the order of their time.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import canonical
from app.audit.tags import Tag
from app.exchange.formats import Text, Whole, YesNo
from app.exchange.kinds.acts import DONE, TO_PERSON
from app.exchange.kinds.corrected import CORRECTION, MEETING_OF, PERIOD, TO_MEETING, TO_PERIOD
from app.exchange.kinds.kind import Column, Keys, Kind, Link, Values
from app.exchange.kinds.programme import WORKSTREAM
from app.exchange.kinds.releases import put_forward_by_pack, said_by
from app.packs.facts import pack_told_otherwise
from app.packs.pack_told import released_packs

WITHDRAWN = Column(
    "withdrawn", "Which of the period’s corrections that were withdrawn, from 1.", Whole(1, 999), True, None
)


def _packs_told(session: Session, keys: Keys) -> Iterable[Values]:
    forward = put_forward_by_pack(session)
    for pack in released_packs(session):
        entry = forward.get(pack.id)
        built = entry.at if entry is not None else pack.released_at
        assert built is not None
        for place, said in pack_told_otherwise(session, pack, built):
            yield {
                "meeting": keys.key_of("meetings", pack.meeting_id)[0],
                "version": pack.version,
                "place": place,
                "said": said,
            }


def _withdrawn(session: Session) -> Iterator[tuple[int, RecordEntry, list[RecordEntry]]]:
    """Each correction that was withdrawn, first to last: its number among the period's, and the errors it was for.

    Another correction may have had the same id before: what was reported for that one came before its end.
    """
    tags = (Tag.ERROR_REPORTED.value, Tag.CORRECTION_WITHDRAWN.value, Tag.CORRECTION_RELEASED.value)
    reported: dict[int | None, list[RecordEntry]] = {}
    numbers: dict[Any, int] = {}
    for entry in session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag.in_(tags), RecordEntry.salt.is_not(None)).order_by(RecordEntry.id)
    ):
        if entry.tag == Tag.ERROR_REPORTED:
            reported.setdefault(entry.thing_id, []).append(entry)
            continue
        errors = reported.pop(entry.thing_id, [])
        if entry.tag == Tag.CORRECTION_WITHDRAWN:
            period = (entry.payload or {})["period"]
            numbers[period] = numbers.get(period, 0) + 1
            yield numbers[period], entry, errors


def _corrections(session: Session, keys: Keys) -> Iterable[Values]:
    for number, entry, _ in _withdrawn(session):
        said = entry.payload or {}
        yield {
            "period": said["period"],
            "withdrawn": number,
            "correction": said["correction"],
            "reason": said["reason"],
            "set_aside": canonical(said["set_aside"]).decode() if said["set_aside"] else None,
            "at": entry.at,
            **said_by(entry, keys),
        }


def _errors(session: Session, keys: Keys) -> Iterable[Values]:
    for number, entry, errors in _withdrawn(session):
        for place, one in enumerate(errors, start=1):
            said = one.payload or {}
            yield {
                "period": (entry.payload or {})["period"],
                "withdrawn": number,
                "place": place,
                "correction": said["correction"],
                "workstream": said["workstream"],
                "wrong": said["reason"],
                "reopened": bool(said["reopened"]),
                "at": one.at,
                **said_by(one, keys),
            }


KINDS = (
    Kind(
        "packs_told",
        "What a released pack said otherwise than the facts say by now: its own agenda, papers, register, matrix and "
        "local positions as they stood when it was released, and which edition it enclosed. The pack is made again "
        "with it, and the places stand on record.",
        None,
        ("meeting", "version", "place"),
        (
            MEETING_OF,
            Column("version", "The pack's version.", Whole(1, 99), True, None),
            Column(
                "place",
                "Where in the pack, as an export writes it.",
                Text(500, example="agenda/merton-2015-11-12:1.7/title"),
                True,
                None,
            ),
            Column(
                "said",
                "What it said there, as JSON; empty where it had no such place.",
                Text(example='"Out-of-hospital standards"'),
                False,
                None,
            ),
        ),
        links=(TO_MEETING,),
        recorded=_packs_told,
    ),
    Kind(
        "withdrawn_errors",
        "What a correction was begun for that was withdrawn before its release: it is begun again with it.",
        None,
        ("period", "withdrawn", "place"),
        (
            PERIOD,
            WITHDRAWN,
            Column("place", "Its place among the errors of that correction.", Whole(1, 9999), True, None),
            CORRECTION,
            Column("workstream", "Code of the workstream; empty for the rest of the edition.", WORKSTREAM, False, None),
            Column("wrong", "What was said to be wrong.", Text(example="The practices were counted twice"), True, None),
            Column("reopened", "Whether the update was opened again for it.", YesNo(), True, None),
            *DONE,
        ),
        links=(TO_PERIOD, Link("", "workstreams", ("workstream",)), TO_PERSON),
        recorded=_errors,
    ),
    Kind(
        "withdrawn_corrections",
        "Corrections that were begun and withdrawn before their release: they are begun and withdrawn again.",
        None,
        ("period", "withdrawn"),
        (
            PERIOD,
            WITHDRAWN,
            CORRECTION,
            Column("reason", "Why it was withdrawn.", Text(example="The figure was right after all"), True, None),
            Column(
                "set_aside",
                "What had been written for it and was set aside, as JSON; the updates themselves stand in updates.",
                Text(example='[{"title": "Patients Online"}]'),
                False,
                None,
            ),
            *DONE,
        ),
        links=(TO_PERIOD, TO_PERSON),
        recorded=_corrections,
    ),
)
