"""What a board secretary or officer has to do now for the cases that ask their bodies: in which role, by when and why.

By when is the day the stage sets; without one the day on which others are told that nothing came; of what waits for an
agenda, the day on which the papers of the body's next meeting are due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.home.waiting import Concerns, Task
from app.meetings.days import bank_holidays
from app.meetings.models import Meeting
from app.meetings.queries import deadlines
from app.people.models import DecidingBody
from app.permissions import Actor, HeldSeat, Role
from app.permissions.facts import ROLE_NAMES
from app.signoff import queries as signoff
from app.signoff.deferring import Deferred, deferred_in
from app.signoff.definitions import pinned
from app.signoff.models import Case, Round
from app.signoff.told_people import may_see
from workflows.after_the_answer import LAPSED
from workflows.case_history import day_of
from workflows.deadline import Deadline, deadline
from workflows.facts import PartyFact, day_in_words
from workflows.party_standing import VOTING, PartyStanding
from workflows.reminders import Awaited, Planned, of_party
from workflows.route import Sitting
from workflows.stages import PartyRule, Stage
from workflows.times import roles_in_words

ANSWER, AGENDA, RECORD, OUTCOME = (
    "signoff.answer",
    "signoff.body",
    "signoff.record_decision",
    "signoff.voting_of_members",
)
WORDS = {
    ANSWER: "Answer for the body",
    AGENDA: "Put it on an agenda",
    RECORD: "Record the decision",
    OUTCOME: "Record the outcome of the vote",
}
"""What is done on each page."""

SETTLED = ("deferred", "not quorate")
"""What stays so of the meeting it is of: the case is for another one's agenda."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """The role or the seat in which somebody acts for a body."""

    words: str
    seat_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A case that waits for a body at a stage, since when, and with the calendar of that body."""

    row: Any
    case: Case
    body: DecidingBody
    stage: Stage
    rule: PartyRule
    opened_on: date
    ahead: Sequence[Sitting]
    days_off: frozenset[date]

    @property
    def by(self) -> Deadline | None:
        """The day that the stage sets, where it sets one."""
        if self.stage.by is None or self.row.standing in LAPSED:
            return None
        return deadline(self.stage.by, self.opened_on, self.days_off)

    def planned(self, on: date) -> list[Planned]:
        """When it is reminded of, and when others are told that nothing came."""
        row, body = self.row, self.body
        party = PartyStanding(PartyFact(body.id, body.name, body.short_name, body.kind), row.standing, row.sentence)
        since = row.on if row.standing in LAPSED and row.on else self.opened_on
        sitting, had_on = next((one for one in self.ahead if one.papers_due >= on), None), None
        if row.meeting_code and row.meeting_state != "cancelled" and row.standing not in SETTLED:
            if row.held_on < on:
                had_on = row.held_on
            else:
                sitting = next((one for one in self.ahead if one.code == row.meeting_code), sitting)
                sitting = replace(sitting, on_agenda=True) if sitting else None
        voting = row.standing == VOTING
        awaited = Awaited(party, self.rule.meets, since, self.by, sitting, had_on, voting)
        return of_party(self.stage, awaited, self.days_off)


def to_answer_for(session: Session, actor: Actor, bodies: Sequence[DecidingBody], on: date) -> list[Task]:
    """One task for each case that waits for what this person does; a pack's own case shows as the pack."""
    by_id = {body.id: body for body in bodies}
    rows = [row for row in signoff.waiting_for(session, list(by_id)) if row.subject_kind != "pack"]
    codes = {row.code for row in rows}
    cases = {case.code: case for case in session.scalars(sa.select(Case).where(Case.code.in_(codes)))}
    rows = [row for row in rows if may_see(actor, cases[row.code], by_id[row.body_id])]
    case_ids = [cases[row.code].id for row in rows]
    opened = {
        (one.case_id, one.number): day_of(one.opened_at)
        for one in session.execute(
            sa.select(Round.case_id, Round.number, Round.opened_at).where(Round.case_id.in_(case_ids))
        )
    }
    deferred = deferred_in(session, [cases[row.code].id for row in rows if row.standing == "deferred"])
    ahead = _ahead(session, by_id, on) if rows else {}
    days_off = bank_holidays(*range(min((day.year for day in opened.values()), default=on.year) - 1, on.year + 4))
    found = []
    for row in rows:
        body, case = by_id[row.body_id], cases[row.code]
        stage = pinned(case).stage(row.stage)
        rule = stage.rule_for(body.kind)
        if rule is None:
            continue
        asked = Asked(row, case, body, stage, rule, opened[case.id, row.round], ahead.get(body.id, ()), days_off)
        capacity = capacity_of(actor, asked.body, rule, by_id)
        endpoint = _step(row, rule, on)
        if capacity is not None and endpoint is not None:
            found.append(_task(asked, endpoint, capacity, deferred.get((case.id, body.id)), on))
    return found


