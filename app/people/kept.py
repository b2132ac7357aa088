"""What every change to organisations and people shares: contradictions are refused by field, and each is on record."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, canonical
from app.audit.tags import Tag
from app.people.dated import Span, crossing_in_words, crossings
from app.people.models import DecidingBody, Organisation, Seat
from app.permissions import Refused, Stale
from workflows.facts import day_in_words

Problem = tuple[str, str]
"""The field, and a sentence saying what contradicts what."""
DAY = timedelta(days=1)


class Contradiction(Refused):
    """What was entered contradicts what is known; `problems` says by field how."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self.problems = problems


def refuse(problems: Iterable[Problem]) -> None:
    """Raise `Contradiction` where there is any problem."""
    found = tuple(problems)
    if found:
        raise Contradiction(*found)


def outside(span: Span, outer: Span, name: str) -> list[Problem]:
    """Where a span ends before it starts, or leaves what it belongs to; the fields are `starts` and `ends`."""
    found: list[Problem] = [(crossing.end, crossing_in_words(crossing, name)) for crossing in crossings(span, outer)]
    if span.starts and span.ends and span.ends < span.starts:
        said = f"{day_in_words(span.ends)} is before the first day, {day_in_words(span.starts)}."
        found.append(("ends", f"{said} Enter that day or a later one."))
    return found


def last_day_counted(session: Session, body: DecidingBody) -> date | None:
    """The last day on which this body met or decided, as the record has it: up to it, its seats stay as they were."""
    seats = set(session.scalars(sa.select(Seat.id).where(Seat.body_id == body.id)))
    tags = (Tag.ATTENDANCE_RECORDED.value, Tag.DECISION_RECORDED.value, Tag.NOT_QUORATE.value)
    payloads = session.scalars(
        sa.select(RecordEntry.payload).where(
            RecordEntry.organisation_id == body.organisation_id, RecordEntry.tag.in_(tags)
        )
    )
    days = []
    for said in payloads:
        if not said or not said.get("held_on"):
            continue
        sat = {row.get("seat_id") for row in said.get("rows", ())} if said.get("held") else set()
        if said.get("body_id") == body.id or sat & seats:
            days.append(date.fromisoformat(str(said["held_on"])))
    return max(days, default=None)


def rests_on(session: Session, body: DecidingBody, first: date, field: str) -> list[Problem]:
    """A problem where the body met or decided on `first` or later: what was true then is not made otherwise now."""
    counted = last_day_counted(session, body)
    if counted is None or counted < first:
        return []
    said = f"{body.short_name} met or decided on {day_in_words(counted)}, with its seats and rule as they were."
    later = counted + (DAY if field == "starts" else timedelta())
    return [(field, f"{said} Enter {day_in_words(later)} or a later day.")]


def locked(session: Session, row: Any) -> None:
    """Hold this row to the end of the transaction, as it stands now."""
    session.refresh(row, with_for_update={"of": type(row)})  # not what is joined to it: PostgreSQL refuses that


def act(tag: Tag, doer: Doer, owner: Organisation, kind: str, thing_id: int | None, **said: Any) -> Act:
    """An act on one thing, in the log of the organisation it belongs to."""
    return Act(tag, doer, owner.id, owner.name, kind, thing_id, {key: _plain(value) for key, value in said.items()})


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What changes, by field: before and after."""
    return {
        name: [_plain(before[name]), _plain(after[name])]
        for name in after
        if _plain(before.get(name)) != _plain(after[name])
    }


def mark(values: Mapping[str, Any]) -> str:
    """What a form shows of a row, in a few characters, so that a change by someone else meanwhile is seen."""
    return sha256(canonical({name: _plain(value) for name, value in values.items()})).hexdigest()[:16]


def refuse_stale(seen: str, values: Mapping[str, Any], name: str) -> None:
    """Raise `Stale` where the row is not as the form showed it."""
    if seen != mark(values):
        raise Stale(f"{name} was changed by someone else since you opened this page. Nothing was saved.")


def free_code(session: Session, column: Any, *words: str, limit: int) -> str:
    """A code made of words that no other row has; a number makes it one of its own."""
    plain = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: limit - 4] or "x"
    taken = set(session.scalars(sa.select(column).where(column.like(f"{stem}%"))))
    codes = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(code for code in codes if code not in taken)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
