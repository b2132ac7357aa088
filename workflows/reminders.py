"""What is due to be said of a case on a day, to which roles and why: reminders, what is overdue, what ends soon.

Each occasion has its key, which changes with the day it is about: of a meeting that is moved it is said anew. Of the
reminders that have come to the same people only the latest is due, so that nobody gets two at once, and what was missed
while nothing ran is made up for once. Who is told of an escalation differs from step to step: each is due until sent.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workflows.calendar import moved
from workflows.case_history import LONDON
from workflows.conditions import Condition
from workflows.deadline import Deadline
from workflows.facts import day_in_words
from workflows.members_voting import Window
from workflows.route import Sitting
from workflows.stages import Stage
from workflows.standing import PartyStanding, RoundStanding
from workflows.times import Anchor, Escalation, Reminder
from workflows.verdict import in_words

Kind = Literal["reminder", "escalation", "deadline passed", "variation", "condition"]

VOTE_BEFORE, VOTE_AFTER = 1, 1
VARIATION_BEFORE, VARIATION_AFTER = (40, 10), 1
CONDITION_BEFORE, CONDITION_AFTER = 5, 1
# Working days before and after a vote on line closes, a local variation ends, a condition is due: customs of the field,
# not a rule that was read anywhere. No definition says them: a body opens its own vote, the others come after a stage.


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that is to be said on the day `on`: of what day (`due`), at which step, to which roles, and why.

    `last` is the last day on which there is still a point in it; nothing where it stays so until it is said. `group`
    joins the steps of which only the latest is due.
    """

    kind: Kind
    on: date
    due: date
    step: str
    to: tuple[str, ...]
    why: str
    body_id: int | None = None
    about: str = ""  # which condition or whose day, where a body has several
    last: date | None = None
    group: str = ""
    owner: str = ""
    bodies: tuple[int, ...] = ()  # those that are still to answer, where it is said of all of them
    but_seats: frozenset[int] = frozenset()  # seats whose members need not be told

    def key(self, round_number: int, stage: str) -> str:
        """What tells it from every other occasion of the case; what outlives a round is the same in the next."""
        whose = self.body_id if self.body_id is not None else "all"
        asked = "" if self.kind in ("variation", "condition") else f"{round_number}/{stage}/"
        return f"{asked}{whose}/{self.kind}/{self.about}/{self.step}/{self.due.isoformat()}"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A party that is asked and has not answered: since when, by which day, at which meeting.

    `sitting` is the meeting that has it on its agenda, else the next that could take it up; `had_on` the day on which
    it had it before it, where nothing is recorded of that.
    """

    standing: PartyStanding
    by_meeting: bool
    since: date
    by: Deadline | None = None
    sitting: Sitting | None = None
    had_on: date | None = None
    voting: bool = False  # its members vote on line meanwhile

    @property
    def name(self) -> str:
        return self.standing.party.short_name

    def day(self, anchor: Anchor) -> date | None:
        """The day that is counted from, where this party has one."""
        if anchor == "by":
            return self.by.on if self.by else None
        if anchor == "put":
            on_agenda = self.had_on is not None or (self.sitting is not None and self.sitting.on_agenda)
            return None if self.by_meeting and (on_agenda or self.voting) else self.since
        if not self.by_meeting or self.voting:
            return None
        if self.had_on is not None:
            return self.had_on if anchor == "meeting" else None
        if self.sitting is None:
            return None
        if anchor == "meeting":
            return self.sitting.held_on
        return None if self.sitting.papers_out else self.sitting.papers_due


def of_party(stage: Stage, awaited: Awaited, bank_holidays: Collection[date]) -> list[Planned]:
    """Everything that the stage's times plan for a party, in the order of its days."""
    found: list[Planned] = []
    steps: list[tuple[Kind, Reminder | Escalation, int, tuple[str, ...]]] = []
    steps += [("reminder", one, -one.number if one.before else one.number, one.told) for one in stage.reminders or ()]
    steps += [("escalation", one, one.number, one.to) for one in stage.escalate or ()]
    for kind, one, by, to in steps:
        due = awaited.day(one.anchor)
        if due is None:
            continue
        on = moved(due, by, one.unit, bank_holidays)
        if on < awaited.since:
            continue
        found.append(
            Planned(
                kind,
                on,
                due,
                one.step,
                to,
                _why(awaited, one.anchor, due, late=on > due),
                awaited.standing.party.body_id,
                last=due if isinstance(one, Reminder) and one.before else None,
                group=kind if kind == "reminder" else "",
            )
        )
    return sorted(found, key=lambda one: (one.on, one.kind != "reminder"))


def of_deadline(
    the_round: RoundStanding, waiting: Sequence[PartyStanding], now: datetime, bank_holidays: Collection[date]
) -> list[Planned]:
    """That the stage's day has passed, where a party is still to answer: said once of all of them."""
    if the_round.due is None or not waiting:
        return []
    due, names = the_round.due, [found.party.short_name for found in waiting]
    had = f"{in_words(names)} had not answered."
    on = due.on if due.passed(now) and due.at else moved(due.on, 1, "calendar", bank_holidays)
    why = f"“{the_round.title}” was to be answered by {due.in_words}. That has passed, and {had}"
    to = ("whoever_answers", "programme_manager", "programme_director")
    bodies = tuple(found.party.body_id for found in waiting)
    return [Planned("deadline passed", on, due.on, "once the day had passed", to, why, bodies=bodies)]