def capacity_of(
    actor: Actor, body: DecidingBody, rule: PartyRule, bodies: Mapping[int, DecidingBody]
) -> Capacity | None:
    """In which role, or which seat where the rule names one, a person acts for a body; None where they do not."""
    role = Role.OFFICER if rule.decide == "officer" and rule.role != "secretary" else Role.SECRETARY
    if not actor.holds(role, body.organisation_id):
        return None
    if rule.titled and not rule.meets:
        seats = (seat for seat in actor.seats if seat.organisation_id == body.organisation_id)
        held = next((seat for seat in seats if _title(seat, bodies) == rule.titled.lower()), None)
        return Capacity(held.title, held.seat_id) if held else None
    return Capacity(f"{ROLE_NAMES[role]}, {body.organisation.name}")


def _title(seat: HeldSeat, bodies: Mapping[int, DecidingBody]) -> str:
    body = bodies.get(seat.body_id)
    return (seat.title.removesuffix(f", {body.name}") if body else "").lower()


def _step(row: Any, rule: PartyRule, on: date) -> str | None:
    """The page of what is done next; none while the meeting that decides it is ahead, or its members vote."""
    if rule.decide == "officer":
        return ANSWER
    if row.standing == VOTING:
        return OUTCOME if row.on < on else None
    if row.meeting_code is None or row.meeting_state == "cancelled" or row.standing in SETTLED:
        return AGENDA
    return RECORD if row.held_on <= on else None


def _task(asked: Asked, endpoint: str, capacity: Capacity, deferred: Deferred | None, on: date) -> Task:
    row, body = asked.row, asked.body
    planned = asked.planned(on)
    escalated = next((one.on for one in planned if one.kind == "escalation"), None)
    why = [row.sentence, *_next(planned, on)]
    if endpoint in (RECORD, OUTCOME):
        due = row.held_on if endpoint == RECORD else row.on
    elif endpoint == ANSWER:
        due = asked.by.on if asked.by else escalated
        if asked.by:
            why.insert(1, f"It is to be answered by {asked.by.in_words}.")
    else:
        coming = next((one for one in asked.ahead if one.papers_due >= on), None)
        due = coming.papers_due if coming else None
        if coming:
            meets, papers = day_in_words(coming.held_on), day_in_words(coming.papers_due)
            why.insert(1, f"{body.short_name} meets on {meets}, and the papers for it are due by {papers}.")
    if deferred is not None and deferred.deferral.in_words and endpoint == AGENDA:
        due = deferred.deferral.day
        why = [f"Deferred {deferred.deferral.in_words}.{deferred.deferral.what_now(body.short_name, on)}"]
    return Task(
        WORDS[endpoint],
        f"{row.title}, for {row.body}",
        row.standing,
        due,
        endpoint,
        {"code": row.code, "body_code": row.body_code},
        " ".join(why),
        row.demonstration,
        capacity.words,
        Concerns(
            row.code,
            row.body_code,
            capacity.seat_id,
            meeting=row.meeting_code if endpoint == RECORD else None,
        ),
    )


def _next(planned: Sequence[Planned], on: date) -> list[str]:
    """What follows where nothing is recorded: who is told and when, or the next reminder."""
    coming = [one for one in planned if one.on > on]
    told = next((one for one in coming if one.kind == "escalation"), None)
    if told is not None:
        is_are = "is" if len(told.to) == 1 else "are"
        return [f"Where nothing is recorded, {roles_in_words(told.to)} {is_are} told on {day_in_words(told.on)}."]
    return [f"The next reminder goes out on {day_in_words(one.on)}." for one in coming[:1]]


def _ahead(session: Session, bodies: Mapping[int, DecidingBody], on: date) -> dict[int, list[Sitting]]:
    """The planned meetings of these bodies with the days their papers are due, soonest first: two statements."""
    planned = session.execute(
        sa.select(Meeting.id, Meeting.code, Meeting.body_id, Meeting.held_on)
        .where(Meeting.body_id.in_(bodies), Meeting.state == "planned", Meeting.held_on >= on)
        .order_by(Meeting.held_on, Meeting.id)
    ).all()
    due = deadlines(session, planned)
    found: dict[int, list[Sitting]] = {}
    for one in planned:
        sitting = Sitting(one.code, one.held_on, due[one.id] or one.held_on)
        found.setdefault(one.body_id, []).append(sitting)
    return found
