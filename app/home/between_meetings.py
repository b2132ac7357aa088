"""What waits between meetings: votes on line to sign, by seat, and chairs' actions that a meeting has to ratify."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.home.waiting import Concerns, Task
from app.people.models import DecidingBody
from app.permissions import Actor, Role
from app.permissions.facts import ROLE_NAMES
from app.signoff import chairs_action, voting_queries
from workflows.case_history import day_of
from workflows.members_voting import moment_in_words


def between_meetings(session: Session, actor: Actor, bodies: Sequence[DecidingBody], now: datetime) -> list[Task]:
    """The votes that this person can sign now, soonest close first, and what their bodies have to ratify."""
    found = []
    if actor.person_id is not None:
        held = [seat.seat_id for seat in actor.seats]
        for one in voting_queries.to_sign(session, actor.person_id, held, now):
            place = f", in the place of {one.seat.person_name}" if one.deputises else ""
            found.append(
                Task(
                    f"Vote for {one.seat.title}{place}",
                    f"{one.case.title}, for {one.body.short_name}",
                    "voting open",
                    day_of(one.window.closes),
                    "signoff.sign_vote",
                    {"code": one.case.code, "body_code": one.body_code, "seat_id": str(one.seat.id)},
                    f"The members of {one.body.short_name} vote on line until {moment_in_words(one.window.closes)}.",
                    one.case.demonstration,
                    f"{one.seat.title}, {one.body.name}{place}",
                    Concerns(one.case.code, one.body_code, one.seat.id),
                )
            )
    own = {body.id: body for body in bodies if actor.holds(Role.SECRETARY, body.organisation_id)}
    names = {body.code: body.organisation.name for body in own.values()}
    for action in chairs_action.awaiting(session, list(own)) if own else ():
        found.append(
            Task(
                "Record whether the chair’s action is ratified",
                f"{action.case}, for {action.body}",
                "to be ratified",
                None,
                "signoff.body",
                {"code": action.case_code, "body_code": action.body_code},
                "It is on the agenda of the body’s next meeting, among the chair’s actions to ratify.",
                action.demonstration,
                f"{ROLE_NAMES[Role.SECRETARY]}, {names[action.body_code]}",
                Concerns(action.case_code, action.body_code),
            )
        )
    return found
