"""What the register of risks is narrowed to, in which order it comes, and how many have which score."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db.by_words import named
from app.people.models import Person
from app.programme.models import Workstream
from app.programme.raid_models import Risk, RiskAssessment
from workflows.risks import BANDS, Band, Score

SORTS = ("score", "title", "workstream", "owner", "review", "raised")
STANDINGS = ("open", "realised", "closed", "all")
PROGRAMME_LEVEL = "programme"
"""In the filter by workstream: risks of the programme as a whole, and those it took on."""

_BANDED: Mapping[str, set[int]] = {
    band: {
        Score(likelihood, consequence).number
        for likelihood in range(1, 6)
        for consequence in range(1, 6)
        if Score(likelihood, consequence).band == band
    }
    for band in BANDS
}
"""The scores of each band."""


@dataclass(frozen=True, slots=True)
class RiskFilters:
    """What the register is narrowed to; an empty value narrows nothing.

    `workstream` and `owner` are codes or words of a name; `asked` leaves escalations that wait for their answer.
    """

    kind: str = ""
    workstream: str = ""
    state: str = "open"
    band: str = ""
    escalated: bool = False
    asked: bool = False
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


_NEWEST = aliased(RiskAssessment)

_CURRENT = (
    sa.select(_NEWEST.id)
    .where(_NEWEST.risk_id == Risk.id)
    .order_by(_NEWEST.assessed_on.desc(), _NEWEST.number.desc())
    .limit(1)
    .correlate(Risk)
    .scalar_subquery()
)
"""SQL: the id of a risk's newest assessment."""

SCORE = RiskAssessment.likelihood * RiskAssessment.consequence


def listed(programme_id: int, filters: RiskFilters) -> sa.Select[Any]:
    """The risks and issues that the filters leave, each with its workstream, owner and newest assessment."""
    query = (
        sa.select(Risk.id)
        .outerjoin(Workstream, Workstream.id == Risk.workstream_id)
        .outerjoin(Person, Person.id == Risk.owner_id)
        .outerjoin(RiskAssessment, RiskAssessment.id == _CURRENT)
        .where(Risk.programme_id == programme_id)
    )
    if filters.kind:
        query = query.where(Risk.kind == filters.kind)
    if filters.state != "all":
        query = query.where(Risk.state == filters.state)
    if filters.workstream == PROGRAMME_LEVEL:
        query = query.where(sa.or_(Risk.workstream_id.is_(None), Risk.escalation == "accepted"))
    elif filters.workstream:
        query = query.where(named(filters.workstream, Workstream, "title"))
    if filters.escalated:
        query = query.where(Risk.escalation != "none")
    if filters.asked:
        query = query.where(Risk.escalation == "asked")
    if filters.owner:
        query = query.where(named(filters.owner, Person, "name"))
    for word in filters.text.split()[:8]:
        columns = (Risk.title, Risk.cause, Risk.event, Risk.effect, Risk.mitigation, Risk.code)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if filters.band:
        query = query.where(SCORE.in_(_BANDED.get(filters.band, ())))
    if filters.likelihood:
        query = query.where(RiskAssessment.likelihood == filters.likelihood)
    if filters.consequence:
        query = query.where(RiskAssessment.consequence == filters.consequence)
    return query


ORDERS: Mapping[str, tuple[Any, ...]] = {
    "score": (),
    "title": (sa.func.lower(Risk.title),),
    "workstream": (Workstream.title.is_not(None), Workstream.title),
    "owner": (Person.name.is_(None), Person.name),
    "review": (Risk.review_on.is_(None), Risk.review_on),
    "raised": (Risk.raised_on.desc(),),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the heat map: how many risks have exactly this score."""

    score: Score
    count: int


@dataclass(frozen=True, slots=True)
class Scores:
    """How many of the risks listed have each score, by likelihood and consequence, and how many were never assessed."""

    counted: Mapping[tuple[int, int], int]
    unscored: int

    @property
    def total(self) -> int:
        """How many are listed."""
        return sum(self.counted.values()) + self.unscored

    @property
    def heat_map(self) -> list[list[Cell]]:
        """Five rows by likelihood, almost certain first; five columns by consequence, negligible first."""
        return [
            [
                Cell(Score(likelihood, consequence), self.counted.get((likelihood, consequence), 0))
                for consequence in range(1, 6)
            ]
            for likelihood in range(5, 0, -1)
        ]

    @property
    def bands(self) -> dict[Band, int]:
        """How many stand in each band, the gravest first."""
        counted: Counter[Band] = Counter()
        for (likelihood, consequence), number in self.counted.items():
            counted[Score(likelihood, consequence).band] += number
        return {band: counted[band] for band in reversed(BANDS)}


def scores_of(session: Session, programme_id: int, filters: RiskFilters) -> Scores:
    """The scores of the risks and issues that the filters leave: one statement."""
    pair = (RiskAssessment.likelihood, RiskAssessment.consequence)
    query = listed(programme_id, filters).with_only_columns(*pair, sa.func.count()).group_by(*pair)
    rows = session.execute(query).all()
    return Scores(
        {(likelihood, consequence): number for likelihood, consequence, number in rows if likelihood},
        sum(number for likelihood, _, number in rows if not likelihood),
    )


def every_risk(session: Session, programme_id: int) -> int:
    """How many risks and issues the programme has, whatever their state."""
    query = sa.select(sa.func.count()).select_from(Risk).where(Risk.programme_id == programme_id)
    return session.scalar(query) or 0
