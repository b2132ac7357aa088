"""Who may vote, what may be recorded, and dates that contradict each other."""

from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.examples import MERTON, MERTON_SEATS, SUTTON, excluded, meeting, merton, present
from workflows.eligibility import dates_cross, may_be_asked, may_decide, may_record, may_vote
from workflows.facts import AnswerFact, AttendanceFact, BodyFact, Handling, Vote, VoteFact
from workflows.stages import PartyRule

CHAIR, EAST, WEST, LAY, FINANCE, NURSE, PUBLIC_HEALTH = MERTON_SEATS
MEETING_DAY = date(2015, 11, 26)
TODAY = date(2015, 11, 27)
BY_MEETING = PartyRule(kind="governing_body", decide="meeting", answers=("agree", "defer", "not_agree"))
BY_OFFICER = PartyRule(kind="officer", decide="officer", role="officer", answers=("agree", "not_agree"))
NHS_ENGLAND_BODY = BodyFact(7, "NHS England (London)", "NHS England", "officer")


def cast(vote: Vote, *ids: int) -> list[VoteFact]:
    return [VoteFact(seat_id, vote) for seat_id in ids]


def test_a_voting_member_in_the_room_may_vote() -> None:
    assert may_vote(EAST, present(EAST), []).sentence == "Dr East may vote in the seat GP member, east."


def test_who_may_not_vote_is_told_why() -> None:
    assert may_vote(PUBLIC_HEALTH, present(PUBLIC_HEALTH), []).sentence == (
        "Director of public health attends without a vote."
    )
    assert may_vote(NURSE, [], []).sentence == "Registered nurse is vacant."
    verdict = may_vote(EAST, present(WEST), [])
    assert verdict.sentence == "Dr East (GP member, east) is not present for this item."
    assert verdict.needs == ("Dr East or a deputy present for the item",)


@pytest.mark.parametrize(
    ("handling", "votes"),
    [("note_only", True), ("stay_speak_no_vote", False), ("stay_silent", False), ("leave", False)],
)
def test_a_conflict_takes_the_vote_away_unless_it_is_only_noted(handling: Handling, votes: bool) -> None:
    verdict = may_vote(EAST, present(EAST), [excluded(EAST, handling, "indirect")])
    assert bool(verdict) is votes
    if not votes:
        assert verdict.sentence == "Dr East may not vote on this item because of an indirect interest."


def test_a_deputy_may_vote_where_the_holder_is_conflicted() -> None:
    deputy = AttendanceFact(EAST.id, 201, "Dr Deputy", "present", deputy_for="Dr East")
    assert may_vote(EAST, [deputy], [excluded(EAST)]).sentence == (
        "Dr Deputy, deputy for Dr East, may vote in the seat GP member, east."
    )


def test_dates_that_agree_leave_nothing_to_say() -> None:
    held = meeting(1, MERTON, MEETING_DAY)
    body = replace(merton(), id=MERTON.body_id)
    assert dates_cross(body, on=MEETING_DAY, today=TODAY, meeting=held, seat_ids=(1, 2)) == ()
    verdict = may_record(BY_MEETING, body, on=MEETING_DAY, today=TODAY, meeting=held, attending=present(EAST))
    assert verdict.sentence == "Merton’s decision of 26 November 2015 may be recorded."


def test_a_decision_is_recorded_after_it_is_made() -> None:
    crossed = dates_cross(merton(), on=date(2015, 11, 28), today=TODAY)
    assert [verdict.sentence for verdict in crossed] == [
        "28 November 2015 is still to come; a decision is recorded after it is made."
    ]


def test_a_seat_that_ended_yesterday_took_no_part_today() -> None:
    ended = replace(EAST, until=date(2015, 11, 25))
    body = merton(seats=(CHAIR, ended))
    crossed = dates_cross(body, on=MEETING_DAY, today=TODAY, seat_ids=(1, 2))
    assert [verdict.sentence for verdict in crossed] == [
        "Dr East held the seat GP member, east until 25 November 2015, so not on 26 November 2015."
    ]
    assert dates_cross(body, on=date(2015, 11, 25), today=TODAY, seat_ids=(1, 2)) == ()
    began = merton(seats=(replace(EAST, since=date(2015, 11, 27)),))
    assert [verdict.sentence for verdict in dates_cross(began, on=MEETING_DAY, today=TODAY, seat_ids=(2,))] == [
        "Dr East held the seat GP member, east from 27 November 2015, so not yet on 26 November 2015."
    ]


