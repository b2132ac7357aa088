"""A programme manager’s month over eight workstreams and six bodies, at a desk.

One milestone slips on the way, one CCG has a position of its own, and an error is found in what was sent before.

Read it from top to bottom. Each person sits at a browser of their own; what is beside the point (the fifth update of
eight, the seventh gap) goes through the same pages without one.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from app.pdf import all_text
from tests.browser import DESKTOP
from tests.conftest import SettableClock
from tests.journeys.desk import Axe, Desks, done, follow, press
from tests.journeys.steps import the_worker_works
from tests.journeys.swl import CHAIRS, DIRECTOR, MANAGER, SECRETARIES, SUTTON_MANAGER, SouthWestLondon
from tests.live import Live

COLLEAGUE = "sunita-barrowby"
MODELS = "/workstreams/service-models"
CRISIS = "/workstreams/crisis-response"
ONLINE = "/workstreams/patients-online"
FRAMEWORK = "/milestones/architecture-framework"

HEADLINES = {
    "system-architecture": "The framework goes to the programme board after Easter.",
    "workforce-specifications": "Vignettes of stroke and of frailty are with the clinical group.",
    "service-models": "Models for four services are in draft, and two are left.",
    "planned-care-contract": "Two options for one contract are ready to be compared.",
    "crisis-response": "The pilot answers weekday calls within two hours.",
    "patients-online": "All six CCGs have said where they stand.",
    "deliberative-events": "What was heard at three events is being written up.",
}
PATH = "The board has a reserved day, and the clinical lead has begun."
WHY = "The programme board’s day in December was given to winter pressures."
RISK = "The pilot’s night rota rests on one agency"
WRONG = "Three vignettes were told as finished; two are."
RIGHT = "Two vignettes are finished, and a third is being written."
LOCAL = "Sutton’s practices ask that the pilot’s number is printed on discharge letters."


@pytest.fixture
def desks(chromium: Browser, live: Live, axe: Axe) -> Iterator[Desks]:
    with ExitStack() as stack:
        yield Desks(chromium, live, axe, DESKTOP, stack)


@pytest.fixture
def swl(live: Live) -> SouthWestLondon:
    """The same service, for those who need no browser."""
    return SouthWestLondon(live.app, SettableClock())


def test_a_month_over_eight_workstreams_and_six_bodies(desks: Desks, swl: SouthWestLondon) -> None:
    given_a_manager_who_owes_updates_and_is_chased(desks)
    when_an_error_is_found_in_what_six_bodies_were_sent(desks, swl)
    when_she_rolls_forward_and_writes_two_of_them(desks)
    when_the_others_are_written(swl)
    when_a_milestone_slips(desks)
    when_a_risk_is_raised_and_escalated(desks)
    when_a_body_says_what_it_says_itself(desks)
    when_two_people_write_at_once(desks)
    when_the_director_approves(desks, swl)
    then_the_grid_the_plan_and_the_map_show_it(desks)
    when_the_edition_is_built_and_released(desks, swl)
    then_both_forms_of_it_say_what_was_written(desks)


def given_a_manager_who_owes_updates_and_is_chased(desks: Desks) -> None:
    desks.it_is("27 November 2015")  # ten working days before updates are due
    # one of what is owed, beside what reminds of a return that is late and of a condition
    [(subject, body)] = [mail for mail in desks.mails_to(MANAGER) if f"{desks.live.url}{CRISIS}" in mail[1]]
    assert "11 December 2015" in subject + body

    page = desks.of(MANAGER)
    page.goto("/")
    row = page.get_by_role("row").filter(has_text="Crisis response pilot").first
    expect(row).to_contain_text("Owed")
    expect(row).to_contain_text("11 December 2015 (in 14 days)")
    expect(page.get_by_role("main")).to_contain_text("Please say which vignettes, and what the path to green is.")
    desks.look(page)


def when_an_error_is_found_in_what_six_bodies_were_sent(desks: Desks, swl: SouthWestLondon) -> None:
    director = desks.of(DIRECTOR)
    director.goto("/editions/2015-10")
    follow(director, "Something is wrong in it: begin a correction")
    director.get_by_label("Where is it wrong?").select_option("workforce-specifications")
    director.get_by_label("What is wrong, and why").fill(WRONG)
    director.get_by_label("Open the workstream’s update again").check()
    desks.look(director)
    press(director, "Put it on record")
    assert "The update is open again" in done(director)

    # The manager finds it at home, and puts it right
    page = desks.of(MANAGER)
    page.goto("/workstreams/workforce-specifications/update?period=2015-10")
    expect(page.get_by_role("main")).to_contain_text(WRONG)
    page.get_by_label("Headline", exact=True).fill(RIGHT)
    press(page, "Submit to the programme director")
    assert "was submitted" in done(page)
    director.goto("/workstreams/workforce-specifications/update/review?period=2015-10")
    press(director, "Approve")
    assert "was approved" in done(director)

    # Edition 2 and its correction are built, looked at and released
    director.goto("/editions/2015-10")
    press(director, "Build the edition")
    the_worker_works(swl)
    director.goto("/editions/2015-10")
    expect(director.get_by_role("main")).to_contain_text(RIGHT)
    desks.look(director)
    follow(director, "Release the edition")
    expect(director.get_by_role("main")).to_contain_text("Correction 1 goes out with it")
    desks.look(director)
    press(director, "Release the edition")
    assert "The edition is released" in done(director)

    # It is in the post of who was sent a pack, and it shows who holds which
    assert any(subject.startswith("Correction 1") for subject, _ in desks.mails_to(CHAIRS["Sutton"]))
    page.goto("/editions/2015-10/holders")
    expect(page.get_by_role("main")).to_contain_text(
        "Edition 1 with correction 1: Croydon, Kingston, Merton, Richmond, Sutton, Wandsworth."
    )
    desks.look(page)


def when_she_rolls_forward_and_writes_two_of_them(desks: Desks) -> None:
    page = desks.of(MANAGER)
    page.goto("/")
    task(page, "Finish the update", "Service model design groups")
    press(page, "Roll last period forward")
    assert "rolled forward" in done(page)
    write(page, "service-models")
    desks.look(page)
    press(page, "Submit to the programme director")
    assert "was submitted" in done(page)

    # The one that was returned is answered, below the comment it came back with
    page.goto("/")
    task(page, "Correct the update", "Workforce specifications")
    expect(page.get_by_role("main")).to_contain_text("Please say which vignettes")
    write(page, "workforce-specifications")
    page.get_by_label("Path to green").fill(PATH)
    press(page, "Save and preview as it will stand in the pack")
    expect(page.get_by_role("main")).to_contain_text(HEADLINES["workforce-specifications"])
    page.go_back()
    press(page, "Submit to the programme director")
    assert "was submitted" in done(page)


def task(page: Page, words: str, about: str) -> None:
    """Go to something that waits at home, by its link: which says in words what it is about."""
    page.get_by_role("link", name=re.compile(f"^{words} ?: {about}")).click()


def write(page: Page, workstream: str) -> None:
    """Fill in what has to be there in an update."""
    page.get_by_label("Headline", exact=True).fill(HEADLINES[workstream])
    page.get_by_label("Done this period").fill(f"- {HEADLINES[workstream]}")
    page.get_by_label("Due next period").fill("- What is left")


def when_the_others_are_written(swl: SouthWestLondon) -> None:
    manager = swl.person(MANAGER)
    for workstream in ("system-architecture", "planned-care-contract", "crisis-response", "deliberative-events"):
        manager.open(f"/workstreams/{workstream}/update")
        headline = HEADLINES[workstream]
        given = {"Overall this period": "Green", "Headline": headline, "Done this period": f"- {headline}"}
        assert "was submitted" in manager.press("Submit to the programme director", given).text


def when_a_milestone_slips(desks: Desks) -> None:
    page = desks.of(MANAGER)
    page.goto("/workstreams/system-architecture")
    follow(page, "Framework agreed by the programme board")
    follow(page, "Change its date")
    page.get_by_label("New date").fill("15 April 2016")
    press(page, "Show what this does")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say why the date changes")
    page.get_by_label("Why the date changes").fill(WHY)
    press(page, "Show what this does")

    # What it pushes and what it threatens is shown before anything is changed
    main = page.get_by_role("main")
    expect(main).to_contain_text("Nothing is changed yet.")
    expect(main).to_contain_text("First measures of system value")
    expect(main).to_contain_text("Minimum outcomes for out-of-hospital care")
    expect(main).to_contain_text(WHY)
    desks.look(page)
    press(page, "Change the date")
    expect(main).to_contain_text("15 April 2016")
    expect(main).to_contain_text("Beyond tolerance")
    expect(main).to_contain_text(WHY)
    desks.look(page)


def when_a_risk_is_raised_and_escalated(desks: Desks) -> None:
    page = desks.of(MANAGER)
    page.goto("/risks")
    follow(page, "Raise a risk or issue")
    page.get_by_label("A risk: it may happen").check()
    page.get_by_label("Title").fill(RISK)
    page.get_by_label("Workstream").select_option("Crisis response pilot")
    page.get_by_label("Cause").fill("Two posts are not filled.")
    page.get_by_label("Event").fill("The agency may withdraw its staff over the holidays.")
    page.get_by_label("Effect").fill("Calls at night would go to the emergency department.")
    for when in ("if nothing is done", "now"):
        page.get_by_label(f"Likelihood {when}").select_option("4, likely")
        page.get_by_label(f"Consequence {when}").select_option("4, major")
    page.get_by_label("What is done about it").fill("A second agency is asked.")
    page.get_by_label("What the score rests on").fill("The agency’s letter of 20 November.")
    press(page, "Put it on the register")
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_contain_text(RISK)
    expect(main).to_contain_text("16")
    follow(page, "Escalate to the programme")
    page.get_by_label("Reason").fill("No workstream can pay a second agency.")
    press(page, "Ask the programme")
    expect(main).to_contain_text("Escalation asked")

    # The director finds it at home, and takes it on
    director = desks.of(DIRECTOR)
    director.goto("/")
    follow(director, RISK)
    director.get_by_label("Reason").fill("The programme pays until March.")
    press(director, "Take it to programme level")
    expect(director.get_by_role("main")).to_contain_text("Programme level")
    desks.look(director)


def when_a_body_says_what_it_says_itself(desks: Desks) -> None:
    page = desks.of(SUTTON_MANAGER)
    page.goto(CRISIS)
    follow(page, "Write the position of Sutton")
    page.get_by_label("Our position in a line").fill(LOCAL)
    press(page, "Submit for approval")
    assert "Sutton submitted its local position." in done(page)

    secretary = desks.of(SECRETARIES["Sutton"])
    secretary.goto("/")
    task(secretary, "Approve or return the local position", "Crisis response pilot")
    expect(secretary.get_by_role("main")).to_contain_text(LOCAL)
    desks.look(secretary)
    press(secretary, "Approve for Sutton")
    assert "Sutton’s local position was approved." in done(secretary)


def when_two_people_write_at_once(desks: Desks) -> None:
    page, colleague = desks.of(MANAGER), desks.of(COLLEAGUE)
    for one in (page, colleague):
        one.goto(f"{ONLINE}/update")
    colleague.get_by_label("Headline", exact=True).fill("Five CCGs have said where they stand.")
    press(colleague, "Save draft")
    write(page, "patients-online")
    page.get_by_label("Overall this period").select_option("Green")
    with page.expect_response(lambda response: response.request.method == "POST") as sent:
        press(page, "Save draft")
    assert sent.value.status == 409
    main = page.get_by_role("main")
    expect(main).to_contain_text("Sunita Barrowby saved this update on 27 November 2015")
    expect(main).to_contain_text("Five CCGs have said where they stand.")
    expect(main).to_contain_text(HEADLINES["patients-online"])
    desks.look(page)

    # She has seen what her colleague wrote, keeps her own words, and submits
    page.goto(f"{ONLINE}/update")
    write(page, "patients-online")
    page.get_by_label("Overall this period").select_option("Green")
    press(page, "Submit to the programme director")
    assert "was submitted" in done(page)


def when_the_director_approves(desks: Desks, swl: SouthWestLondon) -> None:
    desks.it_is("11 December 2015")
    page = desks.of(DIRECTOR)
    page.goto("/")
    task(page, "Approve or return the update", "Crisis response pilot")
    expect(page.get_by_role("main")).to_contain_text(HEADLINES["crisis-response"])
    desks.look(page)
    press(page, "Approve")
    assert "was approved" in done(page)
    director = swl.director()
    for workstream in {*HEADLINES, "out-of-hospital-standards"} - {"crisis-response"}:
        director.open(f"/workstreams/{workstream}/update/review")
        assert "was approved" in director.press("Approve").text


def then_the_grid_the_plan_and_the_map_show_it(desks: Desks) -> None:
    page = desks.of(MANAGER)
    page.goto("/workstreams")
    follow(page, "What each body owes")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Crisis response pilot"))
    expect(row.get_by_text("Approved")).to_have_count(2)
    desks.look(page)
    follow(page, "Plan on a page")
    slipped = page.get_by_role("row").filter(has_text="Framework agreed by the programme board").first
    expect(slipped).to_contain_text("15 April 2016")
    desks.look(page)
    follow(page, "Map of the architecture")
    expect(page.get_by_role("main")).to_contain_text("Crisis response pilot")
    desks.look(page)


def when_the_edition_is_built_and_released(desks: Desks, swl: SouthWestLondon) -> None:
    director = swl.director()
    director.open("/editions/2015-12")
    while "Accept with a reason" in director.page.text:
        director.follow("Accept with a reason")
        director.press("Accept the gap in my name", {"Why it may be missing": "it is reported in the next edition."})

    page = desks.of(DIRECTOR)
    page.goto("/editions/2015-12")
    press(page, "Build the edition")
    the_worker_works(swl)
    page.goto("/editions/2015-12")
    expect(page.get_by_role("main")).to_contain_text("of 16:9 as a tagged PDF")
    desks.look(page)
    follow(page, "Release the edition")
    press(page, "Release the edition")
    assert "The edition is released" in done(page)


def then_both_forms_of_it_say_what_was_written(desks: Desks) -> None:
    page = desks.of(DIRECTOR)
    for address in ("/packs/edition/2015-12/1.pdf", "/packs/edition/2015-12/1/slides.pdf"):
        answer = page.request.get(address)
        assert answer.status == 200, address
        text = "".join(all_text(answer.body()).split())
        for headline in HEADLINES.values():
            assert "".join(headline.split()) in text, f"“{headline}” is not in {address}"
