"""A body withdraws what it agreed, by a further decision of its own: at a meeting by its votes, or by its officer.

Where its organisation has ended, the body that has its work now decides that, and the entry says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.meetings.models import Meeting
from app.meetings.queries import meeting_fact
from app.people.body_facts import AskedBody, body_fact
from app.permissions import Missing, Refused, Stale
from app.signoff.folding import Folded, act_of, folded, locked_case, settle
from app.signoff.opening import about_meeting
from app.signoff.payloads import meeting_said
from app.signoff.refusals import refuse, refuse_who_did_not_sit, refuse_without_role
from app.signoff.subject import Seen
from app.signoff.successors import acting_on, decided_by, decider_at
from workflows.case_history import Act, Round, day_of_act
from workflows.eligibility import may_record, role_in_words
from workflows.facts import AttendanceFact, ExclusionFact, VoteFact, day_in_words
from workflows.quorum import quorum_met
from workflows.stages import PartyRule
from workflows.standing import PartyStanding
from workflows.withdrawal import carries_withdrawal, is_agreement, may_be_withdrawn


@dataclass(frozen=True, slots=True)
class Held:
    """What a body agreed and still holds to: the case as it stands, the body, how it decides, and its standing."""

    found: Folded
    body: AskedBody
    rule: PartyRule
    party: PartyStanding

    @property
    def agreed_on(self) -> date:
        """The day of the agreement, or of the last re-affirmation that it rests on."""
        assert self.party.on is not None
        return max((self.party.on, *(day_of_act(act) for _, act in self._acts)))

    @property
    def meeting_ids(self) -> set[int | None]:
        """The meetings that agreed it and re-affirmed it."""
        return {self.party.meeting_id, *(act.said.get("meeting_id") for _, act in self._acts)}

    @property
    def _acts(self) -> Sequence[tuple[Round, Act]]:
        return self.party.agreement.acts if self.party.agreement else ()


def held_by(found: Folded, body_id: int, reason: str = "as asked") -> Held:
    """What the body agreed; raises `Missing` for a body not asked, `Refused` where there is nothing to withdraw."""
    body = next((one for one in found.bodies if one.id == body_id), None)
    party = found.party(body_id)
    if body is None or party is None:
        raise Missing
    if found.standing.state in ("stopped", "withdrawn"):
        raise Refused(f"The case is closed, so there is nothing to withdraw from. {found.standing.result}")
    if party.party.through:
        raise Refused(
            f"{body.short_name} has not agreed this itself. {party.sentence}",
            f"the withdrawal of {party.party.through}’s own agreement",
        )
    if party.to_ratify:
        raise Refused(
            f"{body.short_name}’s chair decided this alone: its meeting ratifies it, or does not.",
            "a meeting that says whether it ratifies it",
        )
    rule = found.stage.rule_for(body.kind)
    assert rule is not None  # the stage asks the body
    refuse(may_be_withdrawn(body.short_name, party.answer, party.on, party.on or found.today, reason, party.own))
    return Held(found, body, rule, party)


def withdraw_at_meeting(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    meeting_id: int,
    attendance: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact] = (),
    votes: Sequence[VoteFact],
    reason: str,
    seen: Seen,
    doer: Doer,
    now: datetime,
    presiding_seat_id: int | None = None,
) -> int:
    """Record that a later meeting of the body withdrew its agreement; gives the id of the entry.

    Raises `Stale` where the page no longer shows what is true, `Refused` with the rule's sentence: the meeting has to
    be quorate, its voters free to vote, and the motion carried.
    """
    held = _held(session, case_id, body_id, "meeting", reason, seen, now)
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise Missing
    fact = meeting_fact(session, meeting)
    decider = decider_at(session, held.body, meeting)
    _refuse_while_it_agrees(held, decider)
    body = body_fact(session, decider, fact.held_on)
    refuse(
        may_be_withdrawn(held.body.short_name, held.party.answer, held.agreed_on, fact.held_on, reason, held.party.own)
    )
    if fact.id in held.meeting_ids:
        raise Refused(
            f"{held.body.short_name} agreed at this very meeting. What was recorded of it by mistake is corrected.",
            "a later meeting",
        )
    refuse(may_record(held.rule, body, on=fact.held_on, today=held.found.today, meeting=fact, attending=attendance))
    refuse_who_did_not_sit(session, body, fact.held_on, attendance)
    quorum = quorum_met(body, attendance, exclusions)
    carried = carries_withdrawal(body, attendance, exclusions, votes, quorum, presiding_seat_id=presiding_seat_id)
    refuse(carried)
    said = {
        **about_meeting(held.body, fact),
        **meeting_said(body, attendance, exclusions, votes, quorum),
        "tally": carried.sentence,
        "presiding_seat_id": presiding_seat_id,
        **decided_by(held.body, decider),
    }
    return _record(session, held, said, reason, doer)


def withdraw_as_officer(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    reason: str,
    seen: Seen,
    doer: Doer,
    now: datetime,
    role: str,
) -> int:
    """Record that a body which answers here by one person withdrew its agreement today; gives the id of the entry."""
    held = _held(session, case_id, body_id, "officer", reason, seen, now)
    on = held.found.today
    if role != held.rule.role:
        raise Refused(
            f"{held.body.short_name} answers here by its {role_in_words(held.rule.role)}.",
            f"the role of {role_in_words(held.rule.role)} at {held.body.short_name}",
        )
    acting = acting_on(session, held.body, on)
    _refuse_while_it_agrees(held, acting)
    refuse_without_role(session, acting, role, doer, on, held.rule.titled)
    said: dict[str, object] = {"held_on": on.isoformat(), "role": role, **decided_by(held.body, acting)}
    return _record(session, held, said, reason, doer)


def _refuse_while_it_agrees(held: Held, decider: AskedBody) -> None:
    """What a predecessor leaves open its successor answers: while that agrees, withdrawing would change nothing."""
    own = held.found.party(decider.id) if decider.id != held.body.id else None
    if own is not None and is_agreement(own.answer, own.own) and own.on is not None:
        raise Refused(
            f"{decider.short_name} agreed this itself on {day_in_words(own.on)}, and answers for what "
            f"{held.body.short_name} leaves open.",
            f"the withdrawal of {decider.short_name}’s own agreement first",
        )


def _held(session: Session, case_id: int, body_id: int, how: str, reason: str, seen: Seen, now: datetime) -> Held:
    found = folded(session, locked_case(session, case_id), now)
    current = found.round
    if (seen.round, seen.stage, seen.content_hash) != (current.number, current.stage, current.content_hash):
        raise Stale("What is asked has changed since this page was shown. Nothing was recorded.", found.standing.result)
    if seen.last_entry_id != found.last_entry_of(body_id):
        raise Stale("Something about this body was recorded since this page was shown. Nothing was recorded now.")
    held = held_by(found, body_id, reason)
    if held.rule.meets != (how == "meeting"):
        by = "at a meeting" if held.rule.meets else f"by its {role_in_words(held.rule.role)}"
        raise Refused(f"{held.body.short_name} decides here {by}.", f"its decision {by}")
    return held


def _record(session: Session, held: Held, more: dict[str, object], reason: str, doer: Doer) -> int:
    current = held.found.round
    said: dict[str, object] = {
        "body_id": held.body.id,
        "body": held.body.short_name,
        "round": current.number,
        "stage": current.stage,
        "version_label": current.version_label,
        "content_hash": current.content_hash,
        "decision": held.party.entry_id,
        **({"answer_title": held.party.own.title} if held.party.own else {}),
        **more,
        "reason": reason.strip(),
    }
    return settle(
        session, held.found, [act_of(held.found, Tag.AGREEMENT_WITHDRAWN, doer, held.body.organisation, said)]
    )[0]
