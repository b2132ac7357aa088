"""The register of risks and issues as it is listed: a row each with score, band and trend; and the heat map."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db.by_words import few
from app.db.pages import Span
from app.people.models import Collaborative, Person
from app.permissions import Missing
from app.programme.finding import chosen_open, periods
from app.programme.models import Programme, Workstream
from app.programme.raid_models import ProgrammeAction, ProgrammeDecision, Risk, RiskAssessment
from app.programme.risk_scores import ORDERS, SCORE, RiskFilters, listed
from workflows.risks import Assessed, Score, Trend, trend


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One risk in the register, with its newest score and how that stands to the end of the last period."""

    id: int
    code: str
    kind: str
    title: str
    workstream: str | None
    workstream_code: str | None
    owner: str | None
    owner_code: str | None
    mitigation: str
    state: str
    escalation: str
    raised_on: date
    review_on: date | None
    assessed_on: date | None
    score: Score | None
    inherent: Score
    target: Score | None
    trend: Trend
    demonstration: bool

    @property
    def number(self) -> int:
        """Its score, 0 where it was never assessed."""
        return self.score.number if self.score else 0


def risk_by_code(session: Session, code: str) -> Risk:
    """The risk with this code, with what its page names; raises `Missing`."""
    found = session.scalar(
        sa.select(Risk)
        .where(Risk.code == code)
        .options(
            joinedload(Risk.programme).joinedload(Programme.collaborative).joinedload(Collaborative.host),
            joinedload(Risk.workstream),
            joinedload(Risk.owner),
            selectinload(Risk.assessments),
            selectinload(Risk.events),
        )
    )
    if found is None:
        raise Missing
    return found


def last_period_ends(session: Session, programme_id: int, on: date) -> date | None:
    """The last day of the period before the open one, against which a trend is read; None before there is one."""
    every = periods(session, programme_id)
    current = chosen_open(every, on)
    before = [one.ends for one in every if current is None or one.starts < current.starts]
    ended = [day for day in before if day < on]
    return max(ended, default=None)


def register(
    session: Session, programme_id: int, filters: RiskFilters, on: date, shown: Span | None = None
) -> list[RiskRow]:
    """The programme's risks and issues, filtered and sorted, all or those of one page; three statements."""
    query = listed(programme_id, filters).with_only_columns(
        *(getattr(Risk, name) for name in _COLUMNS),
        Workstream.title.label("workstream"),
        Workstream.code.label("workstream_code"),
        Person.name.label("owner"),
        Person.code.label("owner_code"),
    )
    query = query.order_by(*ORDERS[filters.sort], sa.func.coalesce(SCORE, 0).desc(), Risk.id)
    found = session.execute(shown.cut(query) if shown else query).all()
    of_these = Risk.programme_id == programme_id if shown is None else Risk.id.in_([row.id for row in found])
    scores = _scores(session, of_these)
    ends = last_period_ends(session, programme_id, on)
    return [_row(row, scores.get(row.id, ()), ends) for row in found]


def _scores(session: Session, condition: sa.ColumnElement[bool]) -> Mapping[int, list[Assessed]]:
    query = (
        sa.select(
            RiskAssessment.risk_id,
            RiskAssessment.assessed_on,
            RiskAssessment.likelihood,
            RiskAssessment.consequence,
        )
        .join(Risk, Risk.id == RiskAssessment.risk_id)
        .where(condition)
        .order_by(RiskAssessment.assessed_on, RiskAssessment.number)
    )
    found: dict[int, list[Assessed]] = {}
    for risk_id, on, likelihood, consequence in session.execute(query):
        found.setdefault(risk_id, []).append(Assessed(on, Score(likelihood, consequence)))
    return found


_COLUMNS = (
    *("id", "code", "kind", "title", "mitigation", "state", "escalation", "raised_on", "review_on", "demonstration"),
    *("inherent_likelihood", "inherent_consequence", "target_likelihood", "target_consequence"),
)


