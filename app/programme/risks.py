"""What can be done with a risk or issue: raise, change, assess, close; each act with its reason and on record."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.db.types import GivenDate
from app.permissions import Missing, Refused, Stale
from app.programme.models import Programme, Workstream
from app.programme.raid_models import Risk, RiskAssessment, RiskEvent
from app.programme.recording import record
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.risks import Score


@dataclass(frozen=True, slots=True)
class RiskText:
    """What a risk says. `workstream_id` None: of the programme as a whole."""

    kind: str
    title: str
    workstream_id: int | None
    cause: str
    event: str
    effect: str
    mitigation: str
    owner_id: int | None
    inherent: Score
    target: Score | None
    proximity: GivenDate
    review_on: date | None


def raise_risk(
    session: Session,
    programme: Programme,
    text: RiskText,
    *,
    current: Score,
    why: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> Risk:
    """Put a risk or issue on the register with its first assessment; its code is the programme's next."""
    if not text.title.strip():
        raise Refused("A risk is known by its title.", "Say in a line what may happen.")
    risk = Risk(
        code=next_code(session, Risk.code, programme, "risk"),
        programme_id=programme.id,
        raised_on=day_of(now),
        state="open",
        escalation="none",
        version=1,
        demonstration=demonstration,
    )
    _put(session, risk, programme, text)
    session.add(risk)
    session.flush()
    _assessed(session, risk, current, why, day_of(now), doer, now)
    said = {**named(risk), "score": current.number, "band": current.band}
    record(session, Tag.RISK_RAISED, programme, risk.workstream, ("risk", risk.id), said, doer, now)
    return risk


def change_risk(
    session: Session, risk_id: int, text: RiskText, *, reason: str, seen: int, doer: Doer, now: datetime
) -> Risk:
    """Change what a risk says, with a reason. `seen` is the version the page showed."""
    risk = locked(session, risk_id, seen)
    _needs_reason(reason, "What a risk says changes only with a reason.", "Say why it changes.")
    if risk.state != "open":
        raise Refused(f"“{risk.title}” is {risk.state}, so it stays as it is.", "Open it again first.")
    _put(session, risk, risk.programme, text)
    _happened(session, risk, "changed", reason, Tag.RISK_CHANGED, doer, now)
    return risk


def assess_risk(
    session: Session, risk_id: int, score: Score, *, why: str, seen: int, doer: Doer, now: datetime
) -> RiskAssessment:
    """Append how it is judged today, and why; the same score again says that it was looked at."""
    risk = locked(session, risk_id, seen)
    _needs_reason(why, "An assessment says why it is so.", "Say what the score rests on.")
    if risk.state != "open":
        raise Refused(f"“{risk.title}” is {risk.state}, so it is assessed no more.", "Open it again first.")
    before = risk.assessments[-1] if risk.assessments else None
    made = _assessed(session, risk, score, why, day_of(now), doer, now)
    risk.version += 1
    said = {
        **named(risk),
        "score": score.number,
        "band": score.band,
        "was": before.likelihood * before.consequence if before else None,
        "reason": why.strip(),
    }
    record(session, Tag.RISK_ASSESSED, risk.programme, risk.workstream, ("risk", risk.id), said, doer, now)
    return made


