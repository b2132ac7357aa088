"""Verdicts explain themselves, and joined verdicts keep every reason."""

from workflows.verdict import all_of, in_words, no, yes


def test_a_verdict_is_true_or_false_by_its_answer() -> None:
    assert yes("It may.")
    assert not no("It may not.", "a reason")


def test_all_of_keeps_every_refusal_and_need_and_drops_what_agrees() -> None:
    joined = all_of(yes("Fine."), no("Not quorate.", "1 more clinician"), no("No reason.", "a reason"))
    assert not joined
    assert joined.sentence == "Not quorate. No reason."
    assert joined.needs == ("1 more clinician", "a reason")


def test_all_of_says_yes_with_every_sentence_once() -> None:
    assert all_of(yes("Fine."), yes("Fine."), yes("Good.")) == yes("Fine. Good.")
    assert all_of()


def test_names_are_joined_as_a_sentence_does() -> None:
    assert in_words([]) == ""
    assert in_words(["Merton"]) == "Merton"
    assert in_words(["Merton", "Sutton", "NHS England"]) == "Merton, Sutton and NHS England"
