"""The way of an update: rolled forward, written, previewed, returned, corrected, approved; and a body’s own position.

And what must not happen on that way: two people writing over one another, a double click that does something twice,
a back button that brings an old page to life.
"""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from app.audit.models import RecordEntry
from app.db import db
from app.programme.models import Period, Update, Workstream
from tests.browser import sign_in, sign_out, watched_page
from tests.journeys.swl import DIRECTOR, MANAGER, SECRETARIES, SUTTON_MANAGER, SouthWestLondon, email
from tests.live import Live

CONTRACT = "/workstreams/planned-care-contract"
Axe = Callable[[Page], list[str]]

HEADLINE = "Two options for one contract are ready to be compared."
DONE = "- Two options were set out\n- The acute trusts were asked for their views"
NEXT = "A comparison of the two options."
PATH = "Legal advice is expected before Christmas; the options are then compared in January."
COMMENT = "Say which trusts were asked, and by when they answer."
DONE_AGAIN = "- Two options were set out\n- All four acute trusts were asked, and answer by 8 January 2016"
LOCAL = "Sutton asks that community clinics are in the comparison."


def signed_in_as(page: Page, code: str) -> None:
    """Somebody else sits down and signs in."""
    sign_out(page)
    sign_in(page, email(code))


def press(page: Page, words: str) -> None:
    """Press a button of the page's own form."""
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def done(page: Page) -> str:
    """What the service says was done."""
    return page.locator(".nhsuk-notification-banner").inner_text()


def updates_of(live: Live, workstream: str) -> list[tuple[str, int]]:
    """State and version of each update of the open period: one, or none."""
    with live.app.app_context(), db.sessionmaker() as session:
        found = session.execute(
            sa.select(Update.state, Update.version)
            .join(Workstream, Workstream.id == Update.workstream_id)
            .join(Period, Period.id == Update.period_id)
            .where(Workstream.code == workstream, Period.code == "2015-12")
        )
        return [(row.state, row.version) for row in found]


def test_an_update_is_rolled_forward_returned_corrected_and_approved(page: Page, axe: Axe) -> None:
    # Given a workstream that owes its update, and a programme manager
    signed_in_as(page, MANAGER)
    page.goto("/workstreams")
    page.get_by_role("link", name="Planned care single contract").first.click()
    page.get_by_role("button", name="Write the update").click()
    expect(page.get_by_text("Updates due 11 December 2015")).to_be_visible()
    assert axe(page) == []

    # When she has begun to type, and then begins with last period
    page.get_by_label("Due next period").fill(NEXT)
    press(page, "Roll last period forward")

    # Then last period's rating is there, what was due next is suggested as done, and what she typed is still there
    assert "rolled forward" in done(page)
    assert page.get_by_label("Due next period").input_value() == NEXT
    expect(page.get_by_label("Overall this period")).to_have_value("green")
    assert "Options set out" in page.get_by_label("Done this period").input_value()

    # When she submits without a headline, then the page says what is missing beside the field, and keeps the rest
    page.get_by_label("Overall this period").select_option("Amber")
    page.get_by_label("Done this period").fill(DONE)
    press(page, "Submit to the programme director")
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_contain_text("Write a headline")
    expect(summary).to_contain_text("Rated amber (overall): say what brings it back to green.")
    assert page.get_by_label("Done this period").input_value() == DONE
    assert axe(page) == []

    # When she writes the rest and looks at the page of the pack
    page.get_by_label("Headline").fill(HEADLINE)
    page.get_by_label("Path to green").fill(PATH)
    press(page, "Save and preview as it will stand in the pack")

    # Then the preview is the very section, with the rating in a word and the change since last period
    main = page.get_by_role("main")
    expect(main).to_contain_text(HEADLINE)
    expect(main).to_contain_text("Two options were set out")
    expect(main).to_contain_text("amber", ignore_case=True)
    assert axe(page) == []

    # When she submits it
    page.goto(f"{CONTRACT}/update")
    press(page, "Submit to the programme director")
    assert "was submitted" in done(page)

    # And the director returns it with a comment
    signed_in_as(page, DIRECTOR)
    page.goto(CONTRACT)
    page.get_by_role("button", name="Review the update").click()
    expect(main).to_contain_text(HEADLINE)
    assert axe(page) == []
    page.get_by_label("What is to be changed").fill(COMMENT)
    press(page, "Return with the comment")
    assert "was returned to its writer with your comment" in done(page)

    # Then the manager finds the comment above her text, corrects it, and submits it again
    signed_in_as(page, MANAGER)
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("Planned care single contract")
    page.goto(CONTRACT)
    page.get_by_role("button", name="Go on with the update").click()
    expect(main).to_contain_text(COMMENT)
    assert page.get_by_label("Headline").input_value() == HEADLINE
    assert axe(page) == []
    page.get_by_label("Done this period").fill(DONE_AGAIN)
    press(page, "Submit to the programme director")

    # And the director approves it
    signed_in_as(page, DIRECTOR)
    page.goto(f"{CONTRACT}/update/review")
    expect(main).to_contain_text("answer by 8 January 2016")
    press(page, "Approve")
    assert "was approved: its text is what the edition takes" in done(page)

    # Then it can no longer be changed by its writer, and the page says what would make it possible
    signed_in_as(page, MANAGER)
    page.goto(f"{CONTRACT}/update")
    expect(main).to_contain_text("ask the programme director to return it with a comment")
    assert axe(page) == []


