"""What a joint committee decided counts for who delegated on those days, in those rounds, and for nobody else."""

from datetime import date, datetime, timedelta

import pytest

from tests.workflows.examples import CROYDON, MERTON, SEVEN, Ledger, at_noon
from tests.workflows.test_materiality import RESPONSE, again, put, rule, ruled
from tests.workflows.test_standing import JULY, JUNE, STANDARDS, at_decision
from tests.workflows.test_standing_in import JOINT, word
from workflows.facts import PartyFact
from workflows.standing import CaseStanding, standing
from workflows.standing_in import may_still_say, stand_ins

AUGUST, SEPTEMBER = date(2015, 8, 3), date(2015, 9, 1)


def stands(ledger: Ledger, on: date = SEPTEMBER) -> CaseStanding:
    return standing(STANDARDS, (*SEVEN, JOINT), ledger.entries, (), at_noon(on))


def asked(found: CaseStanding) -> list[str]:
    return [one.party.short_name for one in found.parties if found.asks(one)]


def delegates(
    ledger: Ledger,
    body: PartyFact,
    *,
    since: date = JUNE,
    until: date | None = None,
    from_round: int = 2,
    decided: str = "GB/1",
) -> None:
    said = {"body_id": body.body_id, "since": str(since), "until": until and str(until), "decided": decided}
    ledger.write("party.delegated", since, body_id=JOINT.body_id, own=False, from_round=from_round, parties=[said])


def ends(ledger: Ledger, body: PartyFact, until: date, decided: str = "GB/1") -> None:
    said = {"body_id": body.body_id, "since": str(JUNE), "until": str(until), "decided": decided}
    ledger.write("party.delegation-ended", until, body_id=JOINT.body_id, parties=[said])


def withdraws(ledger: Ledger, body: PartyFact, decision: int, on: date) -> None:
    said = {"body_id": body.body_id, "round": 2, "decision": decision, "held_on": str(on), "reason": "Costs."}
    ledger.write("agreement.withdrawn", on, **said)


def test_what_a_body_withdraws_of_its_own_is_not_made_good_by_what_the_committee_decided_before() -> None:
    ledger = at_decision()
    own = ledger.decide(MERTON, "agree", JULY)
    delegates(ledger, CROYDON)
    delegates(ledger, MERTON)
    ledger.decide(JOINT, "agree", JULY)
    withdraws(ledger, MERTON, own.id, AUGUST)
    found = stands(ledger)
    assert (word(found, CROYDON), word(found, MERTON)) == ("agreed", "agreement withdrawn")
    assert "Merton" in asked(found)


def test_what_the_committee_decides_after_a_body_withdrew_its_own_counts_for_it() -> None:
    ledger = at_decision()
    own = ledger.decide(MERTON, "agree", JULY)
    delegates(ledger, MERTON)
    withdraws(ledger, MERTON, own.id, AUGUST)
    assert "Joint committee" in asked(stands(ledger)) and "Merton" not in asked(stands(ledger))
    ledger.decide(JOINT, "agree", AUGUST)
    assert word(stands(ledger), MERTON) == "agreed"


def test_a_delegation_counts_from_its_round_and_not_for_what_was_decided_before_and_carried_over() -> None:
    ledger = Ledger()
    ledger.open_round(2, "decision", JUNE, content="bb", label="version 0.2")
    delegates(ledger, CROYDON)
    ledger.decide(JOINT, "agree", JUNE)
    ledger = put(ledger, ruled(RESPONSE, "editorial"))
    delegates(ledger, MERTON, from_round=3)
    found = stands(ledger)
    assert word(found, CROYDON) == "carried over"
    assert "Merton" in asked(found)


