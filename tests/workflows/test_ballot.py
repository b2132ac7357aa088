"""An answer carries what it needs and follows from the votes by seat."""

from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.examples import A_THIRD, MERTON_SEATS, merton
from workflows.ballot import is_complete, outcome
from workflows.facts import AnswerFact, Vote, VoteFact

AGREE = AnswerFact("agree")
NOT_AGREE = AnswerFact("not_agree", reason="the costs are not known")


def votes(*cast: Vote) -> list[VoteFact]:
    return [VoteFact(seat, vote) for seat, vote in enumerate(cast, start=1)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (AnswerFact("agree_with_conditions"), "Agreement with conditions needs at least one condition."),
        (
            AnswerFact("agree_with_conditions", conditions=("  ",)),
            "Agreement with conditions needs at least one condition.",
        ),
        (AnswerFact("agree_with_conditions", conditions=("A review", "")), "One of the conditions is empty."),
        (
            AnswerFact("agree", conditions=("A review",)),
            "Conditions belong to the answer “agree with conditions” only.",
        ),
        (
            AnswerFact("agree_with_local_variation"),
            "Agreement with local variation says what is varied, how, why and until when. Missing: the clause, "
            "the varied text, its rationale and the day on which it expires.",
        ),
        (AnswerFact("not_agree", reason=" "), "Not agreeing needs a reason."),
        (AnswerFact("return"), "Returning it needs a reason."),
        (AnswerFact("defer"), "A deferral says until when: give a date or a meeting."),
    ],
)
def test_an_answer_that_lacks_something_says_what(answer: AnswerFact, sentence: str) -> None:
    verdict = is_complete(answer)
    assert not verdict
    assert verdict.sentence == sentence
    assert verdict.needs


@pytest.mark.parametrize(
    "answer",
    [
        AGREE,
        NOT_AGREE,
        AnswerFact("agree_with_conditions", conditions=("A yearly review",)),
        AnswerFact("defer", until=date(2015, 12, 3)),
        AnswerFact("defer", meeting_id=4),
        AnswerFact("respond"),
    ],
)
def test_an_answer_with_all_it_needs_is_complete(answer: AnswerFact) -> None:
    assert is_complete(answer)


NO = "Agreement does not follow from the votes"


@pytest.mark.parametrize(
    ("cast", "answer", "sentence"),
    [
        (("for", "for", "against"), AGREE, "Merton has agreed: 2 for, 1 against."),
        (("for", "abstain", "abstain"), AGREE, "Merton has agreed: 1 for, 0 against, 2 abstained."),
        (("for", "recused", "absent"), AGREE, "Merton has agreed: 1 for, 0 against."),
        (("for", "against"), AGREE, "Merton has agreed: 1 for, 1 against, and the chair’s casting vote for."),
        (("against", "against", "for"), NOT_AGREE, "Merton has not agreed: 1 for, 2 against."),
        (("for", "for"), AnswerFact("defer", meeting_id=3), "Merton has deferred the item."),
    ],
)
def test_an_answer_that_follows_from_the_votes_says_the_tally(
    cast: tuple[Vote, ...], answer: AnswerFact, sentence: str
) -> None:
    verdict = outcome(merton(), votes(*cast), answer)
    assert verdict
    assert verdict.sentence == sentence


@pytest.mark.parametrize(
    ("cast", "answer", "sentence"),
    [
        (("against", "against", "for"), AGREE, f"{NO}: 1 for, 2 against."),
        (("abstain", "abstain"), AGREE, f"{NO}: 0 for, 0 against, 2 abstained."),
        ((), AGREE, "No votes are recorded for Merton, so agreement does not follow."),
        (("for", "for"), NOT_AGREE, "“Not agreed” does not follow from the votes: 2 for, 0 against."),
        (("against", "for"), AGREE, f"{NO}: 1 for, 1 against, and the chair’s casting vote against."),
        (
            ("absent", "for", "against"),
            AGREE,
            f"{NO}: 1 for, 1 against; on a tie nothing is carried, as the chair cast no vote.",
        ),
    ],
)
def test_an_answer_that_does_not_follow_from_the_votes_is_refused(
    cast: tuple[Vote, ...], answer: AnswerFact, sentence: str
) -> None:
    verdict = outcome(merton(), votes(*cast), answer)
    assert not verdict
    assert verdict.sentence == sentence


def test_a_tie_is_not_carried_where_the_body_gives_no_casting_vote() -> None:
    verdict = outcome(merton(replace(A_THIRD, casting_vote=False)), votes("for", "against"), AGREE)
    assert verdict.sentence == (
        "Agreement does not follow from the votes: 1 for, 1 against; "
        "on a tie nothing is carried, as Merton gives no casting vote."
    )


def test_whoever_presides_in_the_chairs_place_has_the_casting_vote() -> None:
    cast = votes("recused", "for", "against")
    assert outcome(merton(), cast, AGREE, presiding_seat_id=2)
    assert not outcome(merton(), cast, AGREE, presiding_seat_id=3)


def test_a_shared_vote_counts_once() -> None:
    seats = tuple(replace(seat, shared_vote="GP vote") if seat.id in (2, 3) else seat for seat in MERTON_SEATS)
    body = merton(seats=seats)
    verdict = outcome(body, votes("absent", "for", "for", "against", "against"), AGREE)
    assert verdict.sentence == "Agreement does not follow from the votes: 1 for, 2 against."
    assert outcome(body, votes("absent", "abstain", "for"), AGREE).sentence == "Merton has agreed: 1 for, 0 against."
    verdict = outcome(body, votes("for", "for", "against"), AGREE)
    assert verdict.sentence == "GP member, east and GP member, west share one vote and cannot vote both ways."


@pytest.mark.parametrize(
    ("vote", "sentence"),
    [
        (VoteFact(6, "for"), "Registered nurse is vacant and cannot vote."),
        (VoteFact(7, "for"), "Director of public health has no vote."),
        (VoteFact(99, "for"), "A vote is recorded for seat 99, which is not a seat of Merton."),
        (VoteFact(1, "against"), "Clinical chair has more than one vote recorded."),
    ],
)
def test_a_vote_that_cannot_be_cast_is_refused_not_ignored(vote: VoteFact, sentence: str) -> None:
    verdict = outcome(merton(), [*votes("for", "for"), vote], AGREE)
    assert not verdict
    assert verdict.sentence == sentence