def test_a_closed_body_can_neither_decide_nor_be_asked() -> None:
    closed = merton(closed_on=date(2015, 3, 31))
    verdict = may_be_asked(closed, MEETING_DAY)
    assert verdict.sentence == (
        "Merton CCG Governing Body closed on 31 March 2015 and cannot decide on 26 November 2015."
    )
    assert verdict.needs == ("the body that succeeded it",)
    assert may_be_asked(closed, date(2015, 3, 31))
    assert not may_be_asked(merton(opened_on=date(2016, 4, 1)), MEETING_DAY)


def test_every_contradiction_of_a_meeting_is_said() -> None:
    held = replace(meeting(1, SUTTON, date(2015, 11, 19), cancelled=True), papers_due=date(2015, 11, 20))
    verdict = may_record(
        BY_MEETING, merton(), on=MEETING_DAY, today=TODAY, meeting=held, round_opened_on=date(2015, 11, 27)
    )
    assert verdict.sentence == (
        "Merton cannot have decided on 26 November 2015: this version was put to it on 27 November 2015. "
        "Governing Body in public is not a meeting of Merton. "
        "The meeting of 19 November 2015 was cancelled. "
        "The meeting was held on 19 November 2015, not on 26 November 2015. "
        "The papers are due on 20 November 2015, after the meeting of 19 November 2015."
    )


def test_a_body_that_decides_at_a_meeting_needs_its_meeting() -> None:
    verdict = may_record(BY_MEETING, merton(), on=MEETING_DAY, today=TODAY)
    assert verdict.sentence == "Merton decides at a meeting: say at which one."
    assert may_record(BY_OFFICER, NHS_ENGLAND_BODY, on=MEETING_DAY, today=TODAY)


def test_a_quorate_meeting_whose_votes_carry_it_may_decide() -> None:
    verdict = may_decide(
        BY_MEETING,
        merton(),
        AnswerFact("agree"),
        attending=present(CHAIR, EAST, LAY),
        votes=cast("for", 1, 2, 4),
    )
    assert verdict.sentence == (
        "Merton is quorate for this item: 3 of 6 voting seats, 2 needed, with 2 clinicians (2 needed) and "
        "1 lay member (1 needed). Merton has agreed: 3 for, 0 against."
    )


def test_a_meeting_that_is_not_quorate_may_only_defer() -> None:
    room, conflict = present(CHAIR, EAST, LAY), [excluded(EAST)]
    verdict = may_decide(
        BY_MEETING, merton(), AnswerFact("agree"), attending=room, exclusions=conflict, votes=cast("for", 1, 4)
    )
    assert verdict.sentence == (
        "Merton is not quorate for this item: 1 more clinician needed; Dr East is excluded for a financial interest."
    )
    assert may_decide(BY_MEETING, merton(), AnswerFact("defer", meeting_id=2), attending=room, exclusions=conflict)


def test_a_vote_by_somebody_who_is_excluded_or_away_is_refused() -> None:
    verdict = may_decide(
        BY_MEETING,
        merton(),
        AnswerFact("agree"),
        attending=present(CHAIR, EAST, WEST, LAY),
        exclusions=[excluded(EAST)],
        votes=cast("for", 1, 2, 5),
    )
    assert verdict.sentence == (
        "Dr East may not vote on this item because of a financial interest. "
        "Ms Finance (Chief finance officer) is not present for this item."
    )


def test_a_deferral_has_no_vote_by_somebody_who_is_away_since_a_correction_may_rest_on_it() -> None:
    verdict = may_decide(
        BY_MEETING, merton(), AnswerFact("defer", meeting_id=2), attending=present(CHAIR), votes=cast("for", 1, 5)
    )
    assert (bool(verdict), verdict.sentence) == (
        False,
        "Ms Finance (Chief finance officer) is not present for this item.",
    )


def test_an_answer_that_was_not_asked_for_is_refused() -> None:
    verdict = may_decide(BY_MEETING, merton(), AnswerFact("release"))
    assert verdict.sentence == (
        "“release” is not an answer to this question; the answers are agree, defer and not agree."
    )


def test_only_the_named_officer_answers_for_a_party_that_answers_by_one() -> None:
    verdict = may_decide(BY_OFFICER, NHS_ENGLAND_BODY, AnswerFact("agree"), role="secretary")
    assert verdict.sentence == "NHS England answers here by its officer."
    assert may_decide(BY_OFFICER, NHS_ENGLAND_BODY, AnswerFact("agree"), role="officer")
    verdict = may_decide(BY_OFFICER, NHS_ENGLAND_BODY, AnswerFact("not_agree"), role="officer")
    assert verdict.sentence == "Not agreeing needs a reason."
