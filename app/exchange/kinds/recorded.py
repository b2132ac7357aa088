"""The rows of acts as the record holds them: entries of cases on documents, with keys instead of ids."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.audit.destroyed import THING
from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.documents.models import Document
from app.exchange.formats import Day
from app.exchange.kinds.kind import Keys, Values
from app.meetings.models import Meeting
from app.packs.models import Pack
from app.signoff import amending
from app.signoff.models import Case, Round
from workflows.deferral import MEANT, MEETING

SUBJECT_KIND = "document"
NOT_QUORATE = "not_quorate"
_GONE = aliased(RecordEntry)
NOT_WHOLE = (
    sa.select(_GONE.thing_id)
    .join(RecordEntry, RecordEntry.thing_id == _GONE.id)
    .where(
        RecordEntry.tag == Tag.ENTRY_DESTROYED.value,
        RecordEntry.thing_kind == THING,
        _GONE.thing_kind == "case",
        _GONE.thing_id.is_not(None),
    )
    .correlate(None)
)
"""Cases of whose entries some were destroyed: done again without these, they would tell something else."""


def entries(session: Session, *tags: Tag) -> Iterable[tuple[RecordEntry, Case]]:
    """The entries with these tags about cases on documents, oldest first."""
    rows = session.execute(
        sa.select(RecordEntry, Case)
        .join(Case, sa.and_(RecordEntry.thing_kind == "case", RecordEntry.thing_id == Case.id))
        .where(
            RecordEntry.tag.in_([tag.value for tag in tags]),
            Case.subject_kind == SUBJECT_KIND,
            Case.id.not_in(NOT_WHOLE),
        )
        .order_by(RecordEntry.id)
    )
    return ((entry, case) for entry, case in rows)


def done(entry: RecordEntry, keys: Keys) -> dict[str, Any]:
    by = keys.key_of("people", entry.actor_id)[0] if entry.actor_id is not None else None
    return {"at": entry.at, "by": by, "capacity": entry.capacity}


def cases(session: Session, keys: Keys) -> Iterable[Values]:
    rows = session.execute(
        sa.select(Case, Document.code)
        .join(Document, Document.id == Case.subject_id)
        .where(Case.subject_kind == SUBJECT_KIND, Case.id.not_in(NOT_WHOLE))
        .order_by(Case.id)
    ).all()
    opened = {case.id: entry for entry, case in entries(session, Tag.CASE_OPENED)}
    for case, document in rows:
        # those it asked when it was opened: who stands in for one of them since, follows from what else is done again
        parties = (opened[case.id].payload or {})["parties"]
        first = session.scalars(sa.select(Round).where(Round.case_id == case.id, Round.number == 1)).one()
        collaborative = case.collaborative_id
        yield {
            "code": case.code,
            "title": case.title,
            "part": case.part,
            "document": document,
            "version": first.version_label,
            "definition": case.definition_name,
            "definition_version": case.definition_version,
            "asked_by": keys.key_of("organisations", case.asked_by_id)[0],
            "collaborative": keys.key_of("collaboratives", collaborative)[0] if collaborative else None,
            "parties": [keys.key_of("bodies", party["body_id"])[0] for party in parties],
            "demonstration": case.demonstration,
            **done(opened[case.id], keys),
        }


def rounds(session: Session, keys: Keys) -> Iterable[Values]:
    labels = {(found.case_id, found.number): found.version_label for found in session.scalars(sa.select(Round)).all()}
    for entry, case in entries(session, Tag.ROUND_OPENED):
        number = int((entry.payload or {})["number"])
        if number > 1 and entry.actor_name != "Concord":
            yield {"case": case.code, "number": number, "version": labels[case.id, number], **done(entry, keys)}


def rulings(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.CHANGE_RULED):
        if not (entry.payload or {}).get("replaces"):
            yield from _clauses_ruled(entry, case)


def rulings_again(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.CHANGE_RULED):
        said = entry.payload or {}
        if said.get("replaces"):
            yield {"case": case.code, "round": said["round"], "why": said["again"], **done(entry, keys)}


def clauses_ruled_again(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.CHANGE_RULED):
        if (entry.payload or {}).get("replaces"):
            yield from ({**row, "at": entry.at} for row in _clauses_ruled(entry, case))


def _clauses_ruled(entry: RecordEntry, case: Case) -> Iterable[Values]:
    said = entry.payload or {}
    for clause in said["clauses"]:
        yield {
            "case": case.code,
            "round": said["round"],
            "clause": clause["code"],
            "ruling": clause["ruling"],
            "reason": clause["reason"],
        }


def at_meetings(tag: Tag) -> Callable[[Session, Keys], Iterable[Values]]:
    def rows(session: Session, keys: Keys) -> Iterable[Values]:
        released = {
            (row.meeting_id, row.released_at) for row in session.execute(sa.select(Pack.meeting_id, Pack.released_at))
        }
        for entry, case in entries(session, tag):
            said = entry.payload or {}
            if tag == Tag.PAPERS_ISSUED and (said["meeting_id"], entry.at) in released:
                continue  # they go out again with the pack
            yield {
                "case": case.code,
                "round": said["round"],
                "body": keys.key_of("bodies", said["body_id"])[0],
                "meeting": keys.key_of("meetings", said["meeting_id"])[0],
                **done(entry, keys),
            }

    return rows


def unschedulings(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.CASE_UNSCHEDULED):
        said = entry.payload or {}
        yield {
            "case": case.code,
            "round": said["round"],
            "body": keys.key_of("bodies", said["body_id"])[0],
            "meeting": keys.key_of("meetings", said["meeting_id"])[0],
            "reason": said["reason"],
            **done(entry, keys),
        }


def decisions(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.DECISION_RECORDED, Tag.NOT_QUORATE):
        said = entry.payload or {}
        meeting, seat = said.get("meeting_id"), said.get("presiding_seat_id")
        yield {
            "case": case.code,
            "round": said["round"],
            "body": keys.key_of("bodies", said["body_id"])[0],
            "meeting": keys.key_of("meetings", meeting)[0] if meeting else None,
            "role": said.get("role"),
            "answer": NOT_QUORATE if entry.tag == Tag.NOT_QUORATE else said["answer"],
            "reason": said.get("reason") or None,
            "conditions": "\n".join(said.get("conditions") or []) or None,
            "keepers": keepers(said),
            **variation(said),
            "amendments": amending.as_text(said.get("amendments") or ()),
            "comments": said.get("comments") or None,
            **deferral(session, keys, said),
            "presiding_seat": keys.key_of("seats", seat)[0] if seat else None,
            **_alone(said, keys),
            "voting": True if said.get("voting") else None,
            **done(entry, keys),
        }


def deferral(session: Session, keys: Keys, said: Values) -> Values:
    """Until when a decision defers; of a meeting that was moved or cancelled since also the day it was to be on."""
    until, to = said.get("until"), said.get(MEETING)
    if to and not until and said.get(MEANT):
        meeting = session.get_one(Meeting, to)
        until = said[MEANT] if meeting.state == "cancelled" or meeting.held_on.isoformat() != said[MEANT] else None
    return {
        "until": Day().parse(until) if until else None,
        "deferred_to": keys.key_of("meetings", to)[0] if to else None,
    }


def _alone(said: Values, keys: Keys) -> Values:
    """What a chair's action says beside the answer."""
    alone = said.get("chairs_action") or {}
    seats = {name: alone.get(f"{name}_id") for name in ("officer_seat", "lay_seat")}
    found = {name: keys.key_of("seats", seat)[0] if seat else None for name, seat in seats.items()}
    return {"urgent": alone.get("urgent"), **found}


