"""What the route of a case is worked out from: who has answered, and each other body's meetings that may take it up."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.tags import Tag
from app.meetings.days import bank_holidays, papers_due_on
from app.meetings.models import Meeting
from app.meetings.queries import deadlines
from app.people.body_facts import lead_time
from app.people.models import DecidingBody
from app.people.queries import rule_of
from app.signoff.folding import Folded
from app.signoff.queries import may_take_up_at, parties_of
from app.signoff.scheduling import last_of_agenda
from workflows.across import Taken
from workflows.facts import day_in_words
from workflows.route import Route, Sitting, Stop, no_working_day, route
from workflows.standing import position

FURTHEST = 5 * 366
"""Days ahead that are looked at: no meeting is set further away."""


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a route is worked out from, on one day."""

    found: Folded
    answered: tuple[Taken, ...]
    stops: tuple[Stop, ...]
    bodies: Mapping[int, DecidingBody]

    def route(self, released: date, moved: Mapping[int, tuple[date, date]] | None = None) -> Route:
        """The route with papers released on a day; `moved`: by body another day of its meeting, and its deadline."""
        today = self.found.today
        stops = [
            stop.with_moved(*moved[stop.party.body_id], released=released, today=today)
            if moved and stop.party.body_id in moved
            else stop
            for stop in self.stops
        ]
        return route(self.found.stage.across, self.answered, stops, released, today)


def route_facts(session: Session, found: Folded, *, meets_later: bool = False) -> RouteFacts:
    """The facts of a case's route: three statements, however many bodies and meetings there are.

    `meets_later`: of a body of several people the meetings too where it now answers without one (a response), as what
    it is asked in the end is decided by one.
    """
    waiting = {
        party.party.body_id: party
        for party in found.standing.parties
        if party.to_answer or (party.to_ratify and not party.party.through)
    }
    planned = session.scalars(
        sa.select(Meeting)
        .where(Meeting.body_id.in_(waiting), Meeting.state == "planned", Meeting.held_on >= found.today)
        .order_by(Meeting.held_on, Meeting.id)
    ).all()
    due = deadlines(session, planned)
    on_agenda = {meeting.id for meeting in found.meetings if meeting.agenda_has_case}
    bodies = {body.id: body for body in parties_of(session, found.case.id)}
    of_body: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in planned:
        of_body[meeting.body_id].append(meeting)
    stops = []
    for body_id, party in waiting.items():
        rule = found.stage.rule_for(party.party.kind)
        by_meeting = rule is not None and (rule.meets or (meets_later and party.party.kind != "officer"))
        able = [
            one
            for one in (of_body[body_id] if by_meeting else ())
            if may_take_up_at(found, bodies[body_id], one.held_on, one.id, planned=one.id not in on_agenda)
        ]
        had = party.on if party.word in ("scheduled", "papers issued") and party.on and party.on < found.today else None
        sittings = tuple(
            Sitting(
                one.code,
                one.held_on,
                due[one.id] or one.held_on,
                one.id in on_agenda,
                one.id in on_agenda and last_of_agenda(found, one) == Tag.PAPERS_ISSUED,
            )
            for one in able
        )
        others = tuple(one.party for one in found.standing.parties if one.party.through == party.party.short_name)
        until = party.deferral.in_words if party.deferral else ""
        stops.append(Stop(party.party, by_meeting, sittings, had, others, until))
    taken = [party for party in found.standing.parties if party.party.part]
    answered = tuple(
        (party.party, position(party)) for party in taken if party.answer is not None and not party.to_ratify
    )
    return RouteFacts(found, answered, tuple(stops), bodies)


@dataclass(frozen=True, slots=True)
class Supposed:
    """What was asked with “what if”: the day of release, other days of meetings, and what is wrong by field.

    `typed` is what stands in each field; `unusual` says of a day supposed that it is a Saturday or a bank holiday.
    """

    released: date
    moved: Mapping[int, tuple[date, date]]
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    unusual: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether anything is supposed that is not so."""
        return bool(self.moved) or "released" in self.typed


def supposed(session: Session, facts: RouteFacts, typed: Mapping[str, str]) -> Supposed:
    """Read what was typed: `released`, and for a body that decides at a meeting `meeting-` with its code."""
    today = facts.found.today
    kept = {name: words[:40].strip() for name, words in typed.items() if words.strip()}
    errors: dict[str, str] = {}
    moved: dict[int, tuple[date, date]] = {}
    unusual: list[str] = []
    released = _ahead(kept.get("released", ""), today, "released", errors) or today
    fields = {"released"}
    for stop in facts.stops:
        body = facts.bodies[stop.party.body_id]
        name = f"meeting-{body.code}"
        fields.add(name)
        to = _ahead(kept.get(name, ""), today, name, errors) if stop.by_meeting else None
        if to is None:
            continue
        rule = rule_of(session, body.id, to)
        if rule is None:
            errors[name] = f"{body.short_name} has no rule in force on {day_in_words(to)}"
        elif not may_take_up_at(facts.found, body, to, _supposed_to_move(facts, body.id), planned=True):
            errors[name] = f"{body.short_name} cannot take it up on {day_in_words(to)}: it deferred it to a later day"
        else:
            moved[body.id] = (to, papers_due_on(to, lead_time(rule)) or to)
            if odd := no_working_day(to, bank_holidays(to.year)):
                unusual.append(f"{day_in_words(to)}, supposed for {body.short_name}, is {odd}.")
    kept = {name: words for name, words in kept.items() if name in fields}
    if released == today and "released" not in errors:
        kept.pop("released", None)
    return Supposed(released, moved, kept, errors, tuple(unusual))


def _supposed_to_move(facts: RouteFacts, body_id: int) -> int:
    """The meeting to which the body deferred, which is the one supposed on another day; 0 where it named none."""
    party = facts.found.party(body_id)
    deferral = party.deferral if party else None
    return (deferral.meeting_id if deferral else None) or 0


def _ahead(words: str, today: date, name: str, errors: dict[str, str]) -> date | None:
    if not words:
        return None
    try:
        day = date.fromisoformat(words)
    except ValueError:
        errors[name] = "Enter a day of the calendar"
        return None
    if day < today:
        errors[name] = f"{day_in_words(day)} is past: enter {day_in_words(today)} or a later day"
        return None
    if (day - today).days > FURTHEST:
        errors[name] = "Enter a day in the next five years"
        return None
    return day
