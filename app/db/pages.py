"""One page of a long list: the database counts it and hands over no more rows than are shown."""

from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

Query = TypeVar("Query", bound=sa.GenerativeSelect)


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a list is shown: how many things there are in all, how many to a page, and which page."""

    total: int
    size: int
    number: int = 1

    @classmethod
    def of(cls, total: int, size: int, number: int) -> "Span":
        """The page with this number of so many things, or the last one there is; 0 is everything."""
        if number == 0:
            return cls(total, max(1, total))
        return cls(total, size, min(max(1, number), max(1, -(-total // size))))

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The first thing shown, counted from 1; 0 where there is none."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        """The last thing shown."""
        return min(self.total, self.number * self.size)

    def cut(self, query: Query) -> Query:
        """The query, ordered already, for these rows alone."""
        return query.limit(self.size).offset((self.number - 1) * self.size)


def span(session: Session, query: sa.Select[Any], size: int, number: int = 1) -> Span:
    """The page with this number of what a query selects, or the last one there is; 0 is everything. One statement."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    return Span.of(total, size, number)
