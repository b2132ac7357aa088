"""What the codes of programmes and of their workstreams are called, for the sentences of the record."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.programme.models import Programme, Workstream


def programmes_called(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The names of programmes by their codes."""
    rows = session.execute(sa.select(Programme.code, Programme.name).where(Programme.code.in_(list(codes))))
    return {row.code: row.name for row in rows}


def workstreams_called(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The titles of workstreams by their codes."""
    rows = session.execute(sa.select(Workstream.code, Workstream.title).where(Workstream.code.in_(list(codes))))
    return {row.code: row.title for row in rows}
