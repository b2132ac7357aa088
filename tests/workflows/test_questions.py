"""A question goes to who answers for the paper; one on a private item never to who may not know of it."""

from datetime import date

from workflows.questions import Answerer, goes_to, may_be_asked

AUTHOR = Answerer(1, "Robin Ashcombe", "is its author")
LEAD = Answerer(2, "Dr Fern", "leads the workstream")


def test_the_first_who_answers_for_the_paper_is_asked() -> None:
    asked = goes_to([AUTHOR, LEAD], part=1, privy=(), body="Merton")
    assert asked.answerer == AUTHOR
    assert asked.sentence == "It goes to Robin Ashcombe, who is its author."


def test_nobody_is_asked_by_themselves() -> None:
    assert goes_to([AUTHOR, LEAD], part=1, privy=(), body="Merton", asker_id=1).answerer == LEAD
    assert goes_to([AUTHOR], part=1, privy=(), body="Merton", asker_id=1).answerer is None


def test_a_private_item_is_asked_only_of_who_may_know_of_it() -> None:
    assert goes_to([AUTHOR, LEAD], part=2, privy={2}, body="Merton").answerer == LEAD
    outside = goes_to([AUTHOR], part=2, privy={2}, body="Merton")
    assert outside.answerer is None
    assert outside.sentence == (
        "It goes to the board secretary of Merton: Robin Ashcombe, who is its author, may not know of a private item."
    )


def test_where_nobody_is_named_the_board_secretary_is_asked() -> None:
    assert goes_to([], part=1, privy=(), body="Merton").sentence == (
        "It goes to the board secretary of Merton, as the item names nobody else who answers for its paper."
    )


def test_questions_are_asked_before_the_meeting() -> None:
    day = date(2015, 11, 24)
    assert may_be_asked("planned", day, False)
    assert may_be_asked("held", day, False).needs == ("matters arising at the next meeting",)
    assert "is cancelled" in may_be_asked("cancelled", day, False).sentence
    assert "taken off" in may_be_asked("planned", day, True).sentence
