"""Where agreement stands: the live cases body by body, and when everyone asked can have agreed at the earliest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings import queries as meetings
from app.meetings.models import Meeting
from app.people.rules_in_words import joined
from app.permissions import Actor
from app.signoff import listing
from app.signoff import queries as signoff
from app.signoff.deferring import deferred_in
from app.signoff.matrix import Matrix, laid_out_under
from workflows.facts import PartyFact, day_in_words
from workflows.party_standing import Word
from workflows.route import Sitting, Stop, leg

LINES, COLUMNS = 4, 8
"""Cases and bodies in the matrix of the home page."""

NAMED = 3
"""Bodies named in a sentence, of many."""

WITHOUT_A_MEETING: Word = "not yet answered"  # of a body whose secretary or officer answers for it at this stage
OVER = "can no longer be completed"  # of a stage, in its sentence: the listing of cases tells it in no other way
LIVE = listing.Filters(live=True)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The newest live cases as a matrix, and for each by its id when everyone asked can have agreed at the earliest.

    `cases` and `bodies` say how many there are in all.
    """

    matrix: Matrix
    earliest: dict[int, str]
    cases: int
    bodies: int


def agreement(session: Session, actor: Actor, on: date) -> Agreement:
    """The cases still open, body by body, and the earliest day for each: eight statements, however many cases."""
    live = listing.cases(session, actor.collaborative_ids, LIVE, LINES)
    case_ids = [case.id for case in live]
    under = listing.bodies_asked(session, actor.collaborative_ids, LIVE, COLUMNS)
    cells = signoff.cells(session, case_ids, [body.id for body in under])
    names = signoff.names_asked(session, case_ids)
    waiting: dict[int, dict[int, Any]] = {}
    for case_id, *asked in signoff.still_asked(session, case_ids):
        waiting.setdefault(case_id, {})[asked[0]] = asked
    planned = session.execute(
        sa.select(Meeting.id, Meeting.body_id, Meeting.held_on)
        .where(Meeting.body_id.in_(names), Meeting.state == "planned", Meeting.held_on >= on)
        .order_by(Meeting.held_on, Meeting.id)
    ).all()
    due = meetings.deadlines(session, planned)
    in_time: dict[int, list[date]] = {}
    for meeting_id, body_id, held_on in planned:
        if (due[meeting_id] or held_on) >= on:
            in_time.setdefault(body_id, []).append(held_on)
    until = {key: one.since for key, one in deferred_in(session, case_ids).items()}
    earliest = {
        case.id: ""
        if OVER in case.sentence
        else _earliest(case.id, waiting.get(case.id, {}), names, in_time, until, on)
        for case in live
    }
    return Agreement(
        laid_out_under([body[:3] for body in under], live, cells, on),
        earliest,
        live[0].total if live else 0,
        under[0].total if under else 0,
    )


def _earliest(
    case_id: int,
    waiting: Mapping[int, Any],
    names: Mapping[int, tuple[str, str]],
    in_time: Mapping[int, Sequence[date]],
    until: Mapping[tuple[int, int], date],
    on: date,
) -> str:
    """When everyone still asked can have decided at the earliest, which body sets that day, and what it depends on.

    `waiting` has for each body still asked the day and state of its meeting, and its standing; `names` is in the order
    in which bodies are named. `in_time` is each body's meetings whose papers can still go out, for those not yet on an
    agenda; one that deferred can decide from the day, or the meeting, it deferred to. Of each body the day is that of
    its leg of the route.
    """
    if not waiting:
        return "Everyone asked has answered."
    last: tuple[date, str, bool] | None = None
    none: list[str] = []
    unplanned: list[str] = []
    for body_id, (body, kind) in names.items():
        if body_id not in waiting:
            continue
        _, held_on, state, standing = waiting[body_id]
        since = max(on, until.get((case_id, body_id), on))
        meets = kind != "officer" and standing != WITHOUT_A_MEETING
        if not meets and since == on:
            continue
        scheduled = held_on is not None and state == "planned" and held_on >= since
        ahead = [held_on] if scheduled else [day for day in in_time.get(body_id, ()) if day >= since]
        party = PartyFact(body_id, body, body, "governing_body" if meets else "officer")
        stop = Stop(party, meets, tuple(Sitting("", day, day, on_agenda=scheduled) for day in ahead))
        day = leg(stop, on if meets else since, on).on
        if meets and not scheduled:
            (unplanned if day else none).append(body)
        if day is not None and (last is None or day > last[0]):
            last = day, body, meets
    if none:
        has = "has" if len(none) == 1 else "have"
        return f"No day can be named: {_some(none)} {has} no meeting ahead for it."
    if last is None:
        return f"{_some([name for body_id, (name, _) in names.items() if body_id in waiting])} can answer on any day."
    decides = "meets" if last[2] else "answers"
    said = f"All can have decided by {day_in_words(last[0])}; {last[1]} {decides} last."
    if unplanned:
        said += f" It is not yet on the agenda of {_some(unplanned)}."
    return said


def _some(bodies: list[str]) -> str:
    """The bodies, or where they are many the first few and how many others."""
    if len(bodies) <= 2 * NAMED:
        return joined(bodies)
    return joined([*bodies[:NAMED], f"{len(bodies) - NAMED} others"])
