"""The facts an edition or a pack is made from: JSON, frozen when it is built, gathered without sight of Part 2.

`content` is what is said; `frozen` is when, and where the cited logs stood then. The same content keeps its freezing,
so that building again gives the same bytes. Of the agenda only `public` may be read here; a test looks at the imports.
"""

import base64
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.audit.models import RecordLog
from app.audit.queries import checkpoints
from app.audit.service import canonical
from app.meetings.models import Meeting
from app.packs import changes, gaps, meeting_facts, programme_facts, signoff_facts
from app.packs.dates import iso
from app.packs.glossary import GLOSSARY
from app.packs.models import Edition, GapAcceptance, Pack
from app.packs.pack_told import (
    ENCLOSED,
    differing_places,
    edition_named,
    enclosed_in,
    told_enclosure,
    with_what_was_told,
)
from app.packs.told import Place, differing, laid_over
from app.people.models import CollaborativeMember, DecidingBody
from app.people.queries import bodies_of_collaborative, in_force
from app.programme.models import Period, Programme, Workstream
from workflows.contents import Contents

Json = dict[str, Any]

FORMAT = 1


def edition_facts(session: Session, edition: Edition, now: datetime) -> Json:
    """The facts of an update edition as they stand at `now`; no local position is among them."""
    content = edition_content(session, edition)
    return _frozen(session, content, now, {edition.period.programme.collaborative.host_id})


def pack_facts(session: Session, pack: Pack, now: datetime) -> Json:
    """The facts of one body's Part 1 pack as they stand at `now`, its enclosed edition's among them."""
    content = pack_content(session, pack, now)
    cited = {pack.meeting.body.organisation_id} | signoff_facts.organisations_of(session, content["matrices"])
    edition = session.get(Edition, content["edition"]["id"]) if content["edition"] else None
    if edition is not None:
        cited.add(edition.period.programme.collaborative.host_id)
    return _frozen(session, content, now, cited)


def without_papers(facts: Json, item_ids: Collection[int]) -> Json:
    """The same facts for a reader from whom the papers of these items are withheld: for a preview, never for a file."""
    content = facts["content"]
    agenda = [{**item, **_WITHHELD} if item["id"] in item_ids else item for item in content["agenda"]]
    return {**facts, "content": {**content, "agenda": agenda}}


_WITHHELD: Json = {
    "paper": "The cover sheet and the paper are withheld from you because of your interest in this item.",
    "document": None,
    **dict.fromkeys(
        (
            "author",
            "lead_director",
            "summary",
            "key_points",
            "recommendation",
            "seen_by",
            "financial_implications",
        ),
        "",
    ),
}


def facts_hash(facts: Json) -> str:
    """SHA-256 of the facts in their one spelling."""
    return sha256(canonical(facts)).hexdigest()


def edition_content(session: Session, edition: Edition) -> Json:
    """What the edition says."""
    content = _as_it_stands(session, edition)
    if edition.told:
        content = laid_over(content, edition.told)
    return _with_gaps(session, content, gaps.edition_contents_of(content), "edition", edition.id)


def told_otherwise(session: Session, edition: Edition) -> list[Place]:
    """The places at which a released edition says otherwise than the facts as they stand by now."""
    return differing(edition.facts["content"], _as_it_stands(session, edition)) if edition.facts else []


def _as_it_stands(session: Session, edition: Edition) -> Json:
    period = edition.period
    programme = period.programme
    bodies = bodies_of_collaborative(session, programme.collaborative_id, period.ends)
    previous = programme_facts.previous_period(session, period)
    return {
        "kind": "edition",
        "format": FORMAT,
        "title": f"Governing body update, {period.title}",
        "number": edition.number,
        "programme": {
            "code": programme.code,
            "name": programme.name,
            "collaborative": programme.collaborative.name,
            "host": programme.collaborative.host.name,
            "strapline": programme.strapline,
            "source": programme.source,
        },
        "period": {
            "code": period.code,
            "title": period.title,
            "starts": iso(period.starts),
            "ends": iso(period.ends),
            "updates_due": iso(period.updates_due),
            "previous": previous.title if previous else None,
        },
        "bodies": [
            {
                "name": body.organisation.name,
                "body": body.name,
                "short_name": body.short_name,
                "kind": body.kind,
                "ods_code": body.organisation.ods_code,
                "registered_patients": body.organisation.registered_patients,
                "registered_patients_as_at": body.organisation.registered_patients_as_at,
                "source": body.organisation.source,
            }
            for body in bodies
        ],
        "highlights": programme_facts.highlights(session, period),
        "workstreams": programme_facts.workstreams(session, programme, period),
        "architecture": programme_facts.architecture(session, programme),
        "glossary": [list(term) for term in GLOSSARY],
        "accepted": [],
    }


