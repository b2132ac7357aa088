"""The common content of an update and its hash: the same for every body, so no local position is part of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

from app.audit.service import canonical
from app.db.types import GivenDate
from app.programme.models import BRAG, DIMENSIONS, Milestone, Update

TEXTS = ("headline", "done", "next", "decisions", "path_to_green")

LABELS = {
    "overall": "Overall",
    "time": "Time",
    "cost": "Cost",
    "scope": "Scope",
    "quality": "Quality",
    "benefits": "Benefits",
    "risk": "Risk",
    "headline": "Headline",
    "done": "Done this period",
    "next": "Due next period",
    "decisions": "Decisions needed",
    "path_to_green": "Path to green",
}


@dataclass(frozen=True, slots=True)
class UpdateText:
    """The common text of an update, as it is typed: a BRAG word or None for each dimension, and Markdown."""

    overall: str | None = None
    time: str | None = None
    cost: str | None = None
    scope: str | None = None
    quality: str | None = None
    benefits: str | None = None
    risk: str | None = None
    headline: str = ""
    done: str = ""
    next: str = ""
    decisions: str = ""
    path_to_green: str = ""

    @classmethod
    def of(cls, update: Update) -> "UpdateText":
        """The text of a stored update."""
        return cls(**{field.name: getattr(update, field.name) for field in fields(cls)})

    def onto(self, update: Update) -> None:
        """Write it to a stored update."""
        for field in fields(self):
            setattr(update, field.name, getattr(self, field.name))

    def differs_from(self, other: "UpdateText") -> list[str]:
        """The names of the fields that differ, in the order of the page."""
        return [field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)]


def missing(text: UpdateText) -> dict[str, str]:
    """What an update still needs before it can be submitted: field → sentence."""
    needed: dict[str, str] = {}
    if text.overall not in BRAG:
        needed["overall"] = "Rate the workstream overall: blue, green, amber or red."
    if not text.headline.strip():
        needed["headline"] = "Write a headline: the one sentence a governing body should remember."
    if not text.done.strip():
        needed["done"] = "Say what was done this period."
    said = [
        f"{colour} ({', '.join(LABELS[name].lower() for name in DIMENSIONS if getattr(text, name) == colour)})"
        for colour in ("red", "amber")
        if colour in (getattr(text, name) for name in DIMENSIONS)
    ]
    if said and not text.path_to_green.strip():
        needed["path_to_green"] = f"Rated {' and '.join(said)}: say what brings it back to green."
    return needed


def common_content(update: Update, milestones: Iterable[Milestone]) -> Mapping[str, Any]:
    """What the edition takes of one workstream, as JSON values: the update's text and the milestones as they stand."""
    text = UpdateText.of(update)
    return {
        "workstream": update.workstream.code,
        "title": update.workstream.title,
        "period": update.period.code,
        "brag": {name: getattr(text, name) for name in DIMENSIONS},
        "texts": {name: getattr(text, name) for name in TEXTS},
        "milestones": [
            [
                milestone.code,
                milestone.title,
                _given(milestone.baseline),
                _given(milestone.forecast),
                milestone.actual.isoformat() if milestone.actual else None,
                *([f"withdrawn {milestone.withdrawn_on.isoformat()}"] if milestone.withdrawn_on else []),
            ]
            for milestone in milestones
        ],
    }


def common_hash(update: Update, milestones: Sequence[Milestone]) -> str:
    """SHA-256 of the common content, as hex."""
    return sha256(canonical(common_content(update, milestones))).hexdigest()


def _given(value: GivenDate) -> list[str | None]:
    return [
        value.words,
        value.earliest.isoformat() if value.earliest else None,
        value.latest.isoformat() if value.latest else None,
    ]