def test_a_ccg_adds_its_own_position_and_its_secretary_approves_it(page: Page, axe: Axe) -> None:
    # Given Sutton's programme manager, who may not write the common text
    signed_in_as(page, SUTTON_MANAGER)
    answer = page.goto(f"{CONTRACT}/update")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("position is written on its local position page.")
    assert axe(page) == []

    # When he writes what Sutton says of it, and submits it
    page.goto(CONTRACT)
    page.get_by_role("link", name="Write the position of Sutton").click()
    page.get_by_label("How it stands here").select_option("Green")
    page.get_by_label("Our position in a line").fill(LOCAL)
    page.get_by_label("Note").fill("- The clinics serve two boroughs")
    assert axe(page) == []
    press(page, "Submit for approval")
    assert "Sutton submitted its local position." in done(page)

    # Then another CCG cannot write it
    signed_in_as(page, SECRETARIES["Croydon"])
    answer = page.goto(f"{CONTRACT}/local/sutton")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("Only Sutton’s own programme manager or board secretary")

    # When Sutton's board secretary approves it
    signed_in_as(page, SECRETARIES["Sutton"])
    page.goto(CONTRACT)
    page.get_by_role("link", name="Review the position of Sutton").click()
    assert axe(page) == []
    press(page, "Approve for Sutton")
    assert "Sutton’s local position was approved." in done(page)

    # Then the grid shows it as approved
    page.goto("/workstream-grid")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Planned care single contract"))
    expect(row).to_contain_text("approved", ignore_case=True)
    assert axe(page) == []


@pytest.fixture
def colleague(chromium: Browser, live: Live) -> Iterator[Page]:
    """A second browser, on a second desk."""
    with watched_page(chromium, live.url) as page:
        yield page


def test_two_people_editing_at_once_are_told_and_lose_nothing(
    page: Page, colleague: Page, live: Live, axe: Axe
) -> None:
    # Given the manager and the director with the same page open
    signed_in_as(page, MANAGER)
    signed_in_as(colleague, DIRECTOR)
    page.goto(f"{CONTRACT}/update")
    colleague.goto(f"{CONTRACT}/update")

    # When the director saves first
    colleague.get_by_label("Headline").fill("The director’s headline.")
    press(colleague, "Save draft")
    assert "The draft was saved." in done(colleague)

    # And then the manager, who has not seen that
    page.get_by_label("Headline").fill("The manager’s headline.")
    page.get_by_label("Done this period").fill(DONE)
    with page.expect_response(lambda response: response.request.method == "POST") as sent:
        press(page, "Save draft")

    # Then he is told who changed what, nothing of the director's is lost, and nothing that he typed
    assert sent.value.status == 409
    main = page.get_by_role("main")
    expect(main).to_contain_text("Vivienne Harcastle saved this update on 5 November 2015")
    expect(main).to_contain_text("The director’s headline.")
    expect(main.get_by_label("Headline", exact=True)).to_have_value("The manager’s headline.")
    expect(main.get_by_label("Done this period", exact=True)).to_have_value(DONE)
    assert axe(page) == []
    assert updates_of(live, "planned-care-contract") == [("draft", 1)]

    # When he opens it anew, then he has the director's text before him and can go on from there
    page.goto(f"{CONTRACT}/update")
    assert page.get_by_label("Headline").input_value() == "The director’s headline."
    page.get_by_label("Done this period").fill(DONE)
    press(page, "Save draft")
    assert "The draft was saved." in done(page)
    assert updates_of(live, "planned-care-contract") == [("draft", 2)]


@pytest.fixture
def plain_page(chromium: Browser, live: Live) -> Iterator[Page]:
    """A browser without JavaScript, where nothing but the service itself stands between two clicks."""
    with watched_page(chromium, live.url, scripts=False) as page:
        yield page


