"""Where a case stands, folded from a ledger of its own: parties, result, and exactly one crossing."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import (
    BOUNDED,
    CROYDON,
    KINGSTON,
    MERTON,
    NHS_ENGLAND,
    RICHMOND,
    SEVEN,
    SUTTON,
    WANDSWORTH,
    Ledger,
    at_noon,
    meeting,
    party,
)
from workflows.definition import DEFINITIONS, load
from workflows.facts import MeetingFact, PartyFact
from workflows.standing import CaseStanding, PartyStanding, standing

STANDARDS = load(DEFINITIONS / "standards.v1.yaml")
PACK_RELEASE = load(DEFINITIONS / "pack-release.v1.yaml")

MAY, JUNE, JULY = date(2015, 5, 19), date(2015, 6, 12), date(2015, 7, 1)


def at_decision(*, parties: Sequence[PartyFact] = SEVEN) -> Ledger:
    """The draft has had its responses, and the consolidated version is with the bodies since 12 June."""
    ledger = Ledger()
    ledger.write("case.opened", MAY)
    ledger.open_round(1, "response", MAY, content="aa", label="version 0.1")
    ledger.respond(parties[:4], date(2015, 6, 4))
    ledger.write("stage.completed", date(2015, 6, 4), round=1, stage="response")
    ledger.open_round(2, "decision", JUNE, content="bb", label="version 0.2")
    return ledger


def stands(ledger: Ledger, on: date = JULY, *meetings: MeetingFact) -> CaseStanding:
    return standing(STANDARDS, SEVEN, ledger.entries, meetings, at_noon(on))


def merton(found: CaseStanding) -> PartyStanding:
    one = found.party(MERTON.body_id)
    assert one is not None
    return one


def test_nothing_is_asked_before_a_round_is_open() -> None:
    ledger = Ledger()
    ledger.write("case.opened", MAY)
    found = stands(ledger)
    assert (found.state, found.crossing, found.next_stage) == ("not opened", None, "response")
    assert found.result == "No version has been put to the parties yet."


def test_responses_count_up_to_what_the_stage_needs() -> None:
    ledger = Ledger()
    ledger.open_round(1, "response", MAY, content="aa", label="version 0.1")
    ledger.respond([CROYDON, SUTTON, NHS_ENGLAND], date(2015, 6, 4))
    found = stands(ledger)
    assert found.result == (
        "3 of 7 have responded, 4 needed; Kingston, Merton, Richmond and Wandsworth are still to respond."
    )
    assert found.crossing is None
    ledger.respond([MERTON], date(2015, 6, 5))
    assert stands(ledger).crossing == "stage.completed"
    ledger.write("stage.completed", date(2015, 6, 5), round=1, stage="response")
    found = stands(ledger)
    assert (found.state, found.crossing, found.next_stage) == ("between rounds", None, "decision")
    assert merton(found).sentence == "Merton responded to version 0.1 on 5 June 2015."


def test_the_result_names_who_is_still_to_decide() -> None:
    ledger = at_decision()
    for one in (CROYDON, KINGSTON, RICHMOND, WANDSWORTH):
        ledger.decide(one, "agree", date(2015, 6, 18))
    found = stands(ledger)
    assert found.result == "4 of 7 have agreed; Merton, Sutton and NHS England are still to decide."
    assert (found.asked, found.in_favour, found.needed) == (7, 4, 7)
    assert not found.complete
    assert found.can_still_complete
    assert found.crossing is None


def test_the_last_agreement_crosses_the_line_once() -> None:
    ledger = at_decision()
    for one in SEVEN[:-1]:
        ledger.decide(one, "agree", date(2015, 6, 18))
        assert stands(ledger).crossing is None
    ledger.decide(NHS_ENGLAND, "agree_with_conditions", date(2015, 6, 25), conditions=["A yearly review."])
    found = stands(ledger)
    assert found.complete
    assert found.crossing == "case.agreed"
    ledger.write("case.agreed", date(2015, 6, 25))
    found = stands(ledger)
    assert (found.state, found.crossing, found.next_stage) == ("agreed", None, None)
    assert found.result == (
        "7 of 7 have agreed (NHS England with conditions). The case was closed as agreed on 25 June 2015."
    )


def test_a_party_is_not_yet_scheduled_until_a_meeting_has_it() -> None:
    found = merton(stands(at_decision(), JULY, meeting(1, MERTON, date(2015, 7, 9), with_case=False)))
    assert (found.word, found.on) == ("not yet scheduled", None)
    assert found.sentence == "No meeting of Merton has this on its agenda yet."
    officer = stands(at_decision()).party(NHS_ENGLAND.body_id)
    assert officer is not None
    assert officer.sentence == "NHS England has not answered yet; it answers without a meeting."


def test_a_meeting_with_the_case_on_its_agenda_makes_it_scheduled() -> None:
    found = merton(stands(at_decision(), JULY, meeting(1, MERTON, date(2015, 7, 9))))
    assert (found.word, found.on, found.meeting_id) == ("scheduled", date(2015, 7, 9), 1)
    assert found.sentence == "Merton decides on 9 July 2015."


def test_a_case_taken_off_an_agenda_is_not_scheduled_any_more() -> None:
    ledger = at_decision()
    november, january = meeting(81, MERTON, date(2015, 7, 8)), meeting(82, MERTON, date(2015, 7, 15))
    of_first = {"body_id": MERTON.body_id, "meeting_id": 81, "held_on": "2015-07-08"}
    ledger.write("case.scheduled", JUNE, **of_first)
    ledger.write("papers.issued", JUNE, **of_first)
    ledger.write("case.unscheduled", JUNE, **of_first, reason="The costs are not known.")
    found = stands(ledger)
    assert (merton(found).word, merton(found).meeting_id) == ("not yet scheduled", None)
    assert merton(found).sentence == "No meeting of Merton has this on its agenda yet."
    assert [line.sentence for line in found.history(MERTON)][-1] == (
        "Merton: taken off the agenda of the meeting on 8 July 2015: The costs are not known."
    )
    assert merton(stands(ledger, JULY, january)).on == date(2015, 7, 15)
    ledger.write("case.scheduled", JULY, **of_first)
    again = merton(stands(ledger, JULY, november))
    assert (again.word, again.on) == ("scheduled", date(2015, 7, 8))


def test_taken_off_a_later_agenda_a_body_stands_as_its_last_meeting_left_it() -> None:
    ledger = at_decision()
    ledger.write(
        "decision.not_quorate",
        date(2015, 6, 24),
        body_id=MERTON.body_id,
        meeting_id=80,
        held_on="2015-06-24",
        sentence="2 more clinicians were needed.",
    )
    of_next = {"body_id": MERTON.body_id, "meeting_id": 81, "held_on": "2015-07-08"}
    ledger.write("case.scheduled", date(2015, 6, 25), **of_next)
    assert merton(stands(ledger)).word == "scheduled"
    ledger.write("case.unscheduled", date(2015, 6, 26), **of_next, reason="No room.")
    assert merton(stands(ledger)).word == "not quorate"


def test_a_meeting_that_moved_takes_its_date_from_the_calendar() -> None:
    ledger = at_decision()
    ledger.write("case.scheduled", JUNE, body_id=3, meeting_id=1, held_on="2015-07-09")
    assert merton(stands(ledger)).on == date(2015, 7, 9)
    assert merton(stands(ledger, JULY, meeting(1, MERTON, date(2015, 7, 16)))).on == date(2015, 7, 16)
    cancelled = merton(stands(ledger, JULY, meeting(1, MERTON, date(2015, 7, 16), cancelled=True)))
    assert cancelled.word == "not yet scheduled"


def test_papers_issued_are_for_their_meeting() -> None:
    ledger = at_decision()
    ledger.write("case.scheduled", JUNE, body_id=3, meeting_id=1, held_on="2015-07-09")
    ledger.write("papers.issued", JULY, body_id=3, meeting_id=1, held_on="2015-07-09")
    found = merton(stands(ledger))
    assert found.word == "papers issued"
    assert found.sentence == "Merton decides on 9 July 2015; its papers have been issued."
    late = merton(stands(ledger, date(2015, 7, 20)))
    assert late.sentence == (
        "Merton had this before it on 9 July 2015; its papers have been issued; no decision is recorded yet."
    )
    put_off = merton(stands(ledger, date(2015, 7, 20), meeting(2, MERTON, date(2015, 8, 6))))
    assert (put_off.word, put_off.meeting_id) == ("scheduled", 2)


@pytest.mark.parametrize(
    ("answer", "more", "word", "sentence"),
    [
        ("agree", {}, "agreed", "Merton agreed version 0.2 on 18 June 2015."),
        (
            "agree_with_conditions",
            {"conditions": ["A yearly review.", "Costs by March"]},
            "agreed with conditions",
            "Merton agreed version 0.2 with conditions on 18 June 2015: A yearly review; Costs by March.",
        ),
        (
            "agree_with_local_variation",
            {"reason": "One site only"},
            "agreed with local variation",
            "Merton agreed version 0.2 with local variation on 18 June 2015: One site only.",
        ),
        (
            "defer",
            {"until": "2015-07-16", "reason": "Costs are awaited."},
            "deferred",
            "Merton deferred its decision on version 0.2 on 18 June 2015 until 16 July 2015: Costs are awaited.",
        ),
        (
            "not_agree",
            {"reason": "The costs are not known", "minute_reference": "GBP/1516/041"},
            "not agreed",
            "Merton did not agree version 0.2 on 18 June 2015: The costs are not known; minute GBP/1516/041.",
        ),
    ],
)
def test_each_answer_gives_its_standing(answer: str, more: dict[str, Any], word: str, sentence: str) -> None:
    ledger = at_decision()
    ledger.decide(MERTON, answer, date(2015, 6, 18), **more)
    found = merton(stands(ledger))
    assert (found.word, found.sentence, found.on) == (word, sentence, date(2015, 6, 18))


def test_a_deferred_item_comes_back_when_a_later_meeting_has_it() -> None:
    ledger = at_decision()
    ledger.decide(MERTON, "defer", date(2015, 6, 18), meeting_id=1, until="2015-07-16")
    on_the_agenda_that_deferred_it = meeting(1, MERTON, date(2015, 6, 18))
    found = stands(ledger, JULY, on_the_agenda_that_deferred_it)
    assert merton(found).word == "deferred"
    assert "Merton has deferred" in found.result
    assert found.can_still_complete
    back = merton(stands(ledger, JULY, on_the_agenda_that_deferred_it, meeting(2, MERTON, date(2015, 7, 16))))
    assert (back.word, back.on) == ("scheduled", date(2015, 7, 16))
    ledger.decide(MERTON, "agree", date(2015, 7, 16))
    assert merton(stands(ledger, date(2015, 7, 17))).word == "agreed"


def test_an_item_that_was_not_quorate_says_so_until_it_is_taken_up_again() -> None:
    ledger = at_decision()
    why = "Merton is not quorate for this item: 1 more clinician needed."
    ledger.write("decision.not_quorate", date(2015, 6, 18), body_id=3, held_on="2015-06-18", meeting_id=1, sentence=why)
    found = stands(ledger, JULY, meeting(1, MERTON, date(2015, 6, 18)))
    assert (merton(found).word, merton(found).sentence) == (
        "not quorate",
        f"Nothing was decided on 18 June 2015. {why}",
    )
    assert "Merton was not quorate" in found.result
    ledger.write("case.scheduled", JULY, body_id=3, meeting_id=2, held_on="2015-07-16")
    assert merton(stands(ledger)).word == "scheduled"


def test_one_body_that_does_not_agree_ends_the_round_but_not_the_case() -> None:
    ledger = at_decision()
    ledger.decide(CROYDON, "agree", date(2015, 6, 18))
    ledger.decide(MERTON, "not_agree", date(2015, 6, 18), reason="The costs are not known")
    found = stands(ledger)
    assert found.result == (
        "1 of 7 have agreed; Merton has not agreed; Kingston, Richmond, Sutton, Wandsworth and NHS England are "
        "still to decide. “Decision on the consolidated version” can no longer be completed on version 0.2, whatever "
        "the answers still to come."
    )
    assert not found.can_still_complete
    assert (found.state, found.next_stage) == ("open", "decision")


def test_a_body_may_change_its_mind_and_its_history_stays() -> None:
    ledger = at_decision()
    ledger.decide(MERTON, "not_agree", date(2015, 6, 18), reason="The costs are not known")
    ledger.decide(MERTON, "agree", date(2015, 7, 16))
    found = stands(ledger, date(2015, 7, 17))
    assert merton(found).word == "agreed"
    assert found.can_still_complete
    assert [line.sentence for line in found.history(MERTON)][-2:] == [
        "Merton did not agree version 0.2 on 18 June 2015: The costs are not known.",
        "Merton agreed version 0.2 on 16 July 2015.",
    ]


def test_a_correction_replaces_what_was_recorded_and_keeps_it_in_the_history() -> None:
    ledger = at_decision()
    wrong = ledger.decide(MERTON, "agree", date(2015, 6, 18))
    ledger.write("minute.referenced", JULY, body_id=3, corrects=wrong.id, reference="GBP/1516/041")
    corrected = ledger.write(
        "decision.corrected",
        JULY,
        body_id=3,
        corrects=wrong.id,
        reason="The condition was left out.",
        answer="agree_with_conditions",
        conditions=["A yearly review"],
    )
    stand = stands(ledger)
    found = merton(stand)
    assert found.sentence == (
        "Merton agreed version 0.2 with conditions on 18 June 2015: A yearly review; minute GBP/1516/041 (corrected)."
    )
    assert (found.conditions, found.minute_reference) == (("A yearly review",), "GBP/1516/041")
    assert [line.sentence for line in stand.history(MERTON)][1:] == [
        "Merton agreed version 0.2 on 18 June 2015.",
        "Corrected: The condition was left out.",
        "Minute reference: GBP/1516/041.",
    ]
    ledger.write("decision.corrected", JULY, body_id=3, corrects=corrected.id, reason="Another body’s.", answer=None)
    assert merton(stands(ledger)).word == "not yet scheduled"


def test_a_correction_after_the_case_closed_is_said() -> None:
    ledger = at_decision()
    decided = [ledger.decide(one, "agree", date(2015, 6, 18)) for one in SEVEN]
    ledger.write("case.agreed", date(2015, 6, 18))
    ledger.write("decision.corrected", JULY, body_id=1, corrects=decided[0].id, reason="Misread.", answer="not_agree")
    found = stands(ledger)
    assert (found.state, found.complete, found.crossing) == ("agreed", False, None)
    assert found.result.endswith(
        "What was recorded later no longer bears this out: Croydon (its decision was corrected)."
    )


def test_an_answer_on_other_content_does_not_count() -> None:
    ledger = at_decision()
    ledger.decide(MERTON, "agree", date(2015, 6, 18), content="aa")
    found = stands(ledger)
    assert merton(found).word == "re-affirmation needed"
    assert merton(found).sentence == "Merton answered on other content than version 0.2."
    assert found.in_favour == 0


def test_a_new_version_supersedes_and_asks_those_who_agreed_to_re_affirm() -> None:
    ledger = at_decision()
    ledger.decide(MERTON, "agree", date(2015, 6, 18))
    ledger.decide(SUTTON, "not_agree", date(2015, 6, 18), reason="Costs")
    ledger.open_round(3, "decision", JULY, content="cc", label="version 0.3")
    found = stands(ledger)
    assert merton(found).word == "re-affirmation needed"
    assert merton(found).sentence == "Merton agreed version 0.2; it is asked again about version 0.3."
    assert "Merton is asked to re-affirm" in found.result
    before = found.rounds[1]
    assert before.superseded
    assert {one.word for one in before.parties} == {"superseded"}
    assert before.parties[2].sentence == (
        "Version 0.2 was superseded by version 0.3. Merton agreed version 0.2 on 18 June 2015."
    )
    assert [one.word for one in found.rounds[0].parties][:3] == ["responded"] * 3
    ledger.write("case.scheduled", JULY, body_id=3, meeting_id=1, held_on="2015-07-09")
    assert merton(stands(ledger)).word == "scheduled"


def test_a_case_withdrawn_by_its_asker_says_why() -> None:
    ledger = at_decision()
    ledger.decide(CROYDON, "agree", date(2015, 6, 18))
    ledger.write("case.withdrawn", JULY, reason="Replaced by the STP.")
    found = stands(ledger)
    assert (found.state, found.can_still_complete, found.next_stage) == ("withdrawn", False, None)
    assert found.result.endswith("The case was withdrawn on 1 July 2015: Replaced by the STP.")
    assert merton(found).word == "withdrawn"
    assert found.parties[0].word == "agreed"


def test_a_pack_is_released_in_two_steps_on_the_same_content() -> None:
    ledger = Ledger()
    ledger.open_round(1, "put_forward", JULY, content="aa", label="build 3")
    ledger.decide(MERTON, "put_forward", JULY, round=1, content="aa")
    found = standing(PACK_RELEASE, [MERTON], ledger.entries, [], at_noon(JULY))
    assert (found.crossing, found.result) == ("stage.completed", "1 of 1 has put it forward.")
    ledger.write("stage.completed", JULY, round=1, stage="put_forward")
    ledger.open_round(2, "release", JULY, content="aa", label="build 3")
    ledger.decide(MERTON, "release", JULY, round=2, content="aa")
    found = standing(PACK_RELEASE, [MERTON], ledger.entries, [], at_noon(JULY))
    assert (found.crossing, found.parties[0].word) == ("case.agreed", "released")


def test_a_pack_the_chair_returns_cannot_be_released_and_says_why() -> None:
    ledger = Ledger()
    ledger.open_round(1, "release", JULY, content="aa", label="build 3")
    ledger.decide(MERTON, "return", JULY, round=1, content="aa", reason="Paper 7 is out of date")
    found = standing(PACK_RELEASE, [MERTON], ledger.entries, [], at_noon(JULY))
    assert found.parties[0].sentence == "Merton returned build 3 on 1 July 2015: Paper 7 is out of date."
    assert (found.can_still_complete, found.next_stage) == (False, None)


def test_a_day_begins_in_london_and_not_in_greenwich() -> None:
    ledger = at_decision()
    just_past_midnight = at_noon(date(2015, 7, 8)).replace(hour=23, minute=30)
    found = standing(STANDARDS, SEVEN, ledger.entries, [meeting(1, MERTON, date(2015, 7, 8))], just_past_midnight)
    assert "no decision is recorded yet" in merton(found).sentence


def test_entries_of_other_kinds_and_of_bodies_not_asked_change_nothing() -> None:
    ledger = at_decision()
    before = stands(ledger)
    ledger.write("case.commented", JULY, body_id=3, text="Looks well.")
    ledger.decide(party(99, "Nowhere"), "not_agree", JULY, reason="Not asked")
    ledger.write("decision.recorded", JULY, body_id=3, round=17, answer="not_agree", content_hash="bb")
    ledger.write("decision.corrected", JULY, body_id=3, corrects=9999, answer="not_agree", reason="Nothing there")
    assert stands(ledger) == before


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(SEVEN),
        st.sampled_from(["agree", "agree", "agree", "agree_with_conditions", "defer", "not_agree"]),
        st.sampled_from(["bb", "bb", "bb", "aa"]),
    ),
    max_size=20,
)
Answers = list[tuple[PartyFact, str, str]]


def run(answers: Answers) -> Ledger:
    """Record each answer in turn and write the crossing the moment it is called for, as the service does."""
    ledger = at_decision()
    for who, answer, content in answers:
        ledger.decide(who, answer, date(2015, 6, 18), content=content, conditions=["One"], until="2015-07-16")
        crossing = stands(ledger).crossing
        if crossing:
            ledger.write(crossing, date(2015, 6, 18), round=2, stage="decision")
    return ledger


@BOUNDED
@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_in_which_different_parties_decide_does_not_matter(answers: Answers, dice: Random) -> None:
    ordered, shuffled = at_decision(), at_decision()
    queues = {one.body_id: [answer for answer in answers if answer[0] is one] for one in SEVEN}
    mixed = [one.body_id for one, _, _ in answers]
    dice.shuffle(mixed)
    for who, answer, content in answers:
        ordered.decide(who, answer, date(2015, 6, 18), content=content)
    for body_id in mixed:
        who, answer, content = queues[body_id].pop(0)
        shuffled.decide(who, answer, date(2015, 6, 18), content=content)
    one, other = stands(ordered), stands(shuffled)
    assert (one.result, one.complete, one.crossing) == (other.result, other.complete, other.crossing)
    assert [found.word for found in one.parties] == [found.word for found in other.parties]


@BOUNDED
@given(ANSWERS)
def test_the_line_is_crossed_exactly_once_and_only_when_all_are_in_favour(answers: Answers) -> None:
    everybody = [(one, "agree", "bb") for one in SEVEN]
    ledger = run([*answers, *everybody])
    assert [entry.tag for entry in ledger.entries].count("case.agreed") == 1
    found = stands(ledger)
    assert (found.state, found.crossing) == ("agreed", None)


@BOUNDED
@given(ANSWERS)
def test_complete_means_every_party_in_favour_and_nothing_else_crosses(answers: Answers) -> None:
    ledger = at_decision()
    for who, answer, content in answers:
        ledger.decide(who, answer, date(2015, 6, 18), content=content)
    found = stands(ledger)
    assert found.complete is all(one.in_favour for one in found.parties)
    assert (found.crossing is not None) is found.complete
    assert found.can_still_complete is not any(one.declined for one in found.parties)
    assert standing(STANDARDS, SEVEN, ledger.entries[::-1], (), at_noon(JULY)) == found


@BOUNDED
@given(ANSWERS, st.integers(0, 20))
def test_a_standing_read_on_from_an_earlier_one_is_the_one_read_from_the_start(answers: Answers, known: int) -> None:
    ledger = run(answers)
    begun = len(at_decision().entries)
    earlier = standing(STANDARDS, SEVEN, ledger.entries[: begun + known], (), at_noon(JULY))
    about = {entry.payload["body_id"] for entry in ledger.entries[begun + known :] if "body_id" in entry.payload}
    whole = standing(STANDARDS, SEVEN, ledger.entries, (), at_noon(JULY))
    assert standing(STANDARDS, SEVEN, ledger.entries, (), at_noon(JULY), before=earlier, about=about) == whole
