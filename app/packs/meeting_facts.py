"""What a pack says of its meeting: the agenda in public, declarations, the register of interests, the last meeting."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.documents.models import DocumentVersion
from app.meetings.days import papers_due_on
from app.meetings.in_common_agenda import held_with
from app.meetings.models import Attendance, Meeting
from app.packs import public
from app.packs.dates import iso
from app.people.body_facts import lead_time
from app.people.models import DecidingBody, Person, Seat
from app.people.queries import rule_of, seats_of
from app.people.register import Line, published_register
from app.signoff.chairs_action import STANDING_KIND, Awaiting, awaiting
from app.signoff.models import Round
from workflows.case_history import day_of
from workflows.pack_facts import Purpose
from workflows.verdict import in_words

Json = dict[str, Any]

PURPOSES: dict[str, Purpose] = {
    "approval": "approval",
    "decision": "decision",
    "discussion": "discussion",
    "assurance": "assurance",
    "information": "information",
    "noting": "note",
    "ratification": "ratify",
}
"""The purposes of the agenda as the rules of contents name them."""

NEEDS_PAPER = frozenset({"approval", "decision", "ratification", "assurance"})


def meeting_fact(session: Session, meeting: Meeting) -> Json:
    """The meeting itself, with the day its papers are due by the body's own rule."""
    rule = rule_of(session, meeting.body_id, meeting.held_on)
    common = held_with(session, [meeting.id]).get(meeting.id)
    return {
        # only of one held in common with others: what a pack says of every other meeting is as it was
        **({"in_common": {"title": common.title, "with": in_words(common.others)}} if common and common.others else {}),
        "code": meeting.code,
        "title": meeting.title,
        "held_on": iso(meeting.held_on),
        "begins": meeting.begins.isoformat() if meeting.begins else None,
        "place": meeting.place,
        "papers_due": iso(papers_due_on(meeting.held_on, lead_time(rule))),
        "demonstration": meeting.demonstration,
    }


def body_fact(body: DecidingBody) -> Json:
    """The body and the organisation it decides for."""
    return {
        "id": body.id,
        "code": body.code,
        "name": body.name,
        "short_name": body.short_name,
        "kind": body.kind,
        "organisation": body.organisation.name,
        "ods_code": body.organisation.ods_code,
        "registered_patients": body.organisation.registered_patients,
        "registered_patients_as_at": body.organisation.registered_patients_as_at,
    }


def agenda(session: Session, meeting: Meeting) -> list[Json]:
    """The items of Part 1 in order, each with its cover sheet and paper; what it is about stays a kind and an id."""
    found = public.items(session, meeting.id)
    conflicts = public.conflicts(session, [item.id for item in found])
    documents = _documents(session, [i.subject_id for i in found if i.subject_kind == "case" and i.subject_id])
    actions = awaiting(session, [meeting.body_id])
    rows = []
    papers = 0
    for number, item in enumerate(found, start=1):
        document = documents.get(item.subject_id or 0) if item.subject_kind == "case" else None
        has_paper = bool(item.paper.strip()) or document is not None
        encloses = "edition" in (item.origin, item.subject_kind)
        needs_paper = item.origin != "standing" and not encloses and item.purpose in NEEDS_PAPER
        if has_paper or needs_paper:
            papers += 1
        rows.append(
            {
                "id": item.id,
                "number": str(number),
                "reference": item.reference,
                "origin": item.origin,
                "encloses": encloses,
                "standing_kind": item.standing_kind,
                "subject_kind": item.subject_kind,
                "subject_id": item.subject_id,
                "title": item.title,
                "purpose": item.purpose,
                "minutes": item.minutes,
                "author": item.author,
                "lead_director": item.lead_director,
                "summary": item.summary,
                "key_points": item.key_points,
                "recommendation": _asked_for(item, actions),
                "seen_by": item.seen_by,
                "financial_implications": item.financial_implications,
                "paper": item.paper,
                "paper_number": str(papers) if has_paper or needs_paper else None,
                "needs_paper": needs_paper,
                "has_paper": has_paper,
                "has_cover_sheet": bool(item.author.strip() and item.summary.strip()),
                "document": document,
                "demonstration": item.demonstration,
                "conflicts": [
                    {
                        "seat": c.seat,
                        "person": c.person,
                        "interest_kind": c.interest_kind,
                        "handling": c.handling,
                        "reason": c.reason,
                        "handled_by": c.handled_by,
                        "demonstration": c.demonstration,
                    }
                    for c in conflicts
                    if c.item_id == item.id
                ],
            }
        )
    return rows


