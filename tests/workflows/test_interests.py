"""Interests are declared in time, confirmed yearly, published and kept as the guidance says; who rules on them."""

from datetime import date

import pytest

from workflows.facts import SeatFact
from workflows.interests import (
    InterestFact,
    declared_late,
    is_decision_maker,
    kept_until,
    last_reminder,
    may_rule,
    months_after,
    presiding,
    published_on,
    review_due,
    review_on,
)

DAY = date(2015, 11, 5)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2015, 8, 31), 6, date(2016, 2, 29)),
        (date(2015, 12, 31), 12, date(2016, 12, 31)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("ended", "published"),
    [(None, True), (date(2016, 1, 1), True), (date(2015, 5, 5), True), (date(2015, 5, 4), False)],
)
def test_a_closed_interest_stays_published_for_six_months(ended: date | None, published: bool) -> None:
    assert published_on(InterestFact(date(2015, 1, 1), ended=ended), True, DAY).yes is published


def test_the_verdict_says_until_when_a_closed_interest_is_published() -> None:
    found = published_on(InterestFact(date(2014, 4, 10), ended=date(2015, 8, 31)), True, DAY)
    assert found.sentence == "It ended on 31 August 2015 and stays published until 29 February 2016."


def test_only_decision_makers_interests_are_published_and_none_that_is_withheld() -> None:
    interest = InterestFact(date(2015, 1, 1))
    assert published_on(interest, False, DAY).sentence.startswith("Only the interests of decision-makers are published")
    assert not published_on(InterestFact(date(2015, 1, 1), withheld=True), True, DAY)
    assert not published_on(InterestFact(date(2015, 11, 6)), True, DAY)


def test_who_held_a_vote_until_six_months_ago_is_a_decision_maker_still() -> None:
    since = date(2013, 4, 1)
    assert is_decision_maker([(since, None)], DAY)
    assert is_decision_maker([(since, date(2015, 5, 5))], DAY)
    assert not is_decision_maker([(since, date(2015, 5, 4))], DAY)
    assert not is_decision_maker([(date(2015, 11, 6), None)], DAY)
    assert not is_decision_maker([], DAY)


def test_an_interest_is_late_after_28_days() -> None:
    assert not declared_late(InterestFact(date(2015, 1, 29), arose=date(2015, 1, 1)))
    late = declared_late(InterestFact(date(2015, 1, 30), arose=date(2015, 1, 1)))
    assert late and late.sentence == "It arose on 1 January 2015 and was to be declared by 29 January 2015."
    assert not declared_late(InterestFact(DAY)), "nobody knows when it arose"


def test_an_interest_is_confirmed_yearly_until_it_ends() -> None:
    declared = InterestFact(date(2014, 11, 5))
    assert review_on(declared) == DAY and review_due(declared, DAY)
    assert not review_due(declared, date(2015, 11, 4))
    confirmed = InterestFact(date(2014, 11, 5), reviewed_on=DAY)
    assert review_on(confirmed) == date(2016, 11, 5)
    assert review_on(InterestFact(date(2014, 11, 5), ended=DAY)) is None


def test_one_reminder_belongs_to_each_year_it_is_due() -> None:
    assert last_reminder(DAY, date(2016, 11, 4)) == DAY
    assert last_reminder(DAY, date(2016, 11, 5)) == date(2016, 11, 5)
    assert last_reminder(date(2016, 2, 29), date(2020, 3, 1)) == date(2020, 2, 29)


def test_a_closed_interest_is_kept_for_six_years() -> None:
    assert kept_until(InterestFact(date(2014, 1, 1), ended=DAY)) == date(2021, 11, 5)
    assert kept_until(InterestFact(date(2014, 1, 1))) is None


def test_the_chair_rules_unless_the_chair_has_an_interest_in_the_item() -> None:
    seats = board()
    free = presiding(seats, {3})
    assert [one.person_name for one in free.seats] == ["Dr Chair"]
    assert may_rule(free, "Dr Chair, clinical chair") and may_rule(free, " dr  chair ")
    refused = may_rule(free, "Ms Deputy")
    assert refused.sentence == "Ms Deputy cannot decide it. Dr Chair chairs, and decides how it is handled."
    assert refused.needs == ("a ruling by Dr Chair",)


def test_a_deputy_without_an_interest_rules_where_the_chair_has_one() -> None:
    found = presiding(board(), {1})
    assert [one.person_name for one in found.seats] == ["Ms Deputy", "Dr East", "Mr Lay"]
    assert found.sentence == (
        "Dr Chair chairs and has an interest in this item: who presides instead decides how it is handled. It could be "
        "Ms Deputy (deputy chair), Dr East (GP member) and Mr Lay (lay member)."
    )
    assert not may_rule(found, "Dr Chair") and not may_rule(found, "") and not may_rule(found, "The deputy chair")
    assert [one.person_name for one in presiding(board(), {1, 2}).seats] == ["Dr East", "Mr Lay"]


def test_who_holds_two_seats_is_named_once_and_where_the_first_of_them_stands() -> None:
    seats = (*board(), SeatFact(60, "second GP member", "gp_member", True, 2, "Dr East"))
    found = presiding(seats, {1})
    assert [(one.id, one.person_name) for one in found.seats] == [
        (one.id, one.person_name) for one in presiding(board(), {1}).seats
    ]


def test_nobody_without_a_vote_and_nobody_who_is_away_presides() -> None:
    found = presiding(board(), {1, 3}, away={20})
    assert [one.person_name for one in found.seats] == ["Mr Lay"]
    nobody = presiding(board(), {1, 2, 3, 4})
    assert nobody.seats == () and nobody.sentence.endswith("free of an interest: the item is deferred.")
    assert presiding(board()[1:], set()).sentence.startswith("No one holds the chair’s seat")


def board() -> tuple[SeatFact, ...]:
    """A chair, a GP, a deputy chair, a lay member and someone without a vote, each named."""
    return (
        SeatFact(10, "clinical chair", "chair", True, 1, "Dr Chair"),
        SeatFact(30, "GP member", "gp_member", True, 3, "Dr East"),
        SeatFact(20, "deputy chair", "deputy_chair", True, 2, "Ms Deputy"),
        SeatFact(40, "lay member", "lay_member", True, 4, "Mr Lay"),
        SeatFact(50, "director", "in_attendance", False, 5, "Mx Director"),
        SeatFact(60, "vacant", "lay_member", True),
    )
