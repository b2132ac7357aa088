"""A log is sealed when its organisation ends: a last entry, a final checkpoint that others keep, and nothing after it.

The successor's log goes on from there: it names each final checkpoint with which it begins. What is still to be
recorded of an organisation that has ended (what became of a condition of its decision) stands in its successor's log.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.checkpoints import Checkpoint
from app.audit.models import RecordLog
from app.audit.queries import standing
from app.audit.service import Act, Doer, LogSealed, ReadEnd, append, locked_ends
from app.audit.tags import Tag

Named = tuple[int, str]
"""An organisation's id and its name."""


def hold(session: Session, organisations: Mapping[int, str]) -> None:
    """Hold these logs (names by organisation) to the end of the transaction, in the order of their ids.

    For an act that appends several times: whoever else appends to one of them waits. Raises `LogSealed`.
    """
    session.flush()
    locked_ends(session.connection(), organisations)


def seal(
    session: Session,
    ending: Sequence[Named],
    successor: Named,
    keepers: Sequence[Named],
    *,
    on: date,
    doer: Doer,
    now: datetime,
) -> list[Checkpoint]:
    """Seal the logs of these organisations; gives their final checkpoints, in the order of their ids.

    `successor`'s log names them as its beginning, and those of `keepers`, who go on, keep them as witnesses. The logs
    have to be held. Nothing can be appended to the sealed ones afterwards.
    """
    ids = sorted(each for each, _ in ending)
    before = standing(session, [*ids, successor[0]])
    origin = before[successor[0]].origin
    going_on = {"organisation_id": successor[0], "organisation": successor[1], "origin": origin}
    acts = []
    for organisation_id, name in sorted(ending):
        was = before.get(organisation_id)
        said = {"before": _said(was) if was else None, "continued_by": going_on, "on": on.isoformat()}
        acts.append(Act(Tag.LOG_SEALED, doer, organisation_id, name, "log", None, said))
    append(session, acts, now)
    session.execute(
        sa.update(RecordLog)
        .where(RecordLog.organisation_id.in_(ids))
        .values(sealed_on=on, continued_by=successor[0])
        .execution_options(synchronize_session=False)
    )
    final = list(standing(session, ids).values())
    witnessed = [_said(each) for each in final]
    began = {"witnessed": witnessed, "organisations": [name for _, name in sorted(ending)], "on": on.isoformat()}
    kept = [Act(Tag.CHECKPOINT_WITNESSED, doer, *keeper, "log", None, {"witnessed": witnessed}) for keeper in keepers]
    append(session, [Act(Tag.LOG_CONTINUED, doer, *successor, "log", None, began), *kept], now)
    return final


def append_or_continue(
    session: Session, acts: Sequence[Act], now: datetime, *, read: ReadEnd | None = None
) -> list[int]:
    """As `append`; what is said of an organisation whose log is sealed stands in its successor's, and says for whom."""
    try:
        return append(session, acts, now, read=read)
    except LogSealed:
        return append(session, continued(session, acts), now)


def continued(session: Session, acts: Sequence[Act]) -> list[Act]:
    """These acts in the logs that go on, where theirs are sealed. Raises `LogSealed` where none goes on."""
    logs = {log.organisation_id: log for log in session.scalars(sa.select(RecordLog))}
    found = []
    for act in acts:
        log = logs.get(act.organisation_id)
        while log is not None and log.sealed_on is not None:
            following = logs.get(log.continued_by or 0)
            if following is None:
                raise LogSealed(log.organisation_id, log.organisation_name, log.sealed_on, log.continued_by)
            log = following
        if log is None or log.organisation_id == act.organisation_id:
            found.append(act)
            continue
        told = {**act.payload, "in_place_of": {"organisation_id": act.organisation_id, "name": act.organisation_name}}
        found.append(
            replace(act, organisation_id=log.organisation_id, organisation_name=log.organisation_name, payload=told)
        )
    return found


def sealed_logs(session: Session) -> Sequence[RecordLog]:
    """The logs that are sealed, in the order of their organisations' ids."""
    return session.scalars(
        sa.select(RecordLog).where(RecordLog.sealed_on.is_not(None)).order_by(RecordLog.organisation_id)
    ).all()


def _said(checkpoint: Checkpoint) -> dict[str, object]:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": base64.b64encode(checkpoint.root).decode(),
    }
