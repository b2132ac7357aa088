"""The conditions of a case's agreements, kept as rows so that those of a whole collaborative can be listed."""

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.signoff.models import ConditionRow
from workflows.rounds_standing import RoundsStanding

_TABLE = cast(sa.Table, ConditionRow.__table__)
_FORGET = sa.delete(_TABLE).where(_TABLE.c.case_id == sa.bindparam("of_case"))
_KEEP = sa.insert(_TABLE)

Row = dict[str, Any]


def keep_conditions(
    session: Session, case_id: int, now: RoundsStanding, ids: Mapping[int, int], *, before: RoundsStanding | None = None
) -> None:
    """Write the conditions as they stand, where they are not as `before`; most decisions change none of them.

    `ids` gives the entries' ids where the fold knew them by provisional ones.
    """
    rows = _rows(case_id, now, ids)
    if before is not None and _rows(case_id, before, {}) == rows:
        return
    connection = session.connection()
    connection.execute(_FORGET, {"of_case": case_id})
    if rows:
        connection.execute(_KEEP, rows)


def _rows(case_id: int, standing: RoundsStanding, ids: Mapping[int, int]) -> list[Row]:
    """A row for each condition, but for those of a version that was superseded: its bodies are asked anew.

    An agreement that was carried over has its conditions in both rounds: they are the same conditions, kept once.
    """
    rows = {
        (one.decision_id, one.position): {
            "case_id": case_id,
            "decision_id": ids.get(one.decision_id, one.decision_id),
            "position": one.position,
            "body_id": party.party.body_id,
            "text": one.text,
            "owner": one.owner,
            "due": one.due,
            "state": one.state,
            "settled_on": one.on,
            "said": one.said,
            "decided_by": one.decided_by,
        }
        for the_round in standing.rounds
        if not the_round.superseded
        for party in the_round.parties
        for one in party.tracked
    }
    return list(rows.values())
