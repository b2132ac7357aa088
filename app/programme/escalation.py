"""Escalation: a manager asks that the programme takes a risk on, its director accepts, returns, or brings it down."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.permissions import Refused
from app.programme.raid_models import Risk
from app.programme.recording import record
from app.programme.risks import locked, named, noted

_STEPS = {
    # what is done: the escalation before, after, the tag, the refusal
    "escalated": ("none", "asked", Tag.RISK_ESCALATED, "is before the programme already"),
    "accepted": ("asked", "accepted", Tag.ESCALATION_ACCEPTED, "does not wait for the programme’s answer"),
    "returned": ("asked", "none", Tag.ESCALATION_RETURNED, "does not wait for the programme’s answer"),
    "de_escalated": ("accepted", "none", Tag.RISK_DE_ESCALATED, "is not at programme level"),
}


def escalate(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """Ask the programme to take it on, with the reason why the workstream cannot deal with it."""
    return _step(session, risk_id, "escalated", reason, seen, doer, now)


def accept_escalation(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """The programme takes it on: it stands at programme level."""
    return _step(session, risk_id, "accepted", reason, seen, doer, now)


def return_escalation(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """The programme leaves it with the workstream, and says why."""
    return _step(session, risk_id, "returned", reason, seen, doer, now)


def de_escalate(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """It goes back from programme level to its workstream."""
    return _step(session, risk_id, "de_escalated", reason, seen, doer, now)


def _step(session: Session, risk_id: int, what: str, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    risk = locked(session, risk_id, seen)
    before, after, tag, refusal = _STEPS[what]
    if risk.state != "open":
        raise Refused(f"“{risk.title}” is {risk.state}, so it is escalated no more.", "Open it again first.")
    if risk.escalation != before:
        raise Refused(f"“{risk.title}” {refusal}.", "Look at where it stands on its page.")
    if not reason.strip():
        raise Refused("Escalation goes with a reason, both ways.", "Say why.")
    risk.escalation = after
    noted(session, risk, what, reason, doer, now)
    said = {**named(risk), "reason": reason.strip()}
    record(session, tag, risk.programme, risk.workstream, ("risk", risk.id), said, doer, now)
    return risk
