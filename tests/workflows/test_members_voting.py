"""Members vote on line: who may sign for which seat, what the votes come to, and when that can no longer change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.workflows.examples import A_THIRD, MERTON, MERTON_SEATS, Ledger, merton, present, seats_of
from tests.workflows.test_standing import JULY, at_decision, stands
from tests.workflows.test_standing import merton as of_merton
from workflows.facts import BodyFact, CaseEntry, Keeper, SeatFact, Vote
from workflows.members_counting import answer_of, as_counted, count
from workflows.members_voting import may_be_recorded, may_sign, window_of
from workflows.quorum import quorum_met
from workflows.stages import PartyRule
from workflows.verdict import Verdict
from workflows.voting_begun import may_open, may_stop, motions, offered

OPENS, CLOSES = datetime(2015, 6, 20, 8, tzinfo=UTC), datetime(2015, 6, 27, 16, tzinfo=UTC)
WITHIN = datetime(2015, 6, 22, 9, tzinfo=UTC)
RULE = PartyRule(kind="governing_body", decide="members", answers=("agree", "agree_with_conditions", "not_agree"))
LETS = replace(A_THIRD, members_vote=True)
BODY = merton(LETS)


class Voting:
    """A window, and votes signed in it one after another."""

    def __init__(self, body: BodyFact = BODY, **more: Any) -> None:
        self.body = body
        said = {"opens": OPENS.isoformat(), "closes": CLOSES.isoformat(), "content_hash": "bb", "answer": "agree"}
        self.opened = CaseEntry(1, "voting.opened", OPENS, 1, {**said, **more})
        self.later: list[CaseEntry] = []

    @property
    def window(self) -> Any:
        return window_of(self.opened, self.later)

    def sign(self, seat_id: int, vote: Vote = "for", deputy: str = "", interest: str | None = None) -> None:
        seat = next(one for one in self.body.seats if one.id == seat_id)
        said = {
            "voting": 1,
            "seat_id": seat.id,
            "seat": seat.title,
            "holder_id": seat.person_id,
            "holder": seat.person_name,
            "person_id": 900 if deputy else seat.person_id,
            "person": deputy or seat.person_name,
            "deputy_for": seat.person_name if deputy else None,
            "vote": vote,
            "interest_kind": interest,
        }
        self.later.append(CaseEntry(2 + len(self.later), "vote.signed", WITHIN, 1, said))

    def may(self, seat_id: int, person_id: int = 101, now: datetime = WITHIN, deputies: Any = ()) -> Verdict:
        name = next((one.person_name for one in self.body.seats if one.person_id == person_id), None) or "Mx Other"
        return may_sign(
            self.window, self.body, seat_id, person_id=person_id, person_name=name, deputies=deputies, now=now
        )


def test_it_is_offered_only_where_the_definition_and_the_bodys_own_rule_say_so() -> None:
    assert offered(RULE, BODY)
    assert "own rule does not let its members vote on line" in offered(RULE, merton()).sentence
    meets = PartyRule(kind="governing_body", decide="meeting", answers=("agree", "not_agree"))
    assert offered(meets, BODY).sentence == "What is asked does not let the members of Merton vote on line."
    assert motions(RULE) == ("agree", "agree_with_conditions")


def test_a_window_lasts_past_now_and_closes_after_it_opens() -> None:
    assert may_open(RULE, BODY, "agree", OPENS, CLOSES, OPENS)
    assert "Voting has to close after it opens." in may_open(RULE, BODY, "agree", CLOSES, OPENS, OPENS).sentence
    assert "27 June 2015 at 5pm is past" in may_open(RULE, BODY, "agree", OPENS, CLOSES, CLOSES).sentence
    assert "cannot be put to the members" in may_open(RULE, BODY, "not_agree", OPENS, CLOSES, OPENS).sentence


def test_a_vote_is_taken_from_the_opening_and_not_at_the_close() -> None:
    voting = Voting()
    assert voting.may(1, now=OPENS)
    assert voting.may(1, now=datetime(2015, 6, 20, 7, 59, tzinfo=UTC)).sentence == (
        "Voting opens on 20 June 2015 at 9am."
    )
    assert voting.may(1, now=CLOSES).sentence == "Voting closed on 27 June 2015 at 5pm. Nothing was recorded."
    assert not may_be_recorded(voting.window, WITHIN)
    assert may_be_recorded(voting.window, CLOSES)


def test_only_the_holder_or_a_deputy_of_today_signs_for_a_seat_and_once() -> None:
    voting = Voting()
    assert voting.may(2, person_id=101).sentence == (
        "Dr Chair neither holds the seat GP member, east today nor may stand in for Dr East."
    )
    assert voting.may(2, person_id=900, deputies={900})
    assert "has no vote" in voting.may(7, person_id=107).sentence
    assert "is vacant" in voting.may(6).sentence
    voting.sign(2, deputy="Mx Deputy")
    assert voting.may(2, person_id=102).sentence == (
        "Mx Deputy signed for the seat GP member, east on 22 June 2015 at 10am. A vote once signed stands."
    )
    there = {row.seat_id: row for row in count(BODY, voting.window).attendance}
    assert (there[2].person_name, there[2].deputy_for, there[1].status) == ("Mx Deputy", "Dr East", "absent")


def test_an_interest_bars_the_person_and_not_their_deputy() -> None:
    barred = {"seat_id": 2, "person_id": 102, "person": "Dr East", "interest_kind": "financial", "handling": "leave"}
    voting = Voting(exclusions=[barred])
    assert voting.may(2, person_id=102).sentence == "Dr East may not vote on this because of a financial interest."
    assert voting.may(2, person_id=900, deputies={900})


def test_who_declares_an_interest_when_signing_takes_no_part_and_does_not_count_as_present() -> None:
    voting = Voting()
    for seat_id in (1, 2, 4):
        voting.sign(seat_id)
    assert count(BODY, voting.window).quorum
    declared = Voting()
    declared.sign(1)
    declared.sign(2, "recused", interest="financial")
    declared.sign(4)
    counted = count(BODY, declared.window)
    assert counted.quorum.sentence == (
        "Merton is not quorate for this item: 1 more clinician needed; Dr East is excluded for a financial interest."
    )
    assert counted.carried.sentence == "2 for, 0 against"


def test_who_declares_an_interest_for_one_of_their_seats_takes_no_part_for_the_other_whichever_they_sign_first() -> (
    None
):
    chairs = [replace(seat, person_id=101, person_name="Dr Chair") for seat in MERTON_SEATS[:2]]
    two = replace(BODY, seats=(*chairs, *MERTON_SEATS[2:]))
    voting = Voting(two)
    voting.sign(1)
    voting.sign(2, "recused", interest="financial")
    counted = count(two, voting.window)
    assert [vote.vote for vote in counted.votes if vote.seat_id in (1, 2)] == ["recused", "recused"]
    other = Voting(two)
    other.sign(2, "recused", interest="financial")
    assert "declared an interest in this when signing for" in other.may(1).sentence


def test_of_two_who_share_a_vote_either_casts_it_and_only_once() -> None:
    shared = tuple(replace(seat, shared_vote="GPs") if seat.id in (2, 3) else seat for seat in MERTON_SEATS)
    voting = Voting(merton(LETS, shared))
    voting.sign(2, "against")
    assert voting.may(3, person_id=103).sentence == (
        "GP member, west shares its vote with GP member, east, and Dr East has cast it."
    )
    counted = count(voting.body, voting.window)
    assert (counted.quorum.present, counted.carried.sentence) == (1, "0 for, 1 against")


@pytest.mark.parametrize(("once", "present_votes"), [(True, 2), (False, 3)])
def test_who_holds_two_seats_signs_for_each_and_counts_as_the_bodys_rule_says(once: bool, present_votes: int) -> None:
    two = tuple(replace(seat, person_id=102, person_name="Dr East") if seat.id == 3 else seat for seat in MERTON_SEATS)
    voting = Voting(merton(replace(LETS, count_person_once=once), two))
    assert voting.may(2, person_id=102)
    voting.sign(2)
    assert voting.may(3, person_id=102)
    voting.sign(3)
    voting.sign(1)
    counted = count(voting.body, voting.window)
    assert (counted.quorum.present, counted.carried.sentence) == (present_votes, "3 for, 0 against")


def test_on_a_tie_the_chairs_vote_decides_where_the_body_has_it_so() -> None:
    for casting, carried in ((True, True), (False, False)):
        voting = Voting(merton(replace(LETS, casting_vote=casting)))
        voting.sign(1, "for")
        voting.sign(2, "against")
        assert bool(count(voting.body, voting.window).carried) is carried


def test_the_result_says_when_it_can_no_longer_change() -> None:
    voting = Voting()
    for seat_id in (1, 2):
        voting.sign(seat_id)
    assert not count(BODY, voting.window).settled  # no lay member yet
    voting.sign(4)
    assert count(BODY, voting.window).settled  # 3 for, and the other two could at most vote against
    split = Voting()
    split.sign(1, "against")
    split.sign(2)
    split.sign(4)
    assert not count(BODY, split.window).settled


def test_the_same_people_voting_on_line_and_in_the_room_are_the_same_quorum() -> None:
    voting = Voting()
    for seat_id in (1, 2, 4):
        voting.sign(seat_id)
    in_the_room = quorum_met(BODY, present(*seats_of(BODY, 1, 2, 4)), ())
    assert count(BODY, voting.window).quorum.sentence == in_the_room.sentence


def test_a_vote_stays_the_seats_when_its_holder_leaves_before_the_close() -> None:
    voting = Voting()
    for seat_id in (1, 2, 4):
        voting.sign(seat_id)
    vacated = tuple(
        SeatFact(seat.id, seat.title, seat.kind, seat.voting) if seat.id == 2 else seat for seat in MERTON_SEATS
    )
    counted = count(merton(LETS, vacated), voting.window)
    assert counted.quorum
    assert counted.carried.sentence == "3 for, 0 against"
    assert as_counted(merton(LETS, vacated), voting.window).seats[1].person_name == "Dr East"


def test_carried_the_body_answers_what_was_put_and_else_that_it_does_not_agree() -> None:
    keepers = [{"owner": "The chief nurse", "due": "2016-03-31"}]
    voting = Voting(answer="agree_with_conditions", conditions=["A yearly review."], keepers=keepers)
    voting.sign(1)
    carried = answer_of(voting.window, count(BODY, voting.window))
    assert (carried.answer, carried.conditions) == ("agree_with_conditions", ("A yearly review.",))
    assert carried.keepers == (Keeper("The chief nurse", date(2016, 3, 31)),)
    lost = Voting()
    lost.sign(1, "against")
    refused = answer_of(lost.window, count(BODY, lost.window))
    assert (refused.answer, refused.reason) == ("not_agree", "The members did not carry it: 0 for, 1 against")


def test_while_it_is_open_the_body_stands_as_voting_and_nobody_reads_how_anyone_voted() -> None:
    ledger: Ledger = at_decision()
    about = {"body_id": MERTON.body_id, "round": 2, "content_hash": "bb"}
    opened = ledger.write(
        "voting.opened", date(2015, 6, 20), **about, opens=OPENS.isoformat(), closes=CLOSES.isoformat(), answer="agree"
    )
    signed = {"voting": opened.id, "seat_id": 1, "seat": "Clinical chair", "holder_id": 101, "holder": "Dr Chair"}
    ledger.write("vote.signed", date(2015, 6, 22), **about, **signed, person_id=101, person="Dr Chair", vote="against")
    found = stands(ledger, date(2015, 6, 23))
    party = of_merton(found)
    assert (party.word, found.asks(party)) == ("voting open", True)
    assert party.sentence == "The members of Merton vote on line until 27 June 2015 at 5pm; 1 has signed so far."
    lines = [line.sentence for line in found.history(MERTON)]
    assert lines[-2:] == [
        "Merton: version 0.2 was put to the vote of its members on line, from 20 June 2015 at 9am to "
        "27 June 2015 at 5pm.",
        "Dr Chair signed a vote for the seat Clinical chair.",
    ]
    over = of_merton(stands(ledger, JULY))
    assert over.sentence == ("The members of Merton voted until 27 June 2015 at 5pm; the outcome is not recorded yet.")
    ledger.write("voting.stopped", date(2015, 6, 23), **about, voting=opened.id, reason="Opened for the wrong week.")
    stopped = stands(ledger, date(2015, 6, 23))
    assert (of_merton(stopped).word, stopped.asks(of_merton(stopped))) == ("not yet scheduled", True)
    assert [line.sentence for line in stopped.history(MERTON)][-1] == (
        "Merton: the vote of its members on line was stopped, and counts for nothing: Opened for the wrong week."
    )


def test_an_outcome_entered_in_error_leaves_no_voting_open_and_the_body_is_asked_again() -> None:
    ledger: Ledger = at_decision()
    about = {"body_id": MERTON.body_id, "round": 2, "content_hash": "bb"}
    opened = ledger.write(
        "voting.opened", date(2015, 6, 20), **about, opens=OPENS.isoformat(), closes=CLOSES.isoformat(), answer="agree"
    )
    outcome = ledger.write(
        "decision.recorded",
        JULY,
        **about,
        stage="decision",
        answer="agree",
        held_on="2015-06-27",
        voting=opened.id,
    )
    assert of_merton(stands(ledger, JULY)).word == "agreed"
    error = {"corrects": outcome.id, "reason": "It was another body's.", "answer": None}
    ledger.write("decision.corrected", JULY, body_id=MERTON.body_id, round=2, **error)
    found = stands(ledger, JULY)
    assert (of_merton(found).word, found.asks(of_merton(found))) == ("not yet scheduled", True)


def test_a_window_can_be_stopped_with_a_reason_until_it_closes() -> None:
    window = Voting().window
    assert may_stop(window, "The wrong week.", WITHIN)
    assert may_stop(window, "The wrong week.", datetime(2015, 6, 1, 9, tzinfo=UTC))
    assert may_stop(window, " ", WITHIN).sentence == "Stopping the voting needs its reason."
    assert "so its outcome is recorded" in may_stop(window, "The wrong week.", CLOSES).sentence


def handled(voting: Voting, seat_id: int, handling: str) -> None:
    """The chair decides on the interest of who holds a seat."""
    seat = next(one for one in voting.body.seats if one.id == seat_id)
    person = {"seat_id": seat.id, "seat": seat.title, "person_id": seat.person_id, "person": seat.person_name}
    said = {
        "voting": 1,
        "people": [person],
        "interest_kind": "financial",
        "handling": handling,
        "reason": "A contract.",
    }
    moment = WITHIN + timedelta(minutes=len(voting.later))
    voting.later.append(
        CaseEntry(2 + len(voting.later), "voting.handled", moment, 1, {**said, "handled_by": "Dr Chair"})
    )


def test_an_interest_ruled_on_while_voting_is_open_keeps_who_has_it_from_signing_and_the_latest_ruling_counts() -> None:
    voting = Voting()
    second = MERTON_SEATS[1]
    handled(voting, second.id, "leave")
    assert "because of a financial interest" in voting.may(second.id, second.person_id or 0).sentence
    handled(voting, second.id, "note_only")
    assert voting.may(second.id, second.person_id or 0)


def test_a_vote_signed_before_the_ruling_stays_on_record_and_is_not_counted() -> None:
    voting = Voting()
    voting.sign(1)
    before = count(BODY, voting.window)
    handled(voting, 1, "leave")
    after = count(BODY, voting.window)
    assert [one.vote for one in before.votes if one.seat_id == 1] == ["for"]
    assert [one.vote for one in after.votes if one.seat_id == 1] == ["recused"]
    assert after.quorum.present == before.quorum.present - 1
    assert voting.window.of_seat(1).vote == "for"


def test_who_has_declared_an_interest_signs_only_once_it_is_ruled_on() -> None:
    voting = Voting()
    chair = MERTON_SEATS[0]
    said = {"voting": 1, "seat_id": 1, "person_id": chair.person_id, "person": chair.person_name, "interest": "one"}
    voting.later.append(CaseEntry(9, "voting.declared", WITHIN, 1, {**said, "interest_kind": "financial"}))
    waits = voting.may(1, chair.person_id or 0)
    assert "how it is handled is awaited" in waits.sentence
    assert "who presides instead decides" in waits.sentence
    handled(voting, 1, "note_only")
    assert voting.may(1, chair.person_id or 0)
