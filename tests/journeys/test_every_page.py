"""Every page that a link leads to, for every kind of person: it answers, has one heading, and axe finds nothing."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from app.db import db
from app.people.models import DecidingBody
from app.permissions import ROUTES
from app.signoff.models import PartyState
from tests.browser import sign_in, sign_ins, sign_out
from tests.conftest import SettableClock
from tests.journeys.steps import (
    accept_the_gaps,
    build_the_edition,
    put_before_the_chair,
    release_the_built_edition,
    the_worker_works,
)
from tests.journeys.swl import CHAIRS, DIRECTOR, SECRETARIES, SouthWestLondon, email
from tests.journeys.visitor import Page as Shown
from tests.live import Live

NOT_PAGES = {"static", "web.health", "web.logo"}
# How often axe looks at one route: a body with much and one with little differ. Others are opened all the same,
# once by each kind of person, since what a page links to depends on who reads it.
LOOKS = 2
# Reached by a form, a mail or a moving build: other journeys go there.
# A case is offered to be opened only while a version waits to be asked about; the programme's own tests go there.
NOT_BY_A_LINK: set[str] = {"people.accept_invitation", "packs.personal", "programme.open_case"}
# There only while something is in hand (a meeting is over, a pack is built): the second test here goes there.
IN_HAND = {
    "packs.accept_edition_gap",
    "packs.accept_gap",
    "packs.download",
    "packs.edition",
    "packs.edition_download",
    "packs.edition_preview",
    "packs.edition_progress",
    "packs.preview",
    "packs.progress",
    "packs.public_facts",
    "packs.put_forward",
    "packs.release",
    "packs.release_edition",
    "signoff.minute_reference",
    "signoff.receipt",
    "signoff.record_decision",
}


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
    for address, capacity in sign_ins(page).items():
        first.setdefault(re.split(r"[,;]| of | for ", capacity)[0].strip().lower(), address)
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

    def look(self, path: str, who: str, *, closely: bool = True) -> None:
        """Open one page and note what is wrong with it; `closely` asks axe too."""
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
        if closely:
            self.wrong += self.axe(self.page)

    def from_home(self, who: str) -> None:
        """Follow links from the home page, looking at each route as often as is worth it."""
        waiting, seen = ["/"], {"/"}
        opened: set[str] = set()
        while waiting:
            path = waiting.pop(0)
            name = endpoint(self.live.app, urlsplit(path).path)
            if name is None:
                self.wrong.append(f"{path} is linked to, but no route answers it")
            closely = path == "/" or self.looked.get(name or "", 0) < LOOKS
            if name is None or name in NOT_PAGES or (not closely and name in opened):
                continue
            opened.add(name)
            self.looked[name] = self.looked.get(name, 0) + 1
            self.look(path, who, closely=closely)
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
    for address in people:
        sign_out(visit.page)
        sign_in(visit.page, address)
        visit.from_home(address)
    assert visit.wrong == []
    reads = {
        rule.endpoint
        for rule in visit.live.app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint in ROUTES
    }
    assert reads - set(visit.looked) - NOT_PAGES - NOT_BY_A_LINK - IN_HAND == set()


def test_every_page_of_work_in_hand_is_whole_and_accessible(visit: Visit) -> None:
    visit.live.flask("demonstration", "clock", "--to", "2015-12-12T09:00")
    swl = SouthWestLondon(visit.live.app, SettableClock())
    meeting, case = "/meetings/merton-2016-01-14", "/sign-offs/minimum-outcomes-2015"

    def look(who: str, *paths: str) -> None:
        sign_out(visit.page)
        sign_in(visit.page, email(who))
        for path in paths:
            visit.looked[str(endpoint(visit.live.app, path))] = 1
            visit.look(path, who)

    swl.secretary("Merton").open(f"{meeting}/pack")
    gap = gap_link(swl.secretary("Merton").page)
    swl.director().open("/editions/2015-12")
    edition_gap = gap_link(swl.director().page)
    look(SECRETARIES["Merton"], f"{case}/merton/decision", urlsplit(gap).path)
    agreed = "/sign-offs/out-of-hospital-standards-2015"
    look(SECRETARIES["Croydon"], f"{agreed}/croydon/minute-reference", f"{agreed}/receipts/{decided(visit.live)}")
    look(DIRECTOR, "/editions/2015-12", "/editions/2015-12/preview", urlsplit(edition_gap).path)
    build_the_edition(swl, "2015-12")
    look(DIRECTOR, *(f"/editions/2015-12/{page}" for page in ("release", "progress", "download")))
    release_the_built_edition(swl, "2015-12")
    accept_the_gaps(swl, "Merton", "merton-2016-01-14", "it is tabled on the day.")
    swl.secretary("Merton").open(f"{meeting}/pack")
    swl.secretary("Merton").press("Build the pack")
    the_worker_works(swl)
    look(
        SECRETARIES["Merton"],
        *(f"{meeting}/pack/{page}" for page in ("put-forward", "preview", "progress", "download")),
    )
    look(SECRETARIES["Merton"], "/packs/meeting/merton-2015-11-12/1.json")
    put_before_the_chair(swl, "Merton", "merton-2016-01-14")
    look(CHAIRS["Merton"], f"{meeting}/pack/release")
    assert visit.wrong == []
    assert set(visit.looked) >= IN_HAND


def gap_link(page: Shown) -> str:
    """Where the first gap of a page can be accepted."""
    return next(address for words, address in page.links().items() if words.startswith("Accept with a reason"))


def decided(live: Live) -> int:
    """The entry of a decision by Croydon's governing body."""
    with live.app.app_context():
        return (
            db.session.scalars(
                sa.select(PartyState.entry_id)
                .join(DecidingBody, DecidingBody.id == PartyState.body_id)
                .where(DecidingBody.code == "croydon", PartyState.standing == "agreed")
            ).one()
            or 0
        )


def test_an_address_that_does_not_exist_says_so_accessibly(visit: Visit) -> None:
    answer = visit.page.goto("/there-is-no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert visit.axe(visit.page) == []
