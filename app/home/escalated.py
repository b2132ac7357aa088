"""What of sign-off is overdue: said beside the task it is about, and to whom it was escalated."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.home.answering import WORDS
from app.home.waiting import Task
from app.permissions import Actor
from app.signoff import reminder_queries
from app.signoff.models import Reminder
from app.signoff.reminder_queries import ToldTo
from workflows.case_history import day_of
from workflows.facts import day_in_words

MOST = 10
"""Escalations to a person that the first page lists."""


def with_what_is_overdue(session: Session, shown: Sequence[Task]) -> list[Task]:
    """The same tasks, those of sign-off saying that their day has passed or that others were told.

    It is asked whatever is shown: a page sends the same statements for a few tasks as for many.
    """
    codes = [task.values["code"] for task in shown if _of_sign_off(task)]
    said: dict[tuple[str, str], Reminder] = {}
    for one in reminder_queries.escalated_of(session, codes):
        said.setdefault((one.case.code, one.body.code if one.body else ""), one)
    return [_noted(task, said) for task in shown]


def escalated_to(session: Session, actor: Actor) -> list[ToldTo]:
    """What was escalated to this person and still waits, the latest first."""
    return reminder_queries.escalated_to(session, actor, MOST)


def _of_sign_off(task: Task) -> bool:
    return task.endpoint in ("signoff.sign_vote", *WORDS) and task.concerns.condition is None


def _noted(task: Task, said: dict[tuple[str, str], Any]) -> Task:
    if not _of_sign_off(task):
        return task
    code = task.values["code"]
    one: Reminder | None = said.get((code, task.values["body_code"])) or said.get((code, ""))
    if one is None:
        return task
    if one.kind == "deadline passed":
        note = f"Overdue: it was to be answered by {day_in_words(one.due)}."
    else:
        roles = "; ".join(dict.fromkeys(to.role for to in one.told))
        note = f"Escalated on {day_in_words(day_of(one.at))} to {roles}: nothing is recorded {one.step}."
    return replace(task, note=f"{note} {task.note}".strip(), state="overdue")
