"""Mergers done again: planned, called off or let take effect, as at their time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.mergers import service
from app.mergers.models import Merger
from app.people.models import Organisation
from app.permissions import Refused

MERGERS = ("mergers", "mergers_called_off", "mergers_done")
"""The kinds, in the order in which they are done."""

Find = Callable[[str], Organisation]
"""Gives the organisation with an ODS code."""


def do_again(session: Session, kind: str, values: dict[str, Any], find: Find, doer: Doer, at: datetime) -> None:
    """Do what a row of one of `MERGERS` tells of. Raises `Refused`."""
    if kind == "mergers":
        _plan(session, values, [find(code) for code in values["predecessors"]], find(values["successor"]), doer, at)
        return
    merger_id = session.scalar(sa.select(Merger.id).where(Merger.code == values["code"]))
    if merger_id is None:
        raise Refused(
            f"No merger {values['code']} was planned by then.", "its row in mergers.csv, with an earlier time"
        )
    if kind == "mergers_called_off":
        service.cancel_merger(session, merger_id, reason=values["reason"], doer=doer, now=at)
    else:
        service.take_effect(session, merger_id, doer=doer, now=at)


def _plan(
    session: Session,
    values: dict[str, Any],
    predecessors: Sequence[Organisation],
    successor: Organisation,
    doer: Doer,
    at: datetime,
) -> None:
    merger = service.plan_merger(
        session,
        successor=successor,
        predecessors=predecessors,
        from_on=values["from_on"],
        reason=values["reason"],
        doer=doer,
        now=at,
    )
    if merger.code != values["code"]:
        raise Refused(f"The merger planned then is {merger.code}.", f"the code {merger.code}")
