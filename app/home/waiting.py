"""What waits for this person, and what is due: one list each, from what every room says is owed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.db.pages import Span, span
from app.home.queries import Cycle, Sitting
from app.people.models import DecidingBody
from app.permissions import Actor, Role
from app.programme import queries as programme
from app.programme.logs import overdue, own_actions
from app.programme.owing import OWED
from app.programme.register import RiskRow, register
from app.programme.risk_scores import PROGRAMME_LEVEL, RiskFilters, listed
from workflows.case_history import day_of
from workflows.facts import day_in_words

PAGE, MOST_PAGES = 20, 50
"""Tasks on one page of them, and pages that are shown at most."""

RISKS = 5
"""Risks at programme level that are listed."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """What of sign-off a task is about, by the codes and numbers that a program asks for it by."""

    sign_off: str | None = None
    body: str | None = None
    seat_id: int | None = None
    meeting: str | None = None
    item: int | None = None
    question: int | None = None
    decision: int | None = None  # with `condition`, its place there
    condition: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its words, whose it is, where it stands, by when, and the page that does it.

    `note` says why; `capacity` the seat or the role in which it is this person's.
    """

    words: str
    about: str
    state: str
    due: date | None
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)
    note: str = ""
    demonstration: bool = False
    capacity: str = ""
    concerns: Concerns = Concerns()


Kind = tuple[list[Task], int]
"""The first tasks of a kind, and how many there are in all."""


@dataclass(frozen=True, slots=True)
class Due:
    """A day to keep: what is on it, and its page."""

    on: date
    words: str
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The tasks of one page, soonest first, and which page that is of how many things."""

    shown: Sequence[Task]
    span: Span


def tasks(
    session: Session,
    actor: Actor,
    cycles: Sequence[Cycle],
    bodies: Sequence[DecidingBody],
    sittings: Sequence[Sitting],
    on: date,
    page: int = 1,
    also: Sequence[Task] = (),
) -> Waiting:
    """What waits for this person, soonest first, what has no day last: one page of it, `also` among it.

    Each kind of task hands over no more than the pages so far can hold, and says how many there are in all.
    """
    most = min(page, MOST_PAGES) * PAGE
    kinds = [_office(session, cycle, most) for cycle in cycles]
    kinds.append(_register(session, actor, cycles, on, most))
    kinds += [_local(session, actor, cycle.period, bodies, most) for cycle in cycles if cycle.period is not None]
    kinds.append(_counted([*also, *(task for sitting in sittings for task in _pack(actor, sitting))]))
    found = sorted((task for some, _ in kinds for task in some), key=lambda task: (task.due is None, task.due or on))
    shown = Span.of(sum(number for _, number in kinds), PAGE, min(page, MOST_PAGES))
    return Waiting(found[shown.first - 1 : shown.last] if found else (), shown)


def _counted(found: list[Task]) -> Kind:
    return found, len(found)


def _office(session: Session, cycle: Cycle, most: int) -> Kind:
    """What the programme office owes: updates to write, and for the director to approve and release."""
    period, tally = cycle.period, cycle.tally
    if period is None or not (cycle.manages or cycle.directs):
        return [], 0
    found, number = [], 0
    if cycle.manages:
        number += tally.owed
        for row in programme.updates_in(session, cycle.programme.id, period, OWED, most):
            words = {"returned": "Correct the update", "draft": "Finish the update"}.get(row.state, "Write the update")
            found.append(
                Task(
                    words,
                    row.title,
                    row.state,
                    period.updates_due,
                    "programme.update",
                    {"code": row.code},
                    f"Returned with: {row.comment}" if row.state == "returned" and row.comment else "",
                    row.demonstration,
                )
            )
    if cycle.directs:
        number += tally.submitted
        found += [
            Task(
                "Approve or return the update",
                row.title,
                "submitted",
                period.updates_due,
                "programme.review_update",
                {"code": row.code},
                demonstration=row.demonstration,
            )
            for row in programme.updates_in(session, cycle.programme.id, period, ("submitted",), most)
        ]
    built = cycle.edition is not None and cycle.edition.state == "built"
    if built and cycle.directs:
        found.append(_edition("Release the update edition", "built", cycle, period.code))
        number += 1
    elif not built and tally.every and tally.approved == tally.every:
        found.append(_edition("Build the update edition", "not built", cycle, period.code))
        number += 1
    return found, number


def _register(session: Session, actor: Actor, cycles: Sequence[Cycle], on: date, most: int) -> Kind:
    """Escalated risks for the director to answer, and the actions that are this person's own."""
    found, number = [], 0
    asked = RiskFilters(asked=True)
    for cycle in cycles:
        if cycle.directs:
            shown = span(session, listed(cycle.programme.id, asked), most)
            number += shown.total
            found += [
                Task(
                    "Answer the escalation",
                    f"{row.title}, {row.workstream or cycle.programme.name}",
                    "open",
                    None,
                    "programme.answer_escalation",
                    {"code": row.code},
                    f"Scored {row.score.sentence}" if row.score else "",
                    row.demonstration,
                )
                for row in register(session, cycle.programme.id, asked, on, shown)
            ]
    if actor.person_id is not None:
        own = own_actions(session, actor.person_id, actor.collaborative_ids)
        number += len(own)
        found += [
            Task(
                "Report on the action",
                action.title,
                "late" if overdue(action, on) else "open",
                action.due.latest,
                "programme.report_action",
                {"code": action.code},
                f"Agreed: {action.origin}" if action.origin else "",
                action.demonstration,
            )
            for action in own
        ]
    return found, number


