"""Two people edit one text: what only one of them changed is merged field by field, and neither's words are lost."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.permissions import Stale

Value = str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of merging two edits of one text.

    `values` holds every field; where both changed one differently, mine, and its name is among `clashes`. `taken` are
    the fields that only they changed: theirs is in the place of what I began with.
    """

    values: Mapping[str, Value]
    taken: tuple[str, ...]
    clashes: tuple[str, ...]


class Clash(Stale):
    """Both changed the same field differently, or theirs may not simply be written over: the page shows both.

    `mine`, `theirs` and `base` (what both began with) hold every field; `merged` what would stand if I save again.
    `version` is theirs.
    """

    def __init__(
        self, sentence: str, *, base: Mapping[str, Value], theirs: Mapping[str, Value], merged: Merged, version: int
    ) -> None:
        super().__init__(sentence)
        self.base = base
        self.theirs = theirs
        self.merged = merged
        self.version = version


def same(one: Value, other: Value) -> bool:
    """Whether two values of a field say the same: how lines end, and space around the text, make no difference."""
    return _plain(one) == _plain(other)


def merge(base: Mapping[str, Value], mine: Mapping[str, Value], theirs: Mapping[str, Value]) -> Merged:
    """Three-way merge by whole fields; `base` is what both began with, a field it lacks was empty."""
    values: dict[str, Value] = {}
    taken, clashes = [], []
    for name, my_value in mine.items():
        their_value, began_with = theirs.get(name), base.get(name)
        values[name] = my_value
        if same(my_value, their_value):
            values[name] = their_value
        elif same(my_value, began_with):
            values[name] = their_value
            taken.append(name)
        elif not same(their_value, began_with):
            clashes.append(name)
    return Merged(values, tuple(taken), tuple(clashes))


def _plain(value: Value) -> str:
    return (value or "").replace("\r\n", "\n").strip()
