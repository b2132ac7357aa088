"""Who recorded something does not correct it; the refusal names who may."""

from workflows.second_person import may_become, may_correct

RUTH, OLIVE = (7, "Ruth Calverley"), (8, "Olive Marchmont")


def test_a_second_person_may_correct_what_a_first_one_recorded() -> None:
    assert may_correct("Merton", RUTH, OLIVE, ["Olive Marchmont, chair"])


def test_who_recorded_it_is_refused_and_told_who_may() -> None:
    verdict = may_correct("Merton", RUTH, RUTH, ["A, board secretary", "B, officer", "C, chair"])
    assert verdict.sentence == "Ruth Calverley recorded this, so a second person of Merton has to correct it."
    assert verdict.needs == ("a correction by A, board secretary, B, officer or C, chair",)


def test_where_there_is_nobody_else_the_refusal_says_whom_to_name() -> None:
    verdict = may_correct("Merton", RUTH, RUTH, [])
    assert "Nobody else there is board secretary, chair or officer today." in verdict.sentence
    assert verdict.needs == ("a further board secretary or officer of Merton",)


def test_what_the_service_recorded_itself_anyone_entitled_may_correct() -> None:
    assert may_correct("Merton", (None, "Concord"), RUTH, [])


def test_what_was_not_quorate_cannot_be_corrected_into_an_answer() -> None:
    quorum = {"quorate": False, "sentence": "Merton is not quorate for this item: 1 more clinician needed."}
    refused = may_become("agree", quorum)
    assert not refused
    assert refused.sentence.endswith("Merton is not quorate for this item: 1 more clinician needed.")
    assert refused.needs == ("a decision of a meeting that is quorate for the item",)
    assert may_become("defer", quorum)
    assert may_become("agree", {"quorate": True})
    assert may_become("agree", None)
