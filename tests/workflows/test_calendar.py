"""Paper deadlines in working, clear and calendar days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import BOUNDED
from workflows.calendar import is_working_day, papers_due
from workflows.facts import LEAD_UNITS, LeadTime, LeadUnit

CHRISTMAS_2015 = frozenset({date(2015, 12, 25), date(2015, 12, 28), date(2016, 1, 1)})


@pytest.mark.parametrize(
    ("meeting_on", "number", "unit", "due"),
    [
        (date(2015, 11, 5), 3, "working", date(2015, 11, 2)),
        (date(2015, 11, 5), 5, "working", date(2015, 10, 29)),
        (date(2015, 11, 5), 3, "clear", date(2015, 11, 1)),
        (date(2015, 11, 5), 3, "calendar", date(2015, 11, 2)),
        (date(2015, 11, 5), 0, "working", date(2015, 11, 5)),
        (date(2015, 11, 5), 0, "clear", date(2015, 11, 4)),
        (date(2016, 1, 5), 5, "working", date(2015, 12, 24)),
        (date(2016, 1, 5), 5, "calendar", date(2015, 12, 31)),
        (date(2016, 3, 1), 1, "calendar", date(2016, 2, 29)),
    ],
)
def test_the_deadline_is_counted_back_in_the_bodys_own_days(
    meeting_on: date, number: int, unit: LeadUnit, due: date
) -> None:
    assert papers_due(meeting_on, LeadTime(number, unit), CHRISTMAS_2015) == due


def test_a_working_day_is_a_weekday_that_is_no_bank_holiday() -> None:
    assert is_working_day(date(2015, 12, 24), CHRISTMAS_2015)
    assert not is_working_day(date(2015, 12, 25), CHRISTMAS_2015)
    assert not is_working_day(date(2015, 12, 26), CHRISTMAS_2015)


def test_a_negative_lead_time_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 days is impossible: it must be nought or more"):
        papers_due(date(2015, 11, 5), LeadTime(-1, "working"), frozenset())


@BOUNDED
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40), st.sampled_from(LEAD_UNITS))
def test_papers_are_never_due_after_the_meeting_and_a_longer_lead_is_never_later(
    meeting_on: date, number: int, unit: LeadUnit
) -> None:
    due = papers_due(meeting_on, LeadTime(number, unit), CHRISTMAS_2015)
    assert due <= meeting_on
    assert papers_due(meeting_on, LeadTime(number + 1, unit), CHRISTMAS_2015) < due
