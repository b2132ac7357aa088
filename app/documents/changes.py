"""What a comparison found to differ, as plain facts for rooms that know nothing of documents: code, number, hash."""

from collections.abc import Iterable

from app.documents.comparison import ComparisonRow
from workflows.materiality import ClauseChange, How


def changes(rows: Iterable[ComparisonRow]) -> list[ClauseChange]:
    """The clauses that were added, removed, reworded or moved, in the order of the comparison.

    A clause whose number alone differs, because others came or went before it, has not changed.
    """
    found = []
    for row in rows:
        side = row.new or row.old
        if row.kind == "same" or side is None:
            continue
        was, now = row.old.hash if row.old else None, row.new.hash if row.new else None
        found.append(ClauseChange(row.code, side.number, side.heading, _how(row), was, now))
    return found


def _how(row: ComparisonRow) -> How:
    if row.kind == "changed":
        return "reworded and moved" if row.moved else "reworded"
    return "added" if row.kind == "added" else "removed" if row.kind == "removed" else "moved"