def seats_of(*tags: Tag) -> Callable[[Session, Keys], Iterable[Values]]:
    """The rows of who sat where and voted how, of entries with these tags."""

    def rows(session: Session, keys: Keys) -> Iterable[Values]:
        for entry, case in entries(session, *tags):
            said = entry.payload or {}
            if said.get("voting"):
                continue  # their votes stand as they were signed
            votes = {vote["seat_id"]: vote["vote"] for vote in said.get("votes", [])}
            for row in said.get("attendance", []):
                person = row["person_id"]
                yield {
                    "case": case.code,
                    "round": said["round"],
                    "body": keys.key_of("bodies", said["body_id"])[0],
                    "at": entry.at,
                    "seat": keys.key_of("seats", row["seat_id"])[0],
                    "person": keys.key_of("people", person)[0] if person is not None else None,
                    "name": row["person"] if person is None else None,
                    "status": row["status"],
                    "deputy_for": row["deputy_for"],
                    "there_for_item": row["there_for_item"],
                    "vote": votes.get(row["seat_id"]),
                }

    return rows


def agreement_withdrawals(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.AGREEMENT_WITHDRAWN):
        said = entry.payload or {}
        meeting, seat = said.get("meeting_id"), said.get("presiding_seat_id")
        yield {
            "case": case.code,
            "round": said["round"],
            "body": keys.key_of("bodies", said["body_id"])[0],
            "meeting": keys.key_of("meetings", meeting)[0] if meeting else None,
            "role": said.get("role"),
            "reason": said["reason"],
            "presiding_seat": keys.key_of("seats", seat)[0] if seat else None,
            **done(entry, keys),
        }


