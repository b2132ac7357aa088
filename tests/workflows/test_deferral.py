"""A body defers to a day or to a meeting of its own: which it may be, and what is said once that meeting changes."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.examples import MERTON, SUTTON, Ledger, meeting
from tests.workflows.test_rounds import DAY, responded
from tests.workflows.test_standing import JULY, at_decision, merton, stands
from workflows.ballot import is_complete
from workflows.case_history import fold
from workflows.deferral import MEANT, MEETING, Deferral, deferral_of, may_defer_to
from workflows.facts import AnswerFact, MeetingFact
from workflows.rounds import may_take_up

DECIDED, TARGET = date(2015, 6, 18), date(2015, 7, 16)
TO_TARGET: dict[str, Any] = {MEETING: 2, MEANT: "2015-07-16", "reason": "Costs are awaited."}
BEGINNING = "Merton deferred its decision on version 0.2 on 18 June 2015 to its meeting on 16 July 2015"


def test_a_deferral_is_to_a_day_or_to_a_meeting_and_never_to_both() -> None:
    both = is_complete(AnswerFact("defer", until=TARGET, meeting_id=2))
    assert not both and both.sentence == "A deferral is to a date or to a meeting, not to both."
    assert both.needs == ("a date or a meeting",)


@pytest.mark.parametrize(
    ("found", "today", "why"),
    [
        (None, DECIDED, "That is not a meeting of Merton, which defers to a meeting of its own."),
        (meeting(2, SUTTON, TARGET), DECIDED, "That is not a meeting of Merton, which defers to a meeting of its own."),
        (meeting(2, MERTON, TARGET, cancelled=True), DECIDED, "Merton’s meeting on 16 July 2015 is cancelled"),
        (meeting(2, MERTON, DECIDED), DECIDED, "Merton’s meeting on 18 June 2015 is not after 18 June 2015"),
        (meeting(2, MERTON, TARGET), date(2015, 7, 17), "Merton’s meeting on 16 July 2015 is past"),
    ],
)
def test_nothing_is_deferred_to_a_meeting_that_cannot_take_it_up(
    found: MeetingFact | None, today: date, why: str
) -> None:
    verdict = may_defer_to(found, MERTON.body_id, "Merton", DECIDED, today)
    assert not verdict and verdict.sentence.startswith(why)
    assert verdict.needs == ("a meeting of Merton still to come, after 18 June 2015, or a day",)


@pytest.mark.parametrize("today", [DECIDED, TARGET])
def test_a_meeting_of_its_own_still_to_come_may_take_it_up(today: date) -> None:
    assert may_defer_to(meeting(2, MERTON, TARGET), MERTON.body_id, "Merton", DECIDED, today)


def at_target(held_on: date = TARGET, *, cancelled: bool = False) -> MeetingFact:
    return meeting(2, MERTON, held_on, with_case=False, cancelled=cancelled)


def deferred_to_target() -> Ledger:
    ledger = at_decision()
    ledger.decide(MERTON, "defer", DECIDED, meeting_id=1, **TO_TARGET)
    return ledger


@pytest.mark.parametrize(
    ("found", "today", "sentence"),
    [
        ((at_target(),), JULY, f"{BEGINNING}: Costs are awaited."),
        ((), JULY, f"{BEGINNING}: Costs are awaited."),
        (
            (at_target(date(2015, 7, 23)),),
            JULY,
            f"{BEGINNING}, moved since to 23 July 2015: Costs are awaited.",
        ),
        (
            (at_target(cancelled=True),),
            JULY,
            f"{BEGINNING}, cancelled since: Costs are awaited. As that meeting is cancelled, any later meeting of "
            "Merton can take it up.",
        ),
        (
            (at_target(),),
            date(2015, 7, 17),
            f"{BEGINNING}: Costs are awaited. That meeting did not have it on its agenda: any later meeting of Merton "
            "can take it up.",
        ),
    ],
)
def test_what_was_deferred_to_a_meeting_says_what_became_of_that(
    found: tuple[MeetingFact, ...], today: date, sentence: str
) -> None:
    standing = merton(stands(deferred_to_target(), today, *found))
    assert (standing.word, standing.sentence) == ("deferred", sentence)
    assert standing.deferral is not None and standing.deferral.meeting_id == 2


def test_its_history_keeps_the_day_that_was_meant() -> None:
    found = stands(deferred_to_target(), JULY, at_target(date(2015, 7, 23)))
    assert found.history(MERTON)[-1].sentence == f"{BEGINNING}: Costs are awaited."


def test_on_the_agenda_of_that_meeting_it_is_scheduled() -> None:
    back = merton(stands(deferred_to_target(), JULY, meeting(2, MERTON, TARGET)))
    assert (back.word, back.on, back.deferral) == ("scheduled", TARGET, None)


def test_a_correction_makes_it_a_deferral_to_a_meeting_or_to_a_day_instead() -> None:
    ledger = at_decision()
    first = ledger.decide(MERTON, "agree", DECIDED, meeting_id=1)
    said: dict[str, Any] = {"body_id": MERTON.body_id, "corrects": first.id, "reason": "The minutes say so."}
    to_a_meeting = {**TO_TARGET, **said, "answer": "defer", "until": None}
    ledger.write("decision.corrected", JULY, **to_a_meeting)
    assert merton(stands(ledger, JULY, at_target())).sentence == f"{BEGINNING} (corrected)."
    to_a_day: dict[str, Any] = {"answer": "defer", "until": "2015-08-20", MEETING: None, MEANT: None}
    ledger.write("decision.corrected", JULY, **said, **to_a_day)
    assert "on 18 June 2015 until 20 August 2015" in merton(stands(ledger, JULY, at_target())).sentence


def take_up(held_on: date, *known: MeetingFact, number: int = 3) -> str:
    ledger = responded()
    ledger.open_round(2, "decision", DAY, content="bb", label="version 0.2")
    to: dict[str, Any] = {MEETING: 4, MEANT: "2015-09-01"}
    ledger.decide(MERTON, "defer", date(2015, 7, 9), meeting_id=1, **to)
    asked = meeting(number, MERTON, held_on)
    return may_take_up(fold(ledger.entries), 2, MERTON, asked, planned=True, meetings=known).sentence


def test_no_earlier_meeting_is_planned_for_it_while_that_one_stands() -> None:
    fine = "Merton may take it up."
    early = date(2015, 8, 4)
    there = meeting(4, MERTON, date(2015, 9, 1), with_case=False)
    assert take_up(early, there) == (
        "Merton deferred it to its meeting on 1 September 2015, and the meeting of 4 August 2015 is before that."
    )
    assert take_up(date(2015, 9, 1), there, number=4) == fine
    assert take_up(date(2015, 9, 8), there) == fine
    # moved forward, that meeting itself may take it up, and so may those after it
    assert take_up(early, meeting(4, MERTON, early, with_case=False), number=4) == fine
    moved = meeting(4, MERTON, date(2015, 9, 15), with_case=False)
    assert "moved since to 15 September 2015, and the meeting of 8 September" in take_up(date(2015, 9, 8), moved)
    assert take_up(early, meeting(4, MERTON, date(2015, 9, 1), with_case=False, cancelled=True)) == fine


def test_what_is_no_deferral_says_nothing_of_one() -> None:
    assert deferral_of({"answer": "agree", "until": "2015-07-16"}) is None
    assert deferral_of({"answer": "defer"}) == Deferral()
    assert Deferral(meeting_id=7).in_words == "to another of its meetings"
