"""The ways out of an item that would not be quorate: each would in fact make it so, in the order to try them."""

from dataclasses import replace
from datetime import date

from tests.workflows.examples import A_THIRD, MERTON_SEATS, excluded, merton, present
from workflows.apologies import DeputyFact
from workflows.facts import AttendanceFact, SeatFact
from workflows.quorum import expected_attendance
from workflows.stages import PartyRule
from workflows.ways_out import Way, ways_out

CHAIR, EAST, WEST, LAY, FINANCE = MERTON_SEATS[:5]
NEXT = date(2015, 12, 3)


def away(*seats: SeatFact) -> tuple[AttendanceFact, ...]:
    """What is expected where these have sent apologies."""
    rows = [AttendanceFact(seat.id, seat.person_id, seat.person_name or "", "apologies") for seat in seats]
    return expected_attendance(merton(), rows)


def said(ways: tuple[Way, ...]) -> list[tuple[str, str]]:
    return [(way.kind, way.sentence) for way in ways]


def test_who_may_stand_in_is_named_then_who_could_come_then_another_ruling_then_another_meeting() -> None:
    deputies = (DeputyFact(WEST.id, 201, "Dr Willow"), DeputyFact(CHAIR.id, 202, "Dr Chestnut"))
    ways = ways_out(merton(), away(WEST), [excluded(EAST)], deputies=deputies, next_meeting_on=NEXT)
    assert said(ways) == [
        ("deputy", "Dr Willow, who may stand in, attends for Dr West (GP member, west)."),
        ("name_deputy", "A deputy without an interest is named, and attends for Dr East (GP member, east)."),
        ("attend", "Dr West (GP member, west), who has sent apologies, comes after all."),
        (
            "ruling",
            "Who presides rules again on a financial interest of Dr East: by this body’s rule the seat counts where "
            "“the interest is noted”. It is for the interest to allow that, not for the quorum.",
        ),
        (
            "panel",
            "The secretary asks Merton’s conflicts panel, where it has one, how the interests should be handled. Its "
            "advice decides nothing and is not recorded by itself: the item is moved or deferred to another meeting "
            "of Merton, and who presides there rules anew.",
        ),
        ("another_meeting", "The item is moved to the next meeting, on 3 December 2015."),
    ]
    assert (ways[0].seat_ids, ways[0].person_id) == ((WEST.id,), 201)
    assert (ways[2].seat_ids, ways[2].person_id) == ((WEST.id,), WEST.person_id)


def test_a_deputy_with_an_interest_of_their_own_is_no_way_out() -> None:
    deputy = DeputyFact(WEST.id, 201, "Dr Willow")
    theirs = replace(excluded(WEST), person_id=201, person_name="Dr Willow")
    ways = ways_out(merton(), away(WEST), [excluded(EAST), theirs], deputies=(deputy,))
    assert "deputy" not in {way.kind for way in ways}
    assert ("name_deputy", (WEST.id,)) in [(way.kind, way.seat_ids) for way in ways]


def test_a_deputy_who_sits_already_counts_once_and_is_no_way_out() -> None:
    deputy = DeputyFact(WEST.id, CHAIR.person_id or 0, "Dr Chair")
    ways = ways_out(merton(), away(WEST, EAST), [], deputies=(deputy,))
    assert "deputy" not in {way.kind for way in ways}


def test_where_one_alone_is_not_enough_it_says_of_whom_more_than_one_is_needed() -> None:
    ways = ways_out(merton(), away(CHAIR, EAST, WEST, LAY), [])
    assert said(ways) == [
        (
            "name_deputy",
            "Deputies without an interest attend for more than one of Dr Chair, Dr East, Dr West and Mr Lay.",
        ),
        (
            "attend",
            "More than one of Dr Chair (Clinical chair), Dr East (GP member, east), Dr West (GP member, west) and "
            "Mr Lay (Lay member), who have sent apologies, come after all.",
        ),
        ("another_meeting", "Another meeting is set, and the item goes to it."),
    ]


def test_who_would_not_help_is_not_asked_to_come() -> None:
    ways = ways_out(merton(), away(LAY, FINANCE), [])
    assert [way.seat_ids for way in ways if way.kind == "attend"] == [(LAY.id,)]


def test_no_handling_is_named_that_this_bodys_rule_does_not_count() -> None:
    strict = merton(replace(A_THIRD, handlings_that_count=frozenset()))
    ways = ways_out(strict, expected_attendance(strict, away(WEST)), [excluded(EAST)])
    assert "ruling" not in {way.kind for way in ways}
    lax = merton(replace(A_THIRD, handlings_that_count=frozenset({"note_only", "stay_silent"})))
    [ruling] = [way for way in ways_out(lax, away(WEST), [excluded(EAST)]) if way.kind == "ruling"]
    assert "“stays silent”" in ruling.sentence


def test_once_the_meeting_is_held_only_another_one_is_left() -> None:
    ways = ways_out(merton(), present(FINANCE), [], held=True, next_meeting_on=NEXT)
    assert said(ways) == [("another_meeting", "The item is deferred to the next meeting, on 3 December 2015.")]


BETWEEN = {"members_vote", "chairs_action"}
BY_MEMBERS = PartyRule(kind="governing_body", decide="members", answers=("agree", "not_agree", "defer"))
AT_A_MEETING = PartyRule(kind="governing_body", decide="meeting", answers=("agree", "not_agree", "defer"))


def between(ways: tuple[Way, ...]) -> list[str]:
    """The kinds of those that need no meeting, in order."""
    return [way.kind for way in ways if way.kind in BETWEEN]


def test_what_question_and_body_both_allow_between_meetings_comes_last() -> None:
    both = merton(replace(A_THIRD, members_vote=True, chairs_action=True))
    neither = merton(replace(A_THIRD, members_vote=False, chairs_action=False))
    assert [way.sentence for way in ways_out(both, away(LAY), [], asked=BY_MEMBERS)][-2:] == [
        "The members vote on it on line between meetings: what is asked and Merton’s rule allow it.",
        "Where it is urgent the chair acts alone, with the reason, for a meeting to ratify.",
    ]
    assert between(ways_out(both, away(LAY), [])) == []
    assert between(ways_out(neither, away(LAY), [], asked=BY_MEMBERS)) == []


def test_members_are_not_said_to_vote_on_what_is_decided_at_a_meeting() -> None:
    both = merton(replace(A_THIRD, members_vote=True, chairs_action=True))
    assert between(ways_out(both, away(LAY), [], asked=AT_A_MEETING)) == ["chairs_action"]
    only_put_off = AT_A_MEETING.model_copy(update={"answers": ("defer", "respond")})
    assert between(ways_out(both, away(LAY), [], asked=only_put_off)) == []


def test_what_interests_would_stop_between_meetings_too_is_no_way_out() -> None:
    both = merton(replace(A_THIRD, members_vote=True, chairs_action=True))
    assert between(ways_out(both, away(), [excluded(LAY)], asked=BY_MEMBERS)) == ["chairs_action"]
    everybody = [excluded(seat) for seat in MERTON_SEATS]
    assert between(ways_out(both, away(), everybody, asked=BY_MEMBERS)) == []


def test_a_quorate_body_needs_no_way_out_and_one_without_a_rule_has_none() -> None:
    assert ways_out(merton(), present(CHAIR, EAST, LAY), []) == ()
    assert ways_out(merton(None), present(CHAIR, EAST, LAY), []) == ()