def programme_risks(session: Session, cycles: Sequence[Cycle], on: date) -> tuple[list[RiskRow], int]:
    """The gravest open risks and issues at programme level, for the director, and how many there are."""
    level = RiskFilters(workstream=PROGRAMME_LEVEL)
    found: list[RiskRow] = []
    number = 0
    for cycle in cycles:
        if cycle.directs:
            shown = span(session, listed(cycle.programme.id, level), RISKS)
            found += register(session, cycle.programme.id, level, on, shown)
            number += shown.total
    return found, number


def _edition(words: str, state: str, cycle: Cycle, period: str) -> Task:
    title = cycle.period.title if cycle.period else ""
    return Task(words, title, state, None, "packs.edition", {"code": period})


def _local(session: Session, actor: Actor, period: Any, bodies: Sequence[DecidingBody], most: int) -> Kind:
    """Local positions to write, for the organisation's own manager or secretary, and to approve."""
    writes = [body.id for body in bodies if _writes(actor, body)]
    approves = [body.id for body in bodies if _secretary(actor, body) or _chairs(actor, body.id)]
    found, number = [], 0
    for row in programme.local_positions_for(session, period, writes, approves, most):
        number = row.every
        values = {"code": row.code, "body": row.body_code}
        if row.state == "submitted":
            words, endpoint = "Approve or return the local position", "programme.review_local_position"
        else:
            words = "Correct the local position" if row.state == "returned" else "Write the local position"
            endpoint = "programme.local_position"
        about = f"{row.title}, for {row.body}"
        found.append(Task(words, about, row.state, period.updates_due, endpoint, values))
    return found, number


def _pack(actor: Actor, sitting: Sitting) -> list[Task]:
    """The next step of a meeting's pack, for whoever takes it."""
    body, state = sitting.meeting.body, sitting.pack.state if sitting.pack else "not built"
    step = ""
    if _secretary(actor, body):
        step = {"not built": "Build the pack", "draft": "Build the pack", "built": "Put the pack forward"}.get(
            state, ""
        )
    if _chairs(actor, body.id) and state == "put_forward":
        step = "Release the pack"
    if not step:
        return []
    values, about, note = {"code": sitting.meeting.code}, named(sitting), ""
    if not sitting.next:
        about = f"{about}, {day_in_words(sitting.meeting.held_on)}"
    if sitting.returned is not None:
        back = sitting.returned
        state, note = "returned", f"Returned by {back.by}, {day_in_words(day_of(back.at))}: {back.reason}"
    demonstration = sitting.meeting.demonstration
    return [Task(step, about, state, sitting.papers_due, "packs.pack", values, note, demonstration)]


def dues(
    actor: Actor, cycles: Sequence[Cycle], bodies: Sequence[DecidingBody], sittings: Sequence[Sitting], on: date
) -> list[Due]:
    """The days to keep, soonest first: updates, paper deadlines still ahead, meetings."""
    found = []
    for cycle in cycles:
        period = cycle.period
        if period is not None and (period.updates_due >= on or cycle.tally.owed):
            words = f"Updates for {period.title}"
            found.append(Due(period.updates_due, words, "programme.grid"))
    for sitting in sittings:
        values = {"code": sitting.meeting.code}
        released = sitting.pack is not None and sitting.pack.state == "released"
        if sitting.papers_due is not None and not released:
            found.append(Due(sitting.papers_due, f"Papers for {named(sitting)}", "packs.pack", values))
        found.append(Due(sitting.meeting.held_on, named(sitting), "meetings.meeting", values))
    return sorted(found, key=lambda due: (due.on, due.words))


def named(sitting: Sitting) -> str:
    """A meeting with its body's short name before its title, unless the title has it."""
    title, body = sitting.meeting.title, sitting.meeting.body.short_name
    return title if body in title else f"{body}: {title}"


def _secretary(actor: Actor, body: DecidingBody) -> bool:
    return actor.holds(Role.SECRETARY, body.organisation_id)


def _writes(actor: Actor, body: DecidingBody) -> bool:
    return _secretary(actor, body) or actor.holds(Role.PROGRAMME_MANAGER, body.organisation_id)


def _chairs(actor: Actor, body_id: int) -> bool:
    return any(seat.body_id == body_id and seat.presides for seat in actor.seats)