@pytest.mark.parametrize("browser", ["page", "plain_page"])
def test_a_double_click_submits_once(browser: str, live: Live, request: pytest.FixtureRequest) -> None:
    # Given an update that is complete, before a hurried manager
    page: Page = request.getfixturevalue(browser)
    signed_in_as(page, MANAGER)
    page.goto(f"{CONTRACT}/update")
    page.get_by_label("Overall this period").select_option("Green")
    page.get_by_label("Headline").fill(HEADLINE)
    page.get_by_label("Done this period").fill(DONE)

    # When he presses the button twice
    page.get_by_role("button", name="Submit to the programme director").dblclick(no_wait_after=True)
    page.wait_for_url(lambda address: not address.endswith("/update"))

    # Then it is submitted once, and he is told that it is
    expect(page.get_by_role("main")).to_contain_text("submitted", ignore_case=True)
    assert [state for state, _ in updates_of(live, "planned-care-contract")] == ["submitted"]


@pytest.mark.parametrize("button", ["Save draft", "Submit to the programme director"])
def test_the_same_form_sent_twice_is_sent_once(swl: SouthWestLondon, button: str) -> None:
    # Given a connection that breaks after the update was sent, so that the browser sends it again
    manager = swl.person(MANAGER)
    manager.open(f"{CONTRACT}/update")
    given = {"Overall this period": "Green", "Headline": HEADLINE, "Done this period": DONE}
    first = manager.send(button, given)
    again = manager.send(button, given)

    # Then both get the same answer, and one act is on record
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    history = swl.director().open(CONTRACT).text
    assert ("Submitted by Jerome Applewhite" in history) == (button != "Save draft")
    assert acts(swl, "update.submitted") == (0 if button == "Save draft" else 1)


@pytest.mark.parametrize("button", ["Save draft", "Submit for approval", "We have nothing local to add"])
def test_the_same_local_position_sent_twice_is_sent_once(swl: SouthWestLondon, button: str) -> None:
    manager = swl.person(SUTTON_MANAGER)
    manager.open(f"{CONTRACT}/local/sutton")
    before = acts(swl, "local-position.submitted")
    given = {"Our position in a line": "" if button == "We have nothing local to add" else LOCAL}
    first = manager.send(button, given)
    again = manager.send(button, given)
    assert (first.status_code, again.status_code) == (303, 303)
    assert acts(swl, "local-position.submitted") - before == (0 if button == "Save draft" else 1)


def test_the_same_agenda_item_sent_twice_is_one_item(swl: SouthWestLondon) -> None:
    secretary = swl.secretary("Sutton")
    secretary.open("/meetings/sutton-2016-01-20/items/new")
    given = {"Title": "Winter resilience", "Purpose": "For discussion"}
    for answer in (secretary.send("Add the item", given), secretary.send("Add the item", given)):
        assert answer.status_code == 303
    rows = [row.text for row in secretary.open("/meetings/sutton-2016-01-20").main.all("tr")]
    assert len([row for row in rows if "Winter resilience" in row]) == 1


def acts(swl: SouthWestLondon, tag: str) -> int:
    """How often an act stands in the record since this journey began."""
    with swl.app.app_context(), db.sessionmaker() as session:
        found = sa.select(sa.func.count()).where(RecordEntry.tag == tag, RecordEntry.at >= swl.clock.now)
        return session.scalar(found) or 0


def test_the_back_button_brings_no_old_page_to_life(page: Page, live: Live) -> None:
    # Given a draft that the manager saved, and then submitted
    signed_in_as(page, MANAGER)
    page.goto(f"{CONTRACT}/update")
    page.get_by_label("Overall this period").select_option("Green")
    page.get_by_label("Headline").fill(HEADLINE)
    page.get_by_label("Done this period").fill(DONE)
    press(page, "Submit to the programme director")
    assert "was submitted" in done(page)
    version = updates_of(live, "planned-care-contract")

    # When he goes back, and presses a button of whatever page that shows
    page.go_back()
    page.get_by_label("Headline").fill("Written on an old page.")
    with page.expect_response(lambda response: response.request.method == "POST") as sent:
        press(page, "Save draft")

    # Then either the page was fresh and says that it is a draft again, or he is told that it was stale; what he typed
    # is there in both cases
    if sent.value.status == 409:
        expect(page.get_by_role("main")).to_contain_text("Written on an old page.")
        assert updates_of(live, "planned-care-contract") == version
    else:
        assert page.get_by_label("Headline").input_value() == "Written on an old page."
        assert [state for state, _ in updates_of(live, "planned-care-contract")] == ["draft"]
