"""What is due to be said of a case on a day: before and after the days that count, in working days, once each."""

from datetime import UTC, date, datetime

import pytest

from tests.workflows.examples import CROYDON, KINGSTON, Ledger, at_noon
from tests.workflows.test_definition import GOOD, refusal
from workflows.conditions import Condition
from workflows.deadline import Deadline, deadline
from workflows.definition import DEFINITIONS, load, parse
from workflows.definition_drawing import drawn
from workflows.members_voting import Window
from workflows.party_standing import PartyStanding
from workflows.reading import NO_DAYS, reading
from workflows.reminders import (
    Awaited,
    Planned,
    due_on,
    of_condition,
    of_deadline,
    of_lapse,
    of_party,
    of_variation,
    of_voting,
)
from workflows.route import Sitting
from workflows.stages import By
from workflows.standing import standing

CHRISTMAS = (date(2015, 12, 25), date(2015, 12, 28), date(2016, 1, 1))
SINCE, MEETS, PAPERS = date(2015, 12, 1), date(2016, 1, 12), date(2016, 1, 5)
TIMES = """\
    by: {working_days: 20}
    reminders:
      - {working_days: 5, after: put}
      - {working_days: 10, before: papers_due}
      - {working_days: 3, before: papers_due}
      - {days: 0, before: meeting, to: [chair]}
      - {working_days: 2, after: meeting}
    escalate:
      - {working_days: 3, after: meeting, to: [accountable_officer]}
      - {working_days: 6, after: meeting, to: [programme_director]}
      - {working_days: 1, after: by, to: [chair, programme_director]}
    parties:
      - kind: governing_body
"""
TIMED = GOOD.replace("    parties:\n      - kind: governing_body\n", TIMES)
STAGE = parse(TIMED).stages[0]
CROYDON_WAITS = PartyStanding(CROYDON, "not yet scheduled", "")


def sitting(held_on: date = MEETS, papers: date = PAPERS, *, on_agenda: bool = True, out: bool = False) -> Sitting:
    return Sitting("m", held_on, papers, on_agenda, out)


def planned(at: Sitting | None, *, had_on: date | None = None, by: Deadline | None = None) -> list[Planned]:
    return of_party(STAGE, Awaited(CROYDON_WAITS, True, SINCE, by, at, had_on), CHRISTMAS)


def steps(found: list[Planned]) -> list[tuple[str, date]]:
    return [(one.step, one.on) for one in found]


def said(found: list[Planned], today: date) -> list[str]:
    return [one.step for one in due_on(today, found)]


def test_days_are_counted_in_working_days_over_christmas_and_weekends() -> None:
    assert steps(planned(sitting())) == [
        ("10 working days before its papers are due", date(2015, 12, 17)),
        ("3 working days before its papers are due", date(2015, 12, 30)),
        ("on the day of its meeting", MEETS),
        ("2 working days after its meeting", date(2016, 1, 14)),
        ("3 working days after its meeting", date(2016, 1, 15)),
        ("6 working days after its meeting", date(2016, 1, 20)),
    ]


def test_what_is_counted_from_being_put_is_only_until_a_meeting_has_it() -> None:
    assert steps(planned(None)) == [("5 working days after being put to it", date(2015, 12, 8))]
    [first, *_] = planned(sitting(on_agenda=False))
    assert first.why == "It was put to Croydon on 1 December 2015, and no meeting of it has this on its agenda."
    assert "after being put to it" not in str(steps(planned(sitting())))
    officer = of_party(STAGE, Awaited(CROYDON_WAITS, False, SINCE), CHRISTMAS)
    assert [one.why for one in officer] == ["It was put to Croydon on 1 December 2015, and it has not answered."]


def test_a_reminder_is_due_from_its_day_to_the_day_it_is_of_and_only_the_latest() -> None:
    found = planned(sitting())
    assert said(found, date(2015, 12, 16)) == []
    assert said(found, date(2015, 12, 17)) == ["10 working days before its papers are due"]
    assert said(found, date(2015, 12, 29)) == ["10 working days before its papers are due"], "made up for where missed"
    assert said(found, date(2016, 1, 2)) == ["3 working days before its papers are due"], "once, not once for each"
    assert said(found, date(2016, 1, 6)) == [], "the papers are due no more"
    assert said(found, date(2016, 1, 15)) == ["2 working days after its meeting", "3 working days after its meeting"]


def test_of_two_that_come_together_one_is_said() -> None:
    both = planned(sitting(on_agenda=False, papers=date(2015, 12, 22)))
    assert [one.step for one in both if one.on == date(2015, 12, 8)] == [
        "5 working days after being put to it",
        "10 working days before its papers are due",
    ]
    assert said(both, date(2015, 12, 8)) == ["10 working days before its papers are due"]


