"""What becomes of a body's conditions: given to an owner, met with evidence, waived by a decision, opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.people.body_facts import AskedBody
from app.permissions import Missing, Stale
from app.signoff.folding import Folded, act_of, folded, locked_case, settle
from app.signoff.refusals import refuse
from workflows.conditions import Condition, may_assign, may_be_met, may_be_reopened, may_be_waived
from workflows.standing import PartyStanding


@dataclass(frozen=True, slots=True)
class Which:
    """A condition of a body: the case, the body, the entry of its decision and its place there, from 1."""

    case_id: int
    body_id: int
    decision_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Tracked:
    """A condition with the standing it belongs to, and the round of that standing."""

    condition: Condition
    party: PartyStanding
    round: int

    @property
    def decided_on(self) -> date:
        """The day of the decision that set the condition."""
        assert self.party.on is not None
        return self.party.on


def tracked(found: Folded, which: Which) -> Tracked:
    """The condition as it stands, of any round that was not superseded; raises `Missing`."""
    for the_round in found.standing.rounds:
        for party in the_round.parties:
            if the_round.superseded or party.party.body_id != which.body_id:
                continue
            for one in party.tracked:
                if (one.decision_id, one.position) == (which.decision_id, which.position):
                    return Tracked(one, party, the_round.number)
    raise Missing


def assign_condition(
    session: Session, which: Which, *, owner: str, due: date | None, seen: str, doer: Doer, now: datetime
) -> int:
    """Say who sees to a condition, and by when. `seen`: the state that the page showed. Gives the entry's id."""
    found, known = _found(session, which, seen, now)
    refuse(may_assign(known.condition, owner, due, known.decided_on))
    said = {"owner": owner.strip(), "due": due.isoformat() if due else None}
    return _record(session, found, known, Tag.CONDITION_ASSIGNED, said, doer)


def meet_condition(
    session: Session, which: Which, *, evidence: str, on: date, seen: str, doer: Doer, now: datetime
) -> int:
    """Record that a condition was met on this day, with what shows it."""
    found, known = _found(session, which, seen, now)
    refuse(may_be_met(known.condition, evidence, on, known.decided_on, found.today))
    recorded_by = f"{doer.name}, {doer.capacity}" if doer.capacity else doer.name
    said = {"evidence": evidence.strip(), "settled_on": on.isoformat(), "recorded_by": recorded_by}
    return _record(session, found, known, Tag.CONDITION_MET, said, doer)


def waive_condition(
    session: Session, which: Which, *, reason: str, decided_by: str, on: date, seen: str, doer: Doer, now: datetime
) -> int:
    """Record that a condition was waived on this day: by whom, and why."""
    found, known = _found(session, which, seen, now)
    refuse(may_be_waived(known.condition, reason, decided_by, on, known.decided_on, found.today))
    said = {"reason": reason.strip(), "decided_by": decided_by.strip(), "settled_on": on.isoformat()}
    return _record(session, found, known, Tag.CONDITION_WAIVED, said, doer)


def reopen_condition(session: Session, which: Which, *, reason: str, seen: str, doer: Doer, now: datetime) -> int:
    """Record that a condition is open after all: it had been recorded as met or waived by mistake."""
    found, known = _found(session, which, seen, now)
    refuse(may_be_reopened(known.condition, reason))
    return _record(session, found, known, Tag.CONDITION_REOPENED, {"reason": reason.strip()}, doer)


def _found(session: Session, which: Which, seen: str, now: datetime) -> tuple[Folded, Tracked]:
    """The case, its row held, and the condition; raises `Missing`, or `Stale` where it has another state by now."""
    found = folded(session, locked_case(session, which.case_id), now)
    known = tracked(found, which)
    refuse_as_settled(known.condition, seen, found.today)
    return found, known


def refuse_as_settled(condition: Condition, seen: str, today: date) -> None:
    """Raise `Stale` where the condition has another state than the page showed."""
    if condition.state != seen:
        raise Stale(
            "What became of this condition was recorded since this page was shown. Nothing was recorded now.",
            condition.in_words(today),
        )


def _record(session: Session, found: Folded, known: Tracked, tag: Tag, said: Mapping[str, object], doer: Doer) -> int:
    condition, party = known.condition, known.party.party
    body = _body(found, party.body_id)
    about: dict[str, object] = {
        "body_id": party.body_id,
        "body": party.short_name,
        "round": known.round,
        "decision": condition.decision_id,
        "position": condition.position,
        "condition": condition.text,
        **said,
    }
    return settle(session, found, [act_of(found, tag, doer, body.organisation, about)])[0]


def _body(found: Folded, body_id: int) -> AskedBody:
    return next(one for one in found.bodies if one.id == body_id)
