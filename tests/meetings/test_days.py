"""Bank holidays, paper deadlines, and who was there for which item."""

from datetime import date

import pytest

from app.meetings.days import bank_holidays, papers_due_on, there_for
from workflows.facts import LeadTime


def test_england_has_no_scottish_holiday() -> None:
    days = bank_holidays(2015, 2016)
    assert date(2015, 12, 28) in days  # Boxing Day fell on a Saturday
    assert date(2016, 1, 1) in days
    assert date(2016, 1, 4) not in days


def test_five_working_days_before_a_meeting_in_january_pass_over_christmas() -> None:
    assert papers_due_on(date(2016, 1, 5), LeadTime(5, "working")) == date(2015, 12, 24)


def test_without_a_lead_time_no_day_is_made_up() -> None:
    assert papers_due_on(date(2016, 1, 5), None) is None


@pytest.mark.parametrize(
    ("note", "number", "there"),
    [
        ("item 7 only", "7", True),
        ("item 7 only", "8", False),
        ("items 3 to 7", "5", True),
        ("items 3–7", "8", False),
        ("from item 4", "4", True),
        ("from item 4", "3", False),
        ("until item 6", "6", True),
        ("not item 5", "5", False),
        ("not item 5", "6", True),
        ("left for items 5 and 6", "6", False),
        ("came late", "3", False),
        ("item 1 only", "P2-1", False),
    ],
)
def test_a_note_says_for_which_items_somebody_was_there(note: str, number: str, there: bool) -> None:
    assert there_for(note, number) is there
