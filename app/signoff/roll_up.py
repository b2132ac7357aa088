"""Where agreement stands everywhere: how many cases of each collaborative are in which state, from the projection."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Collaborative
from app.signoff.models import CaseState


@dataclass(frozen=True, slots=True)
class Rolled:
    """The Part 1 cases of one collaborative that are in one state (see `workflows.standing.State`)."""

    collaborative: str
    state: str
    cases: int


_ROLLED_UP = (
    sa.select(Collaborative.name, CaseState.state, sa.func.count())
    .join(CaseState, CaseState.listed_in_id == Collaborative.id)
    .group_by(Collaborative.id, Collaborative.name, CaseState.state)
    .order_by(Collaborative.name, CaseState.state)
)


def rolled_up(session: Session) -> tuple[Rolled, ...]:
    """One row a collaborative and state, in the order of their names, in one statement."""
    return tuple(Rolled(*row) for row in session.execute(_ROLLED_UP))
