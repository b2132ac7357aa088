"""Column types shared by every room: instants in UTC, and dates as imprecise as they were given."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A moment in time: aware on the way in, UTC and aware on the way out, on both engines."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)


def instant_read(text: str) -> datetime:
    """A moment as it was stored, from the text that an engine's JSON has of it."""
    return _in_utc(datetime.fromisoformat(text))


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class GivenDate:
    """A date with the precision it was given: the words, and the first and last day they can mean.

    A day has `earliest == latest` and its words are that day's; both ends may be unknown.
    """

    words: str | None
    earliest: date | None = None
    latest: date | None = None

    def __bool__(self) -> bool:
        return self.words is not None
