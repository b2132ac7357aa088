"""Who answers in a body's place: a successor for what was left open, a joint committee for who delegated to it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import (
    BOUNDED,
    CROYDON,
    MERTON,
    NHS_ENGLAND,
    SEVEN,
    SUTTON,
    Ledger,
    at_noon,
    party,
)
from tests.workflows.test_standing import JULY, JUNE, STANDARDS, at_decision
from workflows.facts import PartyFact
from workflows.standing import CaseStanding, standing

SWL = PartyFact(20, "South West London Governing Body", "South West London", "governing_body")
JOINT = party(30, "Joint committee", "joint_committee")
SIX = SEVEN[:6]
APRIL = date(2016, 4, 1)


def stands(ledger: Ledger, guest: PartyFact = SWL, on: date = APRIL) -> CaseStanding:
    return standing(STANDARDS, (*SEVEN, guest), ledger.entries, (), at_noon(on))


def passes(ledger: Ledger, to: PartyFact = SWL, bodies: tuple[PartyFact, ...] = SIX, on: date = APRIL) -> None:
    parties = [{"body_id": one.body_id, "body": one.short_name} for one in bodies]
    ledger.write(
        "party.passed", on, body_id=to.body_id, body=to.short_name, own=False, from_round=2, since=on.isoformat(),
        parties=parties,
    )  # fmt: skip


def delegates(ledger: Ledger, *bodies: PartyFact, since: date = JUNE, until: date | None = None) -> None:
    parties = [
        {"body_id": one.body_id, "body": one.short_name, "since": since.isoformat(), "until": until and str(until)}
        for one in bodies
    ]
    ledger.write("party.delegated", JUNE, body_id=JOINT.body_id, own=False, from_round=2, parties=parties)


def word(found: CaseStanding, of: PartyFact) -> str:
    one = found.party(of.body_id)
    assert one is not None
    return one.word


def test_an_old_decision_keeps_its_signatory_and_one_decision_of_the_successor_counts_for_what_was_left_open() -> None:
    ledger = at_decision()
    for one in (CROYDON, MERTON, NHS_ENGLAND):
        ledger.decide(one, "agree", JULY)
    passes(ledger)
    found = stands(ledger)
    assert found.result == (
        "3 of 7 have agreed; South West London (for Kingston, Richmond, Sutton and Wandsworth) is still to decide."
    )
    assert [one.party.short_name for one in found.parties if found.asks(one)] == ["South West London"]
    croydon = found.party(CROYDON.body_id)
    assert croydon is not None and croydon.sentence == "Croydon agreed version 0.2 on 1 July 2015."
    ledger.decide(SWL, "agree", APRIL)
    found = stands(ledger)
    assert (found.asked, found.in_favour, found.crossing) == (7, 7, "case.agreed")
    sutton = found.party(SUTTON.body_id)
    assert sutton is not None
    assert sutton.sentence == (
        "South West London took on Sutton’s part on 1 April 2016. South West London agreed version 0.2 on 1 April 2016."
    )


def test_a_successor_is_not_asked_again_what_all_had_answered_but_is_asked_of_a_further_version() -> None:
    ledger = at_decision()
    for one in SIX:
        ledger.decide(one, "agree", JULY)
    passes(ledger)
    found = stands(ledger)
    assert found.result == "6 of 7 have agreed; NHS England is still to decide."
    assert word(found, SWL) == "not asked"
    assert [one.party.short_name for one in found.parties if found.asks(one)] == ["NHS England"]
    ledger.open_round(3, "decision", APRIL, content="cc", label="version 0.3")
    found = stands(ledger)
    assert [one.party.short_name for one in found.parties if found.asks(one)] == ["NHS England", "South West London"]
    assert found.asked == 7
    assert all(one.party.body_id != SWL.body_id for one in found.rounds[0].parties)


def test_an_answer_against_stays_against_whoever_succeeds() -> None:
    ledger = at_decision()
    ledger.decide(CROYDON, "not_agree", JULY, reason="It costs too much.")
    passes(ledger)
    found = stands(ledger)
    assert not found.can_still_complete
    assert word(found, CROYDON) == "not agreed"


def test_what_passed_twice_is_answered_by_the_last_successor() -> None:
    board = PartyFact(40, "Integrated Care Board", "ICB", "governing_body")
    ledger = at_decision()
    passes(ledger)
    passes(ledger, to=board, bodies=(SWL,), on=date(2022, 7, 1))
    ledger.decide(NHS_ENGLAND, "agree", JULY)
    ledger.decide(board, "agree", date(2022, 7, 2))
    found = standing(STANDARDS, (*SEVEN, SWL, board), ledger.entries, (), at_noon(date(2022, 8, 1)))
    assert (found.asked, found.in_favour, found.crossing) == (7, 7, "case.agreed")


def test_a_joint_committee_decides_once_for_who_delegated_and_their_own_answer_is_not_asked() -> None:
    ledger = at_decision()
    delegates(ledger, CROYDON, MERTON, until=date(2016, 3, 31))
    found = stands(ledger, JOINT, JULY)
    assert [one.party.short_name for one in found.parties if found.asks(one)] == [
        *("Kingston", "Richmond", "Sutton", "Wandsworth", "NHS England", "Joint committee")
    ]
    ledger.decide(JOINT, "agree_with_conditions", JULY, conditions=["A yearly review"])
    found = stands(ledger, JOINT)
    assert (word(found, MERTON), found.in_favour) == ("agreed with conditions", 2)
    merton = found.party(MERTON.body_id)
    assert merton is not None and merton.conditions == ()  # it is one condition, of one decision
    assert merton.sentence.startswith(
        "Merton decides this through Joint committee, to which it delegated it until 31 March 2016. Joint committee "
        "agreed version 0.2 with conditions on 1 July 2015"
    )


def test_a_delegation_that_ends_before_the_joint_committee_decides_gives_the_question_back() -> None:
    ledger = at_decision()
    delegates(ledger, CROYDON, MERTON)
    parties = [{"body_id": MERTON.body_id, "until": "2015-06-30"}]
    ledger.write("party.delegation-ended", JULY, body_id=JOINT.body_id, parties=parties)
    ledger.decide(JOINT, "agree", JULY)
    found = stands(ledger, JOINT)
    assert (word(found, CROYDON), word(found, MERTON)) == ("agreed", "not yet scheduled")
    assert MERTON.short_name in [one.party.short_name for one in found.parties if found.asks(one)]


@BOUNDED
@given(
    early=st.sets(st.sampled_from(range(6))),
    answers=st.lists(st.sampled_from(("agree", "not_agree", "defer", None)), min_size=2, max_size=2),
    days=st.integers(0, 60),
)
def test_a_case_asks_as_many_after_a_merger_as_before_and_nothing_that_was_answered_changes(
    early: set[int], answers: list[str | None], days: int
) -> None:
    ledger = at_decision()
    for place in early:
        ledger.decide(SIX[place], "agree" if place % 2 else "not_agree", JULY, reason="as it was")
    if answers[0]:
        ledger.decide(NHS_ENGLAND, answers[0], JULY, reason="as it was")
    before = standing(STANDARDS, SEVEN, ledger.entries, (), at_noon(APRIL))
    passes(ledger, on=JULY + timedelta(days))
    after = stands(ledger)
    assert (after.asked, after.in_favour, after.needed) == (before.asked, before.in_favour, before.needed)
    assert (after.complete, after.can_still_complete) == (before.complete, before.can_still_complete)
    for one in SIX:
        was, now = before.party(one.body_id), after.party(one.body_id)
        assert was is not None and now is not None
        assert bool(now.party.through) is (was.answer is None)
        assert was.answer is None or (now.answer, now.sentence) == (was.answer, was.sentence)
    if answers[1]:
        ledger.decide(SWL, answers[1], APRIL, reason="for all that was left open")
        again = stands(ledger)
        gained = (6 - len(early)) if answers[1] == "agree" else 0
        assert again.in_favour == before.in_favour + gained