def pack_content(session: Session, pack: Pack, now: datetime) -> Json:
    """What the pack says."""
    if pack.part != 1:
        raise ValueError("Only packs of Part 1 are made from these facts: they cannot see Part 2.")
    content = with_what_was_told(session, pack, _pack_as_it_stands(session, pack, now, told_enclosure(session, pack)))
    previous = last_released(session, pack)
    content["changes"] = {
        "last_pack": _pack_reference(previous) if previous else None,
        "since_last_pack": changes.since_last_pack(previous.facts, content) if previous and previous.facts else [],
        "since_last_period": changes.since_last_period(content["edition"]["content"]) if content["edition"] else [],
    }
    return _with_gaps(session, content, gaps.pack_contents_of(content), "pack", pack.id)


def pack_told_otherwise(session: Session, pack: Pack, built: datetime) -> list[Place]:
    """The places at which a released pack says otherwise than one that was built now for `built`, when it was."""
    if not pack.facts:
        return []
    frozen = pack.facts["content"]
    named = enclosed_in(frozen)
    period = period_for(session, pack)
    newest = enclosed_edition(session, period) if period else None
    stands = {"period": newest.period.code, "number": newest.number} if newest else None
    found: list[Place] = [] if named == stands else [(ENCLOSED, canonical(named).decode())]
    pinned = (edition_named(session, named) if named else None,)
    now = _pack_as_it_stands(session, pack, built, pinned if found else None)
    return found + differing_places(session, frozen, now)


def _pack_as_it_stands(session: Session, pack: Pack, now: datetime, pinned: tuple[Edition | None] | None) -> Json:
    """What the facts say, with the edition that goes with its day, or the one that is `pinned`."""
    meeting, body = pack.meeting, pack.meeting.body
    if pinned is not None:
        edition = pinned[0]
        period = edition.period if edition else None
    else:
        period = period_for(session, pack)
        edition = enclosed_edition(session, period) if period else None
    matrices = signoff_facts.matrices(session, body, now)
    last = meeting_facts.last_meeting(session, meeting, now)
    if last is not None:
        last["decisions"] = signoff_facts.decisions_at(session, matrices, body.id, last["id"])
    return {
        "kind": "pack",
        "format": FORMAT,
        "part": 1,
        "version": pack.version,
        "meeting_id": meeting.id,
        **own_content(session, pack, period),
        "register": meeting_facts.register_of_interests(session, body.id, meeting.held_on),
        "last_meeting": last,
        "edition": _enclosure(session, edition) if edition else None,
        "edition_awaited": period.title if period and not edition else None,
        "matrices": matrices,
        "glossary": [list(term) for term in GLOSSARY],
        "accepted": [],
    }


def own_content(session: Session, pack: Pack, period: Period | None) -> Json:
    """What the body itself has to say: its meeting, agenda and papers, and its local positions of a period."""
    meeting, body = pack.meeting, pack.meeting.body
    return {
        "meeting": meeting_facts.meeting_fact(session, meeting),
        "body": meeting_facts.body_fact(body),
        "agenda": meeting_facts.agenda(session, meeting),
        "local": programme_facts.local_positions(session, period, body.id) if period else {},
    }


def update_preview(session: Session, workstream: Workstream, period: Period) -> Json:
    """One workstream's update as an edition would tell it, whether or not it is approved yet."""
    programme = workstream.programme
    previous = programme_facts.previous_period(session, period)
    return {
        "period": {"title": period.title, "previous": previous.title if previous else None},
        "workstreams": programme_facts.workstreams(session, programme, period, only=workstream.id, drafts=True),
        "architecture": programme_facts.architecture(session, programme),
    }


