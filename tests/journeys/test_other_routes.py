"""Three routes as the demonstration has them: a panel marks, checkpoints are rated, a quarter's return is late.

Each is read and answered by the person for whom it waits, and goes on to whoever is asked next.
"""

from app.pdf import check, page_texts
from tests.journeys.swl import SouthWestLondon
from tests.journeys.visitor import Page

PILOT = "/sign-offs/shared-pharmacists-2015"
EYES = "/sign-offs/planned-eye-operations-2015"
RETURN = "/sign-offs/better-care-2015-q2"
CROYDON_SAID = "Wellbeing 5 of 5, quality 3 of 5, efficiency 4 of 5."


def waits(swl: SouthWestLondon, person: str, about: str) -> Page:
    """The page to which a person's home leads for what waits; it has to stand there."""
    home = swl.person(person).open("/")
    assert about in home.text, f"{person} is not told of {about}"
    return home


def test_a_panel_marks_an_expression_of_interest_and_the_board_moderates_what_it_said(swl: SouthWestLondon) -> None:
    swl.it_is("6 November 2015")
    director = swl.director()
    case = director.open(PILOT)
    assert "2 of 4 have responded, 3 needed; Panellist for Kingston and Panellist for Richmond" in case.text
    assert "Assessment by the panel" in case.text and "Demonstration content" in case.text
    # assessors read independently of one another: what others said stands on their own pages until the round is over
    assert CROYDON_SAID not in case.text
    assert CROYDON_SAID in director.open(f"{PILOT}/croydon-panellist").text
    certificate = director.client.get(f"{PILOT}/croydon-panellist/certificate.pdf").data
    assert check(certificate) == []
    [text] = page_texts(certificate)
    assert f"Response {CROYDON_SAID}" in " ".join(text.split())

    waits(swl, "hana-kingsley-moor", "Pharmacists shared between practices, for Panellist for Richmond")
    waits(swl, "miriam-foxglove", "Pharmacists shared between practices, for Panellist for Kingston")
    panellist = swl.person("miriam-foxglove")
    panellist.open(f"{PILOT}/kingston-panellist")
    panellist.follow("Give the answer")
    receipt = panellist.press(
        "Record the answer",
        {"What is the answer?": "Respond", "Response and comments on clauses": "Wellbeing 3 of 5. Costs are thin."},
    )
    assert "Panellist for Kingston responded to version 1 on 6 November 2015." in receipt.text

    case = director.open(PILOT)
    assert "0 of 1 has put it forward; Workforce Pilots Board is still to answer" in case.text
    said = case.text[case.text.index("What was responded") :]
    assert CROYDON_SAID in said and "Wellbeing 3 of 5. Costs are thin." in said

    waits(swl, "martha-greenslade", "Pharmacists shared between practices, for Workforce Pilots Board")
    secretary = swl.secretary("Wandsworth")
    secretary.open(f"{PILOT}/workforce-pilots-board")
    form = secretary.follow("Give the answer")
    assert "Needed for “return”." in form.text and "not agree" not in form.text
    secretary.press("Record the answer", {"What is the answer?": "Put forward"})
    board = secretary.open(f"{PILOT}/workforce-pilots-board")
    assert "Put it on an agenda" in board.text and "3 December 2015" in board.text


def test_nhs_england_passes_one_checkpoint_with_conditions_and_rates_the_next(swl: SouthWestLondon) -> None:
    swl.it_is("6 November 2015")
    waits(swl, "isobel-tremayne", "Planned eye operations, for NHS England")
    case = swl.director().open(EYES)
    assert "0 of 1 has answered in favour; NHS England is still to decide." in case.text
    # what checkpoint 1 asked for still counts at checkpoint 2, and is read there
    left = case.text[case.text.index("Conditions of earlier stages") : case.text.index("What would complete it")]
    assert "NHS England, “Checkpoint 1, strategic sense check”" in left
    assert left.index("Met") < left.index("Open") and "due by 30 November 2015" in left
    said = case.text[case.text.index("What was responded") :]
    assert "The case rests on one year. Show three." in said and "Two patient groups are too few." in said

    officer = swl.officer()
    body = officer.open(f"{EYES}/nhs-england")
    assert "Say what became of it: People without a car are asked how they would travel" in body.text
    assert "Say what became of it" not in swl.director().open(f"{EYES}/nhs-england").text
    form = officer.follow("Give the answer")
    assert [one.text for one in form.main.all("label")][:6] == [
        "Green",
        "Amber/green",
        "Amber",
        "Amber/red",
        "Red",
        "Defer",
    ]
    assert "Needed for “Amber/red” or “Red”; useful for “defer”." in form.text
    officer.press("Record the answer", {"What is the answer?": "Green"})
    case = swl.director().open(EYES)
    assert "“Checkpoint 2, before consultation” is complete." in case.text
    # a body that was asked at an earlier stage finds there what it said
    assert "Two patient groups are too few." in swl.director().open(f"{EYES}/sutton").text


def test_a_late_return_is_put_forward_and_waits_for_three_chief_finance_officers(swl: SouthWestLondon) -> None:
    swl.it_is("6 November 2015")
    case = swl.director().open(RETURN)
    assert "Overdue" in case.text
    assert "2 of 3 have put it forward; Sutton is still to answer." in case.text
    assert "It was to be answered by 2 November 2015, which has passed." in case.text
    waits(swl, "priya-lockhart", "Better Care Fund return, July to September 2015, for Sutton")
    secretary = swl.secretary("Sutton")
    secretary.open(f"{RETURN}/sutton")
    form = secretary.follow("Give the answer")
    assert "Useful for “defer”." in form.text and "not agree" not in form.text
    secretary.press("Record the answer", {"What is the answer?": "Put forward"})
    for person, body in (
        ("winston-merriweather", "Merton"),
        ("josephine-tindale", "Sutton"),
        ("lucinda-parfitt", "Wandsworth"),
    ):
        waits(swl, person, f"Better Care Fund return, July to September 2015, for {body}")
        officer = swl.person(person)
        officer.open(f"{RETURN}/{body.lower()}")
        officer.follow("Give the answer")
        officer.press("Record the answer", {"What is the answer?": "Agree"})
    board = swl.person("horatia-middlemarsh").open(f"{RETURN}/health-and-wellbeing-boards")
    assert "Put it on an agenda" in board.text and "25 November 2015" in board.text
