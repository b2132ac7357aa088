"""What bodies did between their meetings is done again: chairs' actions, their ratification, votes on line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.exchange.afterwards import keepers
from app.exchange.kinds.kind import Values
from app.meetings.models import Meeting
from app.people.models import DecidingBody, Interest
from app.permissions import Refused
from app.signoff import chairs_action, queries, voting, voting_interests
from app.signoff.chairs_action import Grounds
from app.signoff.models import Case
from app.signoff.subject import Seen
from app.signoff.voting import Ballot
from workflows.facts import AnswerFact, AttendanceFact, VoteFact

SeatId = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Again:
    """One act that is done again: what it is about, who did it, when, and its own token."""

    session: Session
    case: Case
    body: DecidingBody
    doer: Doer
    at: datetime
    token: str
    seat_id: SeatId


def act_alone(again: Again, values: Values, answer: AnswerFact, seen: Seen) -> None:
    """The chair's action of a row of decisions."""
    officer, lay = values["officer_seat"], values["lay_seat"]
    grounds = Grounds(
        values["urgent"] or "", again.seat_id(officer) if officer else None, again.seat_id(lay) if lay else None
    )
    chairs_action.act_alone(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        answer=answer,
        grounds=grounds,
        seen=seen,
        token=again.token,
        doer=again.doer,
        now=again.at,
    )


def ratify(
    again: Again,
    values: Values,
    meeting: Meeting,
    attendance: Sequence[AttendanceFact],
    votes: Sequence[VoteFact],
    decision_id: int,
) -> None:
    """What a meeting said of a chair's action."""
    presiding = values["presiding_seat"]
    _, excluded, _ = chairs_action.before_ratifying(again.session, again.case.id, again.body, meeting)
    chairs_action.ratify(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        meeting_id=meeting.id,
        ratified=values["ratified"],
        attendance=attendance,
        exclusions=excluded,
        votes=votes,
        reason=values["reason"] or "",
        decision_id=decision_id,
        last_entry_id=queries.seen_for(again.session, again.case, again.body).last_entry_id,
        token=again.token,
        doer=again.doer,
        now=again.at,
        presiding_seat_id=again.seat_id(presiding) if presiding else None,
    )


def open_voting(again: Again, values: Values) -> None:
    """A window in which members vote."""
    seen = queries.seen_for(again.session, again.case, again.body)
    if seen.round != values["round"]:
        raise Refused(f"The case is in round {seen.round} then, not in {values['round']}.", "that round")
    voting.open_voting(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        opens=values["opens"],
        closes=values["closes"],
        answer=values["answer"],
        conditions=[line for line in (values["conditions"] or "").split("\n") if line.strip()],
        keepers=keepers(values["keepers"]),
        seen=seen,
        token=again.token,
        doer=again.doer,
        now=again.at,
    )


def sign(again: Again, values: Values) -> None:
    """A vote of a seat."""
    voting_id, content_hash = _window(again)
    interest = values["interest_kind"]
    ballot = Ballot(voting_id, content_hash, again.seat_id(values["seat"]), values["vote"], interest)
    voting.sign(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        ballot=ballot,
        token=again.token,
        doer=again.doer,
        now=again.at,
    )


def declare_in_voting(again: Again, values: Values) -> None:
    """An interest that a member declared in what is voted on."""
    interest = again.session.scalars(sa.select(Interest).where(Interest.code == values["interest"])).one()
    voting_interests.declare(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        voting_id=_window(again)[0],
        seat_id=again.seat_id(values["seat"]),
        interest=interest,
        token=again.token,
        doer=again.doer,
        now=again.at,
    )


def rule_in_voting(again: Again, values: Values) -> None:
    """How an interest in what is voted on was handled."""
    ruling = voting_interests.Ruling(
        tuple(again.seat_id(seat) for seat in values["seats"]),
        values["interest_kind"],
        values["handling"],
        values["reason"],
        values["handled_by"],
    )
    voting_interests.handle(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        voting_id=_window(again)[0],
        ruling=ruling,
        token=again.token,
        doer=again.doer,
        now=again.at,
    )


def stop_voting(again: Again, values: Values) -> None:
    """A window that was stopped."""
    voting.stop(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        voting_id=_window(again)[0],
        reason=values["reason"],
        token=again.token,
        doer=again.doer,
        now=again.at,
    )


def record_outcome(again: Again) -> None:
    """What the members' votes came to: computed again, not read."""
    voting.record_outcome(
        again.session,
        case_id=again.case.id,
        body_id=again.body.id,
        voting_id=_window(again)[0],
        doer=again.doer,
        now=again.at,
    )


BETWEEN: dict[str, Callable[[Again, Values], None]] = {
    "votings": open_voting,
    "voting_declarations": declare_in_voting,
    "voting_rulings": rule_in_voting,
    "votes": sign,
    "voting_stops": stop_voting,
}
"""The acts of a vote on line, by the kinds of their rows."""


def _window(again: Again) -> tuple[int, str]:
    found = queries.folded(again.session, again.case, again.at)
    window = voting.window_now(found, again.body.id)
    if window is None:
        raise Refused(f"The members of {again.body.short_name} are not voting on it then.", "its row in votings")
    return window.entry_id, window.content_hash
