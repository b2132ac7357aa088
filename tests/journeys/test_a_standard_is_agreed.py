"""Six governing bodies and NHS England agree one standard over three months; then six packs are released.

Read it from top to bottom: each body decides in its own right, by its own quorum, on one exact text. Nobody votes on
the collective result; it is worked out. Every step goes through the pages that the people of the demonstration use.
"""

from app.pdf import all_text, check
from tests.journeys import steps
from tests.journeys.swl import SIX, SouthWestLondon, email

MERTON_NOVEMBER = "merton-2015-11-12"
WEEKENDS = "The provider shows by April 2016 how weekends are counted in Sutton."
AGREED = "7 of 7 have agreed (Sutton with conditions). The case was closed as agreed on 27 January 2016."
NEXT_MEETINGS = {
    "Kingston": "2016-03-08",
    "Wandsworth": "2016-03-09",
    "Merton": "2016-03-10",
    "Richmond": "2016-03-15",
    "Sutton": "2016-03-16",
    "Croydon": "2016-03-22",
}


def test_six_bodies_and_nhs_england_agree_one_standard_and_six_packs_go_out(swl: SouthWestLondon) -> None:
    given_the_minimum_outcomes_are_before_seven_bodies(swl)
    when_merton_loses_its_quorum_to_one_conflicted_gp(swl)
    then_nothing_is_decided_and_a_later_meeting_decides(swl)
    when_the_others_decide_one_with_a_condition(swl)
    when_nhs_england_answers_last(swl)
    then_the_standard_is_agreed_exactly_once(swl)
    when_six_packs_for_the_next_meetings_are_released(swl)
    then_anyone_reads_the_decision_and_its_hash_in_each_pack(swl)
    then_the_record_verifies(swl)


def given_the_minimum_outcomes_are_before_seven_bodies(swl: SouthWestLondon) -> None:
    swl.it_is("6 November 2015")
    assert steps.result(swl) == (
        "0 of 7 have agreed; Croydon, Kingston, Merton, Richmond, Sutton, Wandsworth and NHS England "
        "are still to decide."
    )
    # Four bodies have it on their November agendas, and their papers are out; two were too late for theirs
    assert steps.standing(swl, "Merton").startswith("Papers issued Merton decides on 12 November 2015")
    assert steps.standing(swl, "Kingston").startswith("Not yet scheduled")
    assert "item 7" in steps.put_on_the_agenda(swl, "Kingston", "12 January 2016")
    assert "item 7" in steps.put_on_the_agenda(swl, "Richmond", "19 January 2016")

    swl.it_is("11 November 2015", "15:00")
    receipt = steps.record_decision(swl, "Wandsworth", apologies=("Ngozi Redfern",))
    assert "Wandsworth agreed version 2 on 11 November 2015." in receipt.text
    assert "11 for, 0 against" in receipt.text


def when_merton_loses_its_quorum_to_one_conflicted_gp(swl: SouthWestLondon) -> None:
    # Three clinicians send apologies. Merton needs two, and has two: its chair and Dr Callum Birchwood
    swl.it_is("11 November 2015", "16:00")
    steps.note_apologies(swl, "Merton", MERTON_NOVEMBER, "Sinead Copperfield", "Professor Hugh", "Dr Shreya Holloway")
    item = steps.item_page(swl, "Merton", MERTON_NOVEMBER)
    assert "Merton would be quorate for this item" in item.text

    # Dr Birchwood is a shareholder of a federation that may provide the care: the chair asks him to leave for the item
    steps.declare_a_financial_interest(
        swl, "Merton", MERTON_NOVEMBER, "Dr Callum Birchwood", "Shareholder of a GP federation that may bid."
    )

    # Before the meeting, the agenda and the item say so, with the reason and the ways out
    agenda = steps.meeting_page(swl, "Merton", MERTON_NOVEMBER)
    assert "1 item would not be quorate, or could fail to be." in agenda.text
    assert "Not quorate" in agenda.row("8")
    item = steps.item_page(swl, "Merton", MERTON_NOVEMBER)
    assert (
        "On today’s apologies and declarations Merton would not be quorate for this item: 1 more clinician needed; "
        "Dr Callum Birchwood is excluded for a financial interest."
    ) in item.text
    stands_in = "Dr Edwin Farthinghoe, who may stand in, attends for Dr Callum Birchwood (GP member, locality 1)."
    assert stands_in in item.text
    assert "The item is moved to the next meeting, on 14 January 2016." in item.text


def then_nothing_is_decided_and_a_later_meeting_decides(swl: SouthWestLondon) -> None:
    swl.it_is("12 November 2015", "17:00")
    away = ("Sinead Copperfield", "Professor Hugh", "Dr Shreya Holloway")
    refused = steps.record_decision(swl, "Merton", "Agree", apologies=away, expect=422)
    assert any("Merton is not quorate for this item: 1 more clinician needed" in line for line in refused.problems)
    steps.record_decision(swl, "Merton", "Nothing was decided: the item was not quorate", apologies=away)
    assert steps.standing(swl, "Merton").startswith("Not quorate")

    # Rather than wait until January, Merton sets a meeting in December
    swl.it_is("13 November 2015")
    extraordinary = steps.set_a_meeting(swl, "Merton", "2015-12-10", "Extraordinary meeting in public")
    steps.put_on_the_agenda(swl, "Merton", "10 December 2015")
    steps.declare_a_financial_interest(
        swl, "Merton", extraordinary, "Dr Callum Birchwood", "Shareholder of a GP federation that may bid."
    )
    assert "Merton would be quorate for this item" in steps.item_page(swl, "Merton", extraordinary).text


