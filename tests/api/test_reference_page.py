"""The page about the API in a browser: a token is made, pasted, and what is sent is really done, over HTTP."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import sign_in


def test_an_operation_is_tried_with_a_token_that_was_just_made(page: Page, axe: Callable[[Page], list[str]]) -> None:
    sign_in(page, "ruth-calverley@demonstration.example")
    page.goto("/account")
    page.get_by_role("link", name="Your tokens").click()
    assert axe(page) == []
    page.get_by_role("button", name="Make a token").click()
    page.get_by_label("Name", exact=True).fill("Board papers")
    for scope in ("Read sign-offs", "Say what became of conditions"):
        page.get_by_label(scope).check()
    page.get_by_role("button", name="Make the token").click()
    assert axe(page) == []
    token = page.locator(".app-token").inner_text()

    page.goto("/api")
    assert axe(page) == []
    page.get_by_label("Your token").fill(token)
    sign_off = page.locator("#sign_off")
    sign_off.locator("summary").click()
    sign_off.get_by_role("button").click()
    answer = sign_off.get_by_role("region", name="The answer")
    answer.wait_for()
    assert '"code": "minimum-outcomes-2015"' in answer.inner_text()
    minute = page.locator("#minute_reference")
    minute.locator("summary").click()
    minute.get_by_role("button").click()
    answer = minute.get_by_role("region", name="The answer")
    answer.wait_for()
    first = answer.inner_text()
    assert '"entry": ' in first
    minute.get_by_role("button").click()
    expect(answer).to_have_text(first)  # pressed twice, the same request is one write
    assert axe(page) == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0
