"""An agreement that is withdrawn, or whose local variation has expired, counts no more; the history stays."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.examples import MERTON, SEVEN, SUTTON, Ledger, excluded, meeting, present, seats_of
from tests.workflows.examples import merton as body
from tests.workflows.test_materiality import RESPONSE, rule, ruled
from tests.workflows.test_standing import JULY, at_decision, merton, stands
from workflows.after_the_answer import may_vary_until
from workflows.facts import AnswerFact, CaseEntry, Variation, VoteFact
from workflows.quorum import quorum_met
from workflows.verdict import Verdict
from workflows.withdrawal import carries_withdrawal, may_be_withdrawn

DECIDED, LAST_DAY = date(2015, 6, 18), date(2015, 9, 30)
VARIATION = {"clause": "3", "text": "Four hours at night.", "expires": LAST_DAY.isoformat()}
AFTER = date(2015, 10, 1)


def all_agreed(**more: Any) -> Ledger:
    """Everyone has agreed version 0.2, Merton in a way of its own, and the case is closed as agreed."""
    ledger = at_decision()
    for one in SEVEN:
        answer, said = ("agree", {}) if one is not MERTON else (more.pop("answer", "agree"), more)
        ledger.decide(one, answer, DECIDED, **said)
    ledger.write("case.agreed", DECIDED)
    return ledger


def varied() -> Ledger:
    return all_agreed(answer="agree_with_local_variation", variation=VARIATION, reason="One site only")


def withdraw(ledger: Ledger, decision: CaseEntry, on: date = JULY) -> None:
    ledger.write(
        "agreement.withdrawn",
        on,
        body_id=MERTON.body_id,
        round=2,
        decision=decision.id,
        held_on=on.isoformat(),
        reason="The provider has closed.",
    )


def test_a_local_variation_says_its_clause_and_until_when() -> None:
    found = merton(stands(varied()))
    assert (found.word, found.in_favour, found.expires) == ("agreed with local variation", True, LAST_DAY)
    assert found.sentence == (
        "Merton agreed version 0.2 with a local variation of clause 3, until 30 September 2015, on 18 June 2015: "
        "One site only."
    )


def test_a_local_variation_counts_on_its_last_day_and_not_on_the_day_after() -> None:
    ledger = varied()
    assert stands(ledger, LAST_DAY).complete
    found = stands(ledger, AFTER)
    assert not found.complete
    assert found.in_favour == 6
    assert (merton(found).word, merton(found).answer) == ("local variation expired", None)
    assert merton(found).sentence == (
        "Merton agreed version 0.2 on 18 June 2015; its local variation of clause 3 expired on 30 September 2015, "
        "and it is asked whether it agrees the core."
    )


def test_a_case_that_was_agreed_stays_so_and_says_whose_variation_has_expired() -> None:
    found = stands(varied(), AFTER)
    assert (found.state, found.crossing) == ("agreed", None)
    assert found.result.endswith("It held for a time and no longer does: Merton (local variation expired).")
    assert found.asks(merton(found))


def test_after_its_variation_expired_the_body_agrees_the_core() -> None:
    ledger = varied()
    ledger.decide(MERTON, "agree", date(2015, 10, 15))
    found = stands(ledger, date(2015, 10, 16))
    assert found.complete
    assert merton(found).word == "agreed"
    assert "no longer" not in found.result
    assert [line.sentence for line in found.history(MERTON)][-1] == "Merton agreed version 0.2 on 15 October 2015."


def test_an_agreement_that_is_withdrawn_no_longer_counts_and_the_history_stays() -> None:
    ledger = at_decision()
    decision = ledger.decide(MERTON, "agree", DECIDED)
    ledger.decide(SUTTON, "agree", DECIDED)
    assert stands(ledger).in_favour == 2
    withdraw(ledger, decision)
    found = stands(ledger)
    assert found.in_favour == 1
    assert (merton(found).word, merton(found).on) == ("agreement withdrawn", JULY)
    assert "Merton has withdrawn its agreement" in found.result
    assert found.asks(merton(found))
    assert [line.sentence for line in found.history(MERTON)][-2:] == [
        "Merton agreed version 0.2 on 18 June 2015.",
        "Merton withdrew its agreement to version 0.2 on 1 July 2015: The provider has closed.",
    ]


def test_a_closed_case_is_never_un_agreed_and_names_who_withdrew() -> None:
    ledger = all_agreed()
    of_merton = [entry for entry in ledger.entries if entry.payload.get("body_id") == MERTON.body_id]
    withdraw(ledger, of_merton[-1])
    found = stands(ledger)
    assert (found.state, found.complete, found.crossing) == ("agreed", False, None)
    assert found.result.endswith("What was recorded later no longer bears this out: Merton (agreement withdrawn).")


def test_a_body_that_withdrew_says_when_it_decides_anew_and_may_agree_again() -> None:
    ledger = at_decision()
    withdraw(ledger, ledger.decide(MERTON, "agree", DECIDED))
    found = merton(stands(ledger, JULY, meeting(1, MERTON, DECIDED), meeting(2, MERTON, date(2015, 7, 16))))
    assert found.meeting_id == 2
    assert found.sentence.endswith("It decides anew on 16 July 2015.")
    ledger.decide(MERTON, "agree", date(2015, 7, 16))
    assert merton(stands(ledger, date(2015, 7, 17))).in_favour


def test_an_agreement_withdrawn_on_an_earlier_version_is_not_re_affirmed() -> None:
    ledger = at_decision()
    withdraw(ledger, ledger.decide(MERTON, "agree", DECIDED))
    ledger.open_round(3, "decision", JULY, content="cc", label="version 0.3")
    assert merton(stands(ledger)).word == "not yet scheduled"


def carried(answer: str = "agree", **more: Any) -> tuple[Ledger, CaseEntry]:
    """Merton agreed version 0.2, and what changed in version 0.3 was ruled editorial: its agreement carries over."""
    ledger = Ledger()
    ledger.open_round(2, "decision", date(2015, 6, 12), content="bb", label="version 0.2")
    decision = ledger.decide(MERTON, answer, DECIDED, **more)
    rule(ledger, ruled(RESPONSE, "editorial"))
    ledger.open_round(3, "decision", JULY, content="cc", label="version 0.3")
    assert merton(stands(ledger, date(2015, 7, 2))).in_favour
    return ledger, decision


def test_an_agreement_that_was_carried_over_is_withdrawn_on_the_version_it_was_carried_to() -> None:
    ledger, decision = carried()
    ledger.write(
        "agreement.withdrawn",
        date(2015, 7, 9),
        body_id=MERTON.body_id,
        round=3,
        decision=decision.id,
        held_on="2015-07-09",
        reason="Costs",
    )
    found = merton(stands(ledger, date(2015, 7, 10)))
    assert (found.word, found.in_favour) == ("agreement withdrawn", False)
    assert found.sentence == "Merton withdrew its agreement to version 0.2 on 9 July 2015: Costs."


def test_a_variation_that_was_carried_over_expires_all_the_same() -> None:
    ledger, _ = carried("agree_with_local_variation", variation=VARIATION, reason="One site only")
    assert merton(stands(ledger, LAST_DAY)).in_favour
    found = merton(stands(ledger, AFTER))
    assert (found.word, found.in_favour) == ("local variation expired", False)


def test_a_variation_outlasts_the_decision() -> None:
    answer = AnswerFact("agree_with_local_variation", variation=Variation("3", "Four hours", DECIDED))
    verdict = may_vary_until(answer, DECIDED)
    assert verdict.sentence == (
        "A local variation that expires on 18 June 2015 does not outlast the decision of 18 June 2015."
    )
    assert may_vary_until(answer, date(2015, 6, 17))


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (
            may_be_withdrawn("Merton", "not_agree", DECIDED, JULY, "Costs"),
            "Merton has no agreement on this that could be withdrawn.",
        ),
        (
            may_be_withdrawn("Merton", "agree", JULY, DECIDED, "Costs"),
            "Merton cannot have withdrawn on 18 June 2015: it agreed on 1 July 2015.",
        ),
        (may_be_withdrawn("Merton", "agree", DECIDED, JULY, " "), "Withdrawing an agreement needs its reason."),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_with_the_sentence(verdict: Verdict, sentence: str) -> None:
    assert not verdict
    assert verdict.sentence == sentence


def votes(*ids: int, vote: Any = "for") -> list[VoteFact]:
    return [VoteFact(number, vote) for number in ids]


def test_a_withdrawal_is_carried_by_a_quorate_meeting_like_any_decision() -> None:
    seats = seats_of(body(), 1, 2, 3, 4)
    quorum = quorum_met(body(), present(*seats), [])
    carried = carries_withdrawal(body(), present(*seats), [], votes(1, 2, 3, 4), quorum)
    assert carried.sentence.endswith("Merton has withdrawn its agreement: 4 for, 0 against.")
    lost = carries_withdrawal(body(), present(*seats), [], votes(1, 2, 3, vote="against"), quorum)
    assert lost.sentence == "Withdrawing does not follow from the votes: 0 for, 3 against."


def test_a_withdrawal_needs_quorum_and_voters_without_an_interest() -> None:
    seats = seats_of(body(), 1, 4)
    quorum = quorum_met(body(), present(*seats), [])
    assert "not quorate" in carries_withdrawal(body(), present(*seats), [], votes(1, 4), quorum).sentence
    enough = seats_of(body(), 1, 2, 3, 4)
    out = [excluded(enough[1])]
    quorum = quorum_met(body(), present(*enough), out)
    refused = carries_withdrawal(body(), present(*enough), out, votes(1, 2, 3, 4), quorum)
    assert "Dr East may not vote on this item" in refused.sentence
