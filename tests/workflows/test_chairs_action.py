"""What a chair decides alone is to be ratified, counts only then, and is taken back where a meeting does not."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.examples import A_THIRD, MERTON, MERTON_SEATS, SEVEN, Ledger, at_noon, meeting, merton, present
from tests.workflows.test_standing import JULY, at_decision, stands
from tests.workflows.test_standing import merton as of_merton
from workflows.chairs_action import (
    answers_alone,
    consulted_among,
    joined_by,
    may_act_alone,
    may_ratify,
    offered,
    who_acts,
)
from workflows.facts import AnswerFact, BodyFact, CaseEntry, QuorumRule, SeatFact, Vote, VoteFact
from workflows.quorum import quorum_met
from workflows.stages import PartyRule
from workflows.verdict import Verdict

DECIDED, RATIFIED_ON = date(2015, 6, 18), date(2015, 6, 25)
RULE = PartyRule(
    kind="governing_body", decide="meeting", answers=("agree", "agree_with_conditions", "defer", "not_agree")
)
OFFICER = SeatFact(8, "Accountable officer", "accountable_officer", True, 108, "Ms Officer")
BODY = merton(seats=(*MERTON_SEATS, OFFICER))
ALONE = {"person": "Dr Chair", "urgent": "The contract ends on Friday."}


def act(body: BodyFact = BODY, answer: str = "agree", rule: PartyRule | None = RULE, **more: Any) -> Verdict:
    asked: dict[str, Any] = {
        "person_id": 101,
        "conflicted": (),
        "urgent": "The contract ends.",
        "officer_seat_id": 8,
        "lay_seat_id": 4,
        **more,
    }
    return may_act_alone(rule, body, AnswerFact(answer, reason="As said."), **asked)


def test_the_chair_decides_with_the_accountable_officer_and_after_consulting_a_lay_member() -> None:
    assert act().sentence == "Merton’s chair may decide this alone."
    assert [seat.id for seat in joined_by(BODY, (), 101)] == [8]
    assert [seat.id for seat in consulted_among(BODY, (), 101)] == [4]
    lonely = act(officer_seat_id=None, lay_seat_id=None)
    assert lonely.sentence == (
        "The chair decides it with the accountable officer: Ms Officer (Accountable officer). "
        "The chair consults a lay member first: Mr Lay (Lay member)."
    )
    assert act(merton(), officer_seat_id=None)  # this body has no accountable officer's seat


def test_chairs_action_needs_why_it_is_urgent_and_an_answer_that_cannot_wait() -> None:
    assert act(urgent=" ").sentence == "Chair’s action needs its reason: why it cannot wait for a meeting."
    assert answers_alone(RULE) == ("agree", "agree_with_conditions", "not_agree")
    assert "By chair’s action Merton can answer “agree”" in act(answer="defer").sentence


def test_only_the_chair_acts_and_a_free_deputy_where_the_chair_has_an_interest() -> None:
    assert act(person_id=102).sentence == "Dr Chair chairs. By chair’s action Dr Chair decides."
    assert [seat.person_name for seat in who_acts(BODY, {101})] == ["Dr East"]
    assert "Dr Chair chairs and has an interest in this item" in act(conflicted={101}).sentence
    assert act(person_id=102, conflicted={101})


@pytest.mark.parametrize(
    ("rule", "quorum", "says"),
    [
        (RULE, QuorumRule(1, 3, chairs_action=False), "Merton’s own rule does not let its chair decide alone"),
        (None, A_THIRD, "does not decide this at a meeting"),
        (
            PartyRule(kind="governing_body", decide="officer", role="secretary", answers=("respond",)),
            A_THIRD,
            "does not decide this at a meeting",
        ),
        (
            PartyRule(kind="governing_body", decide="meeting", answers=("respond",)),
            A_THIRD,
            "No answer to this question is one that a chair gives alone.",
        ),
    ],
)
def test_chairs_action_is_offered_only_where_the_bodys_rule_and_the_stage_allow(
    rule: PartyRule | None, quorum: QuorumRule, says: str
) -> None:
    assert says in offered(rule, merton(quorum)).sentence
    assert says in act(merton(quorum), rule=rule).sentence


def alone(ledger: Ledger, answer: str = "agree") -> CaseEntry:
    return ledger.decide(MERTON, answer, DECIDED, chairs_action=ALONE, reason="As said." if answer != "agree" else "")


def say(ledger: Ledger, tag: str, decision: CaseEntry, **more: Any) -> None:
    held = {"held_on": RATIFIED_ON.isoformat(), "meeting_id": 5, "round": 2}
    ledger.write(tag, RATIFIED_ON, body_id=MERTON.body_id, decision=decision.id, **held, **more)


def test_until_it_is_ratified_it_does_not_count_and_the_body_is_not_asked_again() -> None:
    ledger = at_decision()
    alone(ledger)
    found = stands(ledger)
    party = of_merton(found)
    assert (party.word, party.in_favour, found.in_favour, found.asks(party)) == ("to be ratified", False, 0, False)
    assert party.sentence == (
        "Merton agreed version 0.2 on 18 June 2015 by chair’s action of Dr Chair, as it was urgent "
        "(The contract ends on Friday). It is to be ratified by a meeting, and counts only then."
    )
    assert "Merton has still to ratify its chair’s action" in found.result


def test_a_case_is_agreed_when_the_last_action_is_ratified_and_not_before() -> None:
    ledger = at_decision()
    decision = alone(ledger)
    for one in SEVEN:
        if one is not MERTON:
            ledger.decide(one, "agree", DECIDED)
    found = stands(ledger)
    assert (found.in_favour, found.crossing, found.can_still_complete, found.early) == (6, None, True, False)
    say(ledger, "decision.ratified", decision)
    found = stands(ledger)
    assert (found.crossing, of_merton(found).word) == ("case.agreed", "agreed")
    assert of_merton(found).sentence.endswith("It was ratified by the meeting of 25 June 2015.")
    assert [line.sentence for line in found.history(MERTON)][-1] == (
        "Merton ratified its chair’s action on version 0.2 on 25 June 2015."
    )


def test_what_is_not_ratified_stands_no_more_and_the_body_is_asked_again() -> None:
    ledger = at_decision()
    say(ledger, "decision.not_ratified", alone(ledger), reason="It could have waited.")
    found = stands(ledger)
    party = of_merton(found)
    assert (party.word, party.answer, found.asks(party), party.on) == ("not ratified", None, True, RATIFIED_ON)
    assert party.sentence == (
        "Merton did not ratify its chair’s action on version 0.2 on 25 June 2015: It could have waited."
    )
    again = of_merton(stands(ledger, JULY, meeting(6, MERTON, date(2015, 7, 16))))
    assert again.sentence.endswith("It decides anew on 16 July 2015.")


def test_a_refusal_by_chairs_action_declines_nothing_before_it_is_ratified() -> None:
    ledger = at_decision()
    decision = alone(ledger, "not_agree")
    assert (stands(ledger).can_still_complete, of_merton(stands(ledger)).declined) == (True, False)
    say(ledger, "decision.ratified", decision)
    assert (stands(ledger).can_still_complete, of_merton(stands(ledger)).declined) == (False, True)


def ratifies(*, ratified: bool = True, vote: Vote = "for", reason: str = "", on: date = RATIFIED_ON) -> Verdict:
    body = merton()
    there = present(*[seat for seat in body.seats if not seat.vacant])
    votes = [VoteFact(seat.id, vote) for seat in body.seats if seat.voting and not seat.vacant]
    return may_ratify(
        body,
        meeting(5, MERTON, on).__class__(5, body.id, "Governing Body", on, on),
        decided_on=DECIDED,
        today=JULY,
        attending=there,
        exclusions=(),
        votes=votes,
        quorum=quorum_met(body, there, ()),
        ratified=ratified,
        reason=reason,
    )


def test_ratifying_is_a_motion_of_a_quorate_later_meeting() -> None:
    assert ratifies().sentence.endswith("Merton ratified its chair’s action: 5 for, 0 against.")
    assert "does not follow from the votes: 0 for, 5 against" in ratifies(vote="against").sentence
    assert ratifies(vote="against", ratified=False, reason="It could have waited.")
    assert "needs its reason" in ratifies(vote="against", ratified=False).sentence
    assert "It was ratified by these votes" in ratifies(ratified=False, reason="x").sentence
    assert "cannot have ratified what the chair decided on 18 June 2015" in ratifies(on=date(2015, 6, 17)).sentence
    assert at_noon(DECIDED) < at_noon(RATIFIED_ON)
