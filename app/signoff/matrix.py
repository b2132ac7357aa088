"""The matrix as a page shows it: one row a case, one column a body, each cell with its standing in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from workflows.after_the_answer import EXPIRED
from workflows.facts import day_in_words

COLOURS = {
    "not yet scheduled": "grey",
    "not yet answered": "grey",
    "scheduled": "white",
    "papers issued": "blue",
    "agreed": "green",
    "agreed with conditions": "yellow",
    "agreed as amended": "yellow",
    "agreed with local variation": "aqua-green",
    "deferred": "orange",
    "not agreed": "red",
    "not quorate": "pink",
    "re-affirmation needed": "purple",
    "superseded": "grey",
    "carried over": "green",
    "agreement withdrawn": "red",
    "local variation expired": "orange",
    "to be ratified": "yellow",
    "not ratified": "red",
    "voting open": "blue",
    "responded": "green",
    "put forward": "green",
    "released": "green",
    "returned": "orange",
    "withdrawn": "grey",
    "not asked": "grey",
}


OWN = "blue"
"""Of an answer that its stage names itself, whatever that says."""


@dataclass(frozen=True)
class Cell:
    """A body's standing on a version: the word, its day in words, how many conditions are met, the minute."""

    word: str
    day: str
    conditions: str
    minute: str
    through: str = ""

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return COLOURS.get(self.word, OWN)

    @cached_property
    def html(self) -> Markup:
        """The cell after its address. Many cells say the same, so each saying is written once, not once a cell."""
        notes = [self.day, f"through {self.through}" if self.through else ""]
        if self.conditions:
            notes.append(f"Conditions: {self.conditions}")
        if self.minute:
            notes.append(f"Minute {self.minute}")
        return Markup('<strong class="nhsuk-tag nhsuk-tag--{}">{}</strong></a>{}').format(
            self.colour,
            self.word[:1].upper() + self.word[1:],
            Markup("").join(Markup('<span class="app-matrix-note">{}</span>').format(note) for note in notes if note),
        )

    @property
    def text(self) -> str:
        """The cell as one line of text."""
        word = f"{self.word} ({self.conditions})" if self.conditions else self.word
        said = [word, self.day, f"through {self.through}" if self.through else "", self.minute]
        return " · ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Line:
    """A case with its cells in the order of the columns; None where the case does not ask that body."""

    case: Any
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Matrix:
    """The columns' codes and names, and the lines; `now` says by code what an organisation that ended is called now."""

    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    now: Mapping[str, str] = field(default_factory=dict)

    def html_of(self, line: Line) -> Markup:
        """The cells of a line as HTML."""
        address = f'<td><a class="app-matrix-link" href="/sign-offs/{quote(line.case.code)}/'
        return Markup(
            "".join(
                [
                    f'{address}{code}">{cell.html}</td>' if cell else _NOT_ASKED
                    for code, cell in zip(self.addresses, line.cells, strict=True)
                ]
            )
        )

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The columns' codes as they stand in an address."""
        return tuple(quote(code) for code, _ in self.columns)


def laid_out_under(
    columns: Sequence[Any],
    cases: Sequence[Any],
    rows: Iterable[Any],
    today: date,
    now: Mapping[int, str] = MappingProxyType({}),
) -> Matrix:
    """Core rows of cases, laid out under columns (body id, code, name), from rows of `queries.cells`."""
    by_place = {(row[0], row[1]): _cell(*row[2:], today) for row in rows}
    ids = [body_id for body_id, _, _ in columns]
    return Matrix(
        tuple((code, name) for _, code, name in columns),
        tuple(Line(case, tuple([by_place.get((case.id, body_id)) for body_id in ids])) for case in cases),
        {code: now[body_id] for body_id, code, _ in columns if body_id in now},
    )


_NOT_ASKED = Markup('<td><span class="app-none">Not asked</span></td>')


@lru_cache(maxsize=8192)
def _cell(
    word: str,
    waiting: bool,
    on: date | None,
    conditions: str,
    minute: str,
    held_on: date | None,
    meeting_state: str | None,
    expires: date | None,
    through: str,
    in_common_id: int | None,
    today: date,
) -> Cell:
    if expires is not None and expires < today and word == "agreed with local variation":
        return Cell(EXPIRED, day_in_words(expires), conditions, minute, through)
    common = ", in common" if in_common_id is not None else ""
    if not (waiting or through) or word not in ("scheduled", "papers issued"):
        return Cell(word, f"{day_in_words(on)}{common}" if on else "", conditions, minute, through)
    # the calendar knows better than what was written when the last entry was made
    if meeting_state == "cancelled" or held_on is None:
        return Cell("not yet scheduled", "", "", "", through)
    day = day_in_words(held_on)
    said = f"met {day}{common}, not recorded" if held_on < today else f"meets {day}{common}"
    return Cell(word, said, "", "", through)
