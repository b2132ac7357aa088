"""A correction of what a meeting decided follows from its votes by seat, or puts those right as well."""

from typing import Any

from workflows.corrected_votes import correctable_seats, corrected, may_follow
from workflows.facts import AnswerFact, VoteFact

AGREE, AGAINST = AnswerFact("agree"), AnswerFact("not_agree", reason="The costs are not known.")
NAMES = {1: "Dr Chair", 2: "A lay member", 3: "A nurse"}


def decided(*votes: str, **more: Any) -> dict[str, Any]:
    """What the entry of a decision of three seats keeps."""
    return {
        "body_id": 3,
        "rule": {"share_numerator": 1, "share_denominator": 2, "casting_vote": True},
        "quorum": {
            "quorate": True,
            "seats": [
                {
                    "seat_id": number,
                    "seat": name,
                    "kind": "chair" if number == 1 else "lay",
                    "voting": True,
                    "person": name,
                }
                for number, name in NAMES.items()
            ],
        },
        "attendance": [
            {"seat_id": number, "person_id": number, "person": name, "status": "present", "there_for_item": True}
            for number, name in NAMES.items()
        ],
        "exclusions": [],
        "votes": [{"seat_id": number, "vote": vote} for number, vote in enumerate(votes, start=1)],
        **more,
    }


def test_an_answer_that_the_votes_contradict_is_refused_and_says_what_would_make_it_possible() -> None:
    verdict = may_follow("Merton", decided("for", "against", "against"), AGREE)
    assert not verdict
    assert verdict.sentence == (
        "The correction contradicts the votes that are recorded. Agreement does not follow from the votes: 1 for, "
        "2 against."
    )
    assert verdict.needs == (
        "an answer that follows from them",
        "the votes by seat corrected as well, where they were recorded wrongly",
    )
    assert not may_follow("Merton", decided("for", "for", "against"), AGAINST)
    assert may_follow("Merton", decided("for", "against", "against"), AGAINST)
    assert may_follow(
        "Merton", decided("for", "for", "against"), AnswerFact("agree_with_conditions", conditions=("x",))
    )


def test_the_votes_are_put_right_with_the_answer() -> None:
    said, right = decided("for", "against", "against"), (VoteFact(2, "for"),)
    assert corrected(said, right) == (VoteFact(1, "for"), VoteFact(2, "for"), VoteFact(3, "against"))
    assert may_follow("Merton", said, AGREE, right).sentence == "Merton has agreed: 2 for, 1 against."
    assert may_follow("Merton", said, AGREE, (VoteFact(2, "abstain"),)).sentence.endswith(
        "the chair’s casting vote for."
    )
    still = may_follow("Merton", said, AGREE, (VoteFact(1, "against"),))
    assert still.sentence == "Agreement does not follow from the votes: 0 for, 3 against."


def test_who_could_not_vote_is_given_no_vote_afterwards() -> None:
    out = {"seat_id": 2, "person": NAMES[2], "person_id": 2, "interest_kind": "financial", "handling": "leave"}
    said = decided("for", "recused", "against", exclusions=[out])
    assert [seat.id for seat in correctable_seats(said)] == [1, 3]
    refused = may_follow("Merton", said, AGREE, (VoteFact(2, "for"),))
    assert refused.sentence == "A lay member may not vote on this item because of a financial interest."


def test_an_agreement_rests_on_no_vote_of_who_was_not_there_though_a_deferral_has_one() -> None:
    said = decided("for", "for", "against")
    said["attendance"][1] |= {"status": "absent", "there_for_item": False}
    refused = may_follow("Merton", said, AGREE)
    assert refused.sentence == (
        "The correction contradicts the votes that are recorded. A lay member (A lay member) is not present for this "
        "item."
    )
    assert refused.needs[-1] == "that it was entered in error, and the decision recorded anew"
    assert may_follow("Merton", said, AnswerFact("defer", meeting_id=2))


def test_what_was_signed_on_line_stands_and_an_officer_has_no_votes() -> None:
    on_line = decided("for", "for", "against", voting=12)
    assert correctable_seats(on_line) == ()
    assert "nobody else corrects a vote" in may_follow("Merton", on_line, AGREE, (VoteFact(3, "for"),)).sentence
    assert not may_follow("Merton", on_line, AGAINST)
    assert may_follow("NHS England", {"role": "officer"}, AGAINST)


def test_where_no_vote_was_recorded_agreement_needs_them() -> None:
    assert not may_follow("Merton", decided(), AGREE)
    assert may_follow("Merton", decided(), AGREE, tuple(VoteFact(number, "for") for number in NAMES))