def test_every_step_of_an_escalation_is_due_until_it_was_sent() -> None:
    assert [one.to for one in due_on(date(2016, 3, 1), planned(None, had_on=MEETS)) if one.kind == "escalation"] == [
        ("accountable_officer",),
        ("programme_director",),
    ]
    [after, *_] = planned(None, had_on=MEETS)
    assert after.why == "Croydon had it before it on 12 January 2016, and no decision is recorded."


def test_a_meeting_that_moves_is_another_occasion() -> None:
    first, moved = planned(sitting()), planned(sitting(date(2016, 1, 19), date(2016, 1, 12)))
    assert moved[0].on == date(2015, 12, 24)
    assert first[0].key(1, "ask") != moved[0].key(1, "ask")
    assert first[0].key(1, "ask") == planned(sitting())[0].key(1, "ask")
    assert first[0].key(1, "ask") != first[0].key(2, "ask"), "a further version is another occasion"


def test_papers_that_are_out_are_not_asked_for() -> None:
    assert "papers" not in str(steps(planned(sitting(out=True))))
    late = planned(sitting(on_agenda=False))
    assert next(one for one in late if "papers" in one.step).why == (
        "Croydon meets on 12 January 2016; its papers are due by 5 January 2016. It is not on that agenda yet."
    )


def test_no_step_falls_before_it_was_put_to_the_party() -> None:
    soon = planned(sitting(date(2015, 12, 8), date(2015, 12, 3)))
    assert [one for one in steps(soon) if "papers" in one[0]] == []


def test_no_member_is_reminded_to_vote_from_the_moment_of_the_close() -> None:
    opens, closes = datetime(2016, 1, 4, 9, 0, tzinfo=UTC), datetime(2016, 1, 12, 17, 0, tzinfo=UTC)
    window = Window(7, opens, closes, "aa", "agree", (), (), (), (), ())
    voting = PartyStanding(CROYDON, "voting open", "")

    def told(now: datetime) -> list[tuple[str, ...]]:
        return [one.to for one in due_on(now.date(), of_voting(voting, window, CHRISTMAS, now))]

    before = datetime(2016, 1, 12, 16, 59, tzinfo=UTC)
    assert told(before) == [("members",)]
    assert told(closes) == told(before.replace(hour=17, minute=30)) == []
    assert told(datetime(2016, 1, 13, 9, 0, tzinfo=UTC)) == [("whoever_answers",)]


def test_a_stages_day_that_has_passed_is_said_once_of_all_who_had_not_answered() -> None:
    definition = parse(TIMED)
    ledger = Ledger()
    ledger.open_round(1, "ask", SINCE, content="aa", label="v1")
    last = deadline(By(working_days=20), SINCE, CHRISTMAS).on
    assert last == date(2015, 12, 31)

    def of(now: datetime) -> list[Planned]:
        found = standing(definition, (CROYDON, KINGSTON), ledger.entries, (), now, bank_holidays=CHRISTMAS)
        assert found.round is not None
        return of_deadline(found.round, [one for one in found.parties if found.asks(one)], now, CHRISTMAS)

    [one] = of(at_noon(last))
    assert due_on(last, [one]) == []
    assert due_on(date(2016, 1, 1), [one]) == [one]
    assert one.bodies == (1, 2)
    assert one.why == (
        "“Asked first” was to be answered by 31 December 2015. That has passed, and Croydon and Kingston had not "
        "answered."
    )
    ledger.decide(CROYDON, "agree", SINCE, round=1, content="aa")
    assert of(at_noon(date(2016, 1, 4)))[0].bodies == (2,), "who answered meanwhile is not named"
    ledger.decide(KINGSTON, "agree", SINCE, round=1, content="aa")
    assert of(at_noon(date(2016, 1, 4))) == []
    ledger.write("case.withdrawn", date(2016, 1, 4), reason="Overtaken.")
    assert of(at_noon(date(2016, 1, 5))) == []


def test_a_time_of_day_that_has_passed_is_due_on_the_day_itself() -> None:
    text = TIMED.replace("by: {working_days: 20}", "by: {working_days: 20, at: '12:00'}")
    ledger = Ledger()
    ledger.open_round(1, "ask", SINCE, content="aa", label="v1")
    for hour, on in ((11, date(2016, 1, 1)), (13, date(2015, 12, 31))):
        now = datetime(2015, 12, 31, hour, tzinfo=UTC)
        found = standing(parse(text), (CROYDON,), ledger.entries, (), now, bank_holidays=CHRISTMAS)
        assert found.round is not None
        assert of_deadline(found.round, found.parties, now, CHRISTMAS)[0].on == on


def test_the_end_of_a_variation_is_said_before_and_after() -> None:
    end = date(2016, 3, 31)
    varied = PartyStanding(CROYDON, "agreed with local variation", "", expires=end, answer="agree_with_local_variation")
    assert [one.on for one in of_variation(varied, ())] == [date(2016, 2, 4), date(2016, 3, 17)]
    assert [one.last for one in of_variation(varied, ())] == [end, end]
    lapsed = PartyStanding(CROYDON, "local variation expired", "It ended.", on=date(2016, 4, 1))
    assert [(one.on, one.why) for one in of_lapse(lapsed, ())] == [(date(2016, 4, 4), "It ended.")]
    assert of_variation(lapsed, ()) == [] == of_lapse(varied, ())


