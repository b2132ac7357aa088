"""A case goes through each shipped definition from its first question to its end, by the rules alone."""

from collections.abc import Sequence
from datetime import date, timedelta

from tests.workflows.examples import SEVEN, Ledger, at_noon, party
from workflows.definition import DEFINITIONS, fits_every_stage, load
from workflows.facts import PartyFact
from workflows.rounds import may_open_round
from workflows.standing import CaseStanding, standing

ACCEPTANCE = load(DEFINITIONS / "deliverable-acceptance.v1.yaml")
INTEREST = load(DEFINITIONS / "expression-of-interest.v1.yaml")
BOARD = PartyFact(20, "Strategic Commissioning Board", "the board", "board")
PANEL = [party(number, f"Assessor {number}", "officer") for number in range(21, 26)]


class Journey:
    """A case on its way: each step a day, each stage opened only where the rules say that it may be."""

    def __init__(self, name: str, parties: Sequence[PartyFact]) -> None:
        self.definition = load(DEFINITIONS / f"{name}.v1.yaml")
        self.parties, self.ledger, self.day, self.number = parties, Ledger(), date(2015, 6, 1), 0
        assert fits_every_stage(self.definition, parties)

    @property
    def now(self) -> CaseStanding:
        return standing(self.definition, self.parties, self.ledger.entries, (), at_noon(self.day))

    def opens(self, stage: str, content: str) -> None:
        """A round of this stage is opened on this content, as the rules allow."""
        verdict = may_open_round(self.definition, self.now, stage, content)
        assert verdict, verdict.sentence
        self.number, self.content = self.number + 1, content
        self.day += timedelta(days=1)
        self.ledger.open_round(self.number, stage, self.day, content=content, label=f"version {content}")

    def answers(self, answer: str, who: Sequence[PartyFact], **more: object) -> CaseStanding:
        """These parties answer; what the rules then say is crossed is written, as the service writes it."""
        for one in who:
            self.day += timedelta(days=1)
            self.ledger.decide(one, answer, self.day, round=self.number, content=self.content, **more)
            crossing = self.now.crossing
            if crossing:
                current = self.now.round
                assert current is not None
                self.ledger.write(crossing, self.day, round=self.number, stage=current.stage)
        return self.now


def test_a_deliverable_is_reviewed_declined_by_one_body_worked_on_and_accepted_by_all() -> None:
    case = Journey("deliverable-acceptance", SEVEN)
    case.opens("review", "aa")
    assert case.answers("respond", SEVEN[:2]).state == "open"
    assert case.answers("respond", SEVEN[2:3]).next_stage == "acceptance"
    assert not may_open_round(ACCEPTANCE, case.now, "acceptance", "bb"), "it is accepted as it was reviewed"
    case.opens("acceptance", "aa")
    case.answers("agree", SEVEN[:5])
    declined = case.answers("not_agree", SEVEN[5:6], reason="There is no training plan.")
    assert (declined.can_still_complete, declined.next_stage) == (False, "review")
    case.opens("review", "bb")
    case.answers("respond", SEVEN[4:])
    case.opens("acceptance", "bb")
    assert case.answers("agree", SEVEN[:6]).state == "open"
    accepted = case.answers("agree_with_conditions", SEVEN[6:], conditions=["A review after a year."])
    assert accepted.state == "agreed"
    assert accepted.result.startswith("7 of 7 have agreed (NHS England with conditions).")


def test_an_expression_of_interest_is_checked_assessed_moderated_and_selected() -> None:
    case = Journey("expression-of-interest", [BOARD, *PANEL])
    case.opens("eligibility", "aa")
    assert case.answers("put_forward", [BOARD]).next_stage == "assessment"
    case.opens("assessment", "aa")
    assert case.answers("respond", PANEL[:2]).result.startswith("2 of 5 have responded, 3 needed;")
    assert case.answers("respond", PANEL[2:3]).next_stage == "moderation"
    case.opens("moderation", "aa")
    assert case.answers("return", [BOARD], reason="Two assessors differ.").next_stage == "assessment"
    case.opens("assessment", "aa")
    case.answers("respond", PANEL[2:])
    case.opens("moderation", "aa")
    assert case.answers("put_forward", [BOARD]).next_stage == "selection"
    case.opens("selection", "aa")
    assert case.answers("agree", [BOARD]).state == "agreed"


def test_an_expression_of_interest_that_may_not_apply_or_is_not_selected_goes_no_further() -> None:
    case = Journey("expression-of-interest", [BOARD, *PANEL[:3]])
    case.opens("eligibility", "aa")
    returned = case.answers("return", [BOARD], reason="It came a day late.")
    assert (returned.can_still_complete, returned.next_stage) == (False, None)
    case = Journey("expression-of-interest", [BOARD, *PANEL[:3]])
    for stage, answer, who in (
        ("eligibility", "put_forward", [BOARD]),
        ("assessment", "respond", PANEL[:3]),
        ("moderation", "put_forward", [BOARD]),
    ):
        case.opens(stage, "aa")
        case.answers(answer, who)
    case.opens("selection", "aa")
    refused = case.answers("not_agree", [BOARD], reason="Others serve more people.")
    assert (refused.can_still_complete, refused.next_stage) == (False, None)


def test_two_assessors_are_too_few_for_a_panel() -> None:
    assert not fits_every_stage(INTEREST, [BOARD, *PANEL[:2]])
