"""Every page that a link leads to, for every kind of person: it answers, has one heading, and axe finds nothing."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from app.permissions import ROUTES
from tests.browser import sign_in, sign_ins, sign_out
from tests.live import Live

NOT_PAGES = {"static", "web.health"}
# How often one route is looked at: a body with much and one with little differ.
LOOKS = 2
# Reached by a form, a mail or a moving build: other journeys go there.
NOT_BY_A_LINK: set[str] = {"people.accept_invitation", "packs.personal"}


def endpoint(app: Flask, path: str) -> str | None:
    """The route that answers GET `path`; None when there is none."""
    try:
        name, _arguments = app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return str(name)


def kinds_of_people(page: Page) -> list[str]:
    """One email address for each thing that a person can be; the first of its kind on the list."""
    first: dict[str, str] = {}
    for email, capacity in sign_ins(page).items():
        first.setdefault(re.split(r"[,;]| of | for ", capacity)[0].strip().lower(), email)
    return list(first.values())


def links(page: Page, service: str) -> list[str]:
    """Paths of this service that the page links to, in order."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return [
        urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
        for address in found
        if address.startswith(service + "/")
    ]


class Visit:
    """What was looked at so far, and what was wrong."""

    def __init__(self, page: Page, live: Live, axe: Callable[[Page], list[str]]) -> None:
        self.page, self.live, self.axe = page, live, axe
        self.looked: dict[str, int] = {}
        self.wrong: list[str] = []

    def look(self, path: str, who: str) -> None:
        """Open one page and note what is wrong with it."""
        kind = self.page.request.head(path, max_redirects=5)
        if "text/html" not in kind.headers.get("content-type", ""):
            if kind.status != 200:
                self.wrong.append(f"{path} answers {kind.status} to {who}, who was shown a link to it")
            return
        answer = self.page.goto(path)
        if answer is None or answer.status != 200:
            self.wrong.append(f"{path} answers {answer and answer.status} to {who}, who was shown a link to it")
            return
        headings = self.page.locator("h1").count()
        if headings != 1:
            self.wrong.append(f"{path} has {headings} headings of the first level")
        self.wrong += self.axe(self.page)

    def from_home(self, who: str) -> None:
        """Follow links from the home page, looking at each route as often as is worth it."""
        waiting, seen = ["/"], {"/"}
        while waiting:
            path = waiting.pop(0)
            name = endpoint(self.live.app, urlsplit(path).path)
            if name is None:
                self.wrong.append(f"{path} is linked to, but no route answers it")
            if name is None or name in NOT_PAGES or (path != "/" and self.looked.get(name, 0) >= LOOKS):
                continue
            self.looked[name] = self.looked.get(name, 0) + 1
            self.look(path, who)
            more = [link for link in links(self.page, self.live.url) if link not in seen]
            seen.update(more)
            waiting += more


@pytest.fixture
def visit(page: Page, live: Live, axe: Callable[[Page], list[str]]) -> Visit:
    return Visit(page, live, axe)


def test_every_page_that_a_link_leads_to_is_whole_and_accessible(visit: Visit) -> None:
    people = kinds_of_people(visit.page)
    assert len(people) >= 5
    visit.from_home("anyone")
    for email in people:
        sign_out(visit.page)
        sign_in(visit.page, email)
        visit.from_home(email)
    assert visit.wrong == []
    reads = {
        rule.endpoint
        for rule in visit.live.app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint in ROUTES
    }
    assert reads - set(visit.looked) - NOT_PAGES - NOT_BY_A_LINK == set()


def test_an_address_that_does_not_exist_says_so_accessibly(visit: Visit) -> None:
    answer = visit.page.goto("/there-is-no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert visit.axe(visit.page) == []
