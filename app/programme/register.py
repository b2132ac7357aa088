"""The register of risks and issues as it is listed: a row each with score, band and trend; and the heat map."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.people.models import Collaborative, Person
from app.permissions import Missing
from app.programme.finding import chosen_open, periods
from app.programme.models import Programme, Workstream
from app.programme.raid_models import ProgrammeAction, ProgrammeDecision, Risk, RiskAssessment
from workflows.risks import BANDS, Assessed, Band, Score, Trend, trend

SORTS = ("score", "title", "workstream", "owner", "review", "raised")
STANDINGS = ("open", "realised", "closed", "all")
PROGRAMME_LEVEL = "programme"
"""In the filter by workstream: risks of the programme as a whole, and those it took on."""


@dataclass(frozen=True, slots=True)
class RiskFilters:
    """What the register is narrowed to; an empty value narrows nothing. `workstream` is a code, `owner` a person's."""

    kind: str = ""
    workstream: str = ""
    state: str = "open"
    band: str = ""
    escalated: bool = False
    owner: str = ""
    text: str = ""
    likelihood: int = 0
    consequence: int = 0
    sort: str = "score"

    @property
    def narrowed(self) -> bool:
        """Whether more than the state is chosen."""
        return bool(
            self.kind
            or self.workstream
            or self.band
            or self.escalated
            or self.owner
            or self.text
            or self.likelihood
            or self.consequence
            or self.state != "open"
        )


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


def register(session: Session, programme_id: int, filters: RiskFilters, on: date) -> list[RiskRow]:
    """The programme's risks and issues, filtered and sorted; three statements however many there are."""
    query = (
        sa.select(
            Risk,
            Workstream.title.label("workstream"),
            Workstream.code.label("workstream_code"),
            Person.name.label("owner"),
            Person.code.label("owner_code"),
        )
        .outerjoin(Workstream, Workstream.id == Risk.workstream_id)
        .outerjoin(Person, Person.id == Risk.owner_id)
        .where(Risk.programme_id == programme_id)
        .order_by(Risk.id)
    )
    if filters.kind:
        query = query.where(Risk.kind == filters.kind)
    if filters.state != "all":
        query = query.where(Risk.state == filters.state)
    if filters.workstream == PROGRAMME_LEVEL:
        query = query.where(sa.or_(Risk.workstream_id.is_(None), Risk.escalation == "accepted"))
    elif filters.workstream:
        query = query.where(Workstream.code == filters.workstream)
    if filters.escalated:
        query = query.where(Risk.escalation != "none")
    if filters.owner:
        query = query.where(Person.code == filters.owner)
    for word in filters.text.split()[:8]:
        columns = (Risk.title, Risk.cause, Risk.event, Risk.effect, Risk.mitigation, Risk.code)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    scores = _scores(session, Risk.programme_id == programme_id)
    ends = last_period_ends(session, programme_id, on)
    rows = [_row(found, scores, ends) for found in session.execute(query)]
    return _sorted([row for row in rows if _kept(row, filters)], filters.sort)


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


def _row(found: Any, scores: Mapping[int, list[Assessed]], ends: date | None) -> RiskRow:
    risk: Risk = found.Risk
    assessed = scores.get(risk.id, [])
    return RiskRow(
        id=risk.id,
        code=risk.code,
        kind=risk.kind,
        title=risk.title,
        workstream=found.workstream,
        workstream_code=found.workstream_code,
        owner=found.owner,
        owner_code=found.owner_code,
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


def target_of(risk: Risk) -> Score | None:
    """The score that is aimed at, where one is set."""
    if risk.target_likelihood is None or risk.target_consequence is None:
        return None
    return Score(risk.target_likelihood, risk.target_consequence)


def assessed_of(risk: Risk) -> list[Assessed]:
    """A risk's assessments as the rules take them."""
    return [Assessed(one.assessed_on, Score(one.likelihood, one.consequence)) for one in risk.assessments]


def _kept(row: RiskRow, filters: RiskFilters) -> bool:
    if filters.band and (row.score is None or row.score.band != filters.band):
        return False
    if filters.likelihood and (row.score is None or row.score.likelihood != filters.likelihood):
        return False
    return not filters.consequence or (row.score is not None and row.score.consequence == filters.consequence)


def _sorted(rows: list[RiskRow], sort: str) -> list[RiskRow]:
    if sort == "title":
        return sorted(rows, key=lambda row: row.title.casefold())
    if sort == "workstream":
        return sorted(rows, key=lambda row: (row.workstream is not None, row.workstream or "", -row.number))
    if sort == "owner":
        return sorted(rows, key=lambda row: (row.owner is None, row.owner or "", -row.number))
    if sort == "review":
        return sorted(rows, key=lambda row: (row.review_on or date.max, -row.number))
    if sort == "raised":
        return sorted(rows, key=lambda row: row.raised_on, reverse=True)
    return sorted(rows, key=lambda row: -row.number)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the heat map: how many risks have exactly this score."""

    score: Score
    count: int


def heat_map(rows: Sequence[RiskRow]) -> list[list[Cell]]:
    """Five rows by likelihood, almost certain first; five columns by consequence, negligible first."""
    counted = Counter((row.score.likelihood, row.score.consequence) for row in rows if row.score)
    return [
        [Cell(Score(likelihood, consequence), counted[likelihood, consequence]) for consequence in range(1, 6)]
        for likelihood in range(5, 0, -1)
    ]


def bands(rows: Sequence[RiskRow]) -> dict[Band, int]:
    """How many stand in each band, the gravest first."""
    counted = Counter(row.score.band for row in rows if row.score)
    return {band: counted[band] for band in reversed(BANDS)}


def owners_of(session: Session, programme_id: int) -> Sequence[tuple[str, str]]:
    """Who owns a risk of the programme: code and name, by name."""
    return [
        (code, name)
        for code, name in session.execute(
            sa.select(Person.code, Person.name)
            .where(Person.id.in_(sa.select(Risk.owner_id).where(Risk.programme_id == programme_id)))
            .order_by(Person.name, Person.code)
        )
    ]


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
