"""A stage is to be answered by a day: in working days or days, to the end of the day or to a time on it."""

from datetime import UTC, date, datetime

from tests.workflows.examples import CROYDON, Ledger, at_noon
from tests.workflows.test_definition import GOOD
from workflows.deadline import deadline
from workflows.definition import parse
from workflows.reading import reading
from workflows.stages import By
from workflows.standing import CaseStanding, standing

GOOD_FRIDAY, EASTER_MONDAY = date(2016, 3, 25), date(2016, 3, 28)
THURSDAY = date(2016, 3, 24)


def test_working_days_leave_out_weekends_and_bank_holidays() -> None:
    assert deadline(By(working_days=1), THURSDAY, ()).on == GOOD_FRIDAY
    assert deadline(By(working_days=1), THURSDAY, (GOOD_FRIDAY, EASTER_MONDAY)).on == date(2016, 3, 29)
    assert deadline(By(days=7), THURSDAY, (GOOD_FRIDAY,)).on == date(2016, 3, 31)


def test_the_last_day_is_included_and_a_time_of_day_is_londons() -> None:
    whole, noon = deadline(By(days=7), THURSDAY, ()), deadline(By(days=7, at="12:00"), THURSDAY, ())
    assert not whole.passed(datetime(2016, 3, 31, 22, 59, tzinfo=UTC))  # summer time: 23:59 in London
    assert whole.passed(datetime(2016, 3, 31, 23, 1, tzinfo=UTC))
    assert not noon.passed(datetime(2016, 3, 31, 11, 0, tzinfo=UTC))
    assert noon.passed(datetime(2016, 3, 31, 11, 1, tzinfo=UTC))


TIMED = parse(GOOD.replace("version: first\n", "version: first\n    by: {working_days: 2, at: '17:00'}\n"))


def on(day: date, ledger: Ledger) -> CaseStanding:
    return standing(TIMED, (CROYDON,), ledger.entries, (), at_noon(day), bank_holidays=(GOOD_FRIDAY, EASTER_MONDAY))


def test_a_case_says_by_when_and_when_that_has_passed() -> None:
    ledger = Ledger()
    ledger.open_round(1, "ask", THURSDAY, content="aa", label="v1")
    assert on(THURSDAY, ledger).result == (
        "0 of 1 has agreed; Croydon is still to decide. It is to be answered by 30 March 2016 at 17:00."
    )
    assert on(date(2016, 3, 31), ledger).result.endswith(
        "It was to be answered by 30 March 2016 at 17:00, which has passed."
    )
    ledger.decide(CROYDON, "agree", date(2016, 3, 30), round=1, content="aa")
    assert on(date(2016, 3, 31), ledger).result == "1 of 1 has agreed."


def test_the_times_of_a_definition_are_read() -> None:
    read = reading(TIMED)
    assert read.stages[0].sentences[1] == (
        "It is to be answered within 2 working days of being put to the parties, by 17:00 on the last."
    )
    assert read.times == (
        "The other stages have no such day. When such a day has passed, the record says who had not answered, and they "
        "and who asks are told. Nobody’s answer is counted for them: the case waits on."
    )
