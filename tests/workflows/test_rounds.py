"""When a further round may be opened, and on which content."""

from datetime import date

import pytest

from tests.workflows.examples import MERTON, SEVEN, SUTTON, Ledger, at_noon, meeting
from workflows.case_history import fold
from workflows.definition import DEFINITIONS, load, parse
from workflows.rounds import may_open_round, may_take_up
from workflows.standing import CaseStanding, standing

STANDARDS = load(DEFINITIONS / "standards.v1.yaml")
PACK_RELEASE = load(DEFINITIONS / "pack-release.v1.yaml")
DAY = date(2015, 6, 4)


def standards(ledger: Ledger) -> CaseStanding:
    return standing(STANDARDS, SEVEN, ledger.entries, (), at_noon(DAY))


def pack(ledger: Ledger) -> CaseStanding:
    return standing(PACK_RELEASE, [MERTON], ledger.entries, (), at_noon(DAY))


def responded() -> Ledger:
    ledger = Ledger()
    ledger.open_round(1, "response", DAY, content="aa", label="version 0.1")
    ledger.respond(SEVEN, DAY)
    ledger.write("stage.completed", DAY, round=1, stage="response")
    return ledger


def put_forward() -> Ledger:
    ledger = Ledger()
    ledger.open_round(1, "put_forward", DAY, content="aa", label="build 3")
    ledger.decide(MERTON, "put_forward", DAY, round=1, content="aa")
    ledger.write("stage.completed", DAY, round=1, stage="put_forward")
    return ledger


def test_a_case_begins_with_its_first_stage() -> None:
    now = standards(Ledger())
    assert may_open_round(STANDARDS, now, "response", "aa")
    assert may_open_round(STANDARDS, now, "decision", "aa").sentence == (
        "The case begins with “Responses to the draft, after clinical review”."
    )


def test_the_next_stage_waits_until_the_one_before_is_complete() -> None:
    ledger = Ledger()
    ledger.open_round(1, "response", DAY, content="aa", label="version 0.1")
    verdict = may_open_round(STANDARDS, standards(ledger), "decision", "bb")
    assert verdict.sentence.startswith(
        "“Responses to the draft, after clinical review” is not complete: 0 of 7 have responded, 4 needed;"
    )


@pytest.mark.parametrize(("content", "may"), [("bb", True), ("aa", False)])
def test_a_stage_that_waits_for_a_new_version_refuses_the_old_one(content: str, may: bool) -> None:
    verdict = may_open_round(STANDARDS, standards(responded()), "decision", content)
    assert bool(verdict) is may
    if not may:
        assert verdict.sentence == (
            "“Decision on the consolidated version” needs a new version: this is the content of version 0.1, "
            "put to the parties on 4 June 2015."
        )


def test_a_stage_on_the_same_version_refuses_other_content() -> None:
    now = pack(put_forward())
    assert may_open_round(PACK_RELEASE, now, "release", "aa")
    verdict = may_open_round(PACK_RELEASE, now, "release", "bb")
    assert verdict.sentence == "“Released by the chair” is asked about build 3 exactly, and this is other content."


def test_a_pack_that_changed_is_put_forward_again_before_the_chair_is_asked() -> None:
    ledger = put_forward()
    ledger.open_round(2, "release", DAY, content="aa", label="build 3")
    now = pack(ledger)
    assert not may_open_round(PACK_RELEASE, now, "release", "bb")
    assert may_open_round(PACK_RELEASE, now, "put_forward", "bb")
    assert not may_open_round(PACK_RELEASE, now, "put_forward", "aa")


def test_a_stage_out_of_turn_is_refused_with_the_one_that_follows() -> None:
    three = parse(
        PACK_RELEASE.text.replace("complete: done", "complete: read").replace(
            "declined: stopped", "declined: put_forward"
        )
        + """
  - name: read
    title: Read by the body
    question: Has the body read it?
    version: same
    parties: [{kind: governing_body, decide: officer, role: secretary, answers: [respond]}]
    across: {every: true}
    then: {complete: done}
"""
    )
    now = standing(three, [MERTON], put_forward().entries, (), at_noon(DAY))
    verdict = may_open_round(three, now, "read", "aa")
    assert verdict.sentence == "What follows “Put forward by the board secretary” is “Released by the chair”."
    assert verdict.needs == ("a round of “Released by the chair”",)


def test_after_a_body_declined_a_further_version_goes_to_the_same_stage() -> None:
    ledger = responded()
    ledger.open_round(2, "decision", DAY, content="bb", label="version 0.2")
    ledger.decide(MERTON, "not_agree", DAY, reason="Costs")
    assert may_open_round(STANDARDS, standards(ledger), "decision", "cc")
    assert not may_open_round(STANDARDS, standards(ledger), "decision", "bb")
    assert may_open_round(STANDARDS, standards(ledger), "response", "cc").sentence == (
        "What follows is “Decision on the consolidated version” once more, on a new version."
    )


def test_a_closed_case_takes_no_further_round() -> None:
    ledger = responded()
    ledger.write("case.withdrawn", DAY, reason="Replaced.")
    verdict = may_open_round(STANDARDS, standards(ledger), "decision", "bb")
    assert verdict.sentence.startswith("The case is closed: 7 of 7 have responded")
    assert verdict.needs == ("a new case",)


def deferred() -> Ledger:
    ledger = responded()
    ledger.open_round(2, "decision", DAY, content="bb", label="version 0.2")
    ledger.decide(MERTON, "defer", date(2015, 7, 9), meeting_id=1, until="2015-09-01")
    return ledger


@pytest.mark.parametrize(
    ("number", "held_on", "planned", "why"),
    [
        (1, date(2015, 7, 9), False, "Merton deferred it at this very meeting, on 9 July 2015."),
        (2, date(2015, 7, 2), False, "Merton deferred it on 9 July 2015, after the meeting of 2 July 2015."),
        (3, date(2015, 8, 4), True, "Merton deferred it until 1 September 2015, and the meeting of 4 August 2015"),
    ],
)
def test_what_was_deferred_is_not_taken_up_at_that_meeting_before_it_or_too_soon(
    number: int, held_on: date, planned: bool, why: str
) -> None:
    verdict = may_take_up(fold(deferred().entries), 2, MERTON, meeting(number, MERTON, held_on), planned=planned)
    assert not verdict and verdict.sentence.startswith(why)
    assert verdict.needs


def test_a_later_meeting_another_body_and_another_round_may_take_it_up() -> None:
    history = fold(deferred().entries)
    assert may_take_up(history, 2, MERTON, meeting(3, MERTON, date(2015, 8, 4)))
    assert may_take_up(history, 2, MERTON, meeting(4, MERTON, date(2015, 9, 1)), planned=True)
    assert may_take_up(history, 2, SUTTON, meeting(1, SUTTON, date(2015, 7, 9)))
    assert may_take_up(history, 3, MERTON, meeting(1, MERTON, date(2015, 7, 9)))


def test_what_was_recorded_as_deferred_by_mistake_may_be_taken_up_at_the_same_meeting() -> None:
    ledger = deferred()
    ledger.write(
        "decision.corrected",
        date(2015, 7, 10),
        body_id=MERTON.body_id,
        corrects=ledger.entries[-1].id,
        reason="It was another item.",
        answer=None,
    )
    assert may_take_up(fold(ledger.entries), 2, MERTON, meeting(1, MERTON, date(2015, 7, 9)))
