"""What can be done with editions and packs: ask for a build, accept a gap, put forward, release, return.

Released is frozen. Every verb locks the edition's or pack's row first, so that a release and a build cannot cross.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.models import Job
from app.jobs.service import enqueue
from app.meetings.models import Meeting
from app.packs import gaps
from app.packs.corrections import report_error
from app.packs.differences import differences
from app.packs.facts import edition_content, pack_content
from app.packs.frozen import refuse_frozen
from app.packs.models import Edition, GapAcceptance, Pack
from app.packs.releasing import Post, changed_since, put_forward, release, release_edition, return_pack
from app.packs.things import Thing, kind_of, locked, named, owner_of
from app.packs.withdrawing import withdraw_correction
from app.permissions import Refused
from app.programme.models import Period
from workflows.contents import Contents

__all__ = [
    "Post",
    "accept_gap",
    "ask_for_build",
    "ask_for_slides",
    "changed_since",
    "contents_now",
    "differences",
    "edition_of",
    "owner_of",
    "pack_of",
    "put_forward",
    "release",
    "release_edition",
    "report_error",
    "return_pack",
    "withdraw_correction",
]


def edition_of(session: Session, period: Period) -> Edition:
    """The period's newest edition; edition 1, in draft, where there is none yet."""
    found = session.scalar(
        sa.select(Edition).where(Edition.period_id == period.id).order_by(Edition.number.desc()).limit(1)
    )
    if found is None:
        found = Edition(period_id=period.id, period=period, number=1, state="draft")
        session.add(found)
        session.flush()
    return found


def pack_of(session: Session, meeting: Meeting) -> Pack:
    """The newest Part 1 pack of a meeting; version 1, in draft, where there is none yet."""
    found = session.scalar(
        sa.select(Pack).where(Pack.meeting_id == meeting.id, Pack.part == 1).order_by(Pack.version.desc()).limit(1)
    )
    if found is None:
        found = Pack(meeting_id=meeting.id, meeting=meeting, part=1, version=1, state="draft")
        session.add(found)
        session.flush()
    return found


def ask_for_build(session: Session, thing: Thing, *, asked_by: int | None, real_now: datetime) -> Job:
    """Ask a worker to build it; asking again while it is being built gives the same job."""
    refuse_frozen(locked(session, thing))
    kind = kind_of(thing)
    return enqueue(
        session,
        kind=f"{kind}.build",
        argument={kind: thing.id},
        thing_kind=kind,
        thing_id=thing.id,
        asked_by=asked_by,
        real_now=real_now,
    )


def ask_for_slides(session: Session, thing: Thing, *, asked_by: int | None, real_now: datetime) -> Job:
    """Ask a worker for the slides of what is built or released; they come from its frozen facts and change nothing."""
    locked(session, thing)
    if thing.facts is None or thing.pdf_hash is None:
        raise Refused("It is not built, so there are no frozen facts to make slides from.", "a build that has ended")
    kind = kind_of(thing)
    return enqueue(
        session,
        kind=f"{kind}.slides",
        argument={kind: thing.id},
        thing_kind=f"{kind}-slides",
        thing_id=thing.id,
        asked_by=asked_by,
        real_now=real_now,
    )


def accept_gap(
    session: Session,
    thing: Thing,
    *,
    gap_key: str,
    reason: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> GapAcceptance:
    """A named person accepts that something is missing, with the reason; accepting it twice changes nothing."""
    refuse_frozen(locked(session, thing))
    kind = kind_of(thing)
    found = session.scalar(
        sa.select(GapAcceptance).where(
            GapAcceptance.thing_kind == kind, GapAcceptance.thing_id == thing.id, GapAcceptance.gap_key == gap_key
        )
    )
    if found is not None:
        return found
    gap = next((gap for gap in contents_now(session, thing, now).gaps if gap.key == gap_key), None)
    if gap is None:
        raise Refused("That gap is not there any more: what was missing has come in, or the list has changed.")
    if not reason.strip():
        raise Refused("A gap is accepted with a reason, which is printed in the pack.", "the reason")
    found = GapAcceptance(
        thing_kind=kind,
        thing_id=thing.id,
        gap_key=gap.key,
        sentence=gap.sentence,
        reason=reason.strip(),
        person_name=doer.name,
        capacity=doer.capacity,
        at=now,
        demonstration=demonstration,
    )
    session.add(found)
    session.flush()
    owner = owner_of(thing)
    said = {"gap": gap.key, "sentence": gap.sentence, "reason": found.reason, **named(thing)}
    append(session, [Act(Tag.GAP_ACCEPTED, doer, owner.id, owner.name, kind, thing.id, said)], now)
    return found


def contents_now(session: Session, thing: Thing, now: datetime) -> Contents:
    """What the edition or pack would hold now, and what is missing from it."""
    if isinstance(thing, Edition):
        return gaps.edition_contents_of(edition_content(session, thing))
    return gaps.pack_contents_of(pack_content(session, thing, now))
