"""Quorum per body and item: what counts, what is missing, and the ways out."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import A_THIRD, BOUNDED, CLINICIAN, MERTON_SEATS, excluded, merton, present, seats_of
from workflows.facts import (
    HANDLINGS,
    AttendanceFact,
    BodyFact,
    ExclusionFact,
    Handling,
    QuorumNeed,
    QuorumRule,
    SeatFact,
)
from workflows.quorum import forecast, quorum_met

CHAIR, EAST, WEST, LAY, FINANCE, NURSE, PUBLIC_HEALTH = MERTON_SEATS


def test_a_quorate_item_says_its_arithmetic() -> None:
    verdict = quorum_met(merton(), present(CHAIR, EAST, LAY, FINANCE), [])
    assert verdict
    assert verdict.sentence == (
        "Merton is quorate for this item: 4 of 6 voting seats, 2 needed, "
        "with 2 clinicians (2 needed) and 1 lay member (1 needed)."
    )
    assert (verdict.present, verdict.needed, verdict.denominator) == (4, 2, 6)


def test_an_excluded_clinician_is_named_with_what_is_still_needed() -> None:
    verdict = quorum_met(merton(), present(CHAIR, EAST, LAY, FINANCE), [excluded(EAST)])
    assert not verdict
    assert verdict.sentence == (
        "Merton is not quorate for this item: 1 more clinician needed; Dr East is excluded for a financial interest."
    )
    assert verdict.needs == ("1 more clinician",)


def test_too_few_seats_are_counted_out() -> None:
    verdict = quorum_met(merton(QuorumRule(1, 2)), present(CHAIR), [])
    assert verdict.sentence == (
        "Merton is not quorate for this item: 2 more voting seats needed (1 of 6 count as present, quorum is 3)."
    )


def test_an_empty_room_is_never_quorate() -> None:
    assert not quorum_met(merton(QuorumRule(0, 1)), [], [])
    assert not quorum_met(merton(QuorumRule(1, 3), seats=()), [], [])


@pytest.mark.parametrize(
    ("numerator", "denominator", "needed"), [(1, 3, 2), (1, 2, 3), (2, 3, 4), (2, 5, 3), (1, 1, 6), (1, 6, 1)]
)
def test_the_share_is_rounded_up(numerator: int, denominator: int, needed: int) -> None:
    assert quorum_met(merton(QuorumRule(numerator, denominator)), [], []).needed == needed


def test_a_vacant_seat_does_not_count_as_present_and_stays_in_the_denominator() -> None:
    somebody = AttendanceFact(NURSE.id, None, "Somebody", "present")
    verdict = quorum_met(merton(QuorumRule(1, 3)), [*present(CHAIR, EAST), somebody], [])
    assert (verdict.present, verdict.denominator) == (2, 6)
    assert [row.why for row in verdict.rows if row.seat is NURSE] == ["This seat is vacant."]


def test_a_vacant_seat_leaves_the_denominator_where_the_body_says_so() -> None:
    rule = QuorumRule(1, 2, vacant_in_denominator=False)
    assert quorum_met(merton(rule), present(CHAIR, EAST), []).denominator == 5


def test_an_excluded_seat_leaves_the_denominator_where_the_body_says_so() -> None:
    rule = QuorumRule(1, 2, excluded_in_denominator=False)
    verdict = quorum_met(merton(rule), present(CHAIR, EAST, LAY), [excluded(EAST)])
    assert (verdict.present, verdict.denominator, verdict.needed) == (2, 5, 3)


def test_an_exclusion_of_somebody_who_is_not_there_changes_nothing() -> None:
    rule = QuorumRule(1, 2, excluded_in_denominator=False)
    room = present(CHAIR, EAST, LAY)
    assert quorum_met(merton(rule), room, [excluded(WEST)]) == quorum_met(merton(rule), room, [])


def test_a_seat_without_a_vote_does_not_count() -> None:
    verdict = quorum_met(merton(QuorumRule(1, 6)), present(PUBLIC_HEALTH), [])
    assert not verdict
    assert verdict.rows[-1].why == "This seat has no vote."


@pytest.mark.parametrize(
    ("handling", "counts"),
    [
        ("note_only", True),
        ("stay_speak_no_vote", False),
        ("stay_silent", False),
        ("leave", False),
        ("paper_withheld", False),
    ],
)
def test_each_way_of_handling_a_conflict_says_whether_the_seat_counts(handling: Handling, counts: bool) -> None:
    exclusion = replace(excluded(EAST), handling=handling)
    verdict = quorum_met(merton(), present(CHAIR, EAST, LAY), [exclusion])
    assert [row.counted for row in verdict.rows if row.seat is EAST] == [counts]
    assert ("Dr East is excluded" in verdict.sentence) is not counts


def test_which_handlings_count_is_the_bodys_setting() -> None:
    rule = replace(A_THIRD, handlings_that_count=frozenset({"note_only", "stay_speak_no_vote"}))
    assert quorum_met(merton(rule), present(CHAIR, EAST, LAY), [excluded(EAST, "stay_speak_no_vote")])


def test_somebody_there_for_part_of_the_meeting_counts_only_for_their_items() -> None:
    here = AttendanceFact(EAST.id, EAST.person_id, "Dr East", "part", present_for_item=True)
    gone = replace(here, present_for_item=False)
    assert quorum_met(merton(), [*present(CHAIR, LAY), here], [])
    verdict = quorum_met(merton(), [*present(CHAIR, LAY), gone], [])
    assert not verdict
    assert verdict.rows[1].why == "Dr East is not present for this item."


def test_a_deputy_counts_for_the_seat_and_is_free_of_the_holders_conflict() -> None:
    away = AttendanceFact(EAST.id, EAST.person_id, "Dr East", "apologies")
    deputy = AttendanceFact(EAST.id, 201, "Dr Deputy", "present", deputy_for="Dr East")
    verdict = quorum_met(merton(), [*present(CHAIR, LAY), away, deputy], [excluded(EAST)])
    assert verdict
    assert verdict.rows[1].why == "Dr Deputy, deputy for Dr East, is present."


def test_the_conflict_is_the_attending_persons_so_a_deputy_can_be_excluded() -> None:
    deputy = AttendanceFact(EAST.id, 201, "Dr Deputy", "present", deputy_for="Dr East")
    conflict = ExclusionFact(EAST.id, "Dr Deputy", "indirect", "leave", "spouse", 201)
    verdict = quorum_met(merton(), [*present(CHAIR, LAY), deputy], [conflict])
    assert verdict.rows[1].why == "Dr Deputy is excluded for an indirect interest (leaves for the item)."


def test_whether_a_deputy_carries_the_kind_of_the_seat_is_a_setting() -> None:
    deputy = AttendanceFact(EAST.id, 201, "Ms Deputy", "present", deputy_for="Dr East")
    rule = replace(A_THIRD, deputy_carries_kind=False)
    verdict = quorum_met(merton(rule), [*present(CHAIR, LAY), deputy], [])
    assert verdict.present == 3
    assert verdict.needs == ("1 more clinician",)


def test_seats_that_share_a_vote_are_one_vote() -> None:
    shared = tuple(replace(seat, shared_vote="GP vote") if seat in (EAST, WEST) else seat for seat in MERTON_SEATS)
    body = merton(QuorumRule(1, 2, (CLINICIAN,)), seats=shared)
    verdict = quorum_met(body, present(*seats_of(body, 2, 3, 4)), [])
    assert (verdict.present, verdict.denominator) == (2, 5)
    assert [row.why for row in verdict.rows if row.seat.id == 3] == ["The vote is shared with Dr East, who is counted."]
    assert verdict.needs == ("1 more voting seat", "1 more clinician")


def test_a_person_with_two_seats_counts_once_or_twice_as_the_body_says() -> None:
    two_hats = SeatFact(9, "Accountable officer", "accountable_officer", True, 101, "Dr Chair")
    body = merton(QuorumRule(1, 3), seats=(*MERTON_SEATS, two_hats))
    room = present(CHAIR, two_hats)
    once = quorum_met(body, room, [])
    assert once.present == 1
    assert once.rows[-1].why == "Dr Chair is already counted in another seat."
    assert quorum_met(merton(QuorumRule(1, 3, count_person_once=False), seats=body.seats), room, []).present == 2


def test_who_could_fill_two_votes_is_counted_where_the_body_gains_most() -> None:
    chair_too = SeatFact(9, "Accountable officer", "accountable_officer", True, 101, "Dr Chair")
    shared = (replace(CHAIR, shared_vote="GP vote"), replace(EAST, shared_vote="GP vote"), chair_too)
    verdict = quorum_met(merton(QuorumRule(1, 1), seats=shared), present(*shared), [])
    assert (verdict.present, verdict.denominator) == (2, 2)


def test_excluding_a_person_with_two_seats_does_not_make_a_body_quorate() -> None:
    seats = (CHAIR, SeatFact(9, "Accountable officer", "accountable_officer", True, 101, "Dr Chair"), EAST)
    body = merton(QuorumRule(1, 1, excluded_in_denominator=False), seats=seats)
    verdict = quorum_met(body, present(*seats), [excluded(CHAIR)])
    assert not verdict
    assert (verdict.present, verdict.denominator) == (1, 2)


def test_a_body_without_a_quorum_rule_cannot_be_quorate() -> None:
    verdict = quorum_met(merton(None), present(*MERTON_SEATS), [])
    assert not verdict
    assert verdict.needs == ("a quorum rule for Merton",)


def test_quorum_does_not_apply_to_an_officer() -> None:
    officer = BodyFact(7, "NHS England (London)", "NHS England", "officer")
    assert quorum_met(officer, [], []).sentence == "NHS England answers by one officer; quorum does not apply."


def test_a_forecast_takes_everybody_to_come_who_has_not_sent_apologies() -> None:
    away = AttendanceFact(LAY.id, LAY.person_id, "Mr Lay", "apologies")
    assert forecast(merton(), [], []).present == 5
    verdict = forecast(merton(), [away], [])
    assert verdict.sentence == (
        "On today’s apologies and declarations Merton would not be quorate for this item: 1 more lay member needed."
    )
    assert verdict.rows[3].why == "Mr Lay has sent apologies."


KINDS = ("gp", "lay_member", "nurse", "finance_officer")


@st.composite
def rooms(draw: st.DrawFn) -> tuple[BodyFact, list[AttendanceFact], list[ExclusionFact]]:
    """Any body with any rule, shared votes, people with two seats, and any attendance and exclusions."""
    count = draw(st.integers(1, 8))
    people = st.one_of(st.none(), st.integers(1, 6))
    seats = []
    for number in range(count):
        person = draw(people)
        seats.append(
            SeatFact(
                number,
                f"Seat {number}",
                draw(st.sampled_from(KINDS)),
                draw(st.booleans()),
                person,
                None if person is None else f"Person {person}",
                draw(st.sampled_from([None, None, "shared"])),
            )
        )
    denominator = draw(st.integers(1, 6))
    rule = QuorumRule(
        draw(st.integers(0, denominator)),
        denominator,
        tuple(
            QuorumNeed(frozenset({kind}), draw(st.integers(1, 2)), kind)
            for kind in draw(st.lists(st.sampled_from(KINDS), max_size=2, unique=True))
        ),
        excluded_in_denominator=draw(st.booleans()),
        vacant_in_denominator=draw(st.booleans()),
        count_person_once=draw(st.booleans()),
    )
    attending = [
        AttendanceFact(seat.id, seat.person_id, seat.person_name or "", draw(st.sampled_from(["present", "absent"])))
        for seat in seats
        if not seat.vacant
    ]
    exclusions = draw(
        st.lists(
            st.builds(
                lambda seat, handling: ExclusionFact(
                    seat.id, seat.person_name or "", "financial", handling, "", seat.person_id
                ),
                st.sampled_from(seats),
                st.sampled_from(HANDLINGS),
            ),
            max_size=5,
        )
    )
    return BodyFact(1, "Body", "Body", "governing_body", tuple(seats), rule), attending, exclusions


@BOUNDED
@given(rooms())
def test_an_exclusion_never_makes_a_body_quorate(
    room: tuple[BodyFact, list[AttendanceFact], list[ExclusionFact]],
) -> None:
    body, attending, exclusions = room
    if exclusions and quorum_met(body, attending, exclusions):
        assert quorum_met(body, attending, exclusions[:-1])


@BOUNDED
@given(rooms())
def test_one_more_person_in_the_room_never_loses_a_quorum(
    room: tuple[BodyFact, list[AttendanceFact], list[ExclusionFact]],
) -> None:
    body, attending, _ = room
    if quorum_met(body, attending, []):
        everybody = [replace(row, status="present") for row in attending]
        assert quorum_met(body, everybody, [])


@BOUNDED
@given(rooms(), st.randoms(use_true_random=False))
def test_the_order_of_seats_and_attendance_does_not_matter(
    room: tuple[BodyFact, list[AttendanceFact], list[ExclusionFact]], shuffler: Random
) -> None:
    body, attending, exclusions = room
    seats = list(body.seats)
    before = quorum_met(body, attending, exclusions)
    shuffler.shuffle(seats)
    shuffler.shuffle(attending)
    after = quorum_met(replace(body, seats=tuple(seats)), attending, exclusions)
    assert (bool(before), before.present, before.needed) == (bool(after), after.present, after.needed)


@BOUNDED
@given(rooms())
def test_the_rows_add_up_to_those_present_and_the_sentence_to_the_answer(
    room: tuple[BodyFact, list[AttendanceFact], list[ExclusionFact]],
) -> None:
    verdict = quorum_met(*room)
    assert sum(row.counted for row in verdict.rows) == verdict.present
    assert ("is quorate" in verdict.sentence) is bool(verdict)
    assert bool(verdict.needs) is not bool(verdict)
