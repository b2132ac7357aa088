"""The matrix as a page shows it: one row a case, one column a body, each cell with its standing in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.facts import day_in_words

COLOURS = {
    "not yet scheduled": "grey",
    "scheduled": "white",
    "papers issued": "blue",
    "agreed": "green",
    "agreed with conditions": "yellow",
    "agreed with local variation": "aqua-green",
    "deferred": "orange",
    "not agreed": "red",
    "not quorate": "pink",
    "re-affirmation needed": "purple",
    "superseded": "grey",
    "responded": "green",
    "put forward": "green",
    "released": "green",
    "returned": "orange",
    "withdrawn": "grey",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A body's standing on a version: the word and its colour, the day, the conditions, the minute."""

    body_code: str
    word: str
    colour: str
    day: str
    conditions: tuple[str, ...]
    minute: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """A case with its cells in the order of the columns; None where the case does not ask that body."""

    case: Any
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The columns' codes and names, and the lines."""

    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def laid_out(cases: Sequence[Any], rows: Sequence[Any], today: date) -> Matrix:
    """Core rows of cases and of their cells, laid out; governing bodies first, then by name."""
    columns: dict[int, tuple[bool, str, str]] = {}
    by_case: dict[int, dict[int, Cell]] = {}
    days: dict[date, str] = {}
    for row in rows:
        columns.setdefault(row.body_id, (row.body_kind != "governing_body", row.body, row.body_code))
        by_case.setdefault(row.case_id, {})[row.body_id] = _cell(row, today, days)
    order = sorted(columns, key=lambda body_id: columns[body_id])
    return Matrix(
        tuple((columns[body_id][2], columns[body_id][1]) for body_id in order),
        tuple(Line(case, tuple(by_case.get(case.id, {}).get(body_id) for body_id in order)) for case in cases),
    )


def _cell(row: Any, today: date, days: dict[date, str]) -> Cell:
    word, on = row.standing, row.on
    if row.waiting and row.meeting_id is not None and word in ("scheduled", "papers issued"):
        # the calendar knows better than what was written when the last entry was made
        on = row.held_on
        if row.meeting_state == "cancelled":
            word, on = "not yet scheduled", None
    day = ""
    if on is not None:
        day = days.get(on) or days.setdefault(on, day_in_words(on))
        if row.waiting and word in ("scheduled", "papers issued"):
            day = f"met {day}, not recorded" if on < today else f"meets {day}"
    return Cell(
        row.body_code, word, COLOURS.get(word, "grey"), day, tuple(row.conditions), row.minute_reference, row.sentence
    )
