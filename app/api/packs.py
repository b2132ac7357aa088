"""A body's pack before its chair: where it stands, put forward by the board secretary, released or returned."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.operations import reads, writes
from app.api.shapes import In, Out, Reason, exampled
from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.db import db
from app.packs import gaps, service
from app.packs.models import Pack
from app.packs.routes.places import for_body, settings, stored_pack
from app.signoff.models import Case
from app.web import gate
from app.web.clock import now, real_now
from workflows.contents import may_release

GROUP = "Packs"
ASK, SIGN = "sign-off:ask", "sign-off:sign"


class GapShape(Out):
    """Something that is missing, and who accepted that."""

    sentence: str
    accepted_by: str | None
    reason: str | None


class StepShape(Out):
    """What its secretary or its chair did with a build of the pack."""

    answer: str = Field(description="put_forward, release or return")
    by: str
    capacity: str
    at: datetime
    reason: str = Field(description="Of a return: why")
    facts_hash: str = Field(description="SHA-256 of what was before them")


class PackShape(Out):
    """The newest pack of a meeting’s Part 1, and what became of it."""

    meeting: str
    version: int
    state: str = Field(description="draft, built, put_forward or released")
    facts_hash: str | None = Field(description="SHA-256 of its frozen facts: what putting forward and releasing sends")
    pdf_hash: str | None
    pages: int | None
    gaps: list[GapShape]
    ready: str = Field(description="Whether it may go out with these gaps, in a sentence")
    changed: list[str] = Field(description="What stands otherwise by now: then it is built again before it goes out")
    steps: list[StepShape] = Field(description="In the order in which they were taken")
    released_at: datetime | None
    released_by: str | None


def the_pack(meeting: str) -> Pack:
    """The newest pack of a meeting, for what the operation does with it."""
    return stored_pack(meeting)


@reads("/meetings/<meeting>/pack", group=GROUP, of=the_pack, answers=PackShape)
def pack(found: Pack, _asked: None) -> PackShape:
    """Read where the pack of a meeting stands: what is missing, what has changed, and who did what with it."""
    return _shape(db.session, found)


class SeenSaid(In):
    """What was before you."""

    model_config = exampled({"seen": "0" * 64})

    seen: str = Field(pattern=r"^[0-9a-f]{64}$", description="`facts_hash` of the pack, as it was read")


@writes("/meetings/<meeting>/pack/put-forward", group=GROUP, scope=ASK, of=the_pack, body=SeenSaid, answers=PackShape)
def put_pack_forward(session: Session, found: Pack, said: SeenSaid) -> PackShape:
    """Put exactly this pack before the chair. Until the chair has answered it cannot be built again."""
    service.put_forward(session, found, seen_hash=said.seen, doer=for_body(found.meeting), now=now())
    return _shape(session, found)


@writes("/meetings/<meeting>/pack/release", group=GROUP, scope=SIGN, of=the_pack, body=SeenSaid, answers=PackShape)
def release_pack(session: Session, found: Pack, said: SeenSaid) -> PackShape:
    """Release exactly the pack that was put forward, as the chair. It is frozen, published and sent to its readers."""
    service.release(
        session,
        found,
        seen_hash=said.seen,
        doer=for_body(found.meeting, chair=True),
        now=now(),
        real_now=real_now(),
        public_url=settings().public_url,
    )
    if not found.slides_hash:
        service.ask_for_slides(session, found, asked_by=gate.actor().person_id, real_now=real_now())
    return _shape(session, found)


class ReturnSaid(In):
    """Why it is returned."""

    model_config = exampled({"reason": "Item 4 has the wrong paper."})

    reason: Reason = Field(max_length=1000)


@writes("/meetings/<meeting>/pack/return", group=GROUP, scope=SIGN, of=the_pack, body=ReturnSaid, answers=PackShape)
def return_pack(session: Session, found: Pack, said: ReturnSaid) -> PackShape:
    """Return the pack to the board secretary, as the chair, with a reason. It can be built and put forward again."""
    service.return_pack(session, found, reason=said.reason, doer=for_body(found.meeting, chair=True), now=now())
    return _shape(session, found)


def _shape(session: Session, found: Pack) -> PackShape:
    content = found.facts["content"] if found.facts else None
    contents = gaps.pack_contents_of(content) if content else None
    accepted = gaps.accepted(content) if content else ()
    by_key = {one.key: one for one in accepted}
    return PackShape(
        meeting=found.meeting.code,
        version=found.version,
        state=found.state,
        facts_hash=found.facts_hash,
        pdf_hash=found.pdf_hash,
        pages=found.pages,
        gaps=[
            GapShape(
                sentence=one.sentence,
                accepted_by=by_key[one.key].by if one.key in by_key else None,
                reason=by_key[one.key].reason if one.key in by_key else None,
            )
            for one in (contents.gaps if contents else ())
        ],
        ready=may_release(contents, accepted).sentence if contents else "It is not built yet.",
        changed=service.changed_since(session, found, now()),
        steps=_steps(session, found),
        released_at=found.released_at,
        released_by=found.released_by or None,
    )


def _steps(session: Session, found: Pack) -> list[StepShape]:
    cases = sa.select(Case.id).where(Case.subject_kind == "pack", Case.subject_id == found.id)
    entries = session.scalars(
        sa.select(RecordEntry)
        .where(
            RecordEntry.thing_kind == "case",
            RecordEntry.thing_id.in_(cases),
            RecordEntry.tag == Tag.DECISION_RECORDED.value,
        )
        .order_by(RecordEntry.id)
    )
    return [
        StepShape(
            answer=said["answer"],
            by=one.actor_name,
            capacity=one.capacity,
            at=one.at,
            reason=said.get("reason") or "",
            facts_hash=said["content_hash"],
        )
        for one in entries
        if (said := one.payload)
    ]
