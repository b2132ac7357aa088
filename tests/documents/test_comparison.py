"""Two versions side by side: matched by identity, words marked, moves told from changes, and always in bounded time."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.comparison import ClauseSide, Run, compared, word_runs
from app.documents.hashing import ClauseDraft, text_hash, version_hash


def side(code: str, number: str, text: str, heading: str = "") -> ClauseSide:
    return ClauseSide(code, number, heading, text, text_hash(heading, text))


def kinds(old: list[ClauseSide], new: list[ClauseSide]) -> list[tuple[str, str]]:
    return [(row.code, row.kind) for row in compared(old, new)]


def test_a_renumbered_clause_is_not_changed() -> None:
    old = [side("access", "1", "Seen the same day."), side("plans", "2", "Each has a plan.")]
    new = [side("aims", "1", "What it is for."), side("access", "2", "Seen the same day."), *[old[1]]]
    rows = {row.code: row for row in compared(old, new)}
    assert rows["access"].kind == "same"
    assert rows["access"].renumbered
    assert rows["aims"].kind == "added"
    assert not rows["plans"].renumbered


def test_a_moved_clause_is_marked_moved_and_those_it_passed_are_not() -> None:
    old = [side(code, str(n), code) for n, code in enumerate("abcde", start=1)]
    new = [old[4], *old[:4]]
    assert kinds(old, new) == [("e", "moved"), ("a", "same"), ("b", "same"), ("c", "same"), ("d", "same")]


def test_a_clause_can_be_changed_and_moved() -> None:
    old = [side("a", "1", "one"), side("b", "2", "two"), side("c", "3", "three")]
    new = [side("c", "1", "three more"), old[0], old[1]]
    row = compared(old, new)[0]
    assert (row.kind, row.moved) == ("changed", True)


def test_a_removed_clause_stands_after_the_one_it_followed() -> None:
    old = [side(code, str(n), code) for n, code in enumerate("abcd", start=1)]
    assert kinds(old, [old[0], old[3]]) == [("a", "same"), ("b", "removed"), ("c", "removed"), ("d", "same")]
    assert kinds(old, [old[1]]) == [("a", "removed"), ("b", "same"), ("c", "removed"), ("d", "removed")]


def test_words_added_and_removed_are_told_apart_from_those_that_stay() -> None:
    runs = word_runs("Every patient is seen within two days.", "Every patient is seen within one working day.")
    assert runs == (
        Run("same", "Every patient is seen within"),
        Run("removed", " two days"),
        Run("added", " one working day"),
        Run("same", "."),
    )


def test_a_mark_that_changed_leaves_its_word_the_same() -> None:
    assert [(run.kind, run.text) for run in word_runs("Meet the standards.", "Meet the standards, always.")] == [
        ("same", "Meet the standards"),
        ("added", ", always"),
        ("same", "."),
    ]
    assert [run.text for run in word_runs("out-of-hospital", "in-hospital") if run.kind != "same"] == [
        "out-of-hospital",
        "in-hospital",
    ]


def test_a_change_of_heading_is_a_change_of_the_clause() -> None:
    row = compared([side("a", "1", "Text", "Access")], [side("a", "1", "Text", "Equal access")])[0]
    assert row.kind == "changed"
    assert row.text == (Run("same", "Text"),)
    assert Run("added", "Equal access") in row.heading or Run("added", "Equal") in row.heading


@given(st.text(alphabet="ab .\n", max_size=60), st.text(alphabet="ab .\n", max_size=60))
def test_the_runs_hold_both_texts_whole(old: str, new: str) -> None:
    runs = word_runs(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new


@pytest.mark.parametrize("vocabulary", [1, 2, 100, 10_000])
@pytest.mark.parametrize("between", [" ", ". ", "\n"])
def test_texts_of_a_hundred_thousand_characters_are_compared_in_seconds(vocabulary: int, between: str) -> None:
    chance = random.Random(vocabulary)
    texts = []
    for _ in range(2):
        words = [f"w{chance.randrange(vocabulary)}" for _ in range(40_000)]
        texts.append(between.join(words)[:100_000])
    began = time.perf_counter()
    runs = word_runs(texts[0], texts[1])
    assert time.perf_counter() - began < 10
    assert "".join(run.text for run in runs if run.kind != "added") == texts[0]


def test_long_sentences_of_few_words_are_compared_in_seconds() -> None:
    chance = random.Random(1)
    texts = [
        "".join(f"S{n} " + " ".join(f"w{chance.randrange(150)}" for _ in range(2_900)) + ". " for n in range(9))
        for _ in range(2)
    ]
    began = time.perf_counter()
    word_runs(texts[0], texts[1])
    assert time.perf_counter() - began < 10


def test_one_changed_word_is_found_in_a_text_of_a_hundred_thousand_characters() -> None:
    words = [f"word{n}" for n in range(11_000)]
    old = " ".join(words)
    words[7_000] = "other"
    assert [run.kind for run in word_runs(old, " ".join(words))] == ["same", "removed", "added", "same"]


def test_the_hash_of_a_version_covers_order_and_numbers_and_codes() -> None:
    one, two = ClauseDraft("a", "1", "Access", "Text"), ClauseDraft("b", "2", "Plans", "Other")
    known = version_hash([one, two])
    assert version_hash([one, two]) == known
    others = [
        version_hash([two, one]),
        version_hash([ClauseDraft("a", "1.1", "Access", "Text"), two]),
        version_hash([ClauseDraft("c", "1", "Access", "Text"), two]),
        version_hash([ClauseDraft("a", "1", "Access", "Text "), two]),
        version_hash([ClauseDraft("a", "1", "AccessT", "ext"), two]),
        version_hash([one]),
    ]
    assert len({known, *others}) == 7


def test_the_hash_of_a_text_leaves_nothing_between_heading_and_text_to_chance() -> None:
    assert text_hash("Access", "Text") != text_hash("", "AccessText")
