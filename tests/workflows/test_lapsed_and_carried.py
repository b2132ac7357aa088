"""An agreement that rulings have carried along, and what ends it: every way to its end leaves the body asked again."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.workflows.examples import MERTON, NHS_ENGLAND, SEVEN, SUTTON, Ledger, meeting
from tests.workflows.test_materiality import AUGUST, RESPONSE, again, agreed, of, put, rule, ruled, stands
from workflows.case_history import day_of, fold
from workflows.facts import CaseEntry
from workflows.rounds import may_take_up

NEXT = date(2015, 8, 20)


def after(ledger: Ledger, tag: str, decision: CaseEntry, on: date, **more: Any) -> CaseEntry:
    """Something became of a decision of Merton's, on version 0.3."""
    said = {"body_id": MERTON.body_id, "round": 3, "decision": decision.id, "held_on": on.isoformat(), **more}
    return ledger.write(tag, on, **said)


def test_the_variation_of_a_re_affirmation_expires_wherever_it_is_carried_to() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"))
    variation = {"clause": "3", "text": "Three hours.", "expires": "2015-08-31"}
    again(ledger, MERTON, "agree_with_local_variation", [RESPONSE], variation=variation)
    rule(ledger, ruled(RESPONSE, "editorial"), on=NEXT, was="cc", now="dd")
    ledger.open_round(4, "decision", NEXT, content="dd", label="version 0.4")
    assert of(stands(ledger, on=date(2015, 8, 31)), MERTON).word == "carried over"
    merton = of(stands(ledger, on=date(2015, 9, 1)), MERTON)
    assert (merton.word, merton.in_favour) == ("local variation expired", False)
    assert "expired on 31 August 2015" in merton.sentence


def test_a_chairs_action_that_is_not_ratified_leaves_an_earlier_agreement_as_it_was() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"))
    alone = again(ledger, MERTON, "agree", [RESPONSE], chairs_action={"person": "Dr Chair", "urgent": "It is."})
    after(ledger, "decision.not_ratified", alone, NEXT, reason="It could have waited.")
    merton = of(stands(ledger, on=NEXT), MERTON)
    assert merton.word == "not ratified"
    assert merton.agreement is not None and merton.agreement.asked == (RESPONSE,)
    assert merton.sentence.endswith(
        "asked to re-affirm only clause 3; the rest of its agreement of version 0.2 stands."
    )
    rule(ledger, on=NEXT, was="cc", now="dd")
    ledger.open_round(4, "decision", NEXT, content="dd", label="version 0.4")
    assert of(stands(ledger, on=NEXT), MERTON).word == "re-affirmation needed"


def test_a_withdrawn_re_affirmation_takes_all_of_the_agreement_with_it_whatever_the_chair_does_then() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"))
    after(ledger, "agreement.withdrawn", again(ledger, MERTON, "agree", [RESPONSE]), AUGUST, reason="Costs.")
    alone = ledger.decide(
        MERTON, "agree", AUGUST, round=3, content="cc", chairs_action={"person": "Dr Chair", "urgent": "It is."}
    )
    after(ledger, "decision.not_ratified", alone, NEXT, reason="It could have waited.")
    merton = of(stands(ledger, on=NEXT), MERTON)
    assert (merton.word, merton.agreement) == ("not ratified", None)


def carried_and_agreed_by_all() -> tuple[Ledger, CaseEntry]:
    """Merton's agreement of version 0.2 carries over to version 0.3, which the others agree: the case is agreed."""
    ledger = put(agreed(), ruled(RESPONSE, "editorial"))
    for who in SEVEN:
        if who != MERTON:
            ledger.decide(who, "agree", AUGUST, round=3, content="cc")
    ledger.write("case.agreed", AUGUST)
    assert stands(ledger).complete
    return ledger, next(one for one in ledger.entries if one.payload.get("body_id") == MERTON.body_id)


def scheduled(ledger: Ledger) -> None:
    ledger.write("case.scheduled", NEXT, body_id=MERTON.body_id, meeting_id=8, round=3, held_on="2015-09-10")


def deferred(ledger: Ledger) -> None:
    ledger.decide(MERTON, "defer", NEXT, round=3, content="cc", reason="Costs.")


def put_to_the_vote(ledger: Ledger) -> None:
    ledger.write(
        "voting.opened",
        NEXT,
        body_id=MERTON.body_id,
        round=3,
        opens="2015-08-20T09:00:00+00:00",
        closes="2015-09-01T09:00:00+00:00",
        content_hash="cc",
        answer="agree",
    )


@pytest.mark.parametrize(
    ("then", "word"),
    [(scheduled, "agreement withdrawn"), (deferred, "deferred"), (put_to_the_vote, "voting open")],
)
@pytest.mark.parametrize("carried", [True, False])
def test_whose_agreement_lapsed_in_an_agreed_case_is_asked_whatever_it_did_about_it_since(
    then: Callable[[Ledger], None], word: str, carried: bool
) -> None:
    ledger, decision = carried_and_agreed_by_all()
    if not carried:
        after(ledger, "agreement.withdrawn", decision, AUGUST, reason="Costs.")
        decision = ledger.decide(MERTON, "agree", AUGUST, round=3, content="cc")
    after(ledger, "agreement.withdrawn", decision, AUGUST, reason="Costs.")
    then(ledger)
    found = stands(ledger, on=NEXT)
    merton = of(found, MERTON)
    assert (found.state, merton.word, merton.lapsed, found.asks(merton)) == ("agreed", word, True, True)
    assert found.result.endswith("no longer bears this out: Merton (agreement withdrawn).")


def test_a_meeting_that_withdrew_what_had_carried_over_does_not_agree_it_again() -> None:
    ledger, decision = carried_and_agreed_by_all()
    after(ledger, "agreement.withdrawn", decision, NEXT, meeting_id=1, reason="Costs.")
    assert day_of(ledger.entries[-1].at) == NEXT
    history = fold(ledger.entries)
    refused = may_take_up(history, 3, MERTON, meeting(1, MERTON, NEXT))
    assert refused.sentence == "Merton withdrew its agreement to it at this very meeting, on 20 August 2015."
    assert not may_take_up(history, 3, MERTON, meeting(2, MERTON, AUGUST))
    assert may_take_up(history, 3, MERTON, meeting(3, MERTON, date(2015, 9, 10)))
    assert may_take_up(history, 3, SUTTON, meeting(1, SUTTON, NEXT))
    assert may_take_up(history, 3, NHS_ENGLAND, meeting(1, NHS_ENGLAND, NEXT))
