"""Once a day the members of each collaborative witness each other's logs: each keeps the others' checkpoints."""

import base64
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.queries import standing
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.models import CollaborativeMember, Organisation
from app.people.queries import in_force
from config import Settings
from workflows.case_history import day_of

NAME = "record.witness"

MOST = 6
"""How many others witness one log, where there are so many: all of a group of seven, and enough of a large one."""

SERVICE = Doer(None, "Concord", "the daily witness of the record")

_ENTRY = RecordEntry.__table__.c
_LAST = sa.select(sa.func.max(_ENTRY.id)).where(_ENTRY.organisation_id == sa.bindparam("of_organisation"))
_LAST_WITNESS = _LAST.where(_ENTRY.tag == Tag.CHECKPOINT_WITNESSED.value)
_LAST_OTHER = _LAST.where(_ENTRY.tag != Tag.CHECKPOINT_WITNESSED.value)


def every_day(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """Have the members of each collaborative note where the others' logs stand."""
    circles: dict[int, list[tuple[int, str]]] = {}
    rows = session.execute(
        sa.select(CollaborativeMember.collaborative_id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == CollaborativeMember.organisation_id)
        .where(in_force(CollaborativeMember.starts, CollaborativeMember.ends, day_of(now)))
        .distinct()
    )
    for collaborative_id, organisation_id, name in rows:
        circles.setdefault(collaborative_id, []).append((organisation_id, name))
    for _, circle in sorted(circles.items()):
        witness(session, circle, now)


def witness(session: Session, circle: Sequence[tuple[int, str]], now: datetime) -> int:
    """Have each organisation of `circle` (id, name) note where the logs of those after it stand, where these grew.

    What was only witnessed itself has not grown. Gives the number of organisations that noted something. The caller's
    transaction commits. Raises `CheckpointError` and `RecordDamagedError` on a broken log.
    """
    members = sorted(circle)
    if len(members) < 2:
        return 0
    seen, grown = (
        {member: session.scalar(query, {"of_organisation": member}) or 0 for member, _ in members}
        for query in (_LAST_WITNESS, _LAST_OTHER)
    )
    stands = standing(session, [member for member, _ in members])
    acts = []
    for place, (member, name) in enumerate(members):
        after = [*members[place + 1 :], *members[:place]][:MOST]
        said = [
            {"origin": found.origin, "size": found.size, "root": base64.b64encode(found.root).decode()}
            for other, _ in after
            if grown[other] > seen[member] and (found := stands.get(other)) is not None
        ]
        if said:
            acts.append(Act(Tag.CHECKPOINT_WITNESSED, SERVICE, member, name, "log", None, {"witnessed": said}))
    if acts:
        append(session, acts, now)
    return len(acts)
