"""One of many things chosen in an address: from a list while that is short, else by words of its name."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

MOST = 30
"""Choices that a list offers; where there are more, a filter asks for words instead."""

WORDS = 8
"""Words of a filter that are looked for."""


def few(session: Session, query: sa.Select[str, str]) -> Sequence[tuple[str, str]] | None:
    """The choices of a query for codes and names; None where they are more than a list offers. One statement."""
    rows = session.execute(query.limit(MOST + 1)).all()
    return None if len(rows) > MOST else [(code, name) for code, name in rows]


def named(text: str, model: Any, *names: str, code: str = "code") -> sa.ColumnElement[bool]:
    """SQL: the row whose code or whole name the text is; where there is none, those whose names have all its words.

    `names` are the columns that name a row of `model`, `code` that of its code.
    """

    def whole(row: Any) -> sa.ColumnElement[bool]:
        return sa.or_(
            getattr(row, code) == text, *(sa.func.lower(getattr(row, name)) == text.lower() for name in names)
        )

    known = sa.exists().where(whole(aliased(model)))
    worded = (
        sa.or_(*(getattr(model, name).icontains(word, autoescape=True) for name in names))
        for word in text.split()[:WORDS]
    )
    return sa.or_(whole(model), sa.and_(~known, *worded))
