"""Which clauses bodies vary, until when, and what that leaves of the core that they agreed in common."""

from datetime import date

from tests.workflows.examples import SEVEN, SUTTON
from tests.workflows.test_after_the_answer import AFTER, LAST_DAY, VARIATION, all_agreed, varied
from tests.workflows.test_standing import at_decision, stands
from workflows.common_core import common_core

JUNE = date(2015, 6, 18)


def test_where_nobody_varies_anything_nothing_is_said() -> None:
    assert common_core(stands(all_agreed())) == ""


def test_it_says_which_clause_who_varies_and_until_when() -> None:
    assert common_core(stands(varied(), LAST_DAY)) == (
        "The core is common to all that agree but for clause 3, which Merton varies until 30 September 2015."
    )


def test_from_the_day_after_the_body_has_not_agreed_the_core() -> None:
    assert common_core(stands(varied(), AFTER)) == (
        "Merton, whose local variation has expired, has not agreed the core since."
    )


def test_each_variation_is_named() -> None:
    ledger = at_decision()
    for one in SEVEN[:2]:
        more = {**VARIATION, "clause": "Access"} if one is SUTTON else VARIATION
        ledger.decide(one, "agree_with_local_variation", JUNE, variation=more, reason="One site only")
    first, second = (one.short_name for one in SEVEN[:2])
    said = common_core(stands(ledger, LAST_DAY))
    assert f"which {first} varies until 30 September 2015; " in said
    assert said.endswith(f"which {second} varies until 30 September 2015.")


def test_a_corrected_variation_is_told_as_it_was_corrected() -> None:
    ledger = varied()
    decision = next(one for one in ledger.entries if one.payload.get("variation"))
    ledger.write(
        "decision.corrected",
        JUNE,
        body_id=decision.payload["body_id"],
        corrects=decision.id,
        reason="It is clause 4.",
        round=2,
        answer="agree_with_local_variation",
        answer_reason="One site only",
        variation={**VARIATION, "clause": "4"},
        conditions=[],
    )
    assert "but for clause 4, which Merton varies" in common_core(stands(ledger, LAST_DAY))
