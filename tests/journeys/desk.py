"""People at their desks: each in a browser of their own, signed in, on the same running service."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page

from app.db import change, db
from app.db.installation import real_time, set_demonstration_clock
from app.jobs.daily import run_due
from app.jobs.queries import outbox
from app.jobs.worker import run_waiting
from tests.browser import sign_in, watched_page
from tests.journeys.swl import email
from tests.live import Live

LONDON = ZoneInfo("Europe/London")
Size = tuple[int, int]
Axe = Callable[..., list[str]]


def press(page: Page, words: str) -> None:
    """Press a button of the page's own form."""
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow the first link of the page with these words in it, be it drawn as a link or as a button."""
    page.get_by_role("main").locator("a", has_text=words).first.click()


def done(page: Page) -> str:
    """What the service says was done."""
    return page.locator(".nhsuk-notification-banner").inner_text()


class Desks:
    """The desks of a journey, all at one width; each page that is looked at goes to axe."""

    def __init__(self, chromium: Browser, live: Live, axe: Axe, size: Size, stack: ExitStack) -> None:
        self.live = live
        self._chromium, self._axe, self._size, self._stack = chromium, axe, size, stack
        self._pages: dict[str, Page] = {}

    def of(self, who: str) -> Page:
        """The page before somebody of the demonstration, who signs in when first asked for."""
        if who not in self._pages:
            page = self._stack.enter_context(watched_page(self._chromium, self.live.url))
            page.set_viewport_size({"width": self._size[0], "height": self._size[1]})
            sign_in(page, email(who))
            self._pages[who] = page
        return self._pages[who]

    def look(self, page: Page) -> None:
        """The page as it stands breaks no rule of accessibility at this journey's width."""
        wrong = self._axe(page, [self._size])
        assert wrong == [], "\n".join(wrong)

    def it_is(self, day: str, at: str = "09:00") -> None:
        """Turn the demonstration's calendar to a day such as "27 November 2015"; the worker does that day's work."""
        shown = datetime.strptime(f"{day} {at}", "%d %B %Y %H:%M").replace(tzinfo=LONDON)
        with self.live.app.app_context():
            with change() as session:
                set_demonstration_clock(session, shown, real_time())
            run_due(self.live.app)

    def the_worker_works(self) -> None:
        """Do the work that waits, in this process."""
        run_waiting(self.live.app)

    def mails_to(self, who: str) -> Sequence[tuple[str, str]]:
        """Subject and body of each mail to somebody, the latest first."""
        with self.live.app.app_context():
            return [(mail.subject, mail.body) for mail in outbox(db.session) if mail.recipient == email(who)]
