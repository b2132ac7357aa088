"""When a body comments on the clauses of a version: while a case asks it for its response to exactly that version."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.comments import write_comment
from app.documents.models import ClauseComment, DocumentVersion
from app.people.models import DecidingBody
from app.permissions import Refused
from app.programme.asking import case_on
from app.signoff.folding import folded
from workflows.verdict import Verdict, no, yes


def open_to(session: Session, version: DocumentVersion, body: DecidingBody, now: datetime) -> Verdict:
    """May this body comment on this version now?"""
    case = case_on(session, version.document_id)
    if case is None:
        return no(
            f"Nobody is asked for a response to version {version.label} now.",
            "a case at the stage of responses, on this version",
        )
    found = folded(session, case, now)
    current = found.round
    if current.content_hash != version.hash:
        return no(f"The bodies are asked about {current.version_label} now, not about version {version.label}.")
    if not any(party.body_id == body.id for party in found.parties):
        return no(f"{body.short_name} is not asked in “{case.title}”.")
    rule = found.stage.rule_for(body.kind)
    if rule is None or "respond" not in rule.answers:
        return no(f"“{current.title}” asks for a decision; comments are for the stage of responses.")
    return yes(f"{body.short_name} may comment on version {version.label}.")


def comment_for(
    session: Session,
    version: DocumentVersion,
    clause_code: str,
    body: DecidingBody,
    *,
    kind: str,
    text: str,
    doer: Doer,
    now: datetime,
) -> ClauseComment:
    """Write a comment for a body; raises `Refused` where it is not asked for its response to this version now."""
    verdict = open_to(session, version, body, now)
    if not verdict:
        raise Refused(verdict.sentence, *verdict.needs)
    demonstration = version.document.demonstration
    return write_comment(
        session, version, clause_code, body, kind=kind, text=text, doer=doer, now=now, demonstration=demonstration
    )
