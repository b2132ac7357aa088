"""The way in and the way to help, by keyboard alone, as the accessibility statement says."""

from playwright.sync_api import Page

from tests.journeys.swl import DIRECTOR, email

MOST_PRESSES = 300


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab on {page.url}")


def test_signing_in_and_searching_the_help_need_no_mouse(page: Page) -> None:
    page.goto("/sign-in")
    password = page.locator("main tbody code").first.inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    tab_to(page, "#email")
    page.keyboard.type(email(DIRECTOR))
    tab_to(page, "#password")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    tab_to(page, "footer a[href='/help']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help")
    tab_to(page, "#q")
    page.keyboard.type("baseline")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help?q=baseline")
    tab_to(page, "a[href='/help/move-a-milestone']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help/move-a-milestone")
    assert page.locator("h1").inner_text() == "Move a milestone, add one or withdraw one"
