"""Apologies are for before the meeting, and a deputy is one who is named for that seat and day."""

from datetime import date

from workflows.apologies import DeputyFact, apologies_open, may_stand_in

DAY = date(2015, 11, 24)
DEPUTIES = (DeputyFact(3, 31, "Dr East"), DeputyFact(3, 32, "Dr West"), DeputyFact(4, 41, "Dr North"))


def test_apologies_can_be_sent_until_the_day_of_the_meeting() -> None:
    assert apologies_open("planned", DAY, date(2015, 11, 5))
    assert apologies_open("planned", DAY, DAY)
    late = apologies_open("planned", DAY, date(2015, 11, 25))
    assert late.sentence == "The meeting of 24 November 2015 is over: who came is for its attendance to say."
    assert late.needs == ("the board secretary, who records the attendance",)


def test_a_meeting_that_is_held_or_cancelled_takes_no_apologies() -> None:
    assert "is over" in apologies_open("held", DAY, DAY).sentence
    assert "is cancelled" in apologies_open("cancelled", DAY, date(2015, 11, 5)).sentence


def test_only_who_is_named_for_the_seat_stands_in() -> None:
    assert may_stand_in(3, "GP member", 32, DEPUTIES, DAY).sentence == (
        "Dr West may attend for GP member on 24 November 2015."
    )
    other = may_stand_in(3, "GP member", 41, DEPUTIES, DAY)
    assert not other
    assert other.needs == ("Dr East and Dr West, who may stand in",)


def test_where_nobody_is_named_it_says_who_could_name_one() -> None:
    none = may_stand_in(5, "Registered nurse", 31, DEPUTIES, DAY)
    assert none.sentence == "Nobody is named as a deputy for Registered nurse on 24 November 2015."
    assert none.needs == ("a deputy named for that seat, by the board secretary",)
