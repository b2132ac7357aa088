"""How an act on a programme's things enters the record: in the log of the collaborative's host, with its names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.programme.models import Programme, Workstream


def record(
    session: Session,
    tag: Tag,
    programme: Programme,
    workstream: Workstream | None,
    thing: tuple[str, int],
    said: Mapping[str, Any],
    doer: Doer,
    now: datetime,
) -> None:
    """Append one entry; `thing` is its kind and id, `title` in the payload the workstream's or the programme's name."""
    host = programme.collaborative.host
    payload = {
        "programme": programme.code,
        "workstream": workstream.code if workstream else None,
        "title": workstream.title if workstream else programme.name,
        **said,
    }
    append(session, [Act(tag, doer, host.id, host.name, *thing, payload)], now)
