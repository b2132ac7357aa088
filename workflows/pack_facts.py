"""What the rules of packs are told: frozen values about one meeting and its papers, or one update edition."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Part = Literal[1, 2]
Purpose = Literal["approval", "decision", "discussion", "assurance", "information", "note", "ratify"]
LocalPosition = Literal["not_needed", "owed", "submitted", "approved"]

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
DECIDING_PURPOSES: frozenset[Purpose] = frozenset({"approval", "decision", "ratify"})
"""Purposes for which the body is asked for a decision, so that the item needs a recommendation."""


@dataclass(frozen=True, slots=True)
class AgendaItemFact:
    """One agenda item. `kind` is "standing" for the items every meeting has, else where the item came from.

    `needs_paper` is false for what is taken without one (welcome, apologies). `reference` is how the agenda
    numbers it ("5.1"), `paper_number` how its enclosure is numbered, `awaited_from` who has been asked for it.
    """

    id: int
    reference: str
    title: str
    kind: str
    purpose: Purpose
    part: Part = 1
    subject: tuple[str, str] | None = None
    needs_paper: bool = True
    has_paper: bool = False
    has_cover_sheet: bool = False
    recommendation: str = ""
    paper_number: str | None = None
    awaited_from: str | None = None


@dataclass(frozen=True, slots=True)
class HighlightFact:
    """One line of the highlights list; `key` is stable, `workstream_key` is the section it promises."""

    key: str
    title: str
    workstream_key: str | None = None


@dataclass(frozen=True, slots=True)
class WorkstreamFact:
    """A workstream in this reporting period, as it concerns this body."""

    key: str
    title: str
    has_update: bool
    applies: bool = True
    local_position: LocalPosition = "not_needed"


@dataclass(frozen=True, slots=True)
class MatrixFact:
    """A sign-off case that this body is a party to: its result sentence and this body's conditions not yet met."""

    key: str
    title: str
    result: str
    complete: bool
    conditions_outstanding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackFacts:
    """Everything the contents of one body's pack for one meeting are decided from.

    For a Part 1 pack the facts must hold nothing of Part 2; `contents` refuses facts that do.
    `edition_awaited` names the reporting period whose update edition should be enclosed and is not begun.
    """

    body_id: int
    body_name: str
    body_short_name: str
    meeting_id: int
    meeting_title: str
    held_on: date
    part: Part
    items: tuple[AgendaItemFact, ...] = ()
    highlights: tuple[HighlightFact, ...] = ()
    workstreams: tuple[WorkstreamFact, ...] = ()
    matrices: tuple[MatrixFact, ...] = ()
    edition_awaited: str | None = None


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """Everything the contents of a cycle's update edition are decided from; `bodies` are the names on its cover."""

    title: str
    strapline: str
    bodies: tuple[str, ...]
    highlights: tuple[HighlightFact, ...] = ()
    workstreams: tuple[WorkstreamFact, ...] = ()
