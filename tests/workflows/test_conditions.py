"""A condition is open until it is met with evidence or waived by somebody, and says in words how it stands."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.examples import MERTON, Ledger, at_noon
from tests.workflows.test_standing import JULY, at_decision, merton, stands
from workflows.conditions import (
    Condition,
    conditions_of,
    may_assign,
    may_be_met,
    may_be_reopened,
    may_be_waived,
    tally,
)
from workflows.facts import CaseEntry
from workflows.standing import PartyStanding

DECIDED, DUE = date(2015, 6, 18), date(2015, 9, 30)
REVIEW, COSTS = "A yearly review.", "Costs by September."
OPEN = Condition(9, 1, REVIEW)


def agreed(**more: Any) -> tuple[Ledger, CaseEntry]:
    """Merton has agreed on two conditions."""
    ledger = at_decision()
    decision = ledger.decide(MERTON, "agree_with_conditions", DECIDED, conditions=[REVIEW, COSTS], **more)
    return ledger, decision


def follow(ledger: Ledger, decision: CaseEntry, became: str, position: int, on: date = JULY, **said: Any) -> None:
    text = (REVIEW, COSTS)[position - 1]
    about = {"body_id": MERTON.body_id, "round": 2, "decision": decision.id, "position": position, "condition": text}
    ledger.write(f"condition.{became}", on, **about, **said)


def words(found: PartyStanding, on: date) -> list[str]:
    return [one.in_words(on) for one in found.tracked]


def test_a_condition_is_open_and_with_nobody_when_nothing_else_was_said() -> None:
    ledger, _ = agreed()
    found = merton(stands(ledger))
    assert words(found, JULY) == ["With nobody yet; no day is set for it."] * 2
    assert tally(found.tracked) == "0 of 2 met"


def test_who_sees_to_it_and_by_when_is_said_with_the_decision_or_later() -> None:
    keepers = [{"owner": "Director of nursing", "due": DUE.isoformat()}, {"owner": "", "due": None}]
    ledger, decision = agreed(keepers=keepers)
    follow(ledger, decision, "assigned", 2, owner="NHS Sutton CCG", due="2015-07-31")
    found = merton(stands(ledger))
    assert words(found, JULY) == [
        "With Director of nursing; due by 30 September 2015.",
        "With NHS Sutton CCG; due by 31 July 2015.",
    ]


def test_a_condition_is_overdue_from_the_day_after_the_last_one() -> None:
    one = Condition(9, 1, REVIEW, "Director of nursing", DUE)
    assert not one.overdue(DUE)
    assert one.overdue(date(2015, 10, 1))
    assert one.in_words(date(2015, 10, 1)) == (
        "Overdue, with Director of nursing: it was due by 30 September 2015, 1 day ago."
    )


def test_met_and_waived_conditions_are_counted_apart() -> None:
    ledger, decision = agreed()
    follow(ledger, decision, "met", 1, evidence="Report to the July meeting", settled_on="2015-07-01")
    follow(ledger, decision, "waived", 2, reason="The costs are known", decided_by="the chair", settled_on="2015-07-01")
    found = merton(stands(ledger))
    assert words(found, JULY) == [
        "Met on 1 July 2015: Report to the July meeting.",
        "Waived by the chair on 1 July 2015: The costs are known.",
    ]
    assert tally(found.tracked) == "1 of 2 met, 1 waived"
    assert found.word == "agreed with conditions"


def test_a_condition_that_was_met_says_who_recorded_it() -> None:
    ledger, decision = agreed()
    by = "Ruth Example, board secretary"
    follow(ledger, decision, "met", 1, evidence="Report", settled_on="2015-07-01", recorded_by=by)
    assert words(merton(stands(ledger)), JULY)[0] == (
        "Met on 1 July 2015, recorded by Ruth Example, board secretary: Report."
    )


def test_a_condition_recorded_as_met_by_mistake_is_open_again() -> None:
    ledger, decision = agreed()
    follow(ledger, decision, "met", 1, evidence="Report", settled_on="2015-07-01")
    follow(ledger, decision, "reopened", 1, reason="It was another report")
    assert tally(merton(stands(ledger)).tracked) == "0 of 2 met"


def test_what_became_of_a_condition_stays_with_its_text_when_the_decision_is_corrected() -> None:
    ledger, decision = agreed()
    follow(ledger, decision, "met", 2, evidence="Letter of 30 June", settled_on="2015-06-30")
    ledger.write(
        "decision.corrected",
        JULY,
        body_id=MERTON.body_id,
        corrects=decision.id,
        reason="The review was not decided",
        answer="agree_with_conditions",
        conditions=[COSTS],
        keepers=[],
    )
    found = merton(stands(ledger))
    assert [(one.text, one.state) for one in found.tracked] == [(COSTS, "met")]


def test_the_history_tells_what_became_of_each_condition() -> None:
    ledger, decision = agreed()
    follow(ledger, decision, "assigned", 1, owner="Director of nursing", due=None)
    follow(ledger, decision, "met", 1, evidence="Report.", settled_on="2015-07-01")
    lines = [line.sentence for line in stands(ledger).history(MERTON)]
    assert lines[-2:] == [
        "Merton’s condition “A yearly review” is with Director of nursing.",
        "Merton’s condition “A yearly review” was met on 1 July 2015: Report.",
    ]


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (may_assign(OPEN, " ", None, DECIDED), "Nothing is said: neither who sees to it, nor by when."),
        (
            may_assign(OPEN, "", date(2015, 6, 17), DECIDED),
            "It cannot be due by 17 June 2015: it was agreed only on 18 June 2015.",
        ),
        (may_be_met(OPEN, " ", JULY, DECIDED, JULY), "That a condition is met needs its evidence."),
        (may_be_met(OPEN, "A report", date(2015, 7, 2), DECIDED, JULY), "2 July 2015 is still to come."),
        (
            may_be_met(OPEN, "A report", date(2015, 6, 17), DECIDED, JULY),
            "It cannot have been met on 17 June 2015: it was agreed only on 18 June 2015.",
        ),
        (
            may_be_waived(OPEN, " ", "", JULY, DECIDED, JULY),
            "Waiving a condition needs its reason. A condition is waived by a decision: say whose.",
        ),
        (may_be_reopened(OPEN, "A mistake"), "The condition is open."),
        (
            may_be_met(Condition(9, 1, REVIEW, state="waived", on=JULY), "A report", JULY, DECIDED, JULY),
            "The condition was waived on 1 July 2015.",
        ),
    ],
)
def test_what_cannot_be_recorded_of_a_condition_is_refused_with_the_sentence(verdict: Any, sentence: str) -> None:
    assert not verdict
    assert verdict.sentence == sentence


def test_an_entry_about_a_condition_that_is_no_longer_there_changes_nothing() -> None:
    entry = CaseEntry(12, "condition.met", at_noon(JULY), 1, {"position": 1, "condition": COSTS, "evidence": "x"})
    assert conditions_of(9, {"conditions": [REVIEW]}, [entry])[0].state == "open"
