"""A draft that saves itself while someone writes, in a browser whose clock the test turns."""

import re

from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import sign_in, watched_page
from tests.journeys.swl import DIRECTOR, MANAGER, email
from tests.live import Live

UPDATE = "/workstreams/system-architecture/update"
HEADLINE = "Three segments stand, and each has its lead."
MILLISECONDS = 20_000  # between two looks at whether something is to be saved
SAVED = re.compile(r"^Saved at \d{1,2}(\.\d{2})?[ap]m$")  # a full hour has no minutes


def writing(page: Page, who: str) -> None:
    """The update's form before this person, in a browser that waits for the test."""
    sign_in(page, email(who))
    page.clock.install()
    page.goto(UPDATE)


def headline(page: Page, text: str) -> None:
    page.get_by_label("Headline", exact=True).fill(text)


def told(page: Page) -> str:
    """What the page says of saving once its time has come and the service has answered."""
    line = page.locator("[data-autosaved]")
    line.evaluate("line => (line.textContent = '')")  # or what it said of the save before could be read for this one's
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.clock.fast_forward(MILLISECONDS)
    expect(line).not_to_be_empty()
    return line.inner_text()


def saves(page: Page) -> list[Request]:
    """Every save that the page asks for from here on."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    return asked


def test_what_is_typed_is_saved_by_itself_and_stands_after_a_reload(page: Page) -> None:
    writing(page, MANAGER)
    asked = saves(page)
    page.clock.fast_forward(MILLISECONDS)
    expect(page.locator("[data-autosaved]")).to_be_empty()
    headline(page, HEADLINE)
    assert asked == []
    assert SAVED.match(told(page))
    page.clock.fast_forward(MILLISECONDS)
    assert len(asked) == 1, "what is saved already is not sent again"
    page.get_by_label("Due next period", exact=True).fill("- The leads meet")
    assert SAVED.match(told(page)), "a second save goes on from the first"
    page.reload()
    expect(page.get_by_label("Headline", exact=True)).to_have_value(HEADLINE)
    expect(page.get_by_label("Due next period", exact=True)).to_have_value("- The leads meet")


def test_a_clash_stops_the_saving_with_a_sentence_and_loses_neither_text(
    page: Page, chromium: Browser, live: Live
) -> None:
    with watched_page(chromium, live.url) as other:
        writing(page, MANAGER)
        writing(other, DIRECTOR)
        headline(page, HEADLINE)
        assert SAVED.match(told(page))
        headline(other, "Another headline.")
        assert told(other).endswith("Save the draft yourself to see both texts.")
        asked = saves(other)
        headline(other, "Another headline, and more.")
        other.clock.fast_forward(2 * MILLISECONDS)
        expect(other.get_by_label("Headline", exact=True)).to_have_value("Another headline, and more.")
        assert asked == []
        other.locator("form[data-autosave]").get_by_role("button", name="Save draft").last.click()
        expect(other.locator("main")).to_contain_text(HEADLINE)
        expect(other.get_by_label("Headline", exact=True)).to_have_value("Another headline, and more.")


def test_a_service_that_does_not_answer_is_tried_again(page: Page) -> None:
    writing(page, MANAGER)
    page.context.set_offline(True)
    headline(page, HEADLINE)
    page.clock.fast_forward(MILLISECONDS)
    expect(page.locator("[data-autosaved]")).to_have_text("Not saved: the service did not answer. It is tried again.")
    page.context.set_offline(False)
    assert SAVED.match(told(page))
