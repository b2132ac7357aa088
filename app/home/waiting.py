"""What waits for this person, and what is due: one list each, from what every room says is owed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.home.queries import Cycle, Sitting
from app.people.models import DecidingBody
from app.permissions import Actor, Role
from app.programme import queries as programme
from app.programme.logs import overdue, own_actions
from app.programme.register import RiskRow, register
from app.programme.risk_scores import PROGRAMME_LEVEL, RiskFilters
from app.signoff import queries as signoff
from app.signoff.definitions import pinned
from app.signoff.models import Case
from workflows.case_history import day_of
from workflows.facts import day_in_words

Step = tuple[str, date | None, str]
"""What to do, by when, and the endpoint of its page."""

ANSWER: Step = ("Answer for the body", None, "signoff.answer")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its words, whose it is, where it stands, by when, and the page that does it."""

    words: str
    about: str
    state: str
    due: date | None
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)
    note: str = ""
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A day to keep: what is on it, and its page."""

    on: date
    words: str
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)


def tasks(
    session: Session,
    actor: Actor,
    cycles: Sequence[Cycle],
    bodies: Sequence[DecidingBody],
    sittings: Sequence[Sitting],
    on: date,
) -> list[Task]:
    """Everything that waits for this person, soonest first; what has no day comes last."""
    found = [task for cycle in cycles for task in _office(cycle)]
    found += _register(session, actor, cycles, on)
    for cycle in cycles:
        if cycle.period is not None:
            found += _local(session, actor, cycle.period, bodies)
    found += _decisions(session, actor, bodies, on)
    found += [task for sitting in sittings for task in _pack(actor, sitting)]
    return sorted(found, key=lambda task: (task.due is None, task.due or on))


def _office(cycle: Cycle) -> list[Task]:
    """What the programme office owes: updates to write, and for the director to approve and release."""
    period = cycle.period
    if period is None or not (cycle.manages or cycle.directs):
        return []
    found = []
    if cycle.manages:
        for row in cycle.owed:
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
            for row in cycle.rows
            if row.state == "submitted"
        ]
    built = cycle.edition is not None and cycle.edition.state == "built"
    if built and cycle.directs:
        found.append(_edition("Release the update edition", "built", cycle, period.code))
    elif not built and cycle.rows and not cycle.owed and all(row.state == "approved" for row in cycle.rows):
        found.append(_edition("Build the update edition", "not built", cycle, period.code))
    return found


def _register(session: Session, actor: Actor, cycles: Sequence[Cycle], on: date) -> list[Task]:
    """Escalated risks for the director to answer, and the actions that are this person's own."""
    found = []
    for cycle in cycles:
        if cycle.directs:
            asked = RiskFilters(escalated=True)
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
                for row in register(session, cycle.programme.id, asked, on)
                if row.escalation == "asked"
            ]
    if actor.person_id is not None:
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
            for action in own_actions(session, actor.person_id, actor.collaborative_ids)
        ]
    return found


def programme_risks(session: Session, cycles: Sequence[Cycle], on: date) -> list[RiskRow]:
    """The open risks and issues at programme level, for the director: taken on by it, or its own."""
    level = RiskFilters(workstream=PROGRAMME_LEVEL)
    return [row for cycle in cycles if cycle.directs for row in register(session, cycle.programme.id, level, on)]


def _edition(words: str, state: str, cycle: Cycle, period: str) -> Task:
    title = cycle.period.title if cycle.period else ""
    return Task(words, title, state, None, "packs.edition", {"code": period})


def _local(session: Session, actor: Actor, period: Any, bodies: Sequence[DecidingBody]) -> list[Task]:
    """Local positions to write, for the organisation's own manager or secretary, and to approve."""
    writes = {body.id for body in bodies if _writes(actor, body)}
    approves = {body.id for body in bodies if _secretary(actor, body) or _chairs(actor, body.id)}
    found = []
    for code, title, body, state in programme.owed_local_positions(session, period, sorted(writes | approves)):
        values = {"code": code, "body": body.code}
        if state == "submitted" and body.id in approves:
            words, endpoint = "Approve or return the local position", "programme.review_local_position"
        elif state != "submitted" and body.id in writes:
            words = "Correct the local position" if state == "returned" else "Write the local position"
            endpoint = "programme.local_position"
        else:
            continue
        found.append(Task(words, f"{title}, for {body.short_name}", state, period.updates_due, endpoint, values))
    return found


def _decisions(session: Session, actor: Actor, bodies: Sequence[DecidingBody], on: date) -> list[Task]:
    """Sign-off cases that a body's secretary or officer has to act on now; a pack's own case shows as the pack."""
    by_id = {body.id: body for body in bodies}
    rows = [row for row in signoff.waiting_for(session, list(by_id)) if row.subject_kind != "pack"]
    cases = session.scalars(sa.select(Case).where(Case.code.in_({row.code for row in rows})))
    definitions = {case.code: pinned(case) for case in cases}
    found = []
    for row in rows:
        body = by_id[row.body_id]
        rule = definitions[row.code].stage(row.stage).rule_for(body.kind)
        if rule is None:
            continue
        if rule.decide == "officer":
            role = Role.SECRETARY if rule.role == "secretary" else Role.OFFICER
            step = ANSWER if actor.holds(role, body.organisation_id) else None
        else:
            step = _meeting_step(row, on) if _secretary(actor, body) else None
        if step is not None:
            words, due, endpoint = step
            values = {"code": row.code, "body_code": row.body_code}
            about = f"{row.title}, for {row.body}"
            found.append(Task(words, about, row.standing, due, endpoint, values, demonstration=row.demonstration))
    return found


def _meeting_step(row: Any, on: date) -> Step | None:
    """What a secretary does next for a case that is decided at a meeting: words, day, page; none while it is ahead."""
    if row.meeting_code is None or row.meeting_state == "cancelled":
        return "Put it on an agenda", None, "signoff.body"
    if row.held_on <= on:
        return "Record the decision", row.held_on, "signoff.record_decision"
    return None


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
        if period is not None and (period.updates_due >= on or cycle.owed):
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