def period_for(session: Session, pack: Pack) -> Period | None:
    """The reporting period whose edition goes with a meeting: the last whose updates were due by the meeting's day."""
    organisation_id, on = pack.meeting.body.organisation_id, pack.meeting.held_on
    return session.scalar(
        sa.select(Period)
        .join(Programme, Programme.id == Period.programme_id)
        .join(CollaborativeMember, CollaborativeMember.collaborative_id == Programme.collaborative_id)
        .where(
            CollaborativeMember.organisation_id == organisation_id,
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
            Period.updates_due <= on,
        )
        .order_by(Period.updates_due.desc(), Period.id)
        .limit(1)
    )


def enclosed_edition(session: Session, period: Period) -> Edition | None:
    """The newest released edition of the period; the one in preparation where none is released yet.

    While a correction is being prepared, packs still take the edition that stands.
    """
    return session.scalar(
        sa.select(Edition)
        .where(Edition.period_id == period.id)
        .order_by(sa.case((Edition.state == "released", 0), else_=1), Edition.number.desc())
        .limit(1)
    )


def last_released(session: Session, pack: Pack) -> Pack | None:
    """The last pack of Part 1 released to this body for an earlier meeting."""
    meeting_of = aliased(Meeting)
    return session.scalar(
        sa.select(Pack)
        .join(meeting_of, meeting_of.id == Pack.meeting_id)
        .where(
            meeting_of.body_id == pack.meeting.body_id,
            meeting_of.held_on < pack.meeting.held_on,
            Pack.part == 1,
            Pack.state == "released",
        )
        .order_by(meeting_of.held_on.desc(), Pack.version.desc())
        .limit(1)
    )


def _enclosure(session: Session, edition: Edition) -> Json:
    """A released edition goes in as it was frozen; one not yet released as it stands now, without a hash."""
    released = edition.state == "released" and edition.facts is not None
    return {
        "id": edition.id,
        "number": edition.number,
        "released_at": iso(edition.released_at) if released else None,
        "facts_hash": edition.facts_hash if released else None,
        "content": edition.facts["content"] if released and edition.facts else edition_content(session, edition),
    }


def _pack_reference(pack: Pack) -> Json:
    return {
        "meeting": pack.meeting.title,
        "held_on": iso(pack.meeting.held_on),
        "version": pack.version,
        "facts_hash": pack.facts_hash,
    }


def _with_gaps(session: Session, content: Json, found: Contents, thing_kind: str, thing_id: int | None) -> Json:
    """The content with its gaps, and who accepted which of them, why and when."""
    content["gaps"] = [
        {"key": gap.key, "sentence": gap.sentence, "acceptable_by": gap.acceptable_by} for gap in found.gaps
    ]
    keys = {gap.key for gap in found.gaps}
    rows = session.scalars(
        sa.select(GapAcceptance)
        .where(GapAcceptance.thing_kind == thing_kind, GapAcceptance.thing_id == thing_id)
        .order_by(GapAcceptance.id)
    )
    content["accepted"] = [
        {
            "key": row.gap_key,
            "sentence": row.sentence,
            "by": row.person_name,
            "capacity": row.capacity,
            "reason": row.reason,
            "at": iso(row.at),
            "demonstration": row.demonstration,
        }
        for row in rows
        if row.gap_key in keys
    ]
    return content


def _frozen(session: Session, content: Json, now: datetime, organisation_ids: Iterable[int]) -> Json:
    """The content with the moment it was frozen and a checkpoint of every log it cites."""
    ids = sorted(set(organisation_ids))
    rows = session.execute(
        sa.select(RecordLog.origin, RecordLog.organisation_name).where(RecordLog.organisation_id.in_(ids))
    )
    names = {row.origin: row.organisation_name for row in rows}
    return {
        "content": content,
        "frozen": {
            "at": iso(now),
            "checkpoints": [
                {
                    "organisation": names[checkpoint.origin],
                    "origin": checkpoint.origin,
                    "size": checkpoint.size,
                    "root": base64.b64encode(checkpoint.root).decode(),
                }
                for checkpoint in checkpoints(session, ids)
            ],
        },
    }


def bodies_with_packs(session: Session, edition: Edition) -> list[DecidingBody]:
    """The bodies of the edition's collaborative that meet, and so have packs of their own."""
    period = edition.period
    return [
        body
        for body in bodies_of_collaborative(session, period.programme.collaborative_id, period.ends)
        if body.kind != "officer"
    ]