def when_the_others_decide_one_with_a_condition(swl: SouthWestLondon) -> None:
    swl.it_is("18 November 2015", "16:00")
    receipt = steps.record_decision(
        swl, "Sutton", "Agree with conditions", condition=WEEKENDS, apologies=("Charlotte Roxby",)
    )
    assert WEEKENDS in receipt.text

    swl.it_is("24 November 2015", "16:00")
    steps.record_decision(swl, "Croydon")

    swl.it_is("10 December 2015", "17:00")
    receipt = steps.record_decision(swl, "Merton")
    assert "Merton agreed version 2 on 10 December 2015." in receipt.text
    assert "9 for, 0 against" in receipt.text
    steps.give_the_minute_reference(swl, "Merton", "GBP/1516/071")

    swl.it_is("12 January 2016", "17:00")
    steps.record_decision(swl, "Kingston")
    swl.it_is("19 January 2016", "17:00")
    steps.record_decision(swl, "Richmond")
    assert steps.result(swl) == "6 of 7 have agreed (Sutton with conditions); NHS England is still to decide."


def when_nhs_england_answers_last(swl: SouthWestLondon) -> None:
    swl.it_is("27 January 2016", "11:00")
    receipt = steps.answer_for_nhs_england(swl)
    assert "NHS England agreed version 2 on 27 January 2016." in receipt.text


def then_the_standard_is_agreed_exactly_once(swl: SouthWestLondon) -> None:
    assert steps.result(swl) == AGREED
    assert len([line for line in steps.history(swl) if line.startswith("The case was agreed")]) == 1

    row = steps.matrix_row(swl)
    assert row["Version"].startswith("Minimum outcomes for out-of-hospital care")
    assert "agreed" in row["Version"]
    assert row["Croydon"] == "Agreed 24 November 2015"
    assert row["Kingston"] == "Agreed 12 January 2016"
    assert row["Merton"] == "Agreed 10 December 2015 Minute GBP/1516/071"
    assert row["Richmond"] == "Agreed 19 January 2016"
    assert row["Sutton"] == "Agreed with conditions 18 November 2015 Conditions: 0 of 1 met"
    assert row["Wandsworth"] == "Agreed 11 November 2015"
    assert row["NHS England"] == "Agreed 27 January 2016"


def when_six_packs_for_the_next_meetings_are_released(swl: SouthWestLondon) -> None:
    # Six board secretaries set their bodies' next meetings
    swl.it_is("28 January 2016")
    meetings = {body: steps.set_a_meeting(swl, body, on) for body, on in NEXT_MEETINGS.items()}

    # The programme office closes the period's update; what is missing is accepted by name
    swl.it_is("5 February 2016")
    steps.approve_the_update(swl, "out-of-hospital-standards")
    steps.release_the_edition(swl, "2015-12")

    # Each secretary accepts what is missing from the body's own pack, with a reason, and has it built
    swl.it_is("26 February 2016")
    for body, meeting in meetings.items():
        missing = steps.accept_the_gaps(swl, body, meeting, "the body’s clinicians meet only after this meeting.")
        owed = any("local position on Out-of-hospital principles and standards" in sentence for sentence in missing)
        assert owed == (body != "Wandsworth"), missing
    steps.build_the_packs(swl, meetings)

    # Each secretary puts the pack before the chair, and each chair releases exactly that pack
    swl.it_is("29 February 2016")
    for body, meeting in meetings.items():
        steps.put_before_the_chair(swl, body, meeting)
        steps.release_the_pack(swl, body, meeting)


def then_anyone_reads_the_decision_and_its_hash_in_each_pack(swl: SouthWestLondon) -> None:
    agreed_text = steps.content_hash(swl)
    page = steps.public_packs(swl)
    released = [row.text for row in page.main.all("tr") if "March 2016" in row.text]
    assert len(released) == len(SIX)
    for body, on in NEXT_MEETINGS.items():
        pdf = steps.public_pdf(swl, f"{body.lower()}-{on}")
        assert check(pdf) == []
        text = "".join(all_text(pdf).split())
        assert agreed_text in text, f"The hash of what was agreed is not in {body}’s pack"
        for said in ("Minimum outcomes for out-of-hospital care", AGREED, WEEKENDS.rstrip(".")):
            assert "".join(said.split()) in text, f"“{said}” is not in {body}’s pack"

    # Whoever sits on a body has one mail with a link of their own, which leads to the pack
    reader = swl.anyone().open(steps.personal_link(swl, email("callum-birchwood")))
    assert "NHS Merton CCG Governing Body" in reader.text


def then_the_record_verifies(swl: SouthWestLondon) -> None:
    assert "The record verifies" in swl.flask("record", "verify")
