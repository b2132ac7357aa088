"""The route to full sign-off: each body's first meeting in time, the day the rule across them is met, who sets it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import BOUNDED, CROYDON, KINGSTON, MERTON, NHS_ENGLAND, SEVEN, SUTTON
from workflows.across import Taken
from workflows.facts import PartyFact
from workflows.route import Route, Sitting, Stop, compared, leg, no_working_day, route, shift
from workflows.stages import Across

TODAY = date(2015, 11, 5)
EVERY = Across(every=True)


def day(month: int, on: int, year: int = 2015) -> date:
    return date(year, month, on)


def sitting(held_on: date, **more: bool) -> Sitting:
    """A meeting whose papers are due a week before it."""
    return Sitting(f"of-{held_on}", held_on, held_on - timedelta(days=7), **more)


def meets(party: PartyFact, *days: date) -> Stop:
    return Stop(party, True, tuple(sitting(one) for one in days))


OFFICER = Stop(NHS_ENGLAND, False)


def test_a_body_decides_at_its_first_meeting_whose_papers_can_be_in_time() -> None:
    found = leg(meets(KINGSTON, day(11, 10), day(11, 20), day(12, 1)), TODAY, TODAY)
    assert (found.on, [one.held_on for one in found.missed]) == (day(11, 20), [day(11, 10)])
    assert found.sentence == (
        "Kingston could decide on 20 November 2015, if it is put on that agenda; its papers are due by "
        "13 November 2015. Papers released on 5 November 2015 come 2 days too late for Kingston’s meeting of "
        "10 November 2015."
    )


def test_papers_may_go_out_on_the_last_day_itself() -> None:
    stop = meets(KINGSTON, day(11, 20), day(12, 1))
    assert leg(stop, day(11, 13), TODAY).on == day(11, 20)
    assert leg(stop, day(11, 14), TODAY).on == day(12, 1)


def test_papers_that_are_out_are_not_waited_for() -> None:
    stop = Stop(MERTON, True, (sitting(day(11, 12), on_agenda=True, papers_out=True), sitting(day(1, 14, 2016))))
    assert leg(stop, day(12, 24), TODAY).on == day(11, 12)
    assert leg(stop, TODAY, TODAY).sentence == "Merton decides on 12 November 2015; its papers are out."


def test_what_is_on_an_agenda_whose_deadline_has_passed_is_a_late_paper_until_the_meeting() -> None:
    stop = Stop(MERTON, True, (sitting(day(11, 10), on_agenda=True), sitting(day(1, 14, 2016))))
    late = leg(stop, TODAY, TODAY)
    assert (late.on, "so this is a late paper" in late.sentence) == (day(11, 10), True)
    assert leg(stop, day(11, 11), TODAY).on == day(1, 14, 2016)
    in_time = Stop(MERTON, True, (sitting(day(11, 17), on_agenda=True), sitting(day(1, 14, 2016))))
    assert leg(in_time, day(11, 11), TODAY).on == day(1, 14, 2016)


def test_an_officer_answers_today_or_when_the_papers_are_out() -> None:
    assert leg(OFFICER, TODAY, TODAY).sentence == "NHS England answers without a meeting, today."
    assert leg(OFFICER, day(11, 9), TODAY).on == day(11, 9)


def test_a_body_with_no_meeting_in_time_says_what_to_do() -> None:
    none = leg(Stop(KINGSTON, True, had_on=day(10, 20)), TODAY, TODAY)
    assert (none.on, none.sentence) == (
        None,
        "Kingston had this before it on 20 October 2015, and no decision is recorded. Kingston has no meeting set "
        "that could take it up: its board secretary sets one.",
    )
    late = leg(meets(KINGSTON, day(11, 10)), TODAY, TODAY)
    assert late.sentence.endswith("It has no later meeting set: its board secretary sets one.")


FOUR = (
    meets(CROYDON, day(11, 24)),
    meets(KINGSTON, day(1, 12, 2016)),
    meets(MERTON, day(11, 12)),
    OFFICER,
)
THREE_IN_FAVOUR: list[Taken] = [(party, "in favour") for party in SEVEN[3:6]]


@pytest.mark.parametrize(
    ("rule", "on", "by"),
    [
        (EVERY, day(1, 12, 2016), [KINGSTON]),
        (Across(at_least=6), day(11, 24), [CROYDON]),
        (Across(at_least=5), day(11, 12), [MERTON]),
        (Across(at_least=4), TODAY, [NHS_ENGLAND]),
        (Across(majority=True), TODAY, [NHS_ENGLAND]),
        (Across(at_least_share="2/3"), day(11, 12), [MERTON]),
        (Across(must=("officer",)), TODAY, [NHS_ENGLAND]),
        (Across(all_of=(Across(at_least=4), Across(must=("governing_body",)))), day(1, 12, 2016), [KINGSTON]),
        (Across(any_of=(Across(every=True), Across(at_least=6))), day(11, 24), [CROYDON]),
        (Across(no_one_declines=True), day(1, 12, 2016), [KINGSTON]),
    ],
)
def test_the_rule_across_the_bodies_says_which_of_their_days_counts(
    rule: Across, on: date, by: list[PartyFact]
) -> None:
    found = route(rule, THREE_IN_FAVOUR, FOUR, TODAY, TODAY)
    assert (found.on, list(found.set_by), found.lacks) == (on, by, ())


def test_the_body_that_sets_the_day_is_named() -> None:
    found = route(EVERY, THREE_IN_FAVOUR, FOUR, TODAY, TODAY)
    assert found.sentence == "It can be complete on 12 January 2016 at the earliest; Kingston sets that day."
    both = route(EVERY, [], (meets(CROYDON, day(11, 24)), meets(SUTTON, day(11, 24)), OFFICER), TODAY, TODAY)
    assert both.sentence.endswith("Croydon and Sutton set that day.")
    alone = route(EVERY, [], FOUR[:1], TODAY, TODAY)
    assert alone.sentence.endswith("24 November 2015 at the earliest, if Croydon answers in favour.")


def test_without_a_meeting_there_is_no_day_unless_the_rule_can_do_without() -> None:
    stops = (*FOUR[2:], Stop(KINGSTON, True))
    found = route(EVERY, THREE_IN_FAVOUR, stops, TODAY, TODAY)
    assert (found.on, found.lacks) == (None, (KINGSTON,))
    assert found.sentence == ("No day can be named: Kingston has no meeting for which the papers could be in time.")
    assert route(Across(at_least=5), THREE_IN_FAVOUR, stops, TODAY, TODAY).on == day(11, 12)


def test_a_rule_that_a_refusal_has_made_impossible_has_no_day() -> None:
    against: list[Taken] = [(SUTTON, "against")]
    assert "cannot meet the rule" in route(EVERY, against, FOUR, TODAY, TODAY).sentence


def test_supposing_otherwise_is_told_beside_what_stands() -> None:
    now = route(EVERY, THREE_IN_FAVOUR, FOUR, TODAY, TODAY)
    moved = (FOUR[0].with_moved(day(1, 23, 2016), day(1, 16, 2016), TODAY, TODAY), *FOUR[1:])
    assert compared(now, route(EVERY, THREE_IN_FAVOUR, moved, TODAY, TODAY)) == "11 days later, now set by Croydon."
    brought = (FOUR[0], FOUR[1].with_moved(day(12, 1), day(11, 24), TODAY, TODAY), *FOUR[2:])
    found = route(EVERY, THREE_IN_FAVOUR, brought, TODAY, TODAY)
    assert compared(now, found) == "42 days earlier, still set by Kingston."
    assert compared(now, now) == "The same day, still set by Kingston."
    leg_of = found.leg_of(KINGSTON.body_id)
    assert leg_of is not None and ", as supposed; its papers are due by 24 November 2015." in leg_of.sentence
    without = route(EVERY, THREE_IN_FAVOUR, (*FOUR[:1], Stop(KINGSTON, True)), TODAY, TODAY)
    assert compared(now, without) == "No day can be named any more: Kingston would have no meeting in time."
    assert compared(without, now) == "It could then be complete on 12 January 2016, set by Kingston."
    assert compared(without, without) == "No day can be named either way."


def test_a_meeting_that_moves_takes_the_place_of_the_one_that_would_be_taken() -> None:
    stop = Stop(MERTON, True, (sitting(day(11, 17), on_agenda=True, papers_out=True), sitting(day(1, 14, 2016))))
    moved = stop.with_moved(day(12, 3), day(11, 26), TODAY, TODAY)
    assert [(one.held_on, one.on_agenda, one.papers_out) for one in moved.sittings] == [
        (day(12, 3), True, True),
        (day(1, 14, 2016), False, False),
    ]
    set_anew = Stop(KINGSTON, True).with_moved(day(12, 3), day(11, 26), TODAY, TODAY)
    assert leg(set_anew, TODAY, TODAY).on == day(12, 3)


def test_a_day_on_which_nobody_meets_is_named() -> None:
    christmas = frozenset({day(12, 25)})
    assert [no_working_day(one, christmas) for one in (day(12, 24), day(12, 25), day(12, 26))] == [
        "",
        "a bank holiday",
        "a Saturday",
    ]
    assert [shift(days) for days in (0, 1, -2)] == ["the same day", "1 day later", "2 days earlier"]


DAYS = st.integers(0, 120).map(lambda number: TODAY + timedelta(days=number))
SITTINGS = st.builds(
    lambda held_on, lead, on_agenda, out: Sitting(
        str(held_on), held_on, held_on - timedelta(days=lead), on_agenda, on_agenda and out
    ),
    DAYS,
    st.integers(0, 14),
    st.booleans(),
    st.booleans(),
)
STOPS = st.lists(
    st.tuples(st.booleans(), st.lists(SITTINGS, max_size=3)),
    min_size=1,
    max_size=4,
).map(lambda found: [Stop(party, by, tuple(days)) for party, (by, days) in zip(SEVEN, found, strict=False)])
RULES = st.sampled_from(
    (EVERY, Across(at_least=2), Across(majority=True), Across(must=("governing_body",)), Across(no_one_declines=True))
)


def far(found: Route) -> date:
    return found.on or date.max


@given(rule=RULES, stops=STOPS, first=DAYS, second=DAYS)
@BOUNDED
def test_releasing_later_never_makes_sign_off_earlier(
    rule: Across, stops: list[Stop], first: date, second: date
) -> None:
    earlier, later = sorted((first, second))
    assert far(route(rule, [], stops, earlier, TODAY)) <= far(route(rule, [], stops, later, TODAY))


@given(rule=RULES, stops=STOPS, one_more=SITTINGS)
@BOUNDED
def test_another_meeting_never_makes_sign_off_later(rule: Across, stops: list[Stop], one_more: Sitting) -> None:
    richer = [Stop(stops[0].party, stops[0].by_meeting, (*stops[0].sittings, one_more)), *stops[1:]]
    assert far(route(rule, [], richer, TODAY, TODAY)) <= far(route(rule, [], stops, TODAY, TODAY))
