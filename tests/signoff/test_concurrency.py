"""Four processes decide on the same cases at once: each crossing exactly once, nothing lost, no error."""

import pytest

from benchmarks.concurrency import run


def test_four_bodies_that_decide_at_the_same_moment_cross_each_line_once(engine_url: str) -> None:
    outcome = run(engine_url, 4, 4)
    assert not outcome.wrong, outcome.sentence()


def test_without_the_lock_it_shows(engine_url: str) -> None:
    outcome = run(engine_url, 4, 3, locked=False)
    assert outcome.wrong, "the check is blind: it found nothing wrong without the lock"


@pytest.mark.long
def test_eight_bodies_and_forty_cases_cross_each_line_once(engine_url: str) -> None:
    outcome = run(engine_url, 8, 40)
    assert not outcome.wrong, outcome.sentence()


@pytest.mark.long
def test_eight_bodies_and_forty_cases_without_the_lock_show_it(engine_url: str) -> None:
    outcome = run(engine_url, 8, 40, locked=False)
    assert outcome.wrong, "the check is blind: it found nothing wrong without the lock"
