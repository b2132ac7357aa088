"""Rulings on what a version changes, clause by clause, as they are told."""

from collections.abc import Iterable
from datetime import date

from app.api.shapes import Out
from workflows.facts import CaseEntry
from workflows.materiality import Ruling, rulings_of


class RuledShape(Out):
    """What was ruled on a clause."""

    clause: str
    heading: str
    how: str
    ruling: str | None
    reason: str


class RulingTold(Out):
    """What was ruled of the changes between two versions, and by whom."""

    from_version: str
    to_version: str
    by: str
    on: date
    clauses: list[RuledShape]
    entry: int


def rulings_told(entries: Iterable[CaseEntry]) -> list[RulingTold]:
    """Every ruling that stands, the latest first."""
    found = [
        RulingTold(
            from_version=one.from_label,
            to_version=one.to_label,
            by=one.by,
            on=one.on,
            clauses=ruled_clauses(one),
            entry=one.entry_id,
        )
        for one in rulings_of(entries).values()
    ]
    return found[::-1]


def ruled_clauses(one: Ruling) -> list[RuledShape]:
    """What a ruling says of each clause."""
    return [
        RuledShape(
            clause=clause.change.code,
            heading=clause.change.heading,
            how=clause.change.how,
            ruling=clause.ruling,
            reason=clause.reason,
        )
        for clause in one.clauses
    ]
