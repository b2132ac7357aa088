"""A risk is scored likelihood × consequence, 1 to 25, in four bands, and its trend is against the last period.

Source: the matrix of the National Patient Safety Agency (A risk matrix for risk managers, 2008), as NHS bodies use it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

LIKELIHOODS = ("rare", "unlikely", "possible", "likely", "almost certain")
CONSEQUENCES = ("negligible", "minor", "moderate", "major", "catastrophic")

Band = Literal["low", "moderate", "high", "extreme"]
BANDS: tuple[Band, ...] = ("low", "moderate", "high", "extreme")
COLOURS = {"low": "green", "moderate": "yellow", "high": "amber", "extreme": "red"}
_LOWEST: tuple[tuple[int, Band], ...] = ((15, "extreme"), (8, "high"), (4, "moderate"), (1, "low"))

Trend = Literal["up", "down", "same", "new"]
TRENDS: tuple[Trend, ...] = ("up", "down", "same", "new")


@dataclass(frozen=True, slots=True)
class Score:
    """Likelihood and consequence, each 1 to 5; raises `ValueError` for anything else."""

    likelihood: int
    consequence: int

    def __post_init__(self) -> None:
        if not (1 <= self.likelihood <= 5 and 1 <= self.consequence <= 5):
            raise ValueError(f"likelihood and consequence are 1 to 5, not {self.likelihood} and {self.consequence}")

    @property
    def number(self) -> int:
        """Likelihood × consequence."""
        return self.likelihood * self.consequence

    @property
    def band(self) -> Band:
        """1–3 low, 4–6 moderate, 8–12 high, 15–25 extreme."""
        return next(band for lowest, band in _LOWEST if self.number >= lowest)

    @property
    def colour(self) -> str:
        """The colour of its band, which is never shown without the word."""
        return COLOURS[self.band]

    @property
    def sentence(self) -> str:
        """`12, high: likely, moderate`."""
        return f"{self.number}, {self.band}: {LIKELIHOODS[self.likelihood - 1]}, {CONSEQUENCES[self.consequence - 1]}"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A score as it was judged on a day; those given to a rule stand in the order in which they were made."""

    on: date
    score: Score


def standing_on(assessments: Iterable[Assessed], day: date) -> Score | None:
    """The score that stood at the end of a day; None before the first."""
    found = None
    for one in assessments:
        if one.on <= day:
            found = one.score
    return found


def trend(assessments: Sequence[Assessed], last_period_ends: date | None) -> Trend:
    """The newest score against the one at the end of the last period; without a period, against the one before it.

    `new` where there is nothing to set it against.
    """
    if not assessments:
        return "new"
    if last_period_ends is not None:
        before = standing_on(assessments, last_period_ends)
    else:
        before = assessments[-2].score if len(assessments) > 1 else None
    if before is None:
        return "new"
    now = assessments[-1].score.number
    return "up" if now > before.number else "down" if now < before.number else "same"


TREND_WORDS: dict[Trend, str] = {
    "up": "worse than last period",
    "down": "better than last period",
    "same": "as last period",
    "new": "new since last period",
}


def in_words(assessments: Sequence[Assessed]) -> str:
    """The scores over time, for those who do not see the line: first, last and every one between."""
    if not assessments:
        return "Not assessed yet."
    said = "; ".join(f"{one.on.day} {one.on:%B %Y}: {one.score.number}, {one.score.band}" for one in assessments)
    return f"{said}."
