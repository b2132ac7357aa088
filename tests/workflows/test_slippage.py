"""How far a milestone slipped, what is within tolerance, what a slip pushes and which sign-off dates it threatens."""

from dataclasses import dataclass
from datetime import date

import pytest

from workflows.slippage import Deadline, Point, circle, days_late, pushed, threatened, tolerated


@dataclass(frozen=True)
class Words:
    words: str | None
    earliest: date | None = None
    latest: date | None = None


def day(on: date) -> Words:
    return Words(str(on), on, on)


NOVEMBER = Words("November 2015", date(2015, 11, 1), date(2015, 11, 30))
AUTUMN = Words("through the autumn and into January 2016", date(2015, 9, 1), date(2016, 1, 31))


def test_a_slip_is_counted_from_the_last_day_the_words_can_mean() -> None:
    assert days_late(NOVEMBER, day(date(2015, 12, 14))) == 14
    assert days_late(AUTUMN, day(date(2015, 12, 14))) == -48
    assert days_late(NOVEMBER, AUTUMN) == 62
    assert days_late(NOVEMBER, NOVEMBER) == 0


def test_words_that_tell_no_day_are_not_counted() -> None:
    assert days_late(NOVEMBER, Words("when the money is there")) is None
    assert days_late(Words("in due course"), day(date(2015, 12, 14))) is None
    assert days_late(Words("in due course"), Words("in due course")) == 0


@pytest.mark.parametrize(
    ("days", "tolerance", "word", "sentence"),
    [
        (14, 14, "within", "14 days late, within the tolerance of 14 days."),
        (15, 14, "beyond", "15 days late, beyond the tolerance of 14 days."),
        (1, None, "beyond", "1 day late; no tolerance is set, so every slip counts."),
        (1, 0, "beyond", "1 day late, beyond the tolerance of 0 days."),
        (0, 14, "none", "Not late."),
        (-3, None, "none", "Not late."),
        (None, 14, "unknown", "Whether it is within tolerance cannot be counted."),
    ],
)
def test_a_slip_is_within_tolerance_up_to_its_last_day(
    days: int | None, tolerance: int | None, word: str, sentence: str
) -> None:
    assert tolerated(days, tolerance) == (word, sentence)


POINTS = {
    1: Point(1, "Outcomes agreed", date(2015, 12, 1)),
    2: Point(2, "Metrics", date(2016, 1, 15)),
    3: Point(3, "Contract", date(2016, 2, 1)),
    4: Point(4, "Long after", date(2016, 9, 1)),
    5: Point(5, "In due course", None),
    6: Point(6, "Done already", date(2015, 10, 1), done=True),
}
NEEDS = [(2, 1), (3, 2), (4, 3), (5, 1), (6, 1)]


def test_a_slip_pushes_what_depends_on_it_and_what_depends_on_that() -> None:
    found = {one.id: one for one in pushed(1, date(2016, 2, 10), POINTS, NEEDS)}
    assert {key: one.to for key, one in found.items()} == {
        2: date(2016, 2, 10),
        3: date(2016, 2, 10),
        4: date(2016, 9, 1),
        5: date(2016, 2, 10),
    }
    assert [one.id for one in found.values() if one.moves] == [2, 5, 3]
    assert found[2].sentence == "Pushed from 15 January 2016 to 10 February 2016, 26 days later."
    assert found[4].sentence == "Stands at 1 September 2016."
    assert (found[4].steps, found[4].through) == (3, 3)
    assert found[5].sentence == "Not before 10 February 2016; its own words tell no day."


def test_what_is_done_already_is_pushed_no_more() -> None:
    assert 6 not in {one.id for one in pushed(1, date(2016, 2, 10), POINTS, NEEDS)}


def test_where_two_ways_lead_to_a_milestone_the_later_one_sets_its_day() -> None:
    points = {
        n: Point(n, str(n), day) for n, day in ((1, date(2016, 1, 1)), (2, date(2016, 5, 1)), (3, date(2016, 2, 1)))
    }
    found = {one.id: one.to for one in pushed(1, date(2016, 3, 1), points, [(2, 1), (3, 1), (3, 2)])}
    assert found == {2: date(2016, 5, 1), 3: date(2016, 5, 1)}


def test_words_without_a_day_push_nothing_that_can_be_told() -> None:
    found = pushed(1, None, POINTS, [(5, 1)])
    assert [(one.to, one.moves) for one in found] == [(None, False)]
    assert found[0].sentence == "No day is known for it or for what it needs."


def test_a_circle_is_found_and_its_way_is_named() -> None:
    assert circle(1, 4, NEEDS) == (1, 4, 3, 2, 1)
    assert circle(1, 1, []) == (1, 1)
    assert circle(4, 1, NEEDS) is None


def deadline(body: str, held: date, papers: date | None, on_agenda: bool = True) -> Deadline:
    return Deadline(body, "Minimum outcomes", held, papers, on_agenda)


MERTON = deadline("Merton", date(2016, 1, 14), date(2016, 1, 7))
SUTTON = deadline("Sutton", date(2016, 1, 20), None, on_agenda=False)


def test_a_sign_off_date_is_threatened_when_the_papers_cannot_wait_for_the_milestone() -> None:
    (found,) = threatened([SUTTON, MERTON], date(2015, 12, 31), date(2016, 1, 10))
    assert found.deadline is MERTON
    assert found.new is True
    assert found.sentence == (
        "Merton is to decide on 14 January 2016; its papers are due on 7 January 2016, 3 days before 10 January 2016."
    )


def test_the_day_of_the_deadline_itself_is_in_time() -> None:
    assert threatened([MERTON], None, date(2016, 1, 7)) == []


def test_a_date_that_was_threatened_before_the_change_is_told_apart() -> None:
    found = threatened([SUTTON, MERTON], date(2016, 1, 8), date(2016, 1, 21))
    assert [(one.deadline.body, one.new) for one in found] == [("Merton", False), ("Sutton", True)]
    assert found[1].sentence == (
        "Sutton could decide at the earliest on 20 January 2016, 1 day before 21 January 2016."
    )


def test_words_without_a_day_threaten_nothing_that_can_be_told() -> None:
    assert threatened([MERTON], date(2016, 1, 1), None) == []