def test_a_condition_is_said_before_its_day_and_after_it_to_who_sees_to_it_and_who_asked() -> None:
    agreed = PartyStanding(CROYDON, "agreed with conditions", "", answer="agree_with_conditions")
    one = Condition(9, 1, "That nurses are found.", "Dr Nurse", date(2016, 1, 4))
    before, after = of_condition(agreed, one, CHRISTMAS)
    assert (before.on, after.on) == (date(2015, 12, 23), date(2016, 1, 5))
    assert before.to == ("owner", "programme_manager")
    assert after.why == (
        "The condition “That nurses are found”, on which Croydon agreed, was due by 4 January 2016 and is open. "
        "It is with Dr Nurse."
    )
    assert before.key(1, "a") == before.key(2, "b"), "the same condition in a later round"
    assert of_condition(agreed, Condition(9, 1, "x", due=one.due, state="met"), ()) == []
    assert of_condition(agreed, Condition(9, 1, "x"), ()) == []


@pytest.mark.parametrize(
    ("found", "replacement", "complaint"),
    [
        ("5, after: put", "5", "11: say exactly one of “before” and “after”"),
        ("5, after: put", "5, after: put, before: by", "11: say exactly one of “before” and “after”"),
        ("working_days: 5, after", "after", "11: say exactly one of “days: n” and “working_days: n”"),
        ("working_days: 5, after", "working_days: -1, after", "11: “working_days: -1” is impossible: say 0 to 366"),
        ("5, after: put", "5, after: lunch", "11: “after” is “lunch”; it can be"),
        ("5, after: put", "5, after: put, at: noon", "11: “at” is not a key here; a reminder has days, working_days,"),
        ("10, before", "3, before", "13: the reminder 3 working days before its papers are due is given twice"),
        ("to: [chair]", "to: []", "14: “to” is empty: at least one is needed"),
        ("to: [chair]", "to: [mayor]", "14: item 1 of “to” is “mayor”; it can be"),
        ("to: [chair]", "to: [chair, chair]", "14: “chair” is given twice"),
        (
            "{working_days: 3, after: meeting, to",
            "{working_days: 0, after: meeting, to",
            "17: “working_days: 0” is imp",
        ),
        ("6, after: meeting", "3, after: meeting", "18: the step 3 working days after its meeting is given twice: na"),
        (", to: [accountable_officer]", "", "17: “to” is missing; a step of “escalate” has"),
        ("    by: {working_days: 20}\n", "", "18: the stage has no day by which it is to be answered: give it a “by”"),
        ("10, before: papers_due", "21, before: by", "12: this is before the stage is put to anyone"),
        ("decide: meeting", "decide: officer\n        role: secretary", "13: no party decides this stage at a meeting"),
    ],
)
def test_times_that_could_not_work_are_refused_with_their_line(found: str, replacement: str, complaint: str) -> None:
    assert found in TIMED
    lines = refusal(TIMED.replace(found, replacement, 1)).splitlines()
    assert any(line.startswith(f"example.v1.yaml:{complaint}") for line in lines), lines


def test_times_are_read_as_sentences_and_change_the_hash() -> None:
    read = reading(load(DEFINITIONS / "standards.v3.yaml"))
    assert read.stages[0].times == (
        "Until a party has answered, whoever answers for it is reminded 5 working days before the last day to answer "
        "and 1 working day before the last day to answer.",
        "Where nothing is recorded 5 working days after the last day to answer, its accountable officer is told.",
        "Where nothing is recorded 10 working days after the last day to answer, the programme director of who asks is "
        "told.",
    )
    assert read.stages[1].sentences[-1].startswith("For a party that decides at a meeting, what is counted from being")
    boxes = drawn(load(DEFINITIONS / "standards.v3.yaml")).boxes
    in_the_box = " ".join(words.text for words in boxes[0].words)
    assert "Reminds 2 times Where nothing comes, tells its accountable officer and the programme director" in in_the_box
    assert parse(TIMED).hash != parse(GOOD).hash
    untimed = parse(GOOD.replace("version: first\n", "version: first\n    reminders: [{days: 1, after: put}]\n"))
    assert reading(untimed).times == NO_DAYS


def test_definitions_that_cases_have_pinned_have_the_hash_they_had() -> None:
    assert {
        name: load(DEFINITIONS / f"{name}.yaml").hash[:12]
        for name in ("deliverable-acceptance.v1", "quarterly-return.v1", "standards.v1", "standards.v2")
    } == {
        "deliverable-acceptance.v1": "f776539338a2",
        "quarterly-return.v1": "eea3149c5532",
        "standards.v1": "7d6dc5bc4aa5",
        "standards.v2": "af0a04554c5e",
    }
