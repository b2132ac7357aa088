"""What may be destroyed of the record: a person's words when they ask, decisions when their years are over."""

from datetime import date

import pytest

from workflows.destruction import (
    REQUEST,
    RETENTION,
    CaseOfEntry,
    EntryFact,
    may_be_destroyed,
    may_confirm,
    years_later,
)

DAY, TODAY, LATER = date(2015, 11, 5), date(2016, 1, 4), date(2036, 2, 1)
OPEN, AGREED = CaseOfEntry("Standards", "open", None), CaseOfEntry("Standards", "agreed", date(2016, 1, 28))


@pytest.mark.parametrize(
    ("entry", "ground", "today", "yes", "sentence"),
    [
        (EntryFact("comment.made", DAY), REQUEST, TODAY, True, "It holds one person’s words or data"),
        (EntryFact("item.question-asked", DAY), REQUEST, TODAY, True, "It holds one person’s words or data"),
        (EntryFact("comment.made", DAY), RETENTION, TODAY, False, "kept for 20 years, so until 5 November 2035."),
        (EntryFact("comment.made", DAY), RETENTION, LATER, True, "that time was over on 5 November 2035."),
        (EntryFact("meeting.set", DAY), REQUEST, TODAY, False, "kept for 20 years, so until 5 November 2035."),
        (EntryFact("meeting.set", DAY), REQUEST, LATER, False, "It is not one person’s words or data"),
        (EntryFact("meeting.set", DAY), RETENTION, LATER, True, "that time was over on 5 November 2035."),
        (EntryFact("decision.recorded", DAY, case=OPEN), RETENTION, LATER, False, "“Standards”, which is open"),
        (EntryFact("decision.recorded", DAY, case=AGREED), REQUEST, TODAY, False, "which still stands: decisions are"),
        (EntryFact("decision.recorded", DAY, case=AGREED), RETENTION, TODAY, False, "so until 28 January 2036."),
        (EntryFact("decision.recorded", DAY, case=AGREED), RETENTION, LATER, True, "that time was over on 28 January"),
        (EntryFact("case.agreed", DAY, case=AGREED), RETENTION, LATER, False, "is about and what came of it"),
        (EntryFact("interest.declared", DAY), REQUEST, LATER, False, "an interest that goes on"),
        (EntryFact("interest.declared", DAY, interest_ended=TODAY), REQUEST, TODAY, False, "until 4 January 2022."),
        (EntryFact("interest.declared", DAY, interest_ended=TODAY), REQUEST, LATER, True, "over on 4 January 2022."),
        (EntryFact("checkpoint.witnessed", DAY), RETENTION, LATER, False, "The record itself rests on this entry"),
        (EntryFact("entry.destroyed", DAY), REQUEST, LATER, False, "The record itself rests on this entry"),
        (EntryFact("comment.made", DAY, destroyed=True), REQUEST, LATER, False, "is destroyed already"),
    ],
)
def test_what_may_be_destroyed_and_when(entry: EntryFact, ground: str, today: date, yes: bool, sentence: str) -> None:
    verdict = may_be_destroyed(entry, ground, 20, today)
    assert (verdict.yes, sentence in verdict.sentence) == (yes, True), verdict.sentence


def test_whoever_asks_does_not_confirm() -> None:
    assert may_confirm(1, 2)
    for confirming in (1, None):
        refused = may_confirm(1, confirming)
        assert not refused and refused.needs == (
            "another of the organisation’s administrators, or its board secretary",
        )


def test_a_leap_day_comes_back_as_the_day_after() -> None:
    assert years_later(date(2016, 2, 29), 20) == date(2036, 2, 29)
    assert years_later(date(2016, 2, 29), 6) == date(2022, 3, 1)
