"""A stage may name answers of its own, and lead elsewhere by what was answered."""

from itertools import permutations

import pytest

from tests.workflows.examples import CROYDON, KINGSTON, MERTON, SUTTON, Ledger, at_noon, merton, seats_of
from tests.workflows.test_definition import refusal
from tests.workflows.test_standing import JUNE
from workflows.ballot import is_complete, outcome
from workflows.definition import parse
from workflows.definition_drawing import drawn
from workflows.facts import AnswerFact, PartyFact, VoteFact
from workflows.reading import reading
from workflows.standing import CaseStanding, standing

TEXT = """\
name: trial
version: 1
title: A trial
stages:
  - name: proposal
    title: Proposal
    question: Shall it be tried?
    version: first
    parties:
      - {kind: governing_body, decide: meeting, answers: [agree]}
    across: {every: true}
    then: {complete: evaluation}
  - name: evaluation
    title: Evaluation
    question: What becomes of it?
    version: same
    answers_of_its_own:
      adopt: {title: Adopt, counts: in_favour}
      adapt: {title: Adapt, counts: in_favour, needs: conditions}
      note: {title: Only noted, counts: neither}
      stop: {title: Stop, counts: against, needs: reason}
    parties:
      - {kind: governing_body, decide: meeting, answers: [adopt, adapt, note, stop, defer]}
    across: {at_least: 2}
    then:
      complete: done
      but_if_any:
        - {answered: adapt, goes_to: proposal}
      declined: stopped
"""
TRIAL = parse(TEXT)
THREE = (CROYDON, KINGSTON, MERTON)


def answered(*answers: tuple[PartyFact, str], parties: tuple[PartyFact, ...] = THREE) -> CaseStanding:
    ledger = Ledger()
    ledger.open_round(1, "evaluation", JUNE, content="bb", label="v1")
    for who, answer in answers:
        own = TRIAL.stages[1].own(answer)
        ledger.decide(who, answer, JUNE, round=1, answer_title=own.title if own else None)
    return standing(TRIAL, parties, ledger.entries, (), at_noon(JUNE))


def test_own_answers_are_counted_and_told_by_their_titles() -> None:
    found = answered((CROYDON, "adopt"), (KINGSTON, "note"), (MERTON, "stop"))
    assert found.result == (
        "1 of 3 have answered in favour, 2 needed; 1 “Adopt” (Croydon), 1 “Only noted” (Kingston), 1 “Stop” (Merton). "
        "“Evaluation” can no longer be completed on v1."
    )
    assert [one.word for one in found.parties] == ["Adopt", "Only noted", "Stop"]
    assert found.parties[0].sentence == "Croydon answered “Adopt” on v1 on 12 June 2015."
    assert (found.can_still_complete, found.early) == (False, False)


def test_a_met_rule_waits_while_the_answers_to_come_can_still_lead_elsewhere() -> None:
    found = answered((CROYDON, "adopt"), (KINGSTON, "adopt"))
    assert (found.complete, found.crossing, found.leads_to, found.early) == (True, None, None, False)
    assert found.result.endswith("Where it leads depends on the answers still to come, so it waits for them.")
    found = answered((CROYDON, "adopt"), (KINGSTON, "adapt"))
    assert (found.crossing, found.leads_to, found.early) == ("stage.completed", "proposal", True)
    found = answered((CROYDON, "adopt"), (KINGSTON, "adopt"), (MERTON, "stop"))
    assert (found.crossing, found.leads_to) == ("case.agreed", "done")


def test_the_way_out_does_not_depend_on_the_order_of_the_answers() -> None:
    for order in permutations([(CROYDON, "adopt"), (KINGSTON, "adapt"), (MERTON, "stop"), (SUTTON, "adopt")]):
        ledger, crossed = Ledger(), []
        ledger.open_round(1, "evaluation", JUNE, content="bb", label="v1")
        for who, answer in order:
            ledger.decide(who, answer, JUNE, round=1)
            found = standing(TRIAL, (*THREE, SUTTON), ledger.entries, (), at_noon(JUNE))
            crossed += [found.leads_to] if found.crossing else []
        assert set(crossed) == {"proposal"}


def test_where_a_completed_stage_led_stands_whatever_is_corrected_later() -> None:
    ledger = Ledger()
    ledger.open_round(1, "evaluation", JUNE, content="bb", label="v1")
    ledger.decide(CROYDON, "adopt", JUNE, round=1)
    wrong = ledger.decide(KINGSTON, "adapt", JUNE, round=1)
    ledger.write("stage.completed", JUNE, round=1, stage="evaluation", leads_to="proposal")
    ledger.write(
        "decision.corrected", JUNE, body_id=KINGSTON.body_id, corrects=wrong.id, reason="Misheard", answer="adopt"
    )
    found = standing(TRIAL, THREE, ledger.entries, (), at_noon(JUNE))
    assert (found.state, found.next_stage, found.crossing) == ("between rounds", "proposal", None)


