"""The names of logs: which one a checkpoint is of, wherever it is kept. Source: C2SP tlog-checkpoint, the origin."""

import secrets
from typing import Any, cast

import sqlalchemy as sa

from app.audit.models import RecordLog

OF_ORGANISATION = "/organisation/"

_LOGS = cast(sa.Table, RecordLog.__table__)
_FIRST = sa.select(_LOGS.c.origin).order_by(_LOGS.c.organisation_id).limit(1)


def fresh_name() -> str:
    """What the names of an installation's logs begin with: 8 random hex figures tell it from every other."""
    return f"concord/{secrets.token_hex(4)}"


def next_name(connection: sa.Connection, organisation_id: int) -> str:
    """The name of a log that is to begin: as the first one here is called, or afresh where it is the first."""
    begins = str(connection.scalar(_FIRST) or "").rpartition(OF_ORGANISATION)[0]
    return f"{begins or fresh_name()}{OF_ORGANISATION}{organisation_id}"


def like(another: str, organisation_id: Any) -> str:
    """The name of this organisation's log in the installation that has a log of this other name, if that is known."""
    return f"{another.rpartition(OF_ORGANISATION)[0]}{OF_ORGANISATION}{organisation_id}".removeprefix("/")


def is_name_of(origin: Any, organisation_id: Any) -> bool:
    """Could the log of this organisation be called so?"""
    begins, of, whose = str(origin).rpartition(OF_ORGANISATION)
    return bool(begins and of) and whose == str(organisation_id)
