"""What may follow a decision: its minute reference, or a correction by a second person; the first entry stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.people.models import DecidingBody, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import in_force
from app.permissions import Missing, Refused, Role, Stale
from app.signoff.deferring import deferred_as_it_may_be
from app.signoff.folding import Folded, act_of, folded, locked_case, settle, with_acts
from app.signoff.payloads import deferral_said, keepers_said, variation_said
from app.signoff.refusals import refuse
from app.signoff.successors import heir_of
from app.signoff.varied_clauses import with_its_clause
from workflows.ballot import is_complete
from workflows.case_history import DECISION_NOT_QUORATE, DECISION_RECORDED, day_of, day_said
from workflows.case_history import Act as EntryAct
from workflows.corrected_votes import corrected, may_follow
from workflows.deferral import MEANT, deferral_of
from workflows.facts import CHAIR_KINDS, AnswerFact, CaseEntry, VoteFact
from workflows.materiality import AS_AMENDED
from workflows.second_person import may_become, may_correct

MOST_REFERENCE = 100


def reference_minute(session: Session, *, case_id: int, body_id: int, reference: str, doer: Doer, now: datetime) -> int:
    """Give the minute in which a body's latest decision stands ("GBP/1516/041"); raises `Refused` without one."""
    found, body = _found(session, case_id, body_id, now)
    text = reference.strip()
    if not text or len(text) > MOST_REFERENCE:
        raise Refused(f"A minute reference has 1 to {MOST_REFERENCE} characters.")
    decision = _latest(found, body)
    said: dict[str, object] = {
        "body_id": body.id,
        "body": body.short_name,
        "corrects": decision.id,
        "reference": text,
        "round": decision.payload.get("round"),
    }
    return settle(session, found, [act_of(found, Tag.MINUTE_REFERENCED, doer, body.organisation, said)])[0]


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that may be recorded: its entry, and the case as it is and as it would be then."""

    act: Act
    before: Folded
    after: Folded
    round: int
    body_id: int

    def stands(self, found: Folded) -> str:
        """Where the body stands in the round of its decision, in a sentence."""
        rounds = (one for one in found.standing.rounds if one.number == self.round)
        parties = (party for one in rounds for party in one.parties if party.party.body_id == self.body_id)
        return next(parties).sentence


def correct_decision(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    entry_id: int,
    reason: str,
    answer: AnswerFact | None,
    doer: Doer,
    now: datetime,
    seen_entry: int | None = None,
    votes: Sequence[VoteFact] = (),
) -> int:
    """Correct what was recorded of a decision, with the reason; `answer` None says that nothing was decided.

    `votes` are those of the seats whose vote was recorded wrongly: the answer has to follow from all of them. Raises
    `Refused` without a reason, for who recorded what stands, or when the entry is not the body's latest decision;
    `Stale` where another entry about the body was the last one that the page showed.
    """
    found, body = _found(session, case_id, body_id, now)
    if seen_entry is not None and seen_entry != found.last_entry_of(body.id):
        raise Stale(
            f"Something about {body.short_name} was recorded since this page was shown. Nothing was corrected now."
        )
    foreseen = foresee(session, found, body, entry_id, reason, answer, doer, votes)
    return settle(session, found, [foreseen.act])[0]


def latest_decision(found: Folded, body: DecidingBody) -> CaseEntry | None:
    """The body's latest decision on the case, if it is one that can be corrected: a meeting not quorate is not."""
    try:
        entry = _latest(found, body)
    except Refused:
        return None
    return entry if entry.tag == DECISION_RECORDED else None


def correctable_in_words(found: Folded, body: DecidingBody) -> str:
    """What the body's latest answer that can be corrected is called: "the decision", or of what before it is."""
    entry = latest_decision(found, body)
    if entry is None:
        return ""
    what = "response" if entry.payload.get("answer") == "respond" else "decision"
    if entry.payload.get("round") in (None, found.round.number):
        return f"the {what}"
    stage = str(entry.payload["stage"])
    if stage == found.round.stage:
        return f"its {what} on {entry.payload['version_label']}"
    return f"its {what} at an earlier stage, “{found.definition.stage(stage).title}”"


def refuse_first_person(session: Session, found: Folded, body: DecidingBody, decision: CaseEntry, doer: Doer) -> None:
    """Raise `Refused`, naming who else may, for the person who recorded what stands of a decision."""
    standing = [decision.id, *(one.id for one in found.entries if _corrects(one, decision))]
    entry = session.get_one(RecordEntry, standing[-1])
    recorder = (entry.actor_id, entry.actor_name)
    others = []
    if entry.actor_id is not None and entry.actor_id == doer.person_id:
        others = [f"{name}, {role}" for name, role in _entitled(session, body, found.today, entry.actor_id)]
    refuse(may_correct(body.short_name, recorder, (doer.person_id, doer.name), others))


