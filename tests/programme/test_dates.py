"""Dates keep the precision they were given, and slip is counted only where it can be."""

from datetime import date

import pytest

from app.db.types import GivenDate
from app.programme.dates import DateNotUnderstood, given_day, parse_day, parse_given, slip

FIFTH = date(2015, 11, 5)


@pytest.mark.parametrize(
    "text", ["5 November 2015", "2015-11-05", "5/11/2015", "05.11.2015", "5th nov 2015", " 5  NOVEMBER  2015 "]
)
def test_a_day_is_understood_in_the_ways_people_write_it(text: str) -> None:
    assert parse_given(text) == GivenDate("5 November 2015", FIFTH, FIFTH)
    assert parse_day(text) == FIFTH


def test_a_month_is_its_first_to_its_last_day() -> None:
    assert parse_given("february 2016") == GivenDate("February 2016", date(2016, 2, 1), date(2016, 2, 29))


@pytest.mark.parametrize(
    "text", ["through the autumn and into January 2016", "April or June 2018", "by September", "this time next year"]
)
def test_words_are_kept_as_they_were_given(text: str) -> None:
    assert parse_given(text) == GivenDate(text)
    given = parse_given(text, "1 April 2018", "2018-06-30")
    assert (given.words, given.earliest, given.latest) == (text, date(2018, 4, 1), date(2018, 6, 30))


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "sentence"),
    [
        ("", "", "", "Enter a date"),
        ("31 November 2015", "", "", "not a day of the calendar"),
        ("2015-02-30", "", "", "not a day of the calendar"),
        ("0001-01-01", "", "", "before there was an NHS"),
        ("May 0000", "", "", "before there was an NHS"),
        ("autumn", "2 May 2016", "1 May 2016", "earliest day \\(2 May 2016\\) is after the latest"),
        ("autumn", "soon", "", "Enter the earliest day it can mean as a day"),
        ("5 November 2015", "1 November 2015", "", "leave the earliest and latest day empty"),
        ("x" * 201, "", "", "200 characters or fewer"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str, earliest: str, latest: str, sentence: str) -> None:
    with pytest.raises(DateNotUnderstood, match=sentence):
        parse_given(text, earliest, latest)


@pytest.mark.parametrize("text", ["November 2015", "by September", "", "5"])
def test_a_day_is_asked_for_where_a_day_is_needed(text: str) -> None:
    with pytest.raises(DateNotUnderstood, match="Enter a day"):
        parse_day(text)


@pytest.mark.parametrize(
    ("baseline", "forecast", "actual", "days", "sentence"),
    [
        (given_day(FIFTH), GivenDate(None), None, None, "No change from its baseline."),
        (given_day(FIFTH), given_day(FIFTH), None, 0, "Forecast for its baseline."),
        (given_day(FIFTH), given_day(date(2015, 11, 17)), None, 12, "Forecast 12 days later."),
        (given_day(FIFTH), given_day(date(2015, 11, 4)), None, -1, "Forecast 1 day earlier."),
        (given_day(FIFTH), parse_given("November 2015"), None, 25, "Forecast about 25 days later."),
        (given_day(FIFTH), GivenDate(None), date(2015, 11, 6), 1, "Done 1 day later."),
        (given_day(FIFTH), GivenDate(None), FIFTH, 0, "Done on its baseline."),
        (
            GivenDate("autumn"),
            GivenDate("winter"),
            None,
            None,
            "Cannot be counted in days: baseline “autumn”, forecast “winter”.",
        ),
    ],
)
def test_slip_is_counted_from_the_last_day_the_baseline_can_mean(
    baseline: GivenDate, forecast: GivenDate, actual: date | None, days: int | None, sentence: str
) -> None:
    found = slip(baseline, forecast, actual)
    assert (found.days, found.sentence) == (days, sentence)
    assert found.slipped is (days is not None and days > 0)
