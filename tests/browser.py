"""Chromium for tests: how it is started, what a page must not do, and axe-core at desktop and phone width."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESKTOP = (1280, 900)
PHONE = (375, 800)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is right need not be told node by node: that took axe longer than finding what is wrong
RUN = """async ([standards, sheets]) => (await axe.run(document, {
    runOnly: standards, resultTypes: ["violations"],
    preload: sheets, rules: {"css-orientation-lock": {enabled: sheets}},
})).violations
"""


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the page a width and height in CSS pixels."""
    page.set_viewport_size({"width": size[0], "height": size[1]})


@contextmanager
def watched_page(browser: Browser, address: str, *, scripts: bool = True) -> Iterator[Page]:
    """A page in a context of its own, with `address` as its base; `scripts=False` is a browser without JavaScript.

    On leaving it fails the test when the page raised an error, broke its own content security policy, or asked
    any other host for anything.
    """
    wrong: list[str] = []
    context = browser.new_context(
        base_url=address,
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
        locale="en-GB",
        timezone_id="Europe/London",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()

    def said(message: ConsoleMessage) -> None:
        # A page that answers 403, 404 or 409 on purpose is reported here too; the test looks at those itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrong.append(f"{page.url} said: {message.text}")

    def raised(error: Error) -> None:
        wrong.append(f"{page.url} raised: {error}")

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:", "about:")):
            wrong.append(f"{page.url} asked another host: {request.url}")

    page.on("console", said)
    page.on("pageerror", raised)
    context.on("request", asked)
    try:
        yield page
    finally:
        context.close()
    assert not wrong, "\n".join(wrong)


class Accessibility:
    """axe-core, read once.

    One of its rules looks at the style sheets alone, which it asks for again each time; nearly every page has the same,
    so it looks at them with the first page that has them.
    """

    def __init__(self) -> None:
        self._source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
        self._sheets_seen = set[str]()

    def __call__(self, page: Page, sizes: Sequence[tuple[int, int]] = (PHONE, DESKTOP)) -> list[str]:
        """What is wrong with the page as it stands, at both widths or those given; leaves it at the last of them."""
        found: list[str] = []
        for size in sizes:
            name = "phone" if size == PHONE else "desktop"
            resize(page, size)
            if not page.evaluate("() => 'axe' in window"):
                page.evaluate(self._source)  # not a script element: the page's policy would rightly refuse one
            sheets = page.evaluate("() => [...document.styleSheets].map(sheet => sheet.href).join()")
            violations = page.evaluate(RUN, [STANDARDS, sheets not in self._sheets_seen])
            self._sheets_seen.add(sheets)
            found += [_sentence(page.url, name, violation) for violation in violations]
            width = page.evaluate("() => document.documentElement.scrollWidth")
            if width > size[0]:
                found.append(f"{page.url} at {name} width scrolls sideways: {width} of {size[0]} pixels (1.4.10)")
        return found


def _sentence(url: str, width: str, violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{url} at {width} width: {violation['id']}, {violation['help']}: {places}"


def sign_in(page: Page, email: str) -> None:
    """Sign in as one of the demonstration's people, by the form and the password that the page shows."""
    page.goto("/sign-in")
    password = page.locator("main tbody code").first.inner_text()
    page.get_by_label("Email address", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main form").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: not address.endswith("/sign-in"))


def sign_out(page: Page) -> None:
    """Leave, by forgetting every cookie: a new visitor sits down."""
    page.context.clear_cookies()
