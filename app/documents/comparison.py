"""Two versions side by side: clause by clause, with the words added and removed, and what only moved said so.

Clauses are matched by their identity, never by number or likeness. Comparing words is bounded: where a passage is
too long to be compared word by word, the whole of it is shown as removed and added.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

RowKind = Literal["added", "removed", "changed", "moved", "same"]
RunKind = Literal["same", "added", "removed"]

WORDS_AT_ONCE = 3_000
"""The longest passage, in words on either side, that is compared word by word."""

CHARACTERS_IN_ALL = 2_000_000
"""How many characters of changed clauses one comparison looks into; clauses beyond it are shown whole."""

_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+")
_WORD = re.compile(r"\s*(?:\w+(?:[’'-]\w+)*|[^\w\s])")  # a word, or a mark that stands by a word


@dataclass(frozen=True, slots=True)
class ClauseSide:
    """A clause as it stands in one of the two versions. `hash` is its text hash."""

    code: str
    number: str
    heading: str
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words that both texts have, or only the newer (added) or the older (removed)."""

    kind: RunKind
    text: str


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One clause in both versions. A changed clause can have `moved` too; `renumbered` says only its number differs.

    `heading` and `text` are the runs of a changed clause, empty otherwise.
    """

    kind: RowKind
    code: str
    old: ClauseSide | None
    new: ClauseSide | None
    moved: bool = False
    renumbered: bool = False
    heading: tuple[Run, ...] = ()
    text: tuple[Run, ...] = ()

    @property
    def older(self) -> tuple[Run, ...]:
        """The older text: what stayed and what was removed."""
        return tuple(run for run in self.text if run.kind != "added")

    @property
    def newer(self) -> tuple[Run, ...]:
        """The newer text: what stayed and what was added."""
        return tuple(run for run in self.text if run.kind != "removed")


def compared(old: Sequence[ClauseSide], new: Sequence[ClauseSide]) -> list[ComparisonRow]:
    """Every clause of either version in the order of the newer, each removed one after the clause it followed."""
    before = {clause.code: clause for clause in old}
    moved = _moved([clause.code for clause in old], [clause.code for clause in new])
    left = CHARACTERS_IN_ALL
    rows: list[ComparisonRow] = []
    for clause in new:
        was = before.get(clause.code)
        if was is None:
            rows.append(ComparisonRow("added", clause.code, None, clause))
            continue
        renumbered = was.number != clause.number
        has_moved = clause.code in moved
        if was.hash == clause.hash:
            kind: RowKind = "moved" if has_moved else "same"
            rows.append(ComparisonRow(kind, clause.code, was, clause, has_moved, renumbered))
            continue
        left -= len(was.text) + len(clause.text)
        differ = word_runs if left >= 0 else _whole
        rows.append(
            ComparisonRow(
                "changed",
                clause.code,
                was,
                clause,
                has_moved,
                renumbered,
                differ(was.heading, clause.heading),
                differ(was.text, clause.text),
            )
        )
    return _with_removed(rows, old, {clause.code for clause in new})


def _with_removed(rows: list[ComparisonRow], old: Sequence[ClauseSide], kept: set[str]) -> list[ComparisonRow]:
    following: dict[str | None, list[ComparisonRow]] = {}
    last_kept: str | None = None
    for clause in old:
        if clause.code in kept:
            last_kept = clause.code
        else:
            following.setdefault(last_kept, []).append(ComparisonRow("removed", clause.code, clause, None))
    ordered = list(following.get(None, []))
    for row in rows:
        ordered.append(row)
        if row.kind != "added":
            ordered += following.get(row.code, [])
    return ordered


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The codes that changed places: the fewest that explain the new order (all but a longest increasing run)."""
    place = {code: index for index, code in enumerate(old)}
    common = [code for code in new if code in place]
    ends: list[int] = []  # ends[n]: the smallest old place that ends an increasing run of n + 1 clauses
    at: list[int] = []
    before: list[int | None] = []
    for index, code in enumerate(common):
        length = bisect_left(ends, place[code])
        before.append(at[length - 1] if length else None)
        if length == len(ends):
            ends.append(place[code])
            at.append(index)
        else:
            ends[length] = place[code]
            at[length] = index
    stayed: set[str] = set()
    step = at[-1] if at else None
    while step is not None:
        stayed.add(common[step])
        step = before[step]
    return set(common) - stayed


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """The two texts as runs: joined, the same and removed ones are `old`, the same and added ones `new`."""
    return tuple(_joined(_runs(old, new, _sentences, lambda a, b: _runs(a, b, _words, _replaced))))


def _whole(old: str, new: str) -> tuple[Run, ...]:
    return (Run("same", old),) if old == new else tuple(_joined(_replaced(old, new)))


def _sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    rest = text[sum(map(len, words)) :]
    return [*words, rest] if rest else words


def _replaced(old: str, new: str) -> Iterator[Run]:
    yield Run("removed", old)
    yield Run("added", new)


def _runs(
    old: str, new: str, split: Callable[[str], list[str]], within: Callable[[str, str], Iterator[Run]]
) -> Iterator[Run]:
    """Runs of the parts that `split` gives; what was replaced is looked into by `within`."""
    a, b = split(old), split(new)
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    yield Run("same", "".join(a[:start]))
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    if max(len(middle_a), len(middle_b)) > WORDS_AT_ONCE:
        yield from _replaced("".join(middle_a), "".join(middle_b))
    else:
        for kind, i, j, k, m in SequenceMatcher(None, middle_a, middle_b).get_opcodes():
            was, became = "".join(middle_a[i:j]), "".join(middle_b[k:m])
            if kind == "equal":
                yield Run("same", was)
            elif was and became:
                yield from within(was, became)
            else:
                yield from _replaced(was, became)
    yield Run("same", "".join(a[len(a) - end :]))


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Neighbours of one kind as one run, removed before added, nothing empty."""
    gone: list[str] = []
    come: list[str] = []
    same: list[str] = []

    def said() -> Iterator[Run]:
        if gone:
            yield Run("removed", "".join(gone))
            gone.clear()
        if come:
            yield Run("added", "".join(come))
            come.clear()

    for run in runs:
        if not run.text:
            continue
        if run.kind == "same":
            yield from said()
            same.append(run.text)
            continue
        if same:
            yield Run("same", "".join(same))
            same.clear()
        (gone if run.kind == "removed" else come).append(run.text)
    yield from said()
    if same:
        yield Run("same", "".join(same))
