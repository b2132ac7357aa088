"""What a decision's entry holds: the answer, and from a meeting the rule, the seats, the exclusions and the votes."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.signoff.models import Case
from app.signoff.subject import AskedCase
from workflows.deferral import MEANT, MEETING
from workflows.facts import (
    Amendment,
    AnswerFact,
    AttendanceFact,
    BodyFact,
    ExclusionFact,
    QuorumRule,
    Variation,
    VoteFact,
)
from workflows.quorum import QuorumVerdict


def answer_said(answer: AnswerFact) -> dict[str, Any]:
    """The answer and what it carries, as JSON."""
    return {
        **conditions_said(answer),
        **({"variation": variation_said(answer.variation)} if answer.variation else {}),
        **({"amendments": amendments_said(answer.amendments)} if answer.amendments else {}),
        "answer": answer.answer,
        "reason": answer.reason.strip(),
        "comments": answer.comments.strip(),
        **deferral_said(answer),
        # an answer of the stage's own is written with its title, so that the entry reads without the definition
        **({"answer_title": answer.own.title, "counts": answer.own.counts} if answer.own else {}),
    }


def deferral_said(answer: AnswerFact) -> dict[str, Any]:
    """Until when an answer defers, as JSON; of a meeting with the day on which it is to be."""
    said: dict[str, Any] = {"until": answer.until.isoformat() if answer.until else None, MEETING: answer.meeting_id}
    return {**said, MEANT: answer.meeting_on.isoformat()} if answer.meeting_on else said


def conditions_said(answer: AnswerFact) -> dict[str, Any]:
    """The conditions of an answer, and who sees to each, as JSON."""
    return {**keepers_said(answer), "conditions": [text.strip() for text in answer.conditions if text.strip()]}


def variation_said(variation: Variation) -> dict[str, Any]:
    """A local variation, as JSON."""
    expires = variation.expires.isoformat() if variation.expires else None
    return {"clause": variation.clause.strip(), "text": variation.text.strip(), "expires": expires}


def amendments_said(amendments: Sequence[Amendment]) -> list[dict[str, str]]:
    """The clauses as a body would have them read, as JSON."""
    return [
        {"clause": one.clause, "number": one.number, "text": one.text.strip(), "hash": one.hash} for one in amendments
    ]


def keepers_said(answer: AnswerFact) -> dict[str, Any]:
    """Who sees to each condition and by when, where that was said."""
    if not any(one.owner or one.due for one in answer.keepers):
        return {}
    return {
        "keepers": [
            {"owner": one.owner.strip(), "due": one.due.isoformat() if one.due else None} for one in answer.keepers
        ]
    }


def meeting_said(
    body: BodyFact,
    attendance: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    votes: Sequence[VoteFact],
    quorum: QuorumVerdict,
) -> dict[str, Any]:
    """The rule in force on the day with what it was applied to, names as they were, as JSON."""
    titles = {seat.id: seat.title for seat in body.seats}
    return {
        "rule": rule_said(body.quorum),
        "quorum": {
            "quorate": bool(quorum),
            "sentence": quorum.sentence,
            "present": quorum.present,
            "needed": quorum.needed,
            "denominator": quorum.denominator,
            "seats": [
                {
                    "seat_id": row.seat.id,
                    "seat": row.seat.title,
                    "kind": row.seat.kind,
                    "voting": row.seat.voting,
                    "shared_vote": row.seat.shared_vote,
                    "person": row.seat.person_name,
                    "counted": row.counted,
                    "why": row.why,
                }
                for row in quorum.rows
            ],
        },
        "attendance": [
            {
                "seat_id": row.seat_id,
                "seat": titles.get(row.seat_id, ""),
                "person_id": row.person_id,
                "person": row.person_name,
                "status": row.status,
                "deputy_for": row.deputy_for,
                "there_for_item": row.in_the_room,
            }
            for row in attendance
        ],
        "exclusions": exclusions_said(exclusions),
        "votes": [{"seat_id": vote.seat_id, "seat": titles.get(vote.seat_id, ""), "vote": vote.vote} for vote in votes],
    }


def exclusions_said(exclusions: Iterable[ExclusionFact]) -> list[dict[str, Any]]:
    """Who has an interest in it, of which kind, and how that is handled, as JSON."""
    return [
        {
            "seat_id": one.seat_id,
            "person_id": one.person_id,
            "person": one.person_name,
            "interest_kind": one.interest_kind,
            "handling": one.handling,
            "reason": one.reason,
        }
        for one in exclusions
    ]


def definition_said(case: AskedCase | Case) -> dict[str, Any]:
    """The definition that a case pins, as JSON."""
    return {"name": case.definition_name, "version": case.definition_version, "hash": case.definition_hash}


def rule_said(rule: QuorumRule | None) -> dict[str, Any] | None:
    """A quorum rule as JSON, so that a decision keeps the rule it was made under."""
    if rule is None:
        return None
    return {
        "share_numerator": rule.share_numerator,
        "share_denominator": rule.share_denominator,
        "needs": [{"kinds": sorted(need.kinds), "count": need.count, "label": need.label} for need in rule.needs],
        "excluded_in_denominator": rule.excluded_in_denominator,
        "vacant_in_denominator": rule.vacant_in_denominator,
        "handlings_that_count": sorted(rule.handlings_that_count),
        "casting_vote": rule.casting_vote,
        "count_person_once": rule.count_person_once,
        "deputy_carries_kind": rule.deputy_carries_kind,
        "chairs_action": rule.chairs_action,
        "members_vote": rule.members_vote,
    }
