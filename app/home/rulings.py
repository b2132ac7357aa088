"""Declared interests that await a ruling: before who presides, who decides on them, and the secretary, who notes it."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.home.waiting import Concerns, Task
from app.meetings.models import AgendaItem, Attendance, ItemConflict, ItemDeclaration, Meeting
from app.people.facts_of_many import body_facts
from app.people.models import DecidingBody
from app.permissions import Actor, Role
from app.permissions.facts import ROLE_NAMES
from app.signoff.folding import folded
from app.signoff.models import Case, PartyState
from app.signoff.told_people import may_see
from app.signoff.voting import window_known
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.interests import Presiding, presiding
from workflows.members_voting import moment_in_words
from workflows.party_standing import VOTING
from workflows.quorum import INTEREST_IN_WORDS
from workflows.verdict import in_words
from workflows.voting_interests import who_rules

DECIDE, NOTE = "Decide how the interest is handled", "Note the ruling on the interest"
STATE = "handling awaited"


def to_rule_on(session: Session, actor: Actor, bodies: Sequence[DecidingBody], on: date, now: datetime) -> list[Task]:
    """What of declared interests waits for this person: as who presides, or as secretary of the body."""
    sits_on = {seat.body_id for seat in actor.seats}
    own = {body.id: body for body in bodies if body.id in sits_on or actor.holds(Role.SECRETARY, body.organisation_id)}
    if not own:
        return []
    return [*_for_items(session, actor, own, on), *_in_votes(session, actor, own, on, now)]


def _for_items(session: Session, actor: Actor, own: dict[int, DecidingBody], on: date) -> list[Task]:
    """Of items on agendas ahead: one statement, and four more where any interest is awaited."""
    ruled = sa.exists().where(
        ItemConflict.item_id == ItemDeclaration.item_id, ItemConflict.person_id == ItemDeclaration.person_id
    )
    declared = session.scalars(
        sa.select(ItemDeclaration)
        .join(AgendaItem, AgendaItem.id == ItemDeclaration.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .options(joinedload(ItemDeclaration.person), joinedload(ItemDeclaration.interest))
        .where(
            Meeting.body_id.in_(own),
            Meeting.state == "planned",
            Meeting.held_on >= on,
            AgendaItem.taken_off_at.is_(None),
            ~ruled,
        )
        .order_by(Meeting.held_on, ItemDeclaration.id)
    ).all()
    if not declared:
        return []
    items = {
        item.id: item
        for item in session.scalars(
            sa.select(AgendaItem)
            .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body))
            .where(AgendaItem.id.in_({one.item_id for one in declared}))
        )
    }
    conflicted: dict[int, set[int]] = {item_id: set() for item_id in items}
    for one in declared:
        conflicted[one.item_id].add(one.person_id)
    for known in session.execute(
        sa.select(ItemConflict.item_id, ItemConflict.person_id).where(ItemConflict.item_id.in_(items))
    ):
        conflicted[known.item_id].add(known.person_id)
    away: dict[int, set[int]] = {}
    for meeting_id, seat_id in session.execute(
        sa.select(Attendance.meeting_id, Attendance.seat_id).where(
            Attendance.meeting_id.in_({item.meeting_id for item in items.values()}),
            Attendance.status.in_(("apologies", "absent")),
        )
    ):
        away.setdefault(meeting_id, set()).add(seat_id)
    days: dict[int, tuple[DecidingBody, date]] = {}
    for one in declared:  # soonest first: who sits at the body's next meeting with one is who rules on them
        meeting = items[one.item_id].meeting
        days.setdefault(meeting.body_id, (meeting.body, meeting.held_on))
    facts = body_facts(session, list(days.values()))
    found = []
    for one in declared:
        item = items[one.item_id]
        meeting = item.meeting
        rules = presiding(facts[meeting.body_id].seats, conflicted[item.id], away.get(meeting.id, set()))
        kind = INTEREST_IN_WORDS[one.interest.kind]
        why = (
            f"{one.person.name} declared {kind} in item {item.number} of {day_in_words(meeting.held_on)}. {_who(rules)}"
        )
        about = f"{item.title}, {meeting.body.short_name}"
        where = {"code": meeting.code, "item_id": str(item.id)}
        for words, capacity, seat in _whose(actor, own[meeting.body_id], rules):
            notes = words == NOTE
            found.append(
                Task(
                    words,
                    about,
                    STATE,
                    meeting.held_on,
                    "meetings.conflict" if notes else "meetings.item",
                    {**where, "declaration": str(one.id)} if notes else {**where, "_anchor": "conflicts"},
                    why,
                    item.demonstration,
                    capacity,
                    Concerns(None, meeting.body.code, seat, meeting.code, item.id),
                )
            )
    return found


def _in_votes(session: Session, actor: Actor, own: dict[int, DecidingBody], on: date, now: datetime) -> list[Task]:
    """Of votes on line: one indexed statement, then the few votes in which a member declared an interest."""
    rows = session.execute(
        sa.select(Case, PartyState.body_id)
        .join(PartyState, PartyState.case_id == Case.id)
        .where(
            PartyState.body_id.in_(own),
            PartyState.waiting.is_(True),
            PartyState.standing == VOTING,
            sa.exists().where(
                RecordEntry.thing_kind == "case",
                RecordEntry.thing_id == PartyState.case_id,
                RecordEntry.tag == Tag.VOTING_DECLARED,
            ),
        )
        .order_by(Case.id)
    ).all()
    found = []
    for case, body_id in rows:
        body = own[body_id]
        if not may_see(actor, case, body):
            continue
        window = window_known(session, folded(session, case, now), body_id)
        if window is None or now >= window.closes or not window.awaited:
            continue
        fact = body_facts(session, [(body, on)])[body_id]
        rules = who_rules(fact, window.excluded, window.awaited)
        for one in window.awaited:
            why = (
                f"{one.person} declared {INTEREST_IN_WORDS[one.interest_kind]} in what the members of "
                f"{body.short_name} vote on until {moment_in_words(window.closes)}, and cannot sign before the ruling. "
                f"{_who(rules)}"
            )
            for words, capacity, seat_id in _whose(actor, body, rules):
                found.append(
                    Task(
                        words,
                        f"{case.title}, for {body.short_name}",
                        STATE,
                        day_of(window.closes),
                        "signoff.rule_in_voting" if words == NOTE else "signoff.voting_of_members",
                        {"code": case.code, "body_code": body.code},
                        why,
                        case.demonstration,
                        capacity,
                        Concerns(case.code, body.code, seat_id),
                    )
                )
    return found


def _who(rules: Presiding) -> str:
    """Who decides: of many who could, those who are asked."""
    if len(rules.seats) <= 1:
        return rules.sentence
    names = in_words(f"{seat.person_name} ({seat.title})" for seat in rules.to_ask)
    return f"The chair cannot decide how it is handled: who presides instead does, {names}."


def _whose(actor: Actor, body: DecidingBody, rules: Presiding) -> list[tuple[str, str, int | None]]:
    """What a ruling is to this person: theirs to make, by their seat, and to note, as the secretary; perhaps both."""
    mine = {seat.id for seat in rules.to_ask if seat.person_id == actor.person_id}
    found = [(DECIDE, seat.title, seat.seat_id) for seat in actor.seats if seat.seat_id in mine]
    if actor.holds(Role.SECRETARY, body.organisation_id):
        return [*found, (NOTE, f"{ROLE_NAMES[Role.SECRETARY]}, {body.organisation.name}", None)]
    return [*found]