def after_a_decision(
    tag: Tag, said_of: Callable[[Session, Keys, Values], Values]
) -> Callable[[Session, Keys], Iterable[Values]]:
    def rows(session: Session, keys: Keys) -> Iterable[Values]:
        decided = {entry.id: entry.at for entry, _ in entries(session, Tag.DECISION_RECORDED, Tag.NOT_QUORATE)}
        for entry, case in entries(session, tag):
            said = entry.payload or {}
            yield {
                "case": case.code,
                "round": said["round"],
                "body": keys.key_of("bodies", said["body_id"])[0],
                "decided_at": decided[said["corrects"]],
                **said_of(session, keys, said),
                **done(entry, keys),
            }

    return rows


def reference(_session: Session, _keys: Keys, said: Values) -> Values:
    return {"reference": said["reference"]}


def correction(session: Session, keys: Keys, said: Values) -> Values:
    return {
        "reason": said["reason"],
        "answer": said["answer"],
        "conditions": "\n".join(said.get("conditions") or []) or None,
        "keepers": keepers(said),
        **variation(said),
        **deferral(session, keys, said),
        "answer_reason": said.get("answer_reason") or None,
        "votes": "\n".join(f"{one['code']} | {one['vote']}" for one in said.get("votes") or ()) or None,
    }


def keepers(said: Values) -> str | None:
    """Who sees to each condition and by when, one in each line; None where nothing was said of any."""
    return "\n".join(f"{one.get('owner') or ''} | {one.get('due') or ''}" for one in said.get("keepers") or []) or None


def variation(said: Values) -> Values:
    """What a decision says of its local variation."""
    found = said.get("variation") or {}
    return {
        "varied_clause": found.get("clause") or None,
        "varied_text": found.get("text") or None,
        "varied_until": Day().parse(found["expires"]) if found.get("expires") else None,
    }


ABOUT_CONDITIONS = {
    "assigned": Tag.CONDITION_ASSIGNED,
    "met": Tag.CONDITION_MET,
    "waived": Tag.CONDITION_WAIVED,
    "reopened": Tag.CONDITION_REOPENED,
}
"""What can become of a condition, and the tag of its entry."""


def conditions(session: Session, keys: Keys) -> Iterable[Values]:
    decided = {entry.id: entry.at for entry, _ in entries(session, Tag.DECISION_RECORDED)}
    became = {tag.value: word for word, tag in ABOUT_CONDITIONS.items()}
    for entry, case in entries(session, *ABOUT_CONDITIONS.values()):
        said = entry.payload or {}
        yield {
            "case": case.code,
            "round": said["round"],
            "body": keys.key_of("bodies", said["body_id"])[0],
            "decided_at": decided[said["decision"]],
            "position": said["position"],
            "became": became[entry.tag],
            "owner": said.get("owner") or None,
            "due": Day().parse(said["due"]) if said.get("due") else None,
            "on": Day().parse(said["settled_on"]) if said.get("settled_on") else None,
            "why": said.get("evidence") or said.get("reason") or None,
            "decided_by": said.get("decided_by") or None,
            **done(entry, keys),
        }


def withdrawals(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in entries(session, Tag.CASE_WITHDRAWN):
        yield {"case": case.code, "reason": (entry.payload or {})["reason"], **done(entry, keys)}
