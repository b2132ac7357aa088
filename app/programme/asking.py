"""Asking the bodies: a sign-off case or further round on a document's version, an item for their next meetings."""

import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.models import DocumentVersion
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import next_meeting
from app.meetings.service import propose_item
from app.people.body_facts import party_fact
from app.people.models import DecidingBody
from app.people.queries import bodies_of_collaborative
from app.permissions import Refused
from app.programme.finding import bodies_of
from app.programme.models import Update, Workstream
from app.signoff.definitions import offered_one, offered_to
from app.signoff.models import Case, CaseState, Round
from app.signoff.service import Subject, open_case
from workflows.case_history import day_of
from workflows.definition import fits_every_stage
from workflows.offered import newest
from workflows.stages import Definition
from workflows.verdict import Verdict

USUAL = "standards"
"""The name of the route that a document takes where no other is chosen."""

NOT_FOR_DOCUMENTS = frozenset({"pack-release"})
SUBJECT = "document"
STANDING = ("open", "between rounds")


def subject_of(version: DocumentVersion) -> Subject:
    """An issued version as the subject of a case; refuses a draft, which has no hash to bind a signature to."""
    if version.hash is None:
        raise Refused(
            f"Version {version.label} of {version.document.title} is a draft, and a draft can still change.",
            "Issue the version first: its hash is what every signature is bound to.",
        )
    return Subject(SUBJECT, version.document_id, version.id, version.label, version.hash)


def case_on(session: Session, document_id: int) -> Case | None:
    """The case on a document that is not closed, if there is one: open, or waiting for its next round's version."""
    return session.scalar(
        sa.select(Case)
        .join(CaseState, CaseState.case_id == Case.id)
        .where(Case.subject_kind == SUBJECT, Case.subject_id == document_id, CaseState.state.in_(STANDING))
        .order_by(Case.id.desc())
        .limit(1)
    )


def routes_for(session: Session) -> list[Definition]:
    """The definitions under which a document can be asked about, the newest version of each; the usual one first."""
    found = [one for one in newest(offered_to(session)) if one.name not in NOT_FOR_DOCUMENTS]
    return sorted(found, key=lambda one: (one.name != USUAL, one.title))


def fitting(definition: Definition, bodies: Sequence[DecidingBody]) -> Verdict:
    """Can a case be opened under this definition that asks just these bodies? Every stage has to be possible."""
    return fits_every_stage(definition, [party_fact(body) for body in bodies])


def asked_by_route(definition: Definition, bodies: Sequence[DecidingBody]) -> list[DecidingBody]:
    """Those of these bodies that some stage of the route asks: it has no question for a body of another kind."""
    return [body for body in bodies if any(stage.rule_for(body.kind) for stage in definition.stages)]


def open_case_on(
    session: Session,
    version: DocumentVersion,
    *,
    doer: Doer,
    now: datetime,
    bodies: Sequence[DecidingBody] | None = None,
    title: str = "",
    code: str = "",
    definition: tuple[str, int] | None = None,
) -> Case:
    """Open a sign-off case on an issued version; unless named, its parties are those of the group that the route asks.

    The programme's host asks, since a collaborative is not an organisation.
    """
    subject = subject_of(version)
    document = version.document
    standing = case_on(session, document.id)
    if standing is not None:
        raise Refused(
            f"“{standing.title}” is open on this document already, and two cases at once would ask for two answers.",
            "Put this version to the bodies as a further round of that case.",
        )
    _refuse_agreed(session, subject)
    chosen, parties = definition or _usual(session), bodies
    if parties is None:
        everyone = bodies_of_collaborative(session, document.collaborative_id, day_of(now))
        parties = asked_by_route(offered_one(session, *chosen), everyone)
    return open_case(
        session,
        code=code or _free_code(session, f"{document.code}-v{version.label}"),
        title=title or f"{document.title}, version {version.label}",
        subject=subject,
        definition=chosen,
        parties=parties,
        asked_by=document.collaborative.host,
        collaborative_id=document.collaborative_id,
        doer=doer,
        now=now,
        demonstration=document.demonstration,
    )


def _usual(session: Session) -> tuple[str, int]:
    found = routes_for(session)[0]
    return found.name, found.version


def newest_asked(session: Session, case: Case) -> int:
    """The id of the newest version that any round of the case asked about."""
    return session.scalar(sa.select(sa.func.max(Round.version_id)).where(Round.case_id == case.id)) or 0


def _refuse_agreed(session: Session, subject: Subject) -> None:
    """What every party has agreed is not asked again in a new case."""
    agreed = session.scalar(
        sa.select(Case)
        .join(CaseState, CaseState.case_id == Case.id)
        .join(Round, sa.and_(Round.case_id == Case.id, Round.number == CaseState.round))
        .where(
            Case.subject_kind == subject.kind,
            Case.subject_id == subject.id,
            CaseState.state == "agreed",
            Round.content_hash == subject.content_hash,
        )
        .limit(1)
    )
    if agreed is not None:
        raise Refused(
            f"Version {subject.version_label} is agreed by everyone who was asked, in “{agreed.title}”.",
            "a further version, to ask about what has changed",
        )


def _free_code(session: Session, wanted: str) -> str:
    """`wanted` as an address can carry it, numbered where earlier cases have it."""
    slug = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:50]
    taken = set(session.scalars(sa.select(Case.code).where(Case.code.startswith(slug, autoescape=True))))
    number = 2
    code = slug
    while code in taken:
        code = f"{slug}-{number}"
        number += 1
    return code


def propose_workstream_item(
    session: Session, workstream: Workstream, meeting: Meeting, update: Update, doer: Doer, now: datetime
) -> AgendaItem:
    """Put the decisions that an approved update asks for on a meeting's agenda; a second time it is the same item."""
    return propose_item(
        session,
        meeting,
        origin="workstream",
        subject_kind="workstream",
        subject_id=workstream.id,
        title=f"{workstream.title}: decisions asked for",
        purpose="decision",
        recommendation=update.decisions,
        paper=f"{update.headline}\n\n{update.done}",
        summary=update.headline,
        author=update.written_by.name if update.written_by else "",
        doer=doer,
        now=now,
        demonstration=update.demonstration,
    )


def propose_decisions(session: Session, update: Update, doer: Doer, now: datetime) -> list[AgendaItem]:
    """Put an approved update's decisions on the next meeting of every governing body that takes part.

    A transaction of its own: in the order of the organisations, as the record's logs are locked.
    """
    if update.state != "approved" or not update.decisions.strip():
        return []
    bodies = [body for body in bodies_of(session, update.workstream_id) if body.kind == "governing_body"]
    items = []
    for body in sorted(bodies, key=lambda body: body.organisation_id):
        meeting = next_meeting(session, body.id, day_of(now))
        if meeting is not None:
            items.append(propose_workstream_item(session, update.workstream, meeting, update, doer, now))
    return items
