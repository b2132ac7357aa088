"""What a milestone waits for and which sign-offs need it: added and taken away with a reason, never in a circle."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.documents.models import Document
from app.permissions import Missing, Refused
from app.programme.consequences import dependencies_in, milestones_in
from app.programme.dependency_models import MilestoneDependency, MilestoneSignOff
from app.programme.milestones import refuse_withdrawn
from app.programme.models import Milestone, Programme
from app.programme.recording import record
from workflows.slippage import circle


def add_dependency(
    session: Session,
    milestone_id: int,
    needs_id: int,
    *,
    note: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> MilestoneDependency:
    """Say that a milestone cannot be reached before another of its programme. A circle is refused with its way."""
    milestone = _locked(session, milestone_id)
    refuse_withdrawn(milestone)
    programme_id = milestone.workstream.programme_id
    every = {one.id: one for one in milestones_in(session, programme_id)}
    if needs_id not in every:
        raise Refused("That milestone is not one of this programme.", "Choose a milestone of the same programme.")
    pairs = [(one.milestone_id, one.needs_id) for one in dependencies_in(session, programme_id)]
    needs = every[needs_id]
    refuse_withdrawn(needs)
    if (milestone_id, needs_id) in pairs:
        raise Refused(f"“{milestone.title}” waits for “{needs.title}” already.", "Nothing is left to do.")
    way = circle(milestone_id, needs_id, pairs)
    if way is not None:
        named = " needs ".join(f"“{every[step].title}”" for step in way)
        raise Refused(
            f"That would close a circle: {named}. None of them could be reached first.",
            "Take one of these dependencies away first.",
        )
    _needs(note, "A dependency says why.", "Say what the one needs of the other.")
    made = MilestoneDependency(
        milestone_id=milestone_id, needs_id=needs_id, note=note.strip(), demonstration=demonstration
    )
    session.add(made)
    session.flush()
    _recorded(session, Tag.DEPENDENCY_ADDED, milestone, {"needs": needs.title, "reason": note.strip()}, doer, now)
    return made


def remove_dependency(
    session: Session, milestone_id: int, needs_id: int, *, reason: str, doer: Doer, now: datetime
) -> None:
    """Take a dependency away; the record keeps that it stood, and why it went."""
    milestone = _locked(session, milestone_id)
    found = session.scalar(
        sa.select(MilestoneDependency).where(
            MilestoneDependency.milestone_id == milestone_id, MilestoneDependency.needs_id == needs_id
        )
    )
    if found is None:
        raise Missing
    _needs(reason, "A dependency goes only with a reason.", "Say why it no longer holds.")
    title = found.needs.title
    session.delete(found)
    session.flush()
    _recorded(session, Tag.DEPENDENCY_REMOVED, milestone, {"needs": title, "reason": reason.strip()}, doer, now)


def add_sign_off(
    session: Session,
    milestone_id: int,
    document_id: int,
    *,
    note: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> MilestoneSignOff:
    """Say that a document's sign-off needs this milestone: its papers cannot go out before it is reached."""
    milestone = _locked(session, milestone_id)
    document = session.get(Document, document_id)
    if document is None or document.collaborative_id != milestone.workstream.programme.collaborative_id:
        raise Refused("That document is not one of this collaborative.", "Choose one of its documents.")
    query = sa.select(MilestoneSignOff.id).where(
        MilestoneSignOff.milestone_id == milestone_id, MilestoneSignOff.document_id == document_id
    )
    if session.scalar(query) is not None:
        raise Refused(f"The sign-off of “{document.title}” needs it already.", "Nothing is left to do.")
    _needs(note, "A dependency says why.", "Say what the sign-off needs of the milestone.")
    made = MilestoneSignOff(
        milestone_id=milestone_id, document_id=document_id, note=note.strip(), demonstration=demonstration
    )
    session.add(made)
    session.flush()
    said = {"document": document.code, "needs": f"the sign-off of {document.title}", "reason": note.strip()}
    _recorded(session, Tag.DEPENDENCY_ADDED, milestone, said, doer, now)
    return made


def remove_sign_off(
    session: Session, milestone_id: int, document_id: int, *, reason: str, doer: Doer, now: datetime
) -> None:
    """Say that a document's sign-off no longer needs this milestone, and why."""
    milestone = _locked(session, milestone_id)
    found = session.scalar(
        sa.select(MilestoneSignOff).where(
            MilestoneSignOff.milestone_id == milestone_id, MilestoneSignOff.document_id == document_id
        )
    )
    if found is None:
        raise Missing
    _needs(reason, "A dependency goes only with a reason.", "Say why it no longer holds.")
    said = {"document": found.document.code, "needs": f"the sign-off of {found.document.title}"}
    session.delete(found)
    session.flush()
    _recorded(session, Tag.DEPENDENCY_REMOVED, milestone, {**said, "reason": reason.strip()}, doer, now)


def _locked(session: Session, milestone_id: int) -> Milestone:
    milestone = session.get(Milestone, milestone_id, with_for_update=True, populate_existing=True)
    if milestone is None:
        raise Missing
    # two dependencies that close a circle only together are added one after the other
    session.execute(sa.select(Programme.id).where(Programme.id == milestone.workstream.programme_id).with_for_update())
    return milestone


def _needs(text: str, sentence: str, need: str) -> None:
    if not text.strip():
        raise Refused(sentence, need)


def _recorded(
    session: Session, tag: Tag, milestone: Milestone, said: dict[str, str], doer: Doer, now: datetime
) -> None:
    workstream = milestone.workstream
    named = {"milestone": milestone.code, "milestone_title": milestone.title, **said}
    record(session, tag, workstream.programme, workstream, ("milestone", milestone.id), named, doer, now)
