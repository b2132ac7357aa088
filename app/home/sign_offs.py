"""My sign-offs: everything of sign-off that waits for one person, each with the seat or role in which, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.home.answering import to_answer_for
from app.home.between_meetings import between_meetings
from app.home.conditions_open import conditions_open
from app.home.deciding import to_decide
from app.home.questions import to_answer
from app.home.rulings import to_rule_on
from app.home.waiting import Task
from app.meetings.in_the_room import ItemQuorum
from app.people.models import DecidingBody
from app.permissions import Actor
from workflows.case_history import day_of


def my_sign_offs(
    session: Session,
    actor: Actor,
    bodies: Sequence[DecidingBody],
    now: datetime,
    known: Mapping[int, ItemQuorum] | None = None,
) -> list[Task]:
    """The tasks of the first page and of the API alike, soonest first; `known` are forecasts of quorum by item.

    A fixed number of statements, but for the votes on line that are open for this person: each of those is folded.
    """
    on = day_of(now)
    found = [
        *to_answer_for(session, actor, bodies, on),
        *to_decide(session, actor, bodies, on, known or {}),
        *between_meetings(session, actor, bodies, now),
        *to_rule_on(session, actor, bodies, on, now),
        *conditions_open(session, actor, bodies, on),
        *to_answer(session, actor),
    ]
    return sorted(found, key=lambda task: (task.due is None, task.due or on))
