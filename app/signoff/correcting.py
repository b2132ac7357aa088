"""What may follow a decision: its minute reference, or a correction with its reason; the first entry stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.people.models import DecidingBody
from app.permissions import Missing, Refused
from app.signoff.folding import Folded, act_of, folded, locked_case, settle
from app.signoff.payloads import keepers_said, variation_said
from app.signoff.refusals import refuse, refuse_dates
from workflows.ballot import is_complete
from workflows.case_history import DECISION_NOT_QUORATE, DECISION_RECORDED, day_of, day_said
from workflows.facts import AnswerFact, CaseEntry

MOST_REFERENCE = 100


def reference_minute(session: Session, *, case_id: int, body_id: int, reference: str, doer: Doer, now: datetime) -> int:
    """Give the minute in which a body's latest decision stands ("GBP/1516/041"); raises `Refused` without one."""
    found, body = _found(session, case_id, body_id, now)
    text = reference.strip()
    if not text or len(text) > MOST_REFERENCE:
        raise Refused(f"A minute reference has 1 to {MOST_REFERENCE} characters.")
    decision = _latest(found, body)
    said: dict[str, object] = {
        "body_id": body.id,
        "body": body.short_name,
        "corrects": decision.id,
        "reference": text,
        "round": decision.payload.get("round"),
    }
    return settle(session, found, [act_of(found, Tag.MINUTE_REFERENCED, doer, body.organisation, said)])[0]


def correct_decision(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    entry_id: int,
    reason: str,
    answer: AnswerFact | None,
    doer: Doer,
    now: datetime,
) -> int:
    """Correct what was recorded of a decision, with the reason; `answer` None says that nothing was decided.

    Raises `Refused` without a reason, or when the entry is not the body's latest decision.
    """
    found, body = _found(session, case_id, body_id, now)
    if not reason.strip():
        raise Refused("A correction needs its reason.", "the reason")
    decision = _latest(found, body)
    if decision.id != entry_id or decision.tag != DECISION_RECORDED:
        raise Refused(f"That is not the latest decision of {body.short_name} on this case.", "its latest decision")
    said: dict[str, object] = {
        "body_id": body.id,
        "body": body.short_name,
        "corrects": entry_id,
        "reason": reason.strip(),
        "round": decision.payload.get("round"),
        "answer": answer.answer if answer else None,
    }
    if answer is not None:
        stage = found.definition.stage(str(decision.payload["stage"]))
        answer = stage.as_its_own(answer)
        rule = stage.rule_for(body.kind)
        if rule is None or answer.answer not in rule.answers:
            raise Refused(f"“{answer.answer.replace('_', ' ')}” is not an answer to this question.")
        refuse(is_complete(answer))
        refuse_dates(answer, day_said(decision.payload, "held_on") or day_of(decision.at))
        said |= {
            "conditions": [text.strip() for text in answer.conditions if text.strip()],
            "variation": variation_said(answer.variation) if answer.variation else None,
            "keepers": keepers_said(answer).get("keepers", []),
            "until": answer.until.isoformat() if answer.until else None,
            "answer_reason": answer.reason.strip(),
            "answer_title": answer.own.title if answer.own else None,
        }
    return settle(session, found, [act_of(found, Tag.DECISION_CORRECTED, doer, body.organisation, said)])[0]


def _found(session: Session, case_id: int, body_id: int, now: datetime) -> tuple[Folded, DecidingBody]:
    case = locked_case(session, case_id)
    found = folded(session, case, now)
    body = session.get(DecidingBody, body_id)
    if body is None or not any(party.body_id == body_id for party in found.parties):
        raise Missing
    return found, body


def _latest(found: Folded, body: DecidingBody) -> CaseEntry:
    """The body's latest decision, or its latest meeting that was not quorate."""
    for entry in reversed(found.entries):
        if entry.payload.get("body_id") == body.id and entry.tag in (DECISION_RECORDED, DECISION_NOT_QUORATE):
            return entry
    raise Refused(f"No decision of {body.short_name} on this case is recorded yet.", "its decision")