def of_voting(found: PartyStanding, window: Window, bank_holidays: Collection[date], now: datetime) -> list[Planned]:
    """Before a vote on line closes, to the members who have not signed; and after, where its outcome is awaited.

    A vote closes at a moment: from then on nobody can sign, and no member is reminded on what is left of that day.
    """
    name, body_id, closes = found.party.short_name, found.party.body_id, window.closes.astimezone(LONDON)
    until = f"{day_in_words(closes.date())} at {closes:%H:%M}"
    barred = {one.seat_id for one in window.excluded if one.handling != "note_only"}
    signed = frozenset(one.seat_id for one in window.signed) | barred
    about = str(window.entry_id)
    planned = [
        Planned(
            "reminder",
            moved(closes.date(), -VOTE_BEFORE, "working", bank_holidays),
            closes.date(),
            f"{VOTE_BEFORE} working day before the vote closes",
            ("members",),
            f"The members of {name} vote on this on line until {until}. Your vote is not signed yet.",
            body_id,
            about,
            last=closes.date(),
            but_seats=signed,
        ),
        Planned(
            "reminder",
            moved(closes.date(), VOTE_AFTER, "working", bank_holidays),
            closes.date(),
            f"{VOTE_AFTER} working day after the vote closed",
            ("whoever_answers",),
            f"The vote of the members of {name} closed on {until}, and its outcome is not recorded.",
            body_id,
            about,
        ),
    ]
    return planned if now < window.closes else planned[1:]


def of_variation(found: PartyStanding, bank_holidays: Collection[date], core: str = "") -> list[Planned]:
    """Before the end of a local variation by which a party agreed. `core`: whether the core is common by then."""
    if found.expires is None or found.answer is None:
        return []
    name, end = found.party.short_name, found.expires
    why = (
        f"{name} agreed with a local variation that ends on {day_in_words(end)}. From the day after, what it agreed "
        "counts no more, and it is asked again."
    )
    if core:
        why += f" Is the core still common? {core} Shall {name} agree the core, or vary it for longer?"
    return [
        Planned(
            "variation",
            moved(end, -number, "working", bank_holidays),
            end,
            f"{number} working days before its local variation ends",
            ("whoever_answers", "programme_manager"),
            why,
            found.party.body_id,
            last=end,
            group="variation",
        )
        for number in VARIATION_BEFORE
    ]


def of_lapse(found: PartyStanding, bank_holidays: Collection[date]) -> list[Planned]:
    """After the end of a local variation: what was agreed counts no more."""
    if found.on is None or found.answer is not None or found.word != "local variation expired":
        return []
    on = moved(found.on, VARIATION_AFTER, "working", bank_holidays)
    to = ("whoever_answers", "chair", "programme_manager", "programme_director")
    step = f"{VARIATION_AFTER} working day after its local variation ended"
    return [Planned("variation", on, found.on, step, to, found.sentence, found.party.body_id)]


def of_condition(found: PartyStanding, one: Condition, bank_holidays: Collection[date]) -> list[Planned]:
    """Before and after the day on which an open condition is due: to who sees to it and to who asked."""
    if one.state != "open" or one.due is None:
        return []
    name, due = found.party.short_name, day_in_words(one.due)
    with_whom = f"It is with {one.owner}." if one.owner else "It is with nobody yet."
    text = one.text.rstrip(".")
    about = f"{one.decision_id}-{one.position}"
    to, body_id = ("owner", "programme_manager"), found.party.body_id
    before = f"{CONDITION_BEFORE} working days before the condition is due"
    after = f"{CONDITION_AFTER} working day after the condition was due"
    return [
        Planned(
            "condition",
            moved(one.due, -CONDITION_BEFORE, "working", bank_holidays),
            one.due,
            before,
            to,
            f"{name} agreed on the condition “{text}”, which is due by {due}. {with_whom}",
            body_id,
            about,
            last=one.due,
            owner=one.owner,
        ),
        Planned(
            "condition",
            moved(one.due, CONDITION_AFTER, "working", bank_holidays),
            one.due,
            after,
            to,
            f"The condition “{text}”, on which {name} agreed, was due by {due} and is open. {with_whom}",
            body_id,
            about,
            owner=one.owner,
        ),
    ]


def due_on(today: date, planned: Iterable[Planned]) -> list[Planned]:
    """What is to be said on a day, whether or not it was said already: the caller leaves out what was."""
    come = [one for one in planned if one.on <= today and (one.last is None or today <= one.last)]
    latest: dict[tuple[object, ...], Planned] = {}
    found: list[Planned] = []
    for one in come:
        if not one.group:
            found.append(one)
            continue
        same = (one.kind, one.group, one.body_id, one.to)
        if same not in latest or _nearer(one) > _nearer(latest[same]):
            latest[same] = one
    return sorted([*found, *latest.values()], key=lambda one: (one.on, one.body_id or 0, one.kind))


def _nearer(one: Planned) -> tuple[date, bool]:
    """Of two steps that have come: the later, and of one day what has an end."""
    return one.on, one.last is not None


def _why(awaited: Awaited, anchor: Anchor, due: date, *, late: bool) -> str:
    name, on = awaited.name, day_in_words(due)
    if anchor == "put":
        since = f"It was put to {name} on {on}"
        if awaited.by_meeting:
            return f"{since}, and no meeting of it has this on its agenda."
        return f"{since}, and it has not answered."
    if anchor == "by":
        assert awaited.by is not None
        if late:
            return f"{name} was to answer by {awaited.by.in_words}, and has not."
        return f"{name} is to answer by {awaited.by.in_words}, and has not yet."
    if awaited.had_on is not None:
        return f"{name} had it before it on {on}, and no decision is recorded."
    sitting = awaited.sitting
    assert sitting is not None
    agenda = "" if sitting.on_agenda else " It is not on that agenda yet."
    if anchor == "papers_due":
        were = "were" if late else "are"
        return f"{name} meets on {day_in_words(sitting.held_on)}; its papers {were} due by {on}.{agenda}"
    return f"{name} meets on {on}, and is to decide this.{agenda}"
