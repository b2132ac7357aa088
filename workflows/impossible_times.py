"""What a stage's times may not say: days that cannot come, people that the parties asked do not have."""

from collections.abc import Iterator
from typing import Protocol

from workflows.times import AT_A_MEETING, OF_A_SEAT, Anchor, Escalation, Reminder, Told

Where = tuple[str | int, ...]

FURTHEST = 366
"""No reminder is further from its day than a year."""


class _Rule(Protocol):
    @property
    def kind(self) -> str: ...

    @property
    def meets(self) -> bool: ...


class _By(Protocol):
    @property
    def days(self) -> int | None: ...

    @property
    def working_days(self) -> int | None: ...


def impossible_times(
    reminders: tuple[Reminder, ...],
    escalations: tuple[Escalation, ...],
    by: _By | None,
    rules: tuple[_Rule, ...],
    here: Where,
) -> Iterator[tuple[Where, str]]:
    """Everything in a stage's `reminders` and `escalate` that could not work: where, and why."""
    for number, one in enumerate(reminders):
        place: Where = (*here, "reminders", number)
        if (one.before is None) == (one.after is None):
            yield place, "say exactly one of “before” and “after”"
            continue
        yield from _impossible_count(one, 0, place)
        yield from _impossible_anchor(one.anchor, by, rules, (*place, "before" if one.before else "after"))
        yield from _impossible_roles(one.told, rules, (*place, "to"))
        if any(one.step == other.step and one.told == other.told for other in reminders[:number]):
            yield place, f"the reminder {one.step} is given twice"
        if one.before == "by" and by is not None and _not_before(one, by):
            yield place, "this is before the stage is put to anyone: its day is not so far away"
    for number, step in enumerate(escalations):
        place = (*here, "escalate", number)
        yield from _impossible_count(step, 1, place)
        yield from _impossible_anchor(step.after, by, rules, (*place, "after"))
        yield from _impossible_roles(step.to, rules, (*place, "to"))
        if any(step.step == other.step for other in escalations[:number]):
            yield place, f"the step {step.step} is given twice: name all who are told in one"


def _impossible_count(one: Reminder | Escalation, least: int, place: Where) -> Iterator[tuple[Where, str]]:
    if (one.days is None) == (one.working_days is None):
        yield place, "say exactly one of “days: n” and “working_days: n”"
    for key, number in (("days", one.days), ("working_days", one.working_days)):
        if number is not None and not least <= number <= FURTHEST:
            yield (*place, key), f"“{key}: {number}” is impossible: say {least} to {FURTHEST}"


def _impossible_anchor(
    anchor: Anchor, by: _By | None, rules: tuple[_Rule, ...], place: Where
) -> Iterator[tuple[Where, str]]:
    if anchor == "by" and by is None:
        yield place, "the stage has no day by which it is to be answered: give it a “by”"
    if anchor in AT_A_MEETING and not any(rule.meets for rule in rules):
        yield place, "no party decides this stage at a meeting, so there is no such day"


def _impossible_roles(roles: tuple[Told, ...], rules: tuple[_Rule, ...], place: Where) -> Iterator[tuple[Where, str]]:
    for role in dict.fromkeys(roles):
        if roles.count(role) > 1:
            yield place, f"“{role}” is given twice"
        if role in OF_A_SEAT and all(rule.kind == "officer" for rule in rules):
            yield place, f"one officer has no seats, so there is no “{role}”"


def _not_before(one: Reminder, by: _By) -> bool:
    """Whether a reminder before the stage's day is counted back to before the stage was put, in the same unit."""
    limit = by.working_days if one.unit == "working" else by.days
    return limit is not None and one.number > limit
