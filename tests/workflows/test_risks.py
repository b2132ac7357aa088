"""Scores, bands and trends of risks, and the words they are shown with."""

from datetime import date

import pytest

from workflows.risks import BANDS, COLOURS, Assessed, Score, in_words, standing_on, trend

AUTUMN_ENDS = date(2015, 9, 30)


def judged(*days_and_scores: tuple[date, int, int]) -> list[Assessed]:
    return [Assessed(on, Score(likelihood, consequence)) for on, likelihood, consequence in days_and_scores]


def test_every_score_of_the_matrix_falls_in_its_band() -> None:
    found: dict[str, set[int]] = {band: set() for band in BANDS}
    for likelihood in range(1, 6):
        for consequence in range(1, 6):
            score = Score(likelihood, consequence)
            found[score.band].add(score.number)
    assert found == {
        "low": {1, 2, 3},
        "moderate": {4, 5, 6},
        "high": {8, 9, 10, 12},
        "extreme": {15, 16, 20, 25},
    }
    assert [COLOURS[band] for band in BANDS] == ["green", "yellow", "amber", "red"]


def test_a_score_is_said_in_the_fields_words() -> None:
    assert Score(4, 3).sentence == "12, high: likely, moderate"
    assert Score(5, 5).sentence == "25, extreme: almost certain, catastrophic"
    assert Score(1, 1).sentence == "1, low: rare, negligible"


@pytest.mark.parametrize(("likelihood", "consequence"), [(0, 3), (3, 6), (-1, 1)])
def test_a_score_outside_the_matrix_is_no_score(likelihood: int, consequence: int) -> None:
    with pytest.raises(ValueError, match="are 1 to 5"):
        Score(likelihood, consequence)


def test_the_trend_is_against_the_end_of_the_last_period_and_not_against_the_assessment_before() -> None:
    scores = judged((date(2015, 8, 1), 2, 2), (date(2015, 10, 5), 5, 4), (date(2015, 11, 1), 3, 3))
    assert trend(scores, AUTUMN_ENDS) == "up"
    assert trend(scores, date(2015, 10, 31)) == "down"
    assert trend(scores, date(2015, 11, 30)) == "same"


def test_without_a_period_the_trend_is_against_the_assessment_before() -> None:
    scores = judged((date(2015, 8, 1), 2, 2), (date(2015, 10, 5), 4, 1))
    assert trend(scores, None) == "same"
    assert trend(scores[:1], None) == "new"


def test_what_was_first_judged_in_this_period_is_new() -> None:
    assert trend(judged((date(2015, 10, 5), 4, 4)), AUTUMN_ENDS) == "new"
    assert trend([], AUTUMN_ENDS) == "new"


def test_the_last_assessment_of_a_day_is_the_one_that_stands() -> None:
    scores = judged((date(2015, 8, 1), 2, 2), (date(2015, 8, 1), 3, 3))
    assert standing_on(scores, date(2015, 8, 1)) == Score(3, 3)
    assert standing_on(scores, date(2015, 7, 31)) is None


def test_the_line_of_scores_is_said_in_words() -> None:
    scores = judged((date(2015, 8, 1), 2, 2), (date(2015, 10, 5), 4, 4))
    assert in_words(scores) == "1 August 2015: 4, moderate; 5 October 2015: 16, extreme."
    assert in_words([]) == "Not assessed yet."