def _row(risk: Any, assessed: Sequence[Assessed], ends: date | None) -> RiskRow:
    return RiskRow(
        id=risk.id,
        code=risk.code,
        kind=risk.kind,
        title=risk.title,
        workstream=risk.workstream,
        workstream_code=risk.workstream_code,
        owner=risk.owner,
        owner_code=risk.owner_code,
        mitigation=risk.mitigation,
        state=risk.state,
        escalation=risk.escalation,
        raised_on=risk.raised_on,
        review_on=risk.review_on,
        assessed_on=assessed[-1].on if assessed else None,
        score=assessed[-1].score if assessed else None,
        inherent=Score(risk.inherent_likelihood, risk.inherent_consequence),
        target=target_of(risk),
        trend=trend(assessed, ends),
        demonstration=risk.demonstration,
    )


def target_of(risk: Any) -> Score | None:
    """The score that is aimed at, where one is set."""
    if risk.target_likelihood is None or risk.target_consequence is None:
        return None
    return Score(risk.target_likelihood, risk.target_consequence)


def assessed_of(risk: Risk) -> list[Assessed]:
    """A risk's assessments as the rules take them."""
    return [Assessed(one.assessed_on, Score(one.likelihood, one.consequence)) for one in risk.assessments]


def owners_of(session: Session, programme_id: int) -> Sequence[tuple[str, str]] | None:
    """Who owns a risk of the programme (code, name), by name; None where they are too many for a list."""
    return few(
        session,
        sa.select(Person.code, Person.name)
        .where(Person.id.in_(sa.select(Risk.owner_id).where(Risk.programme_id == programme_id)))
        .order_by(Person.name, Person.code),
    )


def facts_for(session: Session, workstream_ids: Collection[int], on: date) -> list[dict[str, Any]]:
    """The open risks and issues of these workstreams as JSON facts for a pack, the gravest first of each workstream.

    Each with `workstream_id`, code, kind, title, cause, event, effect, mitigation, owner, likelihood, consequence,
    score, band, trend, target (score or None), escalation, review_on (ISO day or None) and demonstration.
    """
    query = (
        sa.select(Risk, Person.name)
        .outerjoin(Person, Person.id == Risk.owner_id)
        .where(Risk.workstream_id.in_(workstream_ids), Risk.state == "open", Risk.raised_on <= on)
    )
    scores = _scores(session, Risk.workstream_id.in_(workstream_ids))
    ends: dict[int, date | None] = {}
    facts = []
    for risk, owner in session.execute(query):
        if risk.programme_id not in ends:
            ends[risk.programme_id] = last_period_ends(session, risk.programme_id, on)
        assessed = [one for one in scores.get(risk.id, []) if one.on <= on]
        score, target = (assessed[-1].score if assessed else None), target_of(risk)
        facts.append(
            {
                "workstream_id": risk.workstream_id,
                **{name: getattr(risk, name) for name in ("code", "kind", "title", "cause", "event", "effect")},
                "mitigation": risk.mitigation,
                "owner": owner,
                "likelihood": score.likelihood if score else None,
                "consequence": score.consequence if score else None,
                "score": score.number if score else None,
                "band": score.band if score else None,
                "trend": trend(assessed, ends[risk.programme_id]),
                "target": target.number if target else None,
                "escalation": risk.escalation,
                "review_on": risk.review_on.isoformat() if risk.review_on else None,
                "demonstration": risk.demonstration,
            }
        )
    return sorted(facts, key=lambda fact: (fact["workstream_id"], -(fact["score"] or 0), fact["code"]))


def realised_from(session: Session, issue: Risk) -> Risk | None:
    """The risk that became this issue."""
    return session.scalar(sa.select(Risk).where(Risk.became == issue.code, Risk.programme_id == issue.programme_id))


def actions_about(session: Session, risk_id: int) -> Sequence[ProgrammeAction]:
    """The actions that were agreed because of this risk, oldest first."""
    return session.scalars(
        sa.select(ProgrammeAction)
        .where(ProgrammeAction.risk_id == risk_id)
        .options(joinedload(ProgrammeAction.owner))
        .order_by(ProgrammeAction.id)
    ).all()


def decisions_about(session: Session, risk_id: int) -> Sequence[ProgrammeDecision]:
    """The decisions that were taken about this risk, oldest first."""
    return session.scalars(
        sa.select(ProgrammeDecision)
        .where(ProgrammeDecision.risk_id == risk_id)
        .order_by(ProgrammeDecision.decided_on, ProgrammeDecision.id)
    ).all()
