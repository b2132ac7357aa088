"""The times that a stage sets: when whoever has not answered is reminded, and who is told when nothing came."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from workflows.strict import Strict
from workflows.verdict import in_words

Anchor = Literal["put", "papers_due", "meeting", "by"]
"""The days that are counted from: when it was put to the party, its papers, its meeting, the stage's own day.

What is counted from `put` is for a party that decides at a meeting only until a meeting has it on its agenda.
"""

Told = Literal[
    "whoever_answers",
    "secretary",
    "chair",
    "accountable_officer",
    "officer",
    "programme_manager",
    "programme_director",
]
"""Who can be told: of the party's own organisation, but for the last two, who are of the organisation that asks."""

AT_A_MEETING: tuple[Anchor, ...] = ("papers_due", "meeting")
OF_A_SEAT: tuple[Told, ...] = ("chair", "accountable_officer")

ToldRoles = Annotated[tuple[Told, ...], Field(min_length=1)]


class _Counted(Strict):
    days: int | None = None
    working_days: int | None = None

    @property
    def number(self) -> int:
        return self.working_days if self.working_days is not None else self.days or 0

    @property
    def unit(self) -> Literal["working", "calendar"]:
        return "calendar" if self.working_days is None else "working"

    @property
    def counted(self) -> str:
        """ "1 working day", "3 days"."""
        unit = "working day" if self.unit == "working" else "day"
        return f"{self.number} {unit}{'' if self.number == 1 else 's'}"


class Reminder(_Counted):
    """So many days before or after one of the anchors; `to` is left out where it goes to whoever answers."""

    before: Literal["papers_due", "meeting", "by"] | None = None
    after: Anchor | None = None
    to: ToldRoles | None = None

    @property
    def anchor(self) -> Anchor:
        """The day that is counted from; one of the two keys is there."""
        return self.before or self.after or "put"

    @property
    def told(self) -> tuple[Told, ...]:
        return self.to or ("whoever_answers",)

    @property
    def step(self) -> str:
        """Its place in the calendar, in words: "3 working days before its papers are due"."""
        if not self.number:
            return _ON_THE_DAY[self.anchor]
        return f"{self.counted} {'before' if self.before else 'after'} {_THE_DAY[self.anchor]}"


class Escalation(_Counted):
    """Who is told where nothing is recorded so many days after one of the anchors."""

    after: Anchor
    to: ToldRoles

    @property
    def anchor(self) -> Anchor:
        return self.after

    @property
    def step(self) -> str:
        return f"{self.counted} after {_THE_DAY[self.after]}"


def read_times(reminders: Sequence[Reminder], escalations: Sequence[Escalation], *, at_meetings: bool) -> list[str]:
    """The times as sentences, those that go to the same people together. `at_meetings`: a party decides at one."""
    told = []
    together: dict[tuple[Told, ...], list[str]] = {}
    for one in reminders:
        together.setdefault(one.told, []).append(one.step)
    for roles, steps in together.items():
        is_are = "is" if len(roles) == 1 else "are"
        told.append(f"Until a party has answered, {roles_in_words(roles)} {is_are} reminded {in_words(steps)}.")
    for step in escalations:
        is_are = "is" if len(step.to) == 1 else "are"
        told.append(f"Where nothing is recorded {step.step}, {roles_in_words(step.to)} {is_are} told.")
    from_put = any(one.anchor == "put" for one in reminders) or any(one.after == "put" for one in escalations)
    if at_meetings and from_put:
        told.append(UNTIL_ON_AN_AGENDA)
    return told


def times_in_short(reminders: Sequence[Reminder], escalations: Sequence[Escalation]) -> list[str]:
    """As the drawing has room for: "Reminds 2 times", "Where nothing comes, tells its chair"."""
    told = [f"Reminds {len(reminders)} {'time' if len(reminders) == 1 else 'times'}"] if reminders else []
    roles = dict.fromkeys(role for one in escalations for role in one.to)
    return [*told, *([f"Where nothing comes, tells {roles_in_words(roles)}"] if roles else [])]


def roles_in_words(roles: Iterable[str]) -> str:
    """ "whoever answers for it and its chair"."""
    return in_words(ROLE_IN_WORDS[role] for role in roles)


UNTIL_ON_AN_AGENDA = (
    "For a party that decides at a meeting, what is counted from being put to it is only until a meeting has it on its "
    "agenda."
)
ROLE_IN_WORDS = {
    "whoever_answers": "whoever answers for it",
    "secretary": "its board secretary",
    "chair": "its chair",
    "accountable_officer": "its accountable officer",
    "officer": "the officer who answers for it",
    "programme_manager": "the programme manager of who asks",
    "programme_director": "the programme director of who asks",
    "owner": "who sees to the condition",
    "members": "those of its members who have not signed",
}
_THE_DAY: dict[Anchor, str] = {
    "put": "being put to it",
    "papers_due": "its papers are due",
    "meeting": "its meeting",
    "by": "the last day to answer",
}
_ON_THE_DAY: dict[Anchor, str] = {
    "put": "on the day it is put to it",
    "papers_due": "on the day its papers are due",
    "meeting": "on the day of its meeting",
    "by": "on the last day to answer",
}