def foresee(
    session: Session,
    found: Folded,
    body: DecidingBody,
    entry_id: int,
    reason: str,
    answer: AnswerFact | None,
    doer: Doer,
    votes: Sequence[VoteFact] = (),
) -> Correction:
    """What a correction would make of the case; nothing is written. Raises as `correct_decision`."""
    if not reason.strip():
        raise Refused("A correction needs its reason.", "the reason")
    decision = _latest(found, body)
    if decision.id != entry_id or decision.tag != DECISION_RECORDED:
        raise Refused(f"That is not the latest decision of {body.short_name} on this case.", "its latest decision")
    refuse_first_person(session, found, body, decision, doer)
    said: dict[str, object] = {
        "body_id": body.id,
        "body": body.short_name,
        "corrects": entry_id,
        "reason": reason.strip(),
        "round": decision.payload.get("round"),
        "answer": answer.answer if answer else None,
    }
    if answer is not None:
        stage = found.definition.stage(str(decision.payload["stage"]))
        answer = stage.as_its_own(answer)
        rule = stage.rule_for(body.kind)
        if rule is None or answer.answer not in rule.answers:
            raise Refused(f"“{answer.answer.replace('_', ' ')}” is not an answer to this question.")
        if answer.answer == AS_AMENDED:
            raise Refused(
                "An amendment is not put right by a correction: its text is what the body agreed.",
                "that it was entered in error, and the decision recorded anew",
            )
        refuse(is_complete(answer))
        answer = with_its_clause(session, found, int(decision.payload.get("round") or found.round.number), answer)
        refuse(may_become(answer.answer, decision.payload.get("quorum")))
        stands, on = as_it_stands(found, decision).said, day_said(decision.payload, "held_on") or day_of(decision.at)
        answer = deferred_as_it_may_be(session, body, answer, on, found.today, deferral_of(stands))
        follows = may_follow(body.short_name, stands, answer, votes)
        refuse(follows)
        if votes:
            said |= {"votes": _votes_said(session, corrected(stands, votes)), "tally": follows.sentence}
        said |= {
            "conditions": [text.strip() for text in answer.conditions if text.strip()],
            "variation": variation_said(answer.variation) if answer.variation else None,
            "keepers": keepers_said(answer).get("keepers", []),
            **deferral_said(answer),
            MEANT: answer.meeting_on.isoformat() if answer.meeting_on else None,
            "answer_reason": answer.reason.strip(),
            "answer_title": answer.own.title if answer.own else None,
        }
    act = act_of(found, Tag.DECISION_CORRECTED, doer, body.organisation, said)
    number = int(decision.payload.get("round") or found.round.number)
    return Correction(act, found, with_acts(found, [act]), number, body.id)


def as_it_stands(found: Folded, decision: CaseEntry) -> EntryAct:
    """A decision with what corrected it applied."""
    act = found.standing.folded.act(decision.id)
    assert act is not None
    return act


def _votes_said(session: Session, votes: Sequence[VoteFact]) -> list[dict[str, object]]:
    """Votes as JSON, each with the title and the code of its seat."""
    query = sa.select(Seat.id, Seat.title, Seat.code).where(Seat.id.in_([one.seat_id for one in votes]))
    seats = {row.id: row for row in session.execute(query)}
    return [
        {"seat_id": one.seat_id, "seat": seats[one.seat_id].title, "code": seats[one.seat_id].code, "vote": one.vote}
        for one in votes
    ]


def _corrects(entry: CaseEntry, decision: CaseEntry) -> bool:
    return entry.tag == Tag.DECISION_CORRECTED and entry.payload.get("corrects") == decision.id


def _entitled(session: Session, body: DecidingBody, on: date, but: int) -> list[tuple[str, str]]:
    """Who else of the body's organisation, or of its successor, may correct what was recorded: names with roles."""
    heir = heir_of(session, body, on)
    roles = session.execute(
        sa.select(Person.name, RoleHolding.role)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.organisation_id.in_([one.organisation_id for one in (body, heir) if one is not None]),
            RoleHolding.role.in_([Role.SECRETARY.value, Role.OFFICER.value]),
            in_force(RoleHolding.starts, RoleHolding.ends, on),
            Person.id != but,
        )
        .order_by(Person.name)
    )
    chairs = session.execute(
        sa.select(Person.name)
        .join(SeatHolding, SeatHolding.person_id == Person.id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .where(
            Seat.body_id == body.id,
            Seat.kind.in_(CHAIR_KINDS),
            in_force(SeatHolding.starts, SeatHolding.ends, on),
            in_force(Seat.starts, Seat.ends, on),
            Person.id != but,
        )
        .order_by(Person.name)
    )
    named = [(name, "board secretary" if role == Role.SECRETARY else "officer") for name, role in roles]
    return [*named, *((name, "chair") for (name,) in chairs)]


def _found(session: Session, case_id: int, body_id: int, now: datetime) -> tuple[Folded, DecidingBody]:
    case = locked_case(session, case_id)
    found = folded(session, case, now)
    body = session.get(DecidingBody, body_id)
    if body is None or not any(party.body_id == body_id for party in found.parties):
        raise Missing
    return found, body


def _latest(found: Folded, body: DecidingBody) -> CaseEntry:
    """The body's latest decision, or its latest meeting that was not quorate."""
    for entry in reversed(found.entries):
        if entry.payload.get("body_id") == body.id and entry.tag in (DECISION_RECORDED, DECISION_NOT_QUORATE):
            return entry
    raise Refused(f"No decision of {body.short_name} on this case is recorded yet.", "its decision")
