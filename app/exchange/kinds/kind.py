"""What a kind of fact is: its columns, its key, what it refers to. One engine reads, compares and writes them all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Base
from app.exchange.formats import Format, Moment

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file. `attribute` is the model's, where the value is stored as it is; None where a link or a
    composition takes it."""

    name: str
    meaning: str
    format: Format
    required: bool = False
    attribute: str | None = ""

    @property
    def stored_as(self) -> str | None:
        """The model's attribute."""
        return self.name if self.attribute == "" else self.attribute


@dataclass(frozen=True, slots=True)
class Link:
    """`attribute` holds the id of a row of another kind, whose key stands in `columns`, in the order of its key.

    With `by`, the kind itself depends on the word in that column, and the one column of `columns` holds the key's
    parts joined by "/".
    """

    attribute: str
    kind: str
    columns: tuple[str, ...]
    by: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composition:
    """`attribute` is made of several columns (a quorum rule, in words a person can write)."""

    attribute: str
    columns: tuple[str, ...]
    join: Callable[[Values], Any]
    split: Callable[[Any], Values]


class Row(Protocol):
    """A row as checks see it: its values by column, and where it stands in its file (None: in the store)."""

    @property
    def values(self) -> Values: ...

    @property
    def key(self) -> tuple[str, ...]: ...


class Keys(Protocol):
    """Natural keys of stored rows by their ids."""

    def key_of(self, kind: str, row_id: int) -> tuple[str, ...]:
        """The key of the row of this kind with this id."""
        ...


class World(Protocol):
    """All rows as they will be after the import, for checks across kinds."""

    def rows(self, kind: str) -> Mapping[tuple[str, ...], Row]:
        """The rows of a kind by their keys."""
        ...

    def grouped(self, kind: str, *columns: str) -> Mapping[tuple[Any, ...], list[Row]]:
        """The rows of a kind by the values of these columns, each group in the order of its `starts`, if it has any."""
        ...

    def before(self, kind: str, columns: tuple[str, ...], row: Row) -> "Row | None":
        """The row that comes before this one in its group."""
        ...

    @property
    def today(self) -> Any:
        """The day of the import."""
        ...


Complaint = tuple[str, str]
"""The column, and a sentence saying what is wrong with it and what was expected."""
Check = Callable[[World, Row], "list[Complaint]"]
ChangeCheck = Callable[[World, Row, World, Row], "list[Complaint]"]
"""The world and the row as they are, and as they will be."""


def in_order(first: str, second: str) -> Check:
    """A check: the moment in `second` is not before the one in `first`."""

    def check(world: World, row: Row) -> list[Complaint]:
        earlier, later = row.values[first], row.values[second]
        if earlier and later and later < earlier:
            return [(second, f"{second} is before {first}; expected the same moment or later.")]
        return []

    return check


RECORDED_AFTERWARDS = Column(
    "recorded_at",
    "When it was brought in, where that was only afterwards. An import fills it in: leave it empty in your own rows.",
    Moment("2015-11-05T09:00:00Z"),
)


def as_recorded(world: World, row: Row, stored: Row | None) -> Values:
    """Values to complete a row with: when it was brought in, from the row as it is stored."""
    if stored is None or row.values["recorded_at"] is not None:
        return {}
    return {"recorded_at": stored.values["recorded_at"]}


def approved_stays(*columns: str) -> ChangeCheck:
    """A check: while a row stays approved, what was approved in these columns stays as it is."""

    def check(before: World, stored: Row, after: World, row: Row) -> list[Complaint]:
        if stored.values["state"] != "approved" or row.values["state"] != "approved":
            return []
        return [
            (
                name,
                "an approved row is changed by returning it in the service; expected the cell as it is stored.",
            )
            for name in columns
            if (stored.values[name] or "") != (row.values[name] or "")
        ]

    return check


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact. The natural key is made of codes and dates only; ids never leave the database."""

    name: str
    meaning: str
    model: type[Base] | None
    """None for acts: they stand in the record, and come in by being done again."""
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    links: tuple[Link, ...] = ()
    compositions: tuple[Composition, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    """Pairs of columns of which the second may not be before the first."""
    checks: tuple[Check, ...] = ()
    change_checks: tuple[ChangeCheck, ...] = ()
    """What a stored row may not become."""
    placeholder: Callable[[Row], bool] = lambda stored: False
    """Whether a stored row only keeps the place of one that is still to come in, and so may be completed by a file."""
    derive: Callable[[Values], Mapping[str, Any]] = lambda values: {}
    """Attributes that follow from the values and stand in no column."""
    complete: "Callable[[World, Row, Row | None], Values] | None" = None
    """Values a file may leave empty because they follow from other rows, or from the row as it is stored."""
    keeps: tuple[str, ...] = ()
    """Columns that, once they have a value, never have another."""
    happened: tuple[str, ...] = ()
    """Days on which something happened, so that none is still to come; moments always are such."""
    counts: str | None = None
    """An attribute that counts the savings of a row: 1 at first, one more with each change."""
    left_out: frozenset[str] = frozenset()
    """Attributes that are no facts of the file: they follow from what is done in the service."""
    recorded: "Callable[[Session, Keys], Iterable[Values]] | None" = None
    """For acts: the rows that the record holds."""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def table(self) -> sa.Table:
        assert self.model is not None
        table = self.model.__table__
        assert isinstance(table, sa.Table)
        return table

    @property
    def has_id(self) -> bool:
        return self.model is not None and "id" in self.table.c

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in the order of the file."""
        return tuple(column.name for column in self.columns)

    def unique(self) -> list[tuple[str, ...]]:
        """Every set of columns that the database keeps unique beside the key, for those the file holds whole."""
        if self.model is None:
            return []
        holders = {link.attribute: link.columns for link in self.links}
        holders |= {self._db_name(column.stored_as): (column.name,) for column in self.columns if column.stored_as}
        found = []
        sets = [[c.name] for c in self.table.columns if c.unique]
        sets += [
            [c.name for c in con.columns] for con in self.table.constraints if isinstance(con, sa.UniqueConstraint)
        ]
        for attributes in sets:
            if all(attribute in holders for attribute in attributes):
                columns = tuple(name for attribute in attributes for name in holders[attribute])
                if set(columns) != set(self.key) and columns not in found:
                    found.append(columns)
        return found

    def _db_name(self, attribute: str) -> str:
        assert self.model is not None
        column = sa.inspect(self.model).columns[attribute]
        return str(column.name)