def test_an_own_answer_carries_what_it_needs_and_follows_from_the_votes() -> None:
    stage, body = TRIAL.stages[1], merton()
    stop = stage.as_its_own(AnswerFact("stop"))
    assert is_complete(stop).sentence == "“Stop” needs a reason."
    assert is_complete(stage.as_its_own(AnswerFact("adapt"))).sentence == "“Adapt” needs at least one condition."
    assert is_complete(stage.as_its_own(AnswerFact("adapt", conditions=("Two sites",))))
    assert not is_complete(stage.as_its_own(AnswerFact("adopt", conditions=("Two sites",))))
    votes = [VoteFact(seat.id, "for") for seat in seats_of(body, 1, 2)] + [VoteFact(3, "against")]
    given = stage.as_its_own(AnswerFact("stop", reason="Nobody came"))
    assert outcome(body, votes, given).sentence == "Merton has answered “Stop”: 2 for, 1 against."
    assert outcome(body, votes[1:], given).sentence.startswith(
        "“Stop” does not follow from the votes: 1 for, 1 against"
    )


def test_own_answers_and_ways_out_are_read_and_drawn() -> None:
    said = reading(TRIAL).stages[1].sentences
    assert said[1:] == (
        "Each governing body decides at a meeting, where it has to be quorate by its own rule: it can answer “Adopt”, "
        "“Adapt”, “Only noted” or “Stop”, or defer.",
        "To answer “Adopt” or “Adapt” counts in favour; to answer “Stop” declines; to answer “Only noted” counts "
        "neither way; a party that defers is still to decide.",
        "To answer “Stop” needs its reason.",
        "To answer “Adapt” needs its conditions.",
        "It is complete when at least 2 of the parties asked have answered in favour.",
        "When it is complete, the case is agreed; but if any party has answered “Adapt”, the case goes to “Proposal”.",
        "When so many have declined that it can no longer be completed, the case is stopped.",
    )
    assert reading(TRIAL).stages[0].version.startswith("It is asked about the first version and, where the case comes")
    drawing = drawn(TRIAL)
    assert ("answered", "evaluation", "proposal") in [(way.kind, way.start, way.to) for way in drawing.ways]
    assert "“Evaluation”, complete and if “Adapt”, is followed by “Proposal”." in drawing.said


@pytest.mark.parametrize(
    ("found", "replacement", "complaint"),
    [
        ("adopt: {title: Adopt,", "agree: {title: Adopt,", "18: “agree” is one of the usual answers"),
        ("adopt: {title: Adopt,", "Adopt: {title: Adopt,", "18: “Adopt” has to be small letters and digits, one word"),
        ("title: Only noted", "title: Stop", "20: two answers are called “Stop”"),
        ("[adopt, adapt, note, stop, defer]", "[adopt, adapt, stop, defer]", "20: no party can answer “note”"),
        (
            "[adopt, adapt,",
            "[adopt, adpat,",
            "23: “adpat” is no answer: the usual ones are agree, agree_as_amended, agree_with_conditions,",
        ),
        (
            "needs: reason",
            "need: reason",
            "21: “need” is not a key here; an answer of its own has title, counts and needs",
        ),
        (
            "counts: neither",
            "counts: nothing",
            "20: “counts” is “nothing”; it can be 'in_favour', 'against' or 'neither'",
        ),
        ("answered: adapt", "answered: agree", "28: no party can answer “agree” here, so this way is never gone"),
        ("answered: adapt", "answered: stop", "28: “stop” does not count in favour, so no stage is complete with it"),
        ("goes_to: proposal", "goes_to: nowhere", "28: “nowhere” is not a stage of this definition, nor “done”"),
        (
            "goes_to: proposal",
            "to: proposal",
            "28: “to” is not a key here; a way of “but_if_any” has answered and goes_to",
        ),
        (
            "- {answered: adapt, goes_to: proposal}",
            "- {answered: adapt, goes_to: proposal}\n        - {answered: adopt, goes_to: proposal}",
            "26: every answer in favour leads elsewhere, so this way is never gone",
        ),
        (
            "- {answered: adapt, goes_to: proposal}",
            "- {answered: adapt, goes_to: proposal}\n        - {answered: adapt, goes_to: done}",
            "29: “adapt” is given twice: the first way is gone",
        ),
    ],
)
def test_what_could_not_work_of_own_answers_is_refused_with_its_line(
    found: str, replacement: str, complaint: str
) -> None:
    assert found in TEXT
    lines = refusal(TEXT.replace(found, replacement, 1)).splitlines()
    assert any(line.startswith(f"example.v1.yaml:{complaint}") for line in lines), lines