def close_risk(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """Close it: it can no longer happen, or the issue is dealt with."""
    risk = locked(session, risk_id, seen)
    _needs_reason(reason, "A risk is closed only with a reason.", "Say why it needs no more watching.")
    if risk.state != "open":
        raise Refused(f"“{risk.title}” is {risk.state} already.", "Nothing is left to do.")
    risk.state, risk.escalation = "closed", "none"
    _happened(session, risk, "closed", reason, Tag.RISK_CLOSED, doer, now)
    return risk


def realise_risk(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """It has happened: the risk is kept as realised, and an issue with its texts takes its place. Gives the issue.

    What has happened is almost certain, so the issue's likelihood is 5.
    """
    risk = locked(session, risk_id, seen)
    _needs_reason(reason, "Say what happened.", "Say when and how the risk was realised.")
    if risk.kind != "risk" or risk.state != "open":
        raise Refused(
            f"“{risk.title}” is no open risk, so it cannot be realised.", "Only an open risk becomes an issue."
        )
    newest = risk.assessments[-1] if risk.assessments else None
    consequence = newest.consequence if newest else risk.inherent_consequence
    issue = Risk(
        code=next_code(session, Risk.code, risk.programme, "risk"),
        programme_id=risk.programme_id,
        kind="issue",
        raised_on=day_of(now),
        state="open",
        escalation=risk.escalation,
        version=1,
        demonstration=risk.demonstration,
        inherent_likelihood=5,
        **{name: getattr(risk, name) for name in _CARRIED},
    )
    session.add(issue)
    session.flush()
    _assessed(session, issue, Score(5, consequence), reason, day_of(now), doer, now)
    risk.state, risk.became, risk.escalation = "realised", issue.code, "none"
    _happened(session, risk, "realised", reason, Tag.RISK_REALISED, doer, now)
    return issue


_CARRIED = (
    *("workstream_id", "title", "cause", "event", "effect", "mitigation", "inherent_consequence"),
    *("target_likelihood", "target_consequence", "owner_id", "review_on"),
)


def reopen_risk(session: Session, risk_id: int, *, reason: str, seen: int, doer: Doer, now: datetime) -> Risk:
    """Open a closed one again."""
    risk = locked(session, risk_id, seen)
    _needs_reason(reason, "A risk is opened again only with a reason.", "Say why it has to be watched again.")
    if risk.state != "closed":
        raise Refused(f"“{risk.title}” is {risk.state}, so it cannot be opened again.", "Only a closed one can.")
    risk.state = "open"
    _happened(session, risk, "reopened", reason, Tag.RISK_REOPENED, doer, now)
    return risk


def locked(session: Session, risk_id: int, seen: int) -> Risk:
    """The risk, locked for a change; raises `Missing`, and `Stale` where it is not the version the page showed."""
    risk = session.get(Risk, risk_id, with_for_update=True, populate_existing=True)
    if risk is None:
        raise Missing
    if risk.version != seen:
        last = risk.events[-1] if risk.events else None
        newest = risk.assessments[-1] if risk.assessments else None
        changes = [f"{last.by}: {last.what.replace('_', ' ')}, because: {last.reason}"] if last else []
        if newest and (last is None or newest.at > last.at):
            score = Score(newest.likelihood, newest.consequence)
            changes = [f"{newest.by} assessed it on {day_in_words(newest.assessed_on)}: {score.sentence}."]
        raise Stale(f"“{risk.title}” was changed after you opened the page. Nothing of yours was saved.", *changes)
    return risk


def noted(session: Session, risk: Risk, what: str, reason: str, doer: Doer, now: datetime) -> None:
    """Append what was done with it to its own history, and count its version up."""
    session.add(RiskEvent(risk_id=risk.id, what=what, reason=reason.strip(), by=doer.name, at=now))
    risk.version += 1
    session.flush()
    session.expire(risk, ["events"])


def named(risk: Risk) -> dict[str, str]:
    """How entries of the record name a risk."""
    return {"risk": risk.code, "risk_title": risk.title, "kind": risk.kind}


def next_code(session: Session, column: InstrumentedAttribute[str], programme: Programme, word: str) -> str:
    """The programme's next free code in this column: `swl-commissioning-risk-12`."""
    stem = f"{programme.code}-{word}-"
    taken = session.scalars(sa.select(column).where(column.startswith(stem, autoescape=True)))
    numbers = [int(code[len(stem) :]) for code in taken if code[len(stem) :].isdecimal()]
    return f"{stem}{max(numbers, default=0) + 1}"


def _needs_reason(reason: str, sentence: str, need: str) -> None:
    if not reason.strip():
        raise Refused(sentence, need)


def _put(session: Session, risk: Risk, programme: Programme, text: RiskText) -> None:
    workstream = session.get(Workstream, text.workstream_id) if text.workstream_id is not None else None
    if text.workstream_id is not None and (workstream is None or workstream.programme_id != programme.id):
        raise Refused("That workstream is not one of this programme.", "Choose one of its workstreams, or none.")
    risk.kind, risk.title, risk.workstream_id = text.kind, text.title.strip(), text.workstream_id
    risk.cause, risk.event, risk.effect, risk.mitigation = text.cause, text.event, text.effect, text.mitigation
    risk.owner_id, risk.review_on = text.owner_id, text.review_on
    risk.inherent_likelihood, risk.inherent_consequence = text.inherent.likelihood, text.inherent.consequence
    risk.target_likelihood = text.target.likelihood if text.target else None
    risk.target_consequence = text.target.consequence if text.target else None
    risk.proximity_words = text.proximity.words
    risk.proximity_earliest, risk.proximity_latest = text.proximity.earliest, text.proximity.latest


def _assessed(
    session: Session, risk: Risk, score: Score, why: str, on: date, doer: Doer, now: datetime
) -> RiskAssessment:
    made = RiskAssessment(
        risk_id=risk.id,
        number=len(risk.assessments) + 1,
        assessed_on=on,
        likelihood=score.likelihood,
        consequence=score.consequence,
        why=why.strip(),
        by=doer.name,
        at=now,
    )
    session.add(made)
    session.flush()
    session.expire(risk, ["assessments"])
    return made


def _happened(session: Session, risk: Risk, what: str, reason: str, tag: Tag, doer: Doer, now: datetime) -> None:
    noted(session, risk, what, reason, doer, now)
    said = {**named(risk), "reason": reason.strip()}
    record(session, tag, risk.programme, risk.workstream, ("risk", risk.id), said, doer, now)
