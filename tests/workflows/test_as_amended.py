"""A body agrees as amended: that counts once a version has the amendment, and then the others are asked by ruling."""

from datetime import date

import pytest

from tests.workflows.examples import CROYDON, MERTON, SUTTON, Ledger
from tests.workflows.test_materiality import (
    AUGUST,
    CARERS,
    JUNE,
    MAY,
    RESPONSE,
    again,
    clause,
    of,
    put,
    rule,
    ruled,
    stands,
)
from workflows.ballot import is_complete
from workflows.facts import Amendment, AnswerFact
from workflows.materiality import ClauseChange
from workflows.withdrawal import is_agreement

NEXT = date(2015, 8, 20)
AMENDMENT = {"clause": RESPONSE.code, "number": RESPONSE.number, "text": "Within two hours.", "hash": RESPONSE.hash}


def amended() -> Ledger:
    """Merton agreed version 0.2 as amended in clause 3, and Sutton as it is."""
    ledger = Ledger()
    ledger.open_round(2, "decision", MAY, content="bb", label="version 0.2")
    ledger.decide(MERTON, "agree_as_amended", JUNE, amendments=[AMENDMENT], reason="Four hours are too long.")
    ledger.decide(SUTTON, "agree", JUNE)
    return ledger


def test_it_does_not_count_on_the_version_that_lacks_the_amendment() -> None:
    found = stands(amended(), on=date(2015, 6, 20))
    merton = of(found, MERTON)
    assert (merton.word, merton.in_favour, merton.declined, found.asks(merton)) == (
        "agreed as amended",
        False,
        False,
        False,
    )
    assert merton.sentence == (
        "Merton agreed version 0.2 as amended in clause 3 on 18 June 2015: Four hours are too long."
    )
    assert found.result.startswith("1 of 7 have agreed; Merton has agreed as amended;")
    assert (found.can_still_complete, found.next_stage) == (False, "decision")
    assert is_agreement("agree_as_amended"), "and so it can be withdrawn"


def test_it_carries_over_to_a_version_that_has_it_word_for_word_and_the_others_are_asked_by_ruling() -> None:
    found = stands(put(amended(), ruled(RESPONSE, "material"), ruled(CARERS, "editorial")))
    merton = of(found, MERTON)
    assert (merton.word, merton.in_favour, merton.answer) == ("carried over", True, "agree")
    assert merton.sentence.endswith(
        "Carried over to version 0.3, in which clause 3 stands as it was amended: ruled by Jane Bloggs on 1 July 2015 "
        "that what else changed is editorial."
    )
    sutton = of(found, SUTTON)
    assert sutton.agreement is not None and sutton.agreement.asked == (RESPONSE,)
    assert of(found, CROYDON).word == "not yet scheduled"


def test_where_nothing_else_has_changed_the_sentence_says_so() -> None:
    merton = of(stands(put(amended(), ruled(RESPONSE, "material"))), MERTON)
    assert merton.sentence.endswith(
        "in which clause 3 stands as it was amended: ruled by Jane Bloggs on 1 July 2015 that no other clause has "
        "changed."
    )


def test_two_clauses_stand_as_they_were_amended() -> None:
    ledger = Ledger()
    ledger.open_round(2, "decision", MAY, content="bb", label="version 0.2")
    carers = clause("4")
    both = [AMENDMENT, {"clause": "4", "number": "4", "text": "Asked yearly.", "hash": carers.hash}]
    ledger.decide(MERTON, "agree_as_amended", JUNE, amendments=both, reason="So.")
    merton = of(stands(put(ledger, ruled(RESPONSE, "material"), ruled(carers, "editorial"))), MERTON)
    assert "in which clauses 3 and 4 stand as they were amended" in merton.sentence


def test_what_else_is_material_is_asked_of_who_amended_too() -> None:
    merton = of(stands(put(amended(), ruled(RESPONSE, "editorial"), ruled(CARERS, "material"))), MERTON)
    assert merton.agreement is not None and merton.agreement.asked == (CARERS,)


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (ClauseChange(RESPONSE.code, "3", "Response", "reworded", "was", "other words"),),
        (ClauseChange(RESPONSE.code, "3", "Response", "removed", "was", None),),
    ],
    ids=["left as it was", "worded otherwise", "left out"],
)
def test_it_carries_over_to_no_other_version_whatever_is_ruled(changes: tuple[ClauseChange, ...]) -> None:
    merton = of(stands(put(amended(), *(ruled(one, "editorial") for one in changes))), MERTON)
    assert (merton.word, merton.in_favour, merton.agreement) == ("not yet scheduled", False, None)


def test_a_clause_is_re_affirmed_as_amended_and_carries_over_with_that() -> None:
    ledger = Ledger()
    ledger.open_round(2, "decision", MAY, content="bb", label="version 0.2")
    ledger.decide(MERTON, "agree", JUNE)
    put(ledger, ruled(RESPONSE, "material"))
    other = ClauseChange(RESPONSE.code, "3", "Response", "reworded", RESPONSE.hash, "amended")
    again(ledger, MERTON, "agree_as_amended", [RESPONSE], amendments=[{**AMENDMENT, "hash": "amended"}], reason="So.")
    merton = of(stands(ledger), MERTON)
    assert (merton.word, merton.in_favour) == ("agreed as amended", False)
    assert merton.sentence.startswith("Merton re-affirmed, as amended, clause 3 of version 0.3")
    rule(ledger, ruled(other, "material"), on=AUGUST, was="cc", now="dd")
    ledger.open_round(4, "decision", NEXT, content="dd", label="version 0.4")
    assert of(stands(ledger, on=NEXT), MERTON).word == "carried over"


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        (AnswerFact("agree_as_amended", reason="Why."), "the clause and the text as amended"),
        (AnswerFact("agree_as_amended", reason="Why.", amendments=(Amendment("3", " "),)), "the text as amended"),
        (AnswerFact("agree_as_amended", reason=" ", amendments=(Amendment("3", "Two."),)), "the reason"),
        (AnswerFact("agree", amendments=(Amendment("3", "Two."),)), "belong to the answer “agree as amended” only"),
    ],
)
def test_it_says_which_clause_how_it_is_to_read_and_why(answer: AnswerFact, missing: str) -> None:
    verdict = is_complete(answer)
    assert not verdict and missing in verdict.sentence and verdict.needs