def test_what_was_re_affirmed_after_a_delegation_ended_does_not_count_for_who_delegated_wherever_it_is_carried() -> (
    None
):
    ledger = Ledger()
    ledger.open_round(2, "decision", JUNE, content="bb", label="version 0.2")
    delegates(ledger, CROYDON)
    delegates(ledger, MERTON, until=JULY)
    ledger.decide(JOINT, "agree", JUNE)
    ledger = put(ledger, ruled(RESPONSE, "material"))
    again(ledger, JOINT, "agree", [RESPONSE])
    assert word(stands(ledger), CROYDON) == "agreed"
    assert "Merton" in asked(stands(ledger))
    rule(ledger, on=AUGUST, was="cc", now="dd")
    ledger.open_round(4, "decision", AUGUST, content="dd", label="version 0.4")
    assert word(stands(ledger), CROYDON) == "carried over"
    assert "Merton" in asked(stands(ledger))


@pytest.mark.parametrize(("decided", "by"), [("GB/1", "Merton"), ("GB/2", "Joint committee")])
def test_the_end_of_another_delegation_to_the_same_committee_leaves_this_one(decided: str, by: str) -> None:
    ledger = at_decision()
    delegates(ledger, MERTON)
    ends(ledger, MERTON, JULY, decided)
    assert by in asked(stands(ledger, AUGUST))


def test_in_an_agreed_case_what_lapses_of_a_committee_is_asked_of_who_has_to_answer_for_it_by_then() -> None:
    ledger = at_decision()
    delegates(ledger, CROYDON)
    delegates(ledger, MERTON)
    decision = ledger.decide(JOINT, "agree", JULY)
    for one in SEVEN:
        if one not in (CROYDON, MERTON):
            ledger.decide(one, "agree", JULY)
    ledger.write("case.agreed", JULY)
    assert asked(stands(ledger)) == []
    ends(ledger, MERTON, JULY + timedelta(days=1))
    withdraws(ledger, JOINT, decision.id, AUGUST)
    found = stands(ledger)
    assert asked(found) == ["Merton", "Joint committee"]
    assert "Croydon (agreement withdrawn) and Merton (agreement withdrawn)" in found.result


def test_in_an_agreed_case_what_lapses_of_a_body_is_asked_of_the_committee_to_which_it_delegated() -> None:
    ledger = at_decision()
    delegates(ledger, MERTON)
    decisions = {one.body_id: ledger.decide(one, "agree", JULY) for one in SEVEN}
    ledger.write("case.agreed", JULY)
    withdraws(ledger, MERTON, decisions[MERTON.body_id].id, AUGUST)
    found = stands(ledger)
    assert asked(found) == ["Joint committee"]
    assert "Merton (agreement withdrawn)" in found.result


def test_a_voting_of_the_committees_members_that_closes_on_the_last_day_is_still_for_who_delegated() -> None:
    ledger = at_decision()
    delegates(ledger, MERTON, until=JULY)
    closes = datetime.combine(JULY, at_noon(JULY).timetz())
    ledger.write(
        "voting.opened", JUNE, body_id=JOINT.body_id, round=2, opens=at_noon(JUNE).isoformat(),
        closes=closes.isoformat(), content_hash="bb", answer="agree", exclusions=[],
    )  # fmt: skip
    assert (word(stands(ledger, AUGUST), MERTON), "Merton" in asked(stands(ledger, AUGUST))) == ("voting open", False)
    ledger.decide(JOINT, "agree", JULY, voting=ledger.entries[-1].id)
    assert word(stands(ledger, AUGUST), MERTON) == "agreed"


def test_what_was_decided_in_time_may_be_put_on_record_after_the_last_day_and_nothing_later() -> None:
    ledger = at_decision()
    delegates(ledger, MERTON, until=JULY)
    found, places = stands(ledger, AUGUST), stand_ins(stands(ledger).folded.standing_in)
    joint = found.party(JOINT.body_id)
    assert joint is not None and joint.word == "not asked"
    said = [may_still_say(joint, found.parties, places, 2, on) for on in (JULY, JULY + timedelta(days=1))]
    assert said == [True, False]
    ledger.decide(MERTON, "agree", AUGUST)
    answered = stands(ledger, AUGUST)
    assert not may_still_say(joint, answered.parties, places, 2, JULY)