def _asked_for(item: public.PublicItem, actions: Sequence[Awaiting]) -> str:
    """The recommendation; with it, at the standing item for that, what the chair decided and is to be ratified."""
    if item.standing_kind != STANDING_KIND or not actions:
        return item.recommendation
    asked = [f"“{one.case}”: {one.sentence}" for one in actions]
    return " ".join([item.recommendation, *asked])


def _documents(session: Session, case_ids: Sequence[int]) -> dict[int, Json]:
    """By case, the very text it asks the body to decide, as its latest round pins it: four statements for all."""
    case, about = public.PublicCase, public.PublicCase.subject_kind.startswith("document")
    codes = {
        row.id: row.code for row in session.execute(sa.select(case.id, case.code).where(case.id.in_(case_ids), about))
    }
    rounds = session.scalars(sa.select(Round).where(Round.case_id.in_(codes)).order_by(Round.number))
    pinned = {one.case_id: one for one in rounds}
    versions = {
        version.id: version
        for version in session.scalars(
            sa.select(DocumentVersion)
            .options(joinedload(DocumentVersion.document), selectinload(DocumentVersion.clauses))
            .where(DocumentVersion.id.in_({one.version_id for one in pinned.values()}))
        )
    }
    return {
        case_id: _document(versions[one.version_id], codes[case_id], one.content_hash)
        for case_id, one in pinned.items()
        if one.version_id in versions
    }


def _document(version: DocumentVersion, case_code: str, content_hash: str) -> Json:
    return {
        "title": version.document.title,
        "version_title": version.title or version.document.title,
        "label": version.label,
        "note": version.note,
        "dated": iso(version.dated),
        "hash": content_hash,
        "case": case_code,
        "demonstration": version.document.demonstration,
        "clauses": [{"number": c.number, "heading": c.heading, "text": c.text} for c in version.clauses],
    }


def register_of_interests(session: Session, body_id: int, on: date) -> Json:
    """Who decides on the day of the meeting, with the interests of each that the published register holds then.

    Seats without a vote are left out: what their holders declare is not published.
    """
    seats = [(seat, person) for seat, _, person in seats_of(session, body_id, on) if seat.voting]
    lines = published_register(session, session.get_one(DecidingBody, body_id), on)
    return {
        "seats": [
            {
                "title": seat.title,
                "voting": seat.voting,
                "person": person.name if person else None,
                "demonstration": bool(person and person.demonstration),
                "interests": [
                    {
                        "kind": line.interest.kind,
                        "description": _printed(line),
                        "declared": iso(line.interest.declared),
                        "ended": iso(line.interest.ended),
                        "demonstration": line.interest.demonstration,
                    }
                    for line in lines
                    if person and line.person.id == person.id
                ],
            }
            for seat, person in seats
        ]
    }


def _printed(line: Line) -> str:
    """The words of an interest, with whose they are where one declaration covers a class."""
    words = line.interest.description
    return f"{words.rstrip('.')} (declared for {line.of_class})." if line.of_class else words


def last_meeting(session: Session, meeting: Meeting, now: datetime) -> Json | None:
    """The body's last meeting before this one that is past, with who was there as far as it is recorded."""
    last = session.scalar(
        sa.select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.held_on < min(meeting.held_on, day_of(now)),
            Meeting.state != "cancelled",
        )
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    )
    if last is None:
        return None
    rows = session.execute(
        sa.select(Seat.title, Person.name, Attendance.status)
        .join(Attendance, Attendance.seat_id == Seat.id)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.meeting_id == last.id)
        .order_by(Seat.position, Seat.id)
    )
    return {
        "id": last.id,
        "title": last.title,
        "held_on": iso(last.held_on),
        "place": last.place,
        "demonstration": last.demonstration,
        "attendance": [{"seat": seat, "person": person, "status": status} for seat, person, status in rows],
    }
